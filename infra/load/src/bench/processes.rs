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
use crate::{incidents::System, tally::histogram};

/// Kinds as `infra/status` names them, their programs, and what they may take when idle, MB.
const KINDS: [(&str, &str, &str, &str, Option<u32>); 3] = [
    ("api", "queue-api", "memory of an API, the largest", "an API, from start to ready", Some(40)),
    (
        "worker",
        "registration-worker",
        "memory of a worker, the largest",
        "a worker, from start to ready",
        None,
    ),
    ("notifier", "notifier", "memory of a notifier, the largest", "a notifier, from start to ready", None),
];
/// Nothing may take longer to start.
const MOST: Duration = Duration::from_secs(30);

/// Looks at those that run, and starts one more of each kind so many times.
pub(super) async fn measure(system: &System, rounds: usize) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (kind, program, memory, start, most_mb) in KINDS {
        let pids = system.pids(kind);
        ensure!(!pids.is_empty(), "no {kind} runs");
        let bytes: Vec<u64> = pids.iter().map(|pid| resident_kb(*pid)).collect::<anyhow::Result<_>>()?;
        let most = Figure::amount(memory, bytes.into_iter().max().unwrap_or(0) / 1_024, "MB");
        figures.push(match most_mb {
            Some(limit) => most.at_most(limit),
            None => most,
        });
        let mut times = histogram();
        for _ in 0..rounds {
            times.saturating_record(u64::try_from(start_one(program).await?.as_micros())?);
        }
        figures.push(Figure::times(start, &times).at_most_ms(2_000));
    }
    Ok(figures)
}

/// Starts one more, waits until it is ready, and lets it go home.
async fn start_one(program: &str) -> anyhow::Result<Duration> {
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
    end(&mut process).await?;
    Ok(took)
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

fn resident_kb(pid: u64) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kb = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
    kb.with_context(|| format!("the memory of process {pid}"))
}
