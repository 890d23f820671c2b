//! Seats with a place and a name become sections of placed rows.
//!
//! What is arranged already (by an earlier import, in whatever format) stays as it is.

mod marks;
mod near;
mod numbers;
mod order;
mod rows;

use std::collections::HashMap;

pub(crate) use marks::Tiers;
pub(crate) use near::median_neighbour_distance;

use super::{Origin, Report};
use crate::{MAX_SEATS, MAX_SECTIONS, SeatKind, Section};

/// Farthest from the page's origin.
const MAX_COORDINATE_CM: f64 = 1_000_000.0;

/// One seat as a file has it.
#[derive(Clone, Debug)]
pub(crate) struct DrawnSeat {
    pub(crate) section: String,
    pub(crate) row: String,
    /// Its number; none: by its place in the row.
    pub(crate) label: Option<String>,
    pub(crate) tier: String,
    pub(crate) kind: Option<SeatKind>,
    /// Centimetres on the page.
    pub(crate) at_cm: [f64; 2],
    pub(crate) identity: String,
    pub(crate) origin: Origin,
}

/// How seats are put in order.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Arrangement {
    /// Rows as the file has them, seats along each row.
    #[default]
    AsListed,
    /// Seats from the left for somebody who looks at the stage, rows from the stage outward where it is known (cm).
    Facing(Option<[f64; 2]>),
}

/// Sections of placed rows, and what else is known by seat index.
#[derive(Debug, Default)]
pub(crate) struct Arranged {
    pub(crate) sections: Vec<Section>,
    pub(crate) identities: Vec<String>,
    pub(crate) tiers: Tiers,
}

/// A seat whose place is rounded to the document's centimetres.
#[derive(Debug)]
struct PlacedSeat {
    drawn: DrawnSeat,
    at: [i32; 2],
}

/// Seats of one section, by row, in the order of the file.
struct Block {
    name: String,
    rows: Vec<(String, Vec<PlacedSeat>)>,
}

/// `known_tiers` are those that the file lists in their order; others follow as the seats, and then `area_tiers`,
/// name them.
pub(crate) fn arrange(
    seats: Vec<DrawnSeat>,
    arrangement: Arrangement,
    known_tiers: Vec<String>,
    area_tiers: &[String],
    report: &mut Report,
) -> Arranged {
    if seats.len() > MAX_SEATS as usize {
        let message = format!("{} seats; at most {MAX_SEATS}", seats.len());
        report.error("too-many-seats", &Origin::file(), message);
        return Arranged::default();
    }
    let placed = round(seats, report);
    near::report_overlaps(&placed, report);
    let blocks = group(placed);
    if blocks.len() > MAX_SECTIONS {
        let message = format!("{} sections; at most {MAX_SECTIONS}", blocks.len());
        report.error("too-many-sections", &Origin::file(), message);
        return Arranged::default();
    }
    let arranged: Vec<_> =
        blocks.into_iter().map(|block| rows::arrange_block(block, arrangement, report)).collect();
    report_unnumbered(&arranged, report);
    let seat_tiers = arranged.iter().flat_map(rows::ArrangedBlock::seats).map(|seat| &seat.tier);
    let tiers = Tiers::of(known_tiers, seat_tiers.chain(area_tiers), report);
    let mut result = Arranged::default();
    for block in arranged {
        result.sections.push(block.section(&tiers));
        result.identities.extend(block.into_identities());
    }
    result.tiers = tiers;
    if result.identities.iter().all(String::is_empty) {
        result.identities.clear();
    }
    result
}

fn report_unnumbered(blocks: &[rows::ArrangedBlock], report: &mut Report) {
    let without: Vec<_> = blocks.iter().filter(|block| block.unnumbered > 0).collect();
    let count: usize = without.iter().map(|block| block.unnumbered).sum();
    let of = match without[..] {
        [] => return,
        [block] => format!("{:?}", block.name),
        [first, ..] => format!("{:?} and {} more sections", first.name, without.len() - 1),
    };
    let message = format!("{count} seats of {of} have no number: numbered from left to right");
    report.warn("numbered-by-place", &Origin::file(), message);
}

fn round(seats: Vec<DrawnSeat>, report: &mut Report) -> Vec<PlacedSeat> {
    let mut placed = Vec::with_capacity(seats.len());
    for drawn in seats {
        let [x, y] = drawn.at_cm.map(f64::round);
        if !(x.abs() <= MAX_COORDINATE_CM && y.abs() <= MAX_COORDINATE_CM) {
            report.error(
                "too-far",
                &drawn.origin,
                "lies more than ten kilometres from the middle, or nowhere",
            );
            continue;
        }
        #[expect(clippy::cast_possible_truncation, reason = "within a million")]
        placed.push(PlacedSeat { at: [x as i32, y as i32], drawn });
    }
    placed
}

fn group(seats: Vec<PlacedSeat>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut block_of: HashMap<String, usize> = HashMap::new();
    let mut row_of: HashMap<(usize, String), usize> = HashMap::new();
    for seat in seats {
        let DrawnSeat { section, row, .. } = &seat.drawn;
        let block = match block_of.get(section) {
            Some(block) => *block,
            None => {
                blocks.push(Block { name: section.clone(), rows: Vec::new() });
                block_of.insert(section.clone(), blocks.len() - 1);
                blocks.len() - 1
            }
        };
        let rows = &mut blocks[block].rows;
        let at = *row_of.entry((block, row.clone())).or_insert_with(|| {
            rows.push((row.clone(), Vec::new()));
            rows.len() - 1
        });
        rows[at].1.push(seat);
    }
    blocks
}
