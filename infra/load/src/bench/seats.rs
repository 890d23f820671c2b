//! Holds of two seats each, by many fans at once, against a bare server; and how often a chosen best seat was gone.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use client::{Api, Call};
use futures_util::{StreamExt as _, TryStreamExt as _, future::try_join_all, stream};
use hdrhistogram::Histogram;
use http::{Request, StatusCode};
use http_body_util::Full;
use rand::RngExt as _;
use serde_json::json;
use shared::{
    domain::{EventId, HoldId, UserId},
    locks::{HoldOutcome, HoldRequest, Holds},
    redis::Redis,
};

use super::{
    Figure,
    floor::Floor,
    hammer::{Client, Load, Same, Worth, Yield, per_second},
    joins::{figure, post},
    stadium::{SEATS_OF_ALL, stadium},
};
use crate::{incidents::System, stage::Stage};

/// Fans who hold two seats each in one round: a quarter of the house goes.
const FANS: usize = 10_000;
/// The first part of Onsale's keys, unless told otherwise.
const PREFIX: &str = "onsale";
/// Connections at once: an API works on little more than so many calls, and tells others to come again.
const AT_ONCE: usize = 500;
/// Fans who sign in at once.
const SIGNING_IN: usize = 64;

/// Measures both ways of choosing.
pub(super) async fn measure(
    system: &System,
    stage: &Stage,
    load: &Load,
    rounds: usize,
) -> anyhow::Result<Vec<Figure>> {
    let (api, floor) = (system.api()?, Floor::start().await?);
    let load = &Load { connections: load.connections.min(AT_ONCE), ..*load };
    let fans: Arc<[String]> = guests(system, FANS).await?.into();
    let locks = Holds::new(redis(system).await?, shared::store::connect(&system.engine("postgres")?, 2)?);
    let (mut floors, mut scripts, mut random, mut best) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut chosen, mut again) = (0, 0);
    for _ in 0..rounds {
        floors.push(load.put_on(floor.address, |_| Same { request: || post("/"), status: 200 }).await?);
        scripts.push(lock_alone(stage, load, &locks).await?);
        random.push(round(stage, load, api, &fans, false).await?);
        let before = choices(system).await?;
        best.push(round(stage, load, api, &fans, true).await?);
        let after = choices(system).await?;
        chosen += after.0 - before.0;
        again += after.1 - before.1;
    }
    ensure!(chosen > 0, "nothing was chosen");
    let floor = figure("bare axum + one Redis INCR", floors);
    Ok(vec![
        figure("holds of 2 random seats", random).against(floor.value, 0.35),
        figure("holds of the 2 best seats", best),
        figure("the script that locks 2 seats, without HTTP", scripts),
        floor,
        Figure::amount("best seats had at first choice", 100 * (chosen - again.min(chosen)) / chosen, "%")
            .at_least(95),
    ])
}

async fn round(
    stage: &Stage,
    load: &Load,
    api: std::net::SocketAddr,
    fans: &Arc<[String]>,
    best: bool,
) -> anyhow::Result<Yield> {
    let event = stage.sell_directly("A stadium of 80,000 seats", &stadium()).await?;
    let path: Arc<str> = format!("/api/events/{event}/holds").into();
    let next = Arc::new(AtomicUsize::new(0));
    let holder =
        |_| Holder { path: Arc::clone(&path), fans: Arc::clone(fans), next: Arc::clone(&next), best };
    let round = load.put_on(api, holder).await?;
    stage.cancel(&event).await?;
    Ok(round)
}

async fn redis(system: &System) -> anyhow::Result<Redis> {
    let redis = Redis::connect(&system.redis_url, PREFIX)?;
    redis.ready().await?;
    Ok(redis)
}

/// The same locks, asked for by nobody but a loop.
async fn lock_alone(stage: &Stage, load: &Load, locks: &Holds) -> anyhow::Result<Yield> {
    let event = stage.sell_directly("A stadium of 80,000 seats", &stadium()).await?;
    let event_id: EventId = event.parse().context("an event")?;
    let left = AtomicUsize::new(FANS);
    let begun = Instant::now();
    let holder = |_| async {
        let mut times = Histogram::<u64>::new(3)?;
        while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
            let asked = Instant::now();
            if let HoldOutcome::Held { .. } = locks.hold(&two_seats(event_id)).await? {
                times.record(u64::try_from(asked.elapsed().as_micros())?)?;
            }
        }
        anyhow::Ok(times)
    };
    let mut times = Histogram::<u64>::new(3)?;
    for own in try_join_all((0..load.connections).map(holder)).await? {
        times.add(own)?;
    }
    let took = begun.elapsed();
    stage.cancel(&event).await?;
    let p99 = Duration::from_micros(times.value_at_quantile(0.99));
    Ok(Yield { per_second: per_second(times.len(), took), good: times.len(), others: 0, p99 })
}

fn two_seats(event_id: EventId) -> HoldRequest {
    let seat = pair();
    HoldRequest {
        hold_id: HoldId::new(),
        event_id,
        user_id: UserId::new(),
        seats: vec![seat, seat + 1],
        areas: Vec::new(),
        limit: 8,
        ttl_ms: 600_000,
        lease: None,
    }
}

/// The first of two seats beside each other.
fn pair() -> u32 {
    rand::rng().random_range(0..SEATS_OF_ALL / 2) * 2
}

/// Somebody who holds two seats as one fan after the other.
struct Holder {
    path: Arc<str>,
    /// Their access tokens.
    fans: Arc<[String]>,
    next: Arc<AtomicUsize>,
    best: bool,
}

impl Client for Holder {
    fn ask(&mut self) -> Option<Request<Full<Bytes>>> {
        let fan = self.fans.get(self.next.fetch_add(1, Ordering::Relaxed))?;
        let wish = if self.best {
            json!({"best_available": {"quantity": 2}})
        } else {
            let seat = pair();
            json!({"seats": [seat, seat + 1]})
        };
        let request = Request::post(&*self.path)
            .header("host", "onsale")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {fan}"));
        request.body(Full::new(Bytes::from(wish.to_string()))).ok()
    }

    fn hear(&mut self, status: StatusCode, _: &[u8]) -> Worth {
        if status == StatusCode::CREATED { Worth::Good } else { Worth::Other }
    }
}

/// Guests, each from an address of its own for an Onsale that believes its proxy; their access tokens.
pub(super) async fn guests(system: &System, count: usize) -> anyhow::Result<Vec<String>> {
    let apis = system.apis();
    let api = Api::new(apis.first().context("no API runs")?);
    let guest = |fan: usize| {
        let api = api.clone();
        async move {
            let from = format!("10.{}.{}.{}", fan >> 16 & 255, fan >> 8 & 255, fan & 255);
            let call = Call::post("/api/auth/guest", &json!({})).header("x-forwarded-for", from);
            let session = api.call(call).await?.expect(201)?;
            session["access_token"].as_str().map(ToOwned::to_owned).context("a guest without a token")
        }
    };
    stream::iter(0..count).map(guest).buffer_unordered(SIGNING_IN).try_collect().await
}

/// How often seats were chosen for somebody, and how often once more, on all APIs.
async fn choices(system: &System) -> anyhow::Result<(u64, u64)> {
    let mut sum = (0, 0);
    for api in system.apis() {
        let answer = Api::new(&api).call(Call::get("/metrics")).await?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let of = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
            line.with_context(|| format!("{api} does not tell {name}"))
        };
        sum.0 += of("onsale_holds_chosen_total")?;
        sum.1 += of("onsale_holds_chosen_again_total")?;
    }
    Ok(sum)
}
