//! The key in a guest's mails: it opens the booking to whoever reads that mailbox.

use uuid::Uuid;

use super::{Tokens, from_hex, hex};
use crate::domain::{BookingId, HoldId};

const PURPOSE: &str = "booking key";
const OFFER_PURPOSE: &str = "offer key";
const KEY_BYTES: usize = 16;

impl Tokens {
    /// The key of a booking for one mailbox, 32 hex digits. A guest whose address changes has another one, and the
    /// old address's opens nothing any more.
    #[must_use]
    pub fn booking_key(&self, booking: BookingId, email: &str) -> String {
        hex(&self.key_bytes(PURPOSE, booking.0, email))
    }

    /// Whether it is that key.
    #[must_use]
    pub fn booking_key_opens(&self, booking: BookingId, email: &str, key: &str) -> bool {
        let expected = self.key_bytes(PURPOSE, booking.0, email);
        from_hex(key)
            .is_some_and(|key| aws_lc_rs::constant_time::verify_slices_are_equal(&key, &expected).is_ok())
    }

    /// The key of an offer's hold for one mailbox, 32 hex digits.
    #[must_use]
    pub fn offer_key(&self, hold: HoldId, email: &str) -> String {
        hex(&self.key_bytes(OFFER_PURPOSE, hold.0, email))
    }

    /// Whether it is that key.
    #[must_use]
    pub fn offer_key_opens(&self, hold: HoldId, email: &str, key: &str) -> bool {
        let expected = self.key_bytes(OFFER_PURPOSE, hold.0, email);
        from_hex(key)
            .is_some_and(|key| aws_lc_rs::constant_time::verify_slices_are_equal(&key, &expected).is_ok())
    }

    fn key_bytes(&self, purpose: &str, id: Uuid, email: &str) -> [u8; KEY_BYTES] {
        let hash = self.keyed_hash(purpose, &[id.as_bytes(), email.as_bytes()].concat());
        let mut key = [0; KEY_BYTES];
        key.copy_from_slice(&hash[..KEY_BYTES]);
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::tokens;

    #[test]
    fn a_key_opens_one_booking_for_one_mailbox() {
        let (tokens, booking) = (tokens(), BookingId::new());
        let key = tokens.booking_key(booking, "ada@example.test");
        assert_eq!(key.len(), 32);
        assert!(tokens.booking_key_opens(booking, "ada@example.test", &key));
        assert!(!tokens.booking_key_opens(BookingId::new(), "ada@example.test", &key));
        assert!(!tokens.booking_key_opens(booking, "eve@example.test", &key));
        for wrong in ["", "zz", &key[..30], &format!("{key}00")] {
            assert!(!tokens.booking_key_opens(booking, "ada@example.test", wrong), "{wrong}");
        }
    }
}
