//! What an organiser says about an event, and the rules it must keep to, the same when making and when changing.

use garde::Validate;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize};
use shared::{
    domain::{
        Category, Currency, Demand, Lane, Lanes, TierIndex, WaitingAccess,
        lanes::{MOST_LANES, NoLanes},
    },
    store::events::EventRecord,
};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::problem::FieldError;

/// Highest price of one ticket, minor units; the store has the same.
const MAX_PRICE_MINOR: i64 = 100_000_000;
/// Fans may cancel at most a year ahead of nothing.
const MAX_CANCEL_UNTIL_MINUTES: u32 = 366 * 24 * 60;

/// A price and its name.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Tier {
    /// What seats and areas of the map name it by.
    pub tier: TierIndex,
    pub name: String,
    /// Price of one ticket, minor units.
    pub price_minor: i64,
}

/// What the waiting room of an event with demand `queue` opens with; the organiser changes it live later.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WaitingRoomSettings {
    /// Most fans who shop at the same time.
    pub lease_cap: u32,
    /// Most fans let in within any minute.
    pub rate_per_minute: u32,
    /// How long before the sale the lobby opens.
    pub lobby_minutes: u32,
    /// How long a fan whose turn has come may take to come in.
    pub claim_window_seconds: u32,
    /// How long after that the offer still stands, while the fan is asked "are you still here?"; 0: not at all.
    pub grace_seconds: u32,
    /// How long a fan may shop.
    pub pass_ttl_seconds: u32,
    /// Separate lines with a share of those who come in each, besides everybody's; at most three.
    pub lanes: Vec<Lane>,
}

impl Default for WaitingRoomSettings {
    fn default() -> Self {
        Self {
            lease_cap: 500,
            rate_per_minute: 1_000,
            lobby_minutes: 30,
            claim_window_seconds: 120,
            grace_seconds: 30,
            pass_ttl_seconds: 600,
            lanes: Vec::new(),
        }
    }
}

/// A new event.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(super) struct EventFields {
    pub title: String,
    /// Plain text.
    #[serde(default)]
    pub description: String,
    pub category: Category,
    pub venue: String,
    pub city: String,
    /// IANA name, e.g. Europe/Vienna.
    pub time_zone: String,
    #[serde(with = "time::serde::rfc3339")]
    pub starts_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub sale_opens_at: OffsetDateTime,
    pub demand: Demand,
    pub currency: Currency,
    #[serde(default = "eight")]
    pub tickets_per_person: u32,
    /// Fans may cancel until this many minutes before the start; none: never.
    #[serde(default)]
    pub cancel_until_minutes: Option<u32>,
    /// How long a fan's seats stay held before checkout.
    #[serde(default = "ten_minutes")]
    pub hold_seconds: u32,
    #[serde(default)]
    pub tiers: Vec<Tier>,
    /// What the poster shows, for those who cannot see it.
    #[serde(default)]
    pub poster_alt: String,
    /// Of an event with demand `queue`.
    #[serde(default)]
    pub waiting_room: Option<WaitingRoomSettings>,
    /// Who may join the waiting room of an event with demand `queue`.
    #[serde(default = "everyone")]
    pub waiting_access: WaitingAccess,
}

/// Changes to an event; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[garde(allow_unvalidated)]
pub(super) struct EventChange {
    title: Option<String>,
    description: Option<String>,
    category: Option<Category>,
    venue: Option<String>,
    city: Option<String>,
    time_zone: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    starts_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    sale_opens_at: Option<OffsetDateTime>,
    demand: Option<Demand>,
    currency: Option<Currency>,
    tickets_per_person: Option<u32>,
    /// `null`: fans may never cancel.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<u32>)]
    cancel_until_minutes: Option<Option<u32>>,
    hold_seconds: Option<u32>,
    /// All tiers, replacing the ones that are there.
    tiers: Option<Vec<Tier>>,
    poster_alt: Option<String>,
    waiting_room: Option<WaitingRoomSettings>,
    /// In force for those who join from now on; places stay.
    waiting_access: Option<WaitingAccess>,
}

impl EventChange {
    /// The event with the changes made, and the names of what a published event may not change.
    pub(super) fn apply(self, event: &EventRecord) -> (EventFields, Vec<&'static str>) {
        let mut fixed = Vec::new();
        let mut fix = |name, changes: bool| {
            if changes {
                fixed.push(name);
            }
        };
        fix("demand", self.demand.is_some_and(|demand| demand != event.demand));
        fix("currency", self.currency.is_some_and(|currency| currency != event.currency));
        fix("sale_opens_at", self.sale_opens_at.is_some_and(|opens| opens != event.sale_opens_at));
        fix("waiting_room", self.waiting_room.is_some());
        let keep = |text: &String| text.clone();
        let tiers = || {
            let tier = |tier: &shared::store::events::PriceTier| Tier {
                tier: tier.tier,
                name: tier.name.clone(),
                price_minor: tier.price_minor,
            };
            event.tiers.iter().map(tier).collect()
        };
        let fields = EventFields {
            title: self.title.unwrap_or_else(|| keep(&event.title)),
            description: self.description.unwrap_or_else(|| keep(&event.description)),
            category: self.category.unwrap_or(event.category),
            venue: self.venue.unwrap_or_else(|| keep(&event.venue)),
            city: self.city.unwrap_or_else(|| keep(&event.city)),
            time_zone: self.time_zone.unwrap_or_else(|| keep(&event.time_zone)),
            starts_at: self.starts_at.unwrap_or(event.starts_at),
            sale_opens_at: self.sale_opens_at.unwrap_or(event.sale_opens_at),
            demand: self.demand.unwrap_or(event.demand),
            currency: self.currency.unwrap_or(event.currency),
            tickets_per_person: self.tickets_per_person.unwrap_or(event.tickets_per_person),
            cancel_until_minutes: self.cancel_until_minutes.unwrap_or(event.cancel_until_minutes),
            hold_seconds: self.hold_seconds.unwrap_or(event.hold_seconds),
            tiers: self.tiers.unwrap_or_else(tiers),
            poster_alt: self.poster_alt.unwrap_or_else(|| keep(&event.poster_alt)),
            waiting_room: self.waiting_room,
            waiting_access: self.waiting_access.unwrap_or(event.waiting_access),
        };
        (fields, fixed)
    }
}

impl EventFields {
    /// Everything that breaks a rule.
    pub(super) fn faults(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut require = |holds: bool, field: String, message: &str| {
            if !holds {
                faults.push(FieldError { field, message: message.to_owned() });
            }
        };
        for (field, text) in [("title", &self.title), ("venue", &self.venue), ("city", &self.city)] {
            require(
                is_line(text, 200),
                field.into(),
                "1 to 200 characters on one line, not blank at either end",
            );
        }
        let alt = self.poster_alt.is_empty() || is_line(&self.poster_alt, 300);
        require(alt, "poster_alt".into(), "at most 300 characters on one line, not blank at either end");
        require(is_text(&self.description), "description".into(), "at most 10000 characters of plain text");
        require(is_time_zone(&self.time_zone), "time_zone".into(), "an IANA time zone, like Europe/Vienna");
        require(self.sale_opens_at < self.starts_at, "sale_opens_at".into(), "must be before the start");
        require(self.currency.is_in_use(), "currency".into(), "a currency in use (ISO 4217)");
        let per_person = (1..=100).contains(&self.tickets_per_person);
        require(per_person, "tickets_per_person".into(), "from 1 to 100");
        let cancel = self.cancel_until_minutes.is_none_or(|minutes| minutes <= MAX_CANCEL_UNTIL_MINUTES);
        require(cancel, "cancel_until_minutes".into(), "at most a year");
        require((5..=3_600).contains(&self.hold_seconds), "hold_seconds".into(), "from 5 to 3600");
        require(self.tiers.len() <= 100, "tiers".into(), "at most 100 tiers");
        for (index, tier) in self.tiers.iter().enumerate().take(100) {
            let at = |name: &str| format!("tiers[{index}].{name}");
            require(tier.tier <= 99, at("tier"), "from 0 to 99");
            let other = self.tiers[..index].iter().any(|other| other.tier == tier.tier);
            require(!other, at("tier"), "is there twice");
            require(is_line(&tier.name, 100), at("name"), "1 to 100 characters, not blank at either end");
            let price = (0..=MAX_PRICE_MINOR).contains(&tier.price_minor);
            require(price, at("price_minor"), "from 0 to 100000000 minor units");
        }
        if let Some(room) = &self.waiting_room {
            for (name, value, least, most) in [
                ("lease_cap", room.lease_cap, 1, 1_000_000),
                ("rate_per_minute", room.rate_per_minute, 1, 10_000_000),
                ("lobby_minutes", room.lobby_minutes, 0, 7 * 24 * 60),
                ("claim_window_seconds", room.claim_window_seconds, 5, 86_400),
                ("grace_seconds", room.grace_seconds, 0, 600),
                ("pass_ttl_seconds", room.pass_ttl_seconds, 30, 86_400),
            ] {
                let message = format!("from {least} to {most}");
                require((least..=most).contains(&value), format!("waiting_room.{name}"), &message);
            }
            let shares = Lanes::of(&room.lanes);
            require(shares.is_ok(), "waiting_room.lanes".into(), &NoLanes.to_string());
            for (index, lane) in room.lanes.iter().enumerate().take(MOST_LANES) {
                let name = format!("waiting_room.lanes[{index}].name");
                require(is_line(&lane.name, 60), name, "1 to 60 characters, not blank at either end");
            }
        }
        faults
    }
}

/// A field that is there, be it `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<u32>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

fn everyone() -> WaitingAccess {
    WaitingAccess::Everyone
}

fn ten_minutes() -> u32 {
    600
}

fn eight() -> u32 {
    8
}

fn is_line(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.chars().count()) && text.trim() == text && !text.chars().any(char::is_control)
}

fn is_text(text: &str) -> bool {
    text.chars().count() <= 10_000
        && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t' && c != '\r')
}

fn is_time_zone(name: &str) -> bool {
    name.len() <= 64 && TimeZone::get(name).is_ok()
}
