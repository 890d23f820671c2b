//! The bookings of an event: found, read, exported, their mail sent again.

use http::Method;
use serde_json::{Value, json};
use shared::{contracts::process_booking::Admission, domain::Demand};

use crate::{
    bookings::Shop,
    support::{Account, Answer},
    tickets::{booked, cancelled},
};

async fn named(shop: &Shop, name: &str) -> Account {
    let fan = shop.api.fan().await;
    sqlx::query("UPDATE users SET name = $2 WHERE id = $1")
        .bind(fan.id)
        .bind(name)
        .execute(&shop.sale.pool)
        .await
        .unwrap();
    fan
}

async fn orders(shop: &Shop, organiser: &Account, query: &str) -> Answer {
    let address = format!("/api/events/{}/bookings?{query}", shop.event());
    shop.api.get(&address, Some(&organiser.access_token)).await
}

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn orders_are_found_by_buyer_number_seat_and_status_page_by_page() {
    let shop = Shop::open(Demand::Queue).await;
    let organiser = shop.organiser().await;
    let (zoe, bob) = (named(&shop, "Zoë Žluťoučká").await, named(&shop, "100% Bob_").await);
    let (first, _) = booked(&shop.api, &shop.sale, &zoe, &[Admission::Seat(0), Admission::Area(0)]).await;
    let (second, _) = booked(&shop.api, &shop.sale, &bob, &[Admission::Seat(51)]).await;
    cancelled(&shop.api, second).await;
    let third = shop.sale.accepted(bob.id, &[Admission::Seat(52)]).await.booking_id;
    let (first, second, third) = (first.to_string(), second.to_string(), third.to_string());

    let all = orders(&shop, &organiser, "").await.json();
    assert_eq!(ids(&all), [&third, &second, &first], "newest first: {all}");
    let oldest = &all["items"][2];
    assert_eq!(oldest["buyer_name"], "Zoë Žluťoučká");
    assert_eq!(oldest["buyer_email"], json!(zoe.email));
    assert_eq!(oldest["total"], json!({"amount_minor": 9_000, "currency": "GBP"}));
    assert_eq!((&oldest["ticket_count"], &oldest["mail_status"]), (&json!(2), &Value::Null));
    let email = format!("q={}", &bob.email[..20]);
    let start = format!("q={}", &first[..13]);
    for (query, expected) in [
        ("q=zo%C3%AB", vec![&first]),
        ("q=100%25+bob_", vec![&third, &second]),
        ("q=%25", vec![&third, &second]),
        (email.as_str(), vec![&third, &second]),
        (start.as_str(), vec![&first]),
        ("q=stalls+a+1", vec![&first]),
        ("q=stalls+b+2", vec![&second]),
        ("q=nobody", vec![]),
        ("status=processing", vec![&third]),
        ("status=confirmed", vec![&first]),
        ("status=cancelled", vec![&second]),
        ("status=rejected", vec![]),
        ("q=bob&status=cancelled", vec![&second]),
    ] {
        let found = orders(&shop, &organiser, query).await.json();
        assert_eq!(ids(&found), expected, "{query}: {found}");
    }
    let page = orders(&shop, &organiser, "limit=2").await.json();
    assert_eq!(ids(&page), [&third, &second]);
    let next = format!("limit=2&cursor={}", page["next_cursor"].as_str().unwrap());
    let page = orders(&shop, &organiser, &next).await.json();
    assert_eq!((ids(&page), &page["next_cursor"]), (vec![first.as_str()], &Value::Null));
    let long = format!("q={}", "x".repeat(101));
    for wrong in ["limit=0", "limit=101", "status=lost", "cursor=nonsense", "page=2", long.as_str()] {
        orders(&shop, &organiser, wrong).await.problem(422, "invalid");
    }
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_organiser_reads_who_bought_and_what_was_mailed() {
    let shop = Shop::open(Demand::Direct).await;
    let (fan, organiser) = (shop.api.fan().await, shop.organiser().await);
    let booking = shop.buy(&fan, &[1]).await;
    shop.eventually_count("SELECT count(*) FROM payments WHERE status <> 'captured'", 0).await;
    sqlx::query(
        "INSERT INTO notifications (id, booking_id, channel, template, status, retry_count, last_error)
         SELECT gen_random_uuid(), id, 'email', 'booking-confirmed', 'failed', 5, 'refused' FROM bookings",
    )
    .execute(&shop.sale.pool)
    .await
    .unwrap();
    assert!(shop.booking(&fan, &booking["id"]).await.json().get("organiser").is_none());
    let facts = shop.booking(&organiser, &booking["id"]).await.json()["organiser"].clone();
    assert_eq!(facts["buyer"], json!({"user": fan.id, "name": "Test Person", "email": fan.email}));
    let payment = &facts["payment"];
    assert_eq!((&payment["gateway"], &payment["status"]), (&json!("sandbox"), &json!("captured")));
    assert_eq!((&payment["captured_minor"], &payment["refunded_minor"]), (&json!(4_500), &json!(0)));
    let mail = &facts["notifications"][0];
    assert_eq!((&mail["status"], &mail["retry_count"]), (&json!("failed"), &json!(5)));
    assert_eq!((&mail["last_error"], &mail["sent_at"]), (&json!("refused"), &Value::Null));
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_asked_for_again_a_few_times_an_hour() {
    let shop = Shop::open(Demand::Direct).await;
    let (fan, organiser) = (shop.api.fan().await, shop.organiser().await);
    let booking = shop.buy(&fan, &[1]).await;
    let address = format!("/api/bookings/{}/resend-mail", booking["id"].as_str().unwrap());
    let ask = async |by: &Account| shop.api.call(Method::POST, &address, Some(&by.access_token), None).await;
    ask(&fan).await.problem(404, "not-found");
    ask(&shop.api.fan().await).await.problem(404, "not-found");
    shop.api.call(Method::POST, &address, None, None).await.problem(401, "unauthorized");
    let answers = futures_util::future::join_all((0..5).map(|_| ask(&organiser))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 202).count(), 3, "three, also at once");
    let refused = ask(&organiser).await;
    refused.problem(429, "too-many-requests");
    let wait: u32 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((3_500..=3_600).contains(&wait), "{wait}");
    let facts = "SELECT count(DISTINCT payload->'data'->>'copy') FROM outbox WHERE topic = 'mail.requested'";
    assert_eq!(shop.sale.count(facts).await, 3);
    let rows = "SELECT count(*) FROM notifications
                WHERE status = 'pending' AND template IN ('booking-confirmed-copy-1', 'booking-confirmed-copy-2',
                                                          'booking-confirmed-copy-3')";
    assert_eq!(shop.sale.count(rows).await, 3);
    sqlx::query("UPDATE notifications SET created_at = created_at - interval '1 hour'")
        .execute(&shop.sale.pool)
        .await
        .unwrap();
    assert_eq!(ask(&organiser).await.status, 202, "an hour later");
    shop.eventually_count("SELECT count(*) FROM payments WHERE status <> 'captured'", 0).await;
    shop.cancel(&organiser, &booking["id"]).await;
    let problem = ask(&organiser).await.problem(409, "booking-not-confirmed");
    assert_eq!(problem["booking_status"], "refunded");
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_orders_are_exported_as_one_table() {
    let shop = Shop::open(Demand::Direct).await;
    let organiser = shop.organiser().await;
    let fan = named(&shop, "=HYPERLINK(\"https://evil.example\",\"Ada\")").await;
    booked(&shop.api, &shop.sale, &fan, &[Admission::Seat(0), Admission::Area(1)]).await;
    sqlx::query(
        "INSERT INTO payments (id, booking_id, hold_id, event_id, user_id, status, gateway, amount_minor, currency,
                               items, fence, command, accepted_at)
         SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), event_id, user_id, 'authorized', gateway,
                amount_minor, currency, items, fence, command, accepted_at
         FROM payments, generate_series(1, 9999)",
    )
    .execute(&shop.sale.pool)
    .await
    .unwrap();
    let address = format!("/api/events/{}/bookings.csv", shop.event());
    let answer = shop.api.get(&address, Some(&organiser.access_token)).await;
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8; header=present");
    let disposition = answer.headers["content-disposition"].to_str().unwrap();
    assert_eq!(disposition, format!("attachment; filename=\"bookings-{}.csv\"", shop.event()));
    let table = std::str::from_utf8(&answer.bytes).unwrap();
    let lines: Vec<&str> = table.strip_suffix("\r\n").unwrap().split("\r\n").collect();
    assert_eq!(lines.len(), 10_001);
    assert!(
        lines[0].starts_with("booking,status,reason,created_at,buyer_name,buyer_email,ticket_count,tickets,")
    );
    let bought = lines.iter().find(|line| line.contains("confirmed")).unwrap();
    assert!(bought.contains("\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"Ada\"\")\""), "{bought}");
    assert!(
        bought.contains(",2,Stalls · Row A · 1; Balcony,GBP,90.00,0.00,0.00,sandbox,authorized,"),
        "{bought}"
    );
    let mut numbers: Vec<&str> = lines[1..].iter().map(|line| &line[..36]).collect();
    numbers.dedup();
    assert!(numbers.is_sorted() && numbers.len() == 10_000, "each once, in order, across pages");
    shop.finish().await;
}
