//! Seat maps as other programs read them.

mod csv;
mod pretix;
mod svg;

pub use self::{csv::csv, pretix::pretix, svg::svg};
use crate::{SeatIndex, SeatKind, SeatMap, TierIndex};

/// A seat map with what is known of it beside its document.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    /// The map.
    pub map: &'a SeatMap,
    /// The tiers' names by index; those that are missing are called by their index.
    pub tiers: &'a [String],
    /// By seat index, what the seats were called where the map came from; may be empty.
    pub identities: &'a [String],
}

impl Export<'_> {
    fn tier_name(&self, tier: TierIndex) -> String {
        let named = self.tiers.get(usize::from(tier)).filter(|name| !name.is_empty());
        named.cloned().unwrap_or_else(|| tier.to_string())
    }

    fn identity(&self, seat: SeatIndex) -> &str {
        self.identities.get(seat as usize).map(String::as_str).unwrap_or_default()
    }

    /// Whole centimetres.
    fn position(&self, seat: SeatIndex) -> [f64; 2] {
        self.map.position(seat).map(|at| [at.x_cm.round(), at.y_cm.round()]).unwrap_or_default()
    }
}

fn kind_word(kind: Option<SeatKind>) -> &'static str {
    match kind {
        None => "",
        Some(SeatKind::Wheelchair) => "wheelchair",
        Some(SeatKind::Companion) => "companion",
        Some(SeatKind::RestrictedView) => "restricted_view",
    }
}
