//! A broker that is connected and delivers nothing.

use std::time::Duration;

use shared::domain::waiting_room::Stop;
use tokio::time::Instant;

use super::room_task::{RoomTask, TaskError};
use crate::waiting_room::{room::Released, store};

/// After so long without what must come from the broker, another session is opened.
const SILENCE: Duration = Duration::from_secs(5);

impl RoomTask<'_> {
    /// Looks now and then whether anybody releases. A broker that was restarted may have made nobody the active
    /// consumer, or have suspended it: RabbitMQ 3.10 notices late that the consumers of its former life are gone, takes
    /// that for the loss of their node, which is its own, and suspends the new ones as well. New ones are not.
    pub(super) async fn doubt(&mut self) -> Result<(), TaskError> {
        if self.fed.elapsed() < SILENCE {
            return Ok(());
        }
        self.fed = Instant::now();
        match store::is_silent(&self.app.pool, self.event, SILENCE).await {
            Ok(true) => Err(TaskError::Silence),
            Ok(false) => Ok(()),
            Err(error) => {
                tracing::warn!(%error, event = %self.event, "waiting room: waiting for PostgreSQL");
                Ok(())
            }
        }
    }

    /// Whoever releases may be suspended too: then a place that was confirmed does not come.
    pub(super) fn notice_hunger(&mut self, released: &Released) -> Result<(), TaskError> {
        let end = self.record.slots().end(&released.next);
        let hungry = released.stop == Stop::Missing && released.serving < end;
        if !hungry {
            self.fed = Instant::now();
        } else if self.fed.elapsed() >= SILENCE {
            return Err(TaskError::Silence);
        }
        Ok(())
    }
}
