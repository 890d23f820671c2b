//! Asking whether one's turn has come, while there is more to do than can be done.

use http::Method;
use queue_api::{overload::Stage, waiting_room::documents::PlaceState};
use serde_json::{Value, json};
use shared::testing::eventually;

use super::{Fixture, Wishes};
use crate::support::TestApp;

#[tokio::test]
async fn with_too_much_to_do_who_waits_is_answered_and_who_may_come_in_is_looked_for() {
    let app = TestApp::start_with(|config| config.browsing_at_once = 0).await;
    let room = Fixture::on(app, Wishes { cap: 1, ..Wishes::default() }).await;
    let places = [room.join_by_http(None).await.json(), room.join_by_http(None).await.json()];
    for place in &places {
        let before = room.place(Method::GET, place, "").await.expect(200);
        assert_eq!((&before["state"], &before["number"]), (&json!("waiting"), &Value::Null), "{before}");
    }
    room.open().await;
    let served = room.until_admitted(1).await[0].place_id.to_string();
    let (first, second) =
        if places[0]["id"] == served { (&places[0], &places[1]) } else { (&places[1], &places[0]) };
    let told = eventually("who waits hears how it stands", || async {
        let told = room.place(Method::GET, second, "").await.expect(200);
        (told["position"] == 0).then_some(told)
    })
    .await;
    assert_eq!((&told["state"], &told["serving"]), (&json!("waiting"), &json!(1)), "{told}");
    assert!(told["poll_after_ms"].as_u64() >= Some(2_000), "{told}");
    // Nobody can be looked for here: who may have been called is not told that it waits.
    let answer = room.place(Method::GET, first, "").await;
    answer.problem(503, "unavailable");
    room.change(json!({"phase": "closed"})).await.expect(200);
    let over = eventually("that it is over", || async {
        let over = room.place(Method::GET, second, "").await.expect(200);
        (over["state"] != "waiting").then_some(over)
    })
    .await;
    assert_eq!(over["state"], json!(PlaceState::Over), "{over}");
    room.finish().await;
}

#[tokio::test]
async fn who_may_come_in_is_let_in_while_those_who_wait_take_what_they_may() {
    // One may ask, four may come in.
    let app = TestApp::start_with(|config| config.browsing_at_once = 8).await;
    let room = Fixture::on(app, Wishes::default()).await;
    let place = room.join_by_http(None).await.json();
    room.open().await;
    room.until_admitted(1).await;
    let asks = room.app.app.overload.enter(Stage::Asking).expect("nobody else asks");
    assert!(room.app.app.overload.enter(Stage::Asking).is_none());
    let offered = eventually("it is its turn", || async {
        let told = room.place(Method::GET, &place, "").await.expect(200);
        (told["state"] == "offered").then_some(told)
    })
    .await;
    assert!(offered["until"].is_string(), "{offered}");
    drop(asks);
    room.finish().await;
}
