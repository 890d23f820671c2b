//! The one decision everything hangs on: who comes in now.

use super::{LeaseEnd, LogEntry, RATE_WINDOW_MS, WaitingRoom};
use crate::domain::RoomPhase;

/// What the releaser has for one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    /// The place, from the broker.
    Place,
    /// Nothing: its message has not arrived.
    Missing,
    /// Nothing, for so long that no join can still be on its way: it may be passed over, unless the broker
    /// confirmed it.
    Forfeit,
}

/// One number the releaser offers, in the order of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The number.
    pub number: u64,
    /// The ordinal that the draw gave this number.
    pub ordinal: u64,
    /// What the releaser has for it.
    pub offered: Offered,
}

/// Why a release went no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Everything offered was taken.
    Done,
    /// The phase does not release.
    NotOpen,
    /// As many leases live as may.
    Cap,
    /// As many were admitted in the last 60 s as may be.
    Rate,
    /// The next number's place is not there; its message must come first.
    Missing,
    /// The offers do not begin where the room serves.
    Stale,
}

/// What a release did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The numbers that were admitted.
    pub released: Vec<u64>,
    /// The next number to release.
    pub serving: u64,
    /// How many more could come in right now.
    pub room: u64,
    /// Why it went no further.
    pub stop: Stop,
}

impl WaitingRoom {
    /// Admits as many of the offered places as cap, rate and phase allow, in the order of their numbers.
    ///
    /// Expired leases end first. Offers below `serving` are skipped, so repeating a call is harmless. Vacant slots need
    /// not be offered: they are passed over with the offer behind them.
    pub fn release(&mut self, now_ms: i64, offers: &[Offer]) -> Release {
        self.advance(now_ms);
        self.end_expired();
        self.forget_old_admissions();
        let mut released = Vec::new();
        let mut stop = Stop::Done;
        for offer in offers.iter().filter(|offer| offer.number >= self.serving).copied().collect::<Vec<_>>() {
            match self.take(offer) {
                Ok(true) => released.push(offer.number),
                Ok(false) => {}
                Err(why) => {
                    stop = why;
                    break;
                }
            }
        }
        Release { released, serving: self.serving, room: self.room(), stop }
    }

    /// Takes one offer: true if it was admitted, false if it was passed over.
    fn take(&mut self, offer: Offer) -> Result<bool, Stop> {
        if !matches!(self.phase, RoomPhase::Open | RoomPhase::Paused) {
            return Err(Stop::NotOpen);
        }
        if !self.follows(offer) {
            return Err(Stop::Stale);
        }
        let at_ms = self.clock_ms;
        let Some(place) = self.place_mut(offer.ordinal) else { return Err(Stop::Missing) };
        match offer.offered {
            _ if place.left => {}
            Offered::Forfeit if !place.confirmed => {
                place.left = true;
                self.log.push(LogEntry::Forfeit { at_ms, ordinal: offer.ordinal });
            }
            Offered::Missing | Offered::Forfeit => return Err(Stop::Missing),
            Offered::Place => {
                let extra = self.permit()?;
                self.admit_place(offer, extra);
                return Ok(true);
            }
        }
        self.serving = offer.number + 1;
        Ok(false)
    }

    /// Whether an offer is the next: nobody has a number between `serving` and it.
    fn follows(&self, offer: Offer) -> bool {
        let vacant = |number| self.lanes.is_vacant(number, &self.next);
        offer.number == self.serving
            || (self.lanes.is_given(offer.ordinal, &self.next) && (self.serving..offer.number).all(vacant))
    }

    /// Whether one more may come in, and whether only by "admit n now".
    pub(super) fn permit(&self) -> Result<bool, Stop> {
        if count(self.leases.len()) >= u64::from(self.settings.lease_cap) {
            return Err(Stop::Cap);
        }
        if self.phase == RoomPhase::Open && self.rate_left() > 0 {
            return Ok(false);
        }
        if self.extra_left() > 0 {
            return Ok(true);
        }
        Err(if self.phase == RoomPhase::Open { Stop::Rate } else { Stop::NotOpen })
    }

    pub(super) fn admit_place(&mut self, offer: Offer, extra: bool) {
        let (at_ms, ordinal) = (self.clock_ms, offer.ordinal);
        if extra {
            self.extra -= 1;
        } else {
            self.admissions.push_back(at_ms);
        }
        self.leases.insert(ordinal, at_ms + self.settings.offer_ms());
        if let Some(place) = self.place_mut(ordinal) {
            place.released = true;
            place.confirmed = true;
        }
        self.serving = offer.number + 1;
        self.log.push(LogEntry::Release { at_ms, number: offer.number, ordinal, extra });
    }

    pub(super) fn end_expired(&mut self) {
        let at_ms = self.clock_ms;
        let mut expired: Vec<(i64, u64)> =
            self.leases.iter().filter(|lease| *lease.1 <= at_ms).map(|lease| (*lease.1, *lease.0)).collect();
        expired.sort_unstable();
        for (_, ordinal) in expired {
            self.leases.remove(&ordinal);
            self.log.push(LogEntry::End { at_ms, ordinal, outcome: LeaseEnd::Expired });
        }
    }

    pub(super) fn forget_old_admissions(&mut self) {
        while self.admissions.front().is_some_and(|at_ms| *at_ms <= self.clock_ms - RATE_WINDOW_MS) {
            self.admissions.pop_front();
        }
    }

    fn room(&self) -> u64 {
        let by_cap = u64::from(self.settings.lease_cap).saturating_sub(count(self.leases.len()));
        let by_rate = if self.phase == RoomPhase::Open { self.rate_left() } else { 0 };
        match self.phase {
            RoomPhase::Open | RoomPhase::Paused => by_cap.min(by_rate + self.extra_left()),
            _ => 0,
        }
    }

    fn rate_left(&self) -> u64 {
        u64::from(self.settings.rate_per_minute).saturating_sub(count(self.admissions.len()))
    }

    pub(super) fn extra_left(&self) -> u64 {
        if self.clock_ms < self.extra_until_ms { u64::from(self.extra) } else { 0 }
    }
}

fn count(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}
