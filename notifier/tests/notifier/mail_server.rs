//! What a mail server is given at once, and what becomes of the rest.

use lapin::{options::QueueDeclareOptions, types::FieldTable};
use secrecy::SecretString;
use shared::{
    broker::topology::Queue,
    testing::{Link, eventually},
};

use crate::{
    mail::Booked,
    support::{World, mails_to},
};

/// Mails that somebody has claimed.
async fn claimed(world: &World) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM notifications").fetch_one(&world.engines.pool).await.unwrap()
}

#[tokio::test]
async fn a_slow_mail_server_is_given_so_many_at_once_and_others_send_the_rest() {
    let world = World::new().await;
    let (link, through) = Link::to_url(&std::env::var("SMTP_URL").unwrap()).await;
    let mut bookings = Vec::new();
    for _ in 0..5 {
        bookings.push(Booked::new(&world).await);
    }
    let connection = world.engines.broker().connect().await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    link.stall();
    let slow = world
        .notifier_with(|config| {
            config.mail.smtp_url = SecretString::from(through);
            config.mail.mails_at_once = 2;
        })
        .await;
    for booked in &bookings {
        world.publish(&booked.confirmed()).await;
    }
    eventually("it has all five, and two claimed", async || {
        let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        let queue = channel.queue_declare(Queue::Mail.name().into(), passive, FieldTable::default());
        let ready = queue.await.unwrap().message_count();
        (ready == 0 && claimed(&world).await == 2).then_some(())
    })
    .await;
    slow.shutdown.cancel();
    link.heal();
    slow.stopped().await;
    assert_eq!(claimed(&world).await, 2, "what it had not begun is another's");
    let other = world.notifier().await;
    for booked in &bookings {
        assert_eq!(booked.settled().await, ("sent".into(), 0));
        assert_eq!(mails_to(&booked.address()).await.len(), 1);
    }
    connection.close(200, "bye".into()).await.unwrap();
    world.finish([other]).await;
}
