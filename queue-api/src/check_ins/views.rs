//! What a scanner sends and sees.

use garde::Validate;
use serde::{Deserialize, Serialize};
use shared::domain::{CheckInId, EventId, TicketId, TicketStatus};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// A scan.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScanInput {
    /// Made by the scanner; the same scan sent again counts once and gets the same answer.
    #[garde(skip)]
    pub(super) id: CheckInId,
    /// The event at whose door it was.
    #[garde(skip)]
    pub(super) event: EventId,
    /// What the QR said, whatever it was.
    #[garde(length(bytes, max = 1000))]
    pub(super) code: String,
    /// Which door.
    #[garde(custom(a_door))]
    pub(super) door: String,
    /// When, for a scan that is told of later; by default now.
    #[garde(skip)]
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub(super) scanned_at: Option<OffsetDateTime>,
}

/// What the door does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(super) enum ScanOutcome {
    /// Let in.
    Admitted,
    /// Somebody came in with it before.
    AlreadyUsed,
    /// The ticket, or the whole event, was cancelled.
    Cancelled,
    /// It was passed on; the new one admits.
    Transferred,
    /// A good ticket of another event.
    WrongEvent,
    /// No ticket of ours.
    Forged,
    /// The code was replaced by a newer one.
    Superseded,
}

/// The answer to a scan.
#[derive(Serialize, ToSchema)]
pub(super) struct ScanResult {
    pub(super) id: CheckInId,
    pub(super) outcome: ScanOutcome,
    /// One sentence for the scanner's screen.
    pub(super) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ticket: Option<ScannedTicket>,
    /// Of one that was used before: by which scan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) admitted: Option<AdmittedAt>,
}

/// The ticket, for the scanner's screen.
#[derive(Serialize, ToSchema)]
pub(super) struct ScannedTicket {
    pub(super) id: TicketId,
    pub(super) admits_to: String,
    pub(super) tier_name: String,
    pub(super) holder: String,
}

/// When and where a ticket admitted.
#[derive(Serialize, ToSchema)]
pub(super) struct AdmittedAt {
    pub(super) door: String,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) scanned_at: OffsetDateTime,
}

/// Everything a door needs to work without a network: no names, no addresses.
#[derive(Serialize, ToSchema)]
pub(super) struct DoorList {
    pub(super) event: EventId,
    /// Ed25519, 32 bytes in base64: checks codes offline (see `docs/tickets.md`).
    pub(super) public_key: String,
    pub(super) counter: DoorCounter,
    pub(super) tickets: Vec<DoorTicket>,
}

/// How many came in.
#[derive(Clone, Copy, Serialize, ToSchema)]
pub(super) struct DoorCounter {
    /// Tickets that may still admit.
    pub(super) expected: i64,
    /// Tickets that have admitted.
    pub(super) admitted: i64,
    /// Tickets that admit no more.
    pub(super) void: i64,
    /// Grows with every change of any ticket.
    #[serde(skip)]
    pub(super) version: i64,
}

/// A ticket as an offline door knows it.
#[derive(Serialize, ToSchema)]
pub(super) struct DoorTicket {
    pub(super) id: TicketId,
    /// Codes of a lower one are void.
    pub(super) generation: i16,
    pub(super) status: TicketStatus,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature garde asks for")]
fn a_door(door: &str, (): &()) -> garde::Result {
    let length = door.trim().chars().count();
    if !(1..=100).contains(&length) || door.chars().any(char::is_control) {
        return Err(garde::Error::new("must be 1 to 100 characters, no control characters"));
    }
    Ok(())
}
