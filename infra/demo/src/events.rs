//! The demo events: what is on while one tries Onsale.

use serde_json::{Value, json};
use shared::{clock::Clock, domain::SeatMapDocument};
use time::{Duration, Time, format_description::well_known::Rfc3339};

use crate::venues;

/// An event with its seat map, as the API takes them.
pub struct DemoEvent {
    /// Finds the event again, so that loading twice makes it once.
    pub title: &'static str,
    /// Body of `POST /api/events`.
    pub event: Value,
    /// Body of `PUT /api/events/{event}/seat-map`.
    pub seat_map: SeatMapDocument,
}

/// A theatre that books directly, an arena behind a waiting room that is open, an open air with standing areas.
///
/// # Errors
/// When a time is out of range.
pub fn all(clock: &Clock) -> anyhow::Result<Vec<DemoEvent>> {
    Ok(vec![theatre(clock)?, arena(clock)?, open_air(clock)?])
}

fn theatre(clock: &Clock) -> anyhow::Result<DemoEvent> {
    let title = "The Seagull";
    let event = json!({
        "title": title,
        "description": "Chekhov's comedy in four acts, by the village theatre. With one interval.",
        "category": "theatre",
        "venue": "Village Theatre",
        "city": "Mürzsteg",
        "time_zone": "Europe/Vienna",
        "starts_at": in_days(clock, 21, 18)?,
        "sale_opens_at": just_now(clock)?,
        "demand": "direct",
        "currency": "EUR",
        "tickets_per_person": 8,
        "cancel_until_minutes": 24 * 60,
        "tiers": [
            {"tier": 0, "name": "Front stalls", "price_minor": 2800},
            {"tier": 1, "name": "Stalls", "price_minor": 2200},
        ],
    });
    Ok(DemoEvent { title, event, seat_map: venues::theatre() })
}

fn arena(clock: &Clock) -> anyhow::Result<DemoEvent> {
    let title = "Northern Lights: The Arena Night";
    let event = json!({
        "title": title,
        "description": "One night, 20,000 seats, no second date. The line is drawn fairly at the opening.",
        "category": "concert",
        "venue": "Harbour Arena",
        "city": "Hamburg",
        "time_zone": "Europe/Berlin",
        "starts_at": in_days(clock, 90, 19)?,
        "sale_opens_at": just_now(clock)?,
        "demand": "queue",
        "currency": "EUR",
        "tickets_per_person": 4,
        "cancel_until_minutes": 7 * 24 * 60,
        "tiers": [
            {"tier": 0, "name": "Gold", "price_minor": 14_900},
            {"tier": 1, "name": "Silver", "price_minor": 9_900},
            {"tier": 2, "name": "Bronze", "price_minor": 5_900},
        ],
        "waiting_room": {"lease_cap": 2_000, "rate_per_minute": 6_000},
    });
    Ok(DemoEvent { title, event, seat_map: venues::arena() })
}

fn open_air(clock: &Clock) -> anyhow::Result<DemoEvent> {
    let title = "Meadow Sounds";
    let event = json!({
        "title": title,
        "description": "An evening in the open air, standing: close to the stage, on the meadow, or on the hill.",
        "category": "festival",
        "venue": "The Great Meadow",
        "city": "Bath",
        "time_zone": "Europe/London",
        "starts_at": in_days(clock, 45, 16)?,
        "sale_opens_at": just_now(clock)?,
        "demand": "direct",
        "currency": "GBP",
        "tickets_per_person": 6,
        "cancel_until_minutes": 3 * 24 * 60,
        "tiers": [
            {"tier": 0, "name": "Front", "price_minor": 6_500},
            {"tier": 1, "name": "Meadow", "price_minor": 4_500},
            {"tier": 2, "name": "Hill", "price_minor": 3_000},
        ],
    });
    Ok(DemoEvent { title, event, seat_map: venues::open_air() })
}

fn just_now(clock: &Clock) -> anyhow::Result<String> {
    Ok((clock.now() - Duration::minutes(1)).format(&Rfc3339)?)
}

fn in_days(clock: &Clock, days: i64, hour: i64) -> anyhow::Result<String> {
    let midnight = clock.now().replace_time(Time::MIDNIGHT);
    Ok((midnight + Duration::days(days) + Duration::hours(hour)).format(&Rfc3339)?)
}
