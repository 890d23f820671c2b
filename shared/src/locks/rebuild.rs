//! Building the view of an event from PostgreSQL, after Redis has lost it or before the first sale.

use std::time::Duration;

use fred::{
    interfaces::{HashesInterface as _, KeysInterface as _, SetsInterface as _},
    types::{Expiration, SetOptions, Value},
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{
    Claim, Holds, LockError,
    acts::Act,
    decided::claim_args,
    scripts::{self, seats_text},
    waiting_list::{Listed, listed},
};
use crate::{
    contracts::ProcessBooking,
    domain::{EventId, SeatState, SeatStates},
    redis::EventKeys,
};

/// Longest that one may build; then another may try.
const BUILD_TTL: Duration = Duration::from_secs(20);
/// How often one who waits for another's build looks again, and how many times.
const WAIT_STEP: Duration = Duration::from_millis(25);
const WAIT_STEPS: usize = 120;
/// Entries sent to Redis in one command.
const CHUNK: usize = 1_000;

/// What PostgreSQL knows, all of the same moment.
pub(super) struct Truth {
    pub(super) states: SeatStates,
    fence: i64,
    /// Area, capacity, sold.
    areas: Vec<(i16, i32, i32)>,
    /// User, tickets.
    buyers: Vec<(Uuid, i32)>,
    /// Holds whose booking was confirmed, and whether it was cancelled since.
    applied: Vec<(Uuid, bool)>,
    /// Paid for and accepted, not decided yet.
    accepted: Vec<Claim>,
    /// What the waiting list keeps, and its standing offers.
    listed: Listed,
}

impl Holds {
    /// Builds the view of an event when it is missing; one builds, others wait for it.
    ///
    /// # Errors
    /// When an engine is away, the event has no seat map, or another's build does not get ready.
    pub async fn rebuild_view(&self, event_id: EventId) -> Result<(), LockError> {
        let keys = self.redis.event(event_id);
        let token = Uuid::now_v7().to_string();
        for _ in 0..WAIT_STEPS {
            if self.redis.client().exists::<i64, _>(keys.view()).await? == 1 {
                return Ok(());
            }
            if self.may_build(&keys, &token).await? {
                self.build(event_id, &keys, &token).await?;
            } else {
                tokio::time::sleep(WAIT_STEP).await;
            }
        }
        Err(LockError::Rebuilding(event_id))
    }

    /// Drops the view of an event whose seats were replaced before its sale opened; the next call builds it anew.
    ///
    /// # Errors
    /// When Redis is away.
    pub async fn drop_view(&self, event_id: EventId) -> Result<(), LockError> {
        let keys = self.redis.event(event_id);
        Ok(self.redis.client().del::<(), _>(vec![keys.view(), keys.stock()]).await?)
    }

    async fn may_build(&self, keys: &EventKeys, token: &str) -> Result<bool, LockError> {
        let ttl_ms = i64::try_from(BUILD_TTL.as_millis()).unwrap_or(i64::MAX);
        let lock = Some(Expiration::PX(ttl_ms));
        let set: Option<String> =
            self.redis.client().set(keys.building_view(), token, lock, Some(SetOptions::NX), false).await?;
        Ok(set.is_some())
    }

    async fn build(&self, event_id: EventId, keys: &EventKeys, token: &str) -> Result<(), LockError> {
        let built = self.try_build(event_id, keys, token).await;
        if built.is_err() {
            // Let the next one try at once; when Redis is away the lock expires by itself.
            let _: Result<(), _> = self.redis.client().del(keys.building_view()).await;
        }
        built
    }

    async fn try_build(&self, event_id: EventId, keys: &EventKeys, token: &str) -> Result<(), LockError> {
        let truth = self.read_truth(event_id).await?;
        self.prepare(keys, token, &truth).await?;
        self.restore_offers(event_id, &truth.listed.offers).await?;
        let wanted: Vec<String> = truth.listed.areas.iter().map(ToString::to_string).collect();
        let available = truth.states.count(SeatState::Available);
        let mut args: Vec<Value> = vec![
            token.into(),
            Value::Bytes(truth.states.into_bytes().into()),
            available.into(),
            truth.fence.into(),
            truth.listed.waits.into(),
            seats_text(&truth.listed.seats).into(),
            wanted.join(",").into(),
        ];
        for (area, capacity, sold) in truth.areas {
            args.extend([i64::from(area).into(), capacity.into(), sold.into()]);
        }
        let reply = self.run(event_id, &scripts::INSTALL, args).await?;
        // What is held in it has to be swept one day, whoever was told of the event before Redis forgot.
        self.announce(event_id).await?;
        // Fans whose booking waits to be processed get their seats back at once.
        for claim in &truth.accepted {
            self.act(event_id, Act::Claim, claim_args(claim)).await?;
        }
        tracing::info!(%event_id, outcome = reply.join(" "), "rebuilt the view of the seats");
        Ok(())
    }

    /// Sends what is large ahead, under names of this build.
    async fn prepare(&self, keys: &EventKeys, token: &str, truth: &Truth) -> Result<(), LockError> {
        let client = self.redis.client();
        let ttl_s = i64::try_from(BUILD_TTL.as_secs()).unwrap_or(i64::MAX);
        let (person, applied) = (keys.build_person(token), keys.build_applied(token));
        for chunk in truth.buyers.chunks(CHUNK) {
            let fields: Vec<(String, i64)> =
                chunk.iter().map(|(user, tickets)| (user.to_string(), i64::from(*tickets))).collect();
            let fields = fred::types::Map::try_from(fields)?;
            client.hset::<(), _, _>(person.as_str(), fields).await?;
        }
        for chunk in truth.applied.chunks(CHUNK) {
            let mark =
                |(hold, returned): &(Uuid, bool)| format!("{}:{hold}", if *returned { 'r' } else { 's' });
            let marks: Vec<String> = chunk.iter().map(mark).collect();
            client.sadd::<(), _, _>(applied.as_str(), marks).await?;
        }
        for key in [person, applied] {
            client.expire::<(), _>(key, ttl_s, None).await?;
        }
        Ok(())
    }

    pub(super) async fn read_truth(&self, event_id: EventId) -> Result<Truth, LockError> {
        let event = event_id.0;
        // One snapshot for all statements: what is decided later arrives as `pending`, nothing counts twice.
        let mut tx = self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let seat_count = sqlx::query_scalar!(
            "SELECT seat_count FROM seat_maps WHERE hash = (SELECT seat_map_hash FROM events WHERE id = $1)",
            event
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(LockError::NoSeatMap(event_id))?;
        let mut states = SeatStates::available(u32::try_from(seat_count).unwrap_or(0));
        let blocked = sqlx::query_scalar!("SELECT seat_index FROM blocked_seats WHERE event_id = $1", event)
            .fetch_all(&mut *tx)
            .await?;
        let sold = sqlx::query_scalar!(
            r#"SELECT seat_index AS "seat_index!" FROM tickets
               WHERE event_id = $1 AND seat_index IS NOT NULL AND status IN ('valid', 'used')"#,
            event
        )
        .fetch_all(&mut *tx)
        .await?;
        for (seats, state) in [(blocked, SeatState::Blocked), (sold, SeatState::Sold)] {
            for seat in seats.into_iter().filter_map(|seat| u32::try_from(seat).ok()) {
                states.set(seat, state);
            }
        }
        let areas =
            sqlx::query!("SELECT area_index, capacity, sold FROM area_stock WHERE event_id = $1", event)
                .fetch_all(&mut *tx)
                .await?;
        let buyers = sqlx::query!("SELECT user_id, tickets FROM buyers WHERE event_id = $1", event)
            .fetch_all(&mut *tx)
            .await?;
        let fence = sqlx::query_scalar!(r#"SELECT max(fence) FROM bookings WHERE event_id = $1"#, event)
            .fetch_one(&mut *tx)
            .await?;
        let applied = sqlx::query!(
            r#"SELECT hold_id, cancelled_at IS NOT NULL AS "returned!" FROM bookings
               WHERE event_id = $1 AND status IN ('confirmed', 'cancelled', 'refunded')"#,
            event
        )
        .fetch_all(&mut *tx)
        .await?;
        let accepted = accepted(&mut tx, event_id).await?;
        let listed = listed(&self.pool, &mut tx, event_id, &states).await?;
        tx.commit().await?;
        Ok(Truth {
            states,
            fence: fence.unwrap_or(0),
            areas: areas.into_iter().map(|row| (row.area_index, row.capacity, row.sold)).collect(),
            buyers: buyers.into_iter().map(|row| (row.user_id, row.tickets)).collect(),
            applied: applied.into_iter().map(|row| (row.hold_id, row.returned)).collect(),
            accepted,
            listed,
        })
    }
}

/// Bookings that were commanded and are not decided yet, in the order of their acceptance.
async fn accepted(tx: &mut PgConnection, event_id: EventId) -> Result<Vec<Claim>, sqlx::Error> {
    let commands = sqlx::query_scalar!(
        r#"SELECT command AS "command!: Json<ProcessBooking>" FROM payments
           WHERE event_id = $1 AND command IS NOT NULL AND status = 'authorized'
             AND NOT EXISTS (SELECT FROM bookings WHERE id = booking_id)
           ORDER BY accepted_at, id"#,
        event_id.0
    );
    let commands = commands.fetch_all(tx).await?;
    Ok(commands.iter().map(|Json(command)| Claim::from(command)).collect())
}
