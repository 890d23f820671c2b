//! The live view of an event's seats: two bits a seat.

use serde::{Deserialize, Serialize};

use crate::SeatIndex;

/// The state of one seat, two bits in the live view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum SeatState {
    /// Free to hold.
    Available = 0,
    /// Locked by a hold.
    Held = 1,
    /// On a live ticket.
    Sold = 2,
    /// Not for sale.
    Blocked = 3,
}

impl SeatState {
    /// From the two bits of the live view.
    #[must_use]
    pub fn from_bits(bits: u8) -> Self {
        match bits & 0b11 {
            0 => Self::Available,
            1 => Self::Held,
            2 => Self::Sold,
            _ => Self::Blocked,
        }
    }
}

/// The states of the seats 0..n-1. Four seats a byte, the first in the two most significant bits, as Redis's
/// BITFIELD numbers `u2` fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatStates {
    bits: Vec<u8>,
    seat_count: u32,
}

impl SeatStates {
    /// All seats available.
    #[must_use]
    pub fn available(seat_count: u32) -> Self {
        Self { bits: vec![0; bytes_for(seat_count)], seat_count }
    }

    /// From the bytes of a view; what is missing at its end is available, what is too much is dropped.
    #[must_use]
    pub fn from_bytes(mut bits: Vec<u8>, seat_count: u32) -> Self {
        bits.resize(bytes_for(seat_count), 0);
        Self { bits, seat_count }
    }

    /// The bytes of the view.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bits
    }

    /// The bytes of the view, without copying.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bits
    }

    /// How many seats there are.
    #[must_use]
    pub fn seat_count(&self) -> u32 {
        self.seat_count
    }

    /// The state of a seat; a seat beyond the last is blocked.
    #[must_use]
    pub fn get(&self, seat: SeatIndex) -> SeatState {
        let byte = self.bits.get(seat as usize / 4).filter(|_| seat < self.seat_count);
        byte.map_or(SeatState::Blocked, |byte| SeatState::from_bits(byte >> shift(seat)))
    }

    /// Sets the state of a seat; a seat beyond the last is ignored.
    pub fn set(&mut self, seat: SeatIndex, state: SeatState) {
        if seat < self.seat_count
            && let Some(byte) = self.bits.get_mut(seat as usize / 4)
        {
            *byte = *byte & !(0b11 << shift(seat)) | ((state as u8) << shift(seat));
        }
    }

    /// Whether a seat may be held.
    #[must_use]
    pub fn is_available(&self, seat: SeatIndex) -> bool {
        self.get(seat) == SeatState::Available
    }

    /// How many seats are in a state.
    #[must_use]
    pub fn count(&self, state: SeatState) -> u32 {
        (0..self.seat_count).map(|seat| u32::from(self.get(seat) == state)).sum()
    }
}

fn bytes_for(seat_count: u32) -> usize {
    seat_count.div_ceil(4) as usize
}

fn shift(seat: SeatIndex) -> u32 {
    6 - 2 * (seat % 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_seats_share_a_byte_from_its_upper_end() {
        let mut states = SeatStates::available(6);
        states.set(0, SeatState::Blocked);
        states.set(2, SeatState::Held);
        states.set(5, SeatState::Sold);
        states.set(6, SeatState::Sold);
        assert_eq!(states.as_bytes(), [0b1100_0100, 0b0010_0000]);
        states.set(0, SeatState::Available);
        assert_eq!((states.get(0), states.get(5)), (SeatState::Available, SeatState::Sold));
        assert_eq!(states.get(6), SeatState::Blocked, "there is no such seat");
        assert_eq!(states.count(SeatState::Available), 4);
        assert_eq!(SeatStates::from_bytes(vec![0b1100_0000], 6).count(SeatState::Available), 5);
    }
}
