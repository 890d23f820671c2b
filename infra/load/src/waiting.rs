//! Waiting for the turn: on a socket, or by asking.

use std::time::Duration;

use anyhow::Context as _;
use client::{Call, Socket};
use rand::RngExt as _;
use serde_json::{Value, json};

use crate::{
    fan::Place,
    herd::World,
    thresholds::{LINE_PUSH, MISSED, RELEASE_PUSH},
};

/// Whoever hears nothing for so long asks; the page does so sooner.
const SILENCE: Duration = Duration::from_secs(20);

/// How the wait ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Turn {
    Admitted,
    /// The room closed.
    Closed,
    /// The offer came and went unheard.
    Over,
    /// Does not want to wait any longer.
    Tired,
}

/// Waits until it is the place's turn, or the room closes.
pub(crate) async fn turn(world: &World, fan: u32, place: &Place, polls: bool) -> Turn {
    if polls {
        return ask(world, fan, place).await;
    }
    let mut served = 0;
    loop {
        if let Ok(turn) = listen(world, fan, place, &mut served).await {
            return turn;
        }
        world.tally.count("sockets opened again", 1);
        let pause_ms = rand::rng().random_range(100..3_000);
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        // Something may have been told meanwhile.
        if let Asked::Over(turn) = ask_once(world, fan, place).await {
            return turn;
        }
    }
}

/// Listens on one socket.
async fn listen(world: &World, fan: u32, place: &Place, served: &mut u64) -> anyhow::Result<Turn> {
    let mut socket = {
        let _opening = world.opening_sockets.acquire().await?;
        Socket::from(&place.socket_url, Some(world.herd.address_of_sockets(fan))).await?
    };
    let _open = world.gauge("sockets");
    socket.send(&json!({"type": "subscribe", "to": "place", "token": place.token})).await?;
    socket.send(&json!({"type": "subscribe", "to": "line", "event": world.plan.event})).await?;
    let mut patience = SILENCE;
    loop {
        let Ok(text) = tokio::time::timeout(patience, socket.next_text()).await else {
            match ask_once(world, fan, place).await {
                Asked::Over(turn) => return Ok(turn),
                Asked::Again(after) => patience = after.max(SILENCE),
            }
            continue;
        };
        let text = text?.context("the socket was closed")?;
        // A hundred thousand lines a second: what is not needed of them is not parsed.
        if text.starts_with(r#"{"type":"line""#) {
            if text.contains(r#""phase":"closed""#) {
                return Ok(Turn::Closed);
            }
            hear(world, fan, &text, served);
            note_line(world, &text);
        } else if text.starts_with(r#"{"type":"place""#) {
            let told: Value = serde_json::from_str(&text)?;
            if told["state"] == "admitted" {
                note_push(world, &told);
                return Ok(Turn::Admitted);
            }
        }
    }
}

/// A number in a text of JSON that nobody has parsed.
fn number(text: &str, name: &str) -> Option<u64> {
    let (_, rest) = text.split_once(name)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// From the moment that the line was so to the fan who is told.
fn note_line(world: &World, text: &str) {
    let at_ms = number(text, r#""at_ms":"#).and_then(|at| i64::try_from(at).ok());
    let took = at_ms.and_then(|at| u64::try_from(world.now_ms() - at).ok());
    if let Some(took) = took {
        world.tally.time(LINE_PUSH, Duration::from_millis(took));
    }
}

/// The line only ever moves on.
fn hear(world: &World, fan: u32, text: &str, served: &mut u64) {
    let Some(serving) = number(text, r#""serving":"#) else { return };
    if serving < *served {
        world.tally.breach(format!("fan {fan}: the line went back from {served} to {serving}"));
    }
    *served = serving;
}

/// From the release to the fan.
fn note_push(world: &World, told: &Value) {
    let offer_ms = world.plan.scenario.room.offer_ms();
    let offered_ms = told["until_ms"].as_i64().map(|until| until - offer_ms);
    let took = offered_ms.and_then(|at| u64::try_from(world.now_ms() - at).ok());
    if let Some(took) = took {
        world.tally.time(RELEASE_PUSH, Duration::from_millis(took));
    }
}

/// What came of asking.
enum Asked {
    Over(Turn),
    /// To be asked again after so long.
    Again(Duration),
}

/// Asks for the place, as often as the answers say.
async fn ask(world: &World, fan: u32, place: &Place) -> Turn {
    loop {
        match ask_once(world, fan, place).await {
            Asked::Over(turn) => return turn,
            Asked::Again(after) => tokio::time::sleep(after).await,
        }
    }
}

async fn ask_once(world: &World, fan: u32, place: &Place) -> Asked {
    let call = Call::get(format!("/api/waiting-room/places/{}", place.id));
    let call = call.header("onsale-place", &place.token);
    let Some(answer) = world.wire.ask("look", fan, call).await else { return Asked::Over(Turn::Closed) };
    let answer = answer.json();
    match answer["state"].as_str() {
        Some("offered" | "shopping") => Asked::Over(Turn::Admitted),
        Some("waiting") => {
            Asked::Again(Duration::from_millis(answer["poll_after_ms"].as_u64().unwrap_or(5_000)))
        }
        _ if answer["phase"] == "closed" => Asked::Over(Turn::Closed),
        _ => {
            world.tally.count(MISSED, 1);
            Asked::Over(Turn::Over)
        }
    }
}
