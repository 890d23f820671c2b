//! Appeal codes: short enough to be told on the phone, without letters and digits that are taken for one another,
//! and without vowels, so that they are no words.

use rand::RngExt as _;

/// What a code is made of; the store has the same.
const LETTERS: &[u8; 21] = b"CDFGHJKMPQRTVWXY34679";
const LENGTH: usize = 8;

/// A new code.
pub(super) fn new() -> String {
    let mut random = rand::rng();
    (0..LENGTH).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
}

/// A code as people write it: in two halves.
pub(super) fn written(code: &str) -> String {
    let (first, second) = code.split_at_checked(LENGTH / 2).unwrap_or((code, ""));
    format!("{first}-{second}")
}

/// What somebody typed, as it is stored; `None` when it cannot be a code.
pub(super) fn read(typed: &str) -> Option<String> {
    let code: String =
        typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect();
    (code.len() == LENGTH && code.bytes().all(|letter| LETTERS.contains(&letter))).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_was_typed() {
        let code = new();
        assert_eq!(read(&written(&code)).as_ref(), Some(&code));
        assert_eq!(read(&format!(" {} ", written(&code).to_lowercase())).as_ref(), Some(&code));
        assert_eq!(written("CDFG3467"), "CDFG-3467");
        for wrong in ["", "CDFG-346", "CDFG-34677", "CDFG-346O", "ÄDFG-3467"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
