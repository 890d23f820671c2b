//! Sorting a batch: what is decided already, what can never be, what is to be confirmed, what rejected.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Command, Decided, Outcome};
use crate::{
    contracts::{ProcessBooking, process_booking::Admission},
    domain::{BookingId, BookingStatus, EventStatus, PaymentStatus, RejectionReason},
    payments::{Charge, ChargeReference},
};

/// Rejections known so far, by booking.
pub(super) type Refused = HashMap<BookingId, RejectionReason>;

/// What to write for a batch.
pub(super) struct Plan<'a> {
    /// To be confirmed, in the order of their ids.
    pub(super) confirm: Vec<&'a ProcessBooking>,
    /// To be rejected, in the order of their ids.
    pub(super) reject: Vec<(&'a ProcessBooking, RejectionReason)>,
    outcomes: HashMap<BookingId, Outcome>,
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
        let known = lock_and_read(connection, commands).await?;
        let mut plan = Self { confirm: Vec::new(), reject: Vec::new(), outcomes: HashMap::new() };
        for command in commands {
            plan.add(command.booking, known.get(&command.booking.payment_id.0), refused);
        }
        plan.confirm.sort_by_key(|booking| booking.booking_id);
        plan.reject.sort_by_key(|(booking, _)| booking.booking_id);
        Ok(plan)
    }

    fn add(&mut self, booking: &'a ProcessBooking, known: Option<&Known>, refused: &Refused) {
        // The same command twice in one batch: the first one counts.
        if self.outcomes.contains_key(&booking.booking_id) {
            return;
        }
        let outcome = match known {
            None => Outcome::Invalid("its payment is unknown"),
            Some(known) => match problem(booking, known) {
                Some(problem) => Outcome::Invalid(problem),
                None => self.sort(booking, known, refused.get(&booking.booking_id).copied()),
            },
        };
        self.outcomes.insert(booking.booking_id, outcome);
    }

    fn sort(
        &mut self,
        booking: &'a ProcessBooking,
        known: &Known,
        refused: Option<RejectionReason>,
    ) -> Outcome {
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
        Outcome::Decided(Decided {
            booking_id: booking.booking_id,
            status,
            reason,
            fresh,
            payment: known.payment_status,
            charge: Charge {
                payment_id: booking.payment_id,
                reference: known.gateway_reference.clone().map(ChargeReference),
            },
        })
    }

    /// One outcome a command, in order; of the same command twice only the first is fresh.
    pub(super) fn outcomes(mut self, commands: &[Command<'_>]) -> Vec<Outcome> {
        let mut take = |command: &Command<'_>| {
            let stored = self.outcomes.get_mut(&command.booking.booking_id);
            let outcome =
                stored.as_ref().map_or(Outcome::Invalid("it is not planned"), |found| (**found).clone());
            if let Some(Outcome::Decided(decided)) = stored {
                decided.fresh = false;
            }
            outcome
        };
        commands.iter().map(&mut take).collect()
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
    } else if booking.total_minor() != known.amount_minor || booking.currency.as_str() != known.currency {
        Some("its payment is of another amount")
    } else {
        None
    }
}

async fn lock_and_read(
    connection: &mut PgConnection,
    commands: &[Command<'_>],
) -> Result<HashMap<Uuid, Known>, sqlx::Error> {
    let payments: Vec<Uuid> = commands.iter().map(|command| command.booking.payment_id.0).collect();
    sqlx::query_scalar!("SELECT id FROM payments WHERE id = ANY($1) ORDER BY id FOR UPDATE", &payments)
        .fetch_all(&mut *connection)
        .await?;
    // A second statement, so that its snapshot is younger than the locks: it sees every earlier decision.
    let rows = sqlx::query!(
        r#"SELECT p.id, p.booking_id, p.hold_id, p.event_id, p.user_id, p.amount_minor, p.currency,
                  p.gateway_reference, p.status AS "payment_status: PaymentStatus",
                  e.status AS "event_status: EventStatus",
                  b.status AS "booking_status?: BookingStatus", b.reason AS "reason?: RejectionReason"
           FROM payments p
           JOIN events e ON e.id = p.event_id
           LEFT JOIN bookings b ON b.id = p.booking_id
           WHERE p.id = ANY($1)"#,
        &payments,
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
