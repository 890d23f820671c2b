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
    /// WebP, for `PUT /api/events/{event}/poster`.
    pub poster: &'static [u8],
    /// Belongs to the demo's organiser, else to the administrator.
    pub by_organiser: bool,
    /// How long after its sale has opened the next one is made; none: one is enough.
    pub again_after: Option<Duration>,
}

/// How long after the demo is loaded the draw is made.
const DRAW_IN: Duration = Duration::minutes(6);

/// A theatre that books directly, an arena behind a waiting room that is open, an open air with standing areas, and a
/// sale that opens in a few minutes, its lobby open already.
///
/// # Errors
/// When a time is out of range.
pub fn all(clock: &Clock) -> anyhow::Result<Vec<DemoEvent>> {
    Ok(vec![theatre(clock)?, arena(clock)?, open_air(clock)?, sessions(clock)?])
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
        "poster_alt": "A gull over a lake at sunrise",
        "cancel_until_minutes": 24 * 60,
        "tiers": [
            {"tier": 0, "name": "Front stalls", "price_minor": 2800},
            {"tier": 1, "name": "Stalls", "price_minor": 2200},
        ],
    });
    let poster = include_bytes!("../posters/seagull.webp");
    Ok(DemoEvent::new(title, event, venues::theatre(), poster))
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
        "poster_alt": "Northern lights over a crowd in front of a stage",
        "cancel_until_minutes": 7 * 24 * 60,
        "tiers": [
            {"tier": 0, "name": "Gold", "price_minor": 14_900},
            {"tier": 1, "name": "Silver", "price_minor": 9_900},
            {"tier": 2, "name": "Bronze", "price_minor": 5_900},
        ],
        "waiting_room": {"lease_cap": 2_000, "rate_per_minute": 6_000},
    });
    let poster = include_bytes!("../posters/northern-lights.webp");
    Ok(DemoEvent { by_organiser: true, ..DemoEvent::new(title, event, venues::arena(), poster) })
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
        "poster_alt": "A red sun over green hills, flowers and bunting",
        "cancel_until_minutes": 3 * 24 * 60,
        "tiers": [
            {"tier": 0, "name": "Front", "price_minor": 6_500},
            {"tier": 1, "name": "Meadow", "price_minor": 4_500},
            {"tier": 2, "name": "Hill", "price_minor": 3_000},
        ],
    });
    let poster = include_bytes!("../posters/meadow-sounds.webp");
    Ok(DemoEvent::new(title, event, venues::open_air(), poster))
}

/// Slow enough that a line forms from a handful of browsers.
fn sessions(clock: &Clock) -> anyhow::Result<DemoEvent> {
    let title = "The Lighthouse Sessions";
    let opens_at = clock.now() + DRAW_IN;
    let event = json!({
        "title": title,
        "description": "Three songwriters, one lamp, 180 seats. Join the lobby: the places are drawn at the opening.",
        "category": "concert",
        "venue": "Old Harbour Hall",
        "city": "Rotterdam",
        "time_zone": "Europe/Amsterdam",
        "starts_at": in_days(clock, 2, 18)?,
        "sale_opens_at": opens_at.format(&Rfc3339)?,
        "demand": "queue",
        "currency": "EUR",
        "tickets_per_person": 4,
        "poster_alt": "A lighthouse whose beam crosses the night",
        "cancel_until_minutes": 60,
        "tiers": [
            {"tier": 0, "name": "Front", "price_minor": 3_900},
            {"tier": 1, "name": "Hall", "price_minor": 2_900},
        ],
        "waiting_room": {"lease_cap": 5, "rate_per_minute": 10, "lobby_minutes": 15, "claim_window_seconds": 60,
                         "pass_ttl_seconds": 600},
    });
    let poster = include_bytes!("../posters/lighthouse.webp");
    let again_after = Some(Duration::minutes(30));
    let event = DemoEvent::new(title, event, venues::theatre(), poster);
    Ok(DemoEvent { by_organiser: true, again_after, ..event })
}

impl DemoEvent {
    fn new(title: &'static str, event: Value, seat_map: SeatMapDocument, poster: &'static [u8]) -> Self {
        Self { title, event, seat_map, poster, by_organiser: false, again_after: None }
    }
}

fn just_now(clock: &Clock) -> anyhow::Result<String> {
    Ok((clock.now() - Duration::minutes(1)).format(&Rfc3339)?)
}

fn in_days(clock: &Clock, days: i64, hour: i64) -> anyhow::Result<String> {
    let midnight = clock.now().replace_time(Time::MIDNIGHT);
    Ok((midnight + Duration::days(days) + Duration::hours(hour)).format(&Rfc3339)?)
}
