//! Queue demand: accepted at once, decided by a worker.

use lapin::options::BasicGetOptions;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use shared::{
    broker::topology::Queue,
    contracts::{ProcessBooking, process_booking::Admission},
    domain::Demand,
    testing::{Link, TestEngines, eventually, sale::GOOD_CARD},
};

use super::Shop;
use crate::support::TestApp;

/// The commands in the queue, taken out.
async fn commands(engines: &TestEngines) -> Vec<ProcessBooking> {
    let connection = engines.broker().connect().await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    let queue = Queue::ProcessBooking;
    queue.declare(&channel).await.unwrap();
    let mut commands = Vec::new();
    let options = BasicGetOptions { no_ack: true };
    while let Some(got) = channel.basic_get(queue.name().into(), options).await.unwrap() {
        commands.push(serde_json::from_slice(&got.delivery.data).unwrap());
    }
    connection.close(200, "bye".into()).await.unwrap();
    commands
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_accepted_watched_and_confirmed_by_whoever_processes_it() {
    let shop = Shop::open(Demand::Queue).await;
    let fan = shop.api.fan().await;
    let pass = shop.pass(5, 60_000).await;
    let hold = shop.hold_with(&fan, &[1, 2], &[], Some(pass.ordinal)).await;
    shop.check_out(&fan, hold).await;
    let answer = shop.pay(&fan, hold, GOOD_CARD, Some(&pass)).await;
    assert_eq!(answer.status, 202, "{}", answer.json());
    let booking = answer.json();
    assert_eq!(booking["status"], "processing");
    assert_eq!(booking["items"][0]["label"], "Stalls · Row A · 2");
    assert_eq!(answer.headers["location"], format!("/api/bookings/{}", booking["id"].as_str().unwrap()));
    let again = shop.pay(&fan, hold, GOOD_CARD, Some(&pass)).await;
    assert_eq!((again.status.as_u16(), again.json()), (202, booking.clone()), "the same again");
    assert_eq!(shop.booking(&fan, &booking["id"]).await.json(), booking);
    let listed = shop.api.get("/api/bookings", Some(&fan.access_token)).await.json();
    assert_eq!(listed["items"][0]["status"], "processing");
    shop.cancel(&fan, &booking["id"]).await.problem(409, "booking-processing");

    let commands = commands(&shop.api.engines).await;
    assert_eq!((commands.len(), commands[0].place_ordinal), (1, Some(5)));
    let processor = &shop.api.app.processor;
    let outcomes = processor.decide(&commands).await.unwrap();
    processor.settle(&commands, &outcomes).await.unwrap();
    let confirmed = shop.booking(&fan, &booking["id"]).await.json();
    assert_eq!(confirmed["status"], "confirmed");
    // The lease has ended with the sale; asking again still finds the booking.
    let again = shop.pay(&fan, hold, GOOD_CARD, Some(&pass)).await;
    assert_eq!((again.status.as_u16(), again.json()), (201, confirmed));
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_living_pass_of_this_event_and_this_hold_books() {
    let shop = Shop::open(Demand::Queue).await;
    let fan = shop.api.fan().await;
    let pass = shop.pass(1, 60_000).await;
    let hold = shop.hold_with(&fan, &[1], &[], Some(pass.ordinal)).await;
    shop.check_out(&fan, hold).await;
    shop.pay(&fan, hold, GOOD_CARD, None).await.problem(403, "pass-needed");
    let other = shop.pass(2, 60_000).await;
    shop.pay(&fan, hold, GOOD_CARD, Some(&other)).await.problem(403, "pass-invalid");
    let mut forged = shop.pass(1, 60_000).await;
    forged.token.push('x');
    shop.pay(&fan, hold, GOOD_CARD, Some(&forged)).await.problem(403, "pass-invalid");
    let elsewhere = shared::tokens::PassClaims::new(
        shared::domain::PlaceId::new(),
        shared::domain::EventId::new(),
        1,
        shop.api.app.clock.now_s() + 600,
    );
    forged.token = shop.api.app.tokens.sign_pass(&elsewhere).unwrap();
    shop.pay(&fan, hold, GOOD_CARD, Some(&forged)).await.problem(403, "pass-invalid");
    let over = shop.pass(1, -1).await;
    shop.pay(&fan, hold, GOOD_CARD, Some(&over)).await.problem(403, "pass-over");
    assert_eq!(
        shop.sale.count("SELECT count(*) FROM sandbox_gateway.charges").await,
        0,
        "nothing was charged"
    );
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_broker_does_not_confirm_the_same_request_again_finishes_it() {
    let engines = TestEngines::start().await;
    let (link, url) = Link::to_url(engines.args.amqp_url.expose_secret()).await;
    let api = TestApp::start_on(engines, |config| config.engines.amqp_url = SecretString::from(url)).await;
    let shop = Shop::on(api, Demand::Queue).await;
    let fan = shop.api.fan().await;
    let pass = shop.pass(1, 60_000).await;
    let hold = shop.hold_with(&fan, &[1], &[], Some(pass.ordinal)).await;
    shop.check_out(&fan, hold).await;
    eventually("a connection", async || shop.api.app.publisher.connected().then_some(())).await;
    link.cut();
    shop.pay(&fan, hold, GOOD_CARD, Some(&pass)).await.problem(503, "unavailable");
    assert_eq!(shop.sale.count("SELECT count(*) FROM payments WHERE status = 'authorized'").await, 1);
    assert_eq!(shop.sale.count("SELECT count(*) FROM payments WHERE accepted_at IS NOT NULL").await, 0);
    link.heal();
    let booking = eventually("accepted", async || {
        let answer = shop.pay(&fan, hold, GOOD_CARD, Some(&pass)).await;
        (answer.status == 202).then(|| answer.json())
    })
    .await;
    assert_eq!(booking["status"], json!("processing"));
    assert_eq!(shop.sale.count("SELECT count(*) FROM sandbox_gateway.charges").await, 1, "charged once");
    shop.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_that_is_rejected_says_why_and_returns_the_money() {
    let shop = Shop::open(Demand::Queue).await;
    let fan = shop.api.fan().await;
    let pass = shop.pass(1, 60_000).await;
    let hold = shop.hold_with(&fan, &[1], &[], Some(pass.ordinal)).await;
    shop.check_out(&fan, hold).await;
    let booking = shop.pay(&fan, hold, GOOD_CARD, Some(&pass)).await.json();
    // Sold behind Redis's back.
    shop.sale.commit(&shop.sale.accepted(shop.sale.fan().await, &[Admission::Seat(1)]).await).await;
    let commands = commands(&shop.api.engines).await;
    let processor = &shop.api.app.processor;
    let outcomes = processor.decide(&commands).await.unwrap();
    processor.settle(&commands, &outcomes).await.unwrap();
    let rejected = shop.booking(&fan, &booking["id"]).await.json();
    assert_eq!((&rejected["status"], &rejected["reason"]), (&json!("rejected"), &json!("seat_taken")));
    let problem = shop.pay(&fan, hold, GOOD_CARD, Some(&pass)).await.problem(409, "booking-rejected");
    assert_eq!(problem["reason"], "seat_taken");
    let held = "SELECT count(*) FROM sandbox_gateway.charges WHERE status = 'voided'";
    assert_eq!(shop.sale.count(held).await, 1);
    shop.finish().await;
}
