//! Changes planned ahead.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};
use shared::{
    domain::{RoomPhase, UserId},
    testing::eventually,
};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Another, Fixture, Wishes, assert_within, recovery::until_releasers};
use crate::{process::ApiProcess, support::Answer};

/// What is late by more was not on time, even where the machine is busy.
const ON_TIME: Duration = Duration::seconds(3);

impl Fixture {
    fn in_seconds(&self, seconds: f64) -> String {
        (self.app.app.clock.now() + Duration::seconds_f64(seconds)).format(&Rfc3339).unwrap()
    }

    fn plans(&self) -> String {
        format!("/api/events/{}/waiting-room/planned-changes", self.event)
    }

    async fn plan(&self, at: &str, change: Value) -> Answer {
        self.app.post(&self.plans(), Some(&self.organiser), json!({"at": at, "change": change})).await
    }

    async fn planned(&self) -> Vec<Value> {
        let listed = self.app.get(&self.plans(), Some(&self.organiser)).await.expect(200);
        listed.as_array().unwrap().clone()
    }

    /// Waits until nothing is to come; what became of each, in the order of the log.
    async fn settled(&self, count: usize) -> Vec<Settled> {
        let log = eventually("all is settled", || async {
            let log: Vec<(Option<UserId>, OffsetDateTime, Value)> = sqlx::query_as(
                "SELECT actor_id, changed_at, change FROM waiting_room_changes
                 WHERE event_id = $1 AND change ?| '{applied,refused}' ORDER BY id",
            )
            .bind(self.event)
            .fetch_all(&self.app.app.pool)
            .await
            .unwrap();
            (log.len() >= count).then_some(log)
        })
        .await;
        log.into_iter().map(Settled::from).collect()
    }
}

#[derive(Debug)]
struct Settled {
    outcome: &'static str,
    id: String,
    change: Value,
    late: Duration,
}

impl From<(Option<UserId>, OffsetDateTime, Value)> for Settled {
    fn from((actor, at, change): (Option<UserId>, OffsetDateTime, Value)) -> Self {
        assert!(actor.is_some(), "who planned it is not in the log: {change}");
        let outcome = if change.get("applied").is_some() { "applied" } else { "refused" };
        let due = OffsetDateTime::parse(change["at"].as_str().unwrap(), &Rfc3339).unwrap();
        let id = change[outcome].as_str().unwrap().to_owned();
        Self { outcome, id, change: change["change"].clone(), late: at - due }
    }
}

/// The latest of them came so late.
fn assert_once_and_on_time(settled: &[Settled]) -> Duration {
    let mut times = BTreeMap::<&str, u32>::new();
    for settled in settled {
        *times.entry(&settled.id).or_default() += 1;
        assert!(!settled.late.is_negative() && settled.late < ON_TIME, "{settled:?}");
    }
    assert!(times.values().all(|times| *times == 1), "{settled:?}");
    settled.iter().map(|settled| settled.late).max().unwrap()
}

#[tokio::test]
async fn what_can_never_be_is_not_planned() {
    let room = Fixture::new(Wishes::default()).await;
    for (at, change, field) in [
        (room.in_seconds(-1.0), json!({"lease_cap": 5}), "at"),
        (room.in_seconds(1e9), json!({"lease_cap": 5}), "at"),
        ("at noon".into(), json!({"lease_cap": 5}), "at"),
        (room.in_seconds(60.0), json!({}), "change"),
        (room.in_seconds(60.0), json!({"lease_cap": 0}), "change.lease_cap"),
        (room.in_seconds(60.0), json!({"rate_per_minute": 10_000_001}), "change.rate_per_minute"),
        (room.in_seconds(60.0), json!({"rate_per_minute": "many"}), "change.rate_per_minute"),
        (room.in_seconds(60.0), json!({"pause_reason": "x".repeat(501)}), "change.pause_reason"),
        (room.in_seconds(60.0), json!({"phase": "open", "pause_reason": "why"}), "change.pause_reason"),
        (room.in_seconds(60.0), json!({"phase": "sleeping"}), "change.phase"),
        (room.in_seconds(60.0), json!({"phase": "lobby"}), "change.phase"),
        (room.in_seconds(60.0), json!({"color": "red"}), "change.color"),
    ] {
        let problem = room.plan(&at, change.clone()).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{at} {change}: {problem}");
    }
    let lacking = room.app.post(&room.plans(), Some(&room.organiser), json!({"change": {}})).await;
    assert_eq!(lacking.problem(422, "invalid")["errors"][0]["field"], "at");
    assert_eq!(room.planned().await, Vec::<Value>::new());

    let fan = room.app.fan().await.access_token;
    let plan = json!({"at": room.in_seconds(60.0), "change": {"lease_cap": 5}});
    room.app.post(&room.plans(), None, plan.clone()).await.problem(401, "unauthorized");
    room.app.post(&room.plans(), Some(&fan), plan).await.problem(403, "role-needed");
    room.app.get(&room.plans(), Some(&fan)).await.problem(403, "role-needed");
    room.finish().await;
}

#[tokio::test]
async fn planned_changes_come_into_force_at_their_time() {
    let room = Fixture::new(Wishes { cap: 3, ..Wishes::default() }).await;
    let another = Another::start(&room.app);
    room.join_many(0..20).await;
    // Pausing cannot come before the opening; the others come in the order of their times.
    room.plan(&room.in_seconds(1.0), json!({"phase": "paused"})).await.expect(201);
    let never = room.plan(&room.in_seconds(3_600.0), json!({"rate_per_minute": 9})).await.expect(201);
    room.plan(&room.in_seconds(3.0), json!({"lease_cap": 8})).await.expect(201);
    room.plan(&room.in_seconds(2.0), json!({"phase": "open", "lease_cap": 4})).await.expect(201);
    let wanted = [
        json!({"phase": "paused"}),
        json!({"phase": "open", "lease_cap": 4}),
        json!({"lease_cap": 8}),
        json!({"rate_per_minute": 9}),
    ];
    let listed: Vec<Value> = room.planned().await.iter().map(|planned| planned["change"].clone()).collect();
    assert_eq!(listed, wanted);

    let view = room.until("all is in force", |view| view.settings.lease_cap == 8).await;
    assert_eq!((view.phase, view.settings.rate_per_minute), (RoomPhase::Open, 100_000));
    assert_within(&room.until_admitted(8).await, 8, 100_000);
    let settled = room.settled(3).await;
    let late = assert_once_and_on_time(&settled);
    println!("the latest came into force {late} late");
    let outcomes: Vec<_> = settled.iter().map(|settled| (settled.outcome, settled.change.clone())).collect();
    assert_eq!(outcomes, ["refused", "applied", "applied"].into_iter().zip(wanted).collect::<Vec<_>>());

    let one = format!("{}/{}", room.plans(), never["id"].as_str().unwrap());
    let cancel = || room.app.call(Method::DELETE, &one, Some(&room.organiser), None);
    assert_eq!(cancel().await.status, 204);
    cancel().await.problem(404, "not-found");
    let outcomes: Vec<Value> = room.planned().await.iter().map(|past| past["outcome"].clone()).collect();
    assert_eq!(outcomes, ["cancelled", "applied", "applied", "refused"]);
    another.stop().await;
    room.finish().await;
}

#[tokio::test]
async fn a_planned_change_needs_no_process_that_lives() {
    let room = Fixture::new(Wishes::default()).await;
    room.app.kill_releasing();
    until_releasers(&room, 0).await;
    let mut first = ApiProcess::start(&room.app).await;
    until_releasers(&room, 1).await;
    let mut second = ApiProcess::start(&room.app).await;
    for (seconds, cap) in [(2.0, 11), (2.5, 12), (3.0, 13)] {
        room.plan(&room.in_seconds(seconds), json!({"lease_cap": cap})).await.expect(201);
    }
    first.kill().await;
    room.until("all is in force", |view| view.settings.lease_cap == 13).await;
    let late = assert_once_and_on_time(&room.settled(3).await);
    println!("the leading process killed: the latest came into force {late} late");

    // Nobody is there when the next ones are due: whoever comes back applies them in their order.
    room.open().await;
    second.kill().await;
    until_releasers(&room, 0).await;
    room.plan(&room.in_seconds(0.6), json!({"phase": "paused", "pause_reason": "A break."}))
        .await
        .expect(201);
    room.plan(&room.in_seconds(0.4), json!({"rate_per_minute": 7})).await.expect(201);
    room.plan(&room.in_seconds(0.8), json!({"lease_cap": 14})).await.expect(201);
    eventually("they are due", || async {
        let planned = room.planned().await;
        let due = |planned: &Value| {
            let at = OffsetDateTime::parse(planned["at"].as_str().unwrap(), &Rfc3339).unwrap();
            at < room.app.app.clock.now()
        };
        planned.iter().all(due).then_some(())
    })
    .await;
    assert_eq!(room.settled(3).await.len(), 3);
    let back = Another::start(&room.app);
    let view = room.until("all is in force", |view| view.settings.lease_cap == 14).await;
    assert_eq!((view.phase, view.settings.rate_per_minute), (RoomPhase::Paused, 7));
    let settled = room.settled(6).await;
    let order: Vec<Value> = settled[3..].iter().map(|settled| settled.change.clone()).collect();
    let paused = json!({"phase": "paused", "pause_reason": "A break."});
    assert_eq!(order, [json!({"rate_per_minute": 7}), paused, json!({"lease_cap": 14})]);
    assert!(settled[3..].iter().all(|settled| settled.outcome == "applied"), "{settled:?}");

    // A room that is over keeps no plan.
    room.plan(&room.in_seconds(3_600.0), json!({"lease_cap": 15})).await.expect(201);
    room.change(json!({"phase": "closed"})).await.expect(200);
    room.plan(&room.in_seconds(60.0), json!({"phase": "open"})).await.problem(409, "wrong-phase");
    assert_eq!(room.settled(7).await[6].outcome, "refused");
    back.stop().await;
    room.finish().await;
}
