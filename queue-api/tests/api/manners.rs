//! What holds for every call: problem documents, limits, idempotency, documentation, health.

use http::{Method, StatusCode};
use http_body_util::Full;
use serde_json::json;
use shared::testing::eventually;

use crate::support::TestApp;

#[tokio::test]
async fn nonsense_gets_a_problem_document() {
    let app = TestApp::start().await;
    app.get("/api/nothing", None).await.problem(404, "not-found");
    app.call(Method::DELETE, "/api/auth/login", None, None).await.problem(405, "method-not-allowed");
    app.get("/api/me", None).await.problem(401, "unauthorized");
    app.get("/api/me", Some("forged.token.here")).await.problem(401, "unauthorized");

    let post = |content_type: &str, body: &'static str| {
        let request = http::Request::post(format!("{}/api/auth/login", app.base));
        let request = request.header("content-type", content_type);
        app.send(request.body(Full::new(body.into())).unwrap())
    };
    post("application/json", "{\"email\": ").await.problem(400, "not-json");
    post("text/plain", "hello").await.problem(415, "not-json");
    post("application/json", "{\"email\": 5}").await.problem(422, "invalid");
    let mistyped = r#"{"email": "ada@example.test", "password": "correct horse", "pasword": ""}"#;
    let problem = post("application/json", mistyped).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "pasword", "{problem}");
    app.finish().await;
}

#[tokio::test]
async fn a_huge_body_or_header_is_refused() {
    let app = TestApp::start().await;
    let body = vec![b'a'; 50 * 1024 * 1024];
    let request = http::Request::post(format!("{}/api/auth/login", app.base))
        .header("content-type", "application/json")
        .body(Full::new(body.into()))
        .unwrap();
    app.send(request).await.problem(413, "too-large");

    let huge = "h".repeat(1024 * 1024);
    let request = http::Request::get(format!("{}/api/me", app.base)).header("x-huge", huge);
    let answer = app.send(request.body(Full::default()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    app.finish().await;
}

#[tokio::test]
async fn health_names_the_engine_that_is_missing() {
    let app = TestApp::start().await;
    eventually("ready", async || {
        (app.get("/health/ready", None).await.status == StatusCode::OK).then_some(())
    })
    .await;
    app.app.pool.close().await;
    let answer = app.get("/health/ready", None).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["missing"][0]["engine"], "postgresql");
    assert_eq!(app.get("/health/live", None).await.status, StatusCode::OK);
    app.finish().await;
}

#[tokio::test]
async fn the_documentation_is_served() {
    let app = TestApp::start().await;
    let document = app.get("/api/openapi.json", None).await.json();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/api/auth/register"]["post"].is_object());
    assert_eq!(app.get("/api/docs/", None).await.status, StatusCode::OK);
    app.finish().await;
}

#[tokio::test]
async fn tokens_are_not_kept_for_a_replay() {
    let app = TestApp::start().await;
    app.register("ada@example.test", "correct horse battery").await;
    let credentials = json!({"email": "ada@example.test", "password": "correct horse battery"});
    let headers = [("idempotency-key", "login-1")];
    let login = || app.call_with(Method::POST, "/api/auth/login", None, &headers, Some(credentials.clone()));
    let (first, second) = (login().await.account(), login().await.account());
    assert_ne!(first.refresh_token, second.refresh_token);
    app.finish().await;
}

#[tokio::test]
async fn the_socket_s_address_is_told_to_everybody() {
    let app = TestApp::start().await;
    let told = app.get("/api/socket", None).await;
    assert_eq!(told.status, StatusCode::OK, "{told:?}");
    let told = told.json();
    assert!(told["url"].as_str().unwrap().starts_with("ws://"), "{told}");
    app.finish().await;
}
