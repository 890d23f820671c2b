//! Names of rows and numbers of seats.

use super::document::{RowEnd, RowNameStyle, RowNames, SeatNumbers};

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
    /// The number of the seat in `column`, counted from 0 at the left, of a row of `seats`.
    #[must_use]
    pub fn number(&self, column: u32, seats: u32) -> u32 {
        let steps = match self.from {
            RowEnd::Left => column,
            RowEnd::Right => seats.saturating_sub(column + 1),
        };
        u32::from(self.first) + steps * u32::from(self.step)
    }
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
        let numbers = |first, step, from| SeatNumbers { first, step, from };
        assert_eq!(numbers(1, 1, RowEnd::Left).number(11, 20), 12);
        assert_eq!(numbers(1, 1, RowEnd::Right).number(0, 20), 20);
        assert_eq!(numbers(2, 2, RowEnd::Left).number(3, 20), 8);
        assert_eq!(numbers(101, 1, RowEnd::Right).number(19, 20), 101);
    }
}
