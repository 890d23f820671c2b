//! Mails give way while there is as much to do as can be done, or more: a mail costs as much as its booking, and nobody
//! waits for it as they do for seats. Some still go, so that nobody waits for hours.

use std::time::Duration;

use shared::{redis::Redis, rush};
use tokio::time::{Instant, sleep};

/// How often it looks whether that is so.
const LOOK: Duration = Duration::from_secs(1);

/// Looks before each mail.
pub(crate) struct Rush {
    redis: Redis,
    pause: Duration,
    look_at: Instant,
    lasts: bool,
}

impl Rush {
    /// With so many mails a second while it lasts, one at least.
    pub(crate) fn new(redis: Redis, mails_a_second: u32) -> Self {
        let pause = Duration::from_secs(1) / mails_a_second.max(1);
        Self { redis, pause, look_at: Instant::now(), lasts: false }
    }

    /// Waits before the next mail while it is so.
    pub(super) async fn give_way(&mut self) {
        if self.look_at <= Instant::now() {
            self.lasts = rush::lasts(&self.redis).await || rush::is_busy(&self.redis).await;
            self.look_at = Instant::now() + LOOK;
        }
        if self.lasts {
            sleep(self.pause).await;
        }
    }
}
