//! The releaser of one room while its connection stands.

use std::{sync::Arc, time::Duration};

use shared::{
    broker::Delivery,
    domain::{
        Draw, EventId, PerLane, RoomPhase,
        waiting_room::{Checkpoint, Stop},
    },
};
use tokio::time::{Instant, MissedTickBehavior};

use super::{
    journal::{Journal, JournalError},
    line::Line,
    pace::Pace,
    session::{Delivered, Lost, Session, in_time},
};
use crate::{
    app::App,
    waiting_room::{
        records::Admission,
        reply::RoomError,
        room::{Held, PlaceOffer, RedisRoom, Released},
        store::{self, RoomRecord},
    },
};

/// How often places are released when nothing wakes the releaser earlier.
const BEAT: Duration = Duration::from_millis(100);
/// How often the line's state is told and written down.
const REPORT: Duration = Duration::from_secs(1);
/// Most places offered by one call.
const OFFERS: usize = 500;
/// Most calls in one beat; what they did is written down before the next.
const RELEASES: usize = 10;
/// After so long no join that was numbered can still be on its way unnoticed: a join whose confirm comes later is
/// numbered again.
const PATIENCE: Duration = Duration::from_secs(2);

/// Releases one room.
pub(super) struct RoomTask<'a> {
    pub(super) app: &'a App,
    pub(super) event: EventId,
    pub(super) room: RedisRoom,
    pub(super) session: Session,
    pub(super) line: Line<u64>,
    pub(super) journal: Journal,
    pub(super) record: RoomRecord,
    /// So many ordinals of each lane were numbered [`PATIENCE`] ago; the second is their count at the given time.
    patience: (PerLane, PerLane, Instant),
    /// How many could come in after the last release.
    budget: u64,
    /// How many "admit n now" left after it.
    extra: u64,
    /// How many can be served.
    pub(super) pace: Pace,
    pub(super) phase: Option<RoomPhase>,
    pub(super) reported: Instant,
    /// While it stands in line: when something was delivered, or it last looked whether anybody releases. Later:
    /// when it last was not waiting for a place that the broker has.
    pub(super) fed: Instant,
    /// When messages may be folded again.
    pub(super) fold_at: Instant,
    /// Nobody waits, shops or is about to be drawn: there is nothing to release until somebody joins.
    pub(super) quiet: bool,
}

/// Why a task began again.
#[derive(Debug, thiserror::Error)]
pub(super) enum TaskError {
    #[error("the broker delivers nothing")]
    Silence,
    #[error(transparent)]
    Lost(#[from] Lost),
    #[error("PostgreSQL failed")]
    Records(#[from] sqlx::Error),
    #[error("the room is gone from PostgreSQL")]
    NoRecord,
    #[error(transparent)]
    Room(#[from] RoomError),
    #[error("the draw in PostgreSQL counts {recorded:?} places, Redis {counted:?}")]
    OtherDraw { recorded: PerLane, counted: PerLane },
}

impl From<JournalError> for TaskError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Room(error) => Self::Room(error),
            JournalError::Records(error) => Self::Records(error),
            JournalError::Announce(error) => Self::Room(RoomError::Reply(error.to_string())),
        }
    }
}

impl<'a> RoomTask<'a> {
    /// Connects; somebody else may be the one that releases. `None` when the room is finished.
    pub(super) async fn open(app: &'a App, event: EventId) -> Result<Option<Self>, TaskError> {
        let record = store::load(&app.pool, event).await?.ok_or(TaskError::NoRecord)?;
        if record.finished {
            return Ok(None);
        }
        Ok(Some(Self {
            room: RedisRoom::new(app.redis.clone(), event),
            session: Session::open(&app.broker, event, app.config.releaser_prefetch).await?,
            line: Line::default(),
            journal: Journal::new(event, app.pool.clone(), app.publisher.clone()),
            record,
            patience: (PerLane::default(), PerLane::default(), Instant::now()),
            budget: 0,
            extra: 0,
            pace: Pace::begin(&app.config, Instant::now()),
            phase: None,
            reported: Instant::now() - REPORT,
            fed: Instant::now(),
            fold_at: Instant::now(),
            quiet: false,
            app,
            event,
        }))
    }

    /// Gives the room to another process.
    pub(super) async fn close(self) {
        self.session.close().await;
    }

    /// Releases until the room is finished (`Ok`) or the process stops (`Ok`) or something broke.
    pub(super) async fn run(&mut self) -> Result<(), TaskError> {
        let mut beat = tokio::time::interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let wake = self.app.waiting_rooms.wake(self.event);
        loop {
            self.fold_if_many().await?;
            tokio::select! {
                delivered = self.session.next() => {
                    self.receive(delivered?).await?;
                    self.quiet = false;
                    continue;
                }
                _ = beat.tick() => if self.rests() { continue },
                () = wake.notified() => {}
                () = self.app.shutdown.cancelled() => return Ok(()),
            }
            if !self.session.is_active() {
                self.doubt().await?;
                continue;
            }
            match self.beat().await {
                Ok(Beat::GoOn) => {}
                Ok(Beat::Finished) => return Ok(()),
                Err(TaskError::Room(RoomError::Missing)) => self.rebuild().await?,
                // Redis or PostgreSQL is away: nothing is released, nothing is lost; the next beat tries again.
                Err(TaskError::Room(error)) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, event = %self.event, "waiting room: waiting for Redis");
                }
                Err(TaskError::Records(error)) => {
                    tracing::warn!(%error, event = %self.event, "waiting room: waiting for PostgreSQL");
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether this beat may be left out.
    fn rests(&self) -> bool {
        self.quiet && self.reported.elapsed() < REPORT && !self.is_change_due()
    }

    /// Takes in what was delivered.
    pub(super) async fn receive(&mut self, delivery: Delivery) -> Result<Delivered, TaskError> {
        self.fed = Instant::now();
        let delivered = in_time(self.session.read(delivery)).await?;
        if let Delivered::Places(group, message) = delivered {
            self.line.receive(group, message);
            return Ok(Delivered::Taken);
        }
        Ok(delivered)
    }

    async fn beat(&mut self) -> Result<Beat, TaskError> {
        self.keep_pace().await;
        let mut before = self.record.checkpoint.serving;
        let mut released = self.release().await?;
        if released.phase == RoomPhase::Lobby
            && let Some(lobby) = released.lobby
        {
            self.draw(lobby).await?;
            released = self.release().await?;
        }
        for _ in 1..RELEASES {
            let stands = released.stop != Stop::Done || released.serving == before;
            if self.line.draw().is_none() || stands {
                break;
            }
            before = released.serving;
            released = self.release().await?;
        }
        match self.journal.carry(&self.room, self.record.settings.offer_ms()).await {
            Ok(carried) if carried >= released.log_end => self.settle(&released).await?,
            Ok(_) => {}
            Err(JournalError::Room(error)) => return Err(error.into()),
            // What happened stays in Redis and in the broker until it can be written down.
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, event = %self.event, "waiting room: the log waits");
            }
        }
        let changed = self.phase != Some(released.phase) || self.is_change_due();
        if changed || self.reported.elapsed() >= REPORT {
            return self.report(&released).await;
        }
        Ok(Beat::GoOn)
    }

    /// Acknowledges the messages of which everything is in the records.
    async fn settle(&mut self, released: &Released) -> Result<(), TaskError> {
        for message in self.line.settle(released.serving) {
            self.session.acknowledge(message).await?;
        }
        Ok(())
    }

    /// One call of the atomic function, with as many places as could come in.
    async fn release(&mut self) -> Result<Released, TaskError> {
        let known = self.record.checkpoint;
        let room = usize::try_from(self.budget).unwrap_or(OFFERS).clamp(1, OFFERS);
        let most = self.pace.allows(room, self.extra, Instant::now());
        let offers = self.line.offers(known.serving, &known.next, most, &self.patience.0);
        self.pace.stood(room, most, offers.len());
        let released = self.room.release(&offers).await?;
        self.note(&offers, &released).await?;
        self.notice_hunger(&released)?;
        Ok(released)
    }

    /// Takes in what a release said.
    async fn note(&mut self, offers: &[PlaceOffer], released: &Released) -> Result<(), TaskError> {
        self.record.checkpoint = Checkpoint { serving: released.serving, next: released.next };
        (self.budget, self.extra) = (released.room, released.extra);
        self.pace.came_in(released.numbers.len());
        if self.patience.2.elapsed() >= PATIENCE {
            self.patience = (self.patience.1, released.next, Instant::now());
        }
        let admitted = released.numbers.iter().filter_map(|number| {
            let offer = &offers[offers.binary_search_by_key(number, |offer| offer.number).ok()?];
            let Held::Place(place, who) = &offer.held else { return None };
            let (at_ms, who) = (released.now_ms, Arc::clone(who));
            // Whether it was beyond the rate only the log knows; for what is saved from here it hardly matters.
            Some(Admission {
                at_ms,
                number: *number,
                ordinal: offer.ordinal,
                place: *place,
                who,
                extra: false,
            })
        });
        self.journal.remember(admitted);
        self.app.waiting_rooms.metrics.releases.inc_by(released.numbers.len() as u64);
        if released.stop == Stop::Missing
            && let Some(refused) = offers.iter().find(|offer| offer.number >= released.serving)
            && matches!(refused.held, Held::Place(..))
            && self.record.slots().is_given(refused.ordinal, &released.next)
        {
            self.line.disown(refused.ordinal);
        }
        let after_draw = matches!(released.phase, RoomPhase::Open | RoomPhase::Paused | RoomPhase::Closed);
        if after_draw && self.line.draw().is_none() {
            self.record = self.read_record().await?;
            if let Some(draw) = self.record.draw() {
                self.line.set_draw(draw).await;
            }
            self.record.checkpoint = Checkpoint { serving: released.serving, next: released.next };
        }
        Ok(())
    }

    /// Makes the draw: in PostgreSQL first, then for everybody to see.
    async fn draw(&mut self, counted: PerLane) -> Result<(), TaskError> {
        let draw: Draw =
            store::draw(&self.app.pool, self.event, counted).await?.ok_or(TaskError::NoRecord)?;
        if draw.lobby() != counted {
            return Err(TaskError::OtherDraw { recorded: draw.lobby(), counted });
        }
        self.line.set_draw(draw).await;
        self.room.open(draw.seed()).await?;
        tracing::info!(event = %self.event, lobby_count = counted.sum(), "waiting room: drawn and open");
        Ok(())
    }

    pub(super) async fn read_record(&self) -> Result<RoomRecord, TaskError> {
        store::load(&self.app.pool, self.event).await?.ok_or(TaskError::NoRecord)
    }
}

/// Whether to go on.
pub(super) enum Beat {
    GoOn,
    Finished,
}
