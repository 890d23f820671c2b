//! Choosing the best seats for many fans at once.
//!
//! Those who ask for seats of an event while others are being served are served together: one look at the live view, one
//! search for all who wish the same, and nobody is given what another was just given. Whoever else is quicker, by
//! another process or by a click on the map, shows when the seats are locked; then seats are chosen again.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use shared::{
    domain::{
        EventId, SeatIndex, SeatMap, SeatState, SeatStates, TierIndex,
        best_available::{Wish, best_for_each},
    },
    locks::{Holds, LockError},
};
use tokio::sync::{mpsc, oneshot};

use super::metrics::Metrics;
use crate::problem::Problem;

/// Most fans who wait to be served; more are told to come again.
const WAITING: usize = 20_000;
/// Most fans served together.
const TOGETHER: usize = 500;
/// Of so many candidates a single fan gets one.
const SPREAD: usize = 4;
/// The same where several are served: then other processes serve several too.
const SPREAD_TOGETHER: usize = 16;
/// A desk nobody comes to for so long is closed.
const IDLE: Duration = Duration::from_secs(60);

/// What somebody wishes; those who wish the same are served by one search.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wanted {
    pub quantity: u32,
    pub tiers: Vec<TierIndex>,
    /// How many of them are places for wheelchairs.
    pub wheelchairs: u32,
}

/// Why nothing was chosen.
#[derive(Debug)]
pub(super) enum Refused {
    /// There are not so many left.
    NotEnough,
    /// Too many ask at once.
    Busy,
    /// An engine does not answer.
    Unavailable,
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotEnough => {
                let detail = "There are not so many seats left that you could have.";
                Self::conflict("not-enough-seats", detail)
            }
            Refused::Busy | Refused::Unavailable => Self::unavailable(1),
        }
    }
}

/// Seats chosen for one fan. Until it is dropped nobody else is given them by this process, so it is kept until they are
/// locked.
pub(super) struct Chosen {
    pub seats: Vec<SeatIndex>,
    pending: Arc<Mutex<HashSet<SeatIndex>>>,
}

impl Drop for Chosen {
    fn drop(&mut self) {
        let mut pending = self.pending.lock();
        for seat in &self.seats {
            pending.remove(seat);
        }
    }
}

struct Request {
    map: Arc<SeatMap>,
    wanted: Wanted,
    answer: oneshot::Sender<Result<Chosen, Refused>>,
}

/// The desks of all events.
pub struct Chooser {
    holds: Holds,
    /// How often it chose.
    pub metrics: Metrics,
    desks: Mutex<HashMap<EventId, mpsc::Sender<Request>>>,
}

impl Chooser {
    /// Chooses from the live views of `holds`.
    #[must_use]
    pub fn new(holds: Holds) -> Self {
        Self { holds, metrics: Metrics::default(), desks: Mutex::default() }
    }

    /// Counts a choice that is made for somebody for the so many-th time, from 0.
    pub(super) fn count(&self, round: usize) {
        let counter = if round == 0 { &self.metrics.chosen } else { &self.metrics.chosen_again };
        counter.inc();
    }

    /// The best seats for somebody, as good as nobody else's.
    pub(super) async fn choose(
        &self,
        event: EventId,
        map: Arc<SeatMap>,
        wanted: Wanted,
    ) -> Result<Chosen, Refused> {
        let (answer, answered) = oneshot::channel();
        self.desk(event).try_send(Request { map, wanted, answer }).map_err(|_| Refused::Busy)?;
        answered.await.unwrap_or(Err(Refused::Unavailable))
    }

    fn desk(&self, event: EventId) -> mpsc::Sender<Request> {
        let mut desks = self.desks.lock();
        if let Some(desk) = desks.get(&event).filter(|desk| !desk.is_closed()) {
            return desk.clone();
        }
        desks.retain(|_, desk| !desk.is_closed());
        let (sender, requests) = mpsc::channel(WAITING);
        tokio::spawn(serve(self.holds.clone(), event, requests));
        desks.insert(event, sender.clone());
        sender
    }
}

/// Serves those who wait together, until nobody comes any more.
async fn serve(holds: Holds, event: EventId, mut requests: mpsc::Receiver<Request>) {
    let pending = Arc::new(Mutex::new(HashSet::new()));
    loop {
        let mut group = Vec::new();
        match tokio::time::timeout(IDLE, requests.recv_many(&mut group, TOGETHER)).await {
            Ok(0) => return,
            Ok(_) => {}
            // Who is sent here from now on is told so; who was meanwhile is served.
            Err(_) if requests.is_closed() => return,
            Err(_) => {
                requests.close();
                continue;
            }
        }
        // In this order: what was locked since the copy was made shows in the view.
        let given: Vec<SeatIndex> = pending.lock().iter().copied().collect();
        match holds.snapshot(event).await {
            Ok(snapshot) => {
                let pending = Arc::clone(&pending);
                let serving =
                    tokio::task::spawn_blocking(move || hand_out(group, snapshot.bits, &given, &pending));
                if let Err(error) = serving.await {
                    tracing::error!(%error, %event, "choosing seats failed");
                }
            }
            Err(error) => refuse(group, &error, event),
        }
    }
}

fn refuse(group: Vec<Request>, error: &LockError, event: EventId) {
    tracing::warn!(%error, %event, "no seats can be chosen");
    for request in group {
        let _ = request.answer.send(Err(Refused::Unavailable));
    }
}

/// Looks at every seat of the map, so it does not belong on a thread that others wait for.
fn hand_out(
    group: Vec<Request>,
    bits: Vec<u8>,
    given: &[SeatIndex],
    pending: &Arc<Mutex<HashSet<SeatIndex>>>,
) {
    let Some(map) = group.first().map(|request| Arc::clone(&request.map)) else { return };
    let mut states = SeatStates::from_bytes(bits, map.seat_count());
    for seat in given {
        states.set(*seat, SeatState::Held);
    }
    let mut same: BTreeMap<Wanted, Vec<oneshot::Sender<_>>> = BTreeMap::new();
    for Request { wanted, answer, .. } in group {
        same.entry(wanted).or_default().push(answer);
    }
    for (wanted, answers) in same {
        let spread = if answers.len() == 1 { SPREAD } else { SPREAD_TOGETHER };
        let wish = Wish {
            quantity: wanted.quantity,
            tiers: &wanted.tiers,
            wheelchairs: wanted.wheelchairs,
            spread,
            choice: rand::random_range(0..spread),
        };
        let mut found = best_for_each(&map, &mut states, &wish, answers.len()).into_iter();
        for answer in answers {
            let chosen = found.next().map(|seats| {
                pending.lock().extend(&seats);
                Chosen { seats, pending: Arc::clone(pending) }
            });
            // Who went away drops what was chosen.
            let _ = answer.send(chosen.ok_or(Refused::NotEnough));
        }
    }
}
