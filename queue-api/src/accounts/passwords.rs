//! Hashing passwords with Argon2id, off the runtime's threads and a few at a time: each takes tens of
//! milliseconds and 19 MiB.

use std::sync::{Arc, LazyLock};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// More hashes at once than this wait; more waiting than [`MOST_WAITING`] are turned away.
const AT_ONCE: usize = 2;
const MOST_WAITING: usize = 200;

/// A hash of nobody's password: checking against it takes as long as against a real one, so that the time of a
/// login does not tell whether the account exists.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody's password").unwrap_or_default());

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    slots: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { slots: Arc::new(Semaphore::new(AT_ONCE)), waiting: Arc::new(Semaphore::new(MOST_WAITING)) }
    }
}

impl Passwords {
    /// The hash to store, in PHC form.
    ///
    /// # Errors
    /// 503 when too many are waiting.
    pub async fn hash(&self, password: SecretString) -> Result<String, Problem> {
        self.run(move || hash_now(password.expose_secret()))
            .await?
            .ok_or_else(|| Problem::internal("hashing"))
    }

    /// Whether the password belongs to the hash; no hash (no such account) takes as long and says no.
    ///
    /// # Errors
    /// 503 when too many are waiting.
    pub async fn matches(&self, password: SecretString, hash: Option<String>) -> Result<bool, Problem> {
        self.run(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.clone());
            let Ok(hash) = PasswordHash::new(&hash) else { return false };
            Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok() && known
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let _waiting = self.waiting.try_acquire().map_err(|_| Problem::unavailable(3))?;
        let _slot = self.slots.acquire().await.map_err(Problem::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Problem::internal)
    }
}

fn hash_now(password: &str) -> Option<String> {
    Argon2::default().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}
