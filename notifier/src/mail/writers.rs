//! The threads that write mails: a PDF is milliseconds of a CPU, and nobody waits for a mail as they do for a push.
//!
//! There are few of them, and they run at a lower priority of the operating system: while bookings pour in, pushes and
//! whatever else this process does come first, and mails catch up afterwards. Linux weighs threads against all others
//! of their group (a container, a service, or a session where sessions are groups): the processes of one group give way
//! to each other, too. Elsewhere nothing is lowered.

use std::{num::NonZero, panic::AssertUnwindSafe, sync::Arc, thread};

use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};

/// How much the threads give way: a tenth of the weight of a thread that is not lowered (0 is none, 19 most).
const NICENESS: i32 = 10;

type Job = Box<dyn FnOnce() + Send>;

/// Such threads. They end with it.
pub(super) struct Writers {
    jobs: mpsc::Sender<Job>,
}

/// Writing broke off: a fault of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("writing was cut short")]
pub(crate) struct Cut;

impl Writers {
    /// One for each CPU.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start() -> std::io::Result<Self> {
        let count = thread::available_parallelism().map_or(1, NonZero::get);
        let (jobs, waiting) = mpsc::channel::<Job>(count);
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..count {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name(format!("mail-writer-{number}")).spawn(move || {
                give_way();
                // One waits for the next, the others for their turn to wait.
                let next = || waiting.lock().blocking_recv();
                while let Some(job) = next() {
                    job();
                }
            })?;
        }
        Ok(Self { jobs })
    }

    /// Does this on one of them.
    ///
    /// # Errors
    /// When it panicked.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Cut> {
        let (written, reader) = oneshot::channel();
        let job = move || {
            // A panic has been reported by now; the thread goes on. Nobody may be waiting any more.
            if let Ok(result) = std::panic::catch_unwind(AssertUnwindSafe(write)) {
                let _ = written.send(result);
            }
        };
        self.jobs.send(Box::new(job)).await.map_err(|_| Cut)?;
        reader.await.map_err(|_| Cut)
    }
}

/// Lowers the priority of the thread that calls it: to Linux, a thread is a process in this.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::getpriority_process(None)
        .and_then(|niceness| rustix::process::setpriority_process(None, niceness.max(NICENESS)))
    {
        tracing::warn!(%error, "mail: cannot lower the priority of a thread");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn writers_give_way_and_survive_a_panic() {
        let writers = Writers::start().unwrap();
        let count = thread::available_parallelism().map_or(1, NonZero::get);
        for _ in 0..=count {
            assert_eq!(writers.write(|| -> u8 { panic!("as it should") }).await, Err(Cut));
        }
        let niceness = || rustix::process::getpriority_process(None).unwrap();
        let own = niceness();
        assert_eq!(writers.write(niceness).await, Ok(own.max(NICENESS)));
        assert_eq!(niceness(), own, "only the writers");
    }
}
