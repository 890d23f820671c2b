//! More come than can be served.

use http::Method;
use serde_json::json;
use shared::{rush, testing::eventually};

use crate::support::TestApp;

#[tokio::test]
async fn who_has_nothing_to_lose_is_asked_to_come_again() {
    let app = TestApp::start_with(|config| config.browsing_at_once = 0).await;
    for (method, path) in [(Method::GET, "/api/events"), (Method::POST, "/api/auth/guest")] {
        let answer = app.call(method, path, None, None).await;
        answer.problem(503, "unavailable");
        assert_eq!(answer.headers["retry-after"], "1");
    }
    let said = || async { rush::lasts(&app.engines.redis).await.then_some(()) };
    eventually("others know that there is a rush", said).await;
    // These are answered, be it that there is nothing.
    app.call(Method::GET, "/health/ready", None, None).await.expect(200);
    app.post("/api/auth/login", None, json!({"email": "a@b.example", "password": "wrong"})).await.expect(401);
    app.call(Method::GET, "/metrics", None, None).await.expect(200);
    app.finish().await;
}
