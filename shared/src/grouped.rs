//! Doing together what is asked for at the same time: whoever comes while others are being served waits a moment and is
//! served with all who came meanwhile. When nobody is being served, nobody waits.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    time::{Instant, sleep_until},
};

/// How a [`Grouped`] forms its groups.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most who are served together.
    pub together: usize,
    /// Most groups that are served side by side.
    pub groups: usize,
    /// Most who wait; more are turned away.
    pub waiting: usize,
    /// Groups begin at least so far apart; whoever comes meanwhile joins the next. The first after a rest begins at once.
    pub pace: Duration,
    /// And at least so many times as far apart as it took to serve the last one (a quarter of a second at most): the more
    /// there is to do, the larger the groups.
    pub ease: u32,
}

/// Groups are never held back for longer to let them grow.
const LONGEST_PACE: Duration = Duration::from_millis(250);

/// One kind of work that is done for many at once. Cheap to clone; it ends with its last clone.
pub struct Grouped<Q, A> {
    asks: mpsc::Sender<Ask<Q, A>>,
}

impl<Q, A> Clone for Grouped<Q, A> {
    fn clone(&self) -> Self {
        Self { asks: self.asks.clone() }
    }
}

struct Ask<Q, A> {
    question: Q,
    answer: oneshot::Sender<A>,
}

impl<Q: Send + 'static, A: Send + 'static> Grouped<Q, A> {
    /// Starts the task that forms the groups; `work` gives one answer to each question, in order.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn start(
        limits: Limits,
        work: impl Fn(Vec<Q>) -> BoxFuture<'static, Vec<A>> + Send + 'static,
    ) -> Self {
        let (asks, waiting) = mpsc::channel(limits.waiting);
        tokio::spawn(serve(limits, waiting, work));
        Self { asks }
    }

    /// The answer to one question; none: too many wait, or the work broke off.
    pub async fn ask(&self, question: Q) -> Option<A> {
        let (answer, answered) = oneshot::channel();
        self.asks.try_send(Ask { question, answer }).ok()?;
        answered.await.ok()
    }
}

impl Limits {
    /// How far apart groups begin when the last one took so long.
    fn pace_after(&self, took: Duration) -> Duration {
        self.pace.max(took.saturating_mul(self.ease).min(LONGEST_PACE))
    }
}

async fn serve<Q: Send + 'static, A: Send + 'static>(
    limits: Limits,
    mut waiting: mpsc::Receiver<Ask<Q, A>>,
    work: impl Fn(Vec<Q>) -> BoxFuture<'static, Vec<A>>,
) {
    let slots = Arc::new(Semaphore::new(limits.groups));
    let took_us = Arc::new(AtomicU64::new(0));
    let mut last = None;
    while let Ok(slot) = Arc::clone(&slots).acquire_owned().await {
        let mut group = Vec::new();
        if waiting.recv_many(&mut group, limits.together).await == 0 {
            return;
        }
        if group.len() < limits.together
            && let Some(last) = last
        {
            sleep_until(last + limits.pace_after(Duration::from_micros(took_us.load(Ordering::Relaxed))))
                .await;
            while group.len() < limits.together
                && let Ok(ask) = waiting.try_recv()
            {
                group.push(ask);
            }
        }
        let begun = Instant::now();
        last = Some(begun);
        let (questions, askers): (Vec<_>, Vec<_>) =
            group.into_iter().map(|ask| (ask.question, ask.answer)).unzip();
        let (answers, took_us) = (work(questions), Arc::clone(&took_us));
        tokio::spawn(async move {
            let answers = answers.await;
            let took = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
            took_us.store(took, Ordering::Relaxed);
            for (asker, answer) in askers.into_iter().zip(answers) {
                // Who went away meanwhile finds what was done when asking again.
                let _ = asker.send(answer);
            }
            drop(slot);
        });
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;
    use parking_lot::Mutex;

    use super::*;

    const LIMITS: Limits = Limits { together: 4, groups: 1, waiting: 8, pace: Duration::ZERO, ease: 0 };

    #[tokio::test]
    async fn those_who_come_while_others_are_served_are_served_together() {
        let (gate, sizes) = (Arc::new(Semaphore::new(0)), Arc::new(Mutex::new(Vec::new())));
        let (opened, noted) = (Arc::clone(&gate), Arc::clone(&sizes));
        let double = Grouped::start(LIMITS, move |group: Vec<u32>| {
            noted.lock().push(group.len());
            let opened = Arc::clone(&opened);
            Box::pin(async move {
                opened.acquire().await.expect("open").forget();
                group.into_iter().map(|number| 2 * number).collect()
            })
        });
        let first = double.ask(1);
        let others = join_all((2..=8).map(|number| double.ask(number)));
        let letting_in = async {
            while sizes.lock().is_empty() {
                tokio::task::yield_now().await;
            }
            gate.add_permits(3);
        };
        let (first, others, ()) = tokio::join!(first, others, letting_in);
        assert_eq!((first, others), (Some(2), (2..=8).map(|number| Some(2 * number)).collect()));
        assert_eq!(sizes.lock().iter().sum::<usize>(), 8);
        assert!(sizes.lock().len() <= 4, "grouped: {:?}", sizes.lock());
    }

    /// The groups, by size, of one who is served first and three who come one after another then.
    async fn groups_of_latecomers(limits: Limits) -> Vec<usize> {
        let sizes = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&sizes);
        let work = Grouped::start(limits, move |group: Vec<()>| {
            noted.lock().push(group.len());
            Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(1)).await;
                group
            })
        });
        assert_eq!(work.ask(()).await, Some(()));
        let later = async |turns| {
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
            work.ask(()).await
        };
        tokio::join!(later(0), later(8), later(16));
        sizes.lock().clone()
    }

    #[tokio::test]
    async fn after_a_group_those_who_come_one_by_one_are_gathered() {
        assert_eq!(groups_of_latecomers(LIMITS).await, [1, 1, 2], "nobody waits");
        let paced = Limits { pace: Duration::from_secs(1), ..LIMITS };
        assert_eq!(groups_of_latecomers(paced).await, [1, 3]);
        let eased = Limits { ease: 1_000_000, ..LIMITS };
        assert_eq!(groups_of_latecomers(eased).await, [1, 3]);
    }

    #[test]
    fn groups_are_given_time_to_grow_where_serving_them_takes_long() {
        let limits = Limits { pace: Duration::from_millis(25), ease: 3, ..LIMITS };
        for (took_ms, pace_ms) in [(0, 25), (8, 25), (40, 120), (10_000, 250)] {
            assert_eq!(limits.pace_after(Duration::from_millis(took_ms)), Duration::from_millis(pace_ms));
        }
        assert_eq!(LIMITS.pace_after(Duration::from_secs(10)), Duration::ZERO, "unless nobody is to wait");
    }

    #[tokio::test]
    async fn a_group_that_breaks_off_answers_nobody_and_the_next_is_served() {
        let work = Grouped::start(LIMITS, |group: Vec<bool>| {
            Box::pin(async move {
                assert!(group.iter().all(|good| *good), "broken");
                group
            })
        });
        assert_eq!(work.ask(false).await, None);
        assert_eq!(work.ask(true).await, Some(true));
    }

    #[tokio::test]
    async fn more_than_may_wait_are_turned_away() {
        let never = Grouped::start(LIMITS, |_: Vec<()>| Box::pin(std::future::pending::<Vec<()>>()));
        let mut asked: Vec<_> = (0..64).map(|_| Box::pin(never.ask(()))).collect();
        let refused = std::future::poll_fn(|context| {
            let refused = asked
                .iter_mut()
                .map(|ask| ask.as_mut().poll(context).is_ready())
                .filter(|ready| *ready)
                .count();
            std::task::Poll::Ready(refused)
        });
        assert_eq!(refused.await, 64 - LIMITS.waiting);
    }
}
