//! Signing in as the web application does, by cookies.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::Role;

use crate::{browser::Browser, support::TestApp};

const PASSWORD: &str = "correct horse battery";
const FOREIGN: (&str, &str) = ("sec-fetch-site", "cross-site");

fn registration() -> Option<Value> {
    Some(json!({"email": "ada@example.test", "name": "Ada", "password": PASSWORD}))
}

fn credentials() -> Option<Value> {
    Some(json!({"email": "ada@example.test", "password": PASSWORD}))
}

#[tokio::test]
async fn the_web_application_gets_cookies_and_no_tokens() {
    let app = TestApp::start().await;
    let browser = Browser::new(&app);
    let answer = browser.post("/api/auth/register", registration()).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let session = answer.json();
    assert_eq!(
        (&session["user"]["email"], &session["expires_in"]),
        (&json!("ada@example.test"), &json!(900))
    );
    assert!(session.get("access_token").is_none() && session.get("refresh_token").is_none(), "{session}");

    let access = browser.cookie("onsale_access").unwrap().line;
    assert!(access.contains("; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000"), "{access}");
    let refresh = browser.cookie("onsale_refresh").unwrap().line;
    assert!(refresh.contains("; HttpOnly; SameSite=Strict; Path=/api/auth; Max-Age=2592000"), "{refresh}");
    assert!(!access.contains("Secure") && !refresh.contains("Secure"));
    assert_eq!(browser.get("/api/me").await.json()["email"], "ada@example.test");

    let elsewhere = Browser::new(&app);
    assert_eq!(elsewhere.post("/api/auth/login", credentials()).await.status, StatusCode::OK);
    assert_eq!(elsewhere.get("/api/me").await.status, StatusCode::OK);
    app.finish().await;
}

#[tokio::test]
async fn cookies_are_secure_where_the_address_is() {
    let app = TestApp::start_with(|config| config.public_url = "https://tickets.example".into()).await;
    let browser = Browser::new(&app);
    browser.post("/api/auth/register", registration()).await;
    for name in ["onsale_access", "onsale_refresh"] {
        assert!(browser.cookie(name).unwrap().line.contains("; Secure;"), "{name}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_session_is_renewed_by_its_cookie_and_never_shown() {
    let app = TestApp::start().await;
    let browser = Browser::new(&app);
    browser.post("/api/auth/register", registration()).await;
    let first = browser.cookie("onsale_refresh").unwrap().value;
    assert_eq!(browser.post("/api/auth/refresh", None).await.status, StatusCode::OK);
    let second = browser.cookie("onsale_refresh").unwrap().value;
    assert_ne!(first, second);

    let own = [("sec-fetch-site", "same-origin")];
    let answer = browser.call_with(Method::POST, "/api/auth/refresh", &own, Some(json!({}))).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.json().get("refresh_token").is_none(), "without the header it is as secret");
    assert_ne!(browser.cookie("onsale_refresh").unwrap().value, second);
    app.finish().await;
}

#[tokio::test]
async fn two_tabs_may_renew_at_once_but_an_old_cookie_ends_the_login() {
    let app = TestApp::start().await;
    let (tab, other_tab) = (Browser::new(&app), Browser::new(&app));
    tab.post("/api/auth/register", registration()).await;
    let first = tab.cookie("onsale_refresh").unwrap().value;
    other_tab.put("onsale_refresh", Some(&first));
    assert_eq!(tab.post("/api/auth/refresh", None).await.status, StatusCode::OK);
    assert_eq!(other_tab.post("/api/auth/refresh", None).await.status, StatusCode::OK);
    assert_eq!(tab.post("/api/auth/refresh", None).await.status, StatusCode::OK, "both go on");
    assert_eq!(other_tab.post("/api/auth/refresh", None).await.status, StatusCode::OK);

    sqlx::query("UPDATE refresh_tokens SET used_at = used_at - interval '1 minute'")
        .execute(&app.app.pool)
        .await
        .unwrap();
    let thief = Browser::new(&app);
    thief.put("onsale_refresh", Some(&first));
    thief.post("/api/auth/refresh", None).await.problem(401, "unauthorized");
    tab.post("/api/auth/refresh", None).await.problem(401, "unauthorized");
    assert!(tab.cookie("onsale_refresh").is_none() && tab.cookie("onsale_access").is_none());
    app.finish().await;
}

#[tokio::test]
async fn a_used_token_in_a_body_gets_no_second_chance() {
    let app = TestApp::start().await;
    let first = app.register("ada@example.test", PASSWORD).await;
    let body = json!({"refresh_token": first.refresh_token});
    assert_eq!(app.post("/api/auth/refresh", None, body.clone()).await.status, StatusCode::OK);
    app.post("/api/auth/refresh", None, body).await.problem(401, "unauthorized");
    app.finish().await;
}

#[tokio::test]
async fn logging_out_takes_the_cookies_away_and_ends_the_login() {
    let app = TestApp::start().await;
    let browser = Browser::new(&app);
    browser.post("/api/auth/register", registration()).await;
    let refresh = browser.cookie("onsale_refresh").unwrap().value;
    assert_eq!(browser.post("/api/auth/logout", None).await.status, StatusCode::NO_CONTENT);
    assert!(browser.cookie("onsale_refresh").is_none() && browser.cookie("onsale_access").is_none());
    browser.get("/api/me").await.problem(401, "unauthorized");
    let body = json!({"refresh_token": refresh});
    app.post("/api/auth/refresh", None, body).await.problem(401, "unauthorized");
    assert_eq!(browser.post("/api/auth/logout", None).await.status, StatusCode::NO_CONTENT, "again");

    // Also when only the access token is left.
    browser.post("/api/auth/login", credentials()).await;
    let refresh = browser.cookie("onsale_refresh").unwrap().value;
    browser.put("onsale_refresh", None);
    browser.post("/api/auth/logout", None).await;
    let body = json!({"refresh_token": refresh});
    app.post("/api/auth/refresh", None, body).await.problem(401, "unauthorized");
    app.finish().await;
}

#[tokio::test]
async fn a_cookie_that_is_not_good_is_nobody_and_a_bearer_that_is_not_good_is_refused() {
    let app = TestApp::start().await;
    let browser = Browser::new(&app);
    browser.put("onsale_access", Some("forged.token.here"));
    browser.get("/api/me").await.problem(401, "unauthorized");
    assert_eq!(browser.get("/api/events").await.status, StatusCode::OK);
    browser.post("/api/auth/refresh", None).await.problem(401, "unauthorized");

    let fan = app.account(Role::Fan).await;
    browser.put("onsale_access", Some(&fan.access_token));
    assert_eq!(browser.get("/api/me").await.json()["email"], fan.email);
    let bearer = [("authorization", "Bearer forged.token.here")];
    browser.call_with(Method::GET, "/api/me", &bearer, None).await.problem(401, "unauthorized");
    app.finish().await;
}

#[tokio::test]
async fn another_site_can_change_nothing_by_our_cookies() {
    let app = TestApp::start().await;
    let browser = Browser::new(&app);
    browser.post("/api/auth/register", registration()).await;
    let change = Some(json!({"name": "Eve"}));
    let by = async |headers: &[(&str, &str)]| {
        browser.call_with(Method::PATCH, "/api/me", headers, change.clone()).await
    };
    by(&[FOREIGN, ("onsale-client", "web")]).await.problem(403, "cross-site");
    by(&[("origin", "https://evil.example")]).await.problem(403, "cross-site");
    by(&[]).await.problem(403, "cross-site");
    assert_eq!(by(&[("sec-fetch-site", "same-origin")]).await.status, StatusCode::OK);
    assert_eq!(by(&[("origin", &app.base)]).await.status, StatusCode::OK);
    assert_eq!(by(&[("onsale-client", "web")]).await.status, StatusCode::OK);
    let look = browser.call_with(Method::GET, "/api/me", &[FOREIGN], None).await;
    assert_eq!(look.json()["name"], "Eve", "looking passes");

    let headers = [FOREIGN];
    browser.call_with(Method::POST, "/api/auth/logout", &headers, None).await.problem(403, "cross-site");
    let fan = app.fan().await;
    let answer =
        app.call_with(Method::PATCH, "/api/me", Some(&fan.access_token), &headers, change.clone()).await;
    assert_eq!(answer.status, StatusCode::OK, "a bearer is no cookie");
    app.finish().await;
}

#[tokio::test]
async fn a_repeated_call_is_recognised_after_the_cookie_was_renewed() {
    let app = TestApp::start().await;
    let browser = Browser::new(&app);
    browser.post("/api/auth/register", registration()).await;
    let headers = [("onsale-client", "web"), ("idempotency-key", "transfer-1")];
    let path = format!("/api/holds/{}/checkout", uuid::Uuid::now_v7());
    browser.call_with(Method::POST, &path, &headers, None).await.problem(404, "not-found");
    browser.post("/api/auth/refresh", None).await;
    let again = browser.call_with(Method::POST, &path, &headers, None).await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let stranger = Browser::new(&app);
    let other = app.fan().await;
    stranger.put("onsale_access", Some(&other.access_token));
    let theirs = stranger.call_with(Method::POST, &path, &headers, None).await;
    assert!(!theirs.headers.contains_key("idempotency-replayed"), "a key belongs to one account");
    app.finish().await;
}

#[tokio::test]
async fn a_socket_token_is_for_sockets_only() {
    let app = TestApp::start().await;
    let browser = Browser::new(&app);
    let user = browser.post("/api/auth/register", registration()).await.json()["user"]["id"].clone();
    let answer = browser.post("/api/auth/socket-token", None).await;
    assert_eq!(
        (answer.status, &answer.headers["cache-control"]),
        (StatusCode::OK, &"no-store".parse().unwrap())
    );
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(answer.json()["expires_in"], 900);
    assert_eq!(json!(app.app.tokens.verify_listener(&token).unwrap().user), user);
    app.get("/api/me", Some(&token)).await.problem(401, "unauthorized");
    browser.put("onsale_access", Some(&token));
    browser.get("/api/me").await.problem(401, "unauthorized");
    browser.post("/api/auth/socket-token", None).await.problem(401, "unauthorized");
    app.finish().await;
}
