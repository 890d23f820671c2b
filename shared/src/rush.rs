//! A rush: more people come than can be served. Whoever turns people away says so, and what can wait lets them go first.

use std::time::Duration;

use fred::{error::Error, interfaces::KeysInterface as _, types::Expiration};

use crate::redis::Redis;

/// A rush lasts so long after it was last said, seconds.
const LASTS_S: i64 = 5;
/// As much to do as can be done is so for so long after it was last said, milliseconds.
const BUSY_LASTS_MS: i64 = 1_500;
/// Nobody waits longer to hear of it.
const PATIENCE: Duration = Duration::from_millis(100);

/// Says that there is one now.
///
/// # Errors
/// When Redis cannot be reached.
pub async fn say(redis: &Redis) -> Result<(), Error> {
    redis.client().set(redis.key("rush"), 1, Some(Expiration::EX(LASTS_S)), None, false).await
}

/// Whether there is one.
pub async fn lasts(redis: &Redis) -> bool {
    is_said(redis, "rush").await.unwrap_or(false)
}

/// Says that there is as much to do as can be done at once: more people would only wait longer.
///
/// # Errors
/// When Redis cannot be reached.
pub async fn say_busy(redis: &Redis) -> Result<(), Error> {
    redis.client().set(redis.key("busy"), 1, Some(Expiration::PX(BUSY_LASTS_MS)), None, false).await
}

/// Whether there is as much to do as can be done at once; so it is, too, where this is not answered soon.
pub async fn is_busy(redis: &Redis) -> bool {
    is_said(redis, "busy").await.unwrap_or(true)
}

/// None: not answered.
async fn is_said(redis: &Redis, name: &str) -> Option<bool> {
    let asked = redis.client().exists::<i64, _>(redis.key(name));
    Some(tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()? == 1)
}
