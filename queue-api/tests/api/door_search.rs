//! Finding a ticket at the door without its code.

use serde_json::{Value, json};
use shared::{
    contracts::process_booking::Admission,
    domain::{Demand, Role},
    testing::sale::Sale,
};

use crate::{
    support::{Account, Answer, TestApp},
    tickets::{booked, cancelled},
};

async fn search(app: &TestApp, sale: &Sale, by: &Account, q: &str) -> Answer {
    let address = format!("/api/events/{}/door-search?q={q}", sale.event_id);
    app.get(&address, Some(&by.access_token)).await
}

fn found(answer: &Answer) -> Vec<Value> {
    let json = answer.json();
    assert_eq!(answer.status, 200, "{json}");
    json["tickets"].as_array().unwrap().iter().map(|ticket| ticket["id"].clone()).collect()
}

#[tokio::test]
async fn a_ticket_is_found_by_name_seat_and_number_and_admits_by_its_code() {
    let app = TestApp::start().await;
    let sale = Sale::open(&app.app.pool, Demand::Direct, 6).await;
    let (staff, ada, bob) = (app.account(Role::Staff).await, app.fan().await, app.fan().await);
    // An address made of a random id may have any two letters in it.
    let email = "ada@post.test";
    sqlx::query("UPDATE users SET name = 'Ada Lovelace', email = $2 WHERE id = $1")
        .bind(ada.id)
        .bind(email)
        .execute(&app.app.pool)
        .await
        .unwrap();
    let (booking, tickets) = booked(&app, &sale, &ada, &[Admission::Seat(7), Admission::Area(0)]).await;
    let (other, gone) = booked(&app, &sale, &bob, &[Admission::Seat(8)]).await;
    cancelled(&app, other).await;
    let (booking, both, seated) = (booking.to_string(), json!(tickets), tickets[0].to_string());
    let (start, end) = (&booking[..18], &booking[28..]);
    for (q, expected) in [
        ("lovelace", &both),
        ("ADA%20L", &both),
        (email, &both),
        (start, &both),
        (end, &both),
        (&seated[24..], &json!([seated])),
        ("stalls%20a%208", &json!([seated])),
        ("A8", &json!([seated])),
        ("stalls%20a%209", &json!([])),
        (&gone[0].to_string(), &json!([])),
        ("xyzzy", &json!([])),
    ] {
        assert_eq!(&json!(found(&search(&app, &sale, &staff, q).await)), expected, "{q}");
    }
    let ticket = search(&app, &sale, &staff, "A8").await.json()["tickets"][0].clone();
    assert_eq!(ticket["label"], "Stalls · Row A · 8");
    assert_eq!((&ticket["tier_name"], &ticket["holder"]), (&json!("All"), &json!("Ada Lovelace")));
    assert_eq!((&ticket["status"], &ticket["used_at"]), (&json!("valid"), &Value::Null));
    let scan =
        json!({"id": uuid::Uuid::now_v7(), "event": sale.event_id, "code": ticket["code"], "door": "North"});
    let admitted = app.post("/api/check-ins", Some(&staff.access_token), scan).await.json();
    assert_eq!(admitted["outcome"], "admitted");
    let ticket = search(&app, &sale, &staff, "A8").await.json()["tickets"][0].clone();
    assert_eq!(ticket["status"], "used");
    assert!(ticket["used_at"].is_string());
    app.finish().await;
}

#[tokio::test]
async fn only_the_door_searches_and_it_is_told_no_more_than_it_needs() {
    let app = TestApp::start().await;
    let sale = Sale::open(&app.app.pool, Demand::Direct, 100).await;
    let (staff, fan, stranger) =
        (app.account(Role::Staff).await, app.fan().await, app.account(Role::Organiser).await);
    let seats: Vec<Admission> = (0..21).map(Admission::Seat).collect();
    booked(&app, &sale, &fan, &seats).await;
    search(&app, &sale, &fan, "test").await.problem(403, "role-needed");
    search(&app, &sale, &stranger, "test").await.problem(404, "not-found");
    let address = format!("/api/events/{}/door-search", sale.event_id);
    app.get(&format!("{address}?q=test"), None).await.problem(401, "unauthorized");
    app.get(&address, Some(&staff.access_token)).await.problem(422, "invalid");
    for q in ["", "a", "%20a%20", &"x".repeat(101)] {
        search(&app, &sale, &staff, q).await.problem(422, "invalid");
    }
    let many = search(&app, &sale, &staff, "test").await;
    assert_eq!((found(&many).len(), &many.json()["more"]), (20, &json!(true)));
    assert_eq!(many.headers["cache-control"], "private, no-store");
    assert!(!String::from_utf8_lossy(&many.bytes).contains(&fan.email), "no addresses");
    app.finish().await;
}
