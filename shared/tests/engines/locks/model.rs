//! What the scripts promise, as plainly as it can be said: no time, no network, no order of keys.

use std::collections::{BTreeMap, BTreeSet};

use shared::{
    domain::{HoldId, SeatIndex, SeatState, UserId},
    locks::{Claim, Claimed, Extended, HoldOutcome, Released},
};

pub(super) const LIMIT: u32 = 5;

#[derive(Clone, Debug)]
pub(super) struct ModelHold {
    claim: Claim,
    living: bool,
    extended: bool,
    pinned: bool,
}

/// What Redis should know of one event, and what PostgreSQL knows.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) seats: u32,
    pub(super) capacities: Vec<u32>,
    /// As Redis has it.
    holds: BTreeMap<HoldId, ModelHold>,
    locks: BTreeMap<SeatIndex, HoldId>,
    sold: BTreeSet<SeatIndex>,
    area_sold: Vec<u32>,
    bought: BTreeMap<UserId, u32>,
    shown_sold: BTreeSet<HoldId>,
    shown_returned: BTreeSet<HoldId>,
    /// As PostgreSQL has it: bookings, and whether they were cancelled.
    committed: BTreeMap<HoldId, (Claim, bool)>,
}

fn count(claim: &Claim) -> u32 {
    u32::try_from(claim.seats.len()).unwrap() + claim.areas.iter().map(|(_, quantity)| quantity).sum::<u32>()
}

impl Model {
    pub(super) fn new(seats: u32, capacities: &[u32]) -> Self {
        Self {
            seats,
            capacities: capacities.to_vec(),
            holds: BTreeMap::new(),
            locks: BTreeMap::new(),
            sold: BTreeSet::new(),
            area_sold: vec![0; capacities.len()],
            bought: BTreeMap::new(),
            shown_sold: BTreeSet::new(),
            shown_returned: BTreeSet::new(),
            committed: BTreeMap::new(),
        }
    }

    fn living(&self, hold: HoldId) -> Option<&ModelHold> {
        self.holds.get(&hold).filter(|known| known.living)
    }

    fn held_in(&self, area: u16) -> u32 {
        let living = self.holds.values().filter(|hold| hold.living);
        living
            .flat_map(|hold| &hold.claim.areas)
            .filter(|(a, _)| *a == area)
            .map(|(_, quantity)| quantity)
            .sum()
    }

    fn left(&self, area: u16) -> i64 {
        let index = usize::from(area);
        i64::from(self.capacities[index]) - i64::from(self.area_sold[index]) - i64::from(self.held_in(area))
    }

    fn lock(&mut self, claim: Claim, extended: bool, pinned: bool) {
        for seat in &claim.seats {
            self.locks.insert(*seat, claim.hold_id);
        }
        self.holds.insert(claim.hold_id, ModelHold { claim, living: true, extended, pinned });
    }

    fn free(&mut self, hold: HoldId) {
        self.locks.retain(|_, owner| *owner != hold);
        self.holds.remove(&hold);
    }

    /// `fence` is what Redis gave, if it gave one: the model does not predict it.
    pub(super) fn hold(&mut self, mut claim: Claim, fence: Option<i64>) -> HoldOutcome {
        if let Some(known) = self.living(claim.hold_id) {
            return HoldOutcome::Held { fence: known.claim.fence, deadline_ms: 0 };
        }
        self.free(claim.hold_id);
        let living = self.holds.values().filter(|hold| hold.living && hold.claim.user_id == claim.user_id);
        let has = self.bought.get(&claim.user_id).copied().unwrap_or(0)
            + living.map(|hold| count(&hold.claim)).sum::<u32>();
        if has + count(&claim) > LIMIT {
            return HoldOutcome::LimitReached { has };
        }
        let gone = |seat: &SeatIndex| self.sold.contains(seat) || self.locks.contains_key(seat);
        let seats: Vec<_> = claim.seats.iter().copied().filter(|seat| gone(seat)).collect();
        if !seats.is_empty() {
            return HoldOutcome::Taken { seats };
        }
        for (area, quantity) in &claim.areas {
            let left = self.left(*area);
            if left < i64::from(*quantity) {
                return HoldOutcome::AreaFull { area: *area, left: u32::try_from(left.max(0)).unwrap() };
            }
        }
        claim.fence = fence.unwrap_or(0);
        self.lock(claim.clone(), false, false);
        HoldOutcome::Held { fence: claim.fence, deadline_ms: 0 }
    }

    pub(super) fn let_expire(&mut self, hold: HoldId) {
        if let Some(known) = self.holds.get_mut(&hold) {
            known.living = false;
            self.locks.retain(|_, owner| *owner != hold);
        }
    }

    pub(super) fn release(&mut self, hold: HoldId, user: UserId) -> Released {
        let Some(known) = self.holds.get(&hold).filter(|known| known.claim.user_id == user) else {
            return Released::Gone;
        };
        let living = known.living;
        if living && known.pinned {
            return Released::Pinned;
        }
        self.free(hold);
        if living { Released::Done } else { Released::Gone }
    }

    fn can_lock(&self, claim: &Claim) -> (bool, bool) {
        let own = self.living(claim.hold_id).is_some();
        let mut all_own = true;
        for seat in &claim.seats {
            match self.locks.get(seat) {
                _ if self.sold.contains(seat) => return (false, false),
                Some(owner) if *owner != claim.hold_id => return (false, false),
                Some(_) => {}
                None => all_own = false,
            }
        }
        for (area, quantity) in &claim.areas {
            if !own {
                all_own = false;
                if self.left(*area) < i64::from(*quantity) {
                    return (false, false);
                }
            }
        }
        (true, all_own)
    }

    pub(super) fn extend(&mut self, hold: HoldId, user: UserId, pin: bool) -> Extended {
        let Some(known) = self.living(hold).filter(|known| known.claim.user_id == user).cloned() else {
            return Extended::Gone;
        };
        if !pin && (known.extended || known.pinned) {
            return Extended::Already { deadline_ms: 0 };
        }
        if !self.can_lock(&known.claim).0 {
            return Extended::Gone;
        }
        self.lock(known.claim, known.extended || !pin, known.pinned || pin);
        Extended::Done { deadline_ms: 0 }
    }

    pub(super) fn claim(&mut self, claim: &Claim) -> Claimed {
        if self.shown_sold.contains(&claim.hold_id) {
            return Claimed::Owned;
        }
        let (free, all_own) = self.can_lock(claim);
        if !free {
            return Claimed::Lost;
        }
        self.lock(claim.clone(), true, true);
        if all_own { Claimed::Owned } else { Claimed::Regained }
    }

    /// Whether PostgreSQL takes it.
    pub(super) fn commit(&mut self, claim: &Claim) -> bool {
        let live = self.committed.values().filter(|(_, cancelled)| !cancelled).map(|(live, _)| live);
        let seats: BTreeSet<_> = live.clone().flat_map(|live| live.seats.iter().copied()).collect();
        let in_area = |area| {
            live.clone().flat_map(|live| &live.areas).filter(|(a, _)| *a == area).map(|(_, n)| n).sum::<u32>()
        };
        let fits =
            claim.areas.iter().all(|(area, n)| in_area(*area) + n <= self.capacities[usize::from(*area)]);
        let ok = fits && claim.seats.iter().all(|seat| !seats.contains(seat));
        if ok {
            self.committed.insert(claim.hold_id, (claim.clone(), false));
        }
        ok
    }

    /// A booking that may still be cancelled.
    pub(super) fn committed(&self, hold: HoldId) -> Option<(&Claim, bool)> {
        self.committed.get(&hold).map(|(claim, cancelled)| (claim, *cancelled))
    }

    pub(super) fn settle_sold(&mut self, claim: &Claim) {
        if self.shown_returned.contains(&claim.hold_id) || !self.shown_sold.insert(claim.hold_id) {
            return;
        }
        self.free(claim.hold_id);
        self.sold.extend(&claim.seats);
        for (area, quantity) in &claim.areas {
            self.area_sold[usize::from(*area)] += quantity;
        }
        *self.bought.entry(claim.user_id).or_default() += count(claim);
    }

    pub(super) fn settle_rejected(&mut self, hold: HoldId) {
        self.free(hold);
    }

    pub(super) fn cancel(&mut self, claim: &Claim) {
        if let Some(booking) = self.committed.get_mut(&claim.hold_id) {
            booking.1 = true;
        }
        if !self.shown_returned.insert(claim.hold_id) {
            return;
        }
        if !self.shown_sold.remove(&claim.hold_id) {
            self.free(claim.hold_id);
            return;
        }
        self.sold.retain(|seat| !claim.seats.contains(seat));
        for (area, quantity) in &claim.areas {
            self.area_sold[usize::from(*area)] -= quantity;
        }
        *self.bought.entry(claim.user_id).or_default() -= count(claim);
    }

    pub(super) fn sweep(&mut self) {
        self.holds.retain(|_, hold| hold.living);
    }

    /// Redis forgets everything; what PostgreSQL knows is shown again.
    pub(super) fn lose_redis(&mut self) {
        let mut fresh = Self::new(self.seats, &self.capacities);
        for (hold, (claim, cancelled)) in &self.committed {
            if *cancelled {
                fresh.shown_returned.insert(*hold);
                continue;
            }
            fresh.shown_sold.insert(*hold);
            fresh.sold.extend(&claim.seats);
            for (area, quantity) in &claim.areas {
                fresh.area_sold[usize::from(*area)] += quantity;
            }
            *fresh.bought.entry(claim.user_id).or_default() += count(claim);
        }
        fresh.committed = std::mem::take(&mut self.committed);
        *self = fresh;
    }

    pub(super) fn state(&self, seat: SeatIndex) -> SeatState {
        if self.sold.contains(&seat) {
            SeatState::Sold
        } else if self.locks.contains_key(&seat) {
            SeatState::Held
        } else {
            SeatState::Available
        }
    }

    /// Sold and held places of an area.
    pub(super) fn area(&self, area: u16) -> (u32, u32) {
        (self.area_sold[usize::from(area)], self.held_in(area))
    }
}
