//! Sold out, and seats that come back.

use http::Method;
use serde_json::{Value, json};
use shared::{
    contracts::process_booking::Admission,
    domain::{BookingId, RoomPhase, UserId},
    payments::sandbox::SandboxGateway,
    testing::sale::Sale,
};

use super::{Fixture, Wishes, assert_in_order, assert_within};

/// The sale of a room's event, of whose house only the seats 0 and 1 are for sale.
async fn two_seats(room: &Fixture) -> Sale {
    let pool = room.app.app.pool.clone();
    for statement in [
        "INSERT INTO blocked_seats SELECT $1, generate_series(2, 999)",
        "UPDATE area_stock SET sold = capacity WHERE event_id = $1",
    ] {
        sqlx::query(statement).bind(room.event).execute(&pool).await.unwrap();
    }
    let gateway = SandboxGateway::new(pool.clone());
    Sale { pool, gateway, event_id: room.event, organiser_id: UserId::new(), tickets_per_person: 4 }
}

impl Fixture {
    /// Sells both seats.
    async fn sell_out(&self, sale: &Sale) -> BookingId {
        let fan = sale.fan().await;
        let booking = sale.accepted(fan, &[0, 1].map(Admission::Seat)).await;
        sale.commit(&booking).await;
        self.app.app.holds.rebuild_view(self.event).await.unwrap();
        booking.booking_id
    }

    async fn give_back(&self, booking: BookingId) {
        let path = format!("/api/bookings/{booking}/cancel");
        let cancelled = self.app.post(&path, Some(&self.organiser), json!({})).await;
        assert_eq!(cancelled.status, 200, "{}", cancelled.json());
    }

    async fn until_phase(&self, phase: RoomPhase) {
        self.until(phase.as_str(), |view| view.phase == phase).await;
    }

    /// What the system did by itself.
    async fn own_doing(&self) -> Vec<Value> {
        sqlx::query_scalar(
            "SELECT change FROM waiting_room_changes WHERE event_id = $1 AND actor_id IS NULL ORDER BY id",
        )
        .bind(self.event)
        .fetch_all(&self.app.app.pool)
        .await
        .unwrap()
    }
}

#[tokio::test]
async fn a_room_that_was_sold_out_goes_on_when_seats_come_back() {
    let room = Fixture::new(Wishes { cap: 2, ..Wishes::default() }).await;
    let sale = two_seats(&room).await;
    let mut answered = room.join_many(0..6).await;
    room.open().await;
    room.until_admitted(2).await;
    let last = room.join_by_http(None).await.json();
    let booking = room.sell_out(&sale).await;
    room.until_phase(RoomPhase::Closed).await;
    assert_eq!(room.place(Method::GET, &last, "").await.json()["state"], "over");
    room.join_by_http(None).await.problem(410, "waiting-room-closed");

    // The same line goes on; also when Redis has forgotten it meanwhile.
    room.app.engines.lose_redis().await;
    room.until_phase(RoomPhase::Closed).await;
    room.give_back(booking).await;
    room.until_phase(RoomPhase::Open).await;
    assert_eq!(room.place(Method::GET, &last, "").await.json()["state"], "waiting");
    answered.push(room.join("late").await);
    let admitted = room.until_admitted(2).await;
    assert_within(&admitted, 2, 100_000);
    room.change(json!({"lease_cap": 10})).await;
    let admitted = room.until_admitted(8).await;
    assert_in_order(&admitted, &room.view().await, &answered);
    let wanted = [json!({"closed": "sold out"}), json!({"opened": "seats came back"})];
    assert_eq!(room.own_doing().await, wanted);
    room.finish().await;
}

#[tokio::test]
async fn a_room_that_somebody_closed_stays_closed() {
    let room = Fixture::new(Wishes::default()).await;
    let sale = two_seats(&room).await;
    room.join("somebody").await;
    room.open().await;
    let booking = room.sell_out(&sale).await;
    room.until_phase(RoomPhase::Closed).await;
    // It was sold out; then the organiser closes it for good.
    room.change(json!({"phase": "closed"})).await.expect(200);
    room.give_back(booking).await;
    let redis = room.app.app.waiting_rooms.room(room.event);
    redis.leave(0, shared::domain::PlaceId::new()).await.unwrap();
    room.until_finished().await;
    assert_eq!(room.view().await.phase, RoomPhase::Closed);
    room.change(json!({"phase": "open"})).await.problem(409, "wrong-phase");
    assert_eq!(room.own_doing().await, [json!({"closed": "sold out"})]);
    room.finish().await;
}
