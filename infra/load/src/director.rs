//! Plays a scenario: makes the event, sends the fans, breaks what is to be broken, and asks for the evidence.

use std::{
    collections::HashSet, convert::Infallible, path::PathBuf, process::Stdio, sync::Arc, time::Duration,
};

use anyhow::{Context as _, ensure};
use parking_lot::Mutex;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    task::JoinSet,
};

use crate::{
    board::{Board, Closed},
    herd::Told,
    incidents::System,
    outcome::Outcome,
    plan::{Herd, Plan},
    report,
    resources::Meter,
    scenario::Scenario,
    stage::{Stage, now_ms},
    witness,
};

/// What herds need to start.
const PREPARING_MS: i64 = 5_000;
/// How often it says how things are.
const SAY: Duration = Duration::from_secs(5);
/// How often it looks at the processes.
const LOOK: Duration = Duration::from_secs(1);
/// How long fans take to go home when the room was closed: who asks from far away in the line does so every 75 s.
const GOING_HOME: Duration = Duration::from_secs(90);

/// What the herds have told.
type Shared = Arc<Mutex<Board>>;

/// Plays; what came of it. Everything goes into the folder `out`.
pub(crate) async fn play(
    scenario: Scenario,
    seed: u64,
    system: &System,
    stage: &Stage,
    out: &PathBuf,
) -> anyhow::Result<Outcome> {
    system.check(&scenario.incidents)?;
    std::fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    let opens_at_ms = now_ms() + PREPARING_MS + i64::from(scenario.arrival.lobby_seconds) * 1_000;
    let event = stage.publish(&scenario, opens_at_ms).await?;
    let plan = Plan { apis: system.apis(), seed, event, opens_at_ms, scenario };
    let plan_file = out.join("plan.json");
    std::fs::write(&plan_file, serde_json::to_string_pretty(&plan)?)?;
    report::say(&format!("event {}, seed {seed}, results in {}", plan.event, out.display()));

    let herds = plan.herds();
    let board = Arc::new(Mutex::new(Board::new(herds.len(), opens_at_ms)));
    let mut running = JoinSet::new();
    for herd in &herds {
        let child = spawn(herd, &plan_file, out)?;
        running.spawn(follow(child, herd.number, Arc::clone(&board)));
    }
    let playing =
        async { tokio::try_join!(system.play(stage, &plan), watch(&plan, stage, &board, &mut running)) };
    let (happened, ()) = tokio::select! {
        played = playing => played?,
        never = measure(system, &board) => match never {},
    };

    stage.close(&plan.event).await?;
    let pack = stage.evidence(&plan.event, &plan.scenario).await?;
    std::fs::write(out.join("evidence.ndjson"), &pack)?;
    let mut lives = Vec::new();
    for herd in &herds {
        lives.extend(witness::lives(&log_of(herd, out))?);
    }
    ensure!(lives.len() == plan.scenario.fans as usize, "{} fans came to their end", lives.len());
    let testimony = witness::hear(&pack, &lives, &happened, &plan.scenario.room)?;
    let board = std::mem::replace(&mut *board.lock(), Board::new(0, 0));
    let Closed { sum, times, seconds } = board.close()?;
    Ok(Outcome { plan, sum, times, seconds, lives, testimony, happened })
}

fn log_of(herd: &Herd, out: &std::path::Path) -> PathBuf {
    out.join(format!("fans-{}.ndjson", herd.number))
}

fn spawn(herd: &Herd, plan: &std::path::Path, out: &std::path::Path) -> anyhow::Result<Child> {
    Command::new(std::env::current_exe()?)
        .arg("herd")
        .arg("--plan")
        .arg(plan)
        .arg("--number")
        .arg(herd.number.to_string())
        .arg("--log")
        .arg(log_of(herd, out))
        .stdout(Stdio::piped())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("starting a herd")
}

/// Hears a herd until it ends.
async fn follow(mut child: Child, number: u32, board: Shared) -> anyhow::Result<()> {
    let out = child.stdout.take().context("the herd has no output")?;
    let mut lines = BufReader::new(out).lines();
    while let Some(line) = lines.next_line().await? {
        let told: Told = serde_json::from_str(&line).context("a word of a herd")?;
        board.lock().hear(number, told, now_ms());
    }
    let status = child.wait().await?;
    ensure!(status.success(), "herd {number} ended with {status}");
    Ok(())
}

/// Looks at the processes of Onsale's as long as it is let.
async fn measure(system: &System, board: &Shared) -> Infallible {
    let (mut meter, mut looks) = (Meter::new(system), tokio::time::interval(LOOK));
    loop {
        looks.tick().await;
        let now_ms = now_ms();
        let found = meter.look(now_ms);
        board.lock().note(found, now_ms);
    }
}

/// Says how things are until every fan has come to an end; closes the room when it takes too long.
async fn watch(
    plan: &Plan,
    stage: &Stage,
    board: &Shared,
    running: &mut JoinSet<anyhow::Result<()>>,
) -> anyhow::Result<()> {
    let most_ms = i64::try_from(plan.scenario.most_seconds)? * 1_000;
    let mut say = tokio::time::interval(SAY);
    let (mut deadline, mut told) = (None, HashSet::new());
    loop {
        tokio::select! {
            ended = running.join_next() => match ended {
                None => return Ok(()),
                Some(herd) => herd??,
            },
            _ = say.tick() => {
                let after_ms = now_ms() - plan.opens_at_ms;
                let sum = {
                    let board = board.lock();
                    let sum = board.sum();
                    report::say(&report::progress(after_ms, &sum, &board.lately()));
                    sum
                };
                for breach in sum.breaches {
                    if told.insert(breach.clone()) {
                        report::say(&format!("BREACH {breach}"));
                    }
                }
                if after_ms > most_ms && deadline.is_none() {
                    report::say("closing the room: whoever still waits goes home");
                    stage.close(&plan.event).await?;
                    deadline = Some(tokio::time::Instant::now() + GOING_HOME);
                }
                let over = deadline.is_some_and(|at| tokio::time::Instant::now() > at);
                ensure!(!over, "fans were still there {} s after the room was closed", GOING_HOME.as_secs());
            }
        }
    }
}
