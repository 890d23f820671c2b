//! The signature under an evidence pack: Ed25519 over `"onsale evidence 1" · event id · SHA-256 of the pack`.

use aws_lc_rs::digest;

use super::Tokens;
use crate::domain::EventId;

const CONTEXT: &[u8] = b"onsale evidence 1";

/// Takes in a pack while it is written.
pub struct EvidenceSeal(digest::Context);

/// What the last line of a pack says of all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// SHA-256 of every byte before.
    pub sha256: [u8; 32],
    /// The signature.
    pub signature: [u8; 64],
}

impl Default for EvidenceSeal {
    fn default() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }
}

impl EvidenceSeal {
    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Signs what was taken in as the pack of `event`.
    #[must_use]
    pub fn sign(self, tokens: &Tokens, event: EventId) -> Sealed {
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(self.0.finish().as_ref());
        let mut signature = [0; 64];
        let message = [CONTEXT, event.0.as_bytes(), &sha256].concat();
        signature.copy_from_slice(tokens.ed25519.sign(&message).as_ref());
        Sealed { sha256, signature }
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    use super::*;
    use crate::testing::tokens;

    #[test]
    fn the_signature_is_over_the_event_and_every_byte() {
        let (tokens, event) = (tokens(), EventId::new());
        let sealed = |pieces: &[&[u8]]| {
            let mut seal = EvidenceSeal::default();
            pieces.iter().for_each(|piece| seal.update(piece));
            seal.sign(&tokens, event)
        };
        assert_eq!(sealed(&[b"one\n", b"two\n"]), sealed(&[b"one\ntwo\n"]));
        let Sealed { sha256, signature } = sealed(&[b"one\ntwo\n"]);
        assert_eq!(sha256, crate::tokens::sha256(b"one\ntwo\n"));
        let verifies = |event: EventId| {
            let message = [&b"onsale evidence 1"[..], event.0.as_bytes(), &sha256].concat();
            UnparsedPublicKey::new(&ED25519, tokens.public_key()).verify(&message, &signature).is_ok()
        };
        assert!(verifies(event) && !verifies(EventId::new()));
    }
}
