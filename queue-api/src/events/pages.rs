//! The SQL of lists of events.

use shared::domain::{Category, Demand, EventId, EventStatus, UserId};
use sqlx::PgPool;
use time::OffsetDateTime;

use super::listing::Sort;

/// Words this much alike are taken for a typing error (pg_trgm's word similarity).
const ALIKE: f32 = 0.4;

/// An event in a list, as stored.
pub(super) struct ItemRow {
    pub id: EventId,
    pub title: String,
    pub category: Category,
    pub venue: String,
    pub city: String,
    pub time_zone: String,
    pub starts_at: OffsetDateTime,
    pub sale_opens_at: OffsetDateTime,
    pub demand: Demand,
    pub status: EventStatus,
    pub currency: String,
    pub lowest_minor: Option<i64>,
    pub highest_minor: Option<i64>,
    /// Seats and standing places that are not blocked.
    pub capacity: i64,
    pub poster_hash: Option<String>,
    pub poster_width: Option<i32>,
    pub poster_height: Option<i32>,
    pub poster_colour: Option<String>,
    pub poster_alt: String,
}

/// Whose events, and in which status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Everybody's published ones.
    Published,
    /// Those one organises, in any status.
    OrganisedBy(UserId),
    /// Everybody's in any status: an admin organises them all.
    All,
    /// The published ones one organises.
    PublishedBy(UserId),
}

/// Which events of the catalogue.
pub(super) struct Filter {
    pub scope: Scope,
    pub category: Option<Category>,
    pub from: Option<OffsetDateTime>,
    pub to: Option<OffsetDateTime>,
    pub place: Option<String>,
    pub words: Option<Vec<String>>,
    pub lenient: bool,
    pub sort: Sort,
    pub after: Option<(OffsetDateTime, EventId)>,
    pub limit: i64,
}

/// One statement a sort and scope, so that each can use its index.
macro_rules! select_page {
    ($filter:ident, $pool:ident, $scope:tt, $after:tt, $order:tt) => {{
        let words = $filter.words.as_deref();
        let prefixes = words.map(|words| words.iter().map(|word| format!("{word}:*")).collect::<Vec<_>>().join(" & "));
        sqlx::query_as!(
            ItemRow,
            r#"SELECT id AS "id: EventId", title, category AS "category: Category", venue, city, time_zone, starts_at,
                      sale_opens_at, demand AS "demand: Demand", status AS "status: EventStatus", currency,
                      (SELECT min(price_minor) FROM price_tiers WHERE event_id = id) AS lowest_minor,
                      (SELECT max(price_minor) FROM price_tiers WHERE event_id = id) AS highest_minor,
                      coalesce((SELECT seat_count FROM seat_maps WHERE seat_maps.hash = seat_map_hash), 0)
                          - (SELECT count(*) FROM blocked_seats WHERE event_id = id)
                          + coalesce((SELECT sum(capacity) FROM area_stock WHERE event_id = id), 0) AS "capacity!",
                      posters.hash AS "poster_hash?", width AS "poster_width?", height AS "poster_height?",
                      colour AS "poster_colour?", poster_alt
               FROM events LEFT JOIN posters ON posters.hash = poster_hash
               WHERE ($2::text IS NULL OR category = $2)
                 AND ($3::timestamptz IS NULL OR starts_at >= $3)
                 AND ($4::timestamptz IS NULL OR starts_at < $4)
                 AND ($5::text IS NULL OR position($5 in lower(city || ' ' || venue)) > 0)
                 AND ($6::text IS NULL OR search @@ to_tsquery('simple', $6))
                 AND ($7::text IS NULL OR word_similarity($7, lower(title || ' ' || venue || ' ' || city)) > $8)
                 AND "#
                + $scope + " AND ($9::timestamptz IS NULL OR " + $after + ") ORDER BY " + $order + " LIMIT $11",
            $filter.scope.organiser().map(|user| user.0),
            $filter.category.map(Category::as_str),
            $filter.from,
            $filter.to,
            $filter.place.as_deref(),
            prefixes.filter(|_| !$filter.lenient),
            words.filter(|_| $filter.lenient).map(|words| words.join(" ")),
            ALIKE,
            $filter.after.map(|(at, _)| at),
            $filter.after.map(|(_, event)| event.0),
            $filter.limit
        )
        .fetch_all($pool)
        .await
    }};
}

impl Scope {
    fn organiser(self) -> Option<UserId> {
        match self {
            Self::OrganisedBy(user) | Self::PublishedBy(user) => Some(user),
            Self::Published | Self::All => None,
        }
    }
}

/// One page, and one row more when there is another page.
pub(super) async fn page(pool: &PgPool, filter: &Filter) -> sqlx::Result<Vec<ItemRow>> {
    match filter.scope {
        Scope::Published => published_page(pool, filter).await,
        Scope::OrganisedBy(_) => select_page!(
            filter,
            pool,
            "organiser_id = $1",
            "(starts_at, id) > ($9, $10::uuid)",
            "starts_at, id"
        ),
        Scope::PublishedBy(_) => select_page!(
            filter,
            pool,
            "organiser_id = $1 AND status = 'published'",
            "(starts_at, id) > ($9, $10::uuid)",
            "starts_at, id"
        ),
        Scope::All => select_page!(
            filter,
            pool,
            "$1::uuid IS NULL",
            "(starts_at, id) > ($9, $10::uuid)",
            "starts_at, id"
        ),
    }
}

async fn published_page(pool: &PgPool, filter: &Filter) -> sqlx::Result<Vec<ItemRow>> {
    match filter.sort {
        Sort::StartsAt => select_page!(
            filter,
            pool,
            "status = 'published' AND $1::uuid IS NULL",
            "(starts_at, id) > ($9, $10::uuid)",
            "starts_at, id"
        ),
        Sort::StartsAtDescending => select_page!(
            filter,
            pool,
            "status = 'published' AND $1::uuid IS NULL",
            "(starts_at, id) < ($9, $10::uuid)",
            "starts_at DESC, id DESC"
        ),
        Sort::SaleOpensAt => select_page!(
            filter,
            pool,
            "status = 'published' AND $1::uuid IS NULL",
            "(sale_opens_at, id) > ($9, $10::uuid)",
            "sale_opens_at, id"
        ),
    }
}
