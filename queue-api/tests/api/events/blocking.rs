//! What organisers do with seats while they are sold.

use http::Method;
use serde_json::{Value, json};
use shared::domain::Role;

use super::{SeatNews, a_seat_map, an_event, published};
use crate::support::{Account, Answer, TestApp};

async fn change(app: &TestApp, organiser: &Account, address: &str, body: Value) -> Answer {
    app.call(Method::PATCH, &format!("{address}/seats"), Some(&organiser.access_token), Some(body)).await
}

async fn states(app: &TestApp, address: &str) -> Vec<u64> {
    let headers = [("accept", "application/json")];
    let view = app.call_with(Method::GET, &format!("{address}/seats"), None, &headers, None).await.json();
    view["seats"].as_array().unwrap().iter().map(|state| state.as_u64().unwrap()).collect()
}

#[tokio::test]
async fn seats_leave_and_enter_the_sale_while_it_runs() {
    let app = TestApp::start().await;
    let (organiser, fan) = (app.account(Role::Organiser).await, app.fan().await);
    let address = published(&app, &organiser, an_event("Hamlet"), a_seat_map()).await;
    let holds = format!("{address}/holds");
    let hold = async |seat: u32| app.post(&holds, Some(&fan.access_token), json!({"seats": [seat]})).await;
    assert_eq!(hold(7).await.status, 201);

    let done = change(&app, &organiser, &address, json!({"block": [5, 6, 7], "unblock": [99]})).await;
    assert_eq!(done.status, 200, "{done:?}");
    assert_eq!(
        done.json(),
        json!({"refused": [7], "refused_labels": ["Stalls · Row A · 8"], "blocked": [5, 6]})
    );
    let now = states(&app, &address).await;
    assert_eq!((now[5], now[6], now[7], now[99]), (3, 3, 1, 0), "7 stays the fan's, 99 is for sale");
    assert_eq!(
        change(&app, &organiser, &address, json!({"block": [5, 6]})).await.json()["refused"],
        json!([])
    );

    let other = app.fan().await;
    let refused = app.post(&holds, Some(&other.access_token), json!({"seats": [5, 20]})).await;
    assert_eq!(refused.problem(409, "seats-taken")["seats"], json!([5]));
    assert_eq!(app.post(&holds, Some(&other.access_token), json!({"seats": [99]})).await.status, 201);

    // What PostgreSQL knows is the same: a view made again shows it.
    let event = address.rsplit('/').next().unwrap().parse().unwrap();
    app.app.holds.drop_view(event).await.unwrap();
    let again = states(&app, &address).await;
    assert_eq!((again[5], again[6], again[7], again[99]), (3, 3, 1, 1));
    app.finish().await;
}

#[tokio::test]
async fn a_map_is_painted_anew_while_it_sells_but_keeps_its_seats() {
    let app = TestApp::start().await;
    let (organiser, fan) = (app.account(Role::Organiser).await, app.fan().await);
    let address = published(&app, &organiser, an_event("Hamlet"), a_seat_map()).await;
    let token = Some(organiser.access_token.as_str());
    let put =
        async |map: Value| app.call(Method::PUT, &format!("{address}/seat-map"), token, Some(map)).await;
    let mut map = a_seat_map();
    map["sections"][0]["rows"] =
        json!([{"count": 1, "seats": 20, "tier": 1}, {"count": 4, "seats": 20, "tier": 0}]);
    map["blocked"] = json!([98]);
    let mut news = SeatNews::of(&app, &address).await;
    let painted = put(map.clone()).await;
    assert_eq!(painted.status, 200, "{painted:?}");
    assert_eq!(
        news.next().await.map.as_deref(),
        painted.json()["hash"].as_str(),
        "whoever looks takes the new geometry"
    );
    let snapshot = app.get(&format!("{address}/seats"), None).await;
    assert_eq!(snapshot.headers["onsale-seat-map"].to_str().ok(), painted.json()["hash"].as_str());
    assert_eq!(painted.json()["blocked"], json!([98]));
    let now = states(&app, &address).await;
    assert_eq!((now[98], now[99]), (3, 0));
    let held = app
        .post(&format!("{address}/holds"), Some(&fan.access_token), json!({"seats": [0, 20]}))
        .await
        .json();
    assert_eq!(
        held["total"]["amount_minor"],
        json!(1500 + 4500),
        "the first row costs what its tier costs now"
    );

    map["sections"][0]["rows"][0]["seats"] = json!(19);
    put(map.clone()).await.problem(409, "sale-open");
    map["sections"][0]["rows"] = json!([{"count": 5, "seats": 20, "tier": 7}]);
    assert_eq!(
        put(map).await.problem(422, "invalid")["errors"][0]["field"],
        "sections",
        "tier 7 has no price"
    );
    app.finish().await;
}

#[tokio::test]
async fn only_the_organiser_changes_seats_and_faults_are_named() {
    let app = TestApp::start().await;
    let (organiser, other, fan) =
        (app.account(Role::Organiser).await, app.account(Role::Organiser).await, app.fan().await);
    let address = published(&app, &organiser, an_event("Hamlet"), a_seat_map()).await;
    let body = json!({"block": [1]});
    change(&app, &other, &address, body.clone()).await.problem(403, "not-your-event");
    assert_eq!(change(&app, &fan, &address, body).await.status, 403);
    let field = |answer: Answer| answer.problem(422, "invalid")["errors"][0]["field"].clone();
    assert_eq!(field(change(&app, &organiser, &address, json!({"block": [1, 100]})).await), "block[1]");
    assert_eq!(
        field(change(&app, &organiser, &address, json!({"block": [1], "unblock": [1]})).await),
        "unblock"
    );
    app.finish().await;
}
