//! Seat maps: an immutable geometry document with a content hash, and the seats it numbers.
//!
//! Seats are indexed 0..n-1: sections in the document's order, in each its rows from the front, in each its seats
//! from the left of the unrotated page. Nothing is stored per seat.

mod document;
mod geometry;
mod naming;
#[cfg(test)]
mod tests;
mod validate;

use std::ops::Range;

pub use document::{
    Area, Landmark, RowEnd, RowNameStyle, RowNames, RowRange, SeatMapDocument, SeatNumbers, Section, Shape,
};
pub use geometry::{AISLE_WIDTH_CM, Point};
pub use validate::{SeatMapError, SeatMapErrors};

use super::{AreaIndex, Locale, SeatIndex, TierIndex};

/// Most seats of one map.
pub const MAX_SEATS: u32 = 100_000;
/// Most sections of one map.
pub const MAX_SECTIONS: usize = 500;

/// A valid document with its hash and its seats numbered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatMap {
    document: SeatMapDocument,
    canonical: String,
    hash: String,
    rows: Vec<Row>,
    seat_count: u32,
}

/// One row of seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Index of its section.
    pub section: usize,
    /// Position in its section, from 0 at the front.
    pub position: u32,
    /// Its leftmost seat.
    pub first_seat: SeatIndex,
    /// How many seats.
    pub seats: u32,
    /// Price tier.
    pub tier: TierIndex,
}

/// One seat, as a fan is told about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatRef<'map> {
    /// Name of its section.
    pub section: &'map str,
    /// Name of its row.
    pub row: String,
    /// Its number in the row.
    pub number: u32,
    /// Price tier.
    pub tier: TierIndex,
}

impl SeatMap {
    /// Checks a document and numbers its seats.
    ///
    /// # Errors
    /// Everything wrong in it, each with its field.
    pub fn new(document: SeatMapDocument) -> Result<Self, SeatMapErrors> {
        validate::validate(&document)?;
        let canonical = serde_json::to_string(&document).map_err(|error| {
            SeatMapErrors(vec![SeatMapError { field: String::new(), message: error.to_string() }])
        })?;
        let hash = crate::tokens::hex(&crate::tokens::sha256(canonical.as_bytes()));
        let rows = number_rows(&document);
        let seat_count = rows.last().map_or(0, |row| row.first_seat + row.seats);
        Ok(Self { document, canonical, hash, rows, seat_count })
    }

    /// The document it was made from.
    #[must_use]
    pub fn document(&self) -> &SeatMapDocument {
        &self.document
    }

    /// The canonical JSON of the document: what is hashed and served.
    #[must_use]
    pub fn canonical_json(&self) -> &str {
        &self.canonical
    }

    /// SHA-256 of the canonical JSON as lower-case hex: its name in addresses.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// How many numbered seats there are.
    #[must_use]
    pub fn seat_count(&self) -> u32 {
        self.seat_count
    }

    /// All rows, in the order of their seats.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The standing areas; the position in this list is the area's index.
    #[must_use]
    pub fn areas(&self) -> &[Area] {
        &self.document.areas
    }

    /// One standing area.
    #[must_use]
    pub fn area(&self, area: AreaIndex) -> Option<&Area> {
        self.document.areas.get(usize::from(area))
    }

    /// What a seat is called and costs; `None` when the map has no such seat.
    #[must_use]
    pub fn seat(&self, seat: SeatIndex) -> Option<SeatRef<'_>> {
        let row = self.row_of(seat)?;
        let section = &self.document.sections[row.section];
        Some(SeatRef {
            section: &section.name,
            row: section.row_names.name(row.position),
            number: section.seat_numbers.number(seat - row.first_seat, row.seats),
            tier: row.tier,
        })
    }

    /// A seat's label in English, like "Stalls · Row F · 12".
    #[must_use]
    pub fn seat_label(&self, seat: SeatIndex) -> Option<String> {
        self.seat_label_in(seat, Locale::En)
    }

    /// A seat's label: the section as its organiser called it, the row in the language's word.
    #[must_use]
    pub fn seat_label_in(&self, seat: SeatIndex, locale: Locale) -> Option<String> {
        let row = match locale {
            Locale::En => "Row",
            Locale::De => "Reihe",
            Locale::Fr => "Rang",
        };
        self.seat(seat).map(|seat| format!("{} · {row} {} · {}", seat.section, seat.row, seat.number))
    }

    /// The price tier of a seat.
    #[must_use]
    pub fn tier_of(&self, seat: SeatIndex) -> Option<TierIndex> {
        self.row_of(seat).map(|row| row.tier)
    }

    /// Where a seat lies on the page.
    #[must_use]
    pub fn position(&self, seat: SeatIndex) -> Option<Point> {
        let row = self.row_of(seat)?;
        let section = &self.document.sections[row.section];
        Some(section.seat_position(row.position, seat - row.first_seat, row.seats))
    }

    /// Where everybody looks: the middle of the first landmark, else of what lies before the first row.
    #[must_use]
    pub fn stage(&self) -> Point {
        match (self.document.landmarks.first(), self.document.sections.first()) {
            (Some(landmark), _) => landmark.shape.middle(),
            (None, Some(front)) => Point { x_cm: f64::from(front.x_cm), y_cm: f64::from(front.y_cm) },
            (None, None) => Point { x_cm: 0.0, y_cm: 0.0 },
        }
    }

    /// The row a seat stands in.
    #[must_use]
    pub fn row_of(&self, seat: SeatIndex) -> Option<&Row> {
        if seat >= self.seat_count {
            return None;
        }
        let after = self.rows.partition_point(|row| row.first_seat <= seat);
        self.rows.get(after.checked_sub(1)?)
    }

    /// The stretches of a row between its aisles: only seats of one stretch are neighbours.
    #[must_use]
    pub fn stretches(&self, row: &Row) -> Vec<Range<SeatIndex>> {
        let aisles = self.document.sections.get(row.section).map_or(&[][..], |section| &section.aisles);
        let cuts = aisles.iter().map(|after| u32::from(*after)).filter(|after| *after < row.seats);
        let mut stretches = Vec::with_capacity(aisles.len() + 1);
        let mut start = 0;
        for cut in cuts.chain([row.seats]) {
            stretches.push(row.first_seat + start..row.first_seat + cut);
            start = cut;
        }
        stretches
    }

    /// Every price tier that a seat or an area names, rising.
    #[must_use]
    pub fn tiers(&self) -> Vec<TierIndex> {
        let seats = self.rows.iter().map(|row| row.tier);
        let mut tiers: Vec<_> = seats.chain(self.areas().iter().map(|area| area.tier)).collect();
        tiers.sort_unstable();
        tiers.dedup();
        tiers
    }
}

fn number_rows(document: &SeatMapDocument) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut first_seat = 0;
    for (section, content) in document.sections.iter().enumerate() {
        let mut position = 0;
        for range in &content.rows {
            for seats in (0..range.count).map(|row| range.seats_of(row)) {
                rows.push(Row { section, position, first_seat, seats, tier: range.tier });
                first_seat += seats;
                position += 1;
            }
        }
    }
    rows
}
