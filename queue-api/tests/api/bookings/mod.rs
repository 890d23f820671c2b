//! Checkout, booking, cancelling.

mod cancelling;
mod direct;
mod moving;
mod pace;
mod queue;
mod retries;

use fred::interfaces::SortedSetsInterface as _;
use http::Method;
use serde_json::{Value, json};
use shared::{
    domain::{Demand, EventId, HoldId, PlaceId, Role, SeatIndex, SeatState, SeatStates},
    locks::{HoldOutcome, HoldRequest},
    testing::sale::{GOOD_CARD, Sale},
    tokens::PassClaims,
};

use crate::support::{Account, Answer, TestApp};

const DECLINED_CARD: &str = "4000000000000002";
const LOST_ANSWER_CARD: &str = "4000000000000259";

/// An API and an event to buy.
pub(crate) struct Shop {
    pub(crate) api: TestApp,
    pub(crate) sale: Sale,
}

/// A living pass.
pub(crate) struct Pass {
    pub(crate) token: String,
    pub(crate) ordinal: u64,
}

impl Shop {
    pub(crate) async fn open(demand: Demand) -> Self {
        Self::on(TestApp::start().await, demand).await
    }

    pub(crate) async fn on(api: TestApp, demand: Demand) -> Self {
        let sale = Sale::open(&api.engines.pool, demand, 4).await;
        Self { api, sale }
    }

    pub(crate) fn event(&self) -> EventId {
        self.sale.event_id
    }

    pub(crate) async fn hold(&self, fan: &Account, seats: &[SeatIndex]) -> HoldId {
        self.hold_with(fan, seats, &[], None).await
    }

    pub(crate) async fn hold_with(
        &self,
        fan: &Account,
        seats: &[SeatIndex],
        areas: &[(u16, u32)],
        lease: Option<u64>,
    ) -> HoldId {
        self.hold_as(HoldId::new(), fan, seats, areas, lease).await
    }

    async fn hold_as(
        &self,
        hold_id: HoldId,
        fan: &Account,
        seats: &[SeatIndex],
        areas: &[(u16, u32)],
        lease: Option<u64>,
    ) -> HoldId {
        let request = HoldRequest {
            hold_id,
            event_id: self.event(),
            user_id: fan.id,
            seats: seats.to_vec(),
            areas: areas.to_vec(),
            limit: 4,
            ttl_ms: 60_000,
            lease,
        };
        match self.api.app.holds.hold(&request).await.unwrap() {
            HoldOutcome::Held { .. } => request.hold_id,
            other => panic!("{other:?}"),
        }
    }

    /// A pass of this event, its lease good for `ttl_ms`.
    pub(crate) async fn pass(&self, ordinal: u64, ttl_ms: i64) -> Pass {
        let now = self.api.app.clock.now_ms();
        let claims = PassClaims::new(PlaceId::new(), self.event(), ordinal, now / 1000 + 600);
        let token = self.api.app.tokens.sign_pass(&claims).unwrap();
        let leases = self.api.app.redis.event(self.event()).leases();
        #[expect(clippy::cast_precision_loss, reason = "a time in ms is far below 2^53")]
        let lease = ((now + ttl_ms) as f64, ordinal.to_string());
        let client = self.api.app.redis.client();
        client.zadd::<(), _, _>(leases, None, None, false, false, lease).await.unwrap();
        Pass { token, ordinal }
    }

    pub(crate) async fn check_out(&self, fan: &Account, hold: HoldId) -> Answer {
        self.api.post(&format!("/api/holds/{hold}/checkout"), Some(&fan.access_token), json!({})).await
    }

    pub(crate) async fn pay(&self, fan: &Account, hold: HoldId, card: &str, pass: Option<&Pass>) -> Answer {
        let headers: Vec<_> = pass.iter().map(|pass| ("onsale-pass", pass.token.as_str())).collect();
        let method = json!({"type": "sandbox_card", "number": card});
        let body = json!({"hold": hold, "payment_method": method});
        self.api.call_with(Method::POST, "/api/bookings", Some(&fan.access_token), &headers, Some(body)).await
    }

    /// A confirmed booking of these seats.
    pub(crate) async fn buy(&self, fan: &Account, seats: &[SeatIndex]) -> Value {
        let hold = self.hold(fan, seats).await;
        assert_eq!(self.check_out(fan, hold).await.status, 200);
        let answer = self.pay(fan, hold, GOOD_CARD, None).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
        answer.json()
    }

    pub(crate) async fn booking(&self, by: &Account, id: &Value) -> Answer {
        let id = id.as_str().unwrap();
        self.api.get(&format!("/api/bookings/{id}"), Some(&by.access_token)).await
    }

    pub(crate) async fn cancel(&self, by: &Account, id: &Value) -> Answer {
        let id = id.as_str().unwrap();
        self.api.post(&format!("/api/bookings/{id}/cancel"), Some(&by.access_token), json!({})).await
    }

    /// Somebody who organises this event.
    pub(crate) async fn organiser(&self) -> Account {
        let organiser = self.api.account(Role::Organiser).await;
        sqlx::query("UPDATE events SET organiser_id = $2 WHERE id = $1")
            .bind(self.event())
            .bind(organiser.id)
            .execute(&self.sale.pool)
            .await
            .unwrap();
        self.api.app.events.forget(self.event()).await;
        organiser
    }

    pub(crate) async fn seat(&self, seat: SeatIndex) -> SeatState {
        let snapshot = self.api.app.holds.snapshot(self.event()).await.unwrap();
        SeatStates::from_bytes(snapshot.bits, 1_000).get(seat)
    }

    pub(crate) async fn eventually_count(&self, statement: &'static str, wanted: i64) {
        shared::testing::eventually(statement, async || {
            (self.sale.count(statement).await == wanted).then_some(())
        })
        .await;
    }

    pub(crate) async fn finish(self) {
        self.api.finish().await;
    }
}
