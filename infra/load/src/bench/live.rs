//! How long until everybody who looks at a map sees that a seat was taken, while seats are held at a steady pace; and how
//! long the snapshot of 80,000 seats takes meanwhile.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use clap::Args;
use client::{Api, Call};
use hdrhistogram::Histogram;
use parking_lot::Mutex;
use serde_json::json;
use tokio::{task::JoinSet, time::MissedTickBehavior};

use super::{
    Figure,
    stadium::{SEATS_OF_ALL, stadium},
    viewers::{Held, Sighted, Viewers},
};
use crate::{
    incidents::System,
    report::say,
    stage::{Stage, now_ms},
    tally::{add, histogram},
};

/// After the last hold viewers have so long to hear of it.
const SETTLING: Duration = Duration::from_secs(3);
/// Tickets of one hold.
const QUANTITY: u32 = 2;

/// What is looked at.
#[derive(Args)]
pub(crate) struct Live {
    /// How many look at the map.
    #[arg(long, default_value_t = 10_000)]
    viewers: u32,
    /// Holds a second.
    #[arg(long, default_value_t = 20)]
    holds_per_second: u32,
    /// Snapshots a second.
    #[arg(long, default_value_t = 20)]
    snapshots_per_second: u32,
}

/// What the callers saw.
#[derive(Default)]
struct Seen {
    held: Vec<Held>,
    refused: usize,
    snapshots: Option<Histogram<u64>>,
    snapshot_bytes: usize,
    failed: Option<anyhow::Error>,
}

impl Live {
    /// Measures.
    pub(super) async fn measure(
        &self,
        system: &System,
        stage: &Stage,
        seconds: u64,
    ) -> anyhow::Result<Vec<Figure>> {
        let event = stage.sell_directly("A stadium that many look at", &stadium()).await?;
        let holds = u64::from(self.holds_per_second) * seconds;
        let fans = super::seats::guests(system, usize::try_from(holds)?).await?;
        say(&format!("{} viewers come", self.viewers));
        let viewers = Viewers::gather(&event, &system.websockets(), self.viewers).await?;
        say(&format!("{holds} holds in {seconds} s"));
        let apis: Vec<Api> = system.apis().iter().map(|api| Api::new(api)).collect();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let holding = hold_all(&apis, &event, &fans, self.holds_per_second, &seen);
        let looking = look(&apis, &event, self.snapshots_per_second, Duration::from_secs(seconds), &seen);
        tokio::join!(holding, looking);
        tokio::time::sleep(SETTLING).await;
        let seen = std::mem::take(&mut *seen.lock());
        if let Some(error) = seen.failed {
            return Err(error);
        }
        ensure!(!seen.held.is_empty(), "nothing was held");
        let sighted = viewers.ask(&seen.held).await?;
        stage.cancel(&event).await?;
        let mut figures = self.figures(&seen, &sighted)?;
        figures.push(super::shout::measure(self.viewers).await?);
        Ok(figures)
    }

    fn figures(&self, seen: &Seen, sighted: &Sighted) -> anyhow::Result<Vec<Figure>> {
        let (mut asked, mut answered, mut holds) = (histogram(), histogram(), histogram());
        add(&mut asked, &sighted.since_asked);
        add(&mut answered, &sighted.since_answered);
        for held in &seen.held {
            holds.saturating_record(us(held.answered_ms - held.asked_ms));
        }
        let snapshots = seen.snapshots.as_ref().context("no snapshot was taken")?;
        let due = u64::from(self.viewers) * u64::try_from(seen.held.len())? * u64::from(QUANTITY);
        let count = |what, count: u64, unit| Figure::amount(what, count, unit);
        Ok(vec![
            count("viewers of the map, on sockets", self.viewers.into(), ""),
            Figure::times("the seat's change, since the answer", &answered).at_most_ms(300),
            Figure::times("the seat's change, since the request", &asked),
            count("changes that viewers missed", due.saturating_sub(asked.len()), "").at_most(0),
            Figure::times("holding two seats", &holds),
            count("holds refused", u64::try_from(seen.refused)?, ""),
            Figure::times("snapshot of 80,000 seats", snapshots),
            count("a snapshot", u64::try_from(seen.snapshot_bytes)?, "bytes"),
        ])
    }
}

/// Each fan holds two seats of their own, at a steady pace, whether the answers come or not.
async fn hold_all(apis: &[Api], event: &str, fans: &[String], per_second: u32, seen: &Arc<Mutex<Seen>>) {
    let mut pace = pace(per_second);
    let mut calls = JoinSet::new();
    // Over the whole house, so that every part of the view changes.
    let apart = SEATS_OF_ALL / QUANTITY / u32::try_from(fans.len().max(1)).unwrap_or(1);
    for (number, fan) in (0_u32..).zip(fans) {
        pace.tick().await;
        let first = number * apart.max(1) * QUANTITY;
        let seats = [first, first + 1];
        let api = apis[number as usize % apis.len()].clone();
        let call = Call::post(format!("/api/events/{event}/holds"), &json!({ "seats": seats })).by(fan);
        let seen = Arc::clone(seen);
        calls.spawn(async move {
            let asked_ms = now_ms();
            match api.call(call).await {
                Ok(answer) if answer.status.as_u16() == 201 => {
                    seen.lock().held.push(Held { seats, asked_ms, answered_ms: now_ms() });
                }
                Ok(_) => seen.lock().refused += 1,
                Err(error) => seen.lock().failed = Some(error),
            }
        });
    }
    calls.join_all().await;
}

/// Takes snapshots at a steady pace.
async fn look(apis: &[Api], event: &str, per_second: u32, lasts: Duration, seen: &Arc<Mutex<Seen>>) {
    let (begun, mut pace) = (Instant::now(), pace(per_second));
    let mut calls = JoinSet::new();
    let mut number = 0;
    while begun.elapsed() < lasts {
        pace.tick().await;
        number += 1;
        let api = apis[number % apis.len()].clone();
        let path = format!("/api/events/{event}/seats");
        let call = Call::get(path).header("accept", "application/octet-stream");
        let seen = Arc::clone(seen);
        calls.spawn(async move {
            let asked = Instant::now();
            let answer = api.call(call).await.and_then(|answer| {
                ensure!(answer.status.is_success(), "the snapshot: {}", answer.status);
                Ok(answer)
            });
            let mut seen = seen.lock();
            match answer {
                Ok(answer) => {
                    let took = u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX);
                    seen.snapshots.get_or_insert_with(histogram).saturating_record(took);
                    seen.snapshot_bytes = answer.body.len();
                }
                Err(error) => seen.failed = Some(error),
            }
        });
    }
    calls.join_all().await;
}

fn pace(per_second: u32) -> tokio::time::Interval {
    let mut pace = tokio::time::interval(Duration::from_secs(1) / per_second.max(1));
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    pace
}

fn us(ms: i64) -> u64 {
    u64::try_from(ms.max(0)).unwrap_or(0) * 1_000
}
