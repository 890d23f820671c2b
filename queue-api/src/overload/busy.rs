//! Whether there is as much to do as can be done at once, long before anybody is turned away: waiting rooms let fewer in
//! then. It is judged by the calls under way in the last second or so, since moments say little.

use std::time::Duration;

use shared::rush;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::Overload;
use crate::app::App;

/// How often it is counted what is under way.
const COUNT: Duration = Duration::from_millis(100);
/// A count's part of the mean.
const WEIGHT: f64 = 0.1;
/// Counts until others are told again.
const TELL: u32 = 5;
/// Of the calls that are worked on at most, those that are enough to keep a machine busy: with more, each only waits longer
/// for the others.
const ENOUGH: f64 = 0.25;

/// Calls under way, over a second or so.
#[derive(Default)]
struct Mean(f64);

impl Mean {
    fn count(&mut self, under_way: usize) {
        self.0 += (under_way as f64 - self.0) * WEIGHT;
    }

    fn is_enough(&self, overload: &Overload) -> bool {
        self.0 >= overload.most as f64 * ENOUGH
    }
}

/// Tells others that there is as much to do as can be done, as long as there is.
pub async fn watch(app: &App, shutdown: CancellationToken) {
    let mut mean = Mean::default();
    let mut ticks = interval(COUNT);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        for _ in 0..TELL {
            tokio::select! {
                _ = ticks.tick() => mean.count(app.overload.under_way()),
                () = shutdown.cancelled() => return,
            }
        }
        if mean.is_enough(&app.overload)
            && let Err(error) = rush::say_busy(&app.redis).await
        {
            tracing::warn!(%error, "overload: cannot say that there is enough to do");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Stage, *};

    #[test]
    fn much_for_a_moment_is_not_too_much() {
        let overload = Overload::new(80);
        let mut mean = Mean::default();
        let calls: Vec<_> = (0..30).map(|_| overload.enter(Stage::Paying)).collect();
        (0..3).for_each(|_| mean.count(overload.under_way()));
        assert!(!mean.is_enough(&overload), "three counts");
        (0..10).for_each(|_| mean.count(overload.under_way()));
        assert!(mean.is_enough(&overload), "more than a second");
        drop(calls);
        (0..10).for_each(|_| mean.count(overload.under_way()));
        assert!(!mean.is_enough(&overload));
    }
}
