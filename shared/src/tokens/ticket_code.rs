//! The code in a ticket's QR: short, signed, checked by a door without a network.
//!
//! `OS1` + base32 (RFC 4648 alphabet, no padding, so that a QR stores it in its compact alphanumeric mode) of
//! `ticket id (16 bytes) · generation (1 byte) · Ed25519 signature (64 bytes)`, 133 characters. The signature is over
//! `"onsale ticket 1" · event id · ticket id · generation`: the event is not in the code, the door knows it, and
//! a ticket of another event does not verify.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use data_encoding::BASE32_NOPAD;
use uuid::Uuid;

use super::Tokens;
use crate::domain::{EventId, TicketId};

const PREFIX: &str = "OS1";
const CONTEXT: &[u8] = b"onsale ticket 1";
const BODY_BYTES: usize = 16 + 1 + 64;

/// A code as read, its signature not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketCode {
    /// The ticket it names.
    pub ticket_id: TicketId,
    /// Raised when a ticket's code is made void.
    pub generation: u8,
    signature: [u8; 64],
}

/// A text that is no ticket code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a ticket code of Onsale")]
pub struct TicketCodeError;

impl TicketCode {
    /// Reads a code; blanks around it do not matter.
    ///
    /// # Errors
    /// When it is not of the form above.
    pub fn parse(text: &str) -> Result<Self, TicketCodeError> {
        let body = text.trim().strip_prefix(PREFIX).ok_or(TicketCodeError)?;
        let bytes = BASE32_NOPAD.decode(body.as_bytes()).map_err(|_| TicketCodeError)?;
        let (id, rest) = bytes.split_first_chunk::<16>().ok_or(TicketCodeError)?;
        let (generation, signature) = rest.split_first().ok_or(TicketCodeError)?;
        Ok(Self {
            ticket_id: TicketId(Uuid::from_bytes(*id)),
            generation: *generation,
            signature: signature.try_into().map_err(|_| TicketCodeError)?,
        })
    }

    /// Whether it was signed for this event by the holder of `public_key` (32 bytes).
    #[must_use]
    pub fn verifies(&self, event: EventId, public_key: &[u8]) -> bool {
        let message = message(event, self.ticket_id, self.generation);
        UnparsedPublicKey::new(&ED25519, public_key).verify(&message, &self.signature).is_ok()
    }
}

impl Tokens {
    /// The code of one ticket. The same ticket and generation always give the same code.
    #[must_use]
    pub fn ticket_code(&self, event: EventId, ticket: TicketId, generation: u8) -> String {
        let signature = self.ed25519.sign(&message(event, ticket, generation));
        let mut body = Vec::with_capacity(BODY_BYTES);
        body.extend_from_slice(ticket.0.as_bytes());
        body.push(generation);
        body.extend_from_slice(signature.as_ref());
        format!("{PREFIX}{}", BASE32_NOPAD.encode(&body))
    }
}

fn message(event: EventId, ticket: TicketId, generation: u8) -> Vec<u8> {
    [CONTEXT, event.0.as_bytes(), ticket.0.as_bytes(), &[generation]].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::tokens;

    #[test]
    fn a_code_verifies_for_its_event_only() {
        let tokens = tokens();
        let (event, ticket) = (EventId::new(), TicketId::new());
        let text = tokens.ticket_code(event, ticket, 3);
        assert_eq!(text.len(), 133);
        let code = TicketCode::parse(&text).unwrap();
        assert_eq!((code.ticket_id, code.generation), (ticket, 3));
        assert!(code.verifies(event, tokens.public_key()));
        assert!(!code.verifies(EventId::new(), tokens.public_key()));
    }

    #[test]
    fn another_key_does_not_verify() {
        let event = EventId::new();
        let code = TicketCode::parse(&tokens().ticket_code(event, TicketId::new(), 0)).unwrap();
        assert!(!code.verifies(event, tokens().public_key()));
    }

    proptest! {
        #[test]
        fn any_change_of_one_letter_is_noticed(at in 3_usize..133, letter in 0_usize..32) {
            let tokens = tokens();
            let event = EventId::new();
            let good = tokens.ticket_code(event, TicketId::new(), 0);
            let mut bad = good.clone().into_bytes();
            bad[at] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[letter];
            let bad = String::from_utf8(bad).unwrap();
            let verifies = TicketCode::parse(&bad).is_ok_and(|code| code.verifies(event, tokens.public_key()));
            prop_assert_eq!(verifies, bad == good);
        }

        #[test]
        fn any_text_is_refused_without_panic(text in ".{0,200}") {
            let _ = TicketCode::parse(&text);
            let _ = TicketCode::parse(&format!("{PREFIX}{text}"));
        }
    }
}
