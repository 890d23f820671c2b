//! Who may see a ticket, and what is printed.

use std::sync::{Arc, LazyLock};

use shared::{
    domain::{BookingId, Locale, Role, TicketId},
    store::{
        events::EventRecord,
        tickets::{self, TicketRecord},
    },
    ticket_document::{TicketDocument, qr_svg},
};
use tokio::sync::Semaphore;

use super::views::{PageQuery, TicketPage, TicketView};
use crate::{app::App, extract::Caller, problem::Problem};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 100;

/// Documents printed at the same time: as many as there are processors to do it.
static PRINTERS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)));

/// The caller's tickets, newest first.
pub(super) async fn list(
    app: &App,
    caller: Caller,
    query: PageQuery,
    locale: Locale,
) -> Result<TicketPage, Problem> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Problem::invalid("limit", "from 1 to 100"));
    }
    let mut found = tickets::of_user(&app.pool, caller.user, query.cursor, i64::from(limit) + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next_cursor = found.last().map(|ticket| ticket.id).filter(|_| more);
    let mut items = Vec::with_capacity(found.len());
    for ticket in &found {
        let event = event_of(app, ticket).await?;
        items.push(TicketView::new(ticket, &event, &app.tokens, locale));
    }
    Ok(TicketPage { items, next_cursor })
}

/// A ticket that is the caller's, or of an event the caller organises. Others do not learn that it exists.
pub(super) async fn seen(
    app: &App,
    caller: Caller,
    ticket: TicketId,
) -> Result<(TicketRecord, Arc<EventRecord>), Problem> {
    let ticket = tickets::find(&app.pool, ticket).await?.ok_or_else(|| Problem::not_found("ticket"))?;
    let event = event_of(app, &ticket).await?;
    if may_see(caller, &ticket, &event) { Ok((ticket, event)) } else { Err(Problem::not_found("ticket")) }
}

/// The QR of a ticket that admits.
pub(super) async fn qr(app: &App, caller: Caller, ticket: TicketId) -> Result<String, Problem> {
    let (ticket, _) = seen(app, caller, ticket).await?;
    qr_svg(&live(&ticket)?.code(&app.tokens)).map_err(Problem::internal)
}

/// The PDF of one ticket that admits, in its holder's language where none is asked for.
pub(super) async fn pdf(
    app: &App,
    caller: Caller,
    ticket: TicketId,
    asked: Option<Locale>,
) -> Result<Vec<u8>, Problem> {
    let (ticket, event) = seen(app, caller, ticket).await?;
    live(&ticket)?;
    let locale = asked.unwrap_or(ticket.locale);
    print(tickets::document(&event, &app.tokens, &[ticket], locale)).await
}

/// The PDF of a booking's tickets that admit, in their holder's language where none is asked for.
pub(super) async fn booking_pdf(
    app: &App,
    caller: Caller,
    booking: BookingId,
    asked: Option<Locale>,
) -> Result<Vec<u8>, Problem> {
    let mut found = tickets::of_booking(&app.pool, booking).await?;
    let first = found.first().ok_or_else(|| Problem::not_found("booking"))?;
    let event = event_of(app, first).await?;
    if !may_see(caller, first, &event) {
        return Err(Problem::not_found("booking"));
    }
    let locale = asked.unwrap_or(first.locale);
    found.retain(TicketRecord::is_live);
    if found.is_empty() {
        return Err(not_valid());
    }
    print(tickets::document(&event, &app.tokens, &found, locale)).await
}

async fn print(document: Option<TicketDocument>) -> Result<Vec<u8>, Problem> {
    let document = document.ok_or_else(|| Problem::not_found("ticket"))?;
    let _printer = PRINTERS.acquire().await.map_err(Problem::internal)?;
    let printed = tokio::task::spawn_blocking(move || document.pdf()).await;
    printed.map_err(Problem::internal)?.map_err(Problem::internal)
}

async fn event_of(app: &App, ticket: &TicketRecord) -> Result<Arc<EventRecord>, Problem> {
    app.events.get(ticket.event_id).await?.ok_or_else(|| Problem::not_found("ticket"))
}

fn may_see(caller: Caller, ticket: &TicketRecord, event: &EventRecord) -> bool {
    caller.user == ticket.user_id
        || caller.role == Role::Admin
        || (caller.role == Role::Organiser && caller.user == event.organiser_id)
}

fn live(ticket: &TicketRecord) -> Result<&TicketRecord, Problem> {
    if ticket.is_live() { Ok(ticket) } else { Err(not_valid()) }
}

fn not_valid() -> Problem {
    Problem::gone("ticket-not-valid", "It was cancelled or passed on and admits nobody any more.")
}
