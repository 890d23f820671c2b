//! "Are you still here?": an offer stands a little longer than its claim window.

use http::Method;
use serde_json::json;
use shared::testing::eventually;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    Fixture, Wishes, assert_within,
    page::{Visitor, goes_to, shown},
};

#[tokio::test]
async fn who_comes_back_in_the_grace_still_comes_in() {
    let room = Fixture::new(Wishes { cap: 1, claim_window_s: 5, grace_s: 20, ..Wishes::default() }).await;
    let fan = Visitor::new(&room);
    fan.press("join").await;
    room.open().await;
    let page = fan.until("turn").await;
    assert!(page.contains("Come in and choose seats"), "{page}");
    let waiting = room.join("somebody else").await;
    let page = fan.until("still").await;
    assert!(page.contains("Are you still here?") && page.contains("Yes, let me in"), "{page}");
    assert!(page.contains("<noscript><meta http-equiv=\"refresh\" content=\""), "{page}");
    // The lease lives on, so nobody else was called.
    assert_eq!(room.view().await.serving, 1, "{waiting:?}");
    assert_eq!(goes_to(&fan.press("claim").await), format!("/events/{}/seats", room.event));
    assert_eq!(shown(&fan.until("shopping").await), ["shopping"]);
    let claimed = eventually("it is written down", || async {
        sqlx::query_as::<_, (OffsetDateTime, OffsetDateTime)>(
            "SELECT admitted_at, claimed_at FROM admissions WHERE claimed_at IS NOT NULL",
        )
        .fetch_optional(&room.app.app.pool)
        .await
        .unwrap()
    })
    .await;
    assert!(claimed.1 - claimed.0 >= Duration::seconds(5), "{claimed:?} is before the grace");
    room.finish().await;
}

#[tokio::test]
async fn the_lease_of_an_offer_lives_through_its_grace_and_no_longer() {
    let room = Fixture::new(Wishes { cap: 1, claim_window_s: 5, ..Wishes::default() }).await;
    room.change(json!({"grace_seconds": 601})).await.problem(422, "invalid");
    let changed = room.change(json!({"grace_seconds": 3})).await.expect(200);
    assert_eq!((&changed["claim_window_seconds"], &changed["grace_seconds"]), (&5.into(), &3.into()));
    let first = room.join_by_http(None).await.json();
    room.join("the next one").await;
    room.open().await;
    room.until_admitted(1).await;
    let offered = room.place(Method::GET, &first, "").await.json();
    if offered["state"] == "offered" {
        let at = |name: &str| OffsetDateTime::parse(offered[name].as_str().unwrap(), &Rfc3339).unwrap();
        assert_eq!(at("until") - at("grace_from"), Duration::seconds(3), "{offered}");
    } else {
        assert!(offered["grace_from"].is_null(), "{offered}");
    }
    let admitted = room.until_admitted(2).await;
    assert_within(&admitted, 1, 100_000);
    let lived = admitted[0].ended_at.unwrap() - admitted[0].admitted_at;
    assert!(lived >= Duration::seconds(8), "the offer lived for {lived}");
    assert_eq!(admitted[0].outcome.as_deref(), Some("expired"));
    room.finish().await;
}
