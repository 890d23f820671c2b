//! Figures, each beside the floor it stands on, taken in one run on one machine.

mod bookings;
mod commands;
mod compare;
mod draw;
mod floor;
mod hammer;
mod joins;
mod live;
mod mails;
mod processes;
mod rows;
mod seats;
mod shout;
mod stadium;
mod table;
mod tickets;
mod viewers;
mod worker;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::{Args, Subcommand};
use secrecy::SecretString;

use hammer::Load;

use crate::{
    incidents::System,
    resources::calm,
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
    /// How soon all who look at a map see that a seat was taken, and the snapshot meanwhile.
    Live(Box<Measured>),
    /// Bookings through the queue, from the hold to the push.
    Bookings(Box<Measured>),
    /// Bookings and mails without the API, against bare clients of the engines.
    Worker(Box<Measured>),
    /// Tickets as PDF with QR code.
    Tickets(Box<Measured>),
    /// Memory of the processes, and how soon one more is ready.
    Processes(Box<Measured>),
    /// All of these, one after the other.
    All(Box<Measured>),
    /// Some of those who look; started by `live`.
    Crowd(viewers::Crowd),
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
    #[command(flatten)]
    live: live::Live,
    /// How many buy.
    #[arg(long, default_value_t = 6_000)]
    buyers: u32,
    /// Where the figures are written as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Figures of another day, to tell what changed from noise.
    #[arg(long, id = "FILE")]
    compare: Option<PathBuf>,
}

/// One of the measurements.
#[derive(Clone, Copy, Debug)]
enum What {
    WaitingRoom,
    Seats,
    Live,
    Bookings,
    Worker,
    Tickets,
    Processes,
}

impl What {
    /// What says least of the others comes last: memory is that of processes that have worked.
    const ALL: [Self; 7] = [
        Self::WaitingRoom,
        Self::Seats,
        Self::Live,
        Self::Bookings,
        Self::Worker,
        Self::Tickets,
        Self::Processes,
    ];
}

/// Measures; fails when something got worse than what it is compared with.
pub(crate) async fn run(bench: Bench) -> anyhow::Result<ExitCode> {
    let (asked, what): (_, &[What]) = match bench {
        Bench::Floor { redis_url } => return floor::serve(&redis_url).await.map(|()| ExitCode::SUCCESS),
        Bench::Crowd(crowd) => return crowd.look().await.map(|()| ExitCode::SUCCESS),
        Bench::WaitingRoom(asked) => (asked, &[What::WaitingRoom]),
        Bench::Seats(asked) => (asked, &[What::Seats]),
        Bench::Live(asked) => (asked, &[What::Live]),
        Bench::Bookings(asked) => (asked, &[What::Bookings]),
        Bench::Worker(asked) => (asked, &[What::Worker]),
        Bench::Tickets(asked) => (asked, &[What::Tickets]),
        Bench::Processes(asked) => (asked, &[What::Processes]),
        Bench::All(asked) => (asked, &What::ALL),
    };
    // It may be the file that is written below.
    let baseline = asked.compare.as_deref().map(compare::read).transpose()?;
    let system = System::read(&asked.system, &asked.redis_url)?;
    let stage = Stage::enter(&system.apis(), &asked.organiser).await?;
    let mut figures = Vec::new();
    for one in what {
        calm(&system).await?;
        for figure in asked.measure(*one, &system, &stage).await? {
            // The floor of several is the same; the first is told.
            if !figures.iter().any(|known: &Figure| known.what == figure.what) {
                figures.push(figure);
            }
        }
    }
    table::tell(&figures, asked.json.as_deref())?;
    let worse = baseline.is_some_and(|before| !compare::compare(&figures, &before));
    Ok(if worse { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

impl Measured {
    async fn measure(&self, what: What, system: &System, stage: &Stage) -> anyhow::Result<Vec<Figure>> {
        let lasts = Duration::from_secs(self.seconds);
        let load = Load { connections: self.connections, lasts };
        match what {
            What::WaitingRoom => {
                let mut figures = joins::measure(system, stage, &load, self.rounds).await?;
                figures.push(draw::measure());
                Ok(figures)
            }
            What::Seats => seats::measure(system, stage, &load, self.rounds).await,
            What::Live => self.live.measure(system, stage, self.seconds).await,
            What::Bookings => bookings::measure(system, stage, self.buyers).await,
            What::Worker => worker::measure(system, stage, self.buyers, self.rounds).await,
            What::Tickets => tickets::measure(),
            What::Processes => processes::measure(system, self.rounds).await,
        }
    }
}
