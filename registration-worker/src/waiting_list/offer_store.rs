//! What is written down of offers, from before their seats are held until they end.

use shared::{
    contracts::Event,
    domain::{AreaIndex, BookingStatus, EventId, HoldId, OfferId, SeatIndex, UserId, waiting_list::Choice},
    store::outbox,
};
use sqlx::{PgConnection, PgPool};

use super::{choose::Waiting, offers::Offer};

/// An offer that may be over.
pub(super) struct Standing {
    pub(super) offer: OfferId,
    pub(super) user: UserId,
    pub(super) hold: HoldId,
    pub(super) deadline_ms: i64,
    /// By PostgreSQL's clock, which may be a little off Redis's.
    pub(super) time_is_over: bool,
}

/// What PostgreSQL knows of a hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Booked,
    Rejected,
    /// Paid and accepted.
    Undecided,
    Nothing,
}

/// How an offer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Taken,
    Lapsed,
    Declined,
}

/// Writes down what is about to be held; none when the entry left meanwhile.
pub(super) async fn prepare(
    pool: &PgPool,
    event: EventId,
    next: &Waiting,
    choice: &Choice,
    ttl_ms: i64,
) -> Result<Option<Offer>, sqlx::Error> {
    let (id, hold) = (OfferId::new(), HoldId::new());
    let (seats, area, places) = match choice {
        Choice::Seats(seats) => (seats.as_slice(), None, 0),
        Choice::Places(area, places) => (&[][..], i16::try_from(*area).ok(), *places),
    };
    let seats: Vec<i32> = seats.iter().filter_map(|seat| i32::try_from(*seat).ok()).collect();
    let prepared = sqlx::query!(
        "WITH entry AS (UPDATE waiting_list_entries SET status = 'offered' WHERE id = $1 AND status = 'waiting'
                        RETURNING id, event_id, user_id)
         INSERT INTO waiting_list_offers (id, entry_id, event_id, user_id, hold_id, seats, area, places, ttl_ms)
         SELECT $2, entry.id, entry.event_id, entry.user_id, $3, $4, $5, $6, $7 FROM entry WHERE event_id = $8",
        next.entry.0,
        id.0,
        hold.0,
        &seats,
        area,
        i32::try_from(places).unwrap_or(i32::MAX),
        ttl_ms,
        event.0
    );
    let prepared = prepared.execute(pool).await?.rows_affected() == 1;
    Ok(prepared.then(|| Offer { id, user: next.user, hold, what: choice.clone(), ttl_ms }))
}

/// Offers that somebody wrote down and may not have finished.
pub(super) async fn prepared(pool: &PgPool, event: EventId) -> Result<Vec<Offer>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id: OfferId", user_id AS "user_id: UserId", hold_id AS "hold_id: HoldId", seats, area,
                  places, ttl_ms
           FROM waiting_list_offers WHERE event_id = $1 AND status = 'preparing' ORDER BY id"#,
        event.0
    );
    let offer = rows.fetch_all(pool).await?.into_iter().map(|row| Offer {
        id: row.id,
        user: row.user_id,
        hold: row.hold_id,
        what: match row.area.and_then(|area| AreaIndex::try_from(area).ok()) {
            Some(area) => Choice::Places(area, row.places.unsigned_abs()),
            None => Choice::Seats(
                row.seats.into_iter().filter_map(|seat| SeatIndex::try_from(seat).ok()).collect(),
            ),
        },
        ttl_ms: row.ttl_ms,
    });
    Ok(offer.collect())
}

/// The seats are held: tells so, in the same transaction.
pub(super) async fn offered(
    pool: &PgPool,
    offer: OfferId,
    fence: i64,
    deadline_ms: i64,
    fact: &Event,
) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    let changed = sqlx::query!(
        "UPDATE waiting_list_offers
         SET status = 'offered', fence = $2, deadline = to_timestamp($3::bigint / 1000.0)
         WHERE id = $1 AND status = 'preparing'",
        offer.0,
        fence,
        deadline_ms
    );
    if changed.execute(&mut *tx).await?.rows_affected() == 1 {
        outbox::insert(&mut tx, std::slice::from_ref(fact)).await?;
    }
    tx.commit().await
}

/// It could not be held: the entry waits where it stood.
pub(super) async fn void(pool: &PgPool, offer: OfferId, reason: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH void AS (UPDATE waiting_list_offers SET status = 'void', reason = $2, ended_at = now()
                       WHERE id = $1 AND status = 'preparing' RETURNING entry_id)
         UPDATE waiting_list_entries SET status = 'waiting'
         WHERE id = (SELECT entry_id FROM void) AND status = 'offered'",
        offer.0,
        reason
    )
    .execute(pool)
    .await
    .map(drop)
}

/// Offers that stand as far as is known.
pub(super) async fn standing(pool: &PgPool, event: EventId) -> Result<Vec<Standing>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id: OfferId", user_id AS "user_id: UserId", hold_id AS "hold_id: HoldId",
                  (extract(epoch FROM deadline) * 1000)::bigint AS "deadline_ms!",
                  deadline <= now() + interval '10 seconds' AS "time_is_over!"
           FROM waiting_list_offers WHERE event_id = $1 AND status = 'offered' ORDER BY id"#,
        event.0
    );
    let standing = rows.fetch_all(pool).await?.into_iter().map(|row| Standing {
        offer: row.id,
        user: row.user_id,
        hold: row.hold_id,
        deadline_ms: row.deadline_ms,
        time_is_over: row.time_is_over,
    });
    Ok(standing.collect())
}

/// What became of a hold.
pub(super) async fn fate(pool: &PgPool, hold: HoldId) -> Result<Fate, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT (SELECT status FROM bookings WHERE hold_id = $1) AS "booking: BookingStatus",
                  EXISTS (SELECT FROM payments WHERE hold_id = $1 AND command IS NOT NULL
                          AND status IN ('authorized', 'captured')) AS "accepted!""#,
        hold.0
    );
    let row = row.fetch_one(pool).await?;
    Ok(match row.booking {
        Some(BookingStatus::Confirmed | BookingStatus::Cancelled | BookingStatus::Refunded) => Fate::Booked,
        Some(BookingStatus::Rejected) => Fate::Rejected,
        Some(BookingStatus::Processing) => Fate::Undecided,
        None if row.accepted => Fate::Undecided,
        None => Fate::Nothing,
    })
}

/// Ends an offer and its entry; whether it stood until now.
pub(super) async fn ended(
    pool: &PgPool,
    offer: OfferId,
    end: End,
    fact: Option<Event>,
) -> Result<bool, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let changed = end_in(&mut tx, offer, end).await?;
    if changed {
        outbox::insert(&mut tx, fact.as_slice()).await?;
    }
    tx.commit().await?;
    Ok(changed)
}

async fn end_in(tx: &mut PgConnection, offer: OfferId, end: End) -> Result<bool, sqlx::Error> {
    let (of_offer, of_entry) = match end {
        End::Taken => ("taken", "served"),
        End::Lapsed => ("lapsed", "lapsed"),
        End::Declined => ("declined", "declined"),
    };
    let ended = sqlx::query!(
        "WITH ended AS (UPDATE waiting_list_offers SET status = $2, ended_at = now()
                        WHERE id = $1 AND status = 'offered' RETURNING entry_id)
         UPDATE waiting_list_entries SET status = $3, ended_at = now()
         WHERE id = (SELECT entry_id FROM ended) AND status = 'offered'",
        offer.0,
        of_offer,
        of_entry
    );
    Ok(ended.execute(tx).await?.rows_affected() == 1)
}
