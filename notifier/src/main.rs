//! `notifier`: pushes over WebSockets, sends mail.

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use notifier::{app, config::Config};
use shared::{clock::Clock, config::LogArgs, server, telemetry};
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
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    telemetry::init(&arguments.log)?;
    let Command::Serve(config) = arguments.command;
    let address = config.listen.listen;
    let listener = server::listen(address).await?;
    let shutdown = CancellationToken::new();
    tracing::info!(%address, "notifier listens");
    let stop = async {
        let stopped = server::stop_signal().await;
        shutdown.cancel();
        stopped
    };
    let (stopped, served) = tokio::join!(stop, app::run(*config, Clock::System, listener, shutdown.clone()));
    tracing::info!("notifier stopped");
    served.and(stopped.context("watching for signals"))
}
