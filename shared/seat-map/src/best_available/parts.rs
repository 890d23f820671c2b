//! How a group is split.

use std::ops::Range;

use super::{Part, Search};
use crate::SeatIndex;

/// The seats of the next part of a group of `missing`: all of it where there are so many neighbours.
pub(super) fn next_part(search: &Search<'_>, missing: u32) -> Option<Range<SeatIndex>> {
    search.best_window(Part::ordinary(missing)).or_else(|| {
        let size = first_size(search.run_lengths(), missing).filter(|size| *size < missing)?;
        search.best_window(Part::ordinary(size))
    })
}

/// How many of `missing` sit in the first part, when these are the lengths of the runs of free seats.
///
/// The fewest parts are had from the longest runs. Of those parts each has two fans where its run has two seats, and
/// the first one has all the others that fit.
fn first_size(mut runs: Vec<u32>, missing: u32) -> Option<u32> {
    runs.sort_unstable_by(|a, b| b.cmp(a));
    let mut room = 0;
    let parts = runs.iter().position(|run| {
        room += run;
        room >= missing
    })?;
    let later: u32 = runs[1..=parts].iter().map(|run| (*run).min(2)).sum();
    let even_share = missing.div_ceil(u32::try_from(parts + 1).ok()?);
    Some(missing.saturating_sub(later).max(even_share).min(runs[0]))
}

/// The parts to try for guests in wheelchairs and those who accompany them, best first: all together; then as many
/// wheelchairs as can be with as many others, rather with two others left than with one. Whatever is left is looked
/// for near them.
pub(super) fn accessible_parts(wheelchairs: u32, others: u32) -> impl Iterator<Item = Part> {
    let accompanied = others >= wheelchairs;
    (1..=wheelchairs).rev().flat_map(move |places| {
        let left = wheelchairs - places;
        let (least, most) = if accompanied { (places, others - left) } else { (0, others) };
        let leaves_one = move |beside: &u32| left == 0 && others - beside == 1;
        let sociable = (least..=most).rev().filter(move |beside| !leaves_one(beside));
        let lonely = (least..=most).rev().filter(move |beside| leaves_one(beside));
        sociable.chain(lonely).map(move |beside| Part {
            seats: places + beside,
            wheelchairs: places,
            accompanied,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_split_into_as_few_parts_as_can_be_and_nobody_sits_alone() {
        let sizes = |runs: &[u32], mut missing: u32| {
            let mut runs = runs.to_vec();
            let mut sizes = Vec::new();
            while let Some(size) = first_size(runs.clone(), missing).filter(|_| missing > 0) {
                sizes.push(size);
                missing -= size;
                let longest = runs.iter_mut().max().unwrap();
                *longest -= size;
            }
            assert_eq!(missing, 0);
            sizes
        };
        assert_eq!(sizes(&[3, 3, 3], 5), [3, 2]);
        assert_eq!(sizes(&[4, 4], 5), [3, 2], "rather than four and one");
        assert_eq!(sizes(&[4, 1], 5), [4, 1], "two parts, not three");
        assert_eq!(sizes(&[2, 2], 3), [2, 1]);
        assert_eq!(sizes(&[9, 8, 3, 1], 20), [9, 8, 3]);
        assert_eq!(sizes(&[1, 1, 1], 3), [1, 1, 1]);
        assert_eq!(first_size(vec![4, 1], 6), None);
    }

    #[test]
    fn companions_stay_with_wheelchairs() {
        let parts = |wheelchairs, others| {
            let parts = accessible_parts(wheelchairs, others);
            parts.map(|part| (part.wheelchairs, part.seats - part.wheelchairs)).collect::<Vec<_>>()
        };
        assert_eq!(parts(1, 3), [(1, 3), (1, 1), (1, 2)]);
        assert_eq!(parts(2, 2), [(2, 2), (1, 1)]);
        assert_eq!(parts(2, 1), [(2, 1), (2, 0), (1, 1), (1, 0)]);
        assert_eq!(parts(1, 0), [(1, 0)]);
    }
}
