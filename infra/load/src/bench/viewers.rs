//! Many who look at the map of one event, each on a socket, in several processes: one may be held to 20,000 files.

use std::{
    collections::HashMap,
    io::Write as _,
    net::{IpAddr, Ipv4Addr},
    process::Stdio,
    sync::Arc,
};

use anyhow::{Context as _, ensure};
use clap::Args;
use client::Socket;
use futures_util::future::try_join_all;
use hdrhistogram::Histogram;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::domain::SeatIndex;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::Semaphore,
};

use crate::{
    stage::now_ms,
    tally::{Times, histogram},
};

/// Viewers of one process; each address of this machine has ports for them.
const CROWD: u32 = 5_000;
/// Sockets that one process opens at once.
const OPENING: usize = 100;
/// How long a viewer waits for its subscription.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);
/// The state of a seat that somebody holds.
const IS_HELD: u8 = 1;

/// Seats that somebody held, and when: asked for, and told so; Unix ms.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Held {
    pub(super) seats: [SeatIndex; 2],
    pub(super) asked_ms: i64,
    pub(super) answered_ms: i64,
}

/// How long it took until the viewers saw it, each seat at each viewer once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sighted {
    pub(super) since_asked: Times,
    pub(super) since_answered: Times,
}

/// The viewers of one process; started by [`Viewers`].
#[derive(Args)]
pub(crate) struct Crowd {
    #[arg(long)]
    event: String,
    /// Where they connect, in turn.
    #[arg(long, value_delimiter = ',')]
    sockets: Vec<String>,
    #[arg(long)]
    count: u32,
    /// Of this process among the others.
    #[arg(long)]
    number: u8,
}

/// All viewers.
pub(super) struct Viewers(Vec<Running>);

struct Running {
    _process: Child,
    says: Lines<BufReader<ChildStdout>>,
    hears: ChildStdin,
}

impl Viewers {
    /// Starts so many, and waits until each hears of every change.
    pub(super) async fn gather(event: &str, sockets: &[String], viewers: u32) -> anyhow::Result<Self> {
        ensure!(!sockets.is_empty(), "no notifier runs");
        let crowds = viewers.div_ceil(CROWD);
        let mut all = Vec::new();
        for number in 0..crowds {
            let count = viewers / crowds + u32::from(number < viewers % crowds);
            all.push(Running::start(event, sockets, count, number)?);
        }
        for crowd in &mut all {
            let word = crowd.says.next_line().await?.context("viewers ended")?;
            ensure!(word == "ready", "viewers: {word}");
        }
        Ok(Self(all))
    }

    /// Asks all when they saw what was held; they go home.
    pub(super) async fn ask(self, held: &[Held]) -> anyhow::Result<Sighted> {
        let held = serde_json::to_string(held)? + "\n";
        let mut sighted = Sighted::default();
        for Running { mut says, mut hears, _process } in self.0 {
            hears.write_all(held.as_bytes()).await?;
            let told: Sighted = serde_json::from_str(&says.next_line().await?.context("viewers ended")?)?;
            sighted.since_asked.extend(told.since_asked);
            sighted.since_answered.extend(told.since_answered);
        }
        Ok(sighted)
    }
}

impl Running {
    fn start(event: &str, sockets: &[String], count: u32, number: u32) -> anyhow::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["bench", "crowd", "--event", event, "--sockets", &sockets.join(",")])
            .args(["--count", &count.to_string(), "--number", &number.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let says = BufReader::new(process.stdout.take().context("viewers have no output")?).lines();
        let hears = process.stdin.take().context("viewers have no input")?;
        Ok(Self { _process: process, says, hears })
    }
}

/// Texts that came, by their own words: all viewers of a notifier get the same.
#[derive(Default)]
struct Album(HashMap<Box<str>, Vec<i64>>);

impl Album {
    fn note(&mut self, text: &str, at_ms: i64) {
        match self.0.get_mut(text) {
            Some(times) => times.push(at_ms),
            None => drop(self.0.insert(text.into(), vec![at_ms])),
        }
    }

    /// Holds what came against what was held.
    fn sight(&self, held: &[Held]) -> anyhow::Result<Sighted> {
        #[derive(Deserialize)]
        struct Changes {
            seats: Vec<(SeatIndex, u8)>,
        }
        let known: HashMap<SeatIndex, &Held> =
            held.iter().flat_map(|held| held.seats.map(|seat| (seat, held))).collect();
        let (mut asked, mut answered) = (histogram(), histogram());
        let took = |since: i64, at: i64| u64::try_from(at - since).unwrap_or(0).max(1) * 1_000;
        for (text, times) in &self.0 {
            let changes: Changes = serde_json::from_str(text).context("a change of seats")?;
            let taken = changes.seats.iter().filter(|(_, state)| *state == IS_HELD);
            for held in taken.filter_map(|(seat, _)| known.get(seat)) {
                for at in times {
                    asked.saturating_record(took(held.asked_ms, *at));
                    answered.saturating_record(took(held.answered_ms, *at));
                }
            }
        }
        Ok(Sighted { since_asked: pairs(&asked), since_answered: pairs(&answered) })
    }
}

fn pairs(times: &Histogram<u64>) -> Times {
    times.iter_recorded().map(|at| (at.value_iterated_to(), at.count_at_value())).collect()
}

impl Crowd {
    /// Looks at the map until it is asked what it saw, by a line on standard input.
    pub(super) async fn look(self) -> anyhow::Result<()> {
        let album = Arc::new(Mutex::new(Album::default()));
        let opening = Semaphore::new(OPENING);
        let viewer = async |at: u32| {
            let _opening = opening.acquire().await?;
            let url = &self.sockets[at as usize % self.sockets.len()];
            let mut socket = Socket::from(url, Some(self.address())).await?;
            socket.send(&json!({"type": "subscribe", "to": "seats", "event": self.event})).await?;
            socket.wait_for("the subscription", PATIENCE, |told| told["type"] == "subscribed").await?;
            anyhow::Ok(socket)
        };
        let sockets = try_join_all((0..self.count).map(viewer)).await?;
        for mut socket in sockets {
            let album = Arc::clone(&album);
            tokio::spawn(async move {
                while let Ok(Some(text)) = socket.next_text().await {
                    if text.starts_with(r#"{"type":"seats""#) {
                        album.lock().note(&text, now_ms());
                    }
                }
            });
        }
        writeln!(std::io::stdout(), "ready")?;
        let asked = tokio::task::spawn_blocking(|| std::io::stdin().lines().next()).await?;
        let held: Vec<Held> = serde_json::from_str(&asked.context("nobody asks")??)?;
        let sighted = album.lock().sight(&held)?;
        writeln!(std::io::stdout(), "{}", serde_json::to_string(&sighted)?)?;
        Ok(())
    }

    fn address(&self) -> IpAddr {
        Ipv4Addr::new(127, 0, 1, self.number + 2).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(times: &Times) -> u64 {
        times.iter().map(|(_, count)| count).sum()
    }

    #[test]
    fn each_seat_counts_once_for_each_viewer_who_saw_it_taken() {
        let mut album = Album::default();
        let text = r#"{"type":"seats","event":"e","after":1,"version":3,"seats":[[4,1],[5,1],[9,0],[77,1]]}"#;
        for at_ms in [1_100, 1_150, 1_150] {
            album.note(text, at_ms);
        }
        let held = [
            Held { seats: [4, 5], asked_ms: 1_000, answered_ms: 1_120 },
            Held { seats: [8, 9], asked_ms: 0, answered_ms: 0 },
        ];
        let sighted = album.sight(&held).unwrap();
        assert_eq!((count(&sighted.since_asked), count(&sighted.since_answered)), (6, 6));
        assert!(sighted.since_asked.iter().all(|(us, _)| (100_000..=150_100).contains(us)), "{sighted:?}");
        // A push may be quicker than the answer; it counts as the shortest time there is.
        assert_eq!(sighted.since_answered[0], (1_000, 2));
    }
}
