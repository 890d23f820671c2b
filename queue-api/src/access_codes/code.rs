//! How codes are written and read.

use crate::readable;

/// 65 bits: nobody finds one by trying.
const LENGTH: usize = 15;
const GROUP: usize = 5;
/// Letters and digits of a code; the store has the same.
const LEAST: usize = 6;
const MOST: usize = 40;

/// A code as it is looked up and as it is shown.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) code: String,
    pub(super) written: String,
}

impl Code {
    /// A new one.
    pub(super) fn random() -> Self {
        let code = readable::random(LENGTH);
        Self { written: readable::grouped(&code, GROUP), code }
    }

    /// An organiser's own word; `None` when it cannot be one.
    pub(super) fn own(word: &str) -> Option<Self> {
        let written = word.trim().to_owned();
        Some(Self { code: read(&written).filter(|_| written.len() <= MOST + 20)?, written })
    }
}

/// What somebody typed, as it is looked up: neither capitals nor blanks nor dashes matter. `None` when it cannot be a
/// code.
pub(super) fn read(typed: &str) -> Option<String> {
    let dash = |letter: char| letter.is_whitespace() || "-_.‐‑–—".contains(letter);
    let readable = typed.chars().all(|letter| letter.is_ascii_alphanumeric() || dash(letter));
    let code = readable::folded(typed);
    (readable && (LEAST..=MOST).contains(&code.len())).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_was_typed() {
        let Code { code, written } = Code::random();
        assert_eq!((code.len(), written.len()), (15, 17));
        for typed in [written.to_lowercase(), format!(" {} ", written.replace('-', " ")), code.clone()] {
            assert_eq!(read(&typed).as_ref(), Some(&code), "{typed}");
        }
        assert_eq!(read("fan–club 2026").as_deref(), Some("FANCLUB2026"));
        for wrong in ["", "FAN-1", "FÜRALLE", "FANCLUB!", &"x".repeat(41)] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_own_word_is_shown_as_it_was_given() {
        let own = Code::own(" Fan Club 2026 ").unwrap();
        assert_eq!((&*own.code, &*own.written), ("FANCLUB2026", "Fan Club 2026"));
        assert!(Code::own("short").is_none() && Code::own(&format!("FANCLUB{}", "-".repeat(60))).is_none());
    }
}
