//! Holds as clients see them.

use serde::Serialize;
use shared::{
    clock::from_unix_ms,
    domain::{AreaIndex, EventId, HoldId, Locale, Money, SeatIndex, TierIndex},
    locks::Hold,
    store::events::{EventRecord, PriceTier},
};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::problem::Problem;

/// A living hold, with what it will cost.
#[derive(Serialize, ToSchema)]
pub(super) struct HoldView {
    id: HoldId,
    event_id: EventId,
    seats: Vec<SeatView>,
    areas: Vec<HeldArea>,
    total: Money,
    /// Grows with every hold of the event.
    fence: i64,
    /// Until when the seats are kept.
    #[serde(with = "time::serde::rfc3339")]
    deadline: OffsetDateTime,
    /// The same, Unix ms.
    deadline_ms: i64,
    /// Whether checkout has moved the deadline; it does so once.
    extended: bool,
    /// Whether a booking was accepted for it.
    booked: bool,
    /// Compare the deadline with it, not with the device's clock.
    #[serde(with = "time::serde::rfc3339")]
    server_time: OffsetDateTime,
}

/// A held seat.
#[derive(Serialize, ToSchema)]
struct SeatView {
    seat: SeatIndex,
    /// Like "Stalls · Row F · 12".
    label: String,
    tier: TierIndex,
    tier_name: String,
    price_minor: i64,
}

/// Held places of a standing area.
#[derive(Serialize, ToSchema)]
struct HeldArea {
    area: AreaIndex,
    name: String,
    quantity: u32,
    tier: TierIndex,
    tier_name: String,
    /// Of one place.
    price_minor: i64,
}

impl HoldView {
    pub(super) fn new(
        hold: &Hold,
        event: &EventRecord,
        now: OffsetDateTime,
        locale: Locale,
    ) -> Result<Self, Problem> {
        let seats = hold.seats.iter().map(|seat| seat_view(event, *seat, locale)).collect::<Option<Vec<_>>>();
        let areas = hold.areas.iter().map(|(area, quantity)| area_view(event, *area, *quantity));
        let areas = areas.collect::<Option<Vec<_>>>();
        let (Some(seats), Some(areas)) = (seats, areas) else {
            return Err(Problem::internal(format_args!("hold {} does not fit its event", hold.hold_id)));
        };
        let total = seats.iter().map(|seat| seat.price_minor).sum::<i64>()
            + areas.iter().map(|area| area.price_minor * i64::from(area.quantity)).sum::<i64>();
        Ok(Self {
            id: hold.hold_id,
            event_id: hold.event_id,
            seats,
            areas,
            total: Money::new(total, event.currency),
            fence: hold.fence,
            deadline: from_unix_ms(hold.deadline_ms),
            deadline_ms: hold.deadline_ms,
            extended: hold.extended,
            booked: hold.pinned,
            server_time: now,
        })
    }
}

fn seat_view(event: &EventRecord, seat: SeatIndex, locale: Locale) -> Option<SeatView> {
    let label = event.seat_map.as_ref()?.seat_label_in(seat, locale)?;
    let PriceTier { tier, name, price_minor } = event.seat_tier(seat)?.clone();
    Some(SeatView { seat, label, tier, tier_name: name, price_minor })
}

fn area_view(event: &EventRecord, area: AreaIndex, quantity: u32) -> Option<HeldArea> {
    let name = event.seat_map.as_ref()?.area(area)?.name.clone();
    let PriceTier { tier, name: tier_name, price_minor } = event.area_tier(area)?.clone();
    Some(HeldArea { area, name, quantity, tier, tier_name, price_minor })
}
