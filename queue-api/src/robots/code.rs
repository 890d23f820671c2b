//! Appeal codes: short enough to be told on the phone.

use crate::readable;

/// The store has the same.
const LENGTH: usize = 8;

/// A new code.
pub(super) fn new() -> String {
    readable::random(LENGTH)
}

/// A code as people write it: in two halves.
pub(super) fn written(code: &str) -> String {
    readable::grouped(code, LENGTH / 2)
}

/// What somebody typed, as it is stored; `None` when it cannot be a code.
pub(super) fn read(typed: &str) -> Option<String> {
    Some(readable::folded(typed)).filter(|code| code.len() == LENGTH && readable::is_ours(code))
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
