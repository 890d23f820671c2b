//! Asking to be told of one's turn.

use http::Method;
use serde_json::{Value, json};
use shared::testing::{eventually, vapid_key};

use super::{Fixture, Wishes};
use crate::{
    browser::Browser,
    support::{Account, Answer, TestApp},
};

/// The keys of the example of RFC 8291.
const KEYS: (&str, &str) = (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
);

async fn room() -> Fixture {
    let app = TestApp::start_with(|config| config.push.vapid_key = Some(vapid_key())).await;
    Fixture::on(app, Wishes::default()).await
}

fn browser(at: &str) -> Value {
    json!({"endpoint": at, "expirationTime": null, "keys": {"p256dh": KEYS.0, "auth": KEYS.1}})
}

impl Fixture {
    /// A call about the notices of a place, by its token.
    async fn notices(&self, method: Method, place: &Value, channel: &str, body: Option<Value>) -> Answer {
        let path =
            format!("/api/waiting-room/places/{}/turn-notices{channel}", place["id"].as_str().unwrap());
        let headers = [("onsale-place", place["token"].as_str().unwrap()), ("accept-language", "fr")];
        self.app.call_with(method, &path, None, &headers, body).await
    }

    async fn count_notices(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM turn_notices").fetch_one(&self.app.app.pool).await.unwrap()
    }

    async fn joined_by(&self, fan: &Account) -> Value {
        let path = format!("/api/events/{}/waiting-room/places", self.event);
        self.app.call(Method::POST, &path, Some(&fan.access_token), None).await.expect(202)
    }
}

#[tokio::test]
async fn a_guest_asks_by_mail_and_takes_it_back() {
    let room = room().await;
    let place = room.join_by_http(None).await.expect(202);
    let ask = async |body| room.notices(Method::PUT, &place, "/email", Some(body)).await;
    ask(json!({})).await.problem(422, "invalid");
    ask(json!({"email": "no address"})).await.problem(422, "invalid");
    assert_eq!(ask(json!({"email": "Zoe@example.test"})).await.expect(200)["email"], "Zoe@example.test");
    assert_eq!(ask(json!({"email": "other@example.test"})).await.expect(200)["email"], "other@example.test");
    let locale: String =
        sqlx::query_scalar("SELECT locale FROM turn_notices").fetch_one(&room.app.app.pool).await.unwrap();
    assert_eq!((locale.as_str(), room.count_notices().await), ("fr", 1));
    room.notices(Method::DELETE, &place, "/email", None).await.expect(204);
    let shown = room.notices(Method::GET, &place, "", None).await.expect(200);
    assert_eq!(shown, json!({"email": null, "push": false}));

    // Nobody else may ask for it.
    let mut stranger = room.join_by_http(None).await.expect(202);
    stranger["id"] = place["id"].clone();
    room.notices(Method::GET, &stranger, "", None).await.problem(404, "not-found");
    room.finish().await;
}

#[tokio::test]
async fn an_address_is_deleted_with_its_place() {
    let room = room().await;
    let place = room.join_by_http(None).await.expect(202);
    let ask = json!({"email": "zoe@example.test"});
    room.notices(Method::PUT, &place, "/email", Some(ask)).await.expect(200);
    assert_eq!(room.count_notices().await, 1);
    room.place(Method::DELETE, &place, "").await.expect(204);
    assert_eq!(room.count_notices().await, 0);

    // And with the room.
    let place = room.join_by_http(None).await.expect(202);
    let ask = json!({"email": "zoe@example.test"});
    room.notices(Method::PUT, &place, "/email", Some(ask)).await.expect(200);
    assert_eq!(room.change(json!({"phase": "closed"})).await.status, 200);
    eventually("it is forgotten", || async { (room.count_notices().await == 0).then_some(()) }).await;
    room.finish().await;
}

#[tokio::test]
async fn who_was_called_cannot_ask_any_more() {
    let room = room().await;
    let place = room.join_by_http(None).await.expect(202);
    room.open().await;
    room.until_admitted(1).await;
    let ask = json!({"email": "zoe@example.test"});
    room.notices(Method::PUT, &place, "/email", Some(ask)).await.problem(409, "not-waiting");
    assert_eq!(room.count_notices().await, 0);
    room.finish().await;
}

#[tokio::test]
async fn browsers_are_taken_in_when_they_are_real() {
    let room = room().await;
    let place = room.join_by_http(None).await.expect(202);
    let key = room.app.get("/api/push/key", None).await.expect(200);
    assert_eq!(key["public_key"].as_str().unwrap().len(), 87);
    let ask = async |body| room.notices(Method::PUT, &place, "/push", Some(body)).await;
    for at in ["http://push.example/1", "https://127.0.0.1/1", "https://[::1]/1", "https://redis:6379/"] {
        let problem = ask(browser(at)).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "endpoint", "{at}");
    }
    let mut forged = browser("https://push.example/1");
    forged["keys"]["p256dh"] = json!("BCVx");
    ask(forged).await.problem(422, "invalid");
    for number in [1, 1, 2, 3, 4, 5] {
        let shown = ask(browser(&format!("https://push.example/{number}"))).await.expect(200);
        assert_eq!(shown, json!({"email": null, "push": true}));
    }
    assert_eq!(room.count_notices().await, 5, "the same browser once");
    ask(browser("https://push.example/6")).await.problem(409, "too-many-browsers");
    room.notices(Method::DELETE, &place, "/push", None).await.expect(204);
    assert_eq!(room.count_notices().await, 0);
    room.finish().await;
}

#[tokio::test]
async fn without_a_key_there_are_no_pushes() {
    let room = Fixture::new(Wishes::default()).await;
    let place = room.join_by_http(None).await.expect(202);
    room.app.get("/api/push/key", None).await.problem(404, "push-off");
    let body = browser("https://push.example/1");
    room.notices(Method::PUT, &place, "/push", Some(body)).await.problem(404, "push-off");
    room.finish().await;
}

#[tokio::test]
async fn an_account_s_wish_stands_for_every_room_it_joins() {
    let room = room().await;
    let fan = room.app.fan().await;
    let signed_in = Some(fan.access_token.as_str());
    let me = room.app.get("/api/me", signed_in).await.expect(200);
    assert_eq!(me["notifications"], json!({"turn_email": false, "turn_push": false}));
    let subscribe =
        |at: &str| room.app.call(Method::PUT, "/api/me/push-subscriptions", signed_in, Some(browser(at)));
    let id = subscribe("https://push.example/1").await.expect(200)["id"].clone();
    assert_eq!(subscribe("https://push.example/1").await.expect(200)["id"], id);
    subscribe("https://push.example/2").await.expect(200);
    let wish = json!({"notifications": {"turn_email": true, "turn_push": true}});
    let me = room.app.call(Method::PATCH, "/api/me", signed_in, Some(wish)).await.expect(200);
    assert_eq!(me["notifications"], json!({"turn_email": true, "turn_push": true}));

    let place = room.joined_by(&fan).await;
    eventually("it is taken over", || async { (room.count_notices().await == 3).then_some(()) }).await;
    let shown = room.notices(Method::GET, &place, "", None).await.expect(200);
    assert_eq!(shown, json!({"email": fan.email, "push": true}));
    let path = format!("/api/me/push-subscriptions/{}", id.as_str().unwrap());
    room.app.call(Method::DELETE, &path, signed_in, None).await.expect(204);
    assert_eq!(room.count_notices().await, 2);
    let browsers = room.app.get("/api/me/push-subscriptions", signed_in).await.expect(200);
    assert_eq!(browsers.as_array().unwrap().len(), 1);
    let wish = json!({"notifications": {"turn_email": false}});
    room.app.call(Method::PATCH, "/api/me", signed_in, Some(wish)).await.expect(200);
    let shown = room.notices(Method::GET, &place, "", None).await.expect(200);
    assert_eq!(shown, json!({"email": null, "push": true}));

    // Somebody who wants nothing is told nothing.
    let quiet = room.app.fan().await;
    let place = room.joined_by(&quiet).await;
    let body = json!({});
    let path = format!("/api/waiting-room/places/{}/turn-notices/email", place["id"].as_str().unwrap());
    let headers = [("onsale-place", place["token"].as_str().unwrap())];
    let own = Some(quiet.access_token.as_str());
    let asked = room.app.call_with(Method::PUT, &path, own, &headers, Some(body)).await.expect(200);
    assert_eq!(asked, json!({"email": quiet.email, "push": false}), "its own address, for this place");
    room.finish().await;
}

#[tokio::test]
async fn the_page_asks_by_forms_and_a_mail_s_link_brings_the_place_along() {
    let room = room().await;
    let address = format!("/events/{}/waiting-room", room.event);
    let fan = Browser::new(&room.app);
    fan.post(&format!("/api/events/{}/waiting-room/places", room.event), None).await.expect(202);
    let see =
        async |browser: &Browser| String::from_utf8(browser.get(&address).await.bytes.to_vec()).unwrap();
    let page = see(&fan).await;
    assert!(page.contains("Tell me when it is my turn") && page.contains("<input type=\"email\""), "{page}");
    let press = async |form: &str| {
        let answer = fan.submit(&address, form).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        answer.headers["location"].to_str().unwrap().to_owned()
    };
    assert_eq!(press("action=tell&email=nonsense").await, format!("{address}?untold=1"));
    let page = String::from_utf8(fan.get(&format!("{address}?untold=1")).await.bytes.to_vec()).unwrap();
    assert!(page.contains("Please check the address"), "{page}");
    assert_eq!(press("action=tell&email=zoe%40example.test").await, address);
    let page = see(&fan).await;
    assert!(page.contains("An e-mail goes to zoe@example.test"), "{page}");

    // The link, as the mail has it, opened on a phone.
    let token = fan.cookie(&format!("onsale_place_{}", room.event.0.simple())).unwrap().value;
    let phone = Browser::new(&room.app);
    let answer = phone.get(&format!("{address}?resume={token}&lang=de")).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(answer.headers["location"], format!("{address}?lang=de"));
    assert!(see(&phone).await.contains("An e-mail goes to zoe@example.test"));
    let forged = Browser::new(&room.app);
    assert_eq!(forged.get(&format!("{address}?resume={token}x")).await.status, 303);
    assert!(see(&forged).await.contains("Join the waiting room"));

    assert_eq!(press("action=tell_not").await, address);
    assert_eq!(room.count_notices().await, 0);
    room.finish().await;
}
