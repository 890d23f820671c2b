//! The fan's own proof of a place in a waiting room, and the pass that lets the place in.

use serde::{Deserialize, Serialize};

use super::{TokenError, Tokens};
use crate::domain::{EventId, PlaceId};

const PLACE_AUDIENCE: &str = "onsale:place";
const PASS_AUDIENCE: &str = "onsale:pass";

/// What a place token says. It outlives Redis: with it a fan's place can be found again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlaceClaims {
    /// The place.
    pub sub: PlaceId,
    /// Its event.
    pub event: EventId,
    /// Order of joining, from 0.
    pub ordinal: u64,
    /// Good until, Unix seconds.
    pub exp: i64,
    aud: String,
}

/// What a pass says. It is good only while the lease of its ordinal lives; every call behind it checks that too.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PassClaims {
    /// The place.
    pub sub: PlaceId,
    /// Its event.
    pub event: EventId,
    /// The place's ordinal: the member of the lease.
    pub ordinal: u64,
    /// Good until, Unix seconds.
    pub exp: i64,
    /// When it was given, Unix ms; none in passes of before this was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_at_ms: Option<i64>,
    aud: String,
}

impl PlaceClaims {
    /// Claims of a place, good until `exp` (Unix seconds).
    #[must_use]
    pub fn new(place: PlaceId, event: EventId, ordinal: u64, exp: i64) -> Self {
        Self { sub: place, event, ordinal, exp, aud: PLACE_AUDIENCE.into() }
    }
}

impl PassClaims {
    /// Claims of a pass, good until `exp` (Unix seconds).
    #[must_use]
    pub fn new(place: PlaceId, event: EventId, ordinal: u64, exp: i64) -> Self {
        Self { sub: place, event, ordinal, exp, given_at_ms: None, aud: PASS_AUDIENCE.into() }
    }

    /// The same, with the time at which it is given.
    #[must_use]
    pub fn given_at(self, now_ms: i64) -> Self {
        Self { given_at_ms: Some(now_ms), ..self }
    }
}

impl Tokens {
    /// Signs a place token.
    ///
    /// # Errors
    /// When signing fails, which a usable key never does.
    pub fn sign_place(&self, claims: &PlaceClaims) -> Result<String, TokenError> {
        self.encode_hmac(claims)
    }

    /// Checks a place token.
    ///
    /// # Errors
    /// When it is forged, expired or of another kind.
    pub fn verify_place(&self, token: &str) -> Result<PlaceClaims, TokenError> {
        self.decode_hmac(token, PLACE_AUDIENCE)
    }

    /// Signs a pass.
    ///
    /// # Errors
    /// When signing fails, which a usable key never does.
    pub fn sign_pass(&self, claims: &PassClaims) -> Result<String, TokenError> {
        self.encode_hmac(claims)
    }

    /// Checks a pass; the caller checks its event and its lease.
    ///
    /// # Errors
    /// When it is forged, expired or of another kind.
    pub fn verify_pass(&self, token: &str) -> Result<PassClaims, TokenError> {
        self.decode_hmac(token, PASS_AUDIENCE)
    }
}
