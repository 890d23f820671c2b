//! What an organiser watches: the sale now, and over the last hour.

use http::Method;
use serde_json::{Value, json};
use shared::{
    domain::{Demand, Role},
    testing::eventually,
};

use crate::{bookings::Shop, events, support::TestApp};

async fn sales(shop: &Shop, token: &str) -> Value {
    let answer = shop.api.get(&format!("/api/events/{}/sales", shop.event()), Some(token)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_is_counted_by_price_area_money_and_mail() {
    let shop = Shop::open(Demand::Direct).await;
    let (fan, organiser) = (shop.api.fan().await, shop.organiser().await);
    let kept = shop.buy(&fan, &[1, 2]).await;
    let returned = shop.buy(&fan, &[3]).await;
    shop.eventually_count("SELECT count(*) FROM payments WHERE status <> 'captured'", 0).await;
    assert_eq!(shop.cancel(&organiser, &returned["id"]).await.status, 200);
    shop.eventually_count("SELECT count(*) FROM bookings WHERE status = 'refunded'", 1).await;
    shop.hold_with(&shop.api.fan().await, &[10, 11], &[(0, 2)], None).await;
    sqlx::query(
        "INSERT INTO notifications (id, booking_id, channel, template, status)
         SELECT gen_random_uuid(), id, 'email', status, CASE status WHEN 'confirmed' THEN 'failed' ELSE 'pending' END
         FROM bookings",
    )
    .execute(&shop.sale.pool)
    .await
    .unwrap();
    let wanted = json!({"capacity": 1105, "sold": 2, "held": 4, "blocked": 0, "available": 1099});
    let report = eventually("the report follows", async || {
        let report = sales(&shop, &organiser.access_token).await;
        (report["total"] == wanted && report["mails"] == json!({"pending": 1, "failed": 1})).then_some(report)
    })
    .await;
    assert_eq!(report["tiers"][0]["stock"], wanted, "one price");
    let pit = json!({"capacity": 100, "sold": 0, "held": 2, "blocked": 0, "available": 98});
    assert_eq!((&report["areas"][0]["name"], &report["areas"][0]["stock"]), (&json!("Pit"), &pit));
    let revenue =
        json!({"currency": "GBP", "captured_minor": 13_500, "refunded_minor": 4_500, "net_minor": 9_000});
    assert_eq!(report["revenue"], revenue);
    let bookings = json!({"confirmed": 1, "processing": 0, "rejected": 0, "cancelled": 1, "last_minute": 2,
                          "tickets": 2});
    assert_eq!(report["bookings"], bookings);
    assert_eq!(report["waiting_room"], Value::Null);
    assert_eq!(
        shop.booking(&organiser, &kept["id"]).await.json()["organiser"]["payment"]["captured_minor"],
        9_000
    );

    let address = format!("/api/events/{}/sales/history", shop.event());
    let history = shop.api.get(&address, Some(&organiser.access_token)).await.json();
    let minutes = history["minutes"].as_array().unwrap();
    assert_eq!(minutes.len(), 60);
    let sum = |field: &str| minutes.iter().map(|minute| minute[field].as_i64().unwrap()).sum::<i64>();
    assert_eq!((sum("bookings"), sum("tickets"), sum("revenue_minor"), sum("admissions")), (2, 3, 13_500, 0));
    shop.finish().await;
}

#[tokio::test]
async fn only_the_organiser_and_admins_see_how_a_sale_goes() {
    let app = TestApp::start().await;
    let [owner, other] = [app.account(Role::Organiser).await, app.account(Role::Organiser).await];
    let (fan, staff, admin) =
        (app.fan().await, app.account(Role::Staff).await, app.account(Role::Admin).await);
    let address = events::published(&app, &owner, events::an_event("Mine"), events::a_seat_map()).await;
    let draft = events::draft(&app, &owner, events::an_event("Draft")).await;
    let token = Some(owner.access_token.as_str());
    app.call(Method::PUT, &format!("{draft}/seat-map"), token, Some(events::a_seat_map())).await;
    for path in ["sales", "sales/history", "bookings", "bookings.csv", "publish-checklist", "blocked-seats"] {
        for address in [&address, &draft] {
            let path = format!("{address}/{path}");
            app.get(&path, None).await.problem(401, "unauthorized");
            for stranger in [&other, &fan, &staff] {
                app.get(&path, Some(&stranger.access_token)).await.problem(404, "not-found");
            }
            for reader in [&owner, &admin] {
                let answer = app.get(&path, Some(&reader.access_token)).await;
                assert_eq!(answer.status, 200, "{path}: {answer:?}");
            }
        }
        app.get(&format!("/api/events/{}/{path}", owner.id), token).await.problem(404, "not-found");
        app.get(&format!("/api/events/nonsense/{path}"), token).await.problem(404, "not-found");
    }
    let report = app.get(&format!("{draft}/sales"), token).await.json();
    let total = json!({"capacity": 150, "sold": 0, "held": 0, "blocked": 1, "available": 149});
    assert_eq!((&report["status"], &report["total"]), (&json!("draft"), &total));
    assert_eq!(app.get(&format!("{draft}/blocked-seats"), token).await.json(), json!({"blocked": [99]}));
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_room_is_part_of_the_report() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let mut event = events::an_event("Rush");
    event["demand"] = json!("queue");
    event["waiting_room"] = json!({"lease_cap": 2, "rate_per_minute": 100});
    let address = events::published(&app, &organiser, event, events::a_seat_map()).await;
    let token = Some(organiser.access_token.as_str());
    for _ in 0..3 {
        eventually("a place", async || {
            let joined = app.post(&format!("{address}/waiting-room/places"), None, json!({})).await;
            (joined.status == 202).then_some(())
        })
        .await;
    }
    let room = eventually("two are let in, one waits", async || {
        let answer = app.get(&format!("{address}/sales"), token).await;
        let room = answer.json()["waiting_room"].clone();
        (room["offered"] == 2 && room["waiting"] == 1).then_some(room)
    })
    .await;
    assert_eq!((&room["phase"], &room["leases"], &room["lease_cap"]), (&json!("open"), &json!(2), &json!(2)));
    assert_eq!((&room["joined"], &room["shopping"], &room["no_shows"]), (&json!(3), &json!(0), &json!(0)));
    assert_eq!((&room["admitted_last_minute"], &room["rate_per_minute"]), (&json!(2), &json!(100)));
    let history = app.get(&format!("{address}/sales/history"), token).await.json();
    let minutes = history["minutes"].as_array().unwrap();
    assert_eq!(minutes.iter().map(|minute| minute["admissions"].as_i64().unwrap()).sum::<i64>(), 2);
    app.finish().await;
}
