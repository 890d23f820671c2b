//! Where the next page of the catalogue begins. Opaque to clients; a page begins after the last event of the one
//! before, so that events that come or go meanwhile neither repeat nor hide others.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use shared::domain::EventId;
use time::OffsetDateTime;

use super::listing::Sort;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    pub sort: Sort,
    /// Whether the search forgives typing errors.
    pub lenient: bool,
    /// The time the last event is sorted by, microseconds since the Unix epoch, as the store keeps it.
    micros: i64,
    pub event: EventId,
}

impl Cursor {
    pub(super) fn after(sort: Sort, lenient: bool, at: OffsetDateTime, event: EventId) -> Self {
        let micros = i64::try_from(at.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX);
        Self { sort, lenient, micros, event }
    }

    /// The time the last event is sorted by; none when it is out of range.
    pub(super) fn at(&self) -> Option<OffsetDateTime> {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.micros) * 1_000).ok()
    }

    pub(super) fn encode(&self) -> Option<String> {
        serde_json::to_vec(self).ok().map(|json| URL_SAFE_NO_PAD.encode(json))
    }

    pub(super) fn decode(text: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went_and_nonsense_is_none() {
        let at = OffsetDateTime::from_unix_timestamp_nanos(1_800_000_000_123_456_000).unwrap();
        let cursor = Cursor::after(Sort::SaleOpensAt, true, at, EventId::new());
        let again = Cursor::decode(&cursor.encode().unwrap()).unwrap();
        assert_eq!((again, again.at()), (cursor, Some(at)));
        for nonsense in ["", "x", "e30", "%%", "bnVsbA"] {
            assert_eq!(Cursor::decode(nonsense), None, "{nonsense}");
        }
    }
}
