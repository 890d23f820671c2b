//! The SQL of waiting lists.

use shared::domain::{EntryId, EntryStatus, EventId, HoldId, OfferId, RoomPhase, TierIndex, UserId};
use sqlx::PgPool;

use super::{
    http::{WaitingListSettings, WaitingListWish},
    views::{EntryView, ListSummary, OfferView, TierWaiting},
};

/// An entry with what is needed to end it.
pub(super) struct Own {
    pub(super) id: EntryId,
    pub(super) offer: Option<(OfferId, HoldId)>,
    pub(super) view: EntryView,
}

/// Whether the list of an event is switched on.
pub(super) async fn enabled(pool: &PgPool, event: EventId) -> Result<bool, sqlx::Error> {
    let enabled = sqlx::query_scalar!("SELECT enabled FROM waiting_lists WHERE event_id = $1", event.0);
    Ok(enabled.fetch_optional(pool).await?.unwrap_or(true))
}

/// The phase of its waiting room.
pub(super) async fn phase(pool: &PgPool, event: EventId) -> Result<Option<RoomPhase>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT phase AS "phase: RoomPhase" FROM waiting_rooms WHERE event_id = $1"#,
        event.0
    )
    .fetch_optional(pool)
    .await
}

/// Adds an entry at the end; false when there is one. The list's row makes joins one after another, so that nobody
/// is seen before somebody who stands in front.
pub(super) async fn insert(
    pool: &PgPool,
    event: EventId,
    user: UserId,
    wish: &WaitingListWish,
) -> Result<bool, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let position = sqlx::query_scalar!(
        "INSERT INTO waiting_lists AS list (event_id, joins, active) VALUES ($1, 1, true)
         ON CONFLICT (event_id) DO UPDATE SET joins = list.joins + 1, active = true RETURNING joins",
        event.0
    )
    .fetch_one(&mut *tx)
    .await?;
    let inserted = sqlx::query!(
        "INSERT INTO waiting_list_entries (id, event_id, user_id, position, quantity, tier, together)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (event_id, user_id) WHERE status IN ('waiting', 'offered') DO NOTHING",
        EntryId::new().0,
        event.0,
        user.0,
        position,
        i32::try_from(wish.quantity).unwrap_or(i32::MAX),
        wish.tier.and_then(|tier| i16::try_from(tier).ok()),
        wish.together
    )
    .execute(&mut *tx)
    .await?;
    if inserted.rows_affected() == 0 {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

/// The last entry of a person.
pub(super) async fn own(pool: &PgPool, event: EventId, user: UserId) -> Result<Option<Own>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT e.id AS "id: EntryId", e.status AS "status: EntryStatus", e.quantity, e.tier, e.together,
                  e.joined_at, o.id AS "offer?: OfferId", o.hold_id AS "hold?: HoldId", o.deadline AS "deadline?",
                  (SELECT count(*) FROM waiting_list_entries f
                   WHERE f.event_id = e.event_id AND f.status = 'waiting' AND f.position < e.position
                     AND (f.tier IS NULL OR e.tier IS NULL OR f.tier = e.tier)) AS "ahead!"
           FROM waiting_list_entries e
           LEFT JOIN waiting_list_offers o ON o.entry_id = e.id AND o.status IN ('preparing', 'offered')
           WHERE e.event_id = $1 AND e.user_id = $2 ORDER BY e.position DESC LIMIT 1"#,
        event.0,
        user.0
    );
    let Some(row) = row.fetch_optional(pool).await? else { return Ok(None) };
    let offer = row.hold.zip(row.deadline);
    Ok(Some(Own {
        id: row.id,
        offer: row.offer.zip(row.hold),
        view: EntryView {
            status: row.status,
            quantity: row.quantity.unsigned_abs(),
            tier: row.tier.and_then(|tier| TierIndex::try_from(tier).ok()),
            together: row.together,
            joined_at: row.joined_at,
            ahead: row.ahead,
            offer: offer.map(|(hold, deadline)| OfferView { hold, deadline }),
        },
    }))
}

/// Ends an entry that waits; whether it did.
pub(super) async fn leave(pool: &PgPool, entry: EntryId) -> Result<bool, sqlx::Error> {
    let left = sqlx::query!(
        "UPDATE waiting_list_entries SET status = 'left', ended_at = now() WHERE id = $1 AND status = 'waiting'",
        entry.0
    );
    Ok(left.execute(pool).await?.rows_affected() == 1)
}

/// Notes that the hold of an offer was given back, unless it was bought.
pub(super) async fn declined(pool: &PgPool, hold: HoldId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH ended AS (UPDATE waiting_list_offers SET status = 'declined', ended_at = now()
                        WHERE hold_id = $1 AND status = 'offered'
                          AND NOT EXISTS (SELECT FROM bookings WHERE hold_id = $1)
                          AND NOT EXISTS (SELECT FROM payments WHERE hold_id = $1 AND command IS NOT NULL
                                          AND status IN ('authorized', 'captured'))
                        RETURNING entry_id)
         UPDATE waiting_list_entries SET status = 'declined', ended_at = now()
         WHERE id = (SELECT entry_id FROM ended) AND status = 'offered'",
        hold.0
    )
    .execute(pool)
    .await
    .map(drop)
}

/// Whether a hold is a standing offer.
pub(super) async fn is_offered(pool: &PgPool, hold: HoldId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM waiting_list_offers WHERE hold_id = $1 AND status = 'offered') AS "is!""#,
        hold.0
    )
    .fetch_one(pool)
    .await
}

/// Sets what the organiser sets.
pub(super) async fn change(
    pool: &PgPool,
    event: EventId,
    settings: &WaitingListSettings,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO waiting_lists (event_id, enabled, offer_minutes, active) VALUES ($1, $2, $3, true)
         ON CONFLICT (event_id) DO UPDATE SET enabled = $2, offer_minutes = $3, active = true",
        event.0,
        settings.enabled,
        settings.offer_minutes
    )
    .execute(pool)
    .await
    .map(drop)
}

/// The list as its organiser sees it.
pub(super) async fn summary(pool: &PgPool, event: EventId) -> Result<ListSummary, sqlx::Error> {
    let settings =
        sqlx::query!("SELECT enabled, offer_minutes FROM waiting_lists WHERE event_id = $1", event.0)
            .fetch_optional(pool)
            .await?
            .map_or((true, 30), |row| (row.enabled, row.offer_minutes));
    let counts = sqlx::query!(
        r#"SELECT count(*) FILTER (WHERE status = 'waiting') AS "waiting!",
                  count(*) FILTER (WHERE status = 'offered') AS "offered!",
                  count(*) FILTER (WHERE status = 'served') AS "served!"
           FROM waiting_list_entries WHERE event_id = $1"#,
        event.0
    );
    let counts = counts.fetch_one(pool).await?;
    let tiers = sqlx::query!(
        r#"SELECT tier, count(*) AS "entries!", sum(quantity) AS "tickets!" FROM waiting_list_entries
           WHERE event_id = $1 AND status = 'waiting' GROUP BY tier ORDER BY tier NULLS FIRST"#,
        event.0
    );
    let tiers = tiers.fetch_all(pool).await?.into_iter().map(|row| TierWaiting {
        tier: row.tier.and_then(|tier| TierIndex::try_from(tier).ok()),
        entries: row.entries,
        tickets: row.tickets,
    });
    Ok(ListSummary {
        enabled: settings.0,
        offer_minutes: settings.1,
        waiting: counts.waiting,
        offered: counts.offered,
        served: counts.served,
        tiers: tiers.collect(),
    })
}
