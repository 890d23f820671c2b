//! `notifier`: pushes over WebSockets, sends mail, and lets an operator look after mails that were given up.

use std::io::Write as _;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use notifier::{app, config::Config, mail::dead_letters};
use shared::{
    broker::{BrokerAddress, Publisher, answered, dead_letters::channel},
    clock::Clock,
    config::{EngineArgs, LogArgs},
    server, store, telemetry,
};
use tokio_util::sync::CancellationToken;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(flatten)]
    log: LogArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM.
    Serve(Box<Config>),
    /// Look after mails that were given up.
    DeadLetters(DeadLettersArgs),
}

#[derive(clap::Args)]
struct DeadLettersArgs {
    #[command(flatten)]
    engines: EngineArgs,
    /// What to do with them.
    #[arg(value_enum)]
    action: Action,
    /// With how many at most.
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Action {
    /// Show them, one JSON object a line; they stay.
    List,
    /// Try to send them again.
    Redrive,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    telemetry::init(&arguments.log)?;
    match arguments.command {
        Command::Serve(config) => serve(*config).await,
        Command::DeadLetters(arguments) => look_after(arguments).await,
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let address = config.listen.listen;
    let listener = server::listen(address).await?;
    let shutdown = CancellationToken::new();
    tracing::info!(%address, "notifier listens");
    let stop = async {
        let stopped = server::stop_signal().await;
        shutdown.cancel();
        stopped
    };
    let (stopped, served) = tokio::join!(stop, app::run(config, Clock::System, listener, shutdown.clone()));
    tracing::info!("notifier stopped");
    served.and(stopped.context("watching for signals"))
}

async fn look_after(arguments: DeadLettersArgs) -> anyhow::Result<()> {
    let engines = &arguments.engines;
    let broker = BrokerAddress { url: engines.amqp_url.clone(), name: "onsale dead letters".into() };
    let connection = broker.connect().await.context("RabbitMQ cannot be reached")?;
    let channel = channel(&connection).await?;
    let mut out = std::io::stdout();
    match arguments.action {
        Action::List => {
            for letter in dead_letters::list(&channel, arguments.limit).await? {
                writeln!(out, "{}", serde_json::to_string(&letter)?)?;
            }
        }
        Action::Redrive => {
            let shutdown = CancellationToken::new();
            let publisher = Publisher::start(broker, shutdown.clone());
            let pool = store::connect(&engines.database_url, 1)?;
            let count = dead_letters::redrive(&channel, &publisher, &pool, arguments.limit).await?;
            writeln!(out, "{count} sent again")?;
            shutdown.cancel();
        }
    }
    answered(connection.close(200, "bye".into())).await.context("closing the connection")
}
