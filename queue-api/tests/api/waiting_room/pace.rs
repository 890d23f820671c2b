//! As many come in as can be served.

use shared::testing::eventually;
use time::Duration;

use super::{Fixture, Wishes};
use crate::support::TestApp;

#[tokio::test]
async fn a_room_that_nothing_holds_back_lets_in_as_many_as_can_be_served() {
    // Ten a second to begin with.
    let app = TestApp::start_with(|config| config.browsing_at_once = 80).await;
    let room = Fixture::on(app, Wishes::default()).await;
    let address = format!("/api/events/{}/sales", room.event);
    room.join_many(0..60).await;
    room.open().await;
    let told =
        || async { room.app.get(&address, Some(&room.organiser)).await.json()["waiting_room"].clone() };
    let held_to = eventually("the organiser hears that the room is held back", || async {
        told().await["held_to_per_minute"].as_u64()
    })
    .await;
    assert!((600..700).contains(&held_to), "{held_to}");
    let admitted = room.until_admitted(60).await;
    for some in admitted.windows(40) {
        let took = some[39].admitted_at - some[0].admitted_at;
        assert!(took >= Duration::seconds(1), "40 within {took}");
    }
    eventually("and that it is no more", || async {
        told().await["held_to_per_minute"].is_null().then_some(())
    })
    .await;
    room.finish().await;
}

#[tokio::test]
async fn others_know_when_there_is_enough_to_do() {
    let app = TestApp::start_with(|config| config.browsing_at_once = 0).await;
    let watching = queue_api::overload::watch(&app.app, app.app.shutdown.clone());
    let said =
        eventually("it is said", || async { shared::rush::is_busy(&app.engines.redis).await.then_some(()) });
    tokio::select! {
        () = watching => panic!("it goes on until the process ends"),
        () = said => {}
    }
    app.finish().await;
}
