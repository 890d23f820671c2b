//! What everybody needs to check the draw.

use super::view::Page;

impl Page<'_> {
    pub(super) fn commitment(&self) -> &str {
        self.seen.room.map_or("–", |room| &room.seed_commitment)
    }

    pub(super) fn count(&self) -> String {
        self.shown(&self.seen.room.and_then(|room| room.lobby_count))
    }

    pub(super) fn seed(&self) -> &str {
        let seed = self.seen.room.and_then(|room| room.seed.as_deref());
        seed.unwrap_or_else(|| self.t("draw_later"))
    }

    fn shown(&self, number: &Option<u64>) -> String {
        number.map_or_else(|| "–".to_owned(), |number| number.to_string())
    }

    pub(super) fn ordinal(&self) -> String {
        self.shown(&self.seen.place.map(|place| place.ordinal))
    }

    pub(super) fn drawn(&self) -> String {
        self.shown(&self.seen.place.and_then(|place| place.number))
    }
}
