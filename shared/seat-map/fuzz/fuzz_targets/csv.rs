//! Whatever is uploaded as a table: a map that is the same when it was exported and read again, or findings.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seat_map::{
    SeatMap,
    export::{self, Export},
    import::csv,
};

fuzz_target!(|text: &str| {
    let Ok(import) = csv(text, None) else { return };
    let map = SeatMap::new(import.document.clone()).expect("a map");
    let export = Export { map: &map, tiers: &import.tiers, identities: &import.identities };
    let again = csv(&export::csv(&export).expect("a table"), None).expect("what was exported");
    assert_eq!(again.document, import.document);
});
