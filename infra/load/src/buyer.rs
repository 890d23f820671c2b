//! Buying: as a guest, the best seats there are or those one picks, with cards that pay or do not.

use std::time::{Duration, Instant};

use client::{Call, Socket};
use http::{Method, StatusCode};
use rand::RngExt as _;
use serde_json::{Value, json};
use shared::domain::{SeatIndex, SeatState, SeatStates};
use uuid::Uuid;

use crate::{
    fan::{Fan, Place},
    hostile::Loot,
    life::End,
    scenario::Venue,
    thresholds::{BOOKED, BOOKED_PUSH},
};

/// The sandbox gateway's card that always pays.
pub(crate) const CARD: &str = "4242424242424242";
/// The one that never does.
const NO_CARD: &str = "4000000000000002";
/// How often somebody whose seats were taken a moment ago tries again.
const TRIES: usize = 5;
/// How long a fan looks at the page that says "we are booking".
const PATIENCE: Duration = Duration::from_secs(120);
/// How often the page asks that has no socket.
const ASK: Duration = Duration::from_millis(500);
/// How long it waits for a push before it asks.
const PUSHED: Duration = Duration::from_secs(5);
/// Pickers look at so many of the first free places: popular seats are what people lose to each other.
const POPULAR: usize = 400;

/// What a buyer carries.
struct Purse<'a> {
    token: String,
    pass: &'a str,
    /// On which the booking is heard of.
    socket: Option<Socket>,
}

/// What a buyer is like.
struct Habits {
    picks: bool,
    changes: bool,
    declined: bool,
    cardless: bool,
    abandons: bool,
    clicks_twice: bool,
}

impl Habits {
    fn of(fan: &mut Fan<'_>) -> Self {
        let people = fan.world.plan.scenario.people;
        let mut has = |share| fan.chance.random_bool(share);
        Self {
            picks: has(people.pickers),
            changes: has(people.changers),
            declined: has(people.declined),
            cardless: has(people.cardless),
            abandons: has(people.abandoned),
            clicks_twice: has(people.double_clicks),
        }
    }
}

/// Buys; how it ended.
pub(crate) async fn buy(fan: &mut Fan<'_>, place: &Place, pass: &str) -> End {
    let habits = Habits::of(fan);
    let Some(token) = sign_in(fan).await else { return End::GaveBack };
    let mut purse = Purse { token, pass, socket: None };
    let mut held = hold(fan, &purse, habits.picks).await;
    if let Ok(first) = &held
        && habits.changes
    {
        let call = Call::new(Method::DELETE, format!("/api/holds/{first}")).by(&purse.token);
        fan.ask("give back", call).await;
        fan.think().await;
        held = hold(fan, &purse, habits.picks).await;
    }
    let hold = match held {
        Ok(hold) => hold,
        Err(end) => return end,
    };
    fan.world.overheard.note(Loot { hold: hold.clone(), paid: None });
    let call = Call::post(format!("/api/holds/{hold}/checkout"), &json!({}));
    let checked_out = fan.ask("checkout", call.by(&purse.token)).await;
    if !checked_out.is_some_and(|answer| answer.status.is_success()) {
        return End::Missed;
    }
    if habits.abandons {
        return End::Abandoned;
    }
    if !fan.polls {
        purse.socket = listen(fan, place, &purse.token).await.ok();
    }
    fan.think().await;
    if habits.declined || habits.cardless {
        if let Err(end) = try_a_bad_card(fan, &purse, &hold).await {
            return end;
        }
        if habits.cardless {
            let call = Call::new(Method::DELETE, format!("/api/holds/{hold}")).by(&purse.token);
            fan.ask("give back", call).await;
            return End::Declined;
        }
    }
    pay(fan, purse, &hold, habits.clicks_twice).await
}

/// A guest with a name and an address.
pub(crate) async fn sign_in(fan: &Fan<'_>) -> Option<String> {
    let session = fan.ask("guest", Call::post("/api/auth/guest", &json!({}))).await?.json();
    let token = session["access_token"].as_str()?.to_owned();
    let told =
        json!({"name": format!("Fan {}", fan.number), "email": format!("fan-{}@fans.example", fan.number)});
    let call = Call::new(Method::PATCH, "/api/me").json(&told).by(&token);
    fan.ask("name", call).await.filter(|answer| answer.status.is_success()).map(|_| token)
}

async fn hold(fan: &mut Fan<'_>, purse: &Purse<'_>, picks: bool) -> Result<String, End> {
    for _ in 0..TRIES {
        let wanted = wish(fan, picks).await.ok_or(End::SoldOut)?;
        let call = Call::post(format!("/api/events/{}/holds", fan.world.plan.event), &wanted);
        let call = call.by(&purse.token).header("onsale-pass", purse.pass);
        let Some(answer) = fan.ask("hold", call).await else { return Err(End::GaveBack) };
        match (answer.status, answer.json()) {
            (StatusCode::CREATED, hold) => {
                return hold["id"].as_str().map(ToOwned::to_owned).ok_or(End::Missed);
            }
            (StatusCode::CONFLICT, problem) if is_collision(&problem) => {
                fan.world.tally.count("hold: taken by another", 1);
                fan.think().await;
            }
            (StatusCode::CONFLICT, _) => return Err(End::SoldOut),
            _ => return Err(End::Missed),
        }
    }
    Err(End::SoldOut)
}

/// What to ask for; none: the map shows nothing that is free.
async fn wish(fan: &mut Fan<'_>, picks: bool) -> Option<Value> {
    let (tickets, venue) = (fan.world.plan.scenario.people.tickets, fan.world.plan.scenario.venue);
    if matches!(venue, Venue::OpenAir) {
        return Some(json!({"areas": [{"area": fan.chance.random_range(0..3), "quantity": tickets}]}));
    }
    if !picks {
        return Some(json!({"best_available": {"quantity": tickets}}));
    }
    let path = format!("/api/events/{}/seats", fan.world.plan.event);
    let call = Call::get(path).header("accept", "application/octet-stream");
    let answer = fan.ask("seats", call).await.filter(|answer| answer.status.is_success())?;
    let states = SeatStates::from_bytes(answer.body.to_vec(), venue.capacity());
    let free = free_runs(&states, tickets);
    let seats = free.get(fan.chance.random_range(0..free.len().max(1)))?;
    Some(json!({ "seats": seats }))
}

/// The first places where so many seats in a row are free.
fn free_runs(states: &SeatStates, tickets: u32) -> Vec<Vec<SeatIndex>> {
    let is_free = |seat: &SeatIndex| states.get(*seat) == SeatState::Available;
    let starts = (0..states.seat_count()).step_by(tickets.max(1) as usize);
    let runs = starts.map(|first| (first..first + tickets).collect::<Vec<_>>());
    runs.filter(|run| run.iter().all(is_free)).take(POPULAR).collect()
}

fn is_collision(problem: &Value) -> bool {
    ["seats-taken", "area-full"].iter().any(|kind| problem["type"] == format!("urn:onsale:problem:{kind}"))
}

/// Opens the socket on which the booking will be heard of.
async fn listen(fan: &Fan<'_>, place: &Place, token: &str) -> anyhow::Result<Socket> {
    let _opening = fan.world.opening_sockets.acquire().await?;
    let mut socket =
        Socket::from(&place.socket_url, Some(fan.world.herd.address_of_sockets(fan.number))).await?;
    socket.send(&json!({"type": "authenticate", "token": token})).await?;
    socket.send(&json!({"type": "subscribe", "to": "bookings"})).await?;
    socket.wait_for("the subscription", PUSHED, |told| told["type"] == "subscribed").await?;
    Ok(socket)
}

fn payment(purse: &Purse<'_>, hold: &str, card: &str, key: &str) -> Call {
    let input = json!({"hold": hold, "payment_method": {"type": "sandbox_card", "number": card}});
    let call = Call::post("/api/bookings", &input).by(&purse.token).header("onsale-pass", purse.pass);
    call.header("idempotency-key", key)
}

/// A card that does not pay must be declined, and no other harm be done.
async fn try_a_bad_card(fan: &mut Fan<'_>, purse: &Purse<'_>, hold: &str) -> Result<(), End> {
    let key = Uuid::new_v4().to_string();
    let answer = fan.ask("pay", payment(purse, hold, NO_CARD, &key)).await.ok_or(End::NotBooked)?;
    match answer.status {
        StatusCode::PAYMENT_REQUIRED => fan.world.tally.count("cards declined", 1),
        status if status.is_success() => {
            fan.world.tally.breach(format!("fan {}: a card that does not pay was taken", fan.number));
            return Err(End::NotBooked);
        }
        _ => return Err(End::Missed),
    }
    fan.think().await;
    Ok(())
}

/// Pays, and waits for the booking.
async fn pay(fan: &mut Fan<'_>, purse: Purse<'_>, hold: &str, twice: bool) -> End {
    let key = Uuid::new_v4().to_string();
    let Some(answer) = fan.ask("pay", payment(&purse, hold, CARD, &key)).await else { return End::NotBooked };
    let Some(booking) = answer.json()["id"].as_str().map(ToOwned::to_owned) else { return End::Missed };
    let accepted = Instant::now();
    fan.life.booking = Some(booking.clone());
    fan.life.accepted_ms = Some(fan.world.now_ms());
    fan.world.tally.count("bookings accepted", 1);
    fan.world.overheard.note(Loot { hold: hold.to_owned(), paid: Some((booking.clone(), key.clone())) });
    if twice {
        let again = fan.ask("pay again", payment(&purse, hold, CARD, &key)).await.map(|answer| answer.json());
        if again.is_some_and(|again| again["id"].as_str().is_some_and(|other| other != booking)) {
            fan.world.tally.breach(format!("fan {}: paying twice made two bookings", fan.number));
        }
    }
    let Purse { token, socket, .. } = purse;
    if !decided(fan, &token, socket, &booking, accepted).await {
        return End::NotBooked;
    }
    fan.life.confirmed_ms = Some(fan.world.now_ms());
    fan.world.tally.since(BOOKED, accepted);
    fan.world.tally.count("bookings confirmed", 1);
    fan.world.tally.count("tickets", fan.world.plan.scenario.people.tickets.into());
    End::Bought
}

/// Waits until the booking is decided, on the socket or by asking; whether it was confirmed.
async fn decided(
    fan: &Fan<'_>,
    token: &str,
    mut socket: Option<Socket>,
    booking: &str,
    accepted: Instant,
) -> bool {
    while accepted.elapsed() < PATIENCE {
        let mut word = None;
        if let Some(open) = &mut socket {
            let is_ours = |told: &Value| told["type"] == "booking" && told["booking"] == booking;
            match open.wait_for("the booking", PUSHED, is_ours).await {
                Ok(told) => word = told["status"].as_str().map(ToOwned::to_owned),
                Err(_) => {
                    fan.world.tally.count("bookings that no push told of in time", 1);
                    socket = None;
                }
            }
            if word.as_deref() == Some("confirmed") {
                fan.world.tally.since(BOOKED_PUSH, accepted);
            }
        } else {
            tokio::time::sleep(ASK).await;
        }
        if word.is_none() {
            let call = Call::get(format!("/api/bookings/{booking}")).by(token);
            word = fan
                .ask("booking", call)
                .await
                .and_then(|answer| Some(answer.json()["status"].as_str()?.to_owned()));
        }
        match word.as_deref() {
            Some("confirmed") => return true,
            Some("rejected" | "cancelled" | "refunded") => return false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_free_runs_are_picked() {
        // 0 available, 1 held, two bits a seat: 0 0 | 1 0 | 0 0 | 0 3.
        let states = SeatStates::from_bytes(vec![0b0000_0100, 0b0000_0011], 8);
        assert_eq!(free_runs(&states, 2), [vec![0, 1], vec![4, 5]]);
        assert_eq!(free_runs(&states, 3), [vec![3, 4, 5]]);
    }

    #[test]
    fn a_run_never_goes_beyond_the_last_seat() {
        assert_eq!(
            free_runs(&SeatStates::available(3), 2),
            [vec![0, 1]],
            "a seat beyond the last is blocked"
        );
    }
}
