//! The rows of a map, whether made by a rule or placed.

use std::{borrow::Cow, ops::Range};

use crate::{
    SeatIndex, TierIndex,
    document::{RowRange, SeatMapDocument, Section},
    geometry::Point,
};

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
    /// Price tier of its seats, unless one is marked with another.
    pub tier: TierIndex,
}

impl Row {
    /// Its seats.
    #[must_use]
    pub fn seats(&self) -> Range<SeatIndex> {
        self.first_seat..self.first_seat + self.seats
    }
}

impl Section {
    /// After how many seats the aisles of one of its rows run.
    pub(crate) fn aisles_of(&self, row: u32) -> &[u16] {
        self.placed.get(row as usize).map_or(&self.aisles, |row| &row.aisles)
    }

    /// What the seat in `column` of row `row`, which has `seats`, is called.
    pub(crate) fn seat_number(&self, row: u32, column: u32, seats: u32) -> Cow<'_, str> {
        let placed = self.placed.get(row as usize);
        if let Some(label) = placed.and_then(|row| row.labels.get(column as usize)) {
            return Cow::Borrowed(label);
        }
        let numbers = placed.map_or(&self.seat_numbers, |row| &row.numbers);
        Cow::Owned(numbers.number(column, seats, self.aisles_of(row)).to_string())
    }
}

pub(crate) fn number_rows(document: &SeatMapDocument) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut first_seat = 0;
    for (section, content) in document.sections.iter().enumerate() {
        for (position, (seats, tier)) in (0..).zip(rows_of(content)) {
            rows.push(Row { section, position, first_seat, seats, tier });
            first_seat += seats;
        }
    }
    rows
}

/// Seats and tier of each row.
fn rows_of(section: &Section) -> impl Iterator<Item = (u32, TierIndex)> {
    let of_range = |range: &RowRange| {
        let range = *range;
        (0..range.count).map(move |row| (range.seats_of(row), range.tier))
    };
    let placed =
        section.placed.iter().map(|row| (u32::try_from(row.x_cm.len()).unwrap_or(u32::MAX), row.tier));
    section.rows.iter().flat_map(of_range).chain(placed)
}

pub(crate) fn positions(section: &Section, row: &Row) -> Vec<Point> {
    match section.placed.get(row.position as usize) {
        None => (0..row.seats).map(|column| section.seat_position(row.position, column, row.seats)).collect(),
        #[expect(clippy::cast_precision_loss, reason = "centimetres within ten kilometres")]
        Some(placed) => placed
            .positions(section.x_cm, section.y_cm)
            .map(|[x_cm, y_cm]| Point { x_cm: x_cm as f64, y_cm: y_cm as f64 })
            .collect(),
    }
}
