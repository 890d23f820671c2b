//! Events as clients see them.

use serde::Serialize;
use shared::{
    domain::{
        AreaIndex, Category, Currency, Demand, EventId, EventStatus, RoomPhase, SeatMap, TierIndex, UserId,
        WaitingAccess,
    },
    locks::Stock,
    store::events::{EventRecord, Poster},
};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::{
    fields::{Tier, WaitingRoomSettings},
    pages::ItemRow,
};
use crate::{posters::PosterView, problem::Problem};

/// One page of the catalogue.
#[derive(Serialize, ToSchema)]
pub(super) struct EventPage {
    pub items: Vec<EventItem>,
    /// Give it as `cursor` to get the next page; none: this is the last.
    pub next_cursor: Option<String>,
}

/// An event in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct EventItem {
    id: EventId,
    title: String,
    category: Category,
    venue: String,
    city: String,
    time_zone: String,
    #[serde(with = "time::serde::rfc3339")]
    starts_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    sale_opens_at: OffsetDateTime,
    demand: Demand,
    status: EventStatus,
    price_range: Option<PriceRange>,
    /// Seats and standing places still to be had; none: not published, or not known right now.
    available: Option<u64>,
    /// Seats and standing places that are for sale at all.
    capacity: u64,
    /// Of the waiting room; none where demand is `direct`, while it is not published, or not known right now.
    phase: Option<RoomPhase>,
    poster: Option<PosterView>,
}

/// What changes by the second.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Live {
    pub available: Option<u64>,
    pub phase: Option<RoomPhase>,
}

/// The lowest and the highest price of one ticket.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(super) struct PriceRange {
    from_minor: i64,
    to_minor: i64,
    currency: Currency,
}

/// Everything about an event that its page shows.
#[derive(Serialize, ToSchema)]
pub(super) struct EventDetail {
    id: EventId,
    title: String,
    description: String,
    category: Category,
    venue: String,
    city: String,
    time_zone: String,
    #[serde(with = "time::serde::rfc3339")]
    starts_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    sale_opens_at: OffsetDateTime,
    demand: Demand,
    status: EventStatus,
    currency: Currency,
    tickets_per_person: u32,
    cancel_until_minutes: Option<u32>,
    hold_seconds: u32,
    tiers: Vec<Tier>,
    price_range: Option<PriceRange>,
    seat_map: Option<SeatMapLink>,
    areas: Vec<AreaView>,
    /// None while it is not published, or not known right now.
    availability: Option<Availability>,
    poster: Option<PosterView>,
    /// What the poster shows, also while there is none.
    poster_alt: String,
    /// What the waiting room will open with; of a draft with demand `queue` only, afterwards the room itself says.
    waiting_room: Option<WaitingRoomSettings>,
    /// Who may join its waiting room; of no meaning where demand is `direct`.
    waiting_access: WaitingAccess,
    organiser_id: UserId,
    version: i64,
    /// Compare with it, not with the device's clock.
    #[serde(with = "time::serde::rfc3339")]
    server_time: OffsetDateTime,
}

/// Where the geometry is.
#[derive(Serialize, ToSchema)]
pub(super) struct SeatMapLink {
    hash: String,
    /// Never changes: keep it for ever.
    href: String,
    seat_count: u32,
}

/// A standing area.
#[derive(Serialize, ToSchema)]
pub(super) struct AreaView {
    area: AreaIndex,
    name: String,
    capacity: u32,
    tier: TierIndex,
    /// Places left; none: not known right now.
    available: Option<u32>,
}

/// What is still to be had.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(super) struct Availability {
    /// Numbered seats.
    seats: u64,
    /// Seats and standing places.
    total: u64,
}

impl EventItem {
    pub(super) fn new(row: ItemRow, live: &Live) -> Result<Self, Problem> {
        let poster = Poster::of(row.poster_hash, row.poster_width, row.poster_height, row.poster_colour);
        let currency = row.currency.parse().map_err(Problem::internal)?;
        let range = row.lowest_minor.zip(row.highest_minor);
        Ok(Self {
            id: row.id,
            title: row.title,
            category: row.category,
            venue: row.venue,
            city: row.city,
            time_zone: row.time_zone,
            starts_at: row.starts_at,
            sale_opens_at: row.sale_opens_at,
            demand: row.demand,
            status: row.status,
            price_range: range.map(|(from_minor, to_minor)| PriceRange { from_minor, to_minor, currency }),
            available: live.available,
            capacity: row.capacity.unsigned_abs(),
            phase: live.phase,
            poster: poster.map(|poster| PosterView::new(&poster, &row.poster_alt)),
        })
    }
}

impl EventDetail {
    pub(super) fn new(
        event: &EventRecord,
        stock: Option<&Stock>,
        waiting_room: Option<WaitingRoomSettings>,
        server_time: OffsetDateTime,
    ) -> Self {
        let tiers = event.tiers.iter().map(|tier| Tier {
            tier: tier.tier,
            name: tier.name.clone(),
            price_minor: tier.price_minor,
        });
        let map = event.seat_map.as_deref();
        Self {
            id: event.id,
            title: event.title.clone(),
            description: event.description.clone(),
            category: event.category,
            venue: event.venue.clone(),
            city: event.city.clone(),
            time_zone: event.time_zone.clone(),
            starts_at: event.starts_at,
            sale_opens_at: event.sale_opens_at,
            demand: event.demand,
            status: event.status,
            currency: event.currency,
            tickets_per_person: event.tickets_per_person,
            cancel_until_minutes: event.cancel_until_minutes,
            hold_seconds: event.hold_seconds,
            tiers: tiers.collect(),
            price_range: price_range(event),
            seat_map: map.map(|map| SeatMapLink {
                hash: map.hash().to_owned(),
                href: format!("/api/seat-maps/{}", map.hash()),
                seat_count: map.seat_count(),
            }),
            areas: map.map_or_else(Vec::new, |map| areas(map, stock)),
            availability: stock.map(|stock| Availability { seats: stock.seats, total: stock.available() }),
            poster: event.poster.as_ref().map(|poster| PosterView::new(poster, &event.poster_alt)),
            poster_alt: event.poster_alt.clone(),
            waiting_room,
            waiting_access: event.waiting_access,
            organiser_id: event.organiser_id,
            version: event.version,
            server_time,
        }
    }
}

fn areas(map: &SeatMap, stock: Option<&Stock>) -> Vec<AreaView> {
    let left = |area| stock.and_then(|stock| stock.areas.iter().find(|known| known.area == area));
    let areas = map.areas().iter().zip(0..);
    let view = areas.map(|(area, index)| AreaView {
        area: index,
        name: area.name.clone(),
        capacity: area.capacity,
        tier: area.tier,
        available: left(index).map(shared::locks::AreaStock::available),
    });
    view.collect()
}

/// Over the tiers the map sells, or over all while there is no map.
fn price_range(event: &EventRecord) -> Option<PriceRange> {
    let used = event.seat_map.as_ref().map(|map| map.tiers());
    let sold = |tier| used.as_ref().is_none_or(|used| used.contains(tier));
    let prices = || event.tiers.iter().filter(|tier| sold(&tier.tier)).map(|tier| tier.price_minor);
    let (from_minor, to_minor) = (prices().min()?, prices().max()?);
    Some(PriceRange { from_minor, to_minor, currency: event.currency })
}
