//! Web Push: telling a browser something while no page is open.
//!
//! Browsers hand out a subscription: an address at their maker's push service, and keys. A message is encrypted for
//! that browser alone ([`Subscription::encrypt`], RFC 8291) and sent there with a signature that says who sends
//! ([`VapidKey`], RFC 8292).

mod endpoint;
mod message;
mod vapid;

use aws_lc_rs::agreement::{ECDH_P256, ParsedPublicKey, UnparsedPublicKey};
use base64::{
    Engine as _,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use clap::Args;
use secrecy::SecretString;

pub use endpoint::{EndpointError, Reach, is_public};
pub use message::{EncryptError, MOST_BYTES};
pub use vapid::{VapidError, VapidKey};

/// base64url as browsers write it: with padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How pushes are sent.
#[derive(Args, Clone, Debug)]
pub struct PushArgs {
    /// P-256 private key, PKCS#8 DER in base64: signs pushes to browsers. Without it there are none.
    #[arg(long, env = "ONSALE_VAPID_KEY", hide_env_values = true)]
    pub vapid_key: Option<SecretString>,
    /// Whether push services may be on this machine and without TLS: for tests.
    #[arg(long, env = "ONSALE_PUSH_LOOPBACK")]
    pub push_loopback: bool,
}

impl PushArgs {
    /// Where push services may be.
    #[must_use]
    pub fn reach(&self) -> Reach {
        if self.push_loopback { Reach::Loopback } else { Reach::Public }
    }

    /// The key, where there is one.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn key(&self) -> Result<Option<VapidKey>, VapidError> {
        self.vapid_key.as_ref().map(VapidKey::new).transpose()
    }
}

/// A browser that may be pushed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its address at the push service. Who knows it can send there: it stays between us and the browser.
    pub endpoint: String,
    /// The browser's public key, an uncompressed point of P-256.
    pub p256dh: Vec<u8>,
    /// The secret that the browser shares with us, 16 bytes.
    pub auth: Vec<u8>,
}

/// What is wrong with a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionError {
    /// Its address.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// Its public key.
    #[error("is not a public key of P-256")]
    Key,
    /// Its secret.
    #[error("is not a secret of 16 bytes")]
    Auth,
}

impl Subscription {
    /// Checks what a browser said; keys are base64url.
    ///
    /// # Errors
    /// When it can never be pushed to.
    pub fn parse(endpoint: &str, p256dh: &str, auth: &str, reach: Reach) -> Result<Self, SubscriptionError> {
        reach.check(endpoint)?;
        let p256dh = BASE64.decode(p256dh).map_err(|_| SubscriptionError::Key)?;
        let key = UnparsedPublicKey::new(&ECDH_P256, &p256dh);
        if p256dh.len() != message::POINT_BYTES || ParsedPublicKey::try_from(&key).is_err() {
            return Err(SubscriptionError::Key);
        }
        let auth = BASE64.decode(auth).ok().filter(|auth| auth.len() == 16).ok_or(SubscriptionError::Auth)?;
        Ok(Self { endpoint: endpoint.to_owned(), p256dh, auth })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
    const AT: &str = "https://push.example/x";

    #[test]
    fn what_can_never_be_pushed_to_is_refused() {
        let parse = |endpoint, key, auth| Subscription::parse(endpoint, key, auth, Reach::Public);
        assert!(parse(AT, KEY, AUTH).is_ok());
        assert!(parse(AT, KEY, "BTBZMqHH6r4Tts7J_aSIgg==").is_ok());
        // The same length, but not a point of the curve.
        let off = format!("{}A", &KEY[..KEY.len() - 1]);
        for key in [off.as_str(), "", "BCVx", &KEY[1..]] {
            assert_eq!(parse(AT, key, AUTH), Err(SubscriptionError::Key), "{key}");
        }
        assert_eq!(parse(AT, KEY, "BTBZ"), Err(SubscriptionError::Auth));
        assert!(matches!(parse("http://push.example/x", KEY, AUTH), Err(SubscriptionError::Endpoint(_))));
    }
}
