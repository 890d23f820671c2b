//! Seat maps: an immutable geometry document with a content hash, and the seats it numbers; the live states of
//! seats; the best available ones; drawings, plans and tables that become a seat map and back.
//!
//! Seats are indexed 0..n-1: sections in the document's order, in each its rows from the front, in each its seats
//! from the left of the unrotated page. Nothing here knows a network, a store or a broker.

pub mod best_available;
mod document;
pub mod export;
mod geometry;
pub mod import;
mod map;
mod naming;
mod row;
pub mod seat_states;
#[cfg(test)]
mod tests;
mod validate;

pub use document::{
    Area, Background, Landmark, Mark, PlacedRow, RowEnd, RowNameStyle, RowNames, RowRange, SeatKind,
    SeatMapDocument, SeatNumbers, Section, Shape,
};
pub use geometry::{AISLE_WIDTH_CM, Point};
pub use map::{RowWord, SeatMap, SeatRef};
pub use row::Row;
pub use seat_states::{SeatState, SeatStates};
pub use validate::{SeatMapError, SeatMapErrors};

/// The index of a seat in its map, 0..n-1, stable for the life of the map.
pub type SeatIndex = u32;
/// The index of a standing area in its map.
pub type AreaIndex = u16;
/// The index of a price tier in its event.
pub type TierIndex = u16;

/// Most seats of one map.
pub const MAX_SEATS: u32 = 100_000;
/// Most sections of one map.
pub const MAX_SECTIONS: usize = 500;
