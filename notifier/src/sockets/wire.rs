//! The way out to one client. While nothing waits for it, whoever has something to say writes to the connection
//! directly: a push to thousands wakes no task and copies nothing. What the connection does not take waits in a bounded
//! backlog, in order, and the socket's own task works it off.

use std::{
    collections::VecDeque,
    future::poll_fn,
    io,
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use bytes::{Buf as _, Bytes};
use parking_lot::Mutex;
use tokio::{net::tcp::OwnedWriteHalf, time::timeout};
use tokio_tungstenite::tungstenite::{
    Utf8Bytes,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

/// A text as it goes over a connection, made once for everybody who gets it: a server's frames are not masked.
#[derive(Clone, Debug)]
pub(super) struct Encoded(Bytes);

/// The sending side of one socket.
pub(super) struct Wire {
    stream: OwnedWriteHalf,
    most_waiting: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What is to be written, in order; the first may be the rest of what was written in part.
    backlog: VecDeque<Bytes>,
    /// Whether it is such a rest.
    torn: bool,
    /// Pushes that came while the task was answering: they come after its answer.
    held: Vec<Bytes>,
    answering: bool,
    refresh: bool,
    too_slow: bool,
    ended: bool,
    task: Option<Waker>,
}

/// What the socket's task is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// Work off the backlog.
    Drain,
    /// Look at the stores again: pushes may have been missed.
    Refresh,
    /// End: too much waits.
    TooSlow,
}

/// Why the backlog cannot be worked off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stuck {
    /// The client takes too little.
    TooSlow,
    /// The connection broke.
    Gone,
}

impl From<&Utf8Bytes> for Encoded {
    fn from(text: &Utf8Bytes) -> Self {
        let mut bytes = Vec::with_capacity(text.len() + 10);
        // Writing to memory does not fail.
        let _ = Frame::message(text.clone(), OpCode::Data(Data::Text), true).format(&mut bytes);
        Self(bytes.into())
    }
}

impl Wire {
    /// Of a connection for which `most_waiting` messages may wait.
    pub(super) fn new(stream: OwnedWriteHalf, most_waiting: usize) -> Self {
        Self { stream, most_waiting: most_waiting.max(1), state: Mutex::default() }
    }

    /// Sends a text, or puts it behind what waits; never blocks. `true` when this was too much: the socket is to end.
    pub(super) fn push(&self, Encoded(frame): &Encoded) -> bool {
        let mut state = self.state.lock();
        if state.ended || state.too_slow {
            return false;
        }
        let was_idle = state.backlog.is_empty();
        if state.answering {
            state.held.push(frame.clone());
        } else {
            let written = match was_idle {
                // An error shows when the task reads.
                true => self.try_write(frame).unwrap_or(frame.len()),
                false => 0,
            };
            state.wait(written, || frame.slice(written..), frame.len());
        }
        state.too_slow = state.waiting() > self.most_waiting;
        let (too_slow, idle) = (state.too_slow, state.backlog.is_empty());
        // A task that works off its backlog is woken by the connection.
        let task = if too_slow || (was_idle && !idle) { state.task.take() } else { None };
        drop(state);
        if let Some(task) = task {
            task.wake();
        }
        too_slow
    }

    /// Asks the task to look at the stores again.
    pub(super) fn refresh(&self) {
        let task = {
            let mut state = self.state.lock();
            state.refresh = true;
            state.task.take()
        };
        if let Some(task) = task {
            task.wake();
        }
    }

    /// From here until [`Self::answered`] pushes wait: what the task looks up meanwhile is older than they are.
    pub(super) fn answering(&self) {
        self.state.lock().answering = true;
    }

    /// Lets pushes go on, behind the answer.
    pub(super) fn answered(&self) {
        let state = &mut *self.state.lock();
        state.answering = false;
        state.backlog.extend(state.held.drain(..));
    }

    /// Takes no more pushes, and forgets those that wait but for the rest of one that was written in part.
    pub(super) fn end(&self) {
        let mut state = self.state.lock();
        let rest = usize::from(state.torn);
        state.backlog.truncate(rest);
        state.held = Vec::new();
        (state.ended, state.too_slow) = (true, false);
    }

    /// Waits until there is something to do for the socket's task.
    pub(super) fn poll_called(&self, context: &mut Context<'_>) -> Poll<Call> {
        let mut state = self.state.lock();
        if state.too_slow {
            return Poll::Ready(Call::TooSlow);
        }
        if std::mem::take(&mut state.refresh) {
            return Poll::Ready(Call::Refresh);
        }
        if !state.backlog.is_empty() {
            return Poll::Ready(Call::Drain);
        }
        state.remember(context);
        Poll::Pending
    }

    /// Works off the backlog; `patience` is how long the client may take nothing at all.
    pub(super) async fn drain(&self, patience: Duration) -> Result<(), Stuck> {
        loop {
            match timeout(patience, poll_fn(|context| self.poll_some(context))).await {
                Ok(Ok(true)) => return Ok(()),
                Ok(Ok(false)) => {}
                Ok(Err(stuck)) => return Err(stuck),
                Err(_) => return Err(Stuck::TooSlow),
            }
        }
    }

    /// Waits until something of the backlog was written; `true` when nothing is left.
    pub(super) fn poll_some(&self, context: &mut Context<'_>) -> Poll<Result<bool, Stuck>> {
        loop {
            let state = &mut *self.state.lock();
            if state.too_slow {
                return Poll::Ready(Err(Stuck::TooSlow));
            }
            let Some(first) = state.backlog.front_mut() else { return Poll::Ready(Ok(true)) };
            let Ok(written) = self.try_write(first) else { return Poll::Ready(Err(Stuck::Gone)) };
            first.advance(written);
            if first.is_empty() {
                state.backlog.pop_front();
                state.torn = false;
                return Poll::Ready(Ok(state.backlog.is_empty()));
            }
            if written > 0 {
                state.torn = true;
                return Poll::Ready(Ok(false));
            }
            state.remember(context);
            if ready!(self.stream.as_ref().poll_write_ready(context)).is_err() {
                return Poll::Ready(Err(Stuck::Gone));
            }
        }
    }

    /// The task's own words: always taken, at the end of what waits.
    pub(super) fn say(&self, words: &[u8]) -> io::Result<usize> {
        let mut state = self.state.lock();
        let written = if state.backlog.is_empty() { self.try_write(words)? } else { 0 };
        state.wait(written, || Bytes::copy_from_slice(&words[written..]), words.len());
        // Its answers are drained one by one; only a client that pings and never reads comes so far.
        state.too_slow |= !state.ended && state.waiting() > self.most_waiting;
        Ok(words.len())
    }

    /// How many bytes the connection takes now.
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self.stream.try_write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
            written => written,
        }
    }
}

impl State {
    fn waiting(&self) -> usize {
        self.backlog.len() + self.held.len()
    }

    /// Keeps what of a frame was not written.
    fn wait(&mut self, written: usize, rest: impl FnOnce() -> Bytes, length: usize) {
        if written < length {
            self.torn |= written > 0;
            self.backlog.push_back(rest());
        }
    }

    fn remember(&mut self, context: &Context<'_>) {
        if self.task.as_ref().is_none_or(|task| !task.will_wake(context.waker())) {
            self.task = Some(context.waker().clone());
        }
    }
}

#[cfg(test)]
mod tests;
