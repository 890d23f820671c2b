//! Mails that cannot be sent, now or ever.

use std::time::Duration;

use notifier::mail::dead_letters;
use secrecy::SecretString;
use shared::{
    contracts::EventKind,
    domain::BookingId,
    testing::{Link, eventually},
};

use crate::{
    mail::{Booked, quick},
    support::{World, mails_to},
};

#[tokio::test]
async fn a_mail_waits_for_a_mail_server_that_is_away() {
    let world = World::new().await;
    let booked = Booked::new(&world).await;
    let (link, url) = Link::to_url(&std::env::var("SMTP_URL").unwrap()).await;
    link.cut();
    let notifier = world
        .notifier_with(|config| {
            config.mail.smtp_url = SecretString::from(url);
            config.mail.mail_retry_waits_ms = vec![100, 100, 5_000, 5_000, 5_000];
        })
        .await;
    world.publish(&booked.confirmed()).await;
    eventually("it was tried twice", || async {
        let tries: i64 =
            booked.sale.count("SELECT coalesce(max(retry_count), 0)::bigint FROM notifications").await;
        (tries >= 2).then_some(())
    })
    .await;
    link.heal();
    let (status, tries) = booked.settled().await;
    assert!(status == "sent" && tries >= 2, "{status} after {tries}");
    assert_eq!(mails_to(&booked.address()).await.len(), 1);
    world.finish([notifier]).await;
}

#[tokio::test]
async fn a_mail_that_can_never_be_sent_becomes_a_dead_letter() {
    let world = World::new().await;
    let booked = Booked::new(&world).await;
    write_to(&booked, "not an address").await;
    let notifier = world.notifier().await;
    world.publish(&booked.confirmed()).await;
    assert_eq!(booked.settled().await, ("failed".into(), 0));
    dead_letter_of(&world, booked.booking).await;
    world.finish([notifier]).await;
}

#[tokio::test]
async fn a_mail_that_was_given_up_is_sent_when_it_is_driven_again() {
    use shared::broker::dead_letters::channel;
    let world = World::new().await;
    let booked = Booked::new(&world).await;
    write_to(&booked, "not an address").await;
    let notifier = world.notifier().await;
    world.publish(&booked.confirmed()).await;
    assert_eq!(booked.settled().await.0, "failed");
    let connection = world.engines.broker().connect().await.unwrap();
    let channel = channel(&connection).await.unwrap();
    let letters = eventually("the letter is there", || async {
        Some(dead_letters::list(&channel, 10).await.unwrap()).filter(|letters| letters.len() == 1)
    })
    .await;
    assert_eq!(letters[0].cause.as_deref(), Some("rejected"));
    assert!(
        matches!(&letters[0].fact.as_ref().unwrap().kind, EventKind::BookingConfirmed(fact) if *fact == booked.fact())
    );

    write_to(&booked, &booked.address()).await;
    let driven = dead_letters::redrive(&channel, &world.publisher, &booked.sale.pool, 10).await.unwrap();
    assert_eq!(driven, 1);
    eventually("it is sent", || async { (mails_to(&booked.address()).await.len() == 1).then_some(()) }).await;
    assert_eq!(dead_letters::list(&channel, 10).await.unwrap().len(), 0);
    connection.close(200, "bye".into()).await.unwrap();
    world.finish([notifier]).await;
}

#[tokio::test]
async fn retries_end_and_leave_a_dead_letter() {
    let world = World::new().await;
    let booked = Booked::new(&world).await;
    let (link, url) = Link::to_url(&std::env::var("SMTP_URL").unwrap()).await;
    link.cut();
    let notifier = world
        .notifier_with(|config| {
            config.mail.smtp_url = SecretString::from(url);
            config.mail.mail_retry_waits_ms = vec![20; 5];
        })
        .await;
    world.publish(&booked.confirmed()).await;
    assert_eq!(booked.settled().await, ("failed".into(), 5));
    dead_letter_of(&world, booked.booking).await;
    world.finish([notifier]).await;
}

/// Gives the buyer an address; the database's check is looser than the mails'.
async fn write_to(booked: &Booked, address: &str) {
    sqlx::query("UPDATE users SET email = $1 WHERE id = $2")
        .bind(address)
        .bind(booked.user)
        .execute(&booked.sale.pool)
        .await
        .unwrap();
}

async fn dead_letter_of(world: &World, booking: BookingId) {
    use shared::broker::{Consumer, topology::Queue};
    let shutdown = tokio_util::sync::CancellationToken::new();
    let mut dead = Consumer::new(world.engines.broker(), Queue::MailDead, 1, shutdown);
    let letter = tokio::time::timeout(Duration::from_secs(30), dead.recv()).await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&letter.data).contains(&booking.to_string()));
    dead.reset().await;
}

#[tokio::test]
async fn a_notifier_that_died_over_a_mail_is_replaced() {
    let world = World::new().await;
    let booked = Booked::new(&world).await;
    // As left by one that died a moment ago: claimed, its lease not over.
    sqlx::query(
        "INSERT INTO notifications (id, booking_id, channel, template, leased_until)
         VALUES (gen_random_uuid(), $1, 'email', 'booking-confirmed', now() + '2 seconds')",
    )
    .bind(booked.booking)
    .execute(&booked.sale.pool)
    .await
    .unwrap();
    let notifier = world.notifier_with(quick).await;
    world.publish(&booked.confirmed()).await;
    assert_eq!(booked.settled().await, ("sent".into(), 0));
    assert_eq!(mails_to(&booked.address()).await.len(), 1);
    world.finish([notifier]).await;
}
