//! A seeded simulation of a room with everything around it that can go wrong: joins whose message or answer is
//! lost, a releaser that crashes and gets its messages again, clocks that step, settings that change, Redis that
//! forgets everything. The [`Checker`] keeps its own books from what happened and holds them against promises 4
//! to 7. A failure names its seed; `infra/simulate` runs one seed, or as long as asked.

mod broken;
mod checker;
mod ending;
mod histories;
mod recovery;

use std::collections::{BTreeSet, HashMap};

use rand::{Rng as _, RngExt as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};

use self::checker::{Checker, Drawn};
use super::{Checkpoint, KnownPlace, LogEntry, Offer, Offered, Release, Settings, Stop, WaitingRoom};
use crate::domain::{Draw, Lanes, PerLane, RoomPhase, Seed, lanes::SHARE_STEP_PERCENT};

type Releasing = fn(&mut WaitingRoom, i64, &[Offer]) -> Release;
type Rebuilding = fn(Settings, Lanes, RoomPhase, Option<Draw>, Checkpoint, &[KnownPlace], i64) -> WaitingRoom;

const OPENS_AT_MS: i64 = 100_000;

/// A group of joins between Redis and its answer.
struct Group {
    ordinals: Vec<u64>,
    published: bool,
}

struct Simulation {
    rng: StdRng,
    now_ms: i64,
    /// The highest time so far: the room's own idea of now.
    clock_ms: i64,
    settings: Settings,
    seed: Seed,
    room: WaitingRoom,
    releasing: Releasing,
    rebuilding: Rebuilding,
    /// What the releaser last heard of who joined.
    heard: PerLane,
    joining: Vec<Group>,
    /// What the broker holds: groups that were not acknowledged.
    messages: Vec<Vec<u64>>,
    /// What the releaser has of them.
    received: usize,
    buffer: BTreeSet<u64>,
    names: HashMap<u64, String>,
    /// How much of the log is in PostgreSQL.
    saved: Vec<LogEntry>,
    saved_of_log: usize,
    checkpoint: Checkpoint,
    checker: Checker,
}

impl Simulation {
    fn new(seed: u64, releasing: Releasing) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let settings = Settings {
            lobby_opens_at_ms: 10_000,
            opens_at_ms: OPENS_AT_MS,
            lease_cap: rng.random_range(1..12),
            rate_per_minute: rng.random_range(1..25),
            claim_window_ms: 8_000,
            pass_ttl_ms: 30_000,
            grace_ms: 2_000,
        };
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        let seed = Seed::new(bytes);
        let shares = random_shares(&mut rng);
        let lanes = Lanes::by_shares(&shares).expect("shares that leave something for everybody");
        Self {
            rng,
            now_ms: 10_000,
            clock_ms: 10_000,
            settings,
            seed,
            room: WaitingRoom::with_lanes(settings, lanes),
            releasing,
            rebuilding: WaitingRoom::rebuild,
            heard: PerLane::default(),
            joining: Vec::new(),
            messages: Vec::new(),
            received: 0,
            buffer: BTreeSet::new(),
            names: HashMap::new(),
            saved: Vec::new(),
            saved_of_log: 0,
            checkpoint: Checkpoint::default(),
            checker: Checker::new(seed.commitment(), &shares),
        }
    }

    fn step(&mut self) -> Result<(), String> {
        match self.rng.random_range(0..100) {
            0..22 => self.join(),
            22..38 => self.publish(),
            38..50 => self.confirm(),
            50..55 => self.move_clock(),
            55..60 => self.deliver(),
            60..80 => {
                self.release()?;
            }
            80..85 => self.claim(),
            85..89 => self.leave(),
            89..91 => self.finish(),
            91..94 => self.save(),
            94..95 => self.crash_releaser(),
            95..97 => self.control(),
            97..98 => self.lose_redis()?,
            _ => self.crash_joiner(),
        }
        self.check()
    }

    fn check(&mut self) -> Result<(), String> {
        let (cap, rate) = (self.settings.lease_cap, self.settings.rate_per_minute);
        self.checker.read(&self.room, cap, rate, &self.settings)
    }

    fn join(&mut self) {
        let count = self.rng.random_range(1..5);
        let names: Vec<String> =
            (0..count).map(|_| format!("fan {}", self.rng.random_range(0..200))).collect();
        let lanes = self.room.lanes().all().end;
        let favourite = self.rng.random_range(0..lanes);
        let joiners: Vec<_> = names
            .iter()
            .map(|name| {
                let usual = self.rng.random_bool(0.7);
                (name.as_str(), if usual { favourite } else { self.rng.random_range(0..lanes) })
            })
            .collect();
        let Ok(joined) = self.room.join_lanes(self.now_ms, &joiners) else { return };
        let mut group = Group { ordinals: Vec::new(), published: false };
        for (place, name) in joined.iter().zip(&names) {
            self.names.insert(place.ordinal, name.clone());
            self.checker.numbered.insert(place.ordinal);
            if place.confirmed {
                self.checker.answered.insert(place.ordinal);
            } else {
                group.ordinals.push(place.ordinal);
            }
        }
        self.joining.push(group);
    }

    fn publish(&mut self) {
        let unpublished: Vec<usize> =
            (0..self.joining.len()).filter(|at| !self.joining[*at].published).collect();
        let Some(&at) = unpublished.choose(&mut self.rng) else { return };
        let group = &mut self.joining[at];
        group.published = true;
        self.messages.push(group.ordinals.clone());
    }

    fn confirm(&mut self) {
        let published = (0..self.joining.len()).filter(|at| self.joining[*at].published);
        let Some(&at) = published.collect::<Vec<_>>().choose(&mut self.rng) else { return };
        let group = self.joining.swap_remove(at);
        for (ordinal, ok) in group.ordinals.iter().zip(self.room.confirm(&group.ordinals)) {
            if ok {
                self.checker.answered.insert(*ordinal);
            }
        }
    }

    /// A queue-api is killed somewhere between numbering and answering.
    fn crash_joiner(&mut self) {
        if !self.joining.is_empty() {
            let at = self.rng.random_range(0..self.joining.len());
            self.joining.swap_remove(at);
        }
    }

    fn move_clock(&mut self) {
        self.now_ms += match self.rng.random_range(0..10) {
            0 => -self.rng.random_range(0..5_000),
            1 => self.rng.random_range(20_000..70_000),
            _ => self.rng.random_range(0..6_000),
        };
        self.clock_ms = self.clock_ms.max(self.now_ms);
    }

    fn deliver(&mut self) {
        while self.received < self.messages.len() {
            self.buffer.extend(&self.messages[self.received]);
            self.received += 1;
            if self.rng.random_bool(0.2) {
                break;
            }
        }
    }

    fn crash_releaser(&mut self) {
        self.received = 0;
        self.buffer.clear();
    }

    /// What was drawn, as the checker recomputed it.
    fn drawn(&self) -> Option<&Drawn> {
        self.checker.drawn.as_ref()
    }

    fn release(&mut self) -> Result<Stop, String> {
        if self.room.phase() == RoomPhase::Lobby && self.room.lobby_count().is_some() {
            self.room.open(self.now_ms, self.seed).map_err(|error| error.to_string())?;
            self.check()?;
        }
        let first = self.room.serving().saturating_sub(self.rng.random_range(0..3));
        let count = self.rng.random_range(0..20);
        let patient = self.rng.random_bool(0.7);
        let heard = self.heard;
        self.heard = self.room.next();
        let Some(drawn) = self.drawn() else {
            return Ok(self.room.release(self.now_ms, &[]).stop);
        };
        // The releaser leaves out what was vacant when it last heard of the room, as the real one does.
        let lanes = *self.room.lanes();
        let offers: Vec<Offer> = (first..lanes.end(&heard))
            .filter(|number| !lanes.is_vacant(*number, &heard))
            .take(count)
            .map(|number| {
                let ordinal = drawn.ordinal(number);
                let offered = match self.buffer.contains(&ordinal) {
                    true => Offered::Place,
                    false if patient => Offered::Missing,
                    false => Offered::Forfeit,
                };
                Offer { number, ordinal, offered }
            })
            .collect();
        let release = (self.releasing)(&mut self.room, self.now_ms, &offers);
        self.check()?;
        let (cap, rate) = (self.settings.lease_cap, self.settings.rate_per_minute);
        self.checker.held_back(self.room.clock_ms, cap, rate, release.stop)?;
        Ok(release.stop)
    }

    fn someone(&mut self) -> Option<u64> {
        let answered: Vec<u64> = self.checker.answered.iter().copied().collect();
        answered.choose(&mut self.rng).copied()
    }

    fn shopper(&mut self) -> Option<u64> {
        let leases: Vec<u64> = self.checker.leases.keys().copied().collect();
        leases.choose(&mut self.rng).copied()
    }

    fn claim(&mut self) {
        let Some(ordinal) = self.shopper().or_else(|| self.someone()) else { return };
        let _ = self.room.claim(self.now_ms, ordinal);
    }

    fn leave(&mut self) {
        let Some(ordinal) = self.someone() else { return };
        self.room.leave(self.now_ms, ordinal);
    }

    fn finish(&mut self) {
        let Some(ordinal) = self.shopper() else { return };
        self.room.finish(self.now_ms, ordinal);
    }

    fn control(&mut self) {
        match self.rng.random_range(0..6) {
            0 => self.settings.lease_cap = self.rng.random_range(1..12),
            1 => self.settings.rate_per_minute = self.rng.random_range(1..25),
            3 => {
                self.settings.claim_window_ms = self.rng.random_range(5..20) * 1_000;
                self.settings.grace_ms = self.rng.random_range(0..5) * 1_000;
            }
            4 => self.settings.pass_ttl_ms = self.rng.random_range(20..60) * 1_000,
            2 => {
                let _ = self.room.admit(self.now_ms, 3);
                return;
            }
            _ => {}
        }
        let phase = [RoomPhase::Open, RoomPhase::Open, RoomPhase::Paused, RoomPhase::Closed]
            .choose(&mut self.rng)
            .copied();
        let phase = phase.filter(|_| self.room.draw().is_some());
        // Refused where the phase does not allow it, as the API would.
        let _ = self.room.configure(self.now_ms, self.settings, phase);
    }
}

/// Shares of the lanes besides everybody's; half of the rooms have none.
fn random_shares(rng: &mut StdRng) -> Vec<u8> {
    let lanes = [0, 0, 0, 1, 1, 2, 3][rng.random_range(0..7)];
    (0..lanes).map(|_| rng.random_range(1..=6) * SHARE_STEP_PERCENT).collect()
}

/// One history of random length; what it broke.
fn simulate(seed: u64, releasing: Releasing) -> Result<(), String> {
    play(Simulation::new(seed, releasing))
}

fn play(mut simulation: Simulation) -> Result<(), String> {
    for _ in 0..simulation.rng.random_range(100..700) {
        simulation.step()?;
    }
    simulation.finish_sale()
}
