//! Looking at a room and at one place of it.

use shared::domain::{Draw, Lanes, PerLane, RoomPhase, Seed, waiting_room::Settings};

use super::{
    reply::{Reply, RoomError},
    room::RedisRoom,
};

/// A room as it is.
#[derive(Clone, Debug)]
pub struct RoomView {
    /// Now, by Redis's clock.
    pub now_ms: i64,
    /// The phase.
    pub phase: RoomPhase,
    /// The next number to be released.
    pub serving: u64,
    /// Places that joined.
    pub joined: u64,
    /// The lanes.
    pub lanes: Lanes,
    /// How many ordinals of each lane were given.
    pub next: PerLane,
    /// Places that are drawn, once fixed.
    pub lobby_count: Option<u64>,
    /// The same in each lane.
    pub lobby: Option<PerLane>,
    /// The seed, once drawn.
    pub seed: Option<Seed>,
    /// SHA-256 of the seed, hex.
    pub commitment: String,
    /// How often the room was made.
    pub epoch: u64,
    /// Of the settings.
    pub version: i64,
    /// What the organiser set.
    pub settings: Settings,
    /// Why it is paused; empty: not said.
    pub pause_reason: String,
    /// Live leases.
    pub shopping: u64,
    /// Admissions within the rate in the last 60 s.
    pub admitted_last_minute: u64,
    /// Places a minute that it lets in while more would be too many to be served; none: cap, rate or nobody's coming
    /// hold it.
    pub held_to_per_minute: Option<u64>,
}

/// One place as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceView {
    /// Gave up its place.
    pub left: bool,
    /// Was admitted.
    pub released: bool,
    /// Took up the offer.
    pub claimed: bool,
    /// The broker has it.
    pub confirmed: bool,
    /// Until when its offer or pass lives, Unix ms; none: it has none.
    pub lease_until_ms: Option<i64>,
}

impl PlaceView {
    /// One whose turn is still to come.
    pub const WAITS: Self =
        Self { left: false, released: false, claimed: false, confirmed: true, lease_until_ms: None };

    /// When its offer goes into its grace; none: it has none, or no offer.
    #[must_use]
    pub fn grace_from_ms(&self, settings: &Settings) -> Option<i64> {
        let until_ms = self.lease_until_ms.filter(|_| settings.grace_ms > 0 && !self.claimed)?;
        Some(until_ms - settings.grace_ms)
    }
}

impl RoomView {
    /// The draw, once made.
    #[must_use]
    pub fn draw(&self) -> Option<Draw> {
        Some(Draw::of_lanes(self.seed?, self.lanes, self.lobby?))
    }

    /// How many places have a number that is not dealt with.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.lanes.waiting(self.serving, &self.next)
    }
}

impl RedisRoom {
    /// The room.
    ///
    /// # Errors
    /// See [`RoomError`].
    pub async fn look(&self) -> Result<RoomView, RoomError> {
        let mut reply = self.run(&self.scripts().look, Vec::new()).await?;
        room_view(&mut reply)
    }

    /// The room and one of its places.
    ///
    /// # Errors
    /// See [`RoomError`].
    pub async fn look_at(&self, ordinal: u64) -> Result<(RoomView, PlaceView), RoomError> {
        let mut reply = self.run(&self.scripts().look, vec![ordinal.to_string()]).await?;
        let room = room_view(&mut reply)?;
        let place = PlaceView {
            left: reply.flag()?,
            released: reply.flag()?,
            claimed: reply.flag()?,
            confirmed: reply.flag()?,
            lease_until_ms: Some(reply.read()?).filter(|expiry| *expiry != 0),
        };
        Ok((room, place))
    }
}

fn room_view(reply: &mut Reply) -> Result<RoomView, RoomError> {
    let (now_ms, phase, serving) = (reply.read()?, reply.phase()?, reply.read()?);
    let (lanes, next, gaps): (Lanes, PerLane, u64) = (reply.read()?, reply.read()?, reply.read()?);
    let (lobby, seed, commitment): (Option<PerLane>, _, _) =
        (reply.optional()?, reply.seed()?, reply.text()?);
    let (epoch, version) = (reply.read()?, reply.read()?);
    let (lease_cap, rate_per_minute) = (reply.read()?, reply.read()?);
    let settings = Settings {
        lobby_opens_at_ms: reply.read()?,
        opens_at_ms: reply.read()?,
        lease_cap,
        rate_per_minute,
        claim_window_ms: reply.read()?,
        pass_ttl_ms: reply.read()?,
        grace_ms: reply.read()?,
    };
    Ok(RoomView {
        now_ms,
        phase,
        serving,
        joined: next.sum().saturating_sub(gaps),
        lanes,
        next,
        lobby_count: lobby.map(|lobby| lobby.sum()),
        lobby,
        seed,
        commitment,
        epoch,
        version,
        settings,
        pause_reason: reply.text()?,
        shopping: reply.read()?,
        admitted_last_minute: reply.read()?,
        held_to_per_minute: reply.optional()?,
    })
}
