//! A seeded simulation of a room with everything around it that can go wrong: joins whose message or answer is
//! lost, a releaser that crashes and gets its messages again, clocks that step, Redis that forgets everything.
//! The [`Checker`] keeps its own books from what happened and holds them against promises 4, 5 and 6. A failure
//! names its seed: `ONSALE_SIMULATION_SEED=<seed> cargo test -p shared simulation`.

mod broken;
mod checker;
mod recovery;

use std::collections::{BTreeSet, HashMap};

use rand::{Rng as _, RngExt as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};

use self::checker::Checker;
use super::{Checkpoint, LogEntry, Offer, Offered, Release, Settings, WaitingRoom};
use crate::domain::{RoomPhase, Seed};

type Releasing = fn(&mut WaitingRoom, i64, &[Offer]) -> Release;

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
        };
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self {
            rng,
            now_ms: 10_000,
            clock_ms: 10_000,
            settings,
            seed: Seed::new(bytes),
            room: WaitingRoom::new(settings),
            releasing,
            joining: Vec::new(),
            messages: Vec::new(),
            received: 0,
            buffer: BTreeSet::new(),
            names: HashMap::new(),
            saved: Vec::new(),
            saved_of_log: 0,
            checkpoint: Checkpoint::default(),
            checker: Checker::default(),
        }
    }

    fn step(&mut self) -> Result<(), String> {
        match self.rng.random_range(0..100) {
            0..22 => self.join(),
            22..38 => self.publish(),
            38..50 => self.confirm(),
            50..55 => self.move_clock(),
            55..60 => self.deliver(),
            60..80 => self.release()?,
            80..85 => self.claim(),
            85..89 => self.leave(),
            89..91 => self.finish(),
            91..94 => self.save(),
            94..95 => self.crash_releaser(),
            95..97 => self.control(),
            97..98 => self.lose_redis(),
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
        let joiners: Vec<&str> = names.iter().map(String::as_str).collect();
        let Ok(joined) = self.room.join(self.now_ms, &joiners) else { return };
        let mut group = Group { ordinals: Vec::new(), published: false };
        for (place, name) in joined.iter().zip(&names) {
            self.names.insert(place.ordinal, name.clone());
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

    fn release(&mut self) -> Result<(), String> {
        if self.room.phase() == RoomPhase::Lobby && self.room.lobby_count().is_some() {
            self.room.open(self.now_ms, self.seed).map_err(|error| error.to_string())?;
        }
        let Some(draw) = self.room.draw().copied() else {
            self.room.release(self.now_ms, &[]);
            return Ok(());
        };
        let first = self.room.serving().saturating_sub(self.rng.random_range(0..3));
        let count = self.rng.random_range(0..20);
        let patient = self.rng.random_bool(0.7);
        let offers: Vec<Offer> = (first..(first + count).min(self.room.next_ordinal()))
            .map(|number| {
                let ordinal = draw.ordinal(number);
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
        self.checker.held_back(self.clock_ms, cap, rate, release.stop)
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
        match self.rng.random_range(0..4) {
            0 => self.settings.lease_cap = self.rng.random_range(1..12),
            1 => self.settings.rate_per_minute = self.rng.random_range(1..25),
            2 => {
                let _ = self.room.admit(self.now_ms, 3);
                return;
            }
            _ => {}
        }
        let phase = [RoomPhase::Open, RoomPhase::Paused].choose(&mut self.rng).copied();
        let phase = phase.filter(|_| self.room.draw().is_some());
        // Refused where the phase does not allow it, as the API would.
        let _ = self.room.configure(self.now_ms, self.settings, phase);
    }

    /// The log becomes durable, a checkpoint is written, and what is settled is acknowledged.
    fn save(&mut self) {
        self.saved.extend(&self.room.log()[self.saved_of_log..]);
        self.saved_of_log = self.room.log().len();
        self.checkpoint = Checkpoint::of(&self.room);
        let (Some(draw), serving) = (self.room.draw().copied(), self.room.serving()) else { return };
        let mut at = 0;
        while at < self.received {
            if self.messages[at].iter().all(|ordinal| draw.number(*ordinal) < serving) {
                self.messages.remove(at);
                self.received -= 1;
            } else {
                at += 1;
            }
        }
    }

    /// All that is under way ends, time passes, and everybody who stayed must have come in.
    fn finish_sale(&mut self) -> Result<(), String> {
        self.joining.clear();
        self.now_ms = self.clock_ms.max(OPENS_AT_MS);
        self.release()?;
        let open = self.room.draw().map(|_| RoomPhase::Open);
        self.room.configure(self.now_ms, self.settings, open).map_err(|error| error.to_string())?;
        for _ in 0..20_000 {
            self.now_ms += 2_000;
            self.clock_ms = self.clock_ms.max(self.now_ms);
            self.deliver();
            self.release()?;
            self.save();
            if self.room.serving() == self.room.next_ordinal() {
                return self.nobody_is_missing();
            }
        }
        Err(format!("the line stands still at {}", self.room.serving()))
    }

    fn nobody_is_missing(&self) -> Result<(), String> {
        let released: BTreeSet<u64> = self.checker.released.values().copied().collect();
        let mut stayed = self.checker.answered.difference(&self.checker.left);
        if let Some(lost) = stayed.find(|ordinal| !released.contains(ordinal)) {
            return Err(format!("{lost} was answered, stayed, and never came in"));
        }
        if !self.messages.is_empty() {
            return Err(format!("{} messages were never acknowledged", self.messages.len()));
        }
        Ok(())
    }
}

fn simulate(seed: u64, releasing: Releasing) -> Result<(), String> {
    let mut simulation = Simulation::new(seed, releasing);
    for _ in 0..600 {
        simulation.step()?;
    }
    simulation.finish_sale()
}

fn seeds() -> Vec<u64> {
    std::env::var("ONSALE_SIMULATION_SEED")
        .map_or_else(|_| (0..60).collect(), |seed| vec![seed.parse().expect("a number")])
}

#[test]
fn no_history_breaks_cap_rate_or_order() {
    for seed in seeds() {
        simulate(seed, WaitingRoom::release).unwrap_or_else(|breach| panic!("seed {seed}: {breach}"));
    }
}
