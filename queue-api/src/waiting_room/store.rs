//! The durable side of a waiting room: settings, draw, checkpoint, and the record of who came in and who left.

use std::time::Duration;

use shared::{
    clock::from_unix_ms,
    domain::{
        Draw, EventId, EventStatus, Lane, Lanes, PerLane, RoomPhase, Seed, UserId,
        waiting_room::{Checkpoint, KnownPlace, Settings, WaitingRoom},
    },
};
use sqlx::{PgPool, types::Json};
use time::OffsetDateTime;

/// What PostgreSQL knows of one room.
#[derive(Clone, Debug)]
pub struct RoomRecord {
    /// Its event.
    pub event_id: EventId,
    /// Whose the event is.
    pub organiser_id: UserId,
    /// Where the event is in its life.
    pub event_status: EventStatus,
    /// When the event begins.
    pub starts_at: OffsetDateTime,
    /// The phase; `scheduled` and `lobby` follow the clock, not this.
    pub phase: RoomPhase,
    /// What the organiser set.
    pub settings: Settings,
    /// Why it is paused.
    pub pause_reason: Option<String>,
    /// The secret of the draw.
    pub seed: Seed,
    /// The lanes besides everybody's.
    pub lanes: Vec<Lane>,
    /// The counts of the lobby, once drawn.
    pub lobby: Option<PerLane>,
    /// Grows with every change.
    pub version: i64,
    /// How often the room was made in Redis.
    pub epoch: u64,
    /// What was written down of the line.
    pub checkpoint: Checkpoint,
    /// Whether it was closed because everything was sold, and waits for seats to come back.
    pub sold_out: bool,
    /// Whether it is closed and has nothing left to do.
    pub finished: bool,
    /// When the next planned change comes into force; Unix ms.
    pub next_change_ms: Option<i64>,
}

impl RoomRecord {
    /// The draw, once made.
    #[must_use]
    pub fn draw(&self) -> Option<Draw> {
        self.lobby.map(|lobby| Draw::of_lanes(self.seed, self.slots(), lobby))
    }

    /// Whose slot each number is.
    #[must_use]
    pub fn slots(&self) -> Lanes {
        // What is stored was checked; whatever else it is, one line is fair.
        Lanes::of(&self.lanes).unwrap_or_default()
    }

    /// The room as it was written down, with the places that are known.
    #[must_use]
    pub fn room(&self, known: &[KnownPlace], now_ms: i64) -> WaitingRoom {
        let (settings, slots, draw) = (self.settings, self.slots(), self.draw());
        WaitingRoom::rebuild(settings, slots, self.phase, draw, self.checkpoint, known, now_ms)
    }
}

/// The room of an event.
///
/// # Errors
/// When PostgreSQL does not answer.
pub async fn load(pool: &PgPool, event: EventId) -> Result<Option<RoomRecord>, sqlx::Error> {
    let row = sqlx::query_as!(
        RoomRow,
        r#"SELECT event_id AS "event_id: EventId", organiser_id AS "organiser_id: UserId",
                  status AS "event_status: EventStatus", starts_at, phase AS "phase: RoomPhase", lobby_opens_at,
                  opens_at, lease_cap, rate_per_minute, claim_window_seconds, pass_ttl_seconds, grace_seconds, pause_reason,
                  seed, lobby_count, room.version, epoch, next_ordinal, serving, sold_out,
                  room.lanes AS "lanes: Json<Vec<Lane>>", lane_lobby, lane_next,
                  finished_at IS NOT NULL AS "finished!",
                  (SELECT min(due_at) FROM planned_changes AS planned
                   WHERE planned.event_id = room.event_id AND settled_at IS NULL) AS next_change_at
           FROM waiting_rooms AS room JOIN events ON events.id = event_id
           WHERE event_id = $1"#,
        event.0
    )
    .fetch_optional(pool)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// Rooms that have something to do: of events that were published, until they are finished.
///
/// # Errors
/// When PostgreSQL does not answer.
pub async fn unfinished(pool: &PgPool) -> Result<Vec<EventId>, sqlx::Error> {
    let ids = sqlx::query_scalar!(
        r#"SELECT event_id AS "event_id: EventId" FROM waiting_rooms JOIN events ON events.id = event_id
           WHERE finished_at IS NULL AND status <> 'draft' AND demand = 'queue'"#
    );
    ids.fetch_all(pool).await
}

/// Whether nobody has released the room for so long: who does writes that down each second.
///
/// # Errors
/// When PostgreSQL does not answer.
pub async fn is_silent(pool: &PgPool, event: EventId, time: Duration) -> Result<bool, sqlx::Error> {
    let silent = sqlx::query_scalar!(
        r#"SELECT updated_at < now() - make_interval(secs => $2) AS "silent!" FROM waiting_rooms
           WHERE event_id = $1"#,
        event.0,
        time.as_secs_f64(),
    );
    Ok(silent.fetch_optional(pool).await?.unwrap_or(false))
}

/// Counts one more making of the room, and gives what it is made of.
///
/// # Errors
/// When PostgreSQL does not answer.
pub async fn next_epoch(pool: &PgPool, event: EventId) -> Result<Option<RoomRecord>, sqlx::Error> {
    sqlx::query!("UPDATE waiting_rooms SET epoch = epoch + 1 WHERE event_id = $1", event.0)
        .execute(pool)
        .await?;
    load(pool, event).await
}

/// Writes down the draw, before anybody is released by it. Whoever comes second gets the first one's counts.
///
/// # Errors
/// When PostgreSQL does not answer.
pub async fn draw(pool: &PgPool, event: EventId, lobby: PerLane) -> Result<Option<Draw>, sqlx::Error> {
    sqlx::query!(
        "UPDATE waiting_rooms SET lobby_count = $2, lane_lobby = $3, drawn_at = now(), updated_at = now(),
                phase = CASE WHEN phase IN ('scheduled', 'lobby') THEN 'open' ELSE phase END
         WHERE event_id = $1 AND drawn_at IS NULL",
        event.0,
        signed(lobby.sum()),
        &counts(lobby),
    )
    .execute(pool)
    .await?;
    Ok(load(pool, event).await?.and_then(|record| record.draw()))
}

/// Writes the checkpoint, and that the lobby has opened; gives the room as it is.
///
/// # Errors
/// When PostgreSQL does not answer.
pub async fn checkpoint(
    pool: &PgPool,
    event: EventId,
    phase: RoomPhase,
    lanes: &Lanes,
    checkpoint: Checkpoint,
) -> Result<Option<RoomRecord>, sqlx::Error> {
    sqlx::query!(
        "UPDATE waiting_rooms
         SET serving = GREATEST(serving, $2), next_ordinal = GREATEST(next_ordinal, $3),
             lane_next = (SELECT array_agg(GREATEST(before, after) ORDER BY lane)
                          FROM UNNEST(lane_next, $5::bigint[]) WITH ORDINALITY AS counts (before, after, lane)),
             phase = CASE WHEN phase = 'scheduled' AND $4 = 'lobby' THEN 'lobby' ELSE phase END,
             updated_at = now()
         WHERE event_id = $1",
        event.0,
        signed(checkpoint.serving),
        signed(lanes.ordinals(&checkpoint.next)),
        phase.as_str(),
        &counts(checkpoint.next),
    )
    .execute(pool)
    .await?;
    load(pool, event).await
}

struct RoomRow {
    event_id: EventId,
    organiser_id: UserId,
    event_status: EventStatus,
    starts_at: OffsetDateTime,
    phase: RoomPhase,
    lobby_opens_at: OffsetDateTime,
    opens_at: OffsetDateTime,
    lease_cap: i32,
    rate_per_minute: i32,
    claim_window_seconds: i32,
    pass_ttl_seconds: i32,
    grace_seconds: i32,
    pause_reason: Option<String>,
    seed: Vec<u8>,
    lobby_count: Option<i64>,
    version: i64,
    epoch: i64,
    next_ordinal: i64,
    serving: i64,
    lanes: Json<Vec<Lane>>,
    lane_lobby: Option<Vec<i64>>,
    lane_next: Vec<i64>,
    sold_out: bool,
    finished: bool,
    next_change_at: Option<OffsetDateTime>,
}

impl TryFrom<RoomRow> for RoomRecord {
    type Error = sqlx::Error;

    fn try_from(row: RoomRow) -> Result<Self, sqlx::Error> {
        let seed = Seed::from_slice(&row.seed)
            .ok_or_else(|| sqlx::Error::Decode("the seed of a room has not 32 bytes".into()))?;
        Ok(Self {
            event_id: row.event_id,
            organiser_id: row.organiser_id,
            event_status: row.event_status,
            starts_at: row.starts_at,
            phase: row.phase,
            settings: Settings {
                lobby_opens_at_ms: unix_ms(row.lobby_opens_at),
                opens_at_ms: unix_ms(row.opens_at),
                lease_cap: row.lease_cap.unsigned_abs(),
                rate_per_minute: row.rate_per_minute.unsigned_abs(),
                claim_window_ms: i64::from(row.claim_window_seconds) * 1_000,
                pass_ttl_ms: i64::from(row.pass_ttl_seconds) * 1_000,
                grace_ms: i64::from(row.grace_seconds) * 1_000,
            },
            pause_reason: row.pause_reason,
            seed,
            lanes: row.lanes.0,
            lobby: per_lane(row.lane_lobby.as_deref(), row.lobby_count),
            version: row.version,
            epoch: row.epoch.unsigned_abs(),
            checkpoint: Checkpoint {
                next: per_lane(Some(&row.lane_next), Some(row.next_ordinal)).unwrap_or_default(),
                serving: row.serving.unsigned_abs(),
            },
            sold_out: row.sold_out,
            finished: row.finished,
            next_change_ms: row.next_change_at.map(unix_ms),
        })
    }
}

/// Counts by lane; of a room from before there were lanes only the count of all is written down.
pub(crate) fn per_lane(counts: Option<&[i64]>, all: Option<i64>) -> Option<PerLane> {
    match counts.filter(|counts| !counts.is_empty()) {
        Some(counts) => {
            Some(PerLane::from_slice(&counts.iter().copied().map(i64::unsigned_abs).collect::<Vec<_>>()))
        }
        None => all.map(|all| PerLane::one(all.unsigned_abs())),
    }
}

/// For a `bigint[]` column.
fn counts(counts: PerLane) -> Vec<i64> {
    counts.all().iter().copied().map(signed).collect()
}

/// Milliseconds since the Unix epoch.
#[must_use]
pub fn unix_ms(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

/// For a `bigint` column.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// For a `timestamptz` column.
pub(super) fn timestamp(unix_ms: i64) -> OffsetDateTime {
    from_unix_ms(unix_ms)
}
