//! What an event still needs before it can be published.

use serde::Serialize;
use shared::{
    domain::{EventStatus, TierIndex},
    store::events::EventRecord,
};
use utoipa::ToSchema;

use super::store;
use crate::{app::App, problem::Problem};

/// What is missing for publication.
#[derive(Serialize, ToSchema)]
pub(super) struct Checklist {
    /// Whether it can be published now: a draft of which nothing is missing.
    pub ready: bool,
    pub status: EventStatus,
    /// Everything that is missing, at once.
    pub missing: Vec<MissingItem>,
}

/// One thing that is missing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MissingItem {
    pub code: Missing,
    /// Where it is put right: `starts_at`, `tiers`, `seat_map`.
    pub field: &'static str,
    /// What is wrong, for people.
    pub message: String,
    /// Of `tier_without_price`: which one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierIndex>,
}

/// What can be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Missing {
    /// The start lies in the past.
    StartInThePast,
    /// There is no price.
    NoPrice,
    /// There is no seat map.
    NoSeatMap,
    /// Every seat is blocked, and nobody can stand.
    EverySeatBlocked,
    /// The seat map uses a tier that has no price.
    TierWithoutPrice,
}

impl MissingItem {
    fn new(code: Missing, field: &'static str, message: impl Into<String>) -> Self {
        Self { code, field, message: message.into(), tier: None }
    }
}

/// The checklist of an event.
///
/// # Errors
/// When PostgreSQL is away.
pub(super) async fn of(app: &App, event: &EventRecord) -> Result<Checklist, Problem> {
    let missing = if event.status == EventStatus::Draft { missing(app, event).await? } else { Vec::new() };
    let ready = event.status == EventStatus::Draft && missing.is_empty();
    Ok(Checklist { ready, status: event.status, missing })
}

/// Everything a draft still needs.
///
/// # Errors
/// When PostgreSQL is away.
pub(super) async fn missing(app: &App, event: &EventRecord) -> Result<Vec<MissingItem>, Problem> {
    let mut missing = Vec::new();
    if event.starts_at <= app.clock.now() {
        missing.push(MissingItem::new(Missing::StartInThePast, "starts_at", "lies in the past"));
    }
    if event.tiers.is_empty() {
        missing.push(MissingItem::new(Missing::NoPrice, "tiers", "at least one price is needed"));
    }
    let Some(map) = &event.seat_map else {
        let message = "there is none yet: PUT …/seat-map";
        missing.push(MissingItem::new(Missing::NoSeatMap, "seat_map", message));
        return Ok(missing);
    };
    let blocked = store::blocked_count(&app.pool, event.id).await?;
    if u64::from(map.seat_count()) <= blocked && map.areas().is_empty() {
        missing.push(MissingItem::new(Missing::EverySeatBlocked, "seat_map", "every seat is blocked"));
    }
    for tier in map.tiers().into_iter().filter(|tier| event.tier(*tier).is_none()) {
        let message = format!("the seat map uses tier {tier}, which has no price");
        let item = MissingItem::new(Missing::TierWithoutPrice, "tiers", message);
        missing.push(MissingItem { tier: Some(tier), ..item });
    }
    Ok(missing)
}
