//! Reading the live view.

use std::collections::{BTreeMap, HashMap};

use fred::interfaces::{HashesInterface as _, KeysInterface as _};

use super::{AreaStock, Holds, LockError, REBUILDS, Stock, scripts::parse};
use crate::domain::{AreaIndex, EventId};

/// The states of all seats at one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Grows with every change; a change whose version is not the next one was missed.
    pub version: u64,
    /// Two bits a seat; see [`crate::domain::SeatStates`].
    pub bits: Vec<u8>,
}

impl Holds {
    /// The states of all seats, by one read.
    ///
    /// # Errors
    /// When Redis is away, or the view is missing and cannot be rebuilt.
    pub async fn snapshot(&self, event_id: EventId) -> Result<Snapshot, LockError> {
        let keys = self.redis.event(event_id);
        for _ in 0..REBUILDS {
            let (bits, version): (Option<Vec<u8>>, Option<u64>) =
                self.redis.client().mget(vec![keys.view(), keys.version()]).await?;
            if let (Some(bits), Some(version)) = (bits, version) {
                return Ok(Snapshot { version, bits });
            }
            self.rebuild_view(event_id).await?;
        }
        Err(LockError::Rebuilding(event_id))
    }

    /// What is still to be had.
    ///
    /// # Errors
    /// When Redis is away, or the view is missing and cannot be rebuilt.
    pub async fn stock(&self, event_id: EventId) -> Result<Stock, LockError> {
        for _ in 0..REBUILDS {
            if let Some(stock) = self.known_stock(event_id).await? {
                return Ok(stock);
            }
            self.rebuild_view(event_id).await?;
        }
        Err(LockError::Rebuilding(event_id))
    }

    /// What is still to be had, when the view is there; never rebuilds, so it is cheap enough for every second.
    ///
    /// # Errors
    /// When Redis is away.
    pub async fn known_stock(&self, event_id: EventId) -> Result<Option<Stock>, LockError> {
        let key = self.redis.event(event_id).stock();
        let fields: HashMap<String, i64> = self.redis.client().hgetall(key).await?;
        if fields.is_empty() {
            return Ok(None);
        }
        let mut areas: BTreeMap<AreaIndex, AreaStock> = BTreeMap::new();
        let mut stock = Stock::default();
        for (field, count) in fields {
            let count = count.max(0);
            match field.split(':').collect::<Vec<_>>()[..] {
                ["available"] => stock.seats = count.unsigned_abs(),
                ["area", area, what] => {
                    let area = parse(area)?;
                    let entry =
                        areas.entry(area).or_insert(AreaStock { area, capacity: 0, sold: 0, held: 0 });
                    let count = u32::try_from(count).unwrap_or(u32::MAX);
                    match what {
                        "capacity" => entry.capacity = count,
                        "sold" => entry.sold = count,
                        _ => entry.held = count,
                    }
                }
                _ => return Err(LockError::Reply(field)),
            }
        }
        stock.areas = areas.into_values().collect();
        Ok(Some(stock))
    }
}
