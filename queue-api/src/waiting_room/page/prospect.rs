//! What somebody who waits has to expect: how many are ahead, how long it takes, whether there will be tickets, and at
//! which prices.

use shared::domain::RoomPhase;

use super::{screen::Screen, texts::filled, view::Page};
use crate::waiting_room::odds::{Odds, about};

/// One price.
pub(super) struct TierRow<'a> {
    pub(super) name: &'a str,
    pub(super) price: String,
    pub(super) gone: bool,
}

impl Page<'_> {
    pub(super) fn position(&self) -> Option<u64> {
        self.seen.place?.position
    }

    /// The number of people ahead, and the words behind it.
    pub(super) fn ahead(&self) -> (String, String) {
        match self.position() {
            None | Some(0) => (String::new(), self.l("ahead_none")),
            Some(ahead) => (self.words.number(ahead), self.words.counted("ahead", ahead)),
        }
    }

    pub(super) fn wait(&self) -> String {
        match self.seen.place.and_then(|place| place.wait) {
            None => self.l("wait_unknown"),
            Some(wait) if wait.to_seconds <= 60 => self.l("wait_soon"),
            Some(wait) => {
                let from = self.words.duration(wait.from_seconds.max(60));
                let to = self.words.duration(wait.to_seconds);
                self.words.texts.live("wait", &[("from", &from), ("to", &to)])
            }
        }
    }

    /// Whether it will be enough, in words.
    pub(super) fn odds(&self) -> String {
        let (Some(room), Some(ahead)) = (self.seen.room, self.position()) else { return String::new() };
        let Some(available) = room.available.filter(|available| *available > 0) else { return String::new() };
        let name = match Odds::of(available, ahead, room.shopping, room.tickets_per_person) {
            Odds::Likely => "odds_likely",
            Odds::Uncertain => "odds_uncertain",
            Odds::Unlikely => "odds_unlikely",
        };
        let facts = self.facts(available, ahead);
        format!("{facts} {}", self.l(name)).trim().to_owned()
    }

    /// The same before the draw, when nobody has a number.
    pub(super) fn lobby_odds(&self) -> String {
        let Some(room) = self.seen.room.filter(|_| self.screen == Screen::Lobby) else {
            return String::new();
        };
        let Some(available) = room.available.filter(|available| *available > 0) else { return String::new() };
        let enough = room.joined.saturating_mul(room.tickets_per_person.into()) <= available;
        self.t(if enough { "odds_enough" } else { "odds_draw" }).to_owned()
    }

    /// Of several tickets and several people.
    fn facts(&self, available: u64, people: u64) -> String {
        if available < 2 || people < 2 {
            return String::new();
        }
        let most = self.seen.event.tickets_per_person.to_string();
        let (tickets, people) = (self.words.number(about(available)), self.words.number(about(people)));
        self.words.texts.live("odds_facts", &[("tickets", &tickets), ("ahead", &people), ("most", &most)])
    }

    /// The prices of what is left.
    pub(super) fn range(&self) -> String {
        let Some(room) = self.seen.room.filter(|room| room.phase != RoomPhase::Closed) else {
            return String::new();
        };
        let left = room.tiers.iter().filter(|tier| tier.available > 0).map(|tier| tier.price_minor);
        let price = |minor| self.words.money(minor, room.currency);
        match (left.clone().min(), left.max()) {
            (Some(from), Some(to)) if from == to => filled(self.t("range_one"), &[("from", &price(from))]),
            (Some(from), Some(to)) => filled(self.t("range"), &[("from", &price(from)), ("to", &price(to))]),
            _ => String::new(),
        }
    }

    pub(super) fn stock(&self) -> String {
        match self.seen.room.filter(|room| room.phase != RoomPhase::Closed).and_then(|room| room.available) {
            None => String::new(),
            Some(0) => self.l("stock_none"),
            Some(available) => self.words.counted("stock", available),
        }
    }

    pub(super) fn tiers(&self) -> Vec<TierRow<'_>> {
        let left = |tier| self.seen.room?.tiers.iter().find(|stock| stock.tier == tier);
        let event = self.seen.event;
        let rows = event.tiers.iter().map(|tier| TierRow {
            name: &tier.name,
            price: self.words.money(tier.price_minor, event.currency),
            gone: left(tier.tier).is_some_and(|stock| stock.available == 0),
        });
        rows.collect()
    }
}
