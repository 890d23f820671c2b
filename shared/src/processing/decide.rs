//! The decision: claim, then commit.

use super::{ProcessingError, Processor};
use crate::{
    contracts::ProcessBooking,
    domain::RejectionReason,
    locks::{Claim, Claimed},
    store::bookings::{self, Command, Outcome, Standing},
};

impl Processor {
    /// Decides commands: one outcome each, in order. The number of round trips does not grow with the batch.
    ///
    /// # Errors
    /// When an engine fails: decide them again. An error that is not transient is the fault of one of them: decide
    /// them one by one.
    pub async fn decide(&self, commands: &[ProcessBooking]) -> Result<Vec<Outcome>, ProcessingError> {
        let standings = bookings::standings(&self.pool, commands).await?;
        // What was decided or can never be is not claimed: it would lock seats that are not its own.
        let open: Vec<usize> =
            (0..commands.len()).filter(|at| standings.get(*at) == Some(&Standing::Open)).collect();
        let claims: Vec<Claim> = open.iter().map(|at| Claim::from(&commands[*at])).collect();
        let claimed = self.holds.claim(&claims).await?;
        let mut wanted: Vec<Command<'_>> =
            commands.iter().map(|booking| Command { booking, refused: None }).collect();
        for (at, claimed) in open.into_iter().zip(claimed) {
            if claimed == Claimed::Lost {
                wanted[at].refused = Some(RejectionReason::HoldLost);
            }
        }
        Ok(bookings::commit(&self.pool, &wanted, self.clock.now()).await?)
    }

    /// Decides one command that is itself at fault when it fails for good: a dead letter then.
    ///
    /// # Errors
    /// When an engine fails: decide it again.
    pub async fn decide_alone(&self, command: &ProcessBooking) -> Result<Outcome, ProcessingError> {
        match self.decide(std::slice::from_ref(command)).await {
            Ok(mut outcomes) => Ok(outcomes.pop().unwrap_or(Outcome::Invalid("it was not decided"))),
            Err(error) if error.transient() => Err(error),
            Err(error) => {
                tracing::error!(%error, booking = %command.booking_id, "processing: a command fails for good");
                Ok(Outcome::Invalid("it fails for good"))
            }
        }
    }
}
