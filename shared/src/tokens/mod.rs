//! Signed things Onsale hands out. Access tokens and ticket codes carry an Ed25519 signature that anybody with
//! the public key can check; places, passes and socket tokens are HMAC, because only Onsale reads them.

mod access;
mod booking_key;
mod evidence;
mod place;
mod socket;
mod ticket_code;

use std::time::Duration;

use aws_lc_rs::{
    digest,
    signature::{Ed25519KeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};
use moka::sync::Cache;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Serialize, de::DeserializeOwned};

pub use access::AccessClaims;
pub use evidence::{EvidenceSeal, Sealed};
pub use place::{PassClaims, PlaceClaims};
pub use socket::{Listener, SocketClaims};
pub use ticket_code::{TicketCode, TicketCodeError};

use crate::config::SigningArgs;

/// Most access tokens that are remembered.
const KNOWN_TOKENS: u64 = 50_000;
/// One that nobody uses is forgotten after so long.
const KNOWN_FOR: Duration = Duration::from_secs(120);
/// Clocks may differ by so much, seconds.
const LEEWAY_S: u64 = 5;

/// Everything needed to sign and to check. Cheap to share behind an `Arc`.
pub struct Tokens {
    ed25519: Ed25519KeyPair,
    access_encoding: EncodingKey,
    access_decoding: DecodingKey,
    /// Access tokens whose signature was checked, by their hash: checking it again would take longer than all else.
    known_access: Cache<[u8; 32], AccessClaims>,
    hmac_encoding: EncodingKey,
    hmac_decoding: DecodingKey,
    hmac: aws_lc_rs::hmac::Key,
}

/// A key that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Not base64 of an Ed25519 PKCS#8 document.
    #[error("ONSALE_SIGNING_KEY is not an Ed25519 private key (PKCS#8 DER in base64)")]
    SigningKey,
    /// Not hex or too short.
    #[error("ONSALE_TOKEN_SECRET needs at least 32 bytes as hex")]
    TokenSecret,
}

/// A token that is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Was good once.
    #[error("the token has expired")]
    Expired,
    /// Forged, damaged, or of another kind.
    #[error("the token is not valid")]
    Invalid,
}

impl Tokens {
    /// Reads the keys.
    ///
    /// # Errors
    /// When one of them cannot be used.
    pub fn new(args: &SigningArgs) -> Result<Self, KeyError> {
        let der =
            STANDARD.decode(args.signing_key.expose_secret().trim()).map_err(|_| KeyError::SigningKey)?;
        let ed25519 = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map_err(|_| KeyError::SigningKey)?;
        let secret = secret_bytes(&args.token_secret).ok_or(KeyError::TokenSecret)?;
        Ok(Self {
            access_encoding: EncodingKey::from_ed_der(&der),
            access_decoding: DecodingKey::from_ed_der(ed25519.public_key().as_ref()),
            known_access: Cache::builder().max_capacity(KNOWN_TOKENS).time_to_idle(KNOWN_FOR).build(),
            ed25519,
            hmac_encoding: EncodingKey::from_secret(&secret),
            hmac_decoding: DecodingKey::from_secret(&secret),
            hmac: aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &secret),
        })
    }

    /// The Ed25519 public key, 32 bytes: what a door needs to check ticket codes offline.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        self.ed25519.public_key().as_ref()
    }

    /// A keyed hash with a purpose of its own: HMAC-SHA256 over `purpose 0x00 message`.
    #[must_use]
    pub fn keyed_hash(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        let mut context = aws_lc_rs::hmac::Context::with_key(&self.hmac);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(message);
        let mut hash = [0; 32];
        hash.copy_from_slice(context.sign().as_ref());
        hash
    }

    fn decode_hmac<C: DeserializeOwned>(&self, token: &str, audience: &str) -> Result<C, TokenError> {
        decode(token, &self.hmac_decoding, Algorithm::HS256, audience)
    }

    fn encode_hmac(&self, claims: &impl Serialize) -> Result<String, TokenError> {
        encode(claims, &self.hmac_encoding, Algorithm::HS256)
    }
}

/// SHA-256, for what is stored instead of a secret.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// Bytes from hex of either case; `None` when it is not hex.
#[must_use]
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()
}

fn secret_bytes(secret: &SecretString) -> Option<Vec<u8>> {
    from_hex(secret.expose_secret().trim()).filter(|bytes| bytes.len() >= 32)
}

fn encode(claims: &impl Serialize, key: &EncodingKey, algorithm: Algorithm) -> Result<String, TokenError> {
    jsonwebtoken::encode(&jsonwebtoken::Header::new(algorithm), claims, key).map_err(|_| TokenError::Invalid)
}

fn decode<C: DeserializeOwned>(
    token: &str,
    key: &DecodingKey,
    algorithm: Algorithm,
    audience: &str,
) -> Result<C, TokenError> {
    let mut validation = Validation::new(algorithm);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["exp", "aud"]);
    validation.validate_nbf = true;
    validation.leeway = LEEWAY_S;
    jsonwebtoken::decode(token, key, &validation).map(|data| data.claims).map_err(|error| {
        match error.kind() {
            jsonwebtoken::errors::ErrorKind::ExpiredSignature => TokenError::Expired,
            _ => TokenError::Invalid,
        }
    })
}
