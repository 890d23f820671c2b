//! What organisers do.

use http::Method;
use serde_json::{Value, json};
use shared::domain::Role;

use super::{a_seat_map, an_event, draft, in_hours, published};
use crate::support::TestApp;

#[tokio::test]
async fn a_draft_becomes_an_event_that_everybody_sees() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let address = draft(&app, &organiser, an_event("Hamlet")).await;
    app.get(&address, None).await.problem(404, "not-found");
    let own = app.get(&address, Some(&organiser.access_token)).await.json();
    assert_eq!((&own["status"], &own["availability"]), (&json!("draft"), &Value::Null));

    let token = Some(organiser.access_token.as_str());
    app.call(Method::PUT, &format!("{address}/seat-map"), token, Some(a_seat_map())).await;
    app.post(&format!("{address}/publish"), token, json!({})).await;
    let seen = app.get(&address, None).await;
    let event = seen.json();
    assert_eq!(event["status"], "published");
    assert_eq!(event["availability"], json!({"seats": 99, "total": 149}));
    assert_eq!(event["price_range"], json!({"from_minor": 1500, "to_minor": 4500, "currency": "GBP"}));
    assert_eq!(event["seat_map"]["seat_count"], 100);
    assert_eq!(event["areas"][0]["available"], 50);
    assert!(event["server_time"].is_string());
    let tag = seen.headers["etag"].to_str().unwrap();
    let again = app.call_with(Method::GET, &address, None, &[("if-none-match", tag)], None).await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
    app.post(&format!("{address}/publish"), token, json!({})).await.json();
    app.finish().await;
}

#[tokio::test]
async fn publishing_names_everything_that_is_missing_at_once() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let token = Some(organiser.access_token.as_str());
    let mut event = an_event("Unready");
    event["starts_at"] = json!(in_hours(-1));
    event["sale_opens_at"] = json!(in_hours(-2));
    event["tiers"] = json!([]);
    let address = draft(&app, &organiser, event).await;
    let problem = app.post(&format!("{address}/publish"), token, json!({})).await.problem(422, "not-ready");
    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    assert_eq!(fields, ["starts_at", "tiers", "seat_map"]);

    app.call(Method::PUT, &format!("{address}/seat-map"), token, Some(a_seat_map())).await;
    let change = json!({"starts_at": in_hours(5), "tiers": [{"tier": 1, "name": "Pit", "price_minor": 1}]});
    app.call(Method::PATCH, &address, token, Some(change)).await;
    let problem = app.post(&format!("{address}/publish"), token, json!({})).await.problem(422, "not-ready");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 1, "tier 0 has no price: {problem}");
    app.finish().await;
}

#[tokio::test]
async fn bad_events_are_refused_by_field() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let token = Some(organiser.access_token.as_str());
    let faults = [
        ("/tiers/0/price_minor", json!(-1), "tiers[0].price_minor"),
        ("/tiers/0/price_minor", json!(100_000_001), "tiers[0].price_minor"),
        ("/tiers/1/tier", json!(0), "tiers[1].tier"),
        ("/tiers/1/tier", json!(100), "tiers[1].tier"),
        ("/tiers/1/name", json!("\u{0}"), "tiers[1].name"),
        ("/currency", json!("XTS"), "currency"),
        ("/time_zone", json!("Europe/Atlantis"), "time_zone"),
        ("/starts_at", json!(in_hours(-3)), "sale_opens_at"),
        ("/title", json!(" "), "title"),
        ("/title", json!("x".repeat(201)), "title"),
        ("/venue", json!("a\nb"), "venue"),
        ("/tickets_per_person", json!(0), "tickets_per_person"),
        ("/hold_seconds", json!(4), "hold_seconds"),
        ("/tickets_per_person", json!(101), "tickets_per_person"),
    ];
    for (pointer, value, field) in faults {
        let mut event = an_event("Faulty");
        *event.pointer_mut(pointer).unwrap() = value.clone();
        let problem = app.post("/api/events", token, event).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{pointer} = {value}: {problem}");
    }
    let unreadable = [
        ("/tiers/0/price_minor", json!(1e300)),
        ("/tiers/0/price_minor", json!(12.5)),
        ("/tiers/0/tier", json!(-1)),
        ("/currency", json!("pounds")),
        ("/category", json!("circus")),
        ("/starts_at", json!("tomorrow")),
    ];
    for (pointer, value) in unreadable {
        let mut event = an_event("Faulty");
        *event.pointer_mut(pointer).unwrap() = value;
        app.post("/api/events", token, event).await.problem(422, "invalid");
    }
    assert_eq!(app.get("/api/events?mine=true", token).await.json()["items"], json!([]));
    app.finish().await;
}

#[tokio::test]
async fn an_event_is_changed_by_its_organiser_only() {
    let app = TestApp::start().await;
    let [owner, other] = [app.account(Role::Organiser).await, app.account(Role::Organiser).await];
    let (fan, admin) = (app.fan().await, app.account(Role::Admin).await);
    app.post("/api/events", Some(&fan.access_token), an_event("No")).await.problem(403, "role-needed");
    app.post("/api/events", None, an_event("No")).await.problem(401, "unauthorized");
    let change = |token: String, address: String| {
        let app = &app;
        async move { app.call(Method::PATCH, &address, Some(&token), Some(json!({"city": "Bath"}))).await }
    };
    let address = draft(&app, &owner, an_event("Mine")).await;
    change(other.access_token.clone(), address.clone()).await.problem(404, "not-found");
    change(fan.access_token.clone(), address.clone()).await.problem(403, "role-needed");
    assert_eq!(change(admin.access_token.clone(), address).await.json()["city"], "Bath");
    let address = published(&app, &owner, an_event("Public"), a_seat_map()).await;
    change(other.access_token.clone(), address.clone()).await.problem(403, "not-your-event");
    assert_eq!(change(owner.access_token.clone(), address).await.json()["city"], "Bath");
    change(owner.access_token.clone(), format!("/api/events/{}", owner.id)).await.problem(404, "not-found");
    change(owner.access_token.clone(), "/api/events/nonsense".into()).await.problem(404, "not-found");
    app.finish().await;
}

#[tokio::test]
async fn a_change_against_an_older_version_is_refused() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let token = Some(organiser.access_token.as_str());
    let address = draft(&app, &organiser, an_event("Twice")).await;
    let read = app.get(&address, token).await;
    let tag = read.headers["etag"].to_str().unwrap();
    let change = async |title: &str| {
        let body = json!({"title": title, "cancel_until_minutes": null});
        app.call_with(Method::PATCH, &address, token, &[("if-match", tag)], Some(body)).await
    };
    assert_eq!(change("First").await.json()["title"], "First");
    change("Second").await.problem(412, "precondition-failed");
    assert_eq!(app.get(&address, token).await.json()["title"], "First");
    app.finish().await;
}

#[tokio::test]
async fn a_published_event_keeps_what_fans_rely_on() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let token = Some(organiser.access_token.as_str());
    let address = published(&app, &organiser, an_event("Fixed"), a_seat_map()).await;
    let change = async |body: Value| app.call(Method::PATCH, &address, token, Some(body)).await;
    let problem = change(json!({"currency": "EUR", "demand": "queue"})).await.problem(409, "event-published");
    assert_eq!(problem["fields"], json!(["demand", "currency"]));
    let problem = change(json!({"tiers": []})).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "tiers");
    let cheaper = json!({"tiers": [{"tier": 0, "name": "Stalls", "price_minor": 4000},
                                   {"tier": 1, "name": "Pit", "price_minor": 1000}]});
    assert_eq!(change(cheaper).await.json()["price_range"]["to_minor"], 4000);
    app.call(Method::DELETE, &address, token, None).await.problem(409, "event-published");

    let cancelled = app.post(&format!("{address}/cancel"), token, json!({})).await.json();
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(app.post(&format!("{address}/cancel"), token, json!({})).await.status, 200, "once is enough");
    change(json!({"title": "Back"})).await.problem(409, "event-over");
    app.post(&format!("{address}/publish"), token, json!({})).await.problem(409, "event-over");
    app.finish().await;
}

#[tokio::test]
async fn a_draft_is_deleted_without_a_trace() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let token = Some(organiser.access_token.as_str());
    let address = draft(&app, &organiser, an_event("Gone")).await;
    app.post(&format!("{address}/cancel"), token, json!({})).await.problem(409, "event-draft");
    assert_eq!(app.call(Method::DELETE, &address, token, None).await.status, 204);
    app.get(&address, token).await.problem(404, "not-found");
    app.finish().await;
}

#[tokio::test]
async fn an_event_with_a_queue_gets_its_waiting_room_when_it_is_published() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let mut event = an_event("Rush");
    event["demand"] = json!("queue");
    event["waiting_room"] = json!({"lease_cap": 7});
    let address = published(&app, &organiser, event, a_seat_map()).await;
    let (cap, rate): (i32, i32) = sqlx::query_as(
        "SELECT lease_cap, rate_per_minute FROM waiting_rooms
         WHERE event_id::text = $1 AND seed_commitment = sha256(seed)",
    )
    .bind(address.rsplit('/').next().unwrap())
    .fetch_one(&app.app.pool)
    .await
    .unwrap();
    assert_eq!((cap, rate), (7, 1_000));
    app.finish().await;
}
