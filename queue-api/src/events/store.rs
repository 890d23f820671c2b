//! The SQL of events.

use serde_json::json;
use shared::{
    domain::{EventId, UserId, draw::Seed},
    store::events::EventRecord,
};
use sqlx::{PgConnection, PgPool, Postgres, Transaction, types::Json};
use time::Duration;

use super::{
    fields::{EventFields, Tier, WaitingRoomSettings},
    service::room_of,
};
use crate::waiting_room::note_change;

pub(super) async fn insert(
    pool: &PgPool,
    event: EventId,
    organiser: UserId,
    fields: &EventFields,
) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query!(
        "INSERT INTO events (id, organiser_id, title, description, category, venue, city, time_zone, starts_at,
                             sale_opens_at, demand, currency, tickets_per_person, cancel_until_minutes, waiting_room,
                             hold_seconds, poster_alt, waiting_access)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        event.0,
        organiser.0,
        fields.title,
        fields.description,
        fields.category.as_str(),
        fields.venue,
        fields.city,
        fields.time_zone,
        fields.starts_at,
        fields.sale_opens_at,
        fields.demand.as_str(),
        fields.currency.as_str(),
        count(fields.tickets_per_person),
        fields.cancel_until_minutes.map(count),
        room_of(fields.demand, fields.waiting_room.clone()).map(Json) as _,
        count(fields.hold_seconds),
        fields.poster_alt,
        fields.waiting_access.as_str()
    )
    .execute(&mut *tx)
    .await?;
    replace_tiers(&mut tx, event, &fields.tiers).await?;
    tx.commit().await
}

/// Writes down the fields, and in the room's log who let others join than before; false when the event is not at this
/// version any more.
pub(super) async fn update(
    pool: &PgPool,
    actor: UserId,
    before: &EventRecord,
    fields: &EventFields,
) -> sqlx::Result<bool> {
    let (event, version) = (before.id, before.version);
    let mut tx = pool.begin().await?;
    let updated = sqlx::query!(
        "UPDATE events SET title = $3, description = $4, category = $5, venue = $6, city = $7, time_zone = $8,
                starts_at = $9, sale_opens_at = $10, demand = $11, currency = $12, tickets_per_person = $13,
                cancel_until_minutes = $14, hold_seconds = $16, poster_alt = $17, waiting_access = $18,
                version = version + 1, updated_at = now(),
                waiting_room = CASE WHEN $11 = 'queue' THEN coalesce($15, waiting_room) END
         WHERE id = $1 AND version = $2",
        event.0,
        version,
        fields.title,
        fields.description,
        fields.category.as_str(),
        fields.venue,
        fields.city,
        fields.time_zone,
        fields.starts_at,
        fields.sale_opens_at,
        fields.demand.as_str(),
        fields.currency.as_str(),
        count(fields.tickets_per_person),
        fields.cancel_until_minutes.map(count),
        fields.waiting_room.as_ref().map(Json) as _,
        count(fields.hold_seconds),
        fields.poster_alt,
        fields.waiting_access.as_str()
    )
    .execute(&mut *tx)
    .await?;
    if updated.rows_affected() == 0 {
        return Ok(false);
    }
    replace_tiers(&mut tx, event, &fields.tiers).await?;
    if fields.waiting_access != before.waiting_access {
        note_change(&mut tx, event, actor, json!({ "waiting_access": fields.waiting_access })).await?;
    }
    tx.commit().await?;
    Ok(true)
}

async fn replace_tiers(tx: &mut PgConnection, event: EventId, tiers: &[Tier]) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM price_tiers WHERE event_id = $1", event.0).execute(&mut *tx).await?;
    let indexes: Vec<i16> = tiers.iter().filter_map(|tier| tier.tier.try_into().ok()).collect();
    let names: Vec<String> = tiers.iter().map(|tier| tier.name.clone()).collect();
    let prices: Vec<i64> = tiers.iter().map(|tier| tier.price_minor).collect();
    sqlx::query!(
        "INSERT INTO price_tiers (event_id, tier, name, price_minor)
         SELECT $1, * FROM unnest($2::smallint[], $3::text[], $4::bigint[])",
        event.0,
        &indexes,
        &names,
        &prices
    )
    .execute(tx)
    .await
    .map(|_| ())
}

/// False when it is no draft any more.
pub(super) async fn delete_draft(pool: &PgPool, event: EventId) -> sqlx::Result<bool> {
    let deleted = sqlx::query!("DELETE FROM events WHERE id = $1 AND status = 'draft'", event.0);
    Ok(deleted.execute(pool).await?.rows_affected() == 1)
}

/// What the waiting room of a draft will open with.
pub(super) async fn draft_room(pool: &PgPool, event: EventId) -> sqlx::Result<Option<WaitingRoomSettings>> {
    let settings = sqlx::query_scalar!(
        r#"SELECT waiting_room AS "waiting_room: Json<WaitingRoomSettings>" FROM events WHERE id = $1"#,
        event.0
    );
    let settings = settings.fetch_optional(pool).await?.flatten();
    Ok(settings.map(|Json(settings)| settings))
}

pub(super) async fn blocked_count(pool: &PgPool, event: EventId) -> sqlx::Result<u64> {
    let count = sqlx::query_scalar!("SELECT count(*) FROM blocked_seats WHERE event_id = $1", event.0);
    Ok(count.fetch_one(pool).await?.unwrap_or(0).unsigned_abs())
}

/// Publishes, and sets up the waiting room where there is one, once the transaction is committed; none when the event
/// is not at this version any more.
pub(super) async fn publish(
    pool: &PgPool,
    event: &EventRecord,
) -> sqlx::Result<Option<Transaction<'static, Postgres>>> {
    let mut tx = pool.begin().await?;
    let published = sqlx::query!(
        r#"UPDATE events SET status = 'published', version = version + 1, updated_at = now()
           WHERE id = $1 AND version = $2 AND status = 'draft'
           RETURNING waiting_room AS "waiting_room: Json<WaitingRoomSettings>""#,
        event.id.0,
        event.version
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(published) = published else { return Ok(None) };
    let settings = published.waiting_room.map(|Json(settings)| settings);
    if let Some(settings) = room_of(event.demand, settings) {
        insert_waiting_room(&mut tx, event, settings).await?;
    }
    Ok(Some(tx))
}

async fn insert_waiting_room(
    tx: &mut PgConnection,
    event: &EventRecord,
    settings: WaitingRoomSettings,
) -> sqlx::Result<()> {
    let seed = Seed::random();
    sqlx::query!(
        "INSERT INTO waiting_rooms (event_id, lobby_opens_at, opens_at, lease_cap, rate_per_minute,
                                    claim_window_seconds, pass_ttl_seconds, seed, seed_commitment, lanes, epoch,
                                    grace_seconds)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11)",
        event.id.0,
        event.sale_opens_at - Duration::minutes(i64::from(settings.lobby_minutes)),
        event.sale_opens_at,
        count(settings.lease_cap),
        count(settings.rate_per_minute),
        count(settings.claim_window_seconds),
        count(settings.pass_ttl_seconds),
        &seed.as_bytes()[..],
        &seed.commitment()[..],
        Json(settings.lanes) as _,
        count(settings.grace_seconds)
    )
    .execute(&mut *tx)
    .await?;
    // What was in force before anybody changed it; the audit judges the first admissions by it.
    sqlx::query!(
        r#"INSERT INTO waiting_room_changes (event_id, phase, lease_cap, rate_per_minute, change)
           SELECT event_id, phase, lease_cap, rate_per_minute, '{"made": true}' FROM waiting_rooms
           WHERE event_id = $1"#,
        event.id.0
    )
    .execute(tx)
    .await
    .map(|_| ())
}

pub(super) async fn cancel(pool: &PgPool, event: EventId) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE events SET status = 'cancelled', version = version + 1, updated_at = now()
         WHERE id = $1 AND status = 'published'",
        event.0
    )
    .execute(pool)
    .await
    .map(|_| ())
}

/// Bounded by the rules of the fields.
fn count(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
