//! What is left in each price tier, for those who wait.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;
use shared::{
    contracts::live::TierLeft,
    domain::{SeatStates, TierIndex},
    locks::{LockError, Stock},
    store::events::EventRecord,
};
use utoipa::ToSchema;

use crate::app::App;

/// A price tier and what is left in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TierOnSale {
    /// The tier.
    pub tier: TierIndex,
    /// Price of one ticket, minor units.
    pub price_minor: i64,
    /// Seats and standing places still available in it.
    pub available: u64,
}

/// The same with the prices.
pub(super) fn priced(event: &EventRecord, left: &[TierLeft]) -> Vec<TierOnSale> {
    let price = |left: &TierLeft| event.tiers.iter().find(|tier| tier.tier == left.tier);
    let on_sale = left.iter().filter_map(|left| {
        let price_minor = price(left)?.price_minor;
        Some(TierOnSale { tier: left.tier, price_minor, available: left.available })
    });
    on_sale.collect()
}

/// What is left in each tier, at most two seconds old; empty when it is not known.
pub(super) async fn by_tier(app: &App, event: &EventRecord, stock: &Stock) -> Vec<TierLeft> {
    let counting = async { count(app, event, stock).await.map(Arc::new) };
    match app.waiting_rooms.tiers().try_get_with(event.id, counting).await {
        Ok(tiers) => tiers.to_vec(),
        Err(error) => {
            tracing::warn!(%error, event = %event.id, "the stock of the tiers cannot be counted");
            Vec::new()
        }
    }
}

async fn count(app: &App, event: &EventRecord, stock: &Stock) -> Result<Vec<TierLeft>, LockError> {
    let Some(map) = &event.seat_map else { return Ok(Vec::new()) };
    let mut tiers: BTreeMap<TierIndex, u64> = map.tiers().into_iter().map(|tier| (tier, 0)).collect();
    let mut add = |tier, count| *tiers.entry(tier).or_default() += count;
    for area in &stock.areas {
        if let Some(tier) = map.area(area.area).map(|area| area.tier) {
            add(tier, u64::from(area.available()));
        }
    }
    if map.seat_count() > 0 {
        let states = SeatStates::from_bytes(app.holds.snapshot(event.id).await?.bits, map.seat_count());
        for (seat, tier) in (0..).zip(map.tiers_by_seat()) {
            add(*tier, u64::from(states.is_available(seat)));
        }
    }
    Ok(tiers.into_iter().map(|(tier, available)| TierLeft { tier, available }).collect())
}
