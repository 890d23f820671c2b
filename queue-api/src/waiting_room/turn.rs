//! The turn of a place: how far away it is, and when to ask for it again.

use std::time::Duration;

use rand::RngExt as _;
use shared::domain::{Draw, LaneIndex, Lanes, waiting_room::Settings};

use super::{documents::PlaceState, releaser::not_before};

/// What a fan needs to know about the turn of a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    /// In the order of joining: at least so many have joined before.
    ordinal: u64,
    /// Of a room that has several.
    pub(super) lane: Option<LaneIndex>,
    pub(super) number: Option<u64>,
    pub(super) position: Option<u64>,
}

impl Turn {
    pub(super) fn of(ordinal: u64, lanes: &Lanes, draw: Option<&Draw>, serving: u64) -> Self {
        let number = draw.map(|draw| draw.number(ordinal));
        let lane = lanes.lane_of(ordinal);
        let ahead = |number| lanes.below(lane, number).saturating_sub(lanes.below(lane, serving));
        Self {
            ordinal,
            lane: Some(lane).filter(|_| lanes.are_several()),
            number,
            position: number.map(ahead),
        }
    }

    /// Whether it may have come in a room that serves `serving`: never before the draw.
    pub(super) fn may_have_come(&self, serving: u64) -> bool {
        self.number.is_some_and(|number| number < serving)
    }
}

/// When a client should ask again: near the turn every few seconds, far away every minute, never all together, and always
/// before an offer that may be made meanwhile is over. At the opening, where all would come, it is a
/// thousand a second, within half an offer.
pub(super) fn poll_after_ms(
    state: PlaceState,
    turn: Turn,
    settings: &Settings,
    held_to_per_minute: Option<u64>,
    opens_in_ms: i64,
) -> u64 {
    let about: u64 = match (state, turn.position) {
        (PlaceState::Offered, _) => 5_000,
        (PlaceState::Waiting, Some(0..50)) => 2_000,
        (PlaceState::Waiting, Some(50..500)) => 5_000,
        (PlaceState::Waiting, Some(500..5_000)) => 15_000,
        // Before the draw: nothing changes until then.
        (PlaceState::Waiting, None) => u64::try_from(opens_in_ms).unwrap_or(0).clamp(2_000, 60_000),
        _ => 60_000,
    };
    let offer_ms = u64::try_from(settings.offer_ms()).unwrap_or(0).max(2_000);
    let about = match turn.position {
        Some(ahead) => about.min(not_before_ms(ahead, settings, held_to_per_minute) + offer_ms / 2),
        None => about,
    };
    let opens = state == PlaceState::Waiting && turn.position.is_none() && about < 60_000;
    // A millisecond for each who joined before.
    let spread = if opens { turn.ordinal.min(offer_ms / 2) } else { (about / 4).min(offer_ms / 4) };
    about + rand::rng().random_range(0..=spread)
}

/// Before so long nobody comes in who has so many ahead, by what the organiser set and the room holds itself to.
fn not_before_ms(ahead: u64, settings: &Settings, held_to_per_minute: Option<u64>) -> u64 {
    // No more than the rate within any minute.
    let full_minutes = ahead / u64::from(settings.rate_per_minute.max(1));
    let by_pace = held_to_per_minute.map_or(Duration::ZERO, |held_to| not_before(ahead, held_to));
    (60_000 * full_minutes).max(u64::try_from(by_pace.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(rate_per_minute: u32, claim_window_ms: i64) -> Settings {
        Settings {
            lobby_opens_at_ms: 0,
            opens_at_ms: 0,
            lease_cap: 4_000,
            rate_per_minute,
            claim_window_ms,
            pass_ttl_ms: 120_000,
            grace_ms: 0,
        }
    }

    #[test]
    fn who_is_near_asks_often_who_is_far_seldom() {
        let (at, slow) = (
            |position| Turn { ordinal: 0, lane: None, number: Some(position), position: Some(position) },
            settings(60, 120_000),
        );
        for (position, least, most) in [(0, 2_000, 2_500), (499, 5_000, 6_250), (90_000, 60_000, 75_000)] {
            let after = poll_after_ms(PlaceState::Waiting, at(position), &slow, None, 0);
            assert!((least..=most).contains(&after), "{position}: {after}");
        }
        let before_draw = Turn { ordinal: 0, lane: None, number: None, position: None };
        assert!(poll_after_ms(PlaceState::Waiting, before_draw, &slow, None, 10_000) >= 10_000);
    }

    #[test]
    fn nobody_is_told_to_ask_after_an_offer_that_may_come_is_over() {
        for (rate, window_ms) in [(24_000, 20_000), (24_000, 5_000), (1_000_000, 60_000), (1, 86_400_000)] {
            let settings = settings(rate, window_ms);
            for position in [0, 49, 499, 4_999, 23_999, 24_000, 90_000] {
                let turn = Turn { ordinal: 0, lane: None, number: Some(position), position: Some(position) };
                let soonest_ms = position / u64::from(rate) * 60_000;
                let over_ms = soonest_ms + u64::try_from(window_ms).unwrap();
                for _ in 0..50 {
                    let after = poll_after_ms(PlaceState::Waiting, turn, &settings, None, 0);
                    assert!((1_000..over_ms).contains(&after), "{position} at {rate}: {after}");
                }
            }
            let before_draw = Turn { ordinal: 90_000, lane: None, number: None, position: None };
            for _ in 0..50 {
                let after = poll_after_ms(PlaceState::Waiting, before_draw, &settings, None, 30_000);
                let over_ms = 30_000 + u64::try_from(window_ms).unwrap();
                assert!((30_000..over_ms).contains(&after), "before the draw at {rate}: {after}");
            }
        }
    }

    #[test]
    fn who_is_far_away_in_a_room_that_is_held_back_asks_by_its_pace() {
        let settings = settings(24_000, 20_000);
        let after = |position, held_to| {
            let turn = Turn { ordinal: 0, lane: None, number: Some(position), position: Some(position) };
            poll_after_ms(PlaceState::Waiting, turn, &settings, held_to, 0)
        };
        assert!((10_000..=15_000).contains(&after(20_000, None)), "a minute's may come in at once");
        let held = after(20_000, Some(24_000));
        assert!((35_000..=50_000).contains(&held), "400 a second and growing: {held}");
        assert!((60_000..=75_000).contains(&after(20_000, Some(600))));
        assert!((10_000..=15_000).contains(&after(20_000, Some(3_000_000))), "what holds it back does not");
    }

    #[test]
    fn many_come_one_after_the_other_at_the_opening_and_a_few_at_once() {
        let settings = settings(24_000, 120_000);
        let latest = |ordinal| {
            let turn = Turn { ordinal, lane: None, number: None, position: None };
            (0..200)
                .map(|_| poll_after_ms(PlaceState::Waiting, turn, &settings, None, 10_000) - 10_000)
                .max()
                .unwrap()
        };
        assert!(latest(400) <= 400, "a village is told at once");
        assert!((10_000..=30_000).contains(&latest(30_000)));
        assert!((30_000..=60_000).contains(&latest(1_000_000)), "within half of the offer");
    }
}
