//! From the mail to the door: the ticket is opened as its reader would, and scanned.

use anyhow::{Context as _, ensure};
use client::Call;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    World,
    mail::{Mail, read_codes},
    people::Person,
    steps::Steps,
};

/// Opens the confirmation, reads its codes, checks the first in once, and is refused the second time.
pub(crate) async fn from_mail_to_door(
    world: &World,
    steps: &mut Steps,
    event: &str,
    fan: &Person,
    tickets: usize,
) -> anyhow::Result<()> {
    let mail = steps.take("the mail comes, once", world.mailbox.wait_for(&fan.email, "")).await?;
    let codes = steps
        .take(
            "it has text, HTML, a calendar file and a PDF; each page's QR is read",
            open(&mail, fan, tickets),
        )
        .await?;
    let code = codes.first().context("a code")?;
    steps.take("the door admits", scan(world, event, code, "admitted")).await?;
    steps.take("the door refuses the same code", scan(world, event, code, "already_used")).await
}

async fn open(mail: &Mail, fan: &Person, tickets: usize) -> anyhow::Result<Vec<String>> {
    ensure!(!mail.subject.is_empty(), "the mail has no subject");
    ensure!(mail.text.contains(&fan.name), "the text does not greet {}", fan.name);
    ensure!(mail.html.contains("<html"), "the HTML part is none");
    let calendar = mail.calendar.as_deref().context("no calendar file")?;
    ensure!(calendar.starts_with("BEGIN:VCALENDAR"), "the calendar file is none");
    let codes = read_codes(mail.pdf.as_deref().context("no PDF")?).await?;
    ensure!(codes.len() == tickets, "{} pages, {tickets} were due", codes.len());
    Ok(codes)
}

/// Scans a code at the door of an event.
pub(crate) async fn scan(world: &World, event: &str, code: &str, outcome: &str) -> anyhow::Result<()> {
    let said = try_scan(world, event, code).await?;
    ensure!(said["outcome"] == outcome, "the door says {said}, {outcome} was due");
    Ok(())
}

async fn try_scan(world: &World, event: &str, code: &str) -> anyhow::Result<Value> {
    let input = json!({"id": Uuid::now_v7(), "event": event, "code": code, "door": "Main entrance"});
    world.api.call(Call::post("/api/check-ins", &input).by(&world.crew.staff.token)).await?.expect(200)
}
