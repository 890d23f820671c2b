//! The fans of one process.

use std::{
    io::Write as _,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use shared::clock::Clock;
use tokio::sync::Semaphore;

use crate::{
    fan::Fan,
    hostile::Overheard,
    plan::{Herd, Plan},
    tally::{Sum, Tally},
    wire::Wire,
};

/// How often the herd tells how it is.
const TELL: Duration = Duration::from_secs(1);
/// Sockets that are opened at once.
const OPENING_SOCKETS: usize = 200;

/// What fans share.
pub(crate) struct World {
    pub(crate) plan: Plan,
    pub(crate) herd: Herd,
    pub(crate) wire: Wire,
    pub(crate) tally: Arc<Tally>,
    pub(crate) opening_sockets: Semaphore,
    /// What attackers overheard.
    pub(crate) overheard: Overheard,
    opening: Instant,
}

/// What a herd says: each second, and once at its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) ended: bool,
    pub(crate) sum: Sum,
}

/// Counts one more while it lives.
pub(crate) struct Gauge<'a>(&'a Tally, &'static str);

/// Lives the lives of a herd; tells on standard output, and writes what became of each fan to `log`.
pub(crate) async fn run(plan: Plan, herd: Herd, log: &Path) -> anyhow::Result<()> {
    let tally = Arc::new(Tally::default());
    let wire = Wire::new(&plan, &herd, Arc::clone(&tally));
    let until_ms = u64::try_from(plan.opens_at_ms - Clock::System.now_ms()).unwrap_or(0);
    let world = World {
        herd,
        wire,
        tally,
        opening_sockets: Semaphore::new(OPENING_SOCKETS),
        overheard: Overheard::default(),
        opening: Instant::now() + Duration::from_millis(until_ms),
        plan,
    };
    let log = std::fs::File::create(log).with_context(|| log.display().to_string())?;
    let log = Mutex::new(std::io::BufWriter::new(log));
    let world = Arc::new(world);
    let lives: futures_util::stream::FuturesUnordered<_> = (herd.first..herd.first + herd.count)
        .map(|number| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { Fan::live(number, &world).await })
        })
        .collect();
    let lives = futures_util::StreamExt::for_each(lives, async |life| match life {
        Ok(life) => {
            let line = serde_json::to_string(&life).unwrap_or_default();
            if writeln!(log.lock(), "{line}").is_err() {
                world.tally.breach("a fan's log cannot be written".into());
            }
        }
        Err(error) => world.tally.breach(format!("a fan crashed: {error}")),
    });
    tokio::pin!(lives);
    let mut tell = tokio::time::interval(TELL);
    loop {
        tokio::select! {
            () = &mut lives => break,
            _ = tell.tick() => say(&Told { ended: false, sum: world.tally.tell() })?,
        }
    }
    log.lock().flush()?;
    say(&Told { ended: true, sum: world.tally.tell() })
}

fn say(told: &Told) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{}", serde_json::to_string(told)?).context("the director is gone")
}

impl World {
    /// When the sale opens.
    pub(crate) fn opening(&self) -> Instant {
        self.opening
    }

    pub(crate) fn now_ms(&self) -> i64 {
        Clock::System.now_ms()
    }

    pub(crate) async fn sleep_until(&self, at_ms: i64) {
        let ms = u64::try_from(at_ms - self.now_ms()).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }

    /// Counts one more until it is dropped.
    pub(crate) fn gauge(&self, what: &'static str) -> Gauge<'_> {
        self.tally.count(what, 1);
        Gauge(&self.tally, what)
    }
}

impl Drop for Gauge<'_> {
    fn drop(&mut self) {
        self.0.count(self.1, -1);
    }
}
