//! `registration-worker`: processes booking commands, and lets an operator look after the dead ones.

use std::io::Write as _;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use prometheus_client::registry::Registry;
use registration_worker::{
    config::Config,
    dead_letters,
    worker::{self, Worker},
};
use shared::{
    broker::{BrokerAddress, Publisher, answered},
    config::{EngineArgs, LogArgs},
    health,
    server::{self, ServerLimits},
    telemetry,
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
    /// Process booking commands until SIGTERM.
    Serve(Config),
    /// Look after booking commands that could not be processed.
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
    /// Send them to the workers again.
    Redrive,
    /// Reject what was accepted, return its money, and forget them.
    Drop,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    telemetry::init(&arguments.log)?;
    match arguments.command {
        Command::Serve(config) => serve(config).await,
        Command::DeadLetters(arguments) => look_after(arguments).await,
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let listener = server::listen(config.listen.listen).await?;
    let shutdown = CancellationToken::new();
    let mut metrics = Registry::with_prefix("onsale_worker");
    let address = config.listen.listen;
    let worker = Worker::new(config, &mut metrics, shutdown.clone())?;
    let router = health::router(worker.readiness(), metrics);
    tracing::info!(%address, "registration-worker listens");
    let stop = async {
        let stopped = server::stop_signal().await;
        shutdown.cancel();
        stopped
    };
    let serving = server::serve(listener, router, ServerLimits::default(), shutdown.clone());
    let (stopped, (), ()) = tokio::join!(stop, serving, worker.run());
    tracing::info!("registration-worker stopped");
    stopped.context("watching for signals")
}

async fn look_after(arguments: DeadLettersArgs) -> anyhow::Result<()> {
    let broker =
        BrokerAddress { url: arguments.engines.amqp_url.clone(), name: "onsale dead letters".into() };
    let connection = broker.connect().await.context("RabbitMQ cannot be reached")?;
    let channel = dead_letters::channel(&connection).await?;
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
            let count = dead_letters::redrive(&channel, &publisher, arguments.limit).await?;
            writeln!(out, "{count} sent again")?;
            shutdown.cancel();
        }
        Action::Drop => {
            let (pool, redis) = worker::stores(&arguments.engines)?;
            let processor = worker::processor(&pool, &redis);
            let count = dead_letters::drop_letters(&channel, &processor, arguments.limit).await?;
            writeln!(out, "{count} dropped")?;
        }
    }
    answered(connection.close(200, "bye".into())).await.context("closing the connection")
}
