//! Mails to guests, who cannot sign in to see their booking.

use mail_parser::{MessageParser, MimeHeaders as _};

use crate::{
    mail::Booked,
    support::{World, mails_to},
};

#[tokio::test]
async fn the_link_in_a_guest_s_mail_opens_the_booking_and_the_calendar_s_does_not() {
    let world = World::new().await;
    let booked = Booked::new(&world).await;
    let address = format!("guest-{}@example.test", booked.user);
    sqlx::query("UPDATE users SET guest = true, password_hash = NULL, email = $2 WHERE id = $1")
        .bind(booked.user)
        .bind(&address)
        .execute(&booked.sale.pool)
        .await
        .unwrap();
    let notifier = world.notifier().await;
    world.publish(&booked.confirmed()).await;
    assert_eq!(booked.settled().await, ("sent".into(), 0));
    let mails = mails_to(&address).await;
    let mail = MessageParser::default().parse(&mails[0]).unwrap();
    let link = format!("https://tickets.example/bookings/{}", booked.booking);
    let key = world.tokens.booking_key(booked.booking, &address);
    for body in [mail.body_text(0).unwrap(), mail.body_html(0).unwrap()] {
        assert!(body.contains(&format!("{link}?key={key}")), "{body}");
    }
    let calendar = mail.attachments().find(|part| part.attachment_name() == Some("event.ics")).unwrap();
    let calendar = String::from_utf8_lossy(calendar.contents()).replace("\r\n ", "");
    assert!(calendar.contains(&link) && !calendar.contains("key="), "{calendar}");
    world.finish([notifier]).await;
}
