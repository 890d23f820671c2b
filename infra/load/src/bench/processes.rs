//! What a process takes: memory while it runs, and the time until one more of its kind is ready.

use std::{
    net::{Ipv4Addr, SocketAddr},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use client::{Api, Call};
use tokio::{
    net::TcpListener,
    process::{Child, Command},
};

use super::Figure;
use crate::{
    incidents::System,
    resources::{KINDS, resident_kb},
    tally::histogram,
};

/// What an API may take that has nothing to do.
const IDLE_API_MB: u32 = 40;
/// Nothing may take longer to start.
const MOST: Duration = Duration::from_secs(30);

/// Looks at those that run, and starts one more of each kind so many times.
pub(super) async fn measure(system: &System, rounds: usize) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (kind, program) in KINDS {
        let pids = system.pids(kind);
        ensure!(!pids.is_empty(), "no {kind} runs");
        let kb: Vec<u64> = pids.iter().map(|pid| resident_kb(*pid)).collect::<anyhow::Result<_>>()?;
        let (mut times, mut fresh_kb) = (histogram(), 0);
        for _ in 0..rounds {
            let (took, kb) = start_one(program).await?;
            times.saturating_record(u64::try_from(took.as_micros())?);
            fresh_kb = fresh_kb.max(kb);
        }
        figures.push(Figure::times(&format!("{program}, from start to ready"), &times).at_most_ms(2_000));
        let fresh = Figure::amount(&format!("{program}, memory when idle"), fresh_kb / 1_024, "MB");
        figures.push(if kind == "api" { fresh.at_most(IDLE_API_MB) } else { fresh });
        let most = kb.into_iter().max().unwrap_or(0) / 1_024;
        figures.push(Figure::amount(&format!("{program}, memory of the largest now"), most, "MB"));
    }
    Ok(figures)
}

/// Starts one more, waits until it is ready, and lets it go home; how long that took, and its memory then.
async fn start_one(program: &str) -> anyhow::Result<(Duration, u64)> {
    let address = free_address().await?;
    let own = std::env::current_exe()?;
    let begun = Instant::now();
    let mut process = Command::new(own.with_file_name(program))
        .arg("serve")
        .env("ONSALE_LISTEN", address.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| program.to_owned())?;
    let api = Api::new(&format!("http://{address}"));
    loop {
        let answer = api.call(Call::get("/health/ready")).await;
        if answer.is_ok_and(|answer| answer.status.is_success()) {
            break;
        }
        ensure!(begun.elapsed() < MOST && process.try_wait()?.is_none(), "{program} does not become ready");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let took = begun.elapsed();
    let kb = resident_kb(process.id().context("it has ended")?.into())?;
    end(&mut process).await?;
    Ok((took, kb))
}

async fn end(process: &mut Child) -> anyhow::Result<()> {
    let pid = process.id().context("it has ended")?.to_string();
    let told = Command::new("kill").args(["-TERM", &pid]).status().await?;
    ensure!(told.success(), "it cannot be stopped");
    process.wait().await?;
    Ok(())
}

async fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?.local_addr()?)
}
