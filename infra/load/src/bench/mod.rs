//! Figures, each beside the floor it stands on, taken in one run on one machine.

mod draw;
mod floor;
mod hammer;
mod joins;
mod seats;
mod table;

use std::{path::PathBuf, time::Duration};

use clap::{Args, Subcommand};
use secrecy::SecretString;

use hammer::Load;

use crate::{
    incidents::System,
    stage::{Organiser, Stage},
};

pub(crate) use table::Figure;

/// What can be measured.
#[derive(Subcommand)]
pub(crate) enum Bench {
    /// Joins against a bare server with one Redis INCR a request, memory of Redis, and the draw.
    WaitingRoom(Box<Measured>),
    /// Holds of seats against the same bare server, and how often the best seats were gone.
    Seats(Box<Measured>),
    /// The bare server; started by the others.
    Floor {
        #[arg(long, env = "REDIS_URL", hide_env_values = true)]
        redis_url: SecretString,
    },
}

/// How it is measured.
#[derive(Args)]
pub(crate) struct Measured {
    /// What `infra/status --json` says of the system.
    #[arg(long)]
    system: PathBuf,
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    redis_url: SecretString,
    #[command(flatten)]
    organiser: Organiser,
    /// How often each is measured; the medians are told.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How long each is measured, seconds.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Connections at once.
    #[arg(long, default_value_t = 1_024)]
    connections: usize,
    /// Where the figures are written as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

/// Measures.
pub(crate) async fn run(bench: Bench) -> anyhow::Result<()> {
    match bench {
        Bench::Floor { redis_url } => floor::serve(&redis_url).await,
        Bench::WaitingRoom(asked) => {
            let (system, stage, load) = asked.prepare().await?;
            let mut figures = joins::measure(&system, &stage, &load, asked.rounds).await?;
            figures.push(draw::measure());
            table::tell(&figures, asked.json.as_deref())
        }
        Bench::Seats(asked) => {
            let (system, stage, load) = asked.prepare().await?;
            let figures = seats::measure(&system, &stage, &load, asked.rounds).await?;
            table::tell(&figures, asked.json.as_deref())
        }
    }
}

impl Measured {
    async fn prepare(&self) -> anyhow::Result<(System, Stage, Load)> {
        let system = System::read(&self.system, &self.redis_url)?;
        let stage = Stage::enter(&system.apis(), &self.organiser).await?;
        Ok((system, stage, Load { connections: self.connections, lasts: Duration::from_secs(self.seconds) }))
    }
}
