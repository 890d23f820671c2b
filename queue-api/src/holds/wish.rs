//! What a fan asks for, checked against the event.

use garde::Validate;
use serde::Deserialize;
use shared::{
    domain::{AreaIndex, SeatIndex, SeatMap, TierIndex},
    store::events::EventRecord,
};
use utoipa::ToSchema;

use super::chooser::Wanted;
use crate::problem::{FieldError, Problem};

/// Most faults that are named one by one.
const MAX_NAMED: usize = 20;

/// One of the three ways to ask.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(super) struct HoldInput {
    /// These seats, by index.
    seats: Option<Vec<SeatIndex>>,
    /// Seats that Onsale chooses.
    best_available: Option<BestAvailableInput>,
    /// Standing places.
    areas: Option<Vec<AreaInput>>,
}

/// Seats side by side, as good as there are.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BestAvailableInput {
    quantity: u32,
    /// How many of them are places for wheelchairs; the others are beside them, on companion seats where there are any.
    #[serde(default)]
    wheelchair: u32,
    /// Only of this tier.
    tier: Option<TierIndex>,
    /// Only at this price or less, each.
    max_price_minor: Option<i64>,
}

/// Places in one standing area.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AreaInput {
    area: AreaIndex,
    quantity: u32,
}

/// What is wanted, all of it there in principle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Seats(Vec<SeatIndex>),
    Best(Wanted),
    Areas(Vec<(AreaIndex, u32)>),
}

impl HoldInput {
    /// Checks it against the event's map, prices and limit.
    pub(super) fn into_wish(self, event: &EventRecord, map: &SeatMap) -> Result<Wish, Problem> {
        match (self.seats, self.best_available, self.areas) {
            (Some(seats), None, None) => seats_of(seats, event, map),
            (None, Some(best), None) => best_of(best, event, map),
            (None, None, Some(areas)) => areas_of(&areas, event, map),
            _ => Err(Problem::invalid("seats", "give one of: seats, best_available, areas")),
        }
    }
}

fn in_limit(count: u64, field: &str, event: &EventRecord) -> Result<(), Problem> {
    if (1..=u64::from(event.tickets_per_person)).contains(&count) {
        return Ok(());
    }
    let message = format!("from 1 to {} tickets a person", event.tickets_per_person);
    Err(Problem::invalid(field, message))
}

fn seats_of(seats: Vec<SeatIndex>, event: &EventRecord, map: &SeatMap) -> Result<Wish, Problem> {
    in_limit(seats.len() as u64, "seats", event)?;
    let fault = |(index, seat): (usize, &SeatIndex)| {
        let message = if map.tier_of(*seat).is_none() {
            "the event has no such seat"
        } else if seats[..index].contains(seat) {
            "is there twice"
        } else {
            return None;
        };
        Some(FieldError { field: format!("seats[{index}]"), message: format!("{seat}: {message}") })
    };
    let faults: Vec<_> = seats.iter().enumerate().filter_map(fault).take(MAX_NAMED).collect();
    if faults.is_empty() { Ok(Wish::Seats(seats)) } else { Err(Problem::invalid_fields(faults)) }
}

fn best_of(best: BestAvailableInput, event: &EventRecord, map: &SeatMap) -> Result<Wish, Problem> {
    in_limit(best.quantity.into(), "best_available.quantity", event)?;
    if best.wheelchair > best.quantity {
        return Err(Problem::invalid("best_available.wheelchair", "at most as many as the quantity"));
    }
    let most = best.max_price_minor.unwrap_or(i64::MAX);
    let mut tiers = map.seat_tiers().to_vec();
    if let Some(tier) = best.tier {
        tiers.retain(|known| *known == tier);
        if tiers.is_empty() {
            return Err(Problem::invalid("best_available.tier", "no seat is of this tier"));
        }
    }
    tiers.retain(|tier| event.tier(*tier).is_some_and(|tier| tier.price_minor <= most));
    if tiers.is_empty() {
        return Err(Problem::invalid("best_available.max_price_minor", "no seat costs so little"));
    }
    Ok(Wish::Best(Wanted { quantity: best.quantity, tiers, wheelchairs: best.wheelchair }))
}

fn areas_of(areas: &[AreaInput], event: &EventRecord, map: &SeatMap) -> Result<Wish, Problem> {
    in_limit(areas.iter().map(|area| u64::from(area.quantity)).sum(), "areas", event)?;
    for (index, asked) in areas.iter().enumerate() {
        let fault = if map.area(asked.area).is_none() {
            "the event has no such area"
        } else if asked.quantity == 0 {
            "at least 1 place"
        } else if areas[..index].iter().any(|other| other.area == asked.area) {
            "is there twice"
        } else {
            continue;
        };
        return Err(Problem::invalid(format!("areas[{index}]"), fault));
    }
    Ok(Wish::Areas(areas.iter().map(|asked| (asked.area, asked.quantity)).collect()))
}
