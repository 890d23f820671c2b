//! The Redis scripts give the same answers as the pure state machine, whatever the history.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use fred::interfaces::{KeysInterface as _, ListInterface as _, SortedSetsInterface as _};
use queue_api::waiting_room::{
    build::{Blueprint, Built},
    room::{Held, PlaceOffer, RedisRoom},
    scripts::Scripts,
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use shared::{
    domain::{
        EventId, LaneIndex, Lanes, PlaceId, RoomPhase, Seed,
        waiting_room::{LogEntry, Offer, Offered, Settings, WaitingRoom},
    },
    redis::EventKeys,
    testing::TestEngines,
};

/// A clock that the test sets.
static ON_A_SET_CLOCK: LazyLock<Scripts> = LazyLock::new(|| {
    Scripts::with_clock("local function clock() return tonumber(redis.call('GET', KEYS[1] .. ':clock')) end")
});

struct Pair {
    rng: StdRng,
    engines: TestEngines,
    keys: EventKeys,
    redis: RedisRoom,
    pure: WaitingRoom,
    settings: Settings,
    seed: Seed,
    now_ms: i64,
    version: i64,
    places: HashMap<u64, PlaceId>,
    names: HashMap<u64, Arc<str>>,
    /// What a rebuilt room does not remember.
    forgotten_log: usize,
}

impl Pair {
    async fn new(seed: u64, shares: &[u8]) -> Self {
        let engines = TestEngines::start().await;
        let event = EventId::new();
        let mut rng = StdRng::seed_from_u64(seed);
        let settings = Settings {
            lobby_opens_at_ms: 1_000,
            opens_at_ms: 60_000,
            lease_cap: rng.random_range(1..8),
            rate_per_minute: rng.random_range(1..15),
            claim_window_ms: 5_000,
            pass_ttl_ms: 20_000,
            grace_ms: 1_000,
        };
        let mut pair = Self {
            keys: engines.redis.event(event),
            redis: RedisRoom::with_scripts(engines.redis.clone(), event, &ON_A_SET_CLOCK),
            engines,
            pure: WaitingRoom::with_lanes(settings, Lanes::by_shares(shares).unwrap()),
            settings,
            seed: Seed::new(rng.random()),
            rng,
            now_ms: 500,
            version: 1,
            places: HashMap::new(),
            names: HashMap::new(),
            forgotten_log: 0,
        };
        pair.set_clock().await;
        pair.build().await;
        pair
    }

    async fn set_clock(&self) {
        let key = format!("{}:clock", self.keys.room());
        self.engines.redis.client().set::<(), _, _>(key, self.now_ms, None, None, false).await.unwrap();
    }

    /// Redis forgets the room; it is made again from the pure one.
    async fn build(&mut self) {
        let keys = &self.keys;
        let all = [keys.room(), keys.who(), keys.leases(), keys.log(), keys.admissions(), keys.left()];
        self.engines.redis.client().del::<(), _>(all.to_vec()).await.unwrap();
        self.forgotten_log = self.pure.log().len();
        let blueprint = Blueprint {
            room: &self.pure,
            places: &self.places,
            epoch: 1,
            version: self.version,
            seed: &self.seed,
            pause_reason: "",
            now_ms: self.now_ms.max(0),
        };
        assert_eq!(self.redis.build(&blueprint).await.unwrap(), Built::Made);
        assert_eq!(self.redis.build(&blueprint).await.unwrap(), Built::Exists);
    }

    async fn step(&mut self) {
        match self.rng.random_range(0..100) {
            0..22 => self.join().await,
            22..38 => self.confirm().await,
            38..50 => self.move_clock().await,
            50..75 => self.release().await,
            75..83 => self.claim().await,
            83..88 => self.leave().await,
            88..91 => self.finish().await,
            91..95 => self.configure().await,
            95..97 => self.admit().await,
            97..99 => self.open().await,
            // The pure room's clock may be ahead of the set one only if time went back, which `build` cannot know.
            _ if self.now_ms >= 1_000 => self.build().await,
            _ => {}
        }
        self.compare().await;
    }

    async fn join(&mut self) {
        let count = self.rng.random_range(1..5);
        let names: Vec<Arc<str>> =
            (0..count).map(|_| format!("fan-{}", self.rng.random_range(0..60)).into()).collect();
        // One lane more than there is: that is everybody's.
        let lanes = self.pure.lanes().all().end + 1;
        let joiners: Vec<(Arc<str>, PlaceId, LaneIndex)> =
            names.iter().map(|who| (who.clone(), PlaceId::new(), self.some_lane(lanes))).collect();
        let who: Vec<(&str, LaneIndex)> =
            joiners.iter().map(|(who, _, lane)| (who.as_ref(), *lane)).collect();
        let said = self.redis.join(&joiners).await.unwrap();
        match (self.pure.join_lanes(self.now_ms, &who), said) {
            (Err(expected), Err(refused)) => assert_eq!(refused.why, expected),
            (Ok(expected), Ok(numbered)) => {
                for ((joined, place), name) in expected.iter().zip(&numbered.places).zip(&names) {
                    assert_eq!((place.ordinal, place.confirmed), (joined.ordinal, joined.confirmed));
                    let id = *self.places.entry(place.ordinal).or_insert(place.place);
                    assert_eq!(id, place.place);
                    self.names.insert(place.ordinal, name.clone());
                }
                assert_eq!((numbered.lobby, numbered.lanes), (self.pure.lobby(), *self.pure.lanes()));
            }
            (expected, said) => panic!("{expected:?} / {said:?}"),
        }
    }

    /// At first everybody's, so that the other lanes are joined late.
    fn some_lane(&mut self, lanes: LaneIndex) -> LaneIndex {
        if self.pure.serving() < 4 { 0 } else { self.rng.random_range(0..lanes) }
    }

    fn some_ordinal(&mut self) -> u64 {
        self.rng.random_range(0..self.pure.next_ordinal() + 2)
    }

    async fn confirm(&mut self) {
        let mut given: Vec<u64> = self.names.keys().copied().collect();
        given.sort_unstable();
        let ordinals: Vec<u64> = given.into_iter().filter(|_| self.rng.random_bool(0.3)).collect();
        let said = self.redis.confirm(1, &ordinals).await.unwrap();
        assert_eq!(said, Some(self.pure.confirm(&ordinals)));
        assert_eq!(self.redis.confirm(2, &ordinals).await.unwrap(), None);
    }

    async fn move_clock(&mut self) {
        self.now_ms += match self.rng.random_range(0..8) {
            0 => 0,
            1 => self.rng.random_range(10_000..70_000),
            _ => self.rng.random_range(0..4_000),
        };
        self.set_clock().await;
    }

    async fn open(&mut self) {
        let said = self.redis.open(&self.seed).await.unwrap();
        let expected = self.pure.open(self.now_ms, self.seed).ok().and_then(|()| self.pure.lobby());
        assert_eq!(said, expected);
    }

    async fn release(&mut self) {
        if self.pure.draw().is_none() && self.rng.random_bool(0.3) {
            self.open().await;
        }
        let first = self.pure.serving().saturating_sub(self.rng.random_range(0..3));
        let first = if self.rng.random_bool(0.05) { first + 5 } else { first };
        let count = self.rng.random_range(0..8);
        let mut pure = Vec::new();
        let mut offers = Vec::new();
        let vacant_too = self.rng.random_bool(0.2);
        let (lanes, next) = (*self.pure.lanes(), self.pure.next());
        let left_out = |number: &u64| lanes.are_several() && lanes.is_vacant(*number, &next) && !vacant_too;
        for number in (first..first + 40).filter(|number| !left_out(number)).take(count) {
            let ordinal = self.pure.draw().map_or(number, |draw| draw.ordinal(number));
            let known = self.places.get(&ordinal).filter(|_| self.rng.random_bool(0.9));
            let (offered, held) = match (known, self.rng.random_bool(0.5)) {
                (Some(place), _) => (Offered::Place, Held::Place(*place, self.names[&ordinal].clone())),
                (None, true) => (Offered::Missing, Held::Missing),
                (None, false) => (Offered::Forfeit, Held::Forfeit),
            };
            pure.push(Offer { number, ordinal, offered });
            offers.push(PlaceOffer { number, ordinal, held });
        }
        let expected = self.pure.release(self.now_ms, &pure);
        let said = self.redis.release(&offers).await.unwrap();
        assert_eq!(
            (said.stop, said.serving, said.room, said.numbers, said.phase, said.next),
            (
                expected.stop,
                expected.serving,
                expected.room,
                expected.released,
                self.pure.phase(),
                self.pure.next()
            )
        );
        assert_eq!(said.log_end as usize, self.pure.log().len() - self.forgotten_log);
    }

    async fn claim(&mut self) {
        let leases: Vec<u64> = self.pure.leases().keys().copied().collect();
        let ordinal = match leases.is_empty() {
            true => self.some_ordinal(),
            false => leases[self.rng.random_range(0..leases.len())],
        };
        let said = self.redis.claim(ordinal).await.unwrap();
        assert_eq!(said.map(|claimed| claimed.expires_at_ms), self.pure.claim(self.now_ms, ordinal));
    }

    async fn leave(&mut self) {
        let ordinal = self.some_ordinal();
        // Whose ordinal is nobody's has no id.
        let Some(place) = self.places.get(&ordinal).copied() else { return };
        let said = self.redis.leave(ordinal, place).await.unwrap();
        assert_eq!(said, self.pure.leave(self.now_ms, ordinal));
    }

    /// What the locks do when a booking used up a lease.
    async fn finish(&mut self) {
        let ordinal = self.some_ordinal();
        let client = self.engines.redis.client();
        if client.zrem::<u64, _, _>(self.keys.leases(), ordinal.to_string()).await.unwrap() == 1 {
            let entry = format!("end {} {ordinal} finished", self.now_ms);
            client.rpush::<(), _, _>(self.keys.log(), entry).await.unwrap();
        }
        self.pure.finish(self.now_ms, ordinal);
    }

    async fn configure(&mut self) {
        self.settings.lease_cap = self.rng.random_range(1..8);
        self.settings.rate_per_minute = self.rng.random_range(1..15);
        let phases = [
            RoomPhase::Paused,
            RoomPhase::Lobby,
            RoomPhase::Open,
            RoomPhase::Open,
            RoomPhase::Open,
            RoomPhase::Closed,
        ];
        // Closing before the draw is for good, which would end the test.
        let most = if self.pure.draw().is_some() { 6 } else { 3 };
        let phase = self.rng.random_bool(0.7).then(|| phases[self.rng.random_range(0..most)]);
        let said = self.redis.configure(self.version + 1, &self.settings, phase, "").await.unwrap();
        match self.pure.configure(self.now_ms, self.settings, phase) {
            Ok(()) => {
                assert_eq!(said, Some(self.pure.phase()));
                self.version += 1;
            }
            Err(_) => assert_eq!(said, None),
        }
        let old = Settings { lease_cap: 99, ..self.settings };
        self.redis.configure(self.version, &old, None, "").await.unwrap();
    }

    async fn admit(&mut self) {
        let said = self.redis.admit(2).await.unwrap();
        assert_eq!(said, self.pure.admit(self.now_ms, 2).ok().map(u64::from));
    }

    async fn compare(&mut self) {
        let view = self.redis.look().await.unwrap();
        let mut pure = self.pure.clone();
        // Looking changes nothing in Redis; the copy may take time into account.
        let _ = pure.configure(self.now_ms, pure.settings(), None);
        assert_eq!(
            (view.phase, view.serving, view.joined, view.lobby, view.shopping, view.settings),
            (pure.phase(), pure.serving(), pure.joined(), pure.lobby(), pure.live_leases(), pure.settings())
        );
        assert_eq!((view.next, view.lanes), (pure.next(), *pure.lanes()));
        let mut expected: Vec<String> =
            self.pure.log()[self.forgotten_log..].iter().map(|entry| self.logged(entry)).collect();
        let mut log = self.redis.log(1_000_000).await.unwrap().entries;
        // Leases that expire together end in any order.
        expected.sort_unstable();
        log.sort_unstable();
        assert_eq!(log, expected);
    }

    fn logged(&self, entry: &LogEntry) -> String {
        match entry {
            LogEntry::Release { at_ms, number, ordinal, extra } => {
                let (place, who) = (self.places[ordinal], &self.names[ordinal]);
                format!("release {at_ms} {number} {ordinal} {place} {who} {}", u8::from(*extra))
            }
            LogEntry::Claim { at_ms, ordinal } => format!("claim {at_ms} {ordinal}"),
            LogEntry::End { at_ms, ordinal, outcome } => {
                format!("end {at_ms} {ordinal} {}", outcome.as_str())
            }
            LogEntry::Leave { at_ms, ordinal } => format!("leave {at_ms} {ordinal} {}", self.places[ordinal]),
            LogEntry::Gap { at_ms, lane, from, to } => format!("gap {at_ms} {lane} {from} {to}"),
            LogEntry::Forfeit { at_ms, ordinal } => format!("forfeit {at_ms} {ordinal}"),
        }
    }
}

#[tokio::test]
async fn the_scripts_and_the_pure_machine_agree() {
    for seed in 0..6 {
        agree(seed, &[]).await;
    }
}

#[tokio::test]
async fn they_agree_in_rooms_with_lanes() {
    let mut gaps = 0;
    for (seed, shares) in [&[20][..], &[50], &[10, 30], &[25, 25, 25], &[5]].into_iter().enumerate() {
        gaps += agree(seed as u64, shares).await;
    }
    assert!(gaps > 0, "nobody joined a lane late");
}

/// One history; how many ordinals stayed nobody's.
async fn agree(seed: u64, shares: &[u8]) -> u64 {
    let mut pair = Pair::new(seed, shares).await;
    for step in 0..450 {
        tracing::debug!(seed, step, "differential");
        pair.step().await;
    }
    assert!(pair.pure.serving() > 5, "seed {seed} reached {} only", pair.pure.serving());
    let gaps = pair.pure.gaps();
    pair.engines.finish().await;
    gaps
}
