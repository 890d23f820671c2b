//! What tests of more than one crate need: engines of their own and keys.

mod engines;
mod link;
pub mod sale;
mod servers;

use std::time::Duration;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::SecretString;

pub use engines::{RedisKind, TestEngines};
pub use link::Link;
pub use servers::{RabbitServer, RedisServer, free_port};

use crate::{config::SigningArgs, tokens::Tokens};

/// Fresh keys.
#[must_use]
pub fn signing_args() -> SigningArgs {
    let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("random numbers");
    SigningArgs {
        signing_key: SecretString::from(STANDARD.encode(key.as_ref())),
        token_secret: SecretString::from("5a".repeat(32)),
    }
}

/// A fresh key for push services.
#[must_use]
pub fn vapid_key() -> SecretString {
    let random = SystemRandom::new();
    let key =
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("random numbers");
    SecretString::from(STANDARD.encode(key.as_ref()))
}

/// Tokens under fresh keys.
#[must_use]
pub fn tokens() -> Tokens {
    Tokens::new(&signing_args()).expect("fresh keys")
}

/// Nothing that a test waits for takes longer, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for something that may hang.
///
/// # Panics
/// When it does; `what` says what was waited for.
pub async fn in_time<T>(what: &str, awaited: impl Future<Output = T>) -> T {
    let waited = tokio::time::timeout(PATIENCE, awaited).await;
    waited.unwrap_or_else(|_| panic!("waited {PATIENCE:?} in vain: {what}"))
}

/// Waits until `condition` holds.
///
/// # Panics
/// When it does not within half a minute, or hangs; `what` says what was waited for.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut condition: impl FnMut() -> F) -> T {
    let looking = Box::pin(async {
        loop {
            if let Some(found) = condition().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    in_time(what, looking).await
}
