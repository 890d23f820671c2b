//! Draw, order, cap, rate, offers.

use fred::interfaces::SortedSetsInterface as _;
use http::Method;
use shared::{
    domain::{PlaceId, RoomPhase},
    testing::eventually,
    tokens::{hex, sha256},
};

use super::{Another, Fixture, Wishes, assert_in_order, assert_within};

#[tokio::test]
async fn the_lobby_is_drawn_and_the_line_follows_strictly() {
    let room = Fixture::new(Wishes::default()).await;
    let path = format!("/api/events/{}/waiting-room", room.event);
    let before = room.app.get(&path, None).await;
    assert_eq!(before.headers["cache-control"], "public, max-age=1, stale-while-revalidate=2");
    assert!(before.json()["seed"].is_null() && before.json()["lobby_count"].is_null());

    let mut answered = room.join_many(0..300).await;
    room.open().await;
    answered.extend(room.join_many(300..450).await);
    let admitted = room.until_admitted(450).await;
    let view = room.view().await;
    assert_eq!((view.lobby_count, view.serving), (Some(300), 450));
    assert_in_order(&admitted, &view, &answered);
    let drawn: Vec<i64> = admitted.iter().take(300).map(|place| place.ordinal).collect();
    assert_ne!(drawn, (0..300).collect::<Vec<_>>(), "the lobby was not permuted");

    let after = eventually("the status follows", || async {
        let status = room.app.get(&path, None).await;
        (status.json()["phase"] == "open").then_some(status)
    })
    .await;
    let seed = shared::tokens::from_hex(after.json()["seed"].as_str().unwrap()).unwrap();
    assert_eq!(hex(&sha256(&seed)), before.json()["seed_commitment"].as_str().unwrap());
    let tag = room.app.get(&path, None).await.headers["etag"].to_str().unwrap().to_owned();
    let known = [("if-none-match", tag.as_str())];
    let again = room.app.call_with(Method::GET, &path, None, &known, None).await;
    assert!(again.status == 304 || again.headers["etag"] != tag, "{again:?}");
    room.finish().await;
}

#[tokio::test]
async fn a_fan_claims_shops_and_gives_back() {
    let room = Fixture::new(Wishes { cap: 1, ..Wishes::default() }).await;
    let first = room.join_by_http(None).await.json();
    let second = room.join_by_http(None).await.json();
    room.open().await;
    room.until_admitted(1).await;
    let room_ref = &room;
    let state =
        |place: serde_json::Value| async move { room_ref.place(Method::GET, &place, "").await.json() };
    let (near, far) = match state(first.clone()).await["state"] == "offered" {
        true => (first, second),
        false => (second, first),
    };
    let waiting = state(far.clone()).await;
    assert_eq!((&waiting["state"], &waiting["position"]), (&"waiting".into(), &0.into()), "{waiting}");

    let pass = room.place(Method::POST, &near, "/claim").await;
    assert_eq!(pass.status, 200, "{}", pass.json());
    let claims = room.app.app.tokens.verify_pass(pass.json()["pass"].as_str().unwrap()).unwrap();
    assert_eq!((claims.event, claims.ordinal), (room.event, near["ordinal"].as_u64().unwrap()));
    let again = room.place(Method::POST, &near, "/claim").await.json();
    assert_eq!(again["expires_at"], pass.json()["expires_at"]);
    assert_eq!(state(near.clone()).await["state"], "shopping");

    for _ in 0..2 {
        assert_eq!(room.place(Method::DELETE, &near, "").await.status, 204);
    }
    room.place(Method::POST, &near, "/claim").await.problem(410, "offer-over");
    let admitted = room.until_admitted(2).await;
    assert_within(&admitted, 1, 100_000);
    eventually("the end is written down", || async {
        let outcome = room.admitted().await[0].outcome.clone();
        (outcome.as_deref() == Some("given_back")).then_some(())
    })
    .await;
    assert_eq!(state(near).await["state"], "over");
    room.finish().await;
}

#[tokio::test]
async fn an_offer_that_nobody_takes_goes_to_the_next() {
    let room = Fixture::new(Wishes { cap: 2, claim_window_s: 5, ..Wishes::default() }).await;
    let answered = room.join_many(0..4).await;
    room.open().await;
    let admitted = room.until_admitted(4).await;
    assert_in_order(&admitted, &room.view().await, &answered);
    assert_within(&admitted, 2, 100_000);
    assert_eq!(admitted[0].outcome.as_deref(), Some("expired"));
    assert!(admitted[2].admitted_at - admitted[0].admitted_at >= time::Duration::seconds(5));
    room.finish().await;
}

#[tokio::test]
async fn who_leaves_is_passed_over_and_may_come_again_at_the_end() {
    let room = Fixture::new(Wishes { cap: 2, ..Wishes::default() }).await;
    let device = room.join_by_http(None).await;
    let place = device.json();
    let others = room.join_many(0..5).await;
    assert_eq!(room.place(Method::DELETE, &place, "").await.status, 204);
    assert_eq!(room.place(Method::GET, &place, "").await.json()["state"], "left");
    room.place(Method::POST, &place, "/claim").await.problem(410, "place-left");
    room.open().await;
    let token = device.headers["onsale-device"].to_str().unwrap();
    let again = room.join_by_http(Some(token)).await.json();
    assert_eq!((&again["ordinal"], &again["number"]), (&6.into(), &6.into()));
    room.change(serde_json::json!({"lease_cap": 10})).await;
    let admitted = room.until_admitted(6).await;
    assert_in_order(&admitted, &room.view().await, &others);
    assert_eq!(admitted.last().unwrap().number, 6);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM departures WHERE event_id = $1")
        .bind(room.event)
        .fetch_one(&room.app.app.pool)
        .await
        .unwrap();
    assert_eq!(left, 1);
    room.finish().await;
}

/// Three processes, places are given back all the time, and twice the process that releases is killed.
#[tokio::test]
async fn cap_rate_and_order_hold_while_releasers_come_and_go() {
    let wishes = Wishes { cap: 7, rate: 90, ..Wishes::default() };
    let room = Fixture::new(wishes).await;
    let others = [Another::start(&room.app), Another::start(&room.app)];
    let answered = room.join_many(0..120).await;
    room.open().await;
    let redis = room.app.app.waiting_rooms.room(room.event);
    let leases = room.app.engines.redis.event(room.event).leases();
    let seen = eventually("the rate is used up", || async {
        let live: Vec<String> = {
            let client = room.app.engines.redis.client();
            client.zrange(leases.clone(), 0, -1, None, false, None, false).await.unwrap()
        };
        for ordinal in live {
            redis.leave(ordinal.parse().unwrap(), PlaceId::new()).await.unwrap();
        }
        let admitted = room.admitted().await;
        (admitted.len() >= 90).then_some(admitted)
    });
    // The first process releases until it is killed, then one of the others, then the last.
    let killing = async {
        room.until_admitted(20).await;
        room.app.kill_releasing();
        room.until_admitted(50).await;
        others[0].kill();
    };
    let (admitted, ()) = tokio::join!(seen, killing);
    assert_eq!(admitted.len(), 90);
    for pair in admitted.windows(2) {
        let gap = pair[1].admitted_at - pair[0].admitted_at;
        assert!(gap < time::Duration::seconds(5), "nobody took over for {gap}");
    }
    assert_in_order(&admitted, &room.view().await, &[]);
    let view = room.until("the rate binds", |view| view.shopping < 7).await;
    assert_eq!((view.serving, view.admitted_last_minute, view.phase), (90, 90, RoomPhase::Open));
    room.change(serde_json::json!({"rate_per_minute": 100_000, "lease_cap": 1_000})).await;
    let admitted = room.until_admitted(120).await;
    assert_in_order(&admitted, &room.view().await, &answered);
    assert_within(&admitted[..90], 7, 90);
    for other in others {
        other.stop().await;
    }
    room.finish().await;
}
