//! Whatever is uploaded as a seating plan: a map whose seats are the same when it was exported and read again, or
//! findings.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seat_map::{
    SeatMap,
    export::{self, Export},
    import::pretix,
};

fuzz_target!(|text: &str| {
    let Ok(import) = pretix(text, None) else { return };
    let map = SeatMap::new(import.document).expect("a map");
    let export = Export { map: &map, tiers: &import.tiers, identities: &import.identities };
    let again = pretix(&export::pretix(&export, "Fuzzed"), None).expect("what was exported");
    assert_eq!(SeatMap::new(again.document).expect("a map").seat_count(), map.seat_count());
});
