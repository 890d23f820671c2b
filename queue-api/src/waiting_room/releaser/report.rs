//! What a releaser tells and writes down about once a second, and how a room ends.

use fred::interfaces::PubsubInterface as _;
use shared::{
    contracts::live::{LineStatus, TierLeft},
    domain::{EventStatus, RoomPhase, waiting_room::Checkpoint},
    locks::Stock,
};
use tokio::time::Instant;

use super::room_task::{Beat, RoomTask, TaskError};
use crate::{
    turn_notices,
    waiting_room::{
        closing,
        lanes::lane_counts,
        look::RoomView,
        metrics::OfEvent,
        records,
        room::Released,
        schedule, stock,
        store::{self, RoomRecord},
    },
};

/// How long a finished room can still be looked at in Redis.
const FORGOTTEN_AFTER_S: i64 = 7 * 24 * 3_600;
/// A room that opens sooner than this is not left alone for a second.
const OPENING_MS: i64 = 2_000;

/// Whether nothing can be released for a while, unless somebody joins.
fn is_quiet(room: &RoomView) -> bool {
    let before_draw = matches!(room.phase, RoomPhase::Scheduled | RoomPhase::Lobby);
    let opens_in_ms = room.settings.opens_at_ms - room.now_ms;
    let nobody = room.waiting() == 0 && room.shopping == 0;
    nobody && !(before_draw && opens_in_ms < OPENING_MS)
}

impl RoomTask<'_> {
    /// About once a second, at each change of phase and when a planned change is due: tells the line, writes the checkpoint, takes in settings.
    pub(super) async fn report(&mut self, released: &Released) -> Result<Beat, TaskError> {
        self.reported = Instant::now();
        self.phase = Some(released.phase);
        let view = self.room.look().await?;
        self.quiet = is_quiet(&view);
        let stock = self.app.holds.known_stock(self.event).await.ok().flatten();
        let available = stock.as_ref().map(Stock::available);
        let waiting = view.waiting();
        let tiers = match stock.filter(|_| view.joined > view.serving) {
            Some(stock) => self.tiers_left(&stock).await,
            None => Vec::new(),
        };
        let status = LineStatus {
            phase: view.phase,
            serving: view.serving,
            joined: view.joined,
            lane_next: lane_counts(&view.lanes, &view.next),
            lobby_count: view.lobby_count,
            shopping: view.shopping,
            admitted_last_minute: view.admitted_last_minute,
            available,
            tiers,
            pause_reason: Some(view.pause_reason).filter(|reason| !reason.is_empty()),
            at_ms: view.now_ms,
        };
        self.tell(&status, waiting).await;
        let checkpoint = Checkpoint { serving: released.serving, next: released.next };
        let record =
            store::checkpoint(&self.app.pool, self.event, view.phase, &view.lanes, checkpoint).await?;
        self.record = RoomRecord { checkpoint, ..record.ok_or(TaskError::NoRecord)? };
        if self.is_change_due() {
            schedule::apply_due(&self.app.pool, self.event).await?;
            self.record = RoomRecord { checkpoint, ..self.read_record().await? };
        }
        if view.version < self.record.version {
            self.configure().await?;
        }
        if self.record.phase == RoomPhase::Closed {
            return self.closed(status.shopping, available).await;
        }
        if let Some(reason) = self.reason_to_close(available).await? {
            tracing::info!(event = %self.event, reason, "waiting room: closing");
            closing::close(&self.app.pool, self.event, reason).await?;
        }
        Ok(Beat::GoOn)
    }

    /// For those who wait; without PostgreSQL the line goes on untold.
    async fn tiers_left(&self, stock: &Stock) -> Vec<TierLeft> {
        match self.app.events.get(self.event).await {
            Ok(Some(event)) => stock::by_tier(self.app, &event, stock).await,
            _ => Vec::new(),
        }
    }

    /// Whether a planned change was to be in force by now.
    pub(super) fn is_change_due(&self) -> bool {
        self.record.next_change_ms.is_some_and(|due_ms| due_ms <= self.app.clock.now_ms())
    }

    async fn tell(&self, status: &LineStatus, waiting: u64) {
        let of_event = OfEvent { event: self.event.to_string() };
        let metrics = &self.app.waiting_rooms.metrics;
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        metrics.waiting.get_or_create(&of_event).set(count(waiting));
        metrics.shopping.get_or_create(&of_event).set(count(status.shopping));
        let Ok(json) = serde_json::to_string(status) else { return };
        let channel = self.app.redis.event(self.event).line_channel();
        if let Err(error) = self.app.redis.client().publish::<(), _, _>(channel, json).await {
            tracing::debug!(%error, "waiting room: the line was not told");
        }
    }

    /// Applies what PostgreSQL has and Redis has not: a change whose process died, or was made past the API.
    async fn configure(&self) -> Result<(), TaskError> {
        let record = &self.record;
        let phase =
            Some(record.phase).filter(|phase| !matches!(phase, RoomPhase::Scheduled | RoomPhase::Lobby));
        let reason = record.pause_reason.as_deref().unwrap_or_default();
        self.room.configure(record.version, &record.settings, phase, reason).await?;
        Ok(())
    }

    async fn reason_to_close(&self, available: Option<u64>) -> Result<Option<&'static str>, TaskError> {
        if self.record.event_status != EventStatus::Published {
            return Ok(Some("the event is off"));
        }
        if self.record.starts_at <= self.app.clock.now() {
            return Ok(Some("the event has begun"));
        }
        if available == Some(0) && closing::sold_out(&self.app.pool, self.event).await? {
            return Ok(Some("sold out"));
        }
        Ok(None)
    }

    /// A room that is sold out waits for seats to come back while they still may; any other closed room ends. What
    /// is kept or held for somebody is not available, so only what is for everybody opens it.
    async fn closed(&mut self, shopping: u64, available: Option<u64>) -> Result<Beat, TaskError> {
        let over = self.reason_to_close(None).await?.is_some() || self.record.draw().is_none();
        if over || !self.record.sold_out {
            return self.finish(shopping).await;
        }
        if available.is_none()
            && let Err(error) = self.app.holds.rebuild_view(self.event).await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, event = %self.event, "waiting room: no stock");
        }
        let back = available.is_some_and(|available| available > 0);
        if back && !closing::sold_out(&self.app.pool, self.event).await? {
            let opened = closing::open_again(&self.app.pool, self.event).await?;
            tracing::info!(event = %self.event, opened, "waiting room: seats came back");
        }
        Ok(Beat::GoOn)
    }

    /// Lets go of the places that still wait in a room that is over, once they are written down.
    async fn dismiss(&mut self, released: &Released) -> Result<(), TaskError> {
        let unserved = self.line.unserved(released.serving);
        records::save_unserved(&self.app.pool, self.event, released.now_ms, &unserved).await?;
        for message in self.line.settle_all() {
            self.session.acknowledge(message).await?;
        }
        Ok(())
    }

    /// A closed room is finished when nobody shops any more and all is written down.
    async fn finish(&mut self, shopping: u64) -> Result<Beat, TaskError> {
        if self.phase != Some(RoomPhase::Closed) || shopping > 0 {
            return Ok(Beat::GoOn);
        }
        // Ends the leases that ran out since the last release, so that the log says so.
        let released = self.room.release(&[]).await?;
        self.journal.carry(&self.room, self.record.settings.offer_ms()).await?;
        self.dismiss(&released).await?;
        // What the broker had no room to deliver before.
        self.receive_everything().await?;
        self.dismiss(&released).await?;
        self.room.expire(FORGOTTEN_AFTER_S).await?;
        turn_notices::forget_event(self.app, self.event).await?;
        schedule::refuse_rest(&self.app.pool, self.event).await?;
        closing::finish(&self.app.pool, self.event).await?;
        self.session.delete_queues().await?;
        Ok(Beat::Finished)
    }
}
