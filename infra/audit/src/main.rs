//! `audit`: one line a promise; exit code 1 when one is broken.

use std::{io::Write as _, process::ExitCode, time::Duration};

use audit::Audit;
use clap::Parser;
use shared::{broker::BrokerAddress, config::EngineArgs, store};

/// Checks the promises over everything in the stores.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(flatten)]
    engines: EngineArgs,
    /// The mailbox that mail was delivered to, http://host:port; without it the store alone is believed.
    #[arg(long, env = "MAILBOX_URL")]
    mailbox: Option<String>,
    /// How long to wait for what is still under way.
    #[arg(long, default_value_t = 30)]
    settle_seconds: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let audit = Audit {
        pool: store::connect(&arguments.engines.database_url, arguments.engines.database_connections)?,
        broker: BrokerAddress { url: arguments.engines.amqp_url.clone(), name: "onsale audit".into() },
        mailbox: arguments.mailbox,
    };
    let findings = audit.look_settled(Duration::from_secs(arguments.settle_seconds)).await?;
    let mut out = std::io::stdout();
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    let broken = findings.iter().filter(|finding| !finding.holds()).count();
    let verdict = match broken {
        0 => "all promises hold".to_owned(),
        1 => "1 promise is broken".to_owned(),
        several => format!("{several} promises are broken"),
    };
    writeln!(out, "audit: {verdict}")?;
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
