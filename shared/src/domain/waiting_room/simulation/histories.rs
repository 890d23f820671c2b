//! How many histories are run, and which.

use std::time::{Duration, Instant};

use super::{WaitingRoom, simulate};

/// Histories of one run of the tests.
const HISTORIES: u64 = 10_000;

/// A number that `infra/simulate` asks for.
fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|number| number.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Runs the history of a seed; a breach ends the run and names it.
fn run(seed: u64) {
    simulate(seed, WaitingRoom::release)
        .unwrap_or_else(|breach| panic!("{breach}; again with: infra/simulate --seed {seed}"));
}

#[test]
fn no_history_breaks_a_promise() {
    if let Some(seed) = asked("ONSALE_SIMULATION_SEED") {
        run(seed);
    } else if let Some(seconds) = asked("ONSALE_SIMULATION_SECONDS") {
        run_for(Duration::from_secs(seconds));
    } else {
        (0..HISTORIES).for_each(run);
    }
}

/// Histories nobody has run before, on all cores, until the time is over.
fn run_for(time: Duration) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let end = Instant::now() + time;
    let run_one = || {
        let first: u64 = rand::random();
        let seeds = (0_u64..).take_while(|_| Instant::now() < end);
        u64::try_from(seeds.map(|step| run(first.wrapping_add(step))).count()).unwrap_or(u64::MAX)
    };
    let histories: u64 = std::thread::scope(|scope| {
        let running: Vec<_> = (0..cores).map(|_| scope.spawn(run_one)).collect();
        running.into_iter().map(|run| run.join().expect("a history broke a promise, see above")).sum()
    });
    println!("{histories} histories, none broke a promise");
}
