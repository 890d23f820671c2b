use proptest::prelude::*;

use super::*;
use crate::{SeatMapDocument, SeatState};

const ONE: Wish<'static> = Wish { quantity: 1, tiers: &[], spread: 1, choice: 0, wheelchairs: 0 };

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

/// One row: two wheelchair places between companion seats, then ordinary ones; a second row of restricted view.
fn accessible() -> SeatMap {
    let document: SeatMapDocument = serde_json::from_value(serde_json::json!({
        "sections": [{
            "name": "Stalls", "x_cm": 0, "y_cm": 0,
            "rows": [{"count": 2, "seats": 10, "tier": 0}],
            "marks": [{"seats": [[1, 1], [3, 3]], "kind": "wheelchair"},
                      {"seats": [[0, 0], [2, 2], [4, 4]], "kind": "companion"},
                      {"seats": [[10, 19]], "kind": "restricted_view"}],
        }],
    }))
    .unwrap();
    SeatMap::new(document).unwrap()
}

#[test]
fn accessible_places_are_for_those_who_ask_for_them() {
    let map = accessible();
    let all = states_with(&map, []);
    let ask = |states: &SeatStates, quantity, wheelchairs| {
        best_available(&map, states, &Wish { quantity, wheelchairs, ..ONE })
    };
    assert!(
        ask(&all, 2, 0).unwrap().iter().all(|seat| (5..10).contains(seat)),
        "ordinary seats, in full view"
    );
    let only_these = states_with(&map, 5..20);
    assert_eq!(ask(&only_these, 1, 0), None);
    for (quantity, wheelchairs) in [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (8, 2)] {
        let seats = ask(&all, quantity, wheelchairs).unwrap();
        assert_eq!(seats.len(), quantity as usize);
        let places: Vec<_> = seats.iter().filter(|seat| [1, 3].contains(*seat)).collect();
        assert_eq!(places.len(), wheelchairs as usize, "{seats:?}");
        let beside = |place: &u32| seats.contains(&(place + 1)) || seats.contains(&(place - 1));
        assert!(quantity < 2 * wheelchairs || places.into_iter().all(beside), "{seats:?}");
    }
    assert_eq!(ask(&all, 3, 3), None, "there are two");
    // No companion seat is left beside the place that is free.
    assert_eq!(ask(&states_with(&map, [0, 2, 3]), 2, 1), None);
    assert_eq!(ask(&states_with(&map, [0, 2, 3]), 1, 1), Some(vec![1]));
    assert_eq!(best_available(&map, &all, &Wish { quantity: 1, wheelchairs: 2, ..ONE }), None);
}

#[test]
fn an_explicit_rank_comes_before_the_distance() {
    let block = |name: &str, y_cm, rank: Option<u16>| {
        serde_json::json!({"name": name, "x_cm": 0, "y_cm": y_cm, "rank": rank,
                           "rows": [{"count": 1, "seats": 4, "tier": 0}]})
    };
    let document = serde_json::json!({"sections": [
        block("Front", 0, None), block("Middle", 500, Some(2)), block("Best", 900, Some(1))]});
    let map = SeatMap::new(serde_json::from_value(document).unwrap()).unwrap();
    let mut states = states_with(&map, []);
    for expected in [8..12, 4..8, 0..4] {
        let seats = best_available(&map, &states, &Wish { quantity: 4, ..ONE }).unwrap();
        assert_eq!(seats, expected.clone().collect::<Vec<_>>());
        expected.for_each(|seat| states.set(seat, SeatState::Held));
    }
}

#[test]
fn answers_that_are_spread_do_not_overlap() {
    let map = map();
    let states = states_with(&map, []);
    let answers: std::collections::HashSet<_> = (0..8)
        .map(|choice| best_available(&map, &states, &Wish { quantity: 2, spread: 8, choice, ..ONE }).unwrap())
        .collect();
    let seats: std::collections::HashSet<_> = answers.iter().flatten().collect();
    assert_eq!((answers.len(), seats.len()), (8, 16), "{answers:?}");
}

#[test]
fn a_group_of_twenty_is_split_as_little_as_can_be() {
    let map = map();
    let seats = best_available(&map, &states_with(&map, []), &Wish { quantity: 20, ..ONE }).unwrap();
    assert!(
        seats[0].is_multiple_of(10) && seats.windows(2).all(|pair| pair[1] == pair[0] + 1),
        "two whole rows: {seats:?}"
    );
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
        let wish = Wish { quantity, tiers: &tiers, spread: 8, choice, ..ONE };
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

    #[test]
    fn no_seat_is_left_alone_where_another_choice_exists(
        gone in proptest::collection::vec(0_u32..100, 0..90),
        quantity in 1_u32..8,
        choice in 0_usize..50,
    ) {
        let map = map();
        let states = states_with(&map, gone);
        let free = |row: u32, column: i64| {
            (0..10).contains(&column) && states.is_available(row * 10 + u32::try_from(column).unwrap())
        };
        let alone = |first: u32| {
            let (row, from, to) = (first / 10, i64::from(first % 10), i64::from(first % 10 + quantity));
            u32::from(free(row, from - 1) && !free(row, from - 2)) + u32::from(free(row, to) && !free(row, to + 1))
        };
        let is_window = |first: &u32| (0..quantity).all(|seat| free(first / 10, i64::from(first % 10 + seat)));
        let fewest = (0..100).filter(is_window).map(alone).min();
        let wish = Wish { quantity, spread: 8, choice, ..ONE };
        let seats = best_available(&map, &states, &wish);
        if let (Some(fewest), Some(seats)) = (fewest, seats) {
            prop_assert_eq!(seats[seats.len() - 1] - seats[0] + 1, quantity, "neighbours wherever there are any");
            prop_assert_eq!(alone(seats[0]), fewest);
        }
    }

    #[test]
    fn a_group_is_split_into_as_few_parts_as_the_rows_allow(
        gone in proptest::collection::vec(0_u32..100, 20..90),
        quantity in 1_u32..21,
    ) {
        let map = map();
        let states = states_with(&map, gone);
        let runs = |is_in: &dyn Fn(u32) -> bool| {
            let mut runs: Vec<u32> = (0..10)
                .flat_map(|row| {
                    let row: Vec<_> = (row * 10..row * 10 + 10).map(is_in).collect();
                    row.split(|is_in| !is_in).map(|run| run.len() as u32).collect::<Vec<_>>()
                })
                .filter(|run| *run > 0)
                .collect();
            runs.sort_unstable_by(|a, b| b.cmp(a));
            runs
        };
        let free = runs(&|seat| states.is_available(seat));
        if let Some(seats) = best_available(&map, &states, &Wish { quantity, ..ONE }) {
            let mut room = 0;
            let fewest = free.iter().position(|run| { room += run; room >= quantity }).unwrap() + 1;
            prop_assert!(runs(&|seat| seats.contains(&seat)).len() <= fewest);
        }
    }
}

#[test]
fn many_who_wish_the_same_get_different_seats_and_leave_nobody_alone() {
    let map = map();
    let mut states = states_with(&map, []);
    let given = best_for_each(&map, &mut states, &Wish { quantity: 3, ..ONE }, 30);
    // Three times three of a row's ten seats, and what is left over of the rows at last.
    assert_eq!(given.len(), 30, "{given:?}");
    let seats: Vec<_> = given.iter().flatten().copied().collect();
    let different: std::collections::BTreeSet<_> = seats.iter().copied().collect();
    assert_eq!((seats.len(), different.len()), (90, 90));
    assert!(best_for_each(&map, &mut states, &Wish { quantity: 11, ..ONE }, 2).is_empty(), "ten are left");
}

proptest! {
    #[test]
    fn nobody_gets_what_somebody_else_got(
        gone in proptest::collection::btree_set(0_u32..100, 0..80),
        quantity in 1_u32..5, people in 1_usize..40, spread in 1_usize..6, choice in 0_usize..6,
    ) {
        let map = map();
        let mut states = states_with(&map, gone.iter().copied());
        let wish = Wish { quantity, spread, choice, ..ONE };
        let given = best_for_each(&map, &mut states, &wish, people);
        let seats: Vec<_> = given.iter().flatten().copied().collect();
        let different: std::collections::BTreeSet<_> = seats.iter().copied().collect();
        prop_assert_eq!(seats.len(), different.len());
        prop_assert!(different.is_disjoint(&gone));
        prop_assert!(given.iter().all(|seats| seats.len() == quantity as usize));
        prop_assert!(different.iter().all(|seat| states.get(*seat) == SeatState::Held));
        // Who gets nothing could not have got anything.
        let left = 100 - u32::try_from(gone.len() + seats.len()).unwrap();
        prop_assert!(given.len() == people || left < quantity);
    }
}
