//! Whatever is uploaded as a drawing: a map that is the same when it was exported and read again, or findings.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seat_map::{
    SeatMap, SeatMapDocument,
    export::{self, Export},
    import::{SvgOptions, svg},
};

fuzz_target!(|text: &str| {
    let Ok(import) = svg(text, &SvgOptions::default()) else { return };
    let document = SeatMapDocument { background: None, ..import.document };
    let map = SeatMap::new(document).expect("a map");
    let export = Export { map: &map, tiers: &import.tiers, identities: &import.identities };
    let again = svg(&export::svg(&export), &SvgOptions::default()).expect("what was exported");
    assert_eq!(SeatMap::new(again.document).expect("a map").seat_count(), map.seat_count());
});
