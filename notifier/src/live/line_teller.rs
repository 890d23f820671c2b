//! The line of one event, told to all who wait: the newest there is, then a rest that grows with their number, so that
//! telling a hundred thousand leaves time for everything else. What changes everything is told at once; after a long rest
//! it is the next news that are told, not those that came during it.

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;
use shared::{contracts::live::LineStatus, domain::EventId};
use tokio::{
    sync::watch,
    time::{Instant, timeout},
};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::sockets::{Hub, Topic, protocol::Reply};

/// The rest after telling, as often as long as telling took: the notifiers of one machine all tell at the same time.
const RESTS: u32 = 6;
/// The longest rest: pages that hear nothing for five seconds begin to ask.
const LONGEST: Duration = Duration::from_secs(3);
/// News come so often.
const NEWS: Duration = Duration::from_secs(1);

/// One event's. Its task ends with it.
pub(super) struct LineTeller {
    news: watch::Sender<LineStatus>,
    last: Arc<Mutex<Option<Utf8Bytes>>>,
}

impl LineTeller {
    /// Begins to tell, with this.
    pub(super) fn start(event: EventId, hub: Arc<Hub>, first: LineStatus) -> Self {
        let (news, hears) = watch::channel(first);
        let last = Arc::default();
        tokio::spawn(tell(event, hub, hears, Arc::clone(&last)));
        Self { news, last }
    }

    /// This is true now.
    pub(super) fn take(&self, status: LineStatus) {
        self.news.send_replace(status);
    }

    /// What was told last, or is being told.
    pub(super) fn last(&self) -> Option<Utf8Bytes> {
        self.last.lock().clone()
    }
}

async fn tell(
    event: EventId,
    hub: Arc<Hub>,
    mut news: watch::Receiver<LineStatus>,
    last: Arc<Mutex<Option<Utf8Bytes>>>,
) {
    loop {
        let status = news.borrow_and_update().clone();
        let text = Reply::Line { event, status: status.clone() }.encode();
        // Before anybody is told: who subscribes meanwhile is never told something older afterwards.
        *last.lock() = Some(text.clone());
        let begun = Instant::now();
        hub.broadcast(Topic::Line(event), &text).await;
        let rest = rest(begun.elapsed());
        // Ended, or it is to be told at once, or the rest is over.
        let rested = timeout(rest, news.wait_for(|next| changes_everything(&status, next))).await.is_err();
        if rested && rest >= NEWS {
            news.mark_unchanged();
            drop(timeout(NEWS, news.changed()).await);
        }
        if news.wait_for(|next| *next != status).await.is_err() {
            return;
        }
    }
}

/// After telling all took so long.
fn rest(took: Duration) -> Duration {
    (took * RESTS).min(LONGEST)
}

/// Whether those who wait must know at once.
fn changes_everything(told: &LineStatus, next: &LineStatus) -> bool {
    let of = |status: &LineStatus| (status.phase, status.lobby_count, status.pause_reason.clone());
    of(told) != of(next)
}

#[cfg(test)]
mod tests {
    use shared::domain::RoomPhase;

    use super::*;

    fn line(serving: u64) -> LineStatus {
        LineStatus {
            phase: RoomPhase::Open,
            serving,
            joined: 9,
            lane_next: Vec::new(),
            lobby_count: Some(5),
            shopping: 0,
            admitted_last_minute: 0,
            available: None,
            tiers: Vec::new(),
            pause_reason: None,
            at_ms: 0,
        }
    }

    #[test]
    fn telling_takes_a_seventh_of_the_time_and_nobody_hears_nothing_for_long() {
        for (took_ms, rest_ms) in [(0, 0), (400, 2_400), (60_000, 3_000)] {
            assert_eq!(rest(Duration::from_millis(took_ms)), Duration::from_millis(rest_ms));
        }
    }

    #[test]
    fn only_what_changes_everything_does_not_wait() {
        let told = line(3);
        assert!(!changes_everything(&told, &LineStatus { joined: 10, at_ms: 5, ..line(4) }));
        for next in [
            LineStatus { phase: RoomPhase::Closed, ..line(3) },
            LineStatus { lobby_count: None, ..line(3) },
            LineStatus { pause_reason: Some("A short break".into()), ..line(3) },
        ] {
            assert!(changes_everything(&told, &next), "{next:?}");
        }
    }

    #[tokio::test]
    async fn the_newest_is_told_in_the_end() {
        let teller = LineTeller::start(EventId::new(), Arc::new(Hub::default()), line(1));
        (2..=500).for_each(|serving| teller.take(line(serving)));
        let newest = || async { teller.last().filter(|text| text.contains(r#""serving":500"#)) };
        shared::testing::eventually("the newest", newest).await;
    }
}
