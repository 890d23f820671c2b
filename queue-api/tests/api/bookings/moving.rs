//! Moving a sold ticket to another seat, and mending what fans see.

use fred::interfaces::KeysInterface as _;
use http::Method;
use serde_json::{Value, json};
use shared::domain::{Demand, SeatState};

use super::Shop;
use crate::support::{Account, Answer};

async fn move_to(shop: &Shop, by: &Account, ticket: &Value, seat: u32) -> Answer {
    let path = format!("/api/tickets/{}/seat", ticket.as_str().unwrap());
    shop.api.call(Method::PUT, &path, Some(&by.access_token), Some(json!({"seat": seat}))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_moves_and_its_old_code_is_void() {
    let shop = Shop::open(Demand::Direct).await;
    let (fan, organiser) = (shop.api.fan().await, shop.organiser().await);
    let booking = shop.buy(&fan, &[1, 2]).await;
    let token = Some(fan.access_token.as_str());
    let tickets = shop.api.get("/api/tickets", token).await.json();
    let ticket =
        tickets["items"].as_array().unwrap().iter().find(|ticket| ticket["seat"] == 1).unwrap().clone();

    move_to(&shop, &fan, &ticket["id"], 7).await.problem(404, "not-found");
    let moved = move_to(&shop, &organiser, &ticket["id"], 7).await;
    assert_eq!((moved.status.as_u16(), &moved.json()["seat"]), (200, &json!(7)), "{moved:?}");
    assert_eq!((shop.seat(1).await, shop.seat(7).await), (SeatState::Available, SeatState::Sold));
    let after = shop.api.get(&format!("/api/tickets/{}", ticket["id"].as_str().unwrap()), token).await.json();
    assert_ne!(after["code"], ticket["code"], "what was printed before is void");
    assert_eq!(shop.sale.count("SELECT count(*) FROM outbox WHERE topic = 'mail.requested'").await, 1);
    assert_eq!(move_to(&shop, &organiser, &ticket["id"], 7).await.status, 200, "again is nothing");
    assert_eq!(shop.sale.count("SELECT count(*) FROM outbox WHERE topic = 'mail.requested'").await, 1);

    // Cancelling returns the seats that the tickets have now, and nobody else's.
    let other = shop.api.fan().await;
    shop.buy(&other, &[1]).await;
    assert_eq!(shop.cancel(&fan, &booking["id"]).await.status, 200);
    let now = [shop.seat(1).await, shop.seat(2).await, shop.seat(7).await];
    assert_eq!(now, [SeatState::Sold, SeatState::Available, SeatState::Available]);
    move_to(&shop, &organiser, &ticket["id"], 9).await.problem(409, "ticket-not-valid");
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_does_not_move_to_a_seat_that_somebody_has_or_holds() {
    let shop = Shop::open(Demand::Direct).await;
    let (fan, other, organiser) = (shop.api.fan().await, shop.api.fan().await, shop.organiser().await);
    shop.buy(&fan, &[1]).await;
    shop.buy(&other, &[3]).await;
    shop.hold(&other, &[4]).await;
    let tickets = shop.api.get("/api/tickets", Some(&fan.access_token)).await.json();
    let ticket = tickets["items"][0]["id"].clone();
    for seat in [3, 4] {
        let refused = move_to(&shop, &organiser, &ticket, seat).await.problem(409, "seats-taken");
        assert_eq!(refused["seats"], json!([seat]));
    }
    assert_eq!((shop.seat(3).await, shop.seat(4).await), (SeatState::Sold, SeatState::Held));
    assert_eq!(
        move_to(&shop, &organiser, &ticket, 99_999).await.problem(422, "invalid")["errors"][0]["field"],
        "seat"
    );
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_second_to_a_seat_does_not_put_it_on_sale() {
    let shop = Shop::open(Demand::Direct).await;
    let (fan, other, organiser) = (shop.api.fan().await, shop.api.fan().await, shop.organiser().await);
    shop.buy(&fan, &[1]).await;
    shop.buy(&other, &[2]).await;
    // The other's ticket has moved in PostgreSQL, and the view does not show it yet.
    assert!(shop.api.app.holds.block(shop.event(), &[9]).await.unwrap().is_empty());
    sqlx::query("UPDATE tickets SET seat_index = 9 WHERE seat_index = 2")
        .execute(&shop.sale.pool)
        .await
        .unwrap();
    let tickets = shop.api.get("/api/tickets", Some(&fan.access_token)).await.json();
    move_to(&shop, &organiser, &tickets["items"][0]["id"], 9).await.problem(409, "seats-taken");
    assert_eq!(shop.seat(9).await, SeatState::Blocked);
    assert_eq!(shop.seat(1).await, SeatState::Sold);
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_shows_something_else_is_mended_and_it_is_said() {
    let shop = Shop::open(Demand::Direct).await;
    let (fan, organiser) = (shop.api.fan().await, shop.organiser().await);
    shop.buy(&fan, &[1]).await;
    shop.hold(&fan, &[2]).await;
    let repair = async || {
        let path = format!("/api/events/{}/seats/repair", shop.event());
        shop.api.post(&path, Some(&organiser.access_token), json!({})).await
    };
    assert_eq!(repair().await.json(), json!([]), "nothing is wrong");

    // Seats 0 to 3 as: sold, available, available, held. Nothing of it is true.
    let view = shop.api.app.redis.event(shop.event()).view();
    shop.api.app.redis.client().setrange::<(), _, _>(view, 0, vec![0b1000_0001_u8].as_slice()).await.unwrap();
    let mended = repair().await.json();
    let seats: Vec<_> = mended
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["seat"].clone(), one["was"].clone(), one["is"].clone()))
        .collect();
    let wanted = [(0, 2, 0), (1, 0, 2), (2, 0, 1), (3, 1, 0)]
        .map(|(seat, was, is)| (json!(seat), json!(was), json!(is)));
    assert_eq!(seats, wanted, "{mended}");
    let now = [shop.seat(0).await, shop.seat(1).await, shop.seat(2).await, shop.seat(3).await];
    assert_eq!(now, [SeatState::Available, SeatState::Sold, SeatState::Held, SeatState::Available]);
    assert_eq!(repair().await.json(), json!([]));
    shop.finish().await;
}
