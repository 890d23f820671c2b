//! How fast a room lets people in that nothing else holds back: as fast as they can be served. Whoever comes in needs
//! a dozen calls, most of them later, so a room that lets in all at once has them all wait, and in the end turned away;
//! in the line they wait as long, but in order and without asking.
//!
//! It begins carefully, gives more as long as there is room for more, and less each second that those who are in are
//! as many as can be served at once.

use std::time::Duration;

use fred::{interfaces::KeysInterface as _, types::Expiration};
use shared::rush;
use tokio::time::Instant;

use super::room_task::RoomTask;
use crate::config::Config;

/// Places a second to begin with, of the calls that one API works on at once.
const PART_OF_CALLS: f64 = 0.125;
/// How often it is adjusted.
const ADJUST: Duration = Duration::from_secs(1);
/// More by this each second in which it was what held people back, and more could be served. Those who come in now pay
/// half a minute later: a quicker change would go too far before that shows.
const MORE: f64 = 1.02;
/// Less by this each second in which no more could be served.
const LESS: f64 = 0.97;
/// Never less than so many a second: the line moves.
const LEAST: f64 = 10.0;
/// Never more than so many a second: more is not made in one beat.
const MOST: f64 = 50_000.0;
/// That a room is held back is true for so long after it was last said, milliseconds.
const HELD_LASTS_MS: i64 = 3_000;

/// When the last of so many may come in, in a room that was held to so many a minute, from now: not before
/// it, however the pace grows meanwhile.
pub(in crate::waiting_room) fn not_before(places: u64, held_to_per_minute: u64) -> Duration {
    // It was said up to so long ago, and a second's may come in at once.
    let ago = HELD_LASTS_MS as f64 / 1_000.0 + ADJUST.as_secs_f64();
    let a_second = (held_to_per_minute as f64 / 60.0).max(LEAST);
    let seconds = (places as f64 / a_second * (MORE - 1.0)).ln_1p() / MORE.ln();
    Duration::from_secs_f64((seconds - ago).max(0.0))
}

/// A room's pace.
pub(super) struct Pace {
    /// Places a second.
    a_second: f64,
    /// Of them, left now; a second's at most.
    left: f64,
    filled: Instant,
    adjusted: Instant,
    /// Since then it let in fewer than could have come in.
    held_back: bool,
}

impl Pace {
    /// As a room begins.
    pub(super) fn begin(config: &Config, now: Instant) -> Self {
        Self::new(config.browsing_at_once as f64 * PART_OF_CALLS, now)
    }

    /// With so many a second.
    fn new(a_second: f64, now: Instant) -> Self {
        let a_second = a_second.clamp(LEAST, MOST);
        Self { a_second, left: a_second, filled: now, adjusted: now, held_back: false }
    }

    /// Of `wanted`, how many may come in now: no fewer than `extra`, whom the organiser lets in.
    pub(super) fn allows(&mut self, wanted: usize, extra: u64, now: Instant) -> usize {
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.left = (self.left + passed * self.a_second).min(self.a_second);
        self.filled = now;
        let extra = usize::try_from(extra).unwrap_or(usize::MAX);
        wanted.min(whole(self.left).max(extra))
    }

    /// Of `wanted`, so many were allowed, and so many stood in the line to be let in: as many as that, and others stand
    /// behind them.
    pub(super) fn stood(&mut self, wanted: usize, allowed: usize, stood: usize) {
        self.held_back |= allowed < wanted && stood == allowed;
    }

    /// So many came in.
    pub(super) fn came_in(&mut self, count: usize) {
        self.left = (self.left - count as f64).max(0.0);
    }

    /// Whether it is time to [adjust](Self::adjust) it.
    fn is_due(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.adjusted) >= ADJUST
    }

    /// Takes in whether no more could be served in the last second; whether it held people back in it.
    fn adjust(&mut self, busy: bool, now: Instant) -> bool {
        let held_back = self.held_back;
        let factor = match (busy, self.held_back) {
            (true, _) => LESS,
            (false, true) => MORE,
            (false, false) => 1.0,
        };
        self.a_second = (self.a_second * factor).clamp(LEAST, MOST);
        (self.adjusted, self.held_back) = (now, false);
        held_back
    }
}

impl RoomTask<'_> {
    /// Lets fewer in while those who are in are enough.
    pub(super) async fn keep_pace(&mut self) {
        if !self.pace.is_due(Instant::now()) {
            return;
        }
        let busy = rush::is_busy(&self.app.redis).await;
        let held_back = self.pace.adjust(busy, Instant::now());
        self.app.waiting_rooms.metrics.pace(self.event, self.pace.a_second);
        if held_back {
            self.say_held().await;
        }
    }

    /// For the organiser, to whom cap and rate would seem to be ignored.
    async fn say_held(&self) {
        let key = self.app.redis.event(self.event).held_to();
        let a_minute = format!("{:.0}", self.pace.a_second * 60.0);
        let lasts = Some(Expiration::PX(HELD_LASTS_MS));
        let said = self.app.redis.client().set::<(), _, _>(key, a_minute, lasts, None, false);
        if let Err(error) = said.await {
            tracing::debug!(%error, event = %self.event, "waiting room: not said that it is held back");
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to the most there is")]
fn whole(places: f64) -> usize {
    places as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many could come in, if they stood in the line.
    const ROOM: usize = 500;

    /// Lets in whom it allows of so many who wait, ten times a second; how many came in.
    fn seconds(
        pace: &mut Pace,
        begin: Instant,
        seconds: std::ops::Range<u64>,
        waiting: usize,
        busy: bool,
    ) -> usize {
        let mut came_in = 0;
        for tenth in seconds.start * 10..seconds.end * 10 {
            let now = begin + Duration::from_millis(tenth * 100);
            if pace.is_due(now) {
                pace.adjust(busy, now);
            }
            let allowed = pace.allows(ROOM, 0, now);
            let stood = allowed.min(waiting);
            pace.stood(ROOM, allowed, stood);
            pace.came_in(stood);
            came_in += stood;
        }
        came_in
    }

    #[test]
    fn enough_to_do_makes_it_slower_and_calm_lets_it_grow() {
        let begin = Instant::now();
        let mut pace = Pace::new(200.0, begin);
        let calm = seconds(&mut pace, begin, 0..20, 10_000, false);
        assert!((20 * 200..20 * 300).contains(&calm), "{calm}");
        let before = pace.a_second;
        let busy = seconds(&mut pace, begin, 20..60, 10_000, true);
        assert!(busy < calm * 2 && pace.a_second < before / 3.0, "{busy} after {calm}");
        seconds(&mut pace, begin, 60..600, 10_000, true);
        assert_eq!(pace.a_second, LEAST, "the line moves");
    }

    #[test]
    fn nobody_comes_in_before_the_soonest_that_was_told() {
        let begin = Instant::now();
        for ahead in [0, 100, 1_000, 24_000, 90_000] {
            let (mut pace, mut came_in, mut second) = (Pace::new(400.0, begin), 0, 0);
            while came_in <= ahead {
                came_in += seconds(&mut pace, begin, second..second + 1, 1_000_000, false);
                second += 1;
            }
            let told = not_before(ahead as u64, 400 * 60).as_secs_f64();
            let came_after = second as f64;
            assert!(told < came_after, "{ahead}: told {told}, came in after {came_after}");
            assert!(told > came_after - 10.0, "{ahead}: told {told}, came in after {came_after}");
        }
        not_before(u64::MAX, 0);
    }

    #[test]
    fn it_does_not_grow_where_something_else_holds_people_back() {
        let begin = Instant::now();
        let mut pace = Pace::new(200.0, begin);
        assert_eq!(seconds(&mut pace, begin, 0..600, 1, false), 6_000);
        assert_eq!(pace.a_second, 200.0);
        assert_eq!(seconds(&mut pace, begin, 600..700, 0, false), 0);
        assert_eq!(pace.a_second, 200.0, "nobody waits");
        let at_once = pace.allows(10_000, 0, begin + Duration::from_secs(700));
        assert_eq!(at_once, 200, "a second's, however long nobody came");
        pace.came_in(200);
        assert_eq!(pace.allows(1_000, 300, begin + Duration::from_secs(700)), 300, "the organiser's");
    }
}
