//! Access tokens: who somebody is, for a quarter of an hour.

use jsonwebtoken::Algorithm;
use serde::{Deserialize, Serialize};

use super::{TokenError, Tokens, decode, encode};
use crate::domain::{Role, UserId};

const AUDIENCE: &str = "onsale";

/// What an access token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccessClaims {
    /// The account.
    pub sub: UserId,
    /// Its role when the token was made.
    pub role: Role,
    /// The login (refresh token family) it came from.
    pub sid: uuid::Uuid,
    /// Whether it is a guest, who has no password.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guest: bool,
    /// Made at, Unix seconds.
    pub iat: i64,
    /// Good until, Unix seconds.
    pub exp: i64,
    aud: String,
}

impl AccessClaims {
    /// Claims of `user`, from `now_s` for `ttl_s` seconds.
    #[must_use]
    pub fn new(user: UserId, role: Role, sid: uuid::Uuid, now_s: i64, ttl_s: i64) -> Self {
        Self { sub: user, role, sid, guest: false, iat: now_s, exp: now_s + ttl_s, aud: AUDIENCE.into() }
    }

    /// The same, of a guest or not.
    #[must_use]
    pub fn of_guest(self, guest: bool) -> Self {
        Self { guest, ..self }
    }
}

impl Tokens {
    /// Signs an access token (EdDSA).
    ///
    /// # Errors
    /// When signing fails, which a usable key never does.
    pub fn sign_access(&self, claims: &AccessClaims) -> Result<String, TokenError> {
        encode(claims, &self.access_encoding, Algorithm::EdDSA)
    }

    /// Checks signature, algorithm, audience and expiry.
    ///
    /// # Errors
    /// When any of them is wrong.
    pub fn verify_access(&self, token: &str) -> Result<AccessClaims, TokenError> {
        decode(token, &self.access_decoding, Algorithm::EdDSA, AUDIENCE)
    }
}
