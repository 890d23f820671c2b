//! Bookings of two tickets through the queue: hold, checkout, accepted, committed, pushed to the buyer's socket. Buyers
//! have come in before it is measured.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use client::{Answer, Api, Call, Socket};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Figure, hammer::per_second};
use crate::{
    buyer::CARD,
    incidents::System,
    report::say,
    resources::{KINDS, cpu_ms},
    scenario::{Room, Scenario, Venue},
    stage::{Stage, now_ms},
    tally::{LATER, Tally, add, histogram},
    thresholds::BOOKED_PUSH,
};

/// The room is opened by hand, long before.
const OPENS_IN_MS: i64 = 900_000;
/// Who come in, or buy, at once.
const AT_ONCE: [usize; 2] = [64, 256];
/// Nobody waits longer for anything.
const PATIENCE: Duration = Duration::from_secs(120);

/// Somebody who came in and is known by name.
struct Buyer {
    api: Api,
    token: String,
    pass: String,
    socket_url: String,
    first_seat: u32,
}

/// Lets so many buy, as many at once as fit.
pub(super) async fn measure(system: &System, stage: &Stage, buyers: u32) -> anyhow::Result<Vec<Figure>> {
    ensure!(
        2 * buyers <= Venue::Arena.capacity(),
        "there are seats for {} buyers",
        Venue::Arena.capacity() / 2
    );
    let event = stage.publish(&open_house(), now_ms() + OPENS_IN_MS).await?;
    say(&format!("{buyers} buyers come in"));
    let ready = gather(system, stage, &event, buyers).await?;
    let tally = Arc::new(Tally::default());
    say("they buy");
    let before = cpu(system)?;
    let begun = Instant::now();
    let bought = stream::iter(ready).map(|buyer| buy(buyer, &event, &tally)).buffer_unordered(AT_ONCE[1]);
    let bought: Vec<()> = bought.try_collect().await?;
    let took = begun.elapsed();
    let after = cpu(system)?;
    stage.close(&event).await?;
    let told = tally.tell();
    let times = |step: &str| {
        let mut times = histogram();
        told.times.get(step).into_iter().for_each(|noted| add(&mut times, noted));
        times
    };
    let rate = per_second(u64::try_from(bought.len())?, took);
    let mut figures = vec![
        Figure::rate("bookings of 2, held to pushed", rate).at_least(3_000),
        Figure::times("from accepted to the buyer's push", &times(BOOKED_PUSH)).at_most_ms(1_000),
        Figure::times("the hold of a booking", &times("hold")),
        Figure::times("its checkout", &times("checkout")),
        Figure::times("its payment, until accepted", &times("pay")),
        Figure::amount("calls told to come again", u64::try_from(told.of(LATER)).unwrap_or(0), ""),
    ];
    // Where the time goes; mails that are still written afterwards are not in it.
    for ((_, program), (before, after)) in KINDS.iter().zip(before.into_iter().zip(after)) {
        let us = after.saturating_sub(before) * 1_000 / u64::from(buyers.max(1));
        figures.push(Figure::amount(&format!("{program}, time of a core a booking"), us, "µs"));
    }
    Ok(figures)
}

/// What each kind of process has taken of all cores, milliseconds.
fn cpu(system: &System) -> anyhow::Result<Vec<u64>> {
    KINDS.iter().map(|(kind, _)| cpu_ms(system, kind)).collect()
}

/// Everybody comes in as fast as it goes, and has time.
fn open_house() -> Scenario {
    let room = Room {
        lease_cap: 1_000_000,
        rate_per_minute: 10_000_000,
        claim_window_seconds: 300,
        grace_seconds: 0,
        pass_ttl_seconds: 900,
    };
    Scenario {
        title: "An arena whose bookings are measured".into(),
        venue: Venue::Arena,
        room,
        ..Scenario::lobby()
    }
}

/// All join, the room opens, all come in; then all listen. A socket that nobody reads for a minute is closed, and to come
/// in takes thousands longer.
async fn gather(
    system: &System,
    stage: &Stage,
    event: &str,
    count: u32,
) -> anyhow::Result<Vec<(Buyer, Socket)>> {
    let apis: Vec<Api> = system.apis().iter().map(|api| Api::new(api)).collect();
    let tally = Tally::default();
    let join = |number: u32| {
        let (api, tally) = (apis[number as usize % apis.len()].clone(), &tally);
        async move {
            let call = Call::post(format!("/api/events/{event}/waiting-room/places"), &json!({}));
            let place = ask(&api, "join", call.header("x-forwarded-for", address(number)), tally)
                .await?
                .expect(202)?;
            anyhow::Ok((number, api, place))
        }
    };
    let joined: Vec<_> = stream::iter(0..count).map(join).buffer_unordered(AT_ONCE[0]).try_collect().await?;
    stage.change(event, &json!({"phase": "open"})).await?;
    let enter = |(number, api, place): (u32, Api, Value)| enter(number, api, place, &tally);
    let entered: Vec<Buyer> =
        stream::iter(joined).map(enter).buffer_unordered(AT_ONCE[0]).try_collect().await?;
    stream::iter(entered).map(listen).buffer_unordered(AT_ONCE[0]).try_collect().await
}

async fn enter(number: u32, api: Api, place: Value, tally: &Tally) -> anyhow::Result<Buyer> {
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned).context("a text");
    let guest = Call::post("/api/auth/guest", &json!({})).header("x-forwarded-for", address(number));
    let token = text(&ask(&api, "guest", guest, tally).await?.expect(201)?["access_token"])?;
    let known = json!({"name": format!("Buyer {number}"), "email": format!("buyer-{number}@fans.example")});
    ask(&api, "name", Call::new(Method::PATCH, "/api/me").json(&known).by(&token), tally)
        .await?
        .expect(200)?;
    let socket_url = text(&place["socket_url"])?;
    let (id, proof) = (text(&place["id"])?, text(&place["token"])?);
    let begun = Instant::now();
    loop {
        let claim = Call::post(format!("/api/waiting-room/places/{id}/claim"), &json!({}));
        let answer = ask(&api, "claim", claim.header("onsale-place", &proof), tally).await?;
        if let Some(pass) = answer.json()["pass"].as_str() {
            return Ok(Buyer { api, token, pass: pass.to_owned(), socket_url, first_seat: 2 * number });
        }
        ensure!(begun.elapsed() < PATIENCE, "a buyer does not come in: {}", answer.json());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// A socket that hears of the buyer's bookings.
async fn listen(buyer: Buyer) -> anyhow::Result<(Buyer, Socket)> {
    let mut socket = Socket::open(&buyer.socket_url).await?;
    socket.send(&json!({"type": "authenticate", "token": buyer.token})).await?;
    socket.send(&json!({"type": "subscribe", "to": "bookings"})).await?;
    socket.wait_for("the subscription", PATIENCE, |told| told["type"] == "subscribed").await?;
    Ok((buyer, socket))
}

async fn buy((buyer, mut socket): (Buyer, Socket), event: &str, tally: &Tally) -> anyhow::Result<()> {
    let Buyer { api, token, pass, first_seat, .. } = &buyer;
    let wanted = json!({"seats": [*first_seat, *first_seat + 1]});
    let call = Call::post(format!("/api/events/{event}/holds"), &wanted)
        .by(token)
        .header("onsale-pass", pass.as_str());
    let hold = ask(api, "hold", call, tally).await?.expect(201)?["id"].clone();
    let hold = hold.as_str().context("a hold")?;
    let call = Call::post(format!("/api/holds/{hold}/checkout"), &json!({})).by(token);
    ensure!(ask(api, "checkout", call, tally).await?.status.is_success(), "the checkout was refused");
    let card = json!({"hold": hold, "payment_method": {"type": "sandbox_card", "number": CARD}});
    let call = Call::post("/api/bookings", &card).by(token).header("onsale-pass", pass.as_str());
    let call = call.header("idempotency-key", Uuid::new_v4().to_string());
    // 201 when the workers were quicker than the answer.
    let paid = ask(api, "pay", call, tally).await?;
    ensure!(paid.status.is_success(), "a payment was refused: {}", paid.json());
    let booking = paid.json()["id"].clone();
    let accepted = Instant::now();
    let is_ours = |told: &Value| told["type"] == "booking" && told["booking"] == booking;
    let told = socket.wait_for("the booking", PATIENCE, is_ours).await?;
    ensure!(told["status"] == "confirmed", "a booking was not confirmed: {told}");
    tally.since(BOOKED_PUSH, accepted);
    Ok(())
}

/// Asks until it is not told to come again.
async fn ask(api: &Api, step: &str, call: Call, tally: &Tally) -> anyhow::Result<Answer> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let asked = Instant::now();
        let answer = api.call(call.clone()).await?;
        if !matches!(answer.status.as_u16(), 429 | 503) {
            tally.since(step, asked);
            return Ok(answer);
        }
        tally.later(step, answer.status.as_u16());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("{step}: told to come again for {} s", PATIENCE.as_secs())
}

/// Where a buyer seems to live, for an Onsale that believes its proxy.
fn address(buyer: u32) -> String {
    let [_, a, b, c] = buyer.to_be_bytes();
    format!("10.{a}.{b}.{c}")
}
