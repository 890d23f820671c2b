//! Check-ins in PostgreSQL.

use shared::{
    domain::{BookingId, CheckInId, EventId, TicketId, TicketStatus, UserId},
    store::tickets::{self, TicketRecord},
};
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

use super::views::{DoorCounter, DoorTicket, ScanOutcome};
use crate::orders::Search;

/// A ticket that was just used.
pub(super) struct Used {
    pub(super) booking_id: BookingId,
    pub(super) user_id: UserId,
}

/// A scan to record.
pub(super) struct Scan<'a> {
    pub(super) id: CheckInId,
    pub(super) event_id: EventId,
    pub(super) ticket_id: Option<TicketId>,
    pub(super) door: &'a str,
    pub(super) staff_id: UserId,
    pub(super) scanned_at: OffsetDateTime,
    pub(super) outcome: ScanOutcome,
}

/// A scan as recorded.
pub(super) struct Recorded {
    pub(super) event_id: EventId,
    pub(super) ticket_id: Option<TicketId>,
    pub(super) door: String,
    pub(super) outcome: ScanOutcome,
}

/// Uses a ticket, if it is valid for this event and its code is the newest. One statement: of many that try at the
/// same time one gets it.
pub(super) async fn use_ticket(
    connection: &mut PgConnection,
    event: EventId,
    ticket: TicketId,
    generation: u8,
    at: OffsetDateTime,
) -> Result<Option<Used>, sqlx::Error> {
    sqlx::query_as!(
        Used,
        r#"UPDATE tickets t SET status = 'used', used_at = $4 FROM bookings b
           WHERE t.id = $1 AND t.event_id = $2 AND t.generation = $3 AND t.status = 'valid' AND b.id = t.booking_id
           RETURNING t.booking_id AS "booking_id: BookingId", b.user_id AS "user_id: UserId""#,
        ticket.0,
        event.0,
        i16::from(generation),
        at
    )
    .fetch_optional(connection)
    .await
}

/// Status and generation of a ticket.
pub(super) async fn standing(
    connection: &mut PgConnection,
    ticket: TicketId,
) -> Result<Option<(TicketStatus, i16)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT status AS "status: TicketStatus", generation FROM tickets WHERE id = $1"#,
        ticket.0
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.status, row.generation)))
}

/// The event of a ticket.
pub(super) async fn event_of(pool: &PgPool, ticket: TicketId) -> Result<Option<EventId>, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT event_id AS "event_id: EventId" FROM tickets WHERE id = $1"#, ticket.0)
        .fetch_optional(pool)
        .await
}

/// Records a scan; `false` when one with this id is recorded already.
pub(super) async fn record(connection: &mut PgConnection, scan: &Scan<'_>) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query!(
        "INSERT INTO check_ins (id, event_id, ticket_id, door, staff_id, scanned_at, outcome)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING",
        scan.id.0,
        scan.event_id.0,
        scan.ticket_id.map(|ticket| ticket.0),
        scan.door,
        scan.staff_id.0,
        scan.scanned_at,
        scan.outcome as ScanOutcome,
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// A scan by its id.
pub(super) async fn recorded(pool: &PgPool, id: CheckInId) -> Result<Option<Recorded>, sqlx::Error> {
    sqlx::query_as!(
        Recorded,
        r#"SELECT event_id AS "event_id: EventId", ticket_id AS "ticket_id: TicketId", door,
                  outcome AS "outcome: ScanOutcome"
           FROM check_ins WHERE id = $1"#,
        id.0
    )
    .fetch_optional(pool)
    .await
}

/// Door and time of the scan that a ticket admitted.
pub(super) async fn admitted(
    pool: &PgPool,
    ticket: TicketId,
) -> Result<Option<(String, OffsetDateTime)>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT door, scanned_at FROM check_ins WHERE ticket_id = $1 AND outcome = 'admitted'",
        ticket.0
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| (row.door, row.scanned_at)))
}

/// How many tickets are where. Nothing a ticket goes through ever goes back, so the version only grows.
pub(super) async fn counter(pool: &PgPool, event: EventId) -> Result<DoorCounter, sqlx::Error> {
    sqlx::query_as!(
        DoorCounter,
        r#"SELECT count(*) FILTER (WHERE t.status = 'valid') AS "expected!",
                  count(*) FILTER (WHERE t.status = 'used') AS "admitted!",
                  count(*) FILTER (WHERE t.status IN ('cancelled', 'transferred')) AS "void!",
                  (count(*) + count(*) FILTER (WHERE t.status <> 'valid')
                      + count(*) FILTER (WHERE t.status IN ('cancelled', 'transferred'))
                      + coalesce(sum(t.generation), 0))::bigint AS "version!"
           FROM bookings b JOIN tickets t ON t.booking_id = b.id WHERE b.event_id = $1"#,
        event.0
    )
    .fetch_one(pool)
    .await
}

/// All tickets of an event.
pub(super) async fn door_tickets(pool: &PgPool, event: EventId) -> Result<Vec<DoorTicket>, sqlx::Error> {
    sqlx::query_as!(
        DoorTicket,
        r#"SELECT t.id AS "id: TicketId", t.generation, t.status AS "status: TicketStatus"
           FROM bookings b JOIN tickets t ON t.booking_id = b.id WHERE b.event_id = $1 ORDER BY t.id"#,
        event.0
    )
    .fetch_all(pool)
    .await
}

/// Tickets that admit or have admitted, by holder.
pub(super) async fn find(
    pool: &PgPool,
    event: EventId,
    search: &Search,
    most: i64,
) -> Result<Vec<TicketRecord>, sqlx::Error> {
    let ids = sqlx::query_scalar!(
        r#"SELECT t.id AS "id: TicketId"
           FROM bookings b JOIN tickets t ON t.booking_id = b.id JOIN users u ON u.id = b.user_id
           WHERE b.event_id = $1 AND t.status IN ('valid', 'used')
             AND (position($2 in lower(u.name)) > 0 OR position($2 in lower(u.email)) > 0
                  OR position($3 in b.id::text) > 0 OR position($3 in t.id::text) > 0
                  OR t.seat_index = ANY($4::integer[]))
           ORDER BY lower(u.name), t.seat_index, t.id LIMIT $5"#,
        event.0,
        search.text,
        search.id,
        &search.seats,
        most
    )
    .fetch_all(pool)
    .await?;
    tickets::of_ids(pool, &ids).await
}
