//! High demand: lobby, draw, admission, a seat lost to another, payment through the queue, push, mail, door.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use client::{Answer, Call, Socket};
use serde_json::{Value, json};
use shared::{
    domain::draw::{Draw, Seed},
    tokens,
};
use uuid::Uuid;

use crate::{
    World, door,
    people::Person,
    stage::{self, GOOD_CARD, in_seconds, text},
    steps::Steps,
};

/// Others who wait in the same lobby, each on a device of its own.
const CROWD: usize = 60;

/// A fan's place in the waiting room.
struct Place {
    id: String,
    token: String,
    socket_url: String,
    ordinal: u64,
}

pub(crate) async fn journey(world: &World, steps: &mut Steps) -> anyhow::Result<()> {
    steps.chapter("High demand: the arena, through the waiting room");
    let event =
        steps.take("the arena is published; its lobby opens now, its sale in 5 s", arena(world)).await?;
    let (ada, bob) = steps.take("two fans sign up", two_fans(world)).await?;
    let place = steps.take("Ada joins the lobby", join(world, &event, Some(&ada))).await?;
    steps.take("joining again gives the same place", join_again(world, &event, &ada, &place)).await?;
    let bobs = steps.take("Bob joins", join(world, &event, Some(&bob))).await?;
    steps.take(&format!("{CROWD} others join"), crowd(world, &event)).await?;
    let mut socket = steps
        .take("Ada's socket subscribes to line, place, seats and bookings", listen(&event, &ada, &place))
        .await?;
    steps.take("the places are drawn; the seed opens the commitment", drawn(world, &event, &place)).await?;
    let line = steps.take("the line is told each second", line_status(&mut socket)).await?;
    ensure!(line["serving"].is_u64(), "the line has no serving number: {line}");
    steps.take("Ada's turn is pushed", admitted(&mut socket)).await?;
    let pass = steps.take("Ada comes in", claim(world, &place)).await?;
    let bobs_pass = steps.take("Bob comes in", claim(world, &bobs)).await?;

    let bobs_hold = json!({"best_available": {"quantity": 2}});
    let bobs_hold =
        steps.take("Bob holds the best two", hold(world, &event, &bob, &bobs_pass, &bobs_hold)).await?;
    let lost = seats_of(&bobs_hold)?;
    let lose = lose_seats(world, &event, &ada, &pass, &lost);
    steps.take("Ada asks for the same two and is told which are gone", lose).await?;
    let again = json!({"best_available": {"quantity": 2}});
    let held = steps.take("Ada picks again", hold(world, &event, &ada, &pass, &again)).await?;
    steps.take("Ada's seats are seen held on the live map", seen_held(&mut socket, &held)).await?;

    let hold_id = text(&held["id"])?;
    let checkout = steps.take("Ada checks out", world.check_out(&ada, &hold_id)).await?;
    let booking = text(&checkout["booking_id"])?;
    steps
        .take("Ada pays: 202, and the same again for a double click", accepted(world, &ada, &hold_id, &pass))
        .await?;
    steps.take("the confirmation is pushed", confirmed(&mut socket, &booking)).await?;
    steps.take("the booking is confirmed", world.booking_becomes(&ada, &booking, "confirmed")).await?;
    steps.take("its seats are sold on the map", sold(world, &event, &held)).await?;
    door::from_mail_to_door(world, steps, &event, &ada, 2).await
}

async fn arena(world: &World) -> anyhow::Result<String> {
    let event = stage::event(
        "Arena",
        &json!({
            "demand": "queue",
            "sale_opens_at": in_seconds(5)?,
            "waiting_room": {
                "lease_cap": 200,
                "rate_per_minute": 6000,
            },
        }),
    )?;
    world.publish(&event, &demo::venues::arena()).await
}

async fn two_fans(world: &World) -> anyhow::Result<(Person, Person)> {
    Ok((Person::fan(&world.api, "Ada Žluťoučká").await?, Person::fan(&world.api, "Bob Привет").await?))
}

async fn join(world: &World, event: &str, fan: Option<&Person>) -> anyhow::Result<Place> {
    let mut call = Call::post(format!("/api/events/{event}/waiting-room/places"), &json!({}));
    if let Some(fan) = fan {
        call = call.by(&fan.token);
    }
    let place = join_when_ready(world, &call).await?.expect(202)?;
    Ok(Place {
        id: text(&place["id"])?,
        token: text(&place["token"])?,
        socket_url: text(&place["socket_url"])?,
        ordinal: place["ordinal"].as_u64().context("an ordinal")?,
    })
}

/// A room that was published a moment ago is not built yet: 503, and a client asks again.
async fn join_when_ready(world: &World, call: &Call) -> anyhow::Result<Answer> {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    loop {
        let answer = world.api.call(call.clone()).await?;
        if answer.status != 503 || tokio::time::Instant::now() > deadline {
            return Ok(answer);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn join_again(world: &World, event: &str, fan: &Person, place: &Place) -> anyhow::Result<()> {
    let again = join(world, event, Some(fan)).await?;
    ensure!(again.id == place.id && again.ordinal == place.ordinal, "it is another place: {}", again.id);
    Ok(())
}

async fn crowd(world: &World, event: &str) -> anyhow::Result<()> {
    let joins = (0..CROWD).map(|_| join(world, event, None));
    let mut ordinals = Vec::new();
    for place in futures_util::future::join_all(joins).await {
        ordinals.push(place?.ordinal);
    }
    ordinals.sort_unstable();
    ordinals.dedup();
    ensure!(ordinals.len() == CROWD, "{} places for {CROWD} devices", ordinals.len());
    Ok(())
}

async fn listen(event: &str, fan: &Person, place: &Place) -> anyhow::Result<Socket> {
    let mut socket = Socket::open(&place.socket_url).await?;
    let event: Uuid = event.parse()?;
    for message in [
        json!({"type": "authenticate", "token": fan.token}),
        json!({"type": "subscribe", "to": "line", "event": event}),
        json!({"type": "subscribe", "to": "seats", "event": event}),
        json!({"type": "subscribe", "to": "place", "token": place.token}),
        json!({"type": "subscribe", "to": "bookings"}),
    ] {
        socket.send(&message).await?;
    }
    Ok(socket)
}

/// Waits for the draw and checks it as anybody can: the seed opens the commitment that stood there before, and gives
/// the place's number.
async fn drawn(world: &World, event: &str, place: &Place) -> anyhow::Result<()> {
    let path = format!("/api/events/{event}/waiting-room");
    let before = world.api.call(Call::get(&path)).await?.expect(200)?;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    let after = loop {
        let now = world.api.call(Call::get(&path)).await?.expect(200)?;
        if now["seed"].is_string() {
            break now;
        }
        ensure!(tokio::time::Instant::now() < deadline, "no draw within 20 s: {now}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    ensure!(before["seed_commitment"] == after["seed_commitment"], "the commitment changed");
    let seed = tokens::from_hex(&text(&after["seed"])?).context("the seed is not hex")?;
    let seed = Seed::from_slice(&seed).context("the seed is not 32 bytes")?;
    ensure!(
        tokens::hex(&seed.commitment()) == after["seed_commitment"],
        "the seed does not open the commitment"
    );
    let lobby = after["lobby_count"].as_u64().context("a lobby count")?;
    let number = Draw::new(seed, lobby).number(place.ordinal);
    let looked =
        Call::get(format!("/api/waiting-room/places/{}", place.id)).header("onsale-place", &place.token);
    let looked = world.api.call(looked).await?.expect(200)?;
    ensure!(looked["number"] == number, "the draw gives number {number}, the place says {looked}");
    Ok(())
}

async fn line_status(socket: &mut Socket) -> anyhow::Result<Value> {
    let open = |m: &Value| m["type"] == "line" && m["phase"] == "open";
    socket.wait_for("the line", Duration::from_secs(10), open).await
}

async fn admitted(socket: &mut Socket) -> anyhow::Result<Value> {
    let admitted = |m: &Value| m["type"] == "place" && m["state"] == "admitted";
    socket.wait_for("Ada's turn", Duration::from_secs(20), admitted).await
}

async fn claim(world: &World, place: &Place) -> anyhow::Result<String> {
    let path = format!("/api/waiting-room/places/{}/claim", place.id);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    loop {
        let call = Call::post(&path, &json!({})).header("onsale-place", &place.token);
        let answer = world.api.call(call).await?;
        if answer.status.is_success() {
            return text(&answer.json()["pass"]);
        }
        ensure!(answer.status == 409, "claiming: {} {}", answer.status, answer.json());
        ensure!(tokio::time::Instant::now() < deadline, "not admitted within 20 s: {}", answer.json());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn hold(world: &World, event: &str, fan: &Person, pass: &str, wanted: &Value) -> anyhow::Result<Value> {
    world.try_hold(event, fan, Some(pass), wanted).await?.expect(201)
}

fn seats_of(hold: &Value) -> anyhow::Result<Vec<u64>> {
    let seats = hold["seats"].as_array().context("seats")?;
    seats.iter().map(|seat| seat["seat"].as_u64().context("a seat")).collect()
}

async fn lose_seats(
    world: &World,
    event: &str,
    fan: &Person,
    pass: &str,
    seats: &[u64],
) -> anyhow::Result<()> {
    let answer = world.try_hold(event, fan, Some(pass), &json!({"seats": seats})).await?;
    let problem = answer.expect_problem(409, "seats-taken")?;
    let named = problem["seats"].as_array().context("the taken seats")?;
    let named: Vec<u64> = named.iter().filter_map(Value::as_u64).collect();
    ensure!(named == seats, "{seats:?} are taken, the problem names {problem}");
    Ok(())
}

async fn seen_held(socket: &mut Socket, hold: &Value) -> anyhow::Result<()> {
    let seats = seats_of(hold)?;
    let held = |m: &Value| {
        m["type"] == "seats"
            && m["seats"].as_array().is_some_and(|all| {
                seats.iter().all(|seat| all.iter().any(|pair| pair[0] == *seat && pair[1] == 1))
            })
    };
    socket.wait_for("the held seats", Duration::from_secs(5), held).await.map(|_| ())
}

async fn accepted(world: &World, fan: &Person, hold: &str, pass: &str) -> anyhow::Result<()> {
    world.pay(fan, hold, Some(pass), GOOD_CARD).await?.expect(202).map(|_| ())
}

async fn confirmed(socket: &mut Socket, booking: &str) -> anyhow::Result<()> {
    let confirmed =
        |m: &Value| m["type"] == "booking" && m["booking"] == booking && m["status"] == "confirmed";
    socket.wait_for("the confirmation", Duration::from_secs(20), confirmed).await.map(|_| ())
}

async fn sold(world: &World, event: &str, hold: &Value) -> anyhow::Result<()> {
    let seats = seats_of(hold)?;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(5);
    loop {
        let states = world.seat_states(event).await?;
        if seats.iter().all(|seat| usize::try_from(*seat).ok().and_then(|at| states.get(at)) == Some(&2)) {
            return Ok(());
        }
        ensure!(tokio::time::Instant::now() < deadline, "the seats {seats:?} are not sold on the map");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
