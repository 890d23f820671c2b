//! Making the room in Redis: for a new event, and again when Redis lost its memory.

use std::collections::{HashMap, HashSet};

use shared::domain::{
    MessageId, PlaceId,
    waiting_room::{Checkpoint, KnownPlace, KnownState},
};

use super::{
    journal::JournalError,
    room_task::{RoomTask, TaskError},
    session::{Delivered, in_time},
};
use crate::waiting_room::{
    build::{Blueprint, Built},
    records,
    reply::RoomError,
    store,
};

impl RoomTask<'_> {
    /// Makes the room from the settings and records in PostgreSQL and the places in the broker. Nobody can join
    /// before it is there.
    pub(super) async fn rebuild(&mut self) -> Result<(), TaskError> {
        self.receive_everything().await?;
        // What a room of another life still has to say; usually there is none.
        match self.journal.carry(&self.room, self.record.settings.offer_ms()).await {
            Ok(_) | Err(JournalError::Room(RoomError::Missing)) => {}
            Err(error) => return Err(error.into()),
        }
        self.journal.save_unsaved().await?;
        let record = store::next_epoch(&self.app.pool, self.event).await?.ok_or(TaskError::NoRecord)?;
        let (known, places) = self.known().await?;
        let now_ms = self.room.now_ms().await?;
        let room = record.room(&known, now_ms);
        let blueprint = Blueprint {
            room: &room,
            places: &places,
            epoch: record.epoch,
            version: record.version,
            seed: &record.seed,
            pause_reason: record.pause_reason.as_deref().unwrap_or_default(),
            now_ms,
        };
        let built = self.room.build(&blueprint).await?;
        if built == Built::Made {
            let (joined, serving) = (room.joined(), room.serving());
            tracing::info!(event = %self.event, epoch = record.epoch, joined, serving, "waiting room: made");
        }
        if let Some(draw) = record.draw().filter(|_| self.line.draw().is_none()) {
            self.line.set_draw(draw).await;
        }
        self.record = record;
        self.record.checkpoint = Checkpoint::of(&room);
        Ok(())
    }

    /// Reads both queues to their end, as it is now.
    pub(super) async fn receive_everything(&mut self) -> Result<(), TaskError> {
        let mut marks: HashSet<MessageId> = self.session.put_marks().await?.into();
        while !marks.is_empty() {
            self.fold_if_many().await?;
            let delivered = tokio::select! {
                delivered = in_time(self.session.next()) => delivered?,
                () = self.app.shutdown.cancelled() => return Ok(()),
            };
            if let Delivered::Mark(id) = self.receive(delivered).await? {
                marks.remove(&id);
            }
        }
        Ok(())
    }

    /// Every place that the records or the broker know.
    async fn known(&self) -> Result<(Vec<KnownPlace>, HashMap<u64, PlaceId>), TaskError> {
        let (mut known, mut places) =
            records::known(&self.app.pool, self.event, &self.record.slots()).await?;
        for (ordinal, buffered) in self.line.places() {
            let waiting =
                KnownPlace { ordinal: *ordinal, who: buffered.who.to_string(), state: KnownState::Waiting };
            known.entry(*ordinal).or_insert(waiting);
            places.entry(*ordinal).or_insert(buffered.place);
        }
        Ok((known.into_values().collect(), places))
    }
}
