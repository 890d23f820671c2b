//! Finding seats by what people say of them: "Stalls F 12", "F12", "row f".

use shared::domain::{SeatIndex, SeatMap};

/// Most seats that are found.
const MOST: usize = 500;

/// The seats whose label contains the words of `q` in this order. One word is too little: a number stands in every
/// row.
#[must_use]
pub(crate) fn seats_like(map: &SeatMap, q: &str) -> Vec<SeatIndex> {
    let words = words(q);
    if words.len() < 2 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for row in map.rows() {
        let Some(first) = map.seat(row.first_seat) else { continue };
        let named = self::words(&format!("{} Row {}", first.section, first.row));
        if is_within(&words, &named) {
            found.extend(row.seats());
        } else if is_within(&words[..1], &named) {
            let numbered = |seat: &SeatIndex| {
                let number = map.seat(*seat).map(|seat| self::words(&seat.number)).unwrap_or_default();
                words.strip_suffix(&*number).is_some_and(|before| is_within(before, &named))
            };
            found.extend(row.seats().filter(numbered));
        }
        if found.len() >= MOST {
            break;
        }
    }
    found.truncate(MOST);
    found
}

/// Letters and digits apart: "F12" is "f", "12".
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut kind = None;
    for letter in text.chars().flat_map(char::to_lowercase) {
        let now = letter.is_alphanumeric().then(|| letter.is_numeric());
        match now {
            None => {}
            Some(_) if now == kind => {
                if let Some(word) = words.last_mut() {
                    word.push(letter);
                }
            }
            Some(_) => words.push(letter.to_string()),
        }
        kind = now;
    }
    words
}

/// Whether `words` stand in `label` in this order, others in between or not.
fn is_within(words: &[String], label: &[String]) -> bool {
    let mut rest = label.iter();
    words.iter().all(|word| rest.any(|candidate| candidate == word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn seats_are_found_by_row_and_number_however_they_are_written() {
        let document = json!({"sections": [
            {"name": "Stalls", "x_cm": 0, "y_cm": 0, "rows": [{"count": 3, "seats": 20, "tier": 0}]},
            {"name": "Block 101", "x_cm": 0, "y_cm": 900, "rows": [{"count": 2, "seats": 20, "tier": 0}]},
            {"name": "Boxes", "x_cm": 0, "y_cm": 1800, "placed": [
                {"name": "P", "tier": 0, "x_cm": [0, 55], "y_cm": [0, 0], "labels": ["1", "1a"]}]},
        ]});
        let map = SeatMap::new(serde_json::from_value(document).unwrap()).unwrap();
        let labels = |q: &str| {
            let seats = seats_like(&map, q);
            seats.into_iter().filter_map(|seat| map.seat_label(seat)).collect::<Vec<_>>()
        };
        for q in ["stalls b 12", "Stalls · Row B · 12", "STALLS B12", "stalls row b, 12"] {
            assert_eq!(labels(q), ["Stalls · Row B · 12"], "{q}");
        }
        assert_eq!(labels("B12"), ["Stalls · Row B · 12", "Block 101 · Row B · 12"]);
        assert_eq!(labels("101 a 7"), ["Block 101 · Row A · 7"]);
        assert_eq!(labels("P 1a"), ["Boxes · Row P · 1a"]);
        assert_eq!(labels("P1"), ["Boxes · Row P · 1"]);
        assert_eq!(labels("stalls row c").len(), 20);
        for q in ["", "12", "stalls", "12 b", "stalls z 1", "b 99", "👋 !"] {
            assert!(labels(q).is_empty(), "{q}");
        }
    }
}
