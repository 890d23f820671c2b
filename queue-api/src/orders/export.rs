//! The orders of an event as a table, made while it is sent: a page at a time is in memory.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use shared::{
    contracts::process_booking::Admission,
    domain::{AreaIndex, BookingId, Currency, Locale, SeatIndex},
    store::events::EventRecord,
};
use time::format_description::well_known::Rfc3339;

use super::{
    csv,
    store::{self, ExportRow},
};
use crate::app::App;

/// Orders read at once.
const PAGE: i64 = 1_000;

const HEADINGS: [&str; 15] = [
    "booking",
    "status",
    "reason",
    "created_at",
    "buyer_name",
    "buyer_email",
    "ticket_count",
    "tickets",
    "currency",
    "total",
    "captured",
    "refunded",
    "gateway",
    "payment_status",
    "mail_status",
];

/// Where the export stands.
struct Position {
    app: Arc<App>,
    event: Arc<EventRecord>,
    after: Option<BookingId>,
    ended: bool,
}

/// The table, its first part read already: what fails before the first line is an error, what fails later cuts the
/// answer off.
///
/// # Errors
/// When PostgreSQL is away.
pub(super) async fn lines(
    app: &Arc<App>,
    event: Arc<EventRecord>,
) -> Result<impl Stream<Item = sqlx::Result<Bytes>> + use<>, sqlx::Error> {
    let mut headings = String::new();
    csv::line(&mut headings, HEADINGS);
    let mut position = Position { app: Arc::clone(app), event, after: None, ended: false };
    let first = position.read().await?;
    let rest = stream::try_unfold(position, async |mut position: Position| {
        if position.ended {
            return Ok(None);
        }
        let part = position.read().await?;
        Ok(Some((part, position)))
    });
    Ok(stream::iter([Ok(Bytes::from(headings)), Ok(first)]).chain(rest))
}

impl Position {
    async fn read(&mut self) -> sqlx::Result<Bytes> {
        let rows = store::export(&self.app.pool, self.event.id, self.after, PAGE).await?;
        self.ended = i64::try_from(rows.len()).unwrap_or(PAGE) < PAGE;
        self.after = rows.last().map_or(self.after, |row| Some(row.id));
        let mut part = String::with_capacity(rows.len() * 200);
        for row in &rows {
            csv::line(&mut part, cells(&self.event, row));
        }
        Ok(part.into())
    }
}

fn cells(event: &EventRecord, row: &ExportRow) -> [String; HEADINGS.len()] {
    let amount = |minor| decimal(minor, event.currency);
    [
        row.id.to_string(),
        row.status.to_string(),
        row.reason.map_or_else(String::new, |reason| reason.to_string()),
        row.created_at.format(&Rfc3339).unwrap_or_default(),
        row.buyer_name.clone().unwrap_or_default(),
        row.buyer_email.clone().unwrap_or_default(),
        row.ticket_count.to_string(),
        admits_to(event, row),
        event.currency.to_string(),
        amount(row.total_minor),
        amount(row.captured_minor),
        amount(row.refunded_minor),
        row.gateway.clone(),
        row.payment_status.to_string(),
        row.mail_status.map_or_else(String::new, |status| status.to_string()),
    ]
}

fn admits_to(event: &EventRecord, row: &ExportRow) -> String {
    let tickets = row.seats.iter().zip(&row.areas);
    let what = tickets.filter_map(|(seat, area)| match SeatIndex::try_from(*seat) {
        Ok(seat) => Some(Admission::Seat(seat)),
        Err(_) => AreaIndex::try_from(*area).ok().map(Admission::Area),
    });
    what.map(|what| event.admission_label(what, Locale::En)).collect::<Vec<_>>().join("; ")
}

/// `135.00`, with the digits of the currency.
fn decimal(minor: i64, currency: Currency) -> String {
    let money = shared::domain::Money::new(minor, currency).to_string();
    money.rsplit(' ').next().unwrap_or_default().to_owned()
}
