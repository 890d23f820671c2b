//! Codes that people read, tell and type: without letters and digits that are taken for one another, and without
//! vowels, so that they are no words.

use rand::RngExt as _;

/// What a code of ours is made of: 4.4 bits each.
const LETTERS: &[u8; 21] = b"CDFGHJKMPQRTVWXY34679";

/// A new code.
#[must_use]
pub fn random(length: usize) -> String {
    let mut random = rand::rng();
    (0..length).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
}

/// A code as people write it: in groups.
#[must_use]
pub fn grouped(code: &str, letters: usize) -> String {
    let mut written = String::with_capacity(code.len() + code.len() / letters.max(1));
    for (at, letter) in code.chars().enumerate() {
        if at > 0 && at % letters.max(1) == 0 {
            written.push('-');
        }
        written.push(letter);
    }
    written
}

/// The letters and digits of what somebody typed, as capitals.
#[must_use]
pub fn folded(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

/// Whether it is made of the letters of our codes only.
#[must_use]
pub fn is_ours(code: &str) -> bool {
    code.bytes().all(|letter| LETTERS.contains(&letter))
}
