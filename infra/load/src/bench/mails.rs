//! The least that mails cost: lettre and the mail server, with as many bytes as Onsale's.

use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Attachment, MultiPart, header::ContentType},
};
use secrecy::{ExposeSecret as _, SecretString};

/// Connections to the mail server.
const AT_ONCE: usize = 8;
/// The words of a mail, as text and as HTML.
const WORDS: usize = 6_000;

/// Sends so many mails with an attachment of so many bytes; how long it takes.
pub(super) async fn send(smtp: &SecretString, count: u32, bytes: usize) -> anyhow::Result<Duration> {
    let smtp = AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp.expose_secret())?.build();
    let document: Vec<u8> = (0..bytes).map(|_| rand::random()).collect();
    let begun = Instant::now();
    let send = |number| {
        let (smtp, mail) = (&smtp, mail(number, &document));
        async move {
            smtp.send(mail?).await?;
            anyhow::Ok(())
        }
    };
    stream::iter(0..count).map(send).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    Ok(begun.elapsed())
}

fn mail(number: u32, document: &[u8]) -> anyhow::Result<Message> {
    let words = "word ".repeat(WORDS / 5);
    let pdf = Attachment::new("tickets.pdf".to_owned())
        .body(document.to_vec(), ContentType::parse("application/pdf")?);
    let parts =
        MultiPart::mixed().multipart(MultiPart::alternative_plain_html(words.clone(), words)).singlepart(pdf);
    Ok(Message::builder()
        .from("bench@onsale.example".parse()?)
        .to(format!("floor-{number}@fans.example").parse()?)
        .subject("The floor")
        .multipart(parts)?)
}
