//! The room's log on its way out of Redis: pushed to the fans, written to PostgreSQL, then forgotten by Redis.

use std::collections::HashMap;

use shared::{
    broker::{Message, Publisher, topology::EVENTS},
    clock::from_unix_ms,
    contracts::{Event, EventKind, events::PlacesAdmitted},
    domain::EventId,
};
use sqlx::PgPool;

use crate::waiting_room::{
    records::{self, Admission, Entry},
    reply::RoomError,
    room::RedisRoom,
};

/// Entries written by one transaction.
const PAGE: u32 = 1_000;

/// Carries the log of one room.
pub(super) struct Journal {
    event: EventId,
    pool: PgPool,
    publisher: Publisher,
    /// Position in the log up to which the fans were told, in the room of that epoch.
    told: (u64, u64),
    /// Releases this process made that may not be in PostgreSQL yet: what it knows when Redis forgets.
    /// By ordinal.
    unsaved: HashMap<u64, Admission>,
}

/// Why the log was not carried further; it stays in Redis and is carried later.
#[derive(Debug, thiserror::Error)]
pub(super) enum JournalError {
    #[error(transparent)]
    Room(#[from] RoomError),
    #[error("the records cannot be written")]
    Records(#[from] sqlx::Error),
    #[error("admissions cannot be announced")]
    Announce(#[from] shared::broker::PublishError),
}

impl Journal {
    pub(super) fn new(event: EventId, pool: PgPool, publisher: Publisher) -> Self {
        Self { event, pool, publisher, told: (0, 0), unsaved: HashMap::new() }
    }

    /// Remembers what was just released, until it is in PostgreSQL.
    pub(super) fn remember(&mut self, admissions: impl IntoIterator<Item = Admission>) {
        self.unsaved.extend(admissions.into_iter().map(|admission| (admission.ordinal, admission)));
    }

    /// Carries the whole log; its position behind the last entry carried. Everything before is in PostgreSQL then.
    pub(super) async fn carry(&mut self, room: &RedisRoom, offer_ms: i64) -> Result<u64, JournalError> {
        loop {
            let page = room.log(PAGE).await?;
            let count = u64::try_from(page.entries.len()).unwrap_or(u64::MAX);
            if count == 0 {
                return Ok(page.head);
            }
            let entries: Vec<Entry> = page.entries.iter().filter_map(|text| parse(text)).collect();
            let end = page.head + count;
            if self.told.0 != page.epoch || self.told.1 < end {
                let known = if self.told.0 == page.epoch { self.told.1.saturating_sub(page.head) } else { 0 };
                self.announce(page.entries.iter().skip(usize::try_from(known).unwrap_or(0)), offer_ms)
                    .await?;
                self.told = (page.epoch, end);
            }
            records::save(&self.pool, self.event, &entries).await?;
            for entry in &entries {
                if let Entry::Release(saved) = entry {
                    self.unsaved.remove(&saved.ordinal);
                }
            }
            room.trim(page.epoch, page.head, count).await?;
            if count < u64::from(PAGE) {
                return Ok(end);
            }
        }
    }

    /// Writes down what is known of releases whose log is lost.
    pub(super) async fn save_unsaved(&mut self) -> Result<(), sqlx::Error> {
        let entries: Vec<Entry> = self.unsaved.values().cloned().map(Entry::Release).collect();
        records::save(&self.pool, self.event, &entries).await?;
        self.unsaved.clear();
        Ok(())
    }

    /// Tells the fans who came in. At least once: after a crash some are told again.
    async fn announce(
        &self,
        entries: impl Iterator<Item = &String>,
        offer_ms: i64,
    ) -> Result<(), JournalError> {
        let mut admitted: Vec<Admission> = Vec::new();
        for entry in entries {
            if let Some(Entry::Release(admission)) = Entry::parse(entry) {
                if admitted.last().is_some_and(|last| last.at_ms != admission.at_ms) {
                    self.publish(std::mem::take(&mut admitted), offer_ms).await?;
                }
                admitted.push(admission);
            }
        }
        self.publish(admitted, offer_ms).await
    }

    /// One fact for places that came in together.
    async fn publish(&self, admitted: Vec<Admission>, offer_ms: i64) -> Result<(), JournalError> {
        let Some(at_ms) = admitted.first().map(|admission| admission.at_ms) else { return Ok(()) };
        let fact = PlacesAdmitted {
            event_id: self.event,
            places: admitted.iter().map(|admission| admission.place).collect(),
            claim_until_ms: at_ms + offer_ms,
        };
        let event = Event::new(EventKind::PlaceAdmitted(fact), from_unix_ms(at_ms));
        let Ok(body) = serde_json::to_vec(&event) else { return Ok(()) };
        let routing_key = event.kind.routing_key().to_owned();
        let message = Message { exchange: EVENTS, routing_key, id: event.id, mandatory: false, body };
        Ok(self.publisher.publish(&message).await?)
    }
}

fn parse(text: &str) -> Option<Entry> {
    let entry = Entry::parse(text);
    if entry.is_none() {
        tracing::error!(text, "waiting room: a log entry that cannot be read was dropped");
    }
    entry
}
