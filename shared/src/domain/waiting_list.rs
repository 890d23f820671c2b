//! What somebody on a waiting list wants, and what can be given of what is free.
//!
//! The rule: a wish is given whole or not at all. A wish for seats together is given seats side by side in one row
//! without an aisle between them, or places in one standing area; another wish is given any seats, or places in one
//! area. Seats and standing places are never mixed.

use std::sync::Arc;

use super::{
    AreaIndex, SeatIndex, SeatMap, SeatState, SeatStates, TierIndex,
    best_available::{self, best_available},
};

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Wish {
    /// How many tickets, from 1.
    pub quantity: u32,
    /// Of which tier; none: any.
    pub tier: Option<TierIndex>,
    /// Side by side.
    pub together: bool,
}

/// What can be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// These seats.
    Seats(Vec<SeatIndex>),
    /// So many places of this area.
    Places(AreaIndex, u32),
}

/// What is free.
#[derive(Clone, Debug)]
pub struct Free {
    /// The seats of the event.
    pub map: Arc<SeatMap>,
    /// Their states; the available ones are free.
    pub seats: SeatStates,
    /// Free places of areas.
    pub areas: Vec<(AreaIndex, u32)>,
}

impl Free {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seats.count(SeatState::Available) == 0 && self.areas.iter().all(|(_, places)| *places == 0)
    }

    /// What a wish is given; none when it cannot be given whole. Looks at every seat of the map.
    #[must_use]
    pub fn give(&self, wish: &Wish) -> Option<Choice> {
        let tiers: Vec<TierIndex> = wish.tier.into_iter().collect();
        let asked = best_available::Wish {
            quantity: wish.quantity,
            tiers: &tiers,
            ..best_available::Wish::default()
        };
        let seats = best_available(&self.map, &self.seats, &asked);
        if let Some(seats) = seats.filter(|seats| !wish.together || self.side_by_side(seats)) {
            return Some(Choice::Seats(seats));
        }
        let wanted = |area: AreaIndex| {
            let tier = self.map.area(area).map(|area| area.tier);
            tier.is_some() && (wish.tier.is_none() || tier == wish.tier)
        };
        let area = self.areas.iter().find(|(area, places)| *places >= wish.quantity && wanted(*area));
        area.map(|(area, _)| Choice::Places(*area, wish.quantity))
    }

    /// Neighbours are chosen first wherever there are any, so others mean that there are none.
    fn side_by_side(&self, seats: &[SeatIndex]) -> bool {
        let (Some(first), Some(last)) = (seats.first(), seats.last()) else { return false };
        let Some(row) = self.map.row_of(*first) else { return false };
        self.map.stretches(row).iter().any(|stretch| stretch.contains(first) && stretch.contains(last))
            && usize::try_from(last - first).is_ok_and(|apart| apart + 1 == seats.len())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Two rows of four, a standing area of another tier; these seats and so many places free.
    fn free(seats: &[SeatIndex], places: u32) -> Free {
        let shape = json!({"kind": "rectangle", "x_cm": 0, "y_cm": 9000, "width_cm": 900, "height_cm": 500});
        let document = json!({
            "sections": [{"name": "Stalls", "x_cm": 0, "y_cm": 0, "rows": [{"count": 2, "seats": 4, "tier": 0}]}],
            "areas": [{"name": "Pit", "capacity": 9, "tier": 1, "shape": shape}]});
        let map = SeatMap::new(serde_json::from_value(document).expect("a document")).expect("a map");
        let mut states = SeatStates::available(8);
        for seat in (0..8).filter(|seat| !seats.contains(seat)) {
            states.set(seat, SeatState::Sold);
        }
        Free { map: Arc::new(map), seats: states, areas: vec![(0, places)] }
    }

    fn wish(quantity: u32, tier: Option<TierIndex>, together: bool) -> Wish {
        Wish { quantity, tier, together }
    }

    #[test]
    fn together_means_one_row_and_everything_means_everything() {
        let split = free(&[3, 4], 0);
        assert_eq!(split.give(&wish(2, None, true)), None, "the end of one row and the start of the next");
        assert_eq!(split.give(&wish(2, None, false)), Some(Choice::Seats(vec![3, 4])));
        assert_eq!(split.give(&wish(3, None, false)), None, "not in part");
        assert_eq!(free(&[1, 2], 0).give(&wish(2, None, true)), Some(Choice::Seats(vec![1, 2])));
    }

    #[test]
    fn seats_and_standing_places_are_not_mixed_and_tiers_are_kept() {
        let both = free(&[0], 2);
        assert_eq!(both.give(&wish(3, None, false)), None);
        assert_eq!(both.give(&wish(2, None, true)), Some(Choice::Places(0, 2)));
        assert_eq!(both.give(&wish(2, Some(0), false)), None);
        assert_eq!(both.give(&wish(1, Some(1), false)), Some(Choice::Places(0, 1)));
        assert!(free(&[], 0).is_empty() && !both.is_empty());
    }
}
