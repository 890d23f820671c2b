//! Promise 8.

use std::env;

use shared::testing::eventually;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};
use uuid::Uuid;

use crate::support::Store;

/// Delivers a mail by SMTP, as a notifier would.
async fn deliver(to: &str, notification: Uuid) {
    let address = env::var("SMTP_URL").unwrap();
    let mut stream = BufReader::new(TcpStream::connect(address.trim_start_matches("smtp://")).await.unwrap());
    let letter =
        format!("Message-ID: <{notification}@onsale.test>\r\nTo: {to}\r\nSubject: Yours\r\n\r\nHi\r\n.");
    let (from, to) = ("MAIL FROM:<tickets@onsale.test>", format!("RCPT TO:<{to}>"));
    let mut answer = String::new();
    stream.read_line(&mut answer).await.unwrap();
    for line in ["HELO test", from, &to, "DATA", &letter, "QUIT"] {
        stream.write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
        answer.clear();
        stream.read_line(&mut answer).await.unwrap();
        assert!(answer.starts_with(['2', '3']), "{line}: {answer}");
    }
}

/// A store that is held against the mailbox, the mail of its confirmed booking, and who gets it.
async fn with_mailbox() -> (Store, Uuid, String) {
    let mut store = Store::healthy().await;
    store.audit.mailbox = Some(env::var("MAILBOX_URL").unwrap());
    let mail = sqlx::query_scalar("SELECT id FROM notifications").fetch_one(&store.sale.pool).await.unwrap();
    let to = format!("{}@example.test", store.confirmed.user_id);
    (store, mail, to)
}

#[tokio::test]
async fn copies_of_one_mail_count_once() {
    let (store, mail, to) = with_mailbox().await;
    store.waits(8, "did not arrive").await;
    deliver(&to, mail).await;
    deliver(&to, mail).await;
    eventually("two copies", async || {
        let finding = store.finding(8).await;
        (finding.holds() && finding.counts.contains(&("further copies of them", 1))).then_some(())
    })
    .await;
    store.finish().await;
}

#[tokio::test]
async fn a_mail_to_somebody_else_is_found() {
    let (store, mail, _) = with_mailbox().await;
    deliver("eve@example.test", mail).await;
    eventually("the mail", async || (!store.finding(8).await.breaches.is_empty()).then_some(())).await;
    store.breaks(8, "went to somebody else").await;
    store.finish().await;
}

#[tokio::test]
async fn a_booking_without_its_mail_is_found() {
    let store = Store::healthy().await;
    store.run("UPDATE notifications SET status = 'pending'").await;
    store.waits(8, "was not sent").await;
    store.run("UPDATE notifications SET status = 'failed'").await;
    store.breaks(8, "was given up").await;
    store.run("DELETE FROM notifications").await;
    store.waits(8, "was not sent").await;
    store.finish().await;
}

#[tokio::test]
async fn a_booking_with_two_mails_is_found() {
    let store = Store::healthy().await;
    store.run("ALTER TABLE notifications DROP CONSTRAINT notifications_once_key").await;
    store.mail(&store.confirmed).await;
    store.breaks(8, "made 2 mails").await;
    assert_eq!(store.broken().await, [8]);
    store.finish().await;
}
