//! Those who are turned away: when they come again.

use std::time::{Duration, Instant};

use rand::RngExt as _;

/// So many of those who were turned away are asked back each second.
const BACK_A_SECOND: f64 = 500.0;
/// The longest pause, seconds.
pub(super) const LONGEST_PAUSE_S: f64 = 30.0;
/// Who may come in pauses for at most this part of a turn, and may always pause for so many seconds.
const PART_OF_A_TURN: f64 = 0.25;
const SHORT_PAUSE_S: f64 = 3.0;
/// How long it is remembered what turns last.
const REMEMBERED: Duration = Duration::from_secs(60);

/// What is told to who is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pause {
    pub(super) seconds: u32,
    /// Nobody else was turned away in this second.
    pub(super) first: bool,
}

/// How many were turned away since, and the pause that they are told, seconds.
pub(super) struct Crowd {
    since: Instant,
    turned_away: u32,
    pause: f64,
}

/// How long the shortest turn lasts that anybody asked for lately, seconds.
pub(super) struct Turns {
    since: Instant,
    shortest: f64,
    before: f64,
}

impl Crowd {
    pub(super) fn new(since: Instant) -> Self {
        Self { since, turned_away: 0, pause: 1.0 }
    }

    /// Counts one; the pause that is told.
    pub(super) fn one_more(&mut self, at: Instant, longest: f64) -> Pause {
        let passed = at.saturating_duration_since(self.since).as_secs_f64();
        if passed >= 1.0 {
            // They come once in each pause: this one brings back as many as wanted.
            let wanted = self.pause * f64::from(self.turned_away) / passed / BACK_A_SECOND;
            *self = Self { pause: wanted.clamp(1.0, longest), ..Self::new(at) };
        }
        self.turned_away += 1;
        let seconds = self.pause.min(longest) * rand::rng().random_range(0.5..=1.0);
        Pause { seconds: whole(seconds), first: self.turned_away == 1 }
    }
}

impl Turns {
    pub(super) fn new(since: Instant) -> Self {
        Self { since, shortest: f64::INFINITY, before: f64::INFINITY }
    }

    pub(super) fn note(&mut self, lasts: Duration, at: Instant) {
        if at.saturating_duration_since(self.since) >= REMEMBERED {
            *self = Self { before: self.shortest, ..Self::new(at) };
        }
        self.shortest = self.shortest.min(lasts.as_secs_f64());
    }

    /// Of who may come in; short as long as nobody has asked.
    pub(super) fn longest_pause(&self) -> f64 {
        let shortest = self.shortest.min(self.before);
        let part = if shortest.is_finite() { shortest * PART_OF_A_TURN } else { SHORT_PAUSE_S };
        part.clamp(SHORT_PAUSE_S, LONGEST_PAUSE_S)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between a half and the longest pause"
)]
fn whole(seconds: f64) -> u32 {
    seconds.round().max(1.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_wanted_come_back_each_second_however_many_wait() {
        for outside in [400, 4_000, 12_000] {
            let begin = Instant::now();
            let mut crowd = Crowd::new(begin);
            let mut due: Vec<f64> = vec![0.0; outside];
            let mut back = 0;
            for second in 0..120_u32 {
                for tenth in 0..10_u32 {
                    let now = f64::from(second) + f64::from(tenth) / 10.0;
                    for due in due.iter_mut().filter(|due| **due <= now) {
                        let pause = crowd.one_more(begin + Duration::from_secs_f64(now), LONGEST_PAUSE_S);
                        *due = now + f64::from(pause.seconds);
                        back += usize::from(second >= 60);
                    }
                }
            }
            let expected = outside.min(500) * 60;
            assert!((expected / 2..expected * 2).contains(&back), "{outside}: {back} in a minute");
        }
    }

    #[test]
    fn a_pause_has_bounds_and_is_short_again_when_the_crowd_is_gone() {
        let begin = Instant::now();
        let mut crowd = Crowd::new(begin);
        for second in 0..20 {
            let at = begin + Duration::from_secs(second);
            (0..50_000).for_each(|_| {
                assert!(f64::from(crowd.one_more(at, LONGEST_PAUSE_S).seconds) <= LONGEST_PAUSE_S);
            });
        }
        assert!(crowd.pause >= LONGEST_PAUSE_S);
        assert_eq!(crowd.one_more(begin + Duration::from_secs(20_000), LONGEST_PAUSE_S).seconds, 1);
    }

    #[test]
    fn nobody_pauses_a_turn_away() {
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let mut turns = Turns::new(begin);
        assert_eq!(turns.longest_pause(), 3.0);
        for (noted, at, longest) in
            [(120, at(0), 30.0), (40, at(1), 10.0), (5, at(2), 3.0), (120, at(70), 3.0), (120, at(140), 30.0)]
        {
            turns.note(Duration::from_secs(noted), at);
            assert_eq!(turns.longest_pause(), longest, "{noted}");
        }
        let mut crowd = Crowd::new(begin);
        for _ in 0..9_000 {
            crowd.one_more(begin, 10.0);
        }
        assert!(crowd.one_more(at(1), 10.0).seconds >= 5 && crowd.one_more(at(1), 3.0).seconds <= 3);
    }

    #[test]
    fn one_of_those_of_each_second_is_the_first() {
        let begin = Instant::now();
        let mut crowd = Crowd::new(begin);
        let at = [0, 1, 999, 1_000, 1_001, 1_999, 2_000].map(|ms| begin + Duration::from_millis(ms));
        assert_eq!(
            at.map(|at| crowd.one_more(at, LONGEST_PAUSE_S).first),
            [true, false, false, true, false, false, true]
        );
    }
}
