//! Buying without an account, and getting one later.

use futures_util::future::join_all;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::{
    domain::{BookingId, Demand, Role},
    testing::sale::GOOD_CARD,
};

use crate::{
    bookings::Shop,
    browser::Browser,
    support::{Account, TestApp},
};

const PASSWORD: &str = "correct horse battery";

async fn guest(app: &TestApp) -> Account {
    let answer = app.call(Method::POST, "/api/auth/guest", None, None).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    answer.account()
}

async fn change(app: &TestApp, of: &Account, change: Value) -> Value {
    app.call(Method::PATCH, "/api/me", Some(&of.access_token), Some(change)).await.expect(200)
}

async fn with_contact(app: &TestApp, email: &str) -> Account {
    let guest = guest(app).await;
    change(app, &guest, json!({"name": "Ada", "email": email})).await;
    guest
}

fn registration(email: &str) -> Value {
    json!({"email": email, "name": "Ada Lovelace", "password": PASSWORD})
}

#[tokio::test]
async fn a_guest_tells_who_it_is_bit_by_bit() {
    let app = TestApp::start().await;
    let guest = guest(&app).await;
    let me = app.get("/api/me", Some(&guest.access_token)).await.expect(200);
    assert_eq!((&me["guest"], &me["role"], &me["locale"]), (&json!(true), &json!("fan"), &json!("en")));
    assert!(me["email"].is_null() && me["name"].is_null(), "{me}");
    let me = change(&app, &guest, json!({"email": "Ada@Example.test", "locale": "de"})).await;
    assert_eq!((&me["email"], &me["locale"]), (&json!("ada@example.test"), &json!("de")));
    assert!(me["name"].is_null());
    let me = change(&app, &guest, json!({"name": " Ada "})).await;
    assert_eq!((&me["name"], &me["email"]), (&json!("Ada"), &json!("ada@example.test")));
    app.finish().await;
}

#[tokio::test]
async fn what_a_guest_may_not_say_is_refused_by_field() {
    let app = TestApp::start().await;
    let (guest, fan) = (guest(&app).await, app.fan().await);
    let refused = async |of: &Account, field: &str, wrong: Value| {
        let answer = app.call(Method::PATCH, "/api/me", Some(&of.access_token), Some(wrong)).await;
        assert_eq!(answer.problem(422, "invalid")["errors"][0]["field"], field);
    };
    refused(&guest, "email", json!({"email": "nonsense"})).await;
    refused(&guest, "name", json!({"name": " "})).await;
    let password = json!({"current_password": PASSWORD, "new_password": "another good one"});
    refused(&guest, "new_password", password).await;
    refused(&fan, "email", json!({"email": "other@example.test"})).await;
    let unknown = Some(json!({"locale": "tlh"}));
    app.call(Method::PATCH, "/api/me", Some(&fan.access_token), unknown).await.problem(422, "invalid");
    app.post("/api/auth/guest", None, json!({"locale": "tlh"})).await.problem(422, "invalid");
    assert_eq!(change(&app, &fan, json!({"locale": "fr"})).await["locale"], "fr");

    let admin = app.account(Role::Admin).await;
    let role = Some(json!({"role": "organiser"}));
    let path = format!("/api/users/{}", guest.id);
    app.call(Method::PATCH, &path, Some(&admin.access_token), role).await.problem(404, "not-found");
    app.finish().await;
}

#[tokio::test]
async fn a_browser_that_has_somebody_gets_no_second_guest() {
    let app = TestApp::start().await;
    let browser = Browser::new(&app);
    let first = browser.post("/api/auth/guest", Some(json!({"locale": "fr"}))).await.expect(201);
    assert_eq!(first["user"]["locale"], "fr");
    assert!(first.get("access_token").is_none());
    let again = browser.post("/api/auth/guest", None).await.expect(200);
    assert_eq!(again["user"]["id"], first["user"]["id"]);
    browser.put("onsale_refresh", Some("gone"));
    let other = browser.post("/api/auth/guest", None).await.expect(201);
    assert_ne!(other["user"]["id"], first["user"]["id"]);
    app.finish().await;
}

#[tokio::test]
async fn guests_share_addresses_and_nobody_signs_in_with_them() {
    let app = TestApp::start().await;
    for _ in 0..2 {
        with_contact(&app, "ada@example.test").await;
    }
    let credentials = json!({"email": "ada@example.test", "password": PASSWORD});
    app.post("/api/auth/login", None, credentials.clone()).await.problem(401, "unauthorized");
    let account = app.register("ada@example.test", PASSWORD).await;
    assert_eq!(app.post("/api/auth/login", None, credentials).await.account().id, account.id);
    with_contact(&app, "ada@example.test").await;
    app.post("/api/auth/register", None, registration("ada@example.test")).await.problem(409, "email-taken");
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn booking_needs_a_name_and_an_address_and_nothing_is_charged_before() {
    for demand in [Demand::Direct, Demand::Queue] {
        let shop = Shop::open(demand).await;
        let guest = guest(&shop.api).await;
        let hold = shop.hold(&guest, &[1]).await;
        shop.check_out(&guest, hold).await.expect(200);
        let problem = shop.pay(&guest, hold, GOOD_CARD, None).await.problem(422, "invalid");
        let fields: Vec<_> =
            problem["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
        assert_eq!(fields, ["name", "email"]);
        change(&shop.api, &guest, json!({"name": "Ada"})).await;
        let problem = shop.pay(&guest, hold, GOOD_CARD, None).await.problem(422, "invalid");
        assert_eq!(problem["errors"].as_array().unwrap().len(), 1);
        assert_eq!(shop.sale.count("SELECT count(*) FROM sandbox_gateway.charges").await, 0);
        change(&shop.api, &guest, json!({"email": "ada@example.test"})).await;
        match demand {
            Demand::Direct => drop(shop.pay(&guest, hold, GOOD_CARD, None).await.expect(201)),
            Demand::Queue => {
                shop.pay(&guest, hold, GOOD_CARD, None).await.problem(403, "pass-needed");
            }
        }
        shop.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn registering_makes_an_account_of_the_guest_with_its_bookings() {
    let shop = Shop::open(Demand::Direct).await;
    let guest = with_contact(&shop.api, "typo@example.test").await;
    let booking = shop.buy(&guest, &[1]).await;
    let path = "/api/auth/register";
    shop.api.register("taken@example.test", PASSWORD).await;
    let token = Some(guest.access_token.as_str());
    shop.api.post(path, token, registration("taken@example.test")).await.problem(409, "email-taken");
    let account = shop.api.post(path, token, registration("ada@example.test")).await.expect(201);
    assert_eq!(account["user"]["id"], json!(guest.id));
    assert_eq!(
        (&account["user"]["guest"], &account["user"]["email"]),
        (&json!(false), &json!("ada@example.test"))
    );
    let refresh = json!({"refresh_token": guest.refresh_token});
    shop.api.post("/api/auth/refresh", None, refresh).await.problem(401, "unauthorized");
    let credentials = json!({"email": "ada@example.test", "password": PASSWORD});
    let signed_in = shop.api.post("/api/auth/login", None, credentials).await.account();
    shop.booking(&signed_in, &booking["id"]).await.expect(200);
    // Signed in as an account, somebody else registers: another account.
    let other = shop.api.post(path, Some(&signed_in.access_token), registration("eve@example.test")).await;
    assert_ne!(other.account().id, guest.id);
    shop.finish().await;
}

#[tokio::test]
async fn registering_finds_the_guest_also_when_its_access_has_expired() {
    let app = TestApp::start().await;
    let browser = Browser::new(&app);
    let guest = browser.post("/api/auth/guest", Some(json!({"locale": "de"}))).await.expect(201);
    browser.put("onsale_access", Some("expired"));
    let account =
        browser.post("/api/auth/register", Some(registration("ada@example.test"))).await.expect(201);
    assert_eq!((&account["user"]["id"], &account["user"]["locale"]), (&guest["user"]["id"], &json!("de")));
    assert_eq!(browser.get("/api/me").await.expect(200)["guest"], false);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_in_a_mail_opens_the_booking_until_there_is_an_account() {
    let shop = Shop::open(Demand::Direct).await;
    let guest = with_contact(&shop.api, "ada@example.test").await;
    let booking = shop.buy(&guest, &[1]).await;
    let id: BookingId = booking["id"].as_str().unwrap().parse().unwrap();
    let key = shop.api.app.tokens.booking_key(id, "ada@example.test");
    let browser = Browser::new(&shop.api);
    let open = |booking: Value, key: &str| {
        let body = json!({"booking": booking, "key": key});
        browser.post("/api/auth/booking-key", Some(body))
    };
    open(json!(id), &key.replace(&key[..1], "x")).await.problem(403, "booking-key-invalid");
    open(json!(BookingId::new()), &key).await.problem(403, "booking-key-invalid");
    open(json!("x"), &key).await.problem(422, "invalid");
    open(json!(id), &"0".repeat(100)).await.problem(422, "invalid");
    let session = open(json!(id), &key).await.expect(200);
    assert_eq!(session["user"]["id"], json!(guest.id));
    browser.get(&format!("/api/bookings/{id}")).await.expect(200);

    change(&shop.api, &guest, json!({"email": "new@example.test"})).await;
    open(json!(id), &key).await.problem(403, "booking-key-invalid");
    let key = shop.api.app.tokens.booking_key(id, "new@example.test");
    browser.post("/api/auth/register", Some(registration("new@example.test"))).await.expect(201);
    open(json!(id), &key).await.problem(409, "guest-registered");
    // No key opens what an account has booked.
    let fan = shop.api.fan().await;
    let theirs = shop.buy(&fan, &[2]).await["id"].clone();
    open(theirs, &key).await.problem(403, "booking-key-invalid");
    shop.finish().await;
}

#[tokio::test]
async fn what_many_tell_at_the_same_time_is_all_kept() {
    let app = TestApp::start().await;
    let guests = join_all((0..20).map(|_| guest(&app))).await;
    let told = [
        json!({"name": "Zoë"}),
        json!({"email": "zoe@example.test"}),
        json!({"locale": "fr"}),
        json!({"notifications": {"turn_email": true}}),
    ];
    let changes = guests.iter().flat_map(|guest| told.iter().map(|told| change(&app, guest, told.clone())));
    join_all(changes).await;
    for guest in &guests {
        let me = app.get("/api/me", Some(&guest.access_token)).await.expect(200);
        assert_eq!((&me["id"], &me["name"]), (&json!(guest.id), &json!("Zoë")));
        assert_eq!((&me["email"], &me["locale"]), (&json!("zoe@example.test"), &json!("fr")));
        assert_eq!(me["notifications"]["turn_email"], json!(true));
    }
    app.finish().await;
}

#[tokio::test]
async fn guests_and_keys_are_limited_by_address() {
    let app = TestApp::start_with(|config| {
        config.guests_per_address = 2;
        config.login_attempts = 1;
    })
    .await;
    for _ in 0..2 {
        guest(&app).await;
    }
    let answer = app.call(Method::POST, "/api/auth/guest", None, None).await;
    answer.problem(429, "too-many-requests");
    assert!(answer.headers.contains_key("retry-after"));
    let guess = json!({"booking": BookingId::new(), "key": "0".repeat(32)});
    for _ in 0..10 {
        app.post("/api/auth/booking-key", None, guess.clone()).await.problem(403, "booking-key-invalid");
    }
    app.post("/api/auth/booking-key", None, guess).await.problem(429, "too-many-requests");
    app.finish().await;
}

#[tokio::test]
async fn a_guest_who_comes_again_is_kept_longer() {
    let app = TestApp::start().await;
    let guest = guest(&app).await;
    let left = async || -> Option<f64> {
        let statement = "SELECT extract(epoch FROM forget_at - now())::float8 FROM users WHERE id = $1";
        sqlx::query_scalar(statement).bind(guest.id.0).fetch_one(&app.app.pool).await.unwrap()
    };
    let week = 7.0 * 24.0 * 3_600.0;
    assert!((week - left().await.unwrap()).abs() < 60.0);
    sqlx::query("UPDATE users SET forget_at = now()").execute(&app.app.pool).await.unwrap();
    app.post("/api/auth/refresh", None, json!({"refresh_token": guest.refresh_token})).await.expect(200);
    assert!((week - left().await.unwrap()).abs() < 60.0);
    app.finish().await;
}
