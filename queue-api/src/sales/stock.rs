//! Counting the seats and places of an event by price and by area.

use std::collections::BTreeMap;

use shared::{
    domain::{SeatMap, SeatState, SeatStates, TierIndex},
    locks,
    store::events::EventRecord,
};

use super::views::{AreaStock, StockCount, TierStock};

/// The stock of an event, counted.
pub(super) struct Counted {
    pub total: StockCount,
    pub tiers: Vec<TierStock>,
    pub areas: Vec<AreaStock>,
}

/// Counts seats from their states and areas from their stock; an area whose stock is not known is empty.
pub(super) fn count(event: &EventRecord, states: &SeatStates, stock: &[locks::AreaStock]) -> Counted {
    let Some(map) = event.seat_map.as_deref() else {
        let tiers = tiers(event, &BTreeMap::new());
        return Counted { total: StockCount::default(), tiers, areas: Vec::new() };
    };
    let mut by_tier = seats(map, states);
    let areas = areas(map, stock);
    for area in &areas {
        by_tier.entry(area.tier).or_default().add(area.stock);
    }
    let mut total = StockCount::default();
    for stock in by_tier.values() {
        total.add(*stock);
    }
    Counted { total, tiers: tiers(event, &by_tier), areas }
}

fn seats(map: &SeatMap, states: &SeatStates) -> BTreeMap<TierIndex, StockCount> {
    let mut by_tier: BTreeMap<TierIndex, StockCount> = BTreeMap::new();
    for (seat, tier) in (0..).zip(map.tiers_by_seat()) {
        let count = by_tier.entry(*tier).or_default();
        count.capacity += 1;
        *match states.get(seat) {
            SeatState::Available => &mut count.available,
            SeatState::Held => &mut count.held,
            SeatState::Sold => &mut count.sold,
            SeatState::Blocked => &mut count.blocked,
        } += 1;
    }
    by_tier
}

fn areas(map: &SeatMap, stock: &[locks::AreaStock]) -> Vec<AreaStock> {
    let counted = map.areas().iter().zip(0..).map(|(area, index)| {
        let known = stock.iter().find(|known| known.area == index);
        let (sold, held) = known.map_or((0, 0), |known| (known.sold, known.held));
        let available = known.map_or(area.capacity, locks::AreaStock::available);
        let stock = StockCount {
            capacity: area.capacity.into(),
            sold: sold.into(),
            held: held.into(),
            blocked: 0,
            available: available.into(),
        };
        AreaStock { area: index, name: area.name.clone(), tier: area.tier, stock }
    });
    counted.collect()
}

fn tiers(event: &EventRecord, by_tier: &BTreeMap<TierIndex, StockCount>) -> Vec<TierStock> {
    let counted = event.tiers.iter().map(|tier| TierStock {
        tier: tier.tier,
        name: tier.name.clone(),
        price_minor: tier.price_minor,
        stock: by_tier.get(&tier.tier).copied().unwrap_or_default(),
    });
    counted.collect()
}

impl StockCount {
    fn add(&mut self, other: Self) {
        self.capacity += other.capacity;
        self.sold += other.sold;
        self.held += other.held;
        self.blocked += other.blocked;
        self.available += other.available;
    }
}
