//! The best seats that are still available: neighbours first, near the stage, leaving nobody's neighbour alone.
//!
//! Better is, in this order: fewer single seats left behind in the row, a section of a lower rank, fewer seats of
//! restricted view, closer to the stage. Where no row has enough neighbours the group is split into as few parts as
//! can be, none of a single fan if that can be avoided, the later ones close to the first.
//!
//! Places for wheelchairs and the companion seats beside them are given only to those who ask for them; each guest
//! in a wheelchair then has somebody of the group beside, as long as there are enough.

mod parts;
mod search;
#[cfg(test)]
mod tests;

use parts::{accessible_parts, next_part};
use search::{Part, Search};

use crate::{SeatIndex, SeatMap, SeatState, SeatStates, TierIndex};

/// Seats wanted together.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// How many, from 1.
    pub quantity: u32,
    /// Price tiers they may be of; all of them where empty.
    pub tiers: &'a [TierIndex],
    /// Chooses among the best `spread` candidates that do not overlap, instead of always the very best: two fans who
    /// ask at the same time rarely get the same answer.
    pub spread: usize,
    /// Which of them; any number.
    pub choice: usize,
    /// How many of them are places for wheelchairs; the others accompany them.
    pub wheelchairs: u32,
}

impl Default for Wish<'_> {
    fn default() -> Self {
        Self { quantity: 1, tiers: &[], spread: 1, choice: 0, wheelchairs: 0 }
    }
}

/// The seats for a wish, rising; `None` when there are not so many left.
#[must_use]
pub fn best_available(map: &SeatMap, states: &SeatStates, wish: &Wish<'_>) -> Option<Vec<SeatIndex>> {
    let mut search = Search::new(map, states, wish);
    let mut wheelchairs = wish.wheelchairs;
    let mut others = wish.quantity.checked_sub(wheelchairs)?;
    let mut seats = Vec::new();
    while wheelchairs + others > 0 {
        let window = if wheelchairs > 0 {
            accessible_parts(wheelchairs, others).find_map(|part| search.best_window(part))?
        } else {
            next_part(&search, others)?
        };
        let places = window.clone().filter(|seat| search.is_wheelchair_place(*seat)).count();
        let places = u32::try_from(places).ok()?;
        wheelchairs -= places;
        others -= u32::try_from(window.len()).ok()? - places;
        search.take(window.clone());
        seats.extend(window);
    }
    seats.sort_unstable();
    Some(seats)
}

/// The seats for each of `people` who wish the same, nobody's the same as another's: by one search for all of them as
/// long as there are neighbours enough. Fewer answers than people: the rest gets nothing. Marks what it gives as held
/// in `states`.
///
/// Of each `spread` candidates one is given, so that another process that chooses at the same moment rarely gives the same.
#[must_use]
pub fn best_for_each(
    map: &SeatMap,
    states: &mut SeatStates,
    wish: &Wish<'_>,
    people: usize,
) -> Vec<Vec<SeatIndex>> {
    let mut given: Vec<Vec<SeatIndex>> = Vec::with_capacity(people);
    while given.len() < people {
        let missing = people - given.len();
        let windows = if wish.wheelchairs > 0 || missing == 1 {
            Vec::new()
        } else {
            let spread = wish.spread.max(1);
            let search = Search::new(map, states, wish);
            let windows = search.best_windows(Part::ordinary(wish.quantity), missing * spread);
            let mut chosen =
                windows.chunks(spread).map(|of| of[wish.choice % of.len()].clone()).collect::<Vec<_>>();
            chosen.truncate(missing);
            chosen
        };
        let mut answers: Vec<Vec<SeatIndex>> = windows.into_iter().map(Iterator::collect).collect();
        if answers.is_empty() {
            answers.extend(best_available(map, states, wish));
        }
        if answers.is_empty() {
            break;
        }
        for seat in answers.iter().flatten() {
            states.set(*seat, SeatState::Held);
        }
        given.append(&mut answers);
    }
    given
}
