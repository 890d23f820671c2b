//! The SQL of houses.

use shared::domain::{SeatMap, UserId, VenueId};
use sqlx::PgPool;

use super::http::Venue;
use crate::seat_maps::keep;

/// Most houses of one organiser.
pub(super) const MOST_VENUES: i64 = 500;

/// What became of keeping a house.
pub(super) enum Kept {
    Done,
    /// It has changed since it was read.
    Changed,
    /// Another one of the organiser's has this name.
    NameTaken,
    /// The library is full.
    TooMany,
}

pub(super) async fn list(pool: &PgPool, organiser: UserId) -> sqlx::Result<Vec<Venue>> {
    let venues = sqlx::query_as!(
        Row,
        "SELECT venues.id, name, seat_map_hash, seat_count, venues.updated_at, version
         FROM venues JOIN seat_maps ON hash = seat_map_hash
         WHERE organiser_id = $1 ORDER BY lower(name) LIMIT $2",
        organiser.0,
        MOST_VENUES
    );
    Ok(venues.fetch_all(pool).await?.into_iter().map(Venue::from).collect())
}

pub(super) async fn find(pool: &PgPool, organiser: UserId, venue: VenueId) -> sqlx::Result<Option<Venue>> {
    let found = sqlx::query_as!(
        Row,
        "SELECT venues.id, name, seat_map_hash, seat_count, venues.updated_at, version
         FROM venues JOIN seat_maps ON hash = seat_map_hash WHERE venues.id = $1 AND organiser_id = $2",
        venue.0,
        organiser.0
    );
    Ok(found.fetch_optional(pool).await?.map(Venue::from))
}

pub(super) async fn insert(
    pool: &PgPool,
    organiser: UserId,
    venue: VenueId,
    name: &str,
    map: &SeatMap,
) -> sqlx::Result<Kept> {
    let mut tx = pool.begin().await?;
    keep(&mut tx, map).await?;
    let inserted = sqlx::query!(
        "INSERT INTO venues (id, organiser_id, name, seat_map_hash)
         SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM venues WHERE organiser_id = $2) < $5",
        venue.0,
        organiser.0,
        name,
        map.hash(),
        MOST_VENUES
    );
    match inserted.execute(&mut *tx).await {
        Ok(done) if done.rows_affected() == 0 => return Ok(Kept::TooMany),
        Ok(_) => {}
        Err(error) => return name_taken(error),
    }
    tx.commit().await?;
    Ok(Kept::Done)
}

pub(super) async fn update(
    pool: &PgPool,
    venue: VenueId,
    version: i64,
    name: &str,
    map: &SeatMap,
) -> sqlx::Result<Kept> {
    let mut tx = pool.begin().await?;
    keep(&mut tx, map).await?;
    let updated = sqlx::query!(
        "UPDATE venues SET name = $3, seat_map_hash = $4, version = version + 1, updated_at = now()
         WHERE id = $1 AND version = $2",
        venue.0,
        version,
        name,
        map.hash()
    );
    match updated.execute(&mut *tx).await {
        Ok(done) if done.rows_affected() == 0 => return Ok(Kept::Changed),
        Ok(_) => {}
        Err(error) => return name_taken(error),
    }
    tx.commit().await?;
    Ok(Kept::Done)
}

pub(super) async fn delete(pool: &PgPool, organiser: UserId, venue: VenueId) -> sqlx::Result<()> {
    let deleted =
        sqlx::query!("DELETE FROM venues WHERE id = $1 AND organiser_id = $2", venue.0, organiser.0);
    deleted.execute(pool).await.map(|_| ())
}

fn name_taken(error: sqlx::Error) -> sqlx::Result<Kept> {
    match error.as_database_error() {
        Some(fault) if fault.constraint() == Some("venues_name_idx") => Ok(Kept::NameTaken),
        _ => Err(error),
    }
}

struct Row {
    id: uuid::Uuid,
    name: String,
    seat_map_hash: String,
    seat_count: i32,
    updated_at: time::OffsetDateTime,
    version: i64,
}

impl From<Row> for Venue {
    fn from(row: Row) -> Self {
        let Row { id, name, seat_map_hash, seat_count, updated_at, version } = row;
        let seat_count = u32::try_from(seat_count).unwrap_or(0);
        Self { id: VenueId(id), name, seat_map_hash, seat_count, updated_at, version }
    }
}
