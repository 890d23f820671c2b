//! Names of rows and numbers of seats.

use crate::document::{RowEnd, RowNameStyle, RowNames, SeatNumbers};

const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LETTERS_WITHOUT_I_O: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";

impl RowNames {
    /// The name of the row `row`, counted from 0 at the front.
    #[must_use]
    pub fn name(&self, row: u32) -> String {
        let position = u32::from(self.first) + row;
        match self.style {
            RowNameStyle::Letters => letters(position, LETTERS),
            RowNameStyle::LettersWithoutIO => letters(position, LETTERS_WITHOUT_I_O),
            RowNameStyle::Numbers => position.to_string(),
        }
    }
}

impl SeatNumbers {
    /// The number of the seat in `column`, counted from 0 at the left, of a row of `seats` with these aisles.
    #[must_use]
    pub fn number(&self, column: u32, seats: u32, aisles: &[u16]) -> u32 {
        let first = u32::from(self.first);
        match self.from {
            RowEnd::Left => first + column * u32::from(self.step),
            RowEnd::Right => first + seats.saturating_sub(column + 1) * u32::from(self.step),
            RowEnd::Aisle => {
                let middle = middle_aisle(seats, aisles);
                if column < middle {
                    first + 2 * (middle - 1 - column)
                } else {
                    first + 1 + 2 * (column - middle)
                }
            }
        }
    }
}

/// After how many seats the aisle runs that is nearest the middle of a row, the left one of two; without one, its
/// middle.
fn middle_aisle(seats: u32, aisles: &[u16]) -> u32 {
    let inside = aisles.iter().map(|after| u32::from(*after)).filter(|after| (1..seats).contains(after));
    inside.min_by_key(|after| (2 * after).abs_diff(seats)).unwrap_or_else(|| seats.div_ceil(2))
}

/// Counts in letters: 1 is A, and after Z comes AA.
fn letters(position: u32, alphabet: &[u8]) -> String {
    let base = u32::try_from(alphabet.len()).unwrap_or(u32::MAX);
    let mut rest = position;
    let mut name = Vec::new();
    while rest > 0 {
        let digit = (rest - 1) % base;
        name.push(char::from(alphabet[digit as usize]));
        rest = (rest - 1) / base;
    }
    name.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_in_letters_or_numbers() {
        let names = |style, first| RowNames { style, first };
        let letters = names(RowNameStyle::Letters, 1);
        assert_eq!([0, 8, 25, 26, 701, 702].map(|row| letters.name(row)), ["A", "I", "Z", "AA", "ZZ", "AAA"]);
        let without = names(RowNameStyle::LettersWithoutIO, 1);
        assert_eq!([7, 8, 13, 23, 24].map(|row| without.name(row)), ["H", "J", "P", "Z", "AA"]);
        assert_eq!(names(RowNameStyle::Letters, 3).name(0), "C");
        assert_eq!(names(RowNameStyle::Numbers, 10).name(2), "12");
    }

    #[test]
    fn seats_are_numbered_from_either_end_in_steps() {
        let number = |first, step, from, column| SeatNumbers { first, step, from }.number(column, 20, &[5]);
        assert_eq!(number(1, 1, RowEnd::Left, 11), 12);
        assert_eq!(number(1, 1, RowEnd::Right, 0), 20);
        assert_eq!(number(2, 2, RowEnd::Left, 3), 8);
        assert_eq!(number(101, 1, RowEnd::Right, 19), 101);
    }

    #[test]
    fn seats_are_numbered_outward_from_the_aisle_nearest_the_middle() {
        let row = |first, seats, aisles: &[u16]| {
            let numbers = SeatNumbers { first, step: 2, from: RowEnd::Aisle };
            (0..seats).map(|column| numbers.number(column, seats, aisles)).collect::<Vec<_>>()
        };
        assert_eq!(row(1, 7, &[]), [7, 5, 3, 1, 2, 4, 6], "the longer side is the left");
        assert_eq!(row(2, 6, &[]), [6, 4, 2, 3, 5, 7]);
        assert_eq!(row(1, 8, &[2, 5]), [9, 7, 5, 3, 1, 2, 4, 6]);
        assert_eq!(row(1, 8, &[3, 5]), [5, 3, 1, 2, 4, 6, 8, 10], "of two the left one");
        assert_eq!(row(101, 3, &[9]), [103, 101, 102], "an aisle beyond the row is none");
        assert_eq!(row(1, 1, &[]), [1]);
    }
}
