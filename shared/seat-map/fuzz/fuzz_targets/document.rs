//! Whatever is sent as Onsale's own document: a map of which every seat has its place and label, or faults.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seat_map::{
    SeatMap, SeatMapDocument, SeatStates,
    best_available::{Wish, best_available},
};

fuzz_target!(|json: &[u8]| {
    let Ok(document) = serde_json::from_slice::<SeatMapDocument>(json) else { return };
    let Ok(map) = SeatMap::new(document) else { return };
    for seat in 0..map.seat_count() {
        assert!(
            map.position(seat).is_some() && map.seat_label(seat).is_some() && map.tier_of(seat).is_some()
        );
    }
    let again = serde_json::from_str(map.canonical_json()).expect("a document");
    assert_eq!(SeatMap::new(again).expect("a map").hash(), map.hash());
    let states = SeatStates::available(map.seat_count());
    let wish = Wish { quantity: 5, wheelchairs: 1, spread: 4, choice: 2, ..Wish::default() };
    if let Some(seats) = best_available(&map, &states, &wish) {
        assert_eq!(seats.len(), 5);
    }
});
