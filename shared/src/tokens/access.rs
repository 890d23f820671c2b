//! Access tokens: who somebody is, for a quarter of an hour.

use jsonwebtoken::Algorithm;
use serde::{Deserialize, Serialize};

use super::{LEEWAY_S, TokenError, Tokens, decode, encode, sha256};
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

    fn has_expired(&self) -> bool {
        let now_s = jsonwebtoken::get_current_timestamp();
        u64::try_from(self.exp).map_or(true, |exp| exp.saturating_add(LEEWAY_S) < now_s)
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
        let hash = sha256(token.as_bytes());
        if let Some(known) = self.known_access.get(&hash) {
            return if known.has_expired() { Err(TokenError::Expired) } else { Ok(known) };
        }
        let claims: AccessClaims = decode(token, &self.access_decoding, Algorithm::EdDSA, AUDIENCE)?;
        self.known_access.insert(hash, claims.clone());
        Ok(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::tokens;

    #[test]
    fn a_token_that_is_known_expires_all_the_same_and_no_other_passes_for_it() {
        let tokens = tokens();
        let now_s = i64::try_from(jsonwebtoken::get_current_timestamp()).unwrap();
        let of = |age_s| AccessClaims::new(UserId::new(), Role::Fan, uuid::Uuid::nil(), now_s - age_s, 60);
        assert!(!of(0).has_expired() && !of(62).has_expired() && of(70).has_expired());
        let token = tokens.sign_access(&of(0)).unwrap();
        let first = tokens.verify_access(&token).unwrap();
        assert_eq!(tokens.verify_access(&token).unwrap().sub, first.sub);
        let (body, signature) = token.rsplit_once('.').unwrap();
        let forged = format!("{body}.{}", signature.chars().rev().collect::<String>());
        for _ in 0..2 {
            assert_eq!(tokens.verify_access(&forged).unwrap_err(), TokenError::Invalid);
        }
        let expired = tokens.sign_access(&of(70)).unwrap();
        assert_eq!(tokens.verify_access(&expired).unwrap_err(), TokenError::Expired);
        tokens.known_access.insert(sha256(expired.as_bytes()), of(70));
        assert_eq!(tokens.verify_access(&expired).unwrap_err(), TokenError::Expired);
    }
}
