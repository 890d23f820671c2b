//! Seats that organisers take out of the sale, put back, swap and paint anew, while it runs.

use fred::types::{Value, scripts::Script};

use super::{
    Holds, LockError,
    scripts::{self, parse, seats_text, texts},
};
use crate::domain::{EventId, SeatIndex};

/// Seats of one call of the script: a command has only so many arguments.
const CHUNK: usize = 500;

impl Holds {
    /// Takes seats out of the live view's sale. Gives those that stay what they are because they are held or sold.
    ///
    /// # Errors
    /// When Redis is away, or its view is missing and cannot be rebuilt. Some seats may be blocked then.
    pub async fn block(&self, event_id: EventId, seats: &[SeatIndex]) -> Result<Vec<SeatIndex>, LockError> {
        self.set_blocked(event_id, "block", seats).await
    }

    /// Puts blocked seats back into the live view's sale; others stay what they are.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub async fn unblock(&self, event_id: EventId, seats: &[SeatIndex]) -> Result<(), LockError> {
        self.set_blocked(event_id, "unblock", seats).await.map(|_| ())
    }

    /// Shows that a sold ticket has moved to a seat that was blocked for it; its old seat is for sale again.
    ///
    /// # Errors
    /// When Redis is away, or its view is missing and cannot be rebuilt. May be repeated.
    pub async fn swap(&self, event_id: EventId, from: SeatIndex, to: SeatIndex) -> Result<(), LockError> {
        self.must_do(event_id, &scripts::SWAP, texts([from.to_string(), to.to_string()])).await
    }

    /// Tells whoever looks at the view that the same seats have another geometry: its hash.
    ///
    /// # Errors
    /// As [`Self::swap`].
    pub async fn tell_repainted(&self, event_id: EventId, map: &str) -> Result<(), LockError> {
        self.must_do(event_id, &scripts::REPAINT, texts([map.to_owned()])).await
    }

    async fn must_do(&self, event_id: EventId, script: &Script, args: Vec<Value>) -> Result<(), LockError> {
        match self.run_on_view(event_id, script, args).await?.first().map(String::as_str) {
            Some("done") => Ok(()),
            other => Err(LockError::reply(other.unwrap_or_default())),
        }
    }

    async fn set_blocked(
        &self,
        event_id: EventId,
        what: &str,
        seats: &[SeatIndex],
    ) -> Result<Vec<SeatIndex>, LockError> {
        let mut refused = Vec::new();
        for chunk in seats.chunks(CHUNK) {
            let args = texts([what.to_owned(), seats_text(chunk)]);
            let reply = self.run_on_view(event_id, &scripts::BLOCK, args).await?;
            match reply.split_first() {
                Some((word, seats)) if word == "done" => {
                    for seat in seats {
                        refused.push(parse(seat)?);
                    }
                }
                _ => return Err(LockError::Reply(reply.join(" "))),
            }
        }
        Ok(refused)
    }
}
