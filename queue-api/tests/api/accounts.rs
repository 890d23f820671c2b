//! Registering, logging in and out, refreshing.

use http::{Method, StatusCode};
use serde_json::json;
use shared::domain::Role;

use crate::support::TestApp;

const PASSWORD: &str = "correct horse battery";

#[tokio::test]
async fn a_fan_registers_logs_in_and_sees_herself() {
    let app = TestApp::start().await;
    let registered = app.register("Ada@Example.test", PASSWORD).await;
    assert_eq!(registered.email, "ada@example.test");

    let credentials = json!({"email": "ADA@example.test", "password": PASSWORD});
    let session = app.post("/api/auth/login", None, credentials).await.account();
    let me = app.get("/api/me", Some(&session.access_token)).await;
    assert_eq!(me.status, StatusCode::OK);
    assert_eq!((me.json()["role"].as_str(), me.json()["name"].as_str()), (Some("fan"), Some("Ada Lovelace")));
    assert!(!String::from_utf8_lossy(&me.bytes).contains("argon2"));

    let taken = json!({"email": "ada@example.test", "name": "Other", "password": PASSWORD});
    app.post("/api/auth/register", None, taken).await.problem(409, "email-taken");
    app.finish().await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_look_the_same() {
    let app = TestApp::start().await;
    app.register("ada@example.test", PASSWORD).await;
    let wrong = json!({"email": "ada@example.test", "password": "not the password"});
    let unknown = json!({"email": "eve@example.test", "password": "not the password"});
    let wrong = app.post("/api/auth/login", None, wrong).await.problem(401, "unauthorized");
    let unknown = app.post("/api/auth/login", None, unknown).await.problem(401, "unauthorized");
    assert_eq!(wrong, unknown);
    app.finish().await;
}

#[tokio::test]
async fn a_refresh_token_works_once_and_its_reuse_ends_the_login() {
    let app = TestApp::start().await;
    let first = app.register("ada@example.test", PASSWORD).await;
    let refresh =
        async |token: &str| app.post("/api/auth/refresh", None, json!({"refresh_token": token})).await;
    let second = refresh(&first.refresh_token).await;
    assert_eq!(second.status, StatusCode::OK);
    let second = second.account();
    assert_ne!(first.refresh_token, second.refresh_token);

    refresh(&first.refresh_token).await.problem(401, "unauthorized");
    refresh(&second.refresh_token).await.problem(401, "unauthorized");
    app.finish().await;
}

#[tokio::test]
async fn of_many_refreshes_at_once_at_most_one_succeeds() {
    let app = TestApp::start().await;
    let account = app.register("ada@example.test", PASSWORD).await;
    let input = json!({"refresh_token": account.refresh_token});
    let all = (0..10).map(|_| app.post("/api/auth/refresh", None, input.clone()));
    let all = futures_util::future::join_all(all).await;
    assert_eq!(all.iter().filter(|answer| answer.status == StatusCode::OK).count(), 1);
    app.finish().await;
}

#[tokio::test]
async fn logging_out_ends_the_login() {
    let app = TestApp::start().await;
    let account = app.register("ada@example.test", PASSWORD).await;
    let input = json!({"refresh_token": account.refresh_token});
    assert_eq!(app.post("/api/auth/logout", None, input.clone()).await.status, StatusCode::NO_CONTENT);
    app.post("/api/auth/refresh", None, input.clone()).await.problem(401, "unauthorized");
    assert_eq!(app.post("/api/auth/logout", None, input).await.status, StatusCode::NO_CONTENT);
    app.finish().await;
}

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_other_logins() {
    let app = TestApp::start().await;
    let here = app.register("ada@example.test", PASSWORD).await;
    let credentials = json!({"email": "ada@example.test", "password": PASSWORD});
    let elsewhere = app.post("/api/auth/login", None, credentials).await.account();
    let change = |body| app.call(Method::PATCH, "/api/me", Some(&here.access_token), Some(body));

    change(json!({"new_password": "another good one"})).await.problem(422, "invalid");
    let wrong = json!({"current_password": "wrong wrong wrong", "new_password": "another good one"});
    let problem = change(wrong).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "current_password");
    let right = json!({"current_password": PASSWORD, "new_password": "another good one", "name": "Ada L."});
    assert_eq!(change(right).await.json()["name"], "Ada L.");

    let refresh =
        async |token: &str| app.post("/api/auth/refresh", None, json!({"refresh_token": token})).await;
    refresh(&elsewhere.refresh_token).await.problem(401, "unauthorized");
    assert_eq!(refresh(&here.refresh_token).await.status, StatusCode::OK);
    app.finish().await;
}

#[tokio::test]
async fn only_an_admin_gives_roles() {
    let app = TestApp::start().await;
    let (fan, admin) = (app.fan().await, app.account(Role::Admin).await);
    let path = format!("/api/users/{}", fan.id);
    let role = json!({"role": "organiser"});
    let by = async |token: &str| app.call(Method::PATCH, &path, Some(token), Some(role.clone())).await;
    by(&fan.access_token).await.problem(403, "role-needed");
    assert_eq!(by(&admin.access_token).await.json()["role"], "organiser");
    app.finish().await;
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down() {
    let app = TestApp::start_with(|config| config.login_attempts = 3).await;
    let guess = json!({"email": "ada@example.test", "password": "a guess a guess"});
    for _ in 0..3 {
        app.post("/api/auth/login", None, guess.clone()).await.problem(401, "unauthorized");
    }
    let answer = app.post("/api/auth/login", None, guess).await;
    answer.problem(429, "too-many-requests");
    assert!(answer.headers.contains_key("retry-after"));
    app.finish().await;
}

#[tokio::test]
async fn bad_registrations_name_the_field() {
    let app = TestApp::start().await;
    let good = json!({"email": "ada@example.test", "name": "Ada", "password": PASSWORD});
    for (field, value) in [("email", json!("ada")), ("name", json!("  ")), ("password", json!("short"))] {
        let mut input = good.clone();
        input[field] = value;
        let problem = app.post("/api/auth/register", None, input).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    app.finish().await;
}
