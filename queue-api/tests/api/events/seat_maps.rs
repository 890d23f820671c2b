//! The geometry and the live view.

use http::Method;
use serde_json::{Value, json};
use shared::domain::Role;

use super::{a_seat_map, an_event, draft, in_hours, published};
use crate::support::TestApp;

#[tokio::test]
async fn the_geometry_has_an_address_that_never_changes() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let address = published(&app, &organiser, an_event("Hamlet"), a_seat_map()).await;
    let of_event = app.get(&format!("{address}/seat-map"), None).await;
    assert_eq!(of_event.headers["cache-control"], "no-cache");
    let href = of_event.headers["content-location"].to_str().unwrap();
    let by_hash = app.get(href, None).await;
    assert_eq!(by_hash.bytes, of_event.bytes);
    assert!(by_hash.headers["cache-control"].to_str().unwrap().contains("immutable"));
    assert_eq!(by_hash.json()["sections"][0]["name"], "Stalls");
    assert_eq!(by_hash.json()["blocked"], Value::Null, "what is blocked is the event's, not the map's");
    let tag = by_hash.headers["etag"].to_str().unwrap();
    assert_eq!(app.call_with(Method::GET, href, None, &[("if-none-match", tag)], None).await.status, 304);
    app.get(&format!("/api/seat-maps/{}", "0".repeat(64)), None).await.problem(404, "not-found");
    app.get("/api/seat-maps/x", None).await.problem(404, "not-found");
    app.finish().await;
}

#[tokio::test]
async fn the_snapshot_comes_as_bits_or_as_json() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let address = published(&app, &organiser, an_event("Hamlet"), a_seat_map()).await;
    let binary = app.get(&format!("{address}/seats"), None).await;
    assert_eq!(binary.headers["content-type"], "application/octet-stream");
    let mut expected = vec![0_u8; 25];
    expected[24] = 0b11;
    assert_eq!(binary.bytes, expected, "the last of 100 seats is blocked");
    let headers = [("accept", "application/json")];
    let json = app.call_with(Method::GET, &format!("{address}/seats"), None, &headers, None).await;
    let view = json.json();
    assert_eq!(binary.headers["onsale-view-version"].to_str().unwrap(), view["version"].to_string());
    assert_eq!((view["seats"].as_array().unwrap().len(), &view["seats"][99]), (100, &json!(3)));
    assert_eq!(view["areas"], json!([{"area": 0, "capacity": 50, "available": 50}]));
    let headers = [("accept-encoding", "gzip"), ("accept", "application/json")];
    let small = app.call_with(Method::GET, &format!("{address}/seats"), None, &headers, None).await;
    assert!(!small.headers.contains_key("content-encoding"), "it fits a packet as it is");
    let large = app.call_with(Method::GET, "/api/openapi.json", None, &headers, None).await;
    assert_eq!(large.headers["content-encoding"], "gzip");
    let tag = [("if-none-match", binary.headers["etag"].to_str().unwrap())];
    let known = app.call_with(Method::GET, &format!("{address}/seats"), None, &tag, None).await;
    assert_eq!(known.status, 304);

    let unpublished = draft(&app, &organiser, an_event("Draft")).await;
    app.get(&format!("{unpublished}/seats"), None).await.problem(404, "not-found");
    app.finish().await;
}

#[tokio::test]
async fn a_faulty_map_is_refused_by_field() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let address = draft(&app, &organiser, an_event("Hamlet")).await;
    let put = async |map: Value| {
        app.call(Method::PUT, &format!("{address}/seat-map"), Some(&organiser.access_token), Some(map)).await
    };
    let mut map = a_seat_map();
    map["sections"][0]["rows"] = json!([]);
    map["areas"][0]["capacity"] = json!(0);
    let problem = put(map).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "sections[0].rows");
    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    assert!(fields.contains(&&json!("areas[0].capacity")), "all at once: {problem}");
    let mut map = a_seat_map();
    map["blocked"] = json!([0, 100]);
    let problem = put(map).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "blocked[1]");
    put(json!({})).await.problem(422, "invalid");
    let huge = json!({"sections": [{"name": "S", "x_cm": 0, "y_cm": 0,
                                    "rows": vec![json!({"count": 65535, "seats": 65535, "tier": 0}); 500]}]});
    put(huge).await.problem(422, "invalid");
    let absurd = json!({"sections": [], "blocked": vec![1; 3_000_000]});
    put(absurd).await.problem(413, "too-large");
    assert_eq!(app.get(&address, Some(&organiser.access_token)).await.json()["seat_map"], Value::Null);
    app.finish().await;
}

#[tokio::test]
async fn a_map_is_replaced_until_the_sale_opens() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let put = async |address: &str, map: Value| {
        app.call(Method::PUT, &format!("{address}/seat-map"), Some(&organiser.access_token), Some(map)).await
    };
    let smaller = json!({"sections": [{"name": "Stalls", "x_cm": 0, "y_cm": 0,
                                       "rows": [{"count": 2, "seats": 4, "tier": 0}]}]});
    let mut later = an_event("Later");
    later["sale_opens_at"] = json!(in_hours(1));
    let address = published(&app, &organiser, later, a_seat_map()).await;
    assert_eq!(put(&address, smaller.clone()).await.json()["seat_count"], 8);
    assert_eq!(app.get(&format!("{address}/seats"), None).await.bytes.len(), 2, "the view has the new seats");
    let unpriced = json!({"sections": [{"name": "Stalls", "x_cm": 0, "y_cm": 0,
                                        "rows": [{"count": 2, "seats": 4, "tier": 9}]}]});
    put(&address, unpriced).await.problem(422, "invalid");

    let address = published(&app, &organiser, an_event("Now"), a_seat_map()).await;
    put(&address, smaller).await.problem(409, "sale-open");
    app.finish().await;
}
