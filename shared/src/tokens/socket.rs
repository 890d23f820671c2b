//! Socket tokens: what a page whose session is in cookies says to a notifier, and nobody else.

use serde::{Deserialize, Serialize};

use super::{TokenError, Tokens};
use crate::domain::UserId;

const AUDIENCE: &str = "onsale:socket";

/// What a socket token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SocketClaims {
    /// The account.
    pub sub: UserId,
    /// Good until, Unix seconds.
    pub exp: i64,
    aud: String,
}

/// Somebody who may hear of an account's bookings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listener {
    /// The account.
    pub user: UserId,
    /// Until when, Unix seconds.
    pub until: i64,
}

impl SocketClaims {
    /// Claims of `user`, good until `exp` (Unix seconds).
    #[must_use]
    pub fn new(user: UserId, exp: i64) -> Self {
        Self { sub: user, exp, aud: AUDIENCE.into() }
    }
}

impl Tokens {
    /// Signs a socket token (HMAC).
    ///
    /// # Errors
    /// When signing fails, which a usable key never does.
    pub fn sign_socket(&self, claims: &SocketClaims) -> Result<String, TokenError> {
        self.encode_hmac(claims)
    }

    /// Who listens, by access token or by socket token.
    ///
    /// # Errors
    /// When it is forged, expired, or neither of them.
    pub fn verify_listener(&self, token: &str) -> Result<Listener, TokenError> {
        match self.verify_access(token) {
            Ok(claims) => Ok(Listener { user: claims.sub, until: claims.exp }),
            Err(TokenError::Expired) => Err(TokenError::Expired),
            Err(TokenError::Invalid) => {
                let claims: SocketClaims = self.decode_hmac(token, AUDIENCE)?;
                Ok(Listener { user: claims.sub, until: claims.exp })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Clock,
        domain::{EventId, PlaceId, Role},
        testing::tokens,
        tokens::{AccessClaims, PlaceClaims},
    };

    #[test]
    fn a_listener_has_an_access_or_a_socket_token_and_no_other() {
        let (tokens, user, now) = (tokens(), UserId::new(), Clock::System.now_s());
        let listener = Listener { user, until: now + 60 };
        let access = AccessClaims::new(user, Role::Fan, uuid::Uuid::nil(), now, 60);
        assert_eq!(tokens.verify_listener(&tokens.sign_access(&access).unwrap()), Ok(listener));
        let socket = tokens.sign_socket(&SocketClaims::new(user, now + 60)).unwrap();
        assert_eq!(tokens.verify_listener(&socket), Ok(listener));
        assert!(tokens.verify_access(&socket).is_err() && tokens.verify_place(&socket).is_err());

        let place = PlaceClaims::new(PlaceId::new(), EventId::new(), 0, now + 60);
        let place = tokens.sign_place(&place).unwrap();
        assert_eq!(tokens.verify_listener(&place), Err(TokenError::Invalid));
        let old = tokens.sign_socket(&SocketClaims::new(user, now - 60)).unwrap();
        assert_eq!(tokens.verify_listener(&old), Err(TokenError::Expired));
    }
}
