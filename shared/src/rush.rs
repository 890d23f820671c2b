//! A rush: more people come than can be served. Whoever turns people away says so, and what can wait lets them go first.

use std::time::Duration;

use fred::{error::Error, interfaces::KeysInterface as _, types::Expiration};

use crate::redis::Redis;

/// A rush lasts so long after it was last said, seconds.
const LASTS_S: i64 = 5;
/// Nobody waits longer to hear of one: without Redis there is none.
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
    let asked = redis.client().exists::<i64, _>(redis.key("rush"));
    matches!(tokio::time::timeout(PATIENCE, asked).await, Ok(Ok(1)))
}
