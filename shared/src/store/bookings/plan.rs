//! Sorting a batch: what is decided already, what can never be, what is to be confirmed, what rejected.

use std::collections::HashMap;

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{Command, Decided, Outcome};
use crate::{
    contracts::{ProcessBooking, process_booking::Admission},
    domain::{BookingId, BookingStatus, EventStatus, PaymentStatus, RejectionReason},
    payments::{Charge, ChargeReference},
};

/// How a command stands before it is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not decided yet.
    Open,
    /// Decided earlier.
    Decided,
    /// No booking can come of it.
    Invalid,
}

/// How commands stand right now, one each, in order. Takes no locks: [`super::commit`] looks again.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn standings(pool: &PgPool, commands: &[ProcessBooking]) -> Result<Vec<Standing>, sqlx::Error> {
    let payments: Vec<Uuid> = commands.iter().map(|command| command.payment_id.0).collect();
    let known = read(&mut *pool.acquire().await?, &payments).await?;
    let standing = |command: &ProcessBooking| match known.get(&command.payment_id.0) {
        None => Standing::Invalid,
        Some(known) if problem(command, known).is_some() => Standing::Invalid,
        Some(known) if known.booking_status.is_some() => Standing::Decided,
        Some(_) => Standing::Open,
    };
    Ok(commands.iter().map(standing).collect())
}

/// Rejections known so far, by booking.
pub(super) type Refused = HashMap<BookingId, RejectionReason>;

/// What to write for a batch.
pub(super) struct Plan<'a> {
    /// To be confirmed, in the order of their ids.
    pub(super) confirm: Vec<&'a ProcessBooking>,
    /// To be rejected, in the order of their ids.
    pub(super) reject: Vec<(&'a ProcessBooking, RejectionReason)>,
    /// One a command.
    outcomes: Vec<Outcome>,
    decided: HashMap<BookingId, Decided>,
}

/// What the store knows of a command.
struct Known {
    booking_id: Uuid,
    hold_id: Uuid,
    event_id: Uuid,
    user_id: Uuid,
    amount_minor: i64,
    currency: String,
    payment_status: PaymentStatus,
    gateway_reference: Option<String>,
    event_status: EventStatus,
    booking_status: Option<BookingStatus>,
    reason: Option<RejectionReason>,
}

impl<'a> Plan<'a> {
    /// Locks the payments of the batch, in the order of their ids, and sorts it. Until the transaction ends
    /// nobody else decides these bookings or gives up these payments.
    pub(super) async fn make(
        connection: &mut PgConnection,
        commands: &[Command<'a>],
        refused: &Refused,
    ) -> Result<Self, sqlx::Error> {
        let payments: Vec<Uuid> = commands.iter().map(|command| command.booking.payment_id.0).collect();
        lock(connection, &payments).await?;
        // A second statement, so that its snapshot is younger than the locks: it sees every earlier decision.
        let known = read(connection, &payments).await?;
        let mut plan =
            Self { confirm: Vec::new(), reject: Vec::new(), outcomes: Vec::new(), decided: HashMap::new() };
        for command in commands {
            let outcome = plan.add(command.booking, known.get(&command.booking.payment_id.0), refused);
            plan.outcomes.push(outcome);
        }
        plan.confirm.sort_by_key(|booking| booking.booking_id);
        plan.reject.sort_by_key(|(booking, _)| booking.booking_id);
        Ok(plan)
    }

    fn add(&mut self, booking: &'a ProcessBooking, known: Option<&Known>, refused: &Refused) -> Outcome {
        let Some(known) = known else { return Outcome::Invalid("its payment is unknown") };
        if let Some(problem) = problem(booking, known) {
            return Outcome::Invalid(problem);
        }
        // The same command twice in one batch: the first one counts.
        if let Some(decided) = self.decided.get(&booking.booking_id) {
            return Outcome::Decided(Decided { fresh: false, ..decided.clone() });
        }
        let decided = self.sort(booking, known, refused.get(&booking.booking_id).copied());
        self.decided.insert(booking.booking_id, decided.clone());
        Outcome::Decided(decided)
    }

    fn sort(
        &mut self,
        booking: &'a ProcessBooking,
        known: &Known,
        refused: Option<RejectionReason>,
    ) -> Decided {
        let (status, reason, fresh) = match known.booking_status {
            Some(status) => (status, known.reason, false),
            None => match rejection(known).or(refused) {
                Some(reason) => {
                    self.reject.push((booking, reason));
                    (BookingStatus::Rejected, Some(reason), true)
                }
                None => {
                    self.confirm.push(booking);
                    (BookingStatus::Confirmed, None, true)
                }
            },
        };
        Decided {
            booking_id: booking.booking_id,
            status,
            reason,
            fresh,
            payment: known.payment_status,
            charge: Charge {
                payment_id: booking.payment_id,
                reference: known.gateway_reference.clone().map(ChargeReference),
            },
        }
    }

    /// One outcome a command, in order.
    pub(super) fn into_outcomes(self) -> Vec<Outcome> {
        self.outcomes
    }
}

/// What the store already knows against confirming.
fn rejection(known: &Known) -> Option<RejectionReason> {
    if known.payment_status != PaymentStatus::Authorized {
        return Some(RejectionReason::PaymentVoided);
    }
    (known.event_status != EventStatus::Published).then_some(RejectionReason::EventNotOnSale)
}

/// Why no booking can ever come of a command.
fn problem(booking: &ProcessBooking, known: &Known) -> Option<&'static str> {
    let same = known.booking_id == booking.booking_id.0
        && known.hold_id == booking.hold_id.0
        && known.event_id == booking.event_id.0
        && known.user_id == booking.user_id.0;
    let fits = |item: &crate::contracts::process_booking::BookingItem| {
        let what = match item.what {
            Admission::Seat(seat) => i32::try_from(seat).is_ok(),
            Admission::Area(area) => i16::try_from(area).is_ok(),
        };
        what && item.price_minor >= 0 && i16::try_from(item.tier).is_ok()
    };
    if !same {
        Some("its payment is of something else")
    } else if booking.items.is_empty() || !booking.items.iter().all(fits) {
        Some("its items make no booking")
    } else if total(booking) != Some(known.amount_minor) || booking.currency.as_str() != known.currency {
        Some("its payment is of another amount")
    } else {
        None
    }
}

/// `None`: more than can be counted.
fn total(booking: &ProcessBooking) -> Option<i64> {
    booking.items.iter().try_fold(0_i64, |sum, item| sum.checked_add(item.price_minor))
}

async fn lock(connection: &mut PgConnection, payments: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query_scalar!("SELECT id FROM payments WHERE id = ANY($1) ORDER BY id FOR UPDATE", payments)
        .fetch_all(connection)
        .await
        .map(|_| ())
}

async fn read(connection: &mut PgConnection, payments: &[Uuid]) -> Result<HashMap<Uuid, Known>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT p.id, p.booking_id, p.hold_id, p.event_id, p.user_id, p.amount_minor, p.currency,
                  p.gateway_reference, p.status AS "payment_status: PaymentStatus",
                  e.status AS "event_status: EventStatus",
                  b.status AS "booking_status?: BookingStatus", b.reason AS "reason?: RejectionReason"
           FROM payments p
           JOIN events e ON e.id = p.event_id
           LEFT JOIN bookings b ON b.id = p.booking_id
           WHERE p.id = ANY($1)"#,
        payments,
    )
    .fetch_all(connection)
    .await?;
    let known = rows.into_iter().map(|row| {
        let known = Known {
            booking_id: row.booking_id,
            hold_id: row.hold_id,
            event_id: row.event_id,
            user_id: row.user_id,
            amount_minor: row.amount_minor,
            currency: row.currency,
            payment_status: row.payment_status,
            gateway_reference: row.gateway_reference,
            event_status: row.event_status,
            booking_status: row.booking_status,
            reason: row.reason,
        };
        (row.id, known)
    });
    Ok(known.collect())
}
