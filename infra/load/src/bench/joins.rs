//! Joins, each numbered by Redis and confirmed by RabbitMQ, against a bare server; and what a place takes in Redis.

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use fred::interfaces::ClientLike as _;
use http::Request;
use http_body_util::Full;
use shared::redis::Redis;

use super::{
    Figure,
    floor::Floor,
    hammer::{Load, Same, Yield},
};
use crate::{
    incidents::System,
    scenario::Scenario,
    stage::{Stage, now_ms},
};

/// The opening is far away: everybody joins the lobby.
const LOBBY_MS: i64 = 600_000;

/// Measures both in turn.
pub(super) async fn measure(
    system: &System,
    stage: &Stage,
    load: &Load,
    rounds: usize,
) -> anyhow::Result<Vec<Figure>> {
    let api = system.api()?;
    let redis = Redis::connect(&system.redis_url, "")?;
    redis.ready().await?;
    let floor = Floor::start().await?;
    let (mut floors, mut joins, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        floors.push(load.put_on(floor.address, |_| Same { request: || post("/"), status: 200 }).await?);
        let event = stage.publish(&Scenario::lobby(), now_ms() + LOBBY_MS).await?;
        let path = format!("/api/events/{event}/waiting-room/places");
        let before = used_memory(&redis).await?;
        let round = load.put_on(api, |_| Same { request: || post(&path), status: 202 }).await?;
        let grown = used_memory(&redis).await?.saturating_sub(before);
        bytes.push(grown.checked_div(round.good).context("nobody joined")?);
        // Who is told to come again comes again; it is no figure if that is more than a few.
        ensure!(round.others <= round.good / 1_000, "{} joins were told to come again", round.others);
        joins.push(round);
        stage.close(&event).await?;
    }
    let floor = figure("bare axum + one Redis INCR", floors);
    let joins = figure("joins, numbered and confirmed", joins).against(floor.value, 0.6);
    bytes.sort_unstable();
    Ok(vec![
        floor,
        joins,
        Figure::amount("Redis memory of a place", bytes[bytes.len() / 2], "bytes").at_most(200),
    ])
}

pub(super) fn post(path: &str) -> Request<Full<Bytes>> {
    let request = Request::post(path).header("host", "onsale").header("content-type", "application/json");
    request.body(Full::new(Bytes::from_static(b"{}"))).unwrap_or_default()
}

/// The rate of several rounds, with the p99 of the one in the middle.
pub(super) fn figure(what: &str, mut rounds: Vec<Yield>) -> Figure {
    rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    let p99 = rounds[rounds.len() / 2].p99;
    Figure::of_runs(what, rounds.iter().map(|round| round.per_second).collect()).with_p99(p99)
}

async fn used_memory(redis: &Redis) -> anyhow::Result<u64> {
    let info: String = redis.client().info(Some(fred::types::InfoKind::Memory)).await?;
    let used = info.lines().find_map(|line| line.strip_prefix("used_memory:")?.trim().parse().ok());
    used.context("Redis does not tell its memory")
}
