//! Events as every process needs them: everything of one event in one record, cached for a second.

use std::{sync::Arc, time::Duration};

use moka::future::Cache;
use sqlx::{PgPool, types::Json};
use time::OffsetDateTime;

use crate::domain::{
    AreaIndex, Category, Currency, Demand, EventId, EventStatus, Lane, SeatIndex, SeatMap, SeatMapDocument,
    TierIndex, UserId, WaitingAccess,
};

/// How old a cached event may be: an organiser's change is seen everywhere after at most this.
const CACHE_TTL: Duration = Duration::from_secs(1);
/// Most events remembered at once.
const CACHED_EVENTS: u64 = 10_000;
/// Most seat maps remembered at once; they never change.
const CACHED_SEAT_MAPS: u64 = 500;

/// One event with its prices and its seat map.
#[derive(Clone, Debug)]
pub struct EventRecord {
    /// Its id.
    pub id: EventId,
    /// Whose it is.
    pub organiser_id: UserId,
    /// What it is called.
    pub title: String,
    /// What it is about, plain text.
    pub description: String,
    /// What kind of event it is.
    pub category: Category,
    /// The house.
    pub venue: String,
    /// The town.
    pub city: String,
    /// IANA name of the venue's time zone.
    pub time_zone: String,
    /// When it begins.
    pub starts_at: OffsetDateTime,
    /// When its sale opens.
    pub sale_opens_at: OffsetDateTime,
    /// How it sells.
    pub demand: Demand,
    /// Where it is in its life.
    pub status: EventStatus,
    /// Currency of all its prices.
    pub currency: Currency,
    /// Most tickets one person may have.
    pub tickets_per_person: u32,
    /// Fans may cancel until this many minutes before the start; none: never.
    pub cancel_until_minutes: Option<u32>,
    /// How long seats stay held before checkout, seconds.
    pub hold_seconds: u32,
    /// Its price tiers, by rising index.
    pub tiers: Vec<PriceTier>,
    /// Its seat map; a published event has one.
    pub seat_map: Option<Arc<SeatMap>>,
    /// Its poster.
    pub poster: Option<Poster>,
    /// What the poster shows, for those who cannot see it; may be empty.
    pub poster_alt: String,
    /// Who may join its waiting room.
    pub waiting_access: WaitingAccess,
    /// Whether there are codes with which one joins.
    pub has_codes: bool,
    /// The lanes of its waiting room besides everybody's; they are fixed when it is published.
    pub lanes: Vec<Lane>,
    /// Grows with every change; the ETag.
    pub version: i64,
}

/// The picture of an event; the bytes are behind its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poster {
    /// Names it.
    pub hash: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Its average, like `#0c2a4f`.
    pub colour: String,
}

/// A price and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceTier {
    /// Its index in the event; seats and areas of the map name it.
    pub tier: TierIndex,
    /// What it is called.
    pub name: String,
    /// Price of one ticket, minor units.
    pub price_minor: i64,
}

impl EventRecord {
    /// A price tier.
    #[must_use]
    pub fn tier(&self, tier: TierIndex) -> Option<&PriceTier> {
        self.tiers.iter().find(|candidate| candidate.tier == tier)
    }

    /// The price tier of a seat; `None` when the event has no such seat or no such tier.
    #[must_use]
    pub fn seat_tier(&self, seat: SeatIndex) -> Option<&PriceTier> {
        self.tier(self.seat_map.as_ref()?.tier_of(seat)?)
    }

    /// The price tier of a standing area; `None` when the event has no such area or no such tier.
    #[must_use]
    pub fn area_tier(&self, area: AreaIndex) -> Option<&PriceTier> {
        self.tier(self.seat_map.as_ref()?.area(area)?.tier)
    }

    /// Whether tickets may be bought at `now`: published, and the sale has opened.
    #[must_use]
    pub fn is_on_sale(&self, now: OffsetDateTime) -> bool {
        self.status == EventStatus::Published && self.sale_opens_at <= now && now < self.starts_at
    }
}

impl Poster {
    /// From what stands in the store; none where nothing does.
    #[must_use]
    pub fn of(
        hash: Option<String>,
        width: Option<i32>,
        height: Option<i32>,
        colour: Option<String>,
    ) -> Option<Self> {
        let (width, height) = (width?.try_into().ok()?, height?.try_into().ok()?);
        Some(Self { hash: hash?, width, height, colour: colour? })
    }
}

struct EventRow {
    record: EventRecord,
    seat_map_hash: Option<String>,
}

/// Reads one event.
///
/// # Errors
/// When PostgreSQL does not answer, or what it holds is not an event.
pub async fn load(pool: &PgPool, event: EventId) -> Result<Option<EventRecord>, sqlx::Error> {
    let Some(EventRow { mut record, seat_map_hash }) = load_row(pool, event).await? else { return Ok(None) };
    if let Some(hash) = seat_map_hash {
        record.seat_map = load_seat_map(pool, &hash).await?.map(Arc::new);
    }
    Ok(Some(record))
}

/// Reads one seat map by its hash.
///
/// # Errors
/// When PostgreSQL does not answer, or what it holds is not a seat map.
pub async fn load_seat_map(pool: &PgPool, hash: &str) -> Result<Option<SeatMap>, sqlx::Error> {
    let geometry = sqlx::query_scalar!("SELECT geometry FROM seat_maps WHERE hash = $1", hash)
        .fetch_optional(pool)
        .await?;
    let Some(geometry) = geometry else { return Ok(None) };
    let document: SeatMapDocument = serde_json::from_value(geometry).map_err(damaged)?;
    SeatMap::new(document).map(Some).map_err(damaged)
}

async fn load_row(pool: &PgPool, event: EventId) -> Result<Option<EventRow>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT organiser_id AS "organiser_id: UserId", title, description,
                  category AS "category: Category", venue, city, time_zone, starts_at, sale_opens_at,
                  demand AS "demand: Demand", status AS "status: EventStatus", currency,
                  tickets_per_person, cancel_until_minutes, hold_seconds, seat_map_hash, version, poster_alt,
                  waiting_access AS "waiting_access: WaitingAccess",
                  EXISTS (SELECT FROM access_codes
                          WHERE event_id = events.id AND withdrawn_at IS NULL) AS "has_codes!",
                  hash AS "poster_hash?", width AS "width?", height AS "height?", colour AS "colour?",
                  ARRAY(SELECT tier FROM price_tiers WHERE event_id = id ORDER BY tier) AS "tiers!",
                  ARRAY(SELECT name FROM price_tiers WHERE event_id = id ORDER BY tier) AS "tier_names!",
                  ARRAY(SELECT price_minor FROM price_tiers WHERE event_id = id ORDER BY tier) AS "prices!",
                  (SELECT lanes FROM waiting_rooms WHERE event_id = id) AS "lanes: Json<Vec<Lane>>"
           FROM events LEFT JOIN posters ON hash = poster_hash WHERE id = $1"#,
        event.0
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let tiers = row.tiers.into_iter().zip(row.tier_names).zip(row.prices);
    let tiers = tiers
        .map(|((tier, name), price_minor)| {
            Ok(PriceTier { tier: tier.try_into().map_err(damaged)?, name, price_minor })
        })
        .collect::<Result<_, sqlx::Error>>()?;
    let poster = Poster::of(row.poster_hash, row.width, row.height, row.colour);
    let record = EventRecord {
        id: event,
        organiser_id: row.organiser_id,
        title: row.title,
        description: row.description,
        category: row.category,
        venue: row.venue,
        city: row.city,
        time_zone: row.time_zone,
        starts_at: row.starts_at,
        sale_opens_at: row.sale_opens_at,
        demand: row.demand,
        status: row.status,
        currency: row.currency.parse().map_err(damaged)?,
        tickets_per_person: row.tickets_per_person.try_into().map_err(damaged)?,
        hold_seconds: row.hold_seconds.try_into().map_err(damaged)?,
        cancel_until_minutes: row.cancel_until_minutes.map(TryInto::try_into).transpose().map_err(damaged)?,
        tiers,
        seat_map: None,
        poster,
        poster_alt: row.poster_alt,
        waiting_access: row.waiting_access,
        has_codes: row.has_codes,
        lanes: row.lanes.map(|lanes| lanes.0).unwrap_or_default(),
        version: row.version,
    };
    Ok(Some(EventRow { record, seat_map_hash: row.seat_map_hash }))
}

fn damaged(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

/// Events, at most a second old; many who ask at the same time share one read. Cheap to clone.
#[derive(Clone)]
pub struct EventCache {
    pool: PgPool,
    events: Cache<EventId, Option<Arc<EventRecord>>>,
    seat_maps: Cache<String, Arc<SeatMap>>,
}

impl EventCache {
    /// An empty cache over `pool`.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self {
            pool,
            events: Cache::builder().max_capacity(CACHED_EVENTS).time_to_live(CACHE_TTL).build(),
            seat_maps: Cache::new(CACHED_SEAT_MAPS),
        }
    }

    /// One event; `None` when there is none with this id.
    ///
    /// # Errors
    /// When it is not cached and cannot be read; shared by all who asked at the same time.
    pub async fn get(&self, event: EventId) -> Result<Option<Arc<EventRecord>>, Arc<sqlx::Error>> {
        self.events.try_get_with(event, self.read(event)).await
    }

    /// One seat map by its hash; `None` when there is none.
    ///
    /// # Errors
    /// When it is not cached and cannot be read.
    pub async fn seat_map(&self, hash: &str) -> Result<Option<Arc<SeatMap>>, sqlx::Error> {
        if let Some(known) = self.seat_maps.get(hash).await {
            return Ok(Some(known));
        }
        let Some(map) = load_seat_map(&self.pool, hash).await?.map(Arc::new) else { return Ok(None) };
        self.seat_maps.insert(hash.to_owned(), map.clone()).await;
        Ok(Some(map))
    }

    /// Forgets an event, so that this process sees its own change at once.
    pub async fn forget(&self, event: EventId) {
        self.events.invalidate(&event).await;
    }

    async fn read(&self, event: EventId) -> Result<Option<Arc<EventRecord>>, sqlx::Error> {
        let Some(EventRow { mut record, seat_map_hash }) = load_row(&self.pool, event).await? else {
            return Ok(None);
        };
        if let Some(hash) = seat_map_hash {
            record.seat_map = self.seat_map(&hash).await?;
        }
        Ok(Some(Arc::new(record)))
    }
}
