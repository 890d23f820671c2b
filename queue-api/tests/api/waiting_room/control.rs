//! The organiser's hand on the room.

use http::Method;
use serde_json::json;
use shared::{
    domain::{Role, RoomPhase, UserId},
    testing::eventually,
};

use super::{Fixture, Wishes, assert_within, token};

#[tokio::test]
async fn pausing_stops_releases_and_resuming_goes_on() {
    let room = Fixture::new(Wishes { cap: 3, ..Wishes::default() }).await;
    room.change(json!({"phase": "paused"})).await.problem(409, "wrong-phase");
    room.join_many(0..10).await;
    room.open().await;
    room.until_admitted(3).await;
    let paused = room.change(json!({"phase": "paused", "pause_reason": "A short break."})).await.json();
    assert_eq!((&paused["phase"], &paused["pause_reason"]), (&"paused".into(), &"A short break.".into()));
    room.change(json!({"lease_cap": 5})).await;
    // Joining goes on; nobody comes in, though the cap would allow it now.
    room.join("late").await;
    let view = room.until("settings arrive", |view| view.settings.lease_cap == 5).await;
    assert_eq!((view.phase, view.serving), (RoomPhase::Paused, 3));
    let resumed = room.change(json!({"phase": "open"})).await.json();
    assert!(resumed["pause_reason"].is_null(), "{resumed}");
    let admitted = room.until_admitted(5).await;
    assert_within(&admitted, 5, 100_000);
    room.finish().await;
}

#[tokio::test]
async fn an_operator_lets_in_beyond_the_rate_but_not_beyond_the_cap() {
    let room = Fixture::new(Wishes { cap: 4, rate: 2, ..Wishes::default() }).await;
    room.join_many(0..10).await;
    let path = format!("/api/events/{}/waiting-room/admit", room.event);
    let admit = || room.app.post(&path, Some(&room.organiser), json!({"count": 5}));
    admit().await.problem(409, "wrong-phase");
    room.open().await;
    room.until_admitted(2).await;
    assert_eq!(admit().await.json()["allowed"], 5);
    let admitted = room.until_admitted(4).await;
    assert_eq!(admitted.iter().map(|place| place.extra).collect::<Vec<_>>(), [false, false, true, true]);
    assert_eq!(room.view().await.serving, 4);
    let changes: Vec<(Option<UserId>, serde_json::Value)> =
        sqlx::query_as("SELECT actor_id, change FROM waiting_room_changes WHERE event_id = $1 ORDER BY id")
            .bind(room.event)
            .fetch_all(&room.app.app.pool)
            .await
            .unwrap();
    assert_eq!(
        changes.iter().map(|(_, change)| change.clone()).collect::<Vec<_>>(),
        [json!({"phase": "open"}), json!({"admit": 5})]
    );
    assert!(changes.iter().all(|(actor, _)| actor.is_some()));
    room.finish().await;
}

#[tokio::test]
async fn only_the_organiser_and_admins_drive_a_room() {
    let room = Fixture::new(Wishes::default()).await;
    let path = format!("/api/events/{}/waiting-room", room.event);
    let change = json!({"lease_cap": 5});
    room.app.call(Method::PATCH, &path, None, Some(change.clone())).await.problem(401, "unauthorized");
    let fan = room.app.fan().await.access_token;
    room.app.call(Method::PATCH, &path, Some(&fan), Some(change.clone())).await.problem(403, "role-needed");
    let other = room.app.account(Role::Organiser).await.access_token;
    room.app
        .call(Method::PATCH, &path, Some(&other), Some(change.clone()))
        .await
        .problem(403, "not-your-event");
    let admin = room.app.account(Role::Admin).await;
    let admin = token(&room.app, admin.id, Role::Admin);
    assert_eq!(room.app.call(Method::PATCH, &path, Some(&admin), Some(change)).await.status, 200);
    for wrong in [json!({"lease_cap": 0}), json!({"phase": "sleeping"}), json!({"color": "red"})] {
        room.change(wrong).await.problem(422, "invalid");
    }
    room.finish().await;
}

#[tokio::test]
async fn a_cancelled_event_closes_its_room_and_leaves_no_queue() {
    let room = Fixture::new(Wishes::default()).await;
    let place = room.join_by_http(None).await.json();
    sqlx::query("UPDATE events SET status = 'cancelled' WHERE id = $1")
        .bind(room.event)
        .execute(&room.app.app.pool)
        .await
        .unwrap();
    room.until("the room closes", |view| view.phase == RoomPhase::Closed).await;
    assert_eq!(room.place(Method::GET, &place, "").await.json()["state"], "over");
    room.until_finished().await;
    // What is over can still be read when Redis has forgotten it.
    room.app.engines.lose_redis().await;
    let path = format!("/api/events/{}/waiting-room", room.event);
    eventually("the status is from the record", || async {
        let status = room.app.get(&path, None).await;
        (status.status == 200 && status.json()["phase"] == "closed").then_some(())
    })
    .await;
    room.finish().await;
}
