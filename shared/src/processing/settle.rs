//! What follows a decision: money and seats.

use std::collections::BTreeSet;

use super::{ProcessingError, Processor};
use crate::{
    contracts::ProcessBooking,
    domain::{BookingStatus, EventId, PaymentStatus, RejectionReason},
    locks::{Claim, LockError},
    payments::{Charge, settle},
    store::bookings::{Decided, Outcome},
};

/// What decided commands call for.
#[derive(Default)]
struct Due {
    capture: Vec<Charge>,
    void: Vec<Charge>,
    sold: Vec<Claim>,
    given_back: Vec<Claim>,
    /// Events whose live view showed as free what is sold.
    stale: BTreeSet<EventId>,
}

impl Due {
    fn of(commands: &[ProcessBooking], outcomes: &[Outcome]) -> Self {
        let mut due = Self::default();
        for (command, outcome) in commands.iter().zip(outcomes) {
            if let Outcome::Decided(decided) = outcome {
                due.add(command, decided);
            }
        }
        due
    }

    fn add(&mut self, command: &ProcessBooking, decided: &Decided) {
        let unsettled = decided.payment == PaymentStatus::Authorized;
        match decided.status {
            BookingStatus::Confirmed => {
                self.sold.push(Claim::from(command));
                self.capture.extend(unsettled.then(|| decided.charge.clone()));
            }
            BookingStatus::Rejected => {
                self.given_back.push(Claim::from(command));
                self.void.extend(unsettled.then(|| decided.charge.clone()));
                if decided.fresh && decided.reason == Some(RejectionReason::SeatTaken) {
                    self.stale.insert(command.event_id);
                }
            }
            // Whoever cancelled it settles it.
            BookingStatus::Processing | BookingStatus::Cancelled | BookingStatus::Refunded => {}
        }
    }
}

impl Processor {
    /// Settles decided commands. What the gateway does not do now is left to the reconciler.
    ///
    /// # Errors
    /// When PostgreSQL or Redis fails: settle them again.
    pub async fn settle(
        &self,
        commands: &[ProcessBooking],
        outcomes: &[Outcome],
    ) -> Result<(), ProcessingError> {
        let due = Due::of(commands, outcomes);
        // Side by side: a slow gateway keeps no seat from being shown as sold.
        let (captured, voided, shown) = tokio::join!(
            settle::capture(&self.pool, self.gateway(), &due.capture),
            settle::void(&self.pool, self.gateway(), &due.void),
            self.show(&due),
        );
        captured?;
        voided?;
        Ok(shown?)
    }

    async fn show(&self, due: &Due) -> Result<(), LockError> {
        tokio::try_join!(self.holds.settle_sold(&due.sold), self.holds.settle_rejected(&due.given_back))?;
        for event in &due.stale {
            self.holds.drop_view(*event).await?;
        }
        Ok(())
    }
}
