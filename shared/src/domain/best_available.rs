//! The best seats that are still available: neighbours first, near the stage, leaving nobody's neighbour alone.
//!
//! Better is, in this order: fewer single seats left behind in the row, then closer to the stage. Where no row has
//! enough neighbours the group is split into as few parts as can be, the later ones close to the first.

use std::ops::Range;

use super::{SeatIndex, SeatMap, SeatState, SeatStates, TierIndex, seat_map::Point};

/// Seats wanted together.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// How many, from 1.
    pub quantity: u32,
    /// Price tiers they may be of; all of them where empty.
    pub tiers: &'a [TierIndex],
    /// Chooses among the best `spread` candidates instead of always the very best: two fans who ask at the same
    /// time rarely get the same answer.
    pub spread: usize,
    /// Which of them; any number.
    pub choice: usize,
}

/// Adjacent free seats, and how good they are.
#[derive(Clone, Debug)]
struct Window {
    seats: Range<SeatIndex>,
    /// Single seats it leaves behind, then square of the distance in cm²: less is better.
    score: (u8, i64),
}

/// The seats for a wish, rising; `None` when there are not so many left.
#[must_use]
pub fn best_available(map: &SeatMap, states: &SeatStates, wish: &Wish<'_>) -> Option<Vec<SeatIndex>> {
    let mut states = states.clone();
    let mut seats = Vec::new();
    let (mut missing, mut towards) = (wish.quantity, map.stage());
    while missing > 0 {
        // Only the first part is spread: the rest has to be near it.
        let wish = if seats.is_empty() { *wish } else { Wish { spread: 1, ..*wish } };
        let part = part_sizes(missing).find_map(|size| best_window(map, &states, &wish, size, towards))?;
        missing -= u32::try_from(part.len()).ok()?;
        towards = map.position(part.start + (part.end - part.start) / 2)?;
        for seat in part.clone() {
            states.set(seat, SeatState::Held);
        }
        seats.extend(part);
    }
    seats.sort_unstable();
    Some(seats)
}

/// Sizes to try for a part, best first: all together; then the largest part that leaves no fan alone; then any.
fn part_sizes(missing: u32) -> impl Iterator<Item = u32> {
    let sociable = (2..=missing.saturating_sub(2)).rev();
    let all_but_one = (missing > 1).then(|| missing - 1);
    std::iter::once(missing).chain(sociable).chain(all_but_one).chain([1])
}

fn best_window(
    map: &SeatMap,
    states: &SeatStates,
    wish: &Wish<'_>,
    size: u32,
    towards: Point,
) -> Option<Range<SeatIndex>> {
    let spread = wish.spread.max(1);
    let mut best: Vec<Window> = Vec::with_capacity(spread + 1);
    let rows = map.rows().iter().filter(|row| wish.tiers.is_empty() || wish.tiers.contains(&row.tier));
    for window in rows
        .flat_map(|row| map.stretches(row))
        .flat_map(|stretch| free_runs(states, stretch))
        .flat_map(|run| windows(map, run, size, towards))
    {
        if best.len() == spread && best.last().is_some_and(|worst| worst.score <= window.score) {
            continue;
        }
        let at = best.partition_point(|better| better.score <= window.score);
        best.insert(at, window);
        best.truncate(spread);
    }
    // Those that leave more seats alone than the best one are no alternative to it.
    let fewest = best.first()?.score.0;
    best.retain(|window| window.score.0 == fewest);
    let chosen = wish.choice % best.len();
    Some(best.swap_remove(chosen).seats)
}

/// The maximal runs of free seats in a stretch.
fn free_runs(states: &SeatStates, stretch: Range<SeatIndex>) -> Vec<Range<SeatIndex>> {
    let mut runs: Vec<Range<SeatIndex>> = Vec::new();
    for seat in stretch.filter(|seat| states.is_available(*seat)) {
        match runs.last_mut() {
            Some(run) if run.end == seat => run.end += 1,
            _ => runs.push(seat..seat + 1),
        }
    }
    runs
}

/// Every place for `size` neighbours in a run.
fn windows(map: &SeatMap, run: Range<SeatIndex>, size: u32, towards: Point) -> impl Iterator<Item = Window> {
    let starts = run.start..(run.end + 1).saturating_sub(size).max(run.start);
    starts.filter_map(move |start| {
        let seats = start..start + size;
        let alone = [seats.start - run.start, run.end - seats.end].iter().filter(|gap| **gap == 1).count();
        let middle = map.position(start + size / 2)?;
        #[expect(clippy::cast_possible_truncation, reason = "square centimetres of a venue")]
        let distance = ((middle.x_cm - towards.x_cm).powi(2) + (middle.y_cm - towards.y_cm).powi(2)) as i64;
        Some(Window { score: (u8::try_from(alone).ok()?, distance), seats })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::SeatMapDocument;

    const ONE: Wish<'static> = Wish { quantity: 1, tiers: &[], spread: 1, choice: 0 };

    /// Rows of ten in two tiers, five rows each.
    fn map() -> SeatMap {
        let document: SeatMapDocument = serde_json::from_value(serde_json::json!({
            "sections": [{
                "name": "Stalls", "x_cm": 0, "y_cm": 0,
                "rows": [{"count": 5, "seats": 10, "tier": 0}, {"count": 5, "seats": 10, "tier": 1}],
            }],
        }))
        .unwrap();
        SeatMap::new(document).unwrap()
    }

    fn states_with(map: &SeatMap, gone: impl IntoIterator<Item = SeatIndex>) -> SeatStates {
        let mut states = SeatStates::available(map.seat_count());
        gone.into_iter().for_each(|seat| states.set(seat, SeatState::Sold));
        states
    }

    #[test]
    fn the_middle_of_the_front_row_comes_first() {
        let map = map();
        let seats = best_available(&map, &states_with(&map, []), &Wish { quantity: 2, ..ONE }).unwrap();
        assert!(seats == [4, 5] || seats == [5, 6] || seats == [3, 4], "{seats:?}");
    }

    #[test]
    fn no_seat_is_left_alone_where_that_can_be_avoided() {
        let map = map();
        // The front row has three seats left, together: two of them would leave one alone.
        let states = states_with(&map, (0..10).filter(|seat| !(4..7).contains(seat)));
        let seats = best_available(&map, &states, &Wish { quantity: 2, ..ONE }).unwrap();
        assert!(seats[0] >= 10, "{seats:?}");
        // Three take them all.
        assert_eq!(best_available(&map, &states, &Wish { quantity: 3, ..ONE }).unwrap(), [4, 5, 6]);
    }

    #[test]
    fn a_tier_is_kept_to() {
        let map = map();
        let seats = best_available(&map, &states_with(&map, []), &Wish { quantity: 4, tiers: &[1], ..ONE });
        assert!(seats.unwrap().iter().all(|seat| map.tier_of(*seat) == Some(1)));
    }

    #[test]
    fn a_group_is_split_rather_than_sent_away_and_nobody_sits_alone() {
        let map = map();
        // Every row has its seats 0..3 left.
        let states = states_with(&map, (0..100).filter(|seat| seat % 10 > 2));
        let seats = best_available(&map, &states, &Wish { quantity: 5, ..ONE }).unwrap();
        let rows = |row: u32| seats.iter().filter(|seat| **seat / 10 == row).count();
        assert_eq!((rows(0), rows(1)), (3, 2), "{seats:?}");
        assert_eq!(best_available(&map, &states, &Wish { quantity: 31, ..ONE }), None);
    }

    proptest! {
        #[test]
        fn what_is_found_is_free_different_and_as_many_as_asked(
            gone in proptest::collection::vec(0_u32..100, 0..100),
            quantity in 1_u32..12,
            tier in proptest::option::of(0_u16..2),
            choice in 0_usize..50,
        ) {
            let map = map();
            let states = states_with(&map, gone);
            let tiers: Vec<_> = tier.into_iter().collect();
            let wish = Wish { quantity, tiers: &tiers, spread: 8, choice };
            let free = (0..100).filter(|seat| {
                states.is_available(*seat) && (tiers.is_empty() || map.tier_of(*seat) == tier)
            });
            match best_available(&map, &states, &wish) {
                None => prop_assert!(free.count() < quantity as usize),
                Some(seats) => {
                    prop_assert_eq!(seats.len(), quantity as usize);
                    prop_assert!(seats.windows(2).all(|pair| pair[0] < pair[1]));
                    let free: Vec<_> = free.collect();
                    prop_assert!(seats.iter().all(|seat| free.contains(seat)));
                }
            }
        }
    }
}
