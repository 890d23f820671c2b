//! One event with its locks, and what the rest of the system does to it.

use fred::{interfaces::LuaInterface as _, types::Value};
use shared::{
    clock::Clock,
    contracts::{
        ProcessBooking,
        process_booking::{Admission, BookingItem},
    },
    domain::{BookingId, EventId, HoldId, MessageId, PaymentId, SeatIndex, SeatStates, UserId},
    locks::{Claim, HoldOutcome, HoldRequest, Holds},
    redis::EventKeys,
    testing::TestEngines,
};

use crate::support::{a_user, an_event};

/// Ends a hold as the passing of its time would.
const LET_EXPIRE: &str = "
    local function key(name) return KEYS[1] .. ':' .. name end
    local id, past = ARGV[1], redis.call('TIME')[1] * 1000 - 1
    local user, seats, areas = unpack(redis.call('HMGET', key('hold:' .. id), 'user', 'seats', 'areas'))
    if not user then return 0 end
    for seat in string.gmatch(seats, '%d+') do
        if redis.call('GET', key('seat:' .. seat)) == id then redis.call('DEL', key('seat:' .. seat)) end
    end
    for area, quantity in string.gmatch(areas, '(%d+):(%d+)') do
        redis.call('ZADD', key('area:' .. area), 'XX', past, id .. ':' .. quantity)
    end
    for _, entry in ipairs(redis.call('ZRANGE', key('holder:' .. user), 0, -1)) do
        if string.sub(entry, 1, #id) == id then redis.call('ZADD', key('holder:' .. user), past, entry) end
    end
    redis.call('HSET', key('hold:' .. id), 'deadline', past)
    redis.call('ZADD', key('due'), past, id)
    return 1";

/// One event of a test.
pub(super) struct World {
    pub(super) holds: Holds,
    pub(super) event: EventId,
    pub(super) seats: u32,
    pub(super) keys: EventKeys,
    redis: shared::redis::Redis,
    pool: sqlx::PgPool,
}

impl World {
    pub(super) async fn new(engines: &TestEngines, seats: u32, capacities: &[u32]) -> Self {
        let (event, map) = an_event(engines, seats, capacities).await;
        Self {
            holds: Holds::new(engines.redis.clone(), engines.pool.clone()),
            event,
            seats: map.seat_count(),
            keys: engines.redis.event(event),
            redis: engines.redis.clone(),
            pool: engines.pool.clone(),
        }
    }

    pub(super) fn request(&self, user: UserId, seats: &[SeatIndex], areas: &[(u16, u32)]) -> HoldRequest {
        HoldRequest {
            hold_id: HoldId::new(),
            event_id: self.event,
            user_id: user,
            seats: seats.to_vec(),
            areas: areas.to_vec(),
            limit: 8,
            ttl_ms: 600_000,
            lease: None,
        }
    }

    /// Holds what must be free.
    pub(super) async fn must_hold(&self, user: UserId, seats: &[SeatIndex], areas: &[(u16, u32)]) -> Claim {
        let request = self.request(user, seats, areas);
        let outcome = self.holds.hold(&request).await.unwrap();
        let HoldOutcome::Held { fence, .. } = outcome else { panic!("{outcome:?}") };
        Claim {
            event_id: self.event,
            hold_id: request.hold_id,
            user_id: user,
            fence,
            lease: None,
            seats: seats.to_vec(),
            areas: areas.to_vec(),
        }
    }

    pub(super) async fn states(&self) -> SeatStates {
        SeatStates::from_bytes(self.holds.snapshot(self.event).await.unwrap().bits, self.seats)
    }

    pub(super) async fn let_expire(&self, hold: HoldId) {
        let args = vec![Value::from(hold.to_string())];
        let client = self.redis.client();
        client.eval::<i64, _, _, _>(LET_EXPIRE, vec![self.keys.base().to_owned()], args).await.unwrap();
    }

    /// Forgets everything of this event, as a lost Redis would.
    pub(super) async fn lose_redis(&self) {
        let all = "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end";
        let pattern = Value::from(format!("{}:*", self.keys.base().replace(['{', '}'], "?")));
        let client = self.redis.client();
        client
            .eval::<Option<i64>, _, _, _>(all, vec![self.keys.base().to_owned()], vec![pattern])
            .await
            .unwrap();
    }

    /// What the API commits when it accepts a booking.
    pub(super) async fn accept(&self, claim: &Claim) {
        let seats = claim.seats.iter().map(|seat| Admission::Seat(*seat));
        let places = claim.areas.iter().flat_map(|(area, n)| (0..*n).map(|_| Admission::Area(*area)));
        let item = |what| BookingItem { what, tier: 0, price_minor: 100 };
        let command = ProcessBooking {
            id: MessageId::new(),
            version: 1,
            booking_id: BookingId::new(),
            event_id: claim.event_id,
            user_id: claim.user_id,
            payment_id: PaymentId::new(),
            hold_id: claim.hold_id,
            fence: claim.fence,
            place_ordinal: claim.lease,
            items: seats.chain(places).map(item).collect(),
            currency: "GBP".parse().unwrap(),
            tickets_per_person: 8,
            accepted_at: Clock::System.now(),
        };
        sqlx::query(
            "INSERT INTO payments (id, booking_id, hold_id, event_id, user_id, status, gateway, amount_minor, currency,
                                   items, fence, command, accepted_at)
             VALUES ($1, $2, $3, $4, $5, 'authorized', 'sandbox', 300, 'GBP', '[]', $6, $7, now())",
        )
        .bind(command.payment_id)
        .bind(command.booking_id)
        .bind(claim.hold_id)
        .bind(claim.event_id)
        .bind(claim.user_id)
        .bind(claim.fence)
        .bind(sqlx::types::Json(&command))
        .execute(&self.pool)
        .await
        .unwrap();
    }

    /// What the worker commits; false when PostgreSQL refuses it.
    pub(super) async fn commit(&self, claim: &Claim) -> bool {
        let (booking, count) = (BookingId::new(), i32::try_from(claim.seats.len()).unwrap());
        let count = count + claim.areas.iter().map(|(_, n)| i32::try_from(*n).unwrap()).sum::<i32>();
        let mut tx = self.pool.begin().await.unwrap();
        sqlx::query(
            "INSERT INTO bookings (id, event_id, user_id, hold_id, fence, status, total_minor, currency,
                                   ticket_count, decided_at)
             VALUES ($1, $2, $3, $4, $5, 'confirmed', 0, 'GBP', $6, now())",
        )
        .bind(booking)
        .bind(self.event)
        .bind(claim.user_id)
        .bind(claim.hold_id)
        .bind(claim.fence)
        .bind(count)
        .execute(&mut *tx)
        .await
        .unwrap();
        let seats: Vec<i32> = claim.seats.iter().map(|seat| i32::try_from(*seat).unwrap()).collect();
        let seats = sqlx::query(
            "INSERT INTO tickets (id, event_id, booking_id, seat_index, tier, price_minor)
             SELECT gen_random_uuid(), $1, $2, seat, 0, 0 FROM unnest($3::int[]) AS seat",
        )
        .bind(self.event)
        .bind(booking)
        .bind(seats)
        .execute(&mut *tx)
        .await;
        if seats.is_err() || !self.count(&mut tx, claim, 1).await {
            return false;
        }
        sqlx::query(
            "INSERT INTO buyers VALUES ($1, $2, $3, 100)
             ON CONFLICT (event_id, user_id) DO UPDATE SET tickets = buyers.tickets + $3",
        )
        .bind(self.event)
        .bind(claim.user_id)
        .bind(count)
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        true
    }

    /// What a cancelled booking commits.
    pub(super) async fn cancel(&self, claim: &Claim) {
        let mut tx = self.pool.begin().await.unwrap();
        for statement in [
            "UPDATE tickets SET status = 'cancelled' WHERE booking_id = (SELECT id FROM bookings WHERE hold_id = $1)",
            "UPDATE buyers SET tickets = tickets - b.ticket_count FROM bookings b
             WHERE b.hold_id = $1 AND buyers.event_id = b.event_id AND buyers.user_id = b.user_id",
            "UPDATE bookings SET status = 'cancelled', cancelled_at = now() WHERE hold_id = $1",
        ] {
            sqlx::query(statement).bind(claim.hold_id).execute(&mut *tx).await.unwrap();
        }
        assert!(self.count(&mut tx, claim, -1).await);
        tx.commit().await.unwrap();
    }

    async fn count(&self, tx: &mut sqlx::PgConnection, claim: &Claim, sign: i32) -> bool {
        for (area, quantity) in &claim.areas {
            let counted =
                sqlx::query("UPDATE area_stock SET sold = sold + $3 WHERE event_id = $1 AND area_index = $2")
                    .bind(self.event)
                    .bind(i16::try_from(*area).unwrap())
                    .bind(sign * i32::try_from(*quantity).unwrap())
                    .execute(&mut *tx)
                    .await;
            if counted.is_err() {
                return false;
            }
        }
        true
    }
}

/// So many accounts.
pub(super) async fn users(engines: &TestEngines, count: usize) -> Vec<UserId> {
    let mut users = Vec::new();
    for _ in 0..count {
        users.push(a_user(engines).await);
    }
    users
}
