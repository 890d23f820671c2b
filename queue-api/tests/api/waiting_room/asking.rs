//! Asking whether one's turn has come, while there is more to do than can be done.

use http::Method;
use queue_api::waiting_room::documents::PlaceState;
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
    let called = room.place(Method::GET, first, "").await.expect(200);
    assert_eq!(called["state"], "offered", "who may have been called is looked for: {called}");
    let own = format!("/api/events/{}/waiting-room/place", room.event);
    for (place, state) in [(first, "offered"), (second, "waiting")] {
        let headers = [("onsale-place", place["token"].as_str().unwrap())];
        let told = room.app.call_with(Method::GET, &own, None, &headers, None).await.expect(200);
        assert_eq!(told["state"], state, "{told}");
    }
    room.change(json!({"phase": "closed"})).await.expect(200);
    let over = eventually("that it is over", || async {
        let over = room.place(Method::GET, second, "").await.expect(200);
        (over["state"] != "waiting").then_some(over)
    })
    .await;
    assert_eq!(over["state"], json!(PlaceState::Over), "{over}");
    room.finish().await;
}
