//! Taking confirmed bookings back: the decision, the seats, the money.

use super::{ProcessingError, Processor};
use crate::{
    domain::{BookingId, PaymentStatus},
    locks::LockError,
    payments::settle,
    store::bookings::cancel::{self, Cancelled},
};

impl Processor {
    /// Cancels those of `ids` that are confirmed and unused, and returns them. Seats and money follow with
    /// [`Processor::return_cancelled`].
    ///
    /// # Errors
    /// When PostgreSQL fails: all of them are cancelled, or none.
    pub async fn cancel(&self, ids: &[BookingId]) -> Result<Vec<Cancelled>, sqlx::Error> {
        let mut tx = self.pool.begin().await?;
        let cancelled = cancel::cancel(&mut tx, ids, self.clock.now()).await?;
        tx.commit().await?;
        Ok(cancelled)
    }

    /// Puts the seats of cancelled bookings on sale again and gives the money back. The seats go first: once the
    /// money is returned nobody looks at the booking again.
    ///
    /// # Errors
    /// When PostgreSQL or Redis fails: do it again.
    pub async fn return_cancelled(&self, cancelled: &[Cancelled]) -> Result<(), ProcessingError> {
        for booking in cancelled {
            self.return_seats(booking).await?;
        }
        let (mut held, mut taken) = (Vec::new(), Vec::new());
        for booking in cancelled {
            match booking.payment {
                PaymentStatus::Captured | PaymentStatus::Refunded => taken.push(booking.charge.clone()),
                _ => held.push(booking.charge.clone()),
            }
        }
        settle::refund(&self.pool, self.gateway(), &taken).await?;
        let voided = settle::void(&self.pool, self.gateway(), &held).await?;
        // The gateway captured it and we did not hear of it: hear of it now, and refund.
        held.retain(|charge| voided.refused.contains(&charge.payment_id));
        let captured = settle::capture(&self.pool, self.gateway(), &held).await?;
        held.retain(|charge| captured.done.contains(&charge.payment_id));
        settle::refund(&self.pool, self.gateway(), &held).await?;
        Ok(())
    }

    async fn return_seats(&self, booking: &Cancelled) -> Result<(), LockError> {
        let Cancelled { event_id, hold_id, user_id, seats, areas, .. } = booking;
        self.holds.return_seats(*event_id, *hold_id, *user_id, seats, areas).await
    }
}
