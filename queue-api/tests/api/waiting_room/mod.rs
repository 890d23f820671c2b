//! The waiting room on real engines.

mod access;
mod asking;
mod codes;
mod control;
mod cookies;
mod evidence;
mod faults;
mod folding;
mod gate;
mod grace;
mod joins;
mod lanes;
mod line;
mod notices;
mod pace;
mod page;
mod planned;
mod publishing;
mod recovery;
mod reopening;
mod resume;
mod robots;
mod scripts;

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::join_all;
use http::Method;
use queue_api::{
    app::App,
    waiting_room::{joins::SafePlace, look::RoomView},
};
use serde_json::{Value, json};
use shared::{
    clock::Clock,
    domain::{Demand, EventId, LaneIndex, PlaceId, Role, RoomPhase, UserId},
    testing::{eventually, sale::Sale},
    tokens::AccessClaims,
};
use sqlx::PgPool;
use time::OffsetDateTime;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::{Answer, TestApp};

/// What a test wants of its room.
struct Wishes {
    cap: i32,
    rate: i32,
    claim_window_s: i32,
    grace_s: i32,
    /// Whether the lobby is open; the room itself is opened by the test.
    lobby_open: bool,
    /// The lanes besides everybody's.
    lanes: Value,
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            cap: 1_000,
            rate: 100_000,
            claim_window_s: 600,
            grace_s: 0,
            lobby_open: true,
            lanes: json!([]),
        }
    }
}

/// One event with a waiting room.
struct Fixture {
    app: TestApp,
    event: EventId,
    organiser: String,
}

/// One place that came in.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Admitted {
    number: i64,
    ordinal: i64,
    place_id: PlaceId,
    admitted_at: OffsetDateTime,
    ended_at: Option<OffsetDateTime>,
    outcome: Option<String>,
    extra: bool,
}

/// A second queue-api on the same engines.
struct Another {
    app: Arc<App>,
    releasing: JoinHandle<()>,
}

impl Another {
    /// Starts it; it releases too.
    fn start(of: &TestApp) -> Self {
        Self::start_with(of, |_| {})
    }

    fn start_with(of: &TestApp, change: impl FnOnce(&mut queue_api::config::Config)) -> Self {
        let mut config = of.app.config.clone();
        change(&mut config);
        let app = App::new(config, Clock::System, CancellationToken::new()).unwrap();
        let releasing = tokio::spawn(queue_api::waiting_room::run(Arc::clone(&app)));
        Self { app, releasing }
    }

    /// Ends it without any goodbye.
    fn kill(&self) {
        self.releasing.abort();
    }

    async fn stop(self) {
        self.app.shutdown.cancel();
        let _ = self.releasing.await;
        self.app.pool.close().await;
    }
}

impl Fixture {
    async fn new(wishes: Wishes) -> Self {
        Self::on(TestApp::start().await, wishes).await
    }

    async fn on(app: TestApp, wishes: Wishes) -> Self {
        let sale = Sale::open(&app.app.pool, Demand::Queue, 4).await;
        let (event, seed) = (sale.event_id, shared::domain::Seed::random());
        let lobby_in = if wishes.lobby_open { "-1 hour" } else { "1 hour" };
        sqlx::query(
            "INSERT INTO waiting_rooms (event_id, lobby_opens_at, opens_at, lease_cap, rate_per_minute,
                                        claim_window_seconds, pass_ttl_seconds, seed, seed_commitment, lanes,
                                        grace_seconds)
             VALUES ($1, now() + $2::interval, now() + interval '2 hours', $3, $4, $5, 600, $6, $7, $8, $9)",
        )
        .bind(event)
        .bind(lobby_in)
        .bind(wishes.cap)
        .bind(wishes.rate)
        .bind(wishes.claim_window_s)
        .bind(&seed.as_bytes()[..])
        .bind(&seed.commitment()[..])
        .bind(wishes.lanes)
        .bind(wishes.grace_s)
        .execute(&app.app.pool)
        .await
        .unwrap();
        app.app.waiting_rooms.published.notify_one();
        let organiser = token(&app, sale.organiser_id, Role::Organiser);
        let fixture = Self { app, event, organiser };
        fixture.view().await;
        fixture
    }

    /// The room, as soon as it is there.
    async fn view(&self) -> RoomView {
        eventually("the room is made", || async {
            self.app.app.waiting_rooms.room(self.event).look().await.ok()
        })
        .await
    }

    /// Waits until the room is as wanted.
    async fn until(&self, what: &str, wanted: impl Fn(&RoomView) -> bool) -> RoomView {
        eventually(what, || async {
            let view = self.app.app.waiting_rooms.room(self.event).look().await.ok()?;
            wanted(&view).then_some(view)
        })
        .await
    }

    async fn join(&self, who: &str) -> SafePlace {
        self.app.app.waiting_rooms.joins.join(self.event, who.into()).await.unwrap()
    }

    /// Joins `fan-<first>`…, all at once.
    async fn join_many(&self, numbers: std::ops::Range<u32>) -> Vec<SafePlace> {
        let joins = &self.app.app.waiting_rooms.joins;
        let joining = numbers.map(|number| joins.join(self.event, format!("fan-{number}").into()));
        join_all(joining).await.into_iter().map(Result::unwrap).collect()
    }

    /// The same for a lane.
    async fn join_lane(&self, lane: LaneIndex, numbers: std::ops::Range<u32>) -> Vec<SafePlace> {
        let joins = &self.app.app.waiting_rooms.joins;
        let joining = numbers.map(|number| joins.join_lane(self.event, format!("fan-{number}").into(), lane));
        join_all(joining).await.into_iter().map(Result::unwrap).collect()
    }

    /// A fan without an account joins by HTTP; headers that the next calls need.
    async fn join_by_http(&self, device: Option<&str>) -> Answer {
        let headers: Vec<(&str, &str)> = device.map(|token| ("onsale-device", token)).into_iter().collect();
        let path = format!("/api/events/{}/waiting-room/places", self.event);
        self.app.call_with(Method::POST, &path, None, &headers, None).await
    }

    async fn place(&self, method: Method, place: &Value, action: &str) -> Answer {
        let path = format!("/api/waiting-room/places/{}{action}", place["id"].as_str().unwrap());
        let headers = [("onsale-place", place["token"].as_str().unwrap())];
        self.app.call_with(method, &path, None, &headers, None).await
    }

    async fn change(&self, change: Value) -> Answer {
        let path = format!("/api/events/{}/waiting-room", self.event);
        self.app.call(Method::PATCH, &path, Some(&self.organiser), Some(change)).await
    }

    async fn open(&self) {
        let answer = self.change(json!({"phase": "open"})).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        self.until("the room opens", |view| view.phase == RoomPhase::Open).await;
    }

    async fn admitted(&self) -> Vec<Admitted> {
        admitted(&self.app.app.pool, self.event).await
    }

    /// Waits until so many came in, and it is written down.
    async fn until_admitted(&self, count: usize) -> Vec<Admitted> {
        eventually("places come in", || async {
            let admitted = self.admitted().await;
            (admitted.len() >= count).then_some(admitted)
        })
        .await
    }

    /// Waits until nothing is left to do in the room.
    async fn until_finished(&self) {
        eventually("the room is finished", || async {
            let finished = "SELECT finished_at IS NOT NULL FROM waiting_rooms WHERE event_id = $1";
            let finished = sqlx::query_scalar(finished).bind(self.event).fetch_one(&self.app.app.pool);
            finished.await.unwrap_or(false).then_some(())
        })
        .await;
    }

    async fn finish(self) {
        self.app.finish().await;
    }
}

async fn admitted(pool: &PgPool, event: EventId) -> Vec<Admitted> {
    sqlx::query_as("SELECT * FROM admissions WHERE event_id = $1 ORDER BY number")
        .bind(event)
        .fetch_all(pool)
        .await
        .unwrap()
}

fn token(app: &TestApp, user: UserId, role: Role) -> String {
    let claims = AccessClaims::new(user, role, uuid::Uuid::now_v7(), app.app.clock.now_s(), 3600);
    app.app.tokens.sign_access(&claims).unwrap()
}

/// Promise 5: who came in, came in by number, each once, and the number is the one that was drawn; promise 7: of
/// those who were answered nobody is missing.
fn assert_in_order(admitted: &[Admitted], view: &RoomView, answered: &[SafePlace]) {
    let draw = view.draw().unwrap();
    for pair in admitted.windows(2) {
        assert!(pair[0].number < pair[1].number);
        assert!(pair[0].admitted_at <= pair[1].admitted_at, "{pair:?} came in the wrong way round");
    }
    let by_ordinal: BTreeMap<u64, PlaceId> =
        admitted.iter().map(|place| (place.ordinal.unsigned_abs(), place.place_id)).collect();
    assert_eq!(by_ordinal.len(), admitted.len(), "a place came in twice");
    for place in admitted {
        assert_eq!(draw.number(place.ordinal.unsigned_abs()), place.number.unsigned_abs());
    }
    for answered in answered {
        let came_in = by_ordinal.get(&answered.place.ordinal);
        assert_eq!(came_in, Some(&answered.place.place), "{:?} is missing", answered.place);
    }
}

/// Promise 4, from the record: at no time more leases than `cap`, in no 60 s more admissions than `rate`.
fn assert_within(admitted: &[Admitted], cap: usize, rate: usize) {
    for place in admitted {
        let at = place.admitted_at;
        let live = admitted
            .iter()
            .filter(|other| other.number <= place.number && other.ended_at.is_none_or(|ended| ended > at))
            .count();
        assert!(live <= cap, "{live} leases lived when {} came in", place.number);
        let recent = admitted.iter().filter(|other| {
            !other.extra && other.number <= place.number && other.admitted_at > at - time::Duration::MINUTE
        });
        assert!(
            place.extra || recent.count() <= rate,
            "too many came in within a minute of {}",
            place.number
        );
    }
}
