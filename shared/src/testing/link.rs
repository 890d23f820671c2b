//! A TCP proxy between a process and an engine that a test can stall, cut and heal: the network as it breaks.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Bytes taken from one side before they are given to the other.
const CHUNK_BYTES: usize = 16 * 1024;

/// How the link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Bytes flow.
    Up,
    /// Connections stand, nothing arrives: what a full buffer or a lost route looks like.
    Stalled,
    /// What leads to the engine flows, nothing comes back: it does the work and its answers are lost.
    Mute,
    /// What comes from the engine flows, nothing leads to it: it does not learn what was done with its messages.
    Deaf,
    /// Every connection is closed, new ones are closed at once.
    Cut,
}

/// A link to one engine. Ends when it is dropped.
pub struct Link {
    address: SocketAddr,
    state: watch::Sender<State>,
    _running: DropGuard,
}

impl Link {
    /// A link to `target` (host:port), listening on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// When no port can be had.
    pub async fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (state, states) = watch::channel(State::Up);
        let running = CancellationToken::new();
        tokio::spawn(running.clone().run_until_cancelled_owned(accept(
            listener,
            target.to_owned(),
            states,
            running.clone(),
        )));
        Self { address, state, _running: running.drop_guard() }
    }

    /// A link to the host of a URL, and the URL that leads through it.
    ///
    /// # Panics
    /// When the URL names no host and port.
    pub async fn to_url(url: &str) -> (Self, String) {
        let start = url.find("://").expect("a URL") + 3;
        let end = url[start..].find('/').map_or(url.len(), |at| start + at);
        let start = url[start..end].rfind('@').map_or(start, |at| start + at + 1);
        let link = Self::to(&url[start..end]).await;
        let through = format!("{}{}{}", &url[..start], link.address, &url[end..]);
        (link, through)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on nothing arrives at either side; connections stand.
    pub fn stall(&self) {
        self.state.send_replace(State::Stalled);
    }

    /// From now on no answer arrives; what is sent to the engine does.
    pub fn mute(&self) {
        self.state.send_replace(State::Mute);
    }

    /// From now on nothing arrives at the engine; what it sends does.
    pub fn deafen(&self) {
        self.state.send_replace(State::Deaf);
    }

    /// Closes every connection and refuses new ones.
    pub fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    /// Bytes flow again; what was held back arrives.
    pub fn heal(&self) {
        self.state.send_replace(State::Up);
    }
}

async fn accept(
    listener: TcpListener,
    target: String,
    states: watch::Receiver<State>,
    running: CancellationToken,
) {
    loop {
        let Ok((near, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        if *states.borrow() == State::Cut {
            continue;
        }
        let carried = carry(near, target.clone(), states.clone());
        tokio::spawn(running.clone().run_until_cancelled_owned(carried));
    }
}

async fn carry(near: TcpStream, target: String, states: watch::Receiver<State>) {
    let Ok(far) = TcpStream::connect(&target).await else { return };
    for stream in [&near, &far] {
        let _ = stream.set_nodelay(true);
    }
    let (near_read, near_write) = near.into_split();
    let (far_read, far_write) = far.into_split();
    let mut cut = states.clone();
    let up = |state: State| matches!(state, State::Up | State::Mute);
    let down = |state: State| matches!(state, State::Up | State::Deaf);
    tokio::select! {
        () = pump(near_read, far_write, states.clone(), up) => {}
        () = pump(far_read, near_write, states.clone(), down) => {}
        _ = cut.wait_for(|state| *state == State::Cut) => {}
    }
}

/// Carries one direction while `flows`; holds what it has read otherwise.
async fn pump(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut into: tokio::net::tcp::OwnedWriteHalf,
    mut states: watch::Receiver<State>,
    flows: fn(State) -> bool,
) {
    let mut chunk = vec![0; CHUNK_BYTES];
    while let Ok(size @ 1..) = from.read(&mut chunk).await {
        if states.wait_for(|state| flows(*state)).await.is_err()
            || into.write_all(&chunk[..size]).await.is_err()
        {
            return;
        }
    }
}
