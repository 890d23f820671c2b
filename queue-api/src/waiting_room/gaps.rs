//! Ordinals of a lane that stay nobody's, as PostgreSQL keeps them.

use shared::domain::{EventId, LaneIndex};
use sqlx::{Executor, PgConnection, Postgres};

use super::{
    records::Gap,
    store::{signed, timestamp, unix_ms},
};

/// Writes gaps down. Doing it again changes nothing.
///
/// # Errors
/// When PostgreSQL does not answer.
pub(super) async fn save(
    connection: &mut PgConnection,
    event: EventId,
    gaps: &[Gap],
) -> Result<(), sqlx::Error> {
    if gaps.is_empty() {
        return Ok(());
    }
    let lanes: Vec<_> = gaps.iter().map(|gap| i16::from(gap.lane)).collect();
    let first: Vec<_> = gaps.iter().map(|gap| signed(gap.from)).collect();
    let beyond: Vec<_> = gaps.iter().map(|gap| signed(gap.to)).collect();
    let at: Vec<_> = gaps.iter().map(|gap| timestamp(gap.at_ms)).collect();
    sqlx::query!(
        "INSERT INTO lane_gaps (event_id, lane, first, beyond, passed_at)
         SELECT $1, * FROM UNNEST($2::smallint[], $3::bigint[], $4::bigint[], $5::timestamptz[])
         ON CONFLICT DO NOTHING",
        event.0,
        &lanes,
        &first,
        &beyond,
        &at,
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// The gaps of a room, by lane and order.
///
/// # Errors
/// When PostgreSQL does not answer.
pub(crate) async fn of(
    from: impl Executor<'_, Database = Postgres>,
    event: EventId,
) -> Result<Vec<Gap>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT lane, first, beyond, passed_at FROM lane_gaps WHERE event_id = $1 ORDER BY lane, first",
        event.0
    );
    let gaps = rows.fetch_all(from).await?.into_iter().map(|row| Gap {
        at_ms: unix_ms(row.passed_at),
        lane: LaneIndex::try_from(row.lane).unwrap_or(0),
        from: row.first.unsigned_abs(),
        to: row.beyond.unsigned_abs(),
    });
    Ok(gaps.collect())
}
