//! Sliding-window limits in Redis, shared by all instances.

use std::sync::LazyLock;

use fred::types::scripts::Script;
use shared::redis::Redis;

use crate::problem::Problem;

static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::from_lua(include_str!("rate_limit.lua")));

/// So many in so long.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    /// Most attempts in the window.
    pub most: u64,
    /// Length of the window, milliseconds.
    pub window_ms: u64,
}

impl RateLimit {
    /// Counts one attempt of `who` at `what`; whoever is over the limit gets 429 with the time to wait.
    ///
    /// # Errors
    /// 429 when it was one too many, 503 when Redis does not answer.
    pub async fn count(self, redis: &Redis, what: &str, who: &str) -> Result<(), Problem> {
        let key = redis.key(format_args!("limit:{what}:{{{who}}}"));
        let args = vec![self.most.to_string().into(), self.window_ms.to_string().into()];
        let wait_ms: u64 = redis.run(&SCRIPT, vec![key], args).await?;
        if wait_ms == 0 {
            return Ok(());
        }
        let wait_s = u32::try_from(wait_ms.div_ceil(1000)).unwrap_or(u32::MAX);
        Err(Problem::too_many("Too many attempts. Please wait a little.", wait_s))
    }
}
