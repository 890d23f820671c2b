//! `queue-api`: serves the API, brings the schema up to date, makes the first admin, prints the API's document.

use std::sync::Arc;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use prometheus_client::registry::Registry;
use queue_api::{
    accounts,
    app::{self, App},
    config::Config,
    openapi, overload, waiting_room,
};
use secrecy::SecretString;
use shared::{
    clock::Clock,
    config::LogArgs,
    server::{self, ServerLimits},
    store, telemetry,
};
use tokio::runtime::Runtime;
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
    /// Bring the database's schema up to date.
    Migrate {
        /// PostgreSQL.
        #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
        database_url: SecretString,
    },
    /// Make an account with the role admin, or give it to one that is there.
    CreateAdmin {
        /// PostgreSQL.
        #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
        database_url: SecretString,
        /// Its address.
        #[arg(long, env = "ONSALE_ADMIN_EMAIL")]
        email: String,
        /// Its password.
        #[arg(long, env = "ONSALE_ADMIN_PASSWORD", hide_env_values = true)]
        password: SecretString,
    },
    /// Print the OpenAPI document.
    Openapi,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    telemetry::init(&arguments.log)?;
    match arguments.command {
        Command::Serve(config) => serve(*config).await,
        Command::Migrate { database_url } => {
            store::migrate(&store::connect(&database_url, 1)?).await.context("migrating")
        }
        Command::CreateAdmin { database_url, email, password } => {
            let pool = store::connect(&database_url, 1)?;
            accounts::create_admin(&pool, &email, password).await
        }
        Command::Openapi => {
            use std::io::Write as _;
            let mut document = app::routes().into_openapi();
            openapi::finish(&mut document);
            let document = document.to_pretty_json()?;
            writeln!(std::io::stdout(), "{document}").context("printing")
        }
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let listener = server::listen(config.listen.listen).await?;
    let shutdown = CancellationToken::new();
    let app = App::new(config, Clock::System, shutdown.clone())?;
    let mut metrics = Registry::with_prefix("onsale");
    app.waiting_rooms.register(&mut metrics);
    app.robots.register(&mut metrics);
    app.overload.register(&mut metrics);
    app.chooser.metrics.register(&mut metrics);
    let router = app::router(&app, metrics);
    tracing::info!(address = %app.config.listen.listen, "queue-api listens");
    let stop = async {
        let stopped = server::stop_signal().await;
        shutdown.cancel();
        stopped
    };
    let calls = threads_for_calls()?;
    let serving = calls.spawn(server::serve(listener, router, ServerLimits::default(), shutdown.clone()));
    let sweeping = app.holds.sweep_forever(shutdown.clone());
    let releasing = waiting_room::run(Arc::clone(&app));
    let watching = overload::watch(&app, shutdown.clone());
    let (stopped, served, (), (), ()) = tokio::join!(stop, serving, sweeping, releasing, watching);
    calls.shutdown_background();
    tracing::info!("queue-api stopped");
    served.context("serving")?;
    stopped.context("watching for signals")
}

/// Calls have threads of their own: where thousands wait to be answered, what moves the line and talks to the engines does
/// not wait behind them.
fn threads_for_calls() -> anyhow::Result<Runtime> {
    let threads = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("calls").build();
    threads.context("threads for calls")
}
