//! `load`: puts load on a running Onsale, with real HTTP and WebSocket clients. `infra/rehearsal` plays the opening of a
//! sale and holds what the fans saw against the evidence pack; `infra/bench` measures.

mod bench;
mod board;
mod buyer;
mod director;
mod fan;
mod herd;
mod hostile;
mod incidents;
mod life;
mod outcome;
mod people;
mod plan;
mod report;
mod resources;
mod scenario;
mod stage;
mod tally;
mod thresholds;
mod waiting;
mod wire;
mod witness;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use secrecy::SecretString;

use crate::{
    bench::Bench,
    incidents::System,
    plan::Plan,
    report::{Check, Report},
    scenario::Scenario,
    stage::{Organiser, Stage},
};

/// As in the processes that are measured.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Plays a scenario; exits with 1 when a fan saw what should never be, or a threshold was exceeded.
    Play(Box<Play>),
    /// Takes what was checked afterwards into the report of a rehearsal, and writes it anew.
    Report {
        /// The rehearsal's folder.
        folder: PathBuf,
        /// `NAME=STATUS` of a check that printed into NAME.txt there.
        #[arg(long = "check")]
        checks: Vec<String>,
    },
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
            Command::Report { folder, checks } => complete(&folder, &checks),
            Command::Bench(bench) => bench::run(bench).await,
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
    let planned_fans = scenario.fans;
    scenario.fans = play.fans.unwrap_or(scenario.fans);
    let system = System::read(&play.system, &play.redis_url)?;
    let stage = Stage::enter(&system.apis(), &play.organiser).await?;
    let outcome = director::play(scenario, play.seed, &system, &stage, &play.out).await?;
    let report = outcome.report(planned_fans, system.processes());
    report.write(&play.out)?;
    report::say(&report.text());
    Ok(if report.holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Fails when the report as a whole does not hold.
fn complete(folder: &Path, checks: &[String]) -> anyhow::Result<ExitCode> {
    let mut report = Report::read(folder)?;
    for check in checks {
        let (name, status) = check.split_once('=').context("a check is NAME=STATUS")?;
        let said = std::fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap_or_default();
        report.add_check(Check { name: name.to_owned(), holds: status == "0", said });
    }
    report.write(folder)?;
    Ok(if report.holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
