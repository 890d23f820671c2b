//! The library of an organiser's houses.

use http::Method;
use serde_json::{Value, json};
use shared::domain::Role;

use crate::{
    events::{a_seat_map, an_event, draft},
    support::{Account, Answer, TestApp},
};

/// The seats of a house, without what only an event has.
fn a_document() -> Value {
    let mut document = a_seat_map();
    document.as_object_mut().unwrap().remove("blocked");
    document
}

async fn keep(app: &TestApp, who: &Account, name: &str, document: Value) -> Answer {
    app.post("/api/venues", Some(&who.access_token), json!({"name": name, "document": document})).await
}

#[tokio::test]
async fn a_house_is_kept_once_and_its_events_keep_what_they_took() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let token = Some(organiser.access_token.as_str());
    let made = keep(&app, &organiser, "  Globe ", a_document()).await;
    assert_eq!(made.status, 201, "{made:?}");
    let venue = made.json();
    assert_eq!(
        (&venue["name"], &venue["seat_count"], &venue["version"]),
        (&json!("Globe"), &json!(100), &json!(1))
    );
    let address = made.headers["location"].to_str().unwrap();
    assert_eq!(app.get(address, token).await.json(), venue);
    assert_eq!(app.get("/api/venues", token).await.json(), json!([venue]));
    keep(&app, &organiser, "GLOBE", a_document()).await.problem(409, "venue-exists");

    // An event takes its map.
    let geometry = format!("/api/seat-maps/{}", venue["seat_map_hash"].as_str().unwrap());
    let document = app.get(&geometry, None).await.json();
    let event = draft(&app, &organiser, an_event("Hamlet")).await;
    let taken = app.call(Method::PUT, &format!("{event}/seat-map"), token, Some(document)).await;
    assert_eq!(taken.json()["hash"], venue["seat_map_hash"]);

    // The house changes; the event does not.
    let mut document = a_document();
    document["sections"][0]["rows"][0]["count"] = json!(4);
    let body = json!({"name": "Globe, smaller", "document": document});
    let tag = [
        ("if-match", made.headers["etag"].to_str().unwrap()),
        ("authorization", &format!("Bearer {}", organiser.access_token)),
    ];
    let changed = app.call_with(Method::PUT, address, None, &tag, Some(body.clone())).await;
    assert_eq!((changed.status.as_u16(), &changed.json()["seat_count"]), (200, &json!(80)), "{changed:?}");
    app.call_with(Method::PUT, address, None, &tag, Some(body)).await.problem(412, "precondition-failed");
    let of_event = app.get(&format!("{event}/seat-map"), token).await;
    assert!(
        of_event.headers["content-location"]
            .to_str()
            .unwrap()
            .ends_with(venue["seat_map_hash"].as_str().unwrap())
    );

    assert_eq!(app.call(Method::DELETE, address, token, None).await.status, 204);
    app.get(address, token).await.problem(404, "not-found");
    assert_eq!(app.get(&geometry, None).await.status, 200, "the event's map stays");
    app.finish().await;
}

#[tokio::test]
async fn a_house_is_its_organisers_alone_and_its_faults_are_named() {
    let app = TestApp::start().await;
    let (organiser, other, fan) =
        (app.account(Role::Organiser).await, app.account(Role::Organiser).await, app.fan().await);
    let made = keep(&app, &organiser, "Globe", a_document()).await;
    let address = made.headers["location"].to_str().unwrap();
    app.get(address, Some(&other.access_token)).await.problem(404, "not-found");
    assert_eq!(app.call(Method::DELETE, address, Some(&other.access_token), None).await.status, 204);
    assert_eq!(
        app.get(address, Some(&organiser.access_token)).await.status,
        200,
        "it was not theirs to delete"
    );
    assert_eq!(keep(&app, &other, "Globe", a_document()).await.status, 201, "names are each organiser's own");
    assert_eq!(keep(&app, &fan, "Globe", a_document()).await.status, 403);
    app.get("/api/venues", None).await.problem(401, "unauthorized");

    let fields = |answer: Answer| answer.problem(422, "invalid")["errors"][0]["field"].clone();
    assert_eq!(fields(keep(&app, &organiser, " ", a_document()).await), "name");
    let mut faulty = a_document();
    faulty["sections"][0]["rows"] = json!([]);
    assert_eq!(fields(keep(&app, &organiser, "Rose", faulty).await), "document.sections[0].rows");
    let mut faulty = a_document();
    faulty["background"] =
        json!({"file": "0".repeat(64), "x_cm": 0, "y_cm": 0, "width_cm": 100, "height_cm": 100});
    assert_eq!(fields(keep(&app, &organiser, "Rose", faulty).await), "background.file");
    app.finish().await;
}
