//! A browser waits and shops by cookies, without a token in the hands of a script.

use http::Method;
use serde_json::json;
use shared::{domain::EventId, testing::eventually};

use super::{Fixture, Wishes};
use crate::browser::Browser;

fn room(event: EventId) -> String {
    format!("/api/events/{event}/waiting-room")
}

fn cookie(kind: &str, event: EventId) -> String {
    format!("onsale_{kind}_{}", event.0.simple())
}

/// Waits until the browser's place is in this state.
async fn until_state(browser: &Browser<'_>, event: EventId, state: &str) {
    let path = format!("{}/place", room(event));
    eventually(state, || async { (browser.get(&path).await.json()["state"] == state).then_some(()) }).await;
}

#[tokio::test]
async fn a_place_is_kept_in_a_cookie_and_found_by_it() {
    let fixture = Fixture::new(Wishes::default()).await;
    let browser = Browser::new(&fixture.app);
    let path = format!("{}/place", room(fixture.event));
    browser.get(&path).await.problem(404, "no-place");
    let joined = browser.post(&format!("{}/places", room(fixture.event)), None).await.expect(202);
    let kept = browser.cookie(&cookie("place", fixture.event)).unwrap();
    assert_eq!(joined["token"], kept.value);
    assert!(kept.line.contains("; HttpOnly; SameSite=Lax; Path=/; Max-Age="), "{}", kept.line);
    assert!(browser.cookie("onsale_device").is_some());

    let answer = browser.get(&path).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let place = answer.expect(200);
    assert_eq!((&place["id"], &place["token"]), (&joined["id"], &joined["token"]));
    let by_id = format!("/api/waiting-room/places/{}", joined["id"].as_str().unwrap());
    assert_eq!(browser.get(&by_id).await.expect(200)["id"], joined["id"]);

    let other = EventId::new();
    browser.get(&format!("{}/place", room(other))).await.problem(404, "no-place");
    browser.put(&cookie("place", other), Some(&kept.value));
    browser.get(&format!("{}/place", room(other))).await.problem(404, "no-place");
    let forged = [("onsale-place", "forged")];
    browser.call_with(Method::GET, &path, &forged, None).await.problem(401, "unauthorized");
    browser.put(&cookie("place", fixture.event), Some("forged"));
    browser.get(&path).await.problem(404, "no-place");
    browser.put(&cookie("place", other), None);
    browser.get(&by_id).await.problem(401, "unauthorized");
    fixture.finish().await;
}

#[tokio::test]
async fn the_header_goes_before_the_cookie() {
    let fixture = Fixture::new(Wishes::default()).await;
    let (one, two) = (Browser::new(&fixture.app), Browser::new(&fixture.app));
    let path = format!("{}/places", room(fixture.event));
    let (first, second) = (one.post(&path, None).await.json(), two.post(&path, None).await.json());
    assert_ne!(first["id"], second["id"]);
    let header = [("onsale-place", second["token"].as_str().unwrap())];
    let path = format!("{}/place", room(fixture.event));
    assert_eq!(one.call_with(Method::GET, &path, &header, None).await.json()["id"], second["id"]);
    let by_id = format!("/api/waiting-room/places/{}", first["id"].as_str().unwrap());
    one.call_with(Method::GET, &by_id, &header, None).await.problem(404, "not-found");
    fixture.finish().await;
}

#[tokio::test]
async fn signing_in_while_waiting_keeps_the_place() {
    let fixture = Fixture::new(Wishes::default()).await;
    let browser = Browser::new(&fixture.app);
    let path = format!("{}/places", room(fixture.event));
    let before = browser.post(&path, None).await.expect(202);
    let fan = fixture.app.fan().await;
    browser.put("onsale_access", Some(&fan.access_token));
    let after = browser.post(&path, None).await.expect(202);
    assert_eq!((&after["id"], &after["token"]), (&before["id"], &before["token"]));
    browser.put(&cookie("place", fixture.event), None);
    assert_ne!(browser.post(&path, None).await.expect(202)["id"], before["id"], "the account has its own");
    fixture.finish().await;
}

#[tokio::test]
async fn a_browser_comes_in_shops_and_leaves_by_cookies() {
    let fixture = Fixture::new(Wishes::default()).await;
    let browser = Browser::new(&fixture.app);
    let fan = fixture.app.fan().await;
    browser.put("onsale_access", Some(&fan.access_token));
    let place = browser.post(&format!("{}/places", room(fixture.event)), None).await.expect(202);
    let own = format!("/api/waiting-room/places/{}", place["id"].as_str().unwrap());
    browser.post(&format!("{own}/claim"), None).await.problem(409, "not-your-turn");
    fixture.open().await;
    until_state(&browser, fixture.event, "offered").await;

    let holds = format!("/api/events/{}/holds", fixture.event);
    let wish = || Some(json!({"seats": [0]}));
    browser.post(&holds, wish()).await.problem(403, "pass-needed");
    let pass = browser.post(&format!("{own}/claim"), None).await.expect(200);
    let kept = browser.cookie(&cookie("pass", fixture.event)).unwrap();
    assert_eq!(pass["pass"], kept.value);
    assert!(kept.line.contains("; HttpOnly; SameSite=Lax; Path=/; Max-Age="), "{}", kept.line);
    let forged = [("onsale-client", "web"), ("onsale-pass", "forged")];
    browser.call_with(Method::POST, &holds, &forged, wish()).await.problem(403, "pass-invalid");
    let foreign = [("sec-fetch-site", "cross-site")];
    browser.call_with(Method::POST, &holds, &foreign, wish()).await.problem(403, "cross-site");
    browser.post(&holds, wish()).await.expect(201);

    browser.call(Method::DELETE, &own, None).await.expect(204);
    assert!(browser.cookie(&cookie("place", fixture.event)).is_none());
    assert!(browser.cookie(&cookie("pass", fixture.event)).is_none());
    browser.get(&format!("{}/place", room(fixture.event))).await.problem(404, "no-place");
    let again = browser.post(&format!("{}/places", room(fixture.event)), None).await.expect(202);
    assert_ne!(again["id"], place["id"]);
    fixture.finish().await;
}
