//! Deciding a scan.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use shared::{
    contracts::{Event, EventKind, events::TicketFact},
    domain::{CheckInId, EventId, EventStatus, Locale, Role, TicketId, TicketStatus},
    store::{events::EventRecord, outbox, tickets},
    tokens::TicketCode,
};
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use super::{
    store::{self, Recorded, Scan, Used},
    views::{AdmittedAt, DoorCounter, DoorList, ScanInput, ScanOutcome, ScanResult, ScannedTicket},
};
use crate::{app::App, extract::Caller, problem::Problem};

/// How far a scanner's clock may be ahead.
const CLOCK_SLACK: Duration = Duration::minutes(5);

/// What a code turned out to be, before anything was changed.
enum Reading {
    /// Signed for this event.
    Good { ticket: TicketId, generation: u8 },
    /// Signed for another event.
    Elsewhere(TicketId),
    /// Not signed by us.
    Forged,
}

/// Decides and records a scan. Sent again it gives the same answer.
pub(super) async fn check_in(app: &App, caller: Caller, input: ScanInput) -> Result<ScanResult, Problem> {
    let event = door_of(app, caller, input.event).await?;
    let now = app.clock.now();
    let scanned_at = input.scanned_at.unwrap_or(now);
    if scanned_at > now + CLOCK_SLACK {
        return Err(Problem::invalid("scanned_at", "is in the future"));
    }
    if let Some(recorded) = store::recorded(&app.pool, input.id).await? {
        return told_again(app, &input, &recorded).await;
    }
    let reading = read(app, &event, &input.code).await?;
    let mut transaction = app.pool.begin().await?;
    let (outcome, ticket) = decide(&mut transaction, &event, &reading, scanned_at, now).await?;
    let scan = Scan {
        id: input.id,
        event_id: event.id,
        ticket_id: ticket,
        door: input.door.trim(),
        staff_id: caller.user,
        scanned_at,
        outcome,
    };
    if !store::record(&mut transaction, &scan).await? {
        // The same scan came twice at the same moment, and the other was quicker: its answer is ours.
        transaction.rollback().await?;
        let recorded = store::recorded(&app.pool, input.id).await?;
        return told_again(app, &input, &recorded.ok_or_else(|| Problem::unavailable(1))?).await;
    }
    transaction.commit().await?;
    result(app, input.id, outcome, ticket).await
}

/// The event, for those who may work at its door: any staff, its organiser, admins.
pub(super) async fn door_of(app: &App, caller: Caller, event: EventId) -> Result<Arc<EventRecord>, Problem> {
    caller.require(&[Role::Staff, Role::Organiser])?;
    let event = app.events.get(event).await?.ok_or_else(|| Problem::not_found("event"))?;
    let foreign = caller.role == Role::Organiser && caller.user != event.organiser_id;
    if event.status == EventStatus::Draft || foreign {
        return Err(Problem::not_found("event"));
    }
    Ok(event)
}

/// How many came in.
pub(super) async fn counter(app: &App, caller: Caller, event: EventId) -> Result<DoorCounter, Problem> {
    let event = door_of(app, caller, event).await?;
    Ok(store::counter(&app.pool, event.id).await?)
}

/// What a door without a network needs.
pub(super) async fn door_list(app: &App, counter: DoorCounter, event: EventId) -> Result<DoorList, Problem> {
    Ok(DoorList {
        event,
        public_key: STANDARD.encode(app.tokens.public_key()),
        counter,
        tickets: store::door_tickets(&app.pool, event).await?,
    })
}

async fn read(app: &App, event: &EventRecord, code: &str) -> Result<Reading, Problem> {
    let Ok(code) = TicketCode::parse(code) else { return Ok(Reading::Forged) };
    let (ticket, generation) = (code.ticket_id, code.generation);
    let key = app.tokens.public_key();
    if code.verifies(event.id, key) {
        return Ok(Reading::Good { ticket, generation });
    }
    let elsewhere = store::event_of(&app.pool, ticket).await?;
    Ok(match elsewhere.filter(|other| code.verifies(*other, key)) {
        Some(_) => Reading::Elsewhere(ticket),
        None => Reading::Forged,
    })
}

async fn decide(
    connection: &mut PgConnection,
    event: &EventRecord,
    reading: &Reading,
    scanned_at: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<(ScanOutcome, Option<TicketId>), Problem> {
    let (ticket, generation) = match *reading {
        Reading::Good { ticket, generation } => (ticket, generation),
        Reading::Elsewhere(ticket) => return Ok((ScanOutcome::WrongEvent, Some(ticket))),
        Reading::Forged => return Ok((ScanOutcome::Forged, None)),
    };
    if event.status == EventStatus::Cancelled {
        return Ok((ScanOutcome::Cancelled, store::standing(connection, ticket).await?.map(|_| ticket)));
    }
    if let Some(used) = store::use_ticket(connection, event.id, ticket, generation, scanned_at).await? {
        outbox::insert(connection, &[fact(event.id, ticket, &used, now)]).await?;
        return Ok((ScanOutcome::Admitted, Some(ticket)));
    }
    let Some((status, newest)) = store::standing(connection, ticket).await? else {
        // Signed by us and not in the store: a store that was set back. It must not admit.
        return Ok((ScanOutcome::Forged, None));
    };
    let outcome = match status {
        TicketStatus::Cancelled => ScanOutcome::Cancelled,
        TicketStatus::Transferred => ScanOutcome::Transferred,
        _ if i16::from(generation) != newest => ScanOutcome::Superseded,
        TicketStatus::Used | TicketStatus::Valid => ScanOutcome::AlreadyUsed,
    };
    Ok((outcome, Some(ticket)))
}

fn fact(event_id: EventId, ticket_id: TicketId, used: &Used, now: OffsetDateTime) -> Event {
    let Used { booking_id, user_id } = *used;
    Event::new(EventKind::TicketUsed(TicketFact { ticket_id, booking_id, event_id, user_id }), now)
}

/// The recorded answer, for the same scan; an error when the id was used for another one.
async fn told_again(app: &App, input: &ScanInput, recorded: &Recorded) -> Result<ScanResult, Problem> {
    let ticket = TicketCode::parse(&input.code).ok().map(|code| code.ticket_id);
    let same_ticket = recorded.ticket_id.is_none() || recorded.ticket_id == ticket;
    if recorded.event_id != input.event || recorded.door != input.door.trim() || !same_ticket {
        return Err(Problem::conflict("check-in-id-reused", "This id belongs to another scan."));
    }
    result(app, input.id, recorded.outcome, recorded.ticket_id).await
}

async fn result(
    app: &App,
    id: CheckInId,
    outcome: ScanOutcome,
    ticket: Option<TicketId>,
) -> Result<ScanResult, Problem> {
    let admitted = match ticket.filter(|_| outcome == ScanOutcome::AlreadyUsed) {
        Some(ticket) => store::admitted(&app.pool, ticket).await?,
        None => None,
    };
    let admitted = admitted.map(|(door, scanned_at)| AdmittedAt { door, scanned_at });
    let message = message(outcome, admitted.as_ref());
    let ticket = match ticket {
        Some(ticket) => scanned(app, ticket).await?,
        None => None,
    };
    Ok(ScanResult { id, outcome, message, ticket, admitted })
}

async fn scanned(app: &App, ticket: TicketId) -> Result<Option<ScannedTicket>, Problem> {
    let Some(ticket) = tickets::find(&app.pool, ticket).await? else { return Ok(None) };
    let Some(event) = app.events.get(ticket.event_id).await? else { return Ok(None) };
    Ok(Some(ScannedTicket {
        id: ticket.id,
        admits_to: ticket.admits_to(&event, Locale::En),
        tier_name: ticket.tier_name(&event),
        holder: ticket.holder,
    }))
}

fn message(outcome: ScanOutcome, admitted: Option<&AdmittedAt>) -> String {
    match (outcome, admitted) {
        (ScanOutcome::Admitted, _) => "Welcome.".into(),
        (ScanOutcome::AlreadyUsed, Some(first)) => format!("Used before, at {}.", first.door),
        (ScanOutcome::AlreadyUsed, None) => "Used before.".into(),
        (ScanOutcome::Cancelled, _) => "Cancelled; the money was returned.".into(),
        (ScanOutcome::Transferred, _) => "Passed on; only the new ticket admits.".into(),
        (ScanOutcome::WrongEvent, _) => "A ticket of another event.".into(),
        (ScanOutcome::Forged, _) => "Not a ticket of ours.".into(),
        (ScanOutcome::Superseded, _) => "An old code; ask for the newest.".into(),
    }
}
