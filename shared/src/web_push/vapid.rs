//! Who sends: a token for the push service, signed with the key that the browser was given (RFC 8292).

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::Uri;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use super::BASE64;

/// How long a token is good, seconds; push services take at most a day.
const LIFE_S: i64 = 12 * 3_600;

/// Our key for push services.
pub struct VapidKey {
    encoding: EncodingKey,
    public: String,
}

/// Why there is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VapidError {
    /// Not base64 of a P-256 PKCS#8 document.
    #[error("ONSALE_VAPID_KEY is not a P-256 private key (PKCS#8 DER in base64)")]
    Key,
    /// The address has no origin.
    #[error("the address of a push service has no origin")]
    Endpoint,
    /// Signing failed, which it never does with a usable key.
    #[error("cannot sign for a push service")]
    Sign,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: String,
    exp: i64,
    sub: &'a str,
}

impl VapidKey {
    /// Reads the key.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn new(key: &SecretString) -> Result<Self, VapidError> {
        let der = STANDARD.decode(key.expose_secret().trim()).map_err(|_| VapidError::Key)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der);
        let public = BASE64.encode(pair.map_err(|_| VapidError::Key)?.public_key().as_ref());
        Ok(Self { encoding: EncodingKey::from_ec_der(&der), public })
    }

    /// The public key, base64url: what a browser needs to subscribe.
    #[must_use]
    pub fn public_key(&self) -> &str {
        &self.public
    }

    /// The header `Authorization` for a push to this address; `contact` is a mailto or https address of who is
    /// responsible, `now_s` Unix seconds.
    ///
    /// # Errors
    /// See [`VapidError`].
    pub fn authorization(&self, endpoint: &Uri, contact: &str, now_s: i64) -> Result<String, VapidError> {
        let scheme = endpoint.scheme_str().ok_or(VapidError::Endpoint)?;
        let authority = endpoint.authority().ok_or(VapidError::Endpoint)?;
        let claims = Claims { aud: format!("{scheme}://{authority}"), exp: now_s + LIFE_S, sub: contact };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::ES256), &claims, &self.encoding)
            .map_err(|_| VapidError::Sign)?;
        Ok(format!("vapid t={token}, k={}", self.public))
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;
    use crate::testing::vapid_key;

    #[test]
    fn a_push_service_can_check_who_sends() {
        let key = VapidKey::new(&vapid_key()).unwrap();
        let endpoint = "https://push.example:8443/some/where".parse().unwrap();
        let header = key.authorization(&endpoint, "mailto:tickets@onsale.example", 1_000).unwrap();
        let (token, public) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(public, key.public_key());
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let bytes = |text: &str| BASE64.decode(text).unwrap();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(public));
        public.verify(signed.as_bytes(), &bytes(signature)).unwrap();
        let claims: serde_json::Value =
            serde_json::from_slice(&bytes(signed.split_once('.').unwrap().1)).unwrap();
        assert_eq!(claims["aud"], "https://push.example:8443");
        assert_eq!(claims["exp"], 1_000 + LIFE_S);
        assert_eq!(claims["sub"], "mailto:tickets@onsale.example");
    }

    #[test]
    fn another_key_is_refused() {
        for key in ["", "AAAA", "not base64"] {
            assert!(matches!(VapidKey::new(&SecretString::from(key)), Err(VapidError::Key)));
        }
    }
}
