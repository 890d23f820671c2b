//! One mail a booking, by real SMTP, opened from the mailbox.

use std::{path::Path, process::Command};

use mail_parser::{MessageParser, MimeHeaders as _};
use shared::{
    clock::Clock,
    contracts::{Event, EventKind, events::BookingFact, process_booking::Admission},
    domain::{BookingId, Demand, EventId, TicketStatus, UserId},
    testing::{eventually, sale::Sale},
    tokens::TicketCode,
};
use sqlx::Row as _;

use crate::support::{Notifier, World, mails_to};

/// A sale with one booking of two seats and a standing place.
pub(crate) struct Booked {
    pub(crate) sale: Sale,
    pub(crate) user: UserId,
    pub(crate) booking: BookingId,
}

impl Booked {
    pub(crate) async fn new(world: &World) -> Self {
        let sale = Sale::open(&world.engines.pool, Demand::Direct, 4).await;
        let user = sale.fan().await;
        let seats = [Admission::Seat(12), Admission::Seat(13), Admission::Area(0)];
        let command = sale.accepted(user, &seats).await;
        sale.commit(&command).await;
        sqlx::query("UPDATE users SET name = 'Zoë Žluťoučká' WHERE id = $1")
            .bind(user)
            .execute(&sale.pool)
            .await
            .unwrap();
        Self { sale, user, booking: command.booking_id }
    }

    pub(crate) fn fact(&self) -> BookingFact {
        BookingFact {
            booking_id: self.booking,
            event_id: self.sale.event_id,
            user_id: self.user,
            reason: None,
        }
    }

    pub(crate) fn confirmed(&self) -> Event {
        World::fact(EventKind::BookingConfirmed(self.fact()))
    }

    pub(crate) fn address(&self) -> String {
        format!("{}@example.test", self.user)
    }

    /// Status and retry count of the mail's row, once it is no longer pending.
    pub(crate) async fn settled(&self) -> (String, i32) {
        eventually("the mail is settled", || async {
            let row = sqlx::query(
                "SELECT status, retry_count FROM notifications WHERE booking_id = $1 AND status <> 'pending'",
            )
            .bind(self.booking)
            .fetch_optional(&self.sale.pool)
            .await
            .unwrap()?;
            Some((row.get(0), row.get(1)))
        })
        .await
    }
}

/// Waits until neither the mail queue nor its retry queues hold anything, in anybody's hands or not.
async fn drained(notifiers: &[Notifier], handled: u64) {
    eventually("every message was handled", || async {
        let mut settled = 0;
        for notifier in notifiers {
            let (_, text) = crate::support::get(&format!("http://{}/metrics", notifier.address), &[]).await;
            let text = String::from_utf8_lossy(&text).into_owned();
            let finished = ["Sent", "Duplicate", "Failed"];
            settled += text
                .lines()
                .filter(|line| {
                    finished
                        .iter()
                        .any(|outcome| line.contains(&format!("mails_total{{outcome=\"{outcome}\"}}")))
                })
                .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
                .sum::<u64>();
        }
        (settled >= handled).then_some(())
    })
    .await;
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn a_confirmed_booking_brings_tickets_that_open_the_door() {
    let world = World::new().await;
    let booked = Booked::new(&world).await;
    let notifier = world.notifier().await;
    world.publish(&booked.confirmed()).await;
    assert_eq!(booked.settled().await, ("sent".into(), 0));
    let mails = mails_to(&booked.address()).await;
    assert_eq!(mails.len(), 1);

    let mail = MessageParser::default().parse(&mails[0]).unwrap();
    assert_eq!(mail.subject(), Some("Your tickets for Hamlet"));
    assert_eq!(mail.from().unwrap().first().unwrap().address(), Some("tickets@onsale.example"));
    let notification: uuid::Uuid =
        sqlx::query_scalar("SELECT id FROM notifications").fetch_one(&booked.sale.pool).await.unwrap();
    assert_eq!(mail.message_id(), Some(format!("{notification}@onsale.example").as_str()));
    let link = format!("https://tickets.example/bookings/{}", booked.booking);
    for body in [mail.body_text(0).unwrap(), mail.body_html(0).unwrap()] {
        for expected in ["Zoë Žluťoučká", "Hamlet", "Stalls", "Pit", "GBP 135.00", "Globe, London", &link]
        {
            assert!(body.contains(expected), "{expected} is not in {body}");
        }
    }

    let attachments: Vec<_> = mail.attachments().collect();
    let names: Vec<_> = attachments.iter().filter_map(|part| part.attachment_name()).collect();
    assert_eq!(names, ["tickets.pdf", "event.ics"]);
    check_tickets(&world, &booked, attachments[0].contents()).await;
    check_calendar(&booked, std::str::from_utf8(attachments[1].contents()).unwrap());
    world.finish([notifier]).await;
}

/// One page a ticket; each page's code, read from the rendered page, is one of the booking's.
async fn check_tickets(world: &World, booked: &Booked, pdf: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tickets.pdf"), pdf).unwrap();
    run("pdftoppm", &["-r", "120", "-png", "tickets.pdf", "page"], folder.path());
    let mut expected: Vec<uuid::Uuid> = sqlx::query_scalar("SELECT id FROM tickets WHERE booking_id = $1")
        .bind(booked.booking)
        .fetch_all(&booked.sale.pool)
        .await
        .unwrap();
    let mut found = Vec::new();
    for page in 1..=3 {
        let code = run("zbarimg", &["--quiet", "--raw", &format!("page-{page}.png")], folder.path());
        let code = TicketCode::parse(&code).unwrap();
        assert!(code.verifies(booked.sale.event_id, world.tokens.public_key()));
        assert!(!code.verifies(EventId::new(), world.tokens.public_key()));
        found.push(code.ticket_id.0);
    }
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    let text = run("pdftotext", &["tickets.pdf", "-"], folder.path());
    assert!(text.contains("Zoë Žluťoučká") && text.contains("Pit"), "{text}");
}

fn check_calendar(booked: &Booked, file: &str) {
    let file = file.replace("\r\n ", "");
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!((lines.first(), lines.last()), (Some(&"BEGIN:VCALENDAR"), Some(&"END:VCALENDAR")));
    for expected in [
        "METHOD:PUBLISH",
        "SUMMARY:Hamlet",
        "LOCATION:Globe\\, London",
        &format!("UID:booking-{}@onsale", booked.booking),
    ] {
        assert!(lines.contains(&expected), "{expected} is not in {lines:#?}");
    }
    let start = lines.iter().find_map(|line| line.strip_prefix("DTSTART:")).unwrap();
    assert!(start.len() == 16 && start.ends_with('Z') && start.as_bytes()[8] == b'T', "{start}");
}

/// Waits for the next try no longer than a test needs.
pub(crate) fn quick(config: &mut notifier::config::Config) {
    config.mail.mail_retry_waits_ms = vec![100; 5];
}

#[tokio::test]
async fn a_fact_that_comes_often_to_several_notifiers_makes_one_mail() {
    let world = World::new().await;
    let booked = Booked::new(&world).await;
    let notifiers = [world.notifier_with(quick).await, world.notifier_with(quick).await];
    let event = booked.confirmed();
    for _ in 0..6 {
        world.publish(&event).await;
    }
    drained(&notifiers, 6).await;
    assert_eq!(booked.settled().await.0, "sent");
    assert_eq!(mails_to(&booked.address()).await.len(), 1);
    world.finish(notifiers).await;
}

#[tokio::test]
async fn a_mail_that_is_asked_for_again_is_a_mail_of_its_own() {
    use shared::contracts::events::MailRequest;
    let world = World::new().await;
    let booked = Booked::new(&world).await;
    let notifier = world.notifier().await;
    world.publish(&booked.confirmed()).await;
    assert_eq!(booked.settled().await.0, "sent");
    let request = MailRequest {
        booking_id: booked.booking,
        event_id: booked.sale.event_id,
        user_id: booked.user,
        copy: 1,
    };
    // As the API writes it, in the transaction of the fact.
    sqlx::query(
        "INSERT INTO notifications (id, booking_id, channel, template)
         VALUES (gen_random_uuid(), $1, 'email', $2)",
    )
    .bind(booked.booking)
    .bind(request.template())
    .execute(&booked.sale.pool)
    .await
    .unwrap();
    let event = World::fact(EventKind::MailRequested(request));
    for _ in 0..3 {
        world.publish(&event).await;
    }
    drained(std::slice::from_ref(&notifier), 4).await;
    let sent = "SELECT count(*) FROM notifications WHERE status = 'sent'";
    assert_eq!(booked.sale.count(sent).await, 2);
    let mails = mails_to(&booked.address()).await;
    let mails: Vec<_> = mails.iter().map(|mail| MessageParser::default().parse(mail).unwrap()).collect();
    assert_eq!(mails.len(), 2, "one more, however often the fact comes");
    assert_ne!(mails[0].message_id(), mails[1].message_id(), "no mailbox takes it for the first one");
    assert_eq!(mails[1].subject(), Some("Your tickets for Hamlet"));
    assert_eq!(mails[1].attachments().next().unwrap().attachment_name(), Some("tickets.pdf"));
    world.finish([notifier]).await;
}

#[tokio::test]
async fn a_rejected_and_a_cancelled_booking_are_told_without_tickets() {
    let world = World::new().await;
    let booked = Booked::new(&world).await;
    let other = booked.sale.fan().await;
    let late = booked.sale.accepted(other, &[Admission::Seat(12)]).await;
    booked.sale.commit(&late).await;
    let mut connection = booked.sale.pool.acquire().await.unwrap();
    shared::store::bookings::cancel::cancel(&mut connection, &[booked.booking], Clock::System.now())
        .await
        .unwrap();
    drop(connection);
    let statuses: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT status FROM tickets").fetch_all(&booked.sale.pool).await.unwrap();
    assert_eq!(statuses, [TicketStatus::Cancelled.as_str()]);

    let notifier = world.notifier().await;
    let rejected = BookingFact { booking_id: late.booking_id, user_id: other, ..booked.fact() };
    world.publish(&World::fact(EventKind::BookingRejected(rejected))).await;
    world.publish(&World::fact(EventKind::BookingCancelled(booked.fact()))).await;
    drained(std::slice::from_ref(&notifier), 2).await;

    let mails = mails_to(&format!("{other}@example.test")).await;
    let mail = MessageParser::default().parse(&mails[0]).unwrap();
    assert_eq!(mail.subject(), Some("Your booking for Hamlet did not work out"));
    assert!(mail.body_text(0).unwrap().contains("Somebody else was faster"), "{:?}", mail.body_text(0));
    assert_eq!(mail.attachment_count(), 0);

    let mails = mails_to(&booked.address()).await;
    let mail = MessageParser::default().parse(&mails[0]).unwrap();
    assert_eq!(mail.subject(), Some("Your booking for Hamlet is cancelled"));
    assert!(mail.body_html(0).unwrap().contains("GBP 135.00"));
    let calendar = mail.attachments().next().unwrap();
    assert_eq!(calendar.attachment_name(), Some("event.ics"));
    assert!(std::str::from_utf8(calendar.contents()).unwrap().contains("STATUS:CANCELLED"));
    world.finish([notifier]).await;
}
