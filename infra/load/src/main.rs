//! `load`: puts load on a running Onsale, with real HTTP and WebSocket clients. `infra/rehearsal` plays the opening of a
//! sale and holds what the fans saw against the evidence pack; `infra/bench` measures.

mod bench;
mod buyer;
mod director;
mod fan;
mod herd;
mod incidents;
mod life;
mod plan;
mod report;
mod scenario;
mod stage;
mod tally;
mod waiting;
mod wire;
mod witness;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use secrecy::SecretString;

use crate::{
    bench::Bench,
    incidents::System,
    plan::Plan,
    scenario::Scenario,
    stage::{Organiser, Stage},
};

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Plays a scenario; exits with 1 when a fan saw what should never be.
    Play(Box<Play>),
    /// Measures, against the floor that a figure stands on.
    #[command(subcommand)]
    Bench(Bench),
    /// Lives the lives of one herd; started by `play`.
    Herd {
        #[arg(long)]
        plan: PathBuf,
        #[arg(long)]
        number: usize,
        #[arg(long)]
        log: PathBuf,
    },
}

#[derive(Args)]
struct Play {
    /// The scenario, TOML.
    scenario: PathBuf,
    /// What `infra/status --json` says of the system.
    #[arg(long)]
    system: PathBuf,
    /// Folder for everything that comes of it.
    #[arg(long)]
    out: PathBuf,
    /// Of everything that is left to chance.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Another number of fans than the scenario's.
    #[arg(long)]
    fans: Option<u32>,
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    redis_url: SecretString,
    #[command(flatten)]
    organiser: Organiser,
}

fn main() -> anyhow::Result<ExitCode> {
    // A herd is many and each does little: one thread is enough, and leaves the cores to those who are tested.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match Arguments::parse().command {
            Command::Play(play) => run(*play).await,
            Command::Bench(bench) => bench::run(bench).await.map(|()| ExitCode::SUCCESS),
            Command::Herd { plan, number, log } => {
                let plan: Plan = serde_json::from_str(&std::fs::read_to_string(plan)?)?;
                let herd = *plan.herds().get(number).context("there is no such herd")?;
                herd::run(plan, herd, &log).await?;
                Ok(ExitCode::SUCCESS)
            }
        }
    })
}

async fn run(play: Play) -> anyhow::Result<ExitCode> {
    let mut scenario = Scenario::read(&play.scenario)?;
    scenario.fans = play.fans.unwrap_or(scenario.fans);
    let system = System::read(&play.system, &play.redis_url)?;
    let stage = Stage::enter(&system.apis(), &play.organiser).await?;
    let report = director::play(scenario, play.seed, &system, &stage, &play.out).await?;
    report.write(&play.out)?;
    report::say(&report.text());
    Ok(if report.breaches().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
