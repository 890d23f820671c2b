//! What the lists of events tell, and which events stand in whose list.

use http::Method;
use serde_json::{Value, json};
use shared::{domain::Role, testing::eventually};

use super::{a_seat_map, an_event, draft, in_hours, published};
use crate::support::{Account, TestApp};

fn titles(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_list_tells_what_is_left_and_where_the_waiting_room_stands() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    published(&app, &organiser, an_event("Direct"), a_seat_map()).await;
    let mut rush = an_event("Rush");
    rush["demand"] = json!("queue");
    rush["starts_at"] = json!(in_hours(48));
    rush["sale_opens_at"] = json!(in_hours(1));
    rush["waiting_room"] = json!({"lobby_minutes": 120});
    let rush = published(&app, &organiser, rush, a_seat_map()).await;
    let list = eventually("the room is made", async || {
        let list = app.get("/api/events", None).await.json();
        list["items"][1]["phase"].is_string().then_some(list)
    })
    .await;
    let left = |item: &Value| (item["available"].clone(), item["capacity"].clone());
    assert_eq!(left(&list["items"][0]), (json!(149), json!(149)));
    assert_eq!(left(&list["items"][1]), (json!(149), json!(149)));
    assert_eq!((&list["items"][0]["phase"], &list["items"][1]["phase"]), (&Value::Null, &json!("lobby")));

    let mut quiet = an_event("Quiet");
    quiet["demand"] = json!("queue");
    quiet["waiting_room"] = json!({"lease_cap": 7});
    let quiet = draft(&app, &organiser, quiet).await;
    let token = Some(organiser.access_token.as_str());
    assert_eq!(app.get(&quiet, token).await.json()["waiting_room"]["lease_cap"], 7);
    assert_eq!(app.get(&rush, token).await.json()["waiting_room"], Value::Null, "the room itself says");
    app.finish().await;
}

#[tokio::test]
async fn doors_and_organisers_have_lists_of_their_own() {
    let app = TestApp::start().await;
    let [owner, other] = [app.account(Role::Organiser).await, app.account(Role::Organiser).await];
    let (staff, fan, admin) =
        (app.account(Role::Staff).await, app.fan().await, app.account(Role::Admin).await);
    for (title, started) in [("Yesterday", 30), ("Tonight", 2)] {
        published(&app, &owner, an_event(title), a_seat_map()).await;
        sqlx::query(
            "UPDATE events SET sale_opens_at = now() - interval '9 days',
                    starts_at = now() - make_interval(hours => $1) WHERE title = $2",
        )
        .bind(started)
        .bind(title)
        .execute(&app.app.pool)
        .await
        .unwrap();
    }
    published(&app, &other, an_event("Tomorrow"), a_seat_map()).await;
    draft(&app, &owner, an_event("Draft")).await;
    let list = async |by: &Account, query: &str| {
        let list = app.get(&format!("/api/events?{query}"), Some(&by.access_token)).await;
        assert_eq!(list.status, 200, "{list:?}");
        list.json()
    };
    assert_eq!(titles(&list(&staff, "door=true").await), ["Tonight", "Tomorrow"]);
    assert_eq!(titles(&list(&admin, "door=true").await), ["Tonight", "Tomorrow"]);
    assert_eq!(titles(&list(&owner, "door=true").await), ["Tonight"]);
    assert_eq!(titles(&list(&other, "door=true").await), ["Tomorrow"]);
    assert_eq!(titles(&list(&other, "mine=true").await), ["Tomorrow"]);
    assert_eq!(list(&owner, "mine=true").await["items"].as_array().unwrap().len(), 3);
    assert_eq!(
        list(&admin, "mine=true").await["items"].as_array().unwrap().len(),
        4,
        "an admin organises all"
    );
    app.get("/api/events?door=true", Some(&fan.access_token)).await.problem(403, "role-needed");
    app.get("/api/events?door=true", None).await.problem(401, "unauthorized");
    app.get("/api/events?door=true&mine=true", Some(&staff.access_token)).await.problem(422, "invalid");
    app.get("/api/events?door=true&sort=-starts_at", Some(&staff.access_token)).await.problem(422, "invalid");
    app.finish().await;
}

#[tokio::test]
async fn the_checklist_names_what_publishing_would() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let token = Some(organiser.access_token.as_str());
    let mut event = an_event("Unready");
    event["tiers"] = json!([]);
    let address = draft(&app, &organiser, event).await;
    let checklist = async || app.get(&format!("{address}/publish-checklist"), token).await.json();
    let codes = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|item| item["code"].as_str().unwrap().to_owned()).collect()
    };
    let list = checklist().await;
    assert_eq!((&list["ready"], &list["status"]), (&json!(false), &json!("draft")));
    assert_eq!(codes(&list["missing"]), ["no_price", "no_seat_map"]);
    let problem = app.post(&format!("{address}/publish"), token, json!({})).await.problem(422, "not-ready");
    assert_eq!(problem["errors"], list["missing"], "the same list");
    app.call(Method::PUT, &format!("{address}/seat-map"), token, Some(a_seat_map())).await;
    let change = json!({"tiers": [{"tier": 1, "name": "Pit", "price_minor": 1}]});
    app.call(Method::PATCH, &address, token, Some(change)).await;
    let list = checklist().await;
    assert_eq!(
        (codes(&list["missing"]), &list["missing"][0]["tier"]),
        (vec!["tier_without_price".to_owned()], &json!(0))
    );
    let change = json!({"tiers": an_event("")["tiers"]});
    app.call(Method::PATCH, &address, token, Some(change)).await;
    assert_eq!(checklist().await, json!({"ready": true, "status": "draft", "missing": []}));
    app.post(&format!("{address}/publish"), token, json!({})).await;
    assert_eq!(checklist().await, json!({"ready": false, "status": "published", "missing": []}));
    app.finish().await;
}
