//! The waiting room of one event in Redis: each call is one atomic script.

use std::sync::Arc;

use fred::{interfaces::KeysInterface as _, types::Value};
use shared::{
    domain::{
        EventId, LaneIndex, PerLane, PlaceId, RoomPhase, Seed,
        waiting_room::{ClaimError, EXTRA_WINDOW_MS, JoinError, MOST_PLACES, Settings, Stop},
    },
    redis::{EventKeys, Redis},
    tokens::hex,
};

pub use super::answers::{
    Claimed, Held, JoinRefused, LogPage, Numbered, NumberedPlace, PlaceOffer, Released,
};
use super::{
    reply::{Reply, RoomError},
    scripts::{SCRIPTS, Scripts},
};

/// The room of one event. Cheap to clone.
#[derive(Clone)]
pub struct RedisRoom {
    redis: Redis,
    keys: Arc<[String; 11]>,
    scripts: &'static Scripts,
}

impl RedisRoom {
    /// The room of `event`.
    #[must_use]
    pub fn new(redis: Redis, event: EventId) -> Self {
        Self::with_scripts(redis, event, &SCRIPTS)
    }

    /// The room of `event` on other scripts, that is, another clock.
    #[must_use]
    pub fn with_scripts(redis: Redis, event: EventId, scripts: &'static Scripts) -> Self {
        let keys = script_keys(&redis.event(event));
        Self { redis, keys: Arc::new(keys), scripts }
    }

    /// Numbers a group of joiners; each brings the id a new place would get, and its lane.
    ///
    /// # Errors
    /// See [`RoomError`]; the joiners may have been numbered.
    pub async fn join(
        &self,
        joiners: &[(Arc<str>, PlaceId, LaneIndex)],
    ) -> Result<Result<Numbered, JoinRefused>, RoomError> {
        let mut args = vec![MOST_PLACES.to_string()];
        for (who, place, lane) in joiners {
            args.extend([who.to_string(), place.to_string(), lane.to_string()]);
        }
        let mut reply = self.run(&self.scripts.join, args).await?;
        let refused = |why, lobby_opens_at_ms| Ok(Err(JoinRefused { why, lobby_opens_at_ms }));
        match reply.status() {
            "ok" => {}
            "not-yet" => return refused(JoinError::NotYet, Some(reply.read()?)),
            "closed" => return refused(JoinError::Closed, None),
            "full" => return refused(JoinError::Full, None),
            _ => return Err(reply.unexpected()),
        }
        let mut numbered = Numbered {
            epoch: reply.read()?,
            now_ms: reply.read()?,
            phase: reply.phase()?,
            serving: reply.read()?,
            lanes: reply.read()?,
            lobby: reply.optional()?,
            seed: reply.seed()?,
            places: Vec::with_capacity(joiners.len()),
        };
        while !reply.is_empty() {
            let (ordinal, place, confirmed) = (reply.read()?, reply.read()?, reply.flag()?);
            numbered.places.push(NumberedPlace { ordinal, place, confirmed });
        }
        Ok(Ok(numbered))
    }

    /// The place of a joiner, where it is not over: its ordinal and itself.
    ///
    /// # Errors
    /// See [`RoomError`].
    pub async fn find(&self, who: &str) -> Result<Option<(u64, PlaceId)>, RoomError> {
        let mut reply = self.run(&self.scripts.find, vec![who.to_owned()]).await?;
        if reply.status() == "ok" { Ok(Some((reply.read()?, reply.read()?))) } else { Ok(None) }
    }

    /// Marks places the broker has; false for one that was forfeited meanwhile. `None` when the room was made
    /// again since they were numbered.
    ///
    /// # Errors
    /// See [`RoomError`]; may be repeated.
    pub async fn confirm(&self, epoch: u64, ordinals: &[u64]) -> Result<Option<Vec<bool>>, RoomError> {
        let args = std::iter::once(epoch).chain(ordinals.iter().copied()).map(|n| n.to_string()).collect();
        let reply = self.run(&self.scripts.confirm, args).await?;
        match reply.status() {
            "ok" => Ok(Some(reply.all::<u8>()?.into_iter().map(|flag| flag == 1).collect())),
            "stale" => Ok(None),
            _ => Err(reply.unexpected()),
        }
    }

    /// Admits as many of the offered places as may come in.
    ///
    /// # Errors
    /// See [`RoomError`]; may be repeated.
    pub async fn release(&self, offers: &[PlaceOffer]) -> Result<Released, RoomError> {
        let mut args = Vec::with_capacity(offers.len() * 4);
        for offer in offers {
            let (place, who) = match &offer.held {
                Held::Place(place, who) => (place.to_string(), who.to_string()),
                Held::Missing => (String::new(), "missing".into()),
                Held::Forfeit => (String::new(), "forfeit".into()),
            };
            args.extend([offer.number.to_string(), offer.ordinal.to_string(), place, who]);
        }
        let mut reply = self.run(&self.scripts.release, args).await?;
        let stop = match reply.status() {
            "done" => Stop::Done,
            "not-open" => Stop::NotOpen,
            "cap" => Stop::Cap,
            "rate" => Stop::Rate,
            "absent" => Stop::Missing,
            "stale" => Stop::Stale,
            _ => return Err(reply.unexpected()),
        };
        Ok(Released {
            stop,
            now_ms: reply.read()?,
            serving: reply.read()?,
            room: reply.read()?,
            log_end: reply.read()?,
            phase: reply.phase()?,
            lobby: reply.optional()?,
            next: reply.read()?,
            epoch: reply.read()?,
            extra: reply.read()?,
            numbers: reply.all()?,
        })
    }

    /// Takes up the offer of a place.
    ///
    /// # Errors
    /// See [`RoomError`]; may be repeated.
    pub async fn claim(&self, ordinal: u64) -> Result<Result<Claimed, ClaimError>, RoomError> {
        let mut reply = self.run(&self.scripts.claim, vec![ordinal.to_string()]).await?;
        let refused = match reply.status() {
            "ok" => return Ok(Ok(Claimed { expires_at_ms: reply.read()?, now_ms: reply.read()? })),
            "not-yet" => ClaimError::NotYet,
            "over" => ClaimError::Over,
            "left" => ClaimError::Left,
            "closed" => ClaimError::Closed,
            _ => return Err(reply.unexpected()),
        };
        Ok(Err(refused))
    }

    /// Gives up a place; whether anything changed.
    ///
    /// # Errors
    /// See [`RoomError`]; may be repeated.
    pub async fn leave(&self, ordinal: u64, place: PlaceId) -> Result<bool, RoomError> {
        self.run(&self.scripts.leave, vec![ordinal.to_string(), place.to_string()]).await?.flag()
    }

    /// Opens the room with its draw; the lobby's counts, or `None` when it cannot open now.
    ///
    /// # Errors
    /// See [`RoomError`]; may be repeated.
    pub async fn open(&self, seed: &Seed) -> Result<Option<PerLane>, RoomError> {
        let mut reply = self.run(&self.scripts.open, vec![hex(seed.as_bytes())]).await?;
        if reply.status() == "ok" { Ok(Some(reply.read()?)) } else { Ok(None) }
    }

    /// Applies settings of a version, and a phase, that are in PostgreSQL. The phase the room is in now; `None` when
    /// it cannot become that one.
    ///
    /// # Errors
    /// See [`RoomError`]; may be repeated.
    pub async fn configure(
        &self,
        version: i64,
        settings: &Settings,
        phase: Option<RoomPhase>,
        reason: &str,
    ) -> Result<Option<RoomPhase>, RoomError> {
        let mut args = vec![version.to_string()];
        args.extend(settings_args(settings));
        args.extend([phase.map_or_else(String::new, |phase| phase.to_string()), reason.to_owned()]);
        let mut reply = self.run(&self.scripts.configure, args).await?;
        match reply.status() {
            "ok" | "old" => Ok(Some(reply.phase()?)),
            _ => Ok(None),
        }
    }

    /// Lets the next `count` in beyond the rate; how many are allowed in now, or `None` before the opening and
    /// after the end.
    ///
    /// # Errors
    /// See [`RoomError`]; repeating it allows more.
    pub async fn admit(&self, count: u32) -> Result<Option<u64>, RoomError> {
        let args = vec![count.to_string(), EXTRA_WINDOW_MS.to_string()];
        let mut reply = self.run(&self.scripts.admit, args).await?;
        if reply.status() == "ok" { Ok(Some(reply.read()?)) } else { Ok(None) }
    }

    /// The oldest entries of the log, at most `most`.
    ///
    /// # Errors
    /// See [`RoomError`].
    pub async fn log(&self, most: u32) -> Result<LogPage, RoomError> {
        let mut reply = self.run(&self.scripts.log, vec![most.to_string()]).await?;
        Ok(LogPage { epoch: reply.read()?, head: reply.read()?, entries: reply.all()? })
    }

    /// Redis's clock, Unix ms.
    ///
    /// # Errors
    /// When Redis is away.
    pub async fn now_ms(&self) -> Result<i64, RoomError> {
        self.run(&self.scripts.now, Vec::new()).await?.read()
    }

    /// Forgets log entries that are in PostgreSQL now; whether they were still there.
    ///
    /// # Errors
    /// See [`RoomError`]; may be repeated.
    pub async fn trim(&self, epoch: u64, head: u64, count: u64) -> Result<bool, RoomError> {
        let args = [epoch, head, count].map(|n| n.to_string()).to_vec();
        self.run(&self.scripts.trim, args).await?.flag()
    }

    /// Lets Redis forget a finished room after `seconds`.
    ///
    /// # Errors
    /// When Redis is away; may be repeated.
    pub async fn expire(&self, seconds: i64) -> Result<(), RoomError> {
        for key in self.keys.iter() {
            let _: i64 = self.redis.client().expire(key, seconds, None).await?;
        }
        Ok(())
    }

    pub(super) async fn run(
        &self,
        script: &fred::types::scripts::Script,
        args: Vec<String>,
    ) -> Result<Reply, RoomError> {
        self.run_values(script, args.into_iter().map(Value::from).collect()).await
    }

    pub(super) async fn run_values(
        &self,
        script: &fred::types::scripts::Script,
        args: Vec<Value>,
    ) -> Result<Reply, RoomError> {
        Reply::new(self.redis.run(script, self.keys.to_vec(), args).await?)
    }

    pub(super) fn scripts(&self) -> &'static Scripts {
        self.scripts
    }
}

/// The settings in the order `configure.lua` takes them.
pub(super) fn settings_args(settings: &Settings) -> [String; 7] {
    [
        settings.lobby_opens_at_ms.to_string(),
        settings.opens_at_ms.to_string(),
        settings.lease_cap.to_string(),
        settings.rate_per_minute.to_string(),
        settings.claim_window_ms.to_string(),
        settings.pass_ttl_ms.to_string(),
        settings.grace_ms.to_string(),
    ]
}

/// The keys in the order every script takes them.
fn script_keys(keys: &EventKeys) -> [String; 11] {
    [
        keys.room(),
        keys.who(),
        keys.confirmed(),
        keys.left(),
        keys.released(),
        keys.claimed(),
        keys.leases(),
        keys.admissions(),
        keys.log(),
        keys.building(),
        keys.held_to(),
    ]
}
