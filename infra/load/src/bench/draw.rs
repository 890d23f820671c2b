//! The draw of a great lobby.

use std::time::Instant;

use shared::domain::draw::{Draw, Seed};

use super::Figure;

/// Places of the lobby.
const PLACES: u64 = 1_000_000;

/// Numbers every place once, on one core.
pub(super) fn measure() -> Figure {
    let draw = Draw::new(Seed::new([7; 32]), PLACES);
    let begun = Instant::now();
    let sum = (0..PLACES).map(|ordinal| draw.number(ordinal)).fold(0, u64::wrapping_add);
    assert_eq!(sum, PLACES * (PLACES - 1) / 2, "each number is drawn once");
    let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Figure::amount("drawing 1,000,000 places", ms, "ms").at_most(5_000)
}
