//! One socket's life, one task: it reads requests, answers, works off what waits for the client, pings, and ends when
//! told to.

use std::{
    future::poll_fn,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::time::{MissedTickBehavior, interval, sleep_until, timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message, Utf8Bytes,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use super::{
    Sockets,
    allowance::Allowance,
    ends::Ends,
    protocol::{PROTOCOL_VERSION, Reply, close},
    requests::Subscriptions,
    wire::{Call, Stuck, Wire},
};

/// How long the goodbyes may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Why a socket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The client left, broke off or is gone.
    Gone,
    /// It said something that is no WebSocket, or too much at once.
    Broken(CloseCode, &'static str),
    /// The process stops.
    Restart,
}

const TOO_SLOW: End =
    End::Broken(CloseCode::Library(close::TOO_SLOW), "too slow: connect again and take a snapshot");
const TOO_MUCH: End = End::Broken(CloseCode::Library(close::TOO_MANY_MESSAGES), "too many messages");

struct Session<'a> {
    sockets: &'a Sockets,
    socket: WebSocketStream<Ends>,
    wire: Arc<Wire>,
    subscriptions: Subscriptions<'a>,
    allowance: Allowance,
    heard: Instant,
    refresh_at: Option<tokio::time::Instant>,
}

/// Serves one socket until it ends.
pub(super) async fn run(sockets: &Sockets, socket: WebSocketStream<Ends>) {
    let now = Instant::now();
    let wire = Arc::clone(socket.get_ref().wire());
    let mut session = Session {
        sockets,
        socket,
        subscriptions: Subscriptions::new(sockets, Arc::clone(&wire)),
        wire,
        allowance: Allowance::new(now),
        heard: now,
        refresh_at: None,
    };
    let Err(end) = session.serve().await;
    // No more pushes while the goodbyes are said.
    session.wire.end();
    session.subscriptions.leave_all().await;
    session.end(end).await;
}

impl Session<'_> {
    async fn serve(&mut self) -> Result<std::convert::Infallible, End> {
        let heartbeat = self.sockets.args.heartbeat();
        let heartbeat_ms = u64::try_from(heartbeat.as_millis()).unwrap_or(u64::MAX);
        self.reply(&Reply::Hello { version: PROTOCOL_VERSION, heartbeat_ms }).await?;
        let mut beats = interval(heartbeat);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beats.reset();
        loop {
            let refresh_at = self.refresh_at.unwrap_or_else(|| tokio::time::Instant::now() + heartbeat);
            let expiry = self.subscriptions.expiry();
            tokio::select! {
                () = self.sockets.shutdown.cancelled() => return Err(End::Restart),
                message = self.socket.next() => self.hear(message).await?,
                call = poll_fn(|context| self.wire.poll_called(context)) => match call {
                    Call::Drain => self.drain().await?,
                    Call::Refresh => self.plan_refresh(),
                    Call::TooSlow => return Err(TOO_SLOW),
                },
                () = sleep_until(refresh_at), if self.refresh_at.is_some() => {
                    self.refresh_at = None;
                    self.wire.answering();
                    for reply in Box::pin(self.subscriptions.look_again()).await {
                        self.reply(&reply).await?;
                    }
                    self.wire.answered();
                }
                () = sleep_until(expiry) => {
                    if let Some(reply) = Box::pin(self.subscriptions.expire()).await {
                        self.reply(&reply).await?;
                    }
                }
                _ = beats.tick() => self.beat(heartbeat).await?,
            }
        }
    }

    async fn hear(
        &mut self,
        message: Option<Result<Message, tokio_tungstenite::tungstenite::Error>>,
    ) -> Result<(), End> {
        use tokio_tungstenite::tungstenite::Error;
        let message = match message {
            Some(Ok(message)) => message,
            Some(Err(Error::Capacity(_))) => return Err(End::Broken(CloseCode::Size, "message too long")),
            Some(Err(Error::Utf8(_))) => return Err(End::Broken(CloseCode::Invalid, "not UTF-8")),
            Some(Err(Error::Protocol(_))) => return Err(End::Broken(CloseCode::Protocol, "not a WebSocket")),
            Some(Err(_)) | None => return Err(End::Gone),
        };
        self.heard = Instant::now();
        // Pings cost as much as anything else; only answers to our own pings are free.
        if !message.is_pong() && !self.allowance.take(self.heard) {
            return Err(TOO_MUCH);
        }
        match message {
            Message::Text(text) => {
                self.wire.answering();
                // Boxed: requests are rare, and their state would otherwise be part of every idle socket.
                for text in Box::pin(self.subscriptions.answer(text.as_str())).await {
                    self.send(Message::Text(text)).await?;
                }
                self.wire.answered();
                Ok(())
            }
            Message::Binary(_) => Err(End::Broken(CloseCode::Unsupported, "texts only")),
            // Pings are answered by the library with the next write or read; a close likewise, then the stream ends.
            _ => Ok(()),
        }
    }

    /// Looks again after a random part of the time over which all sockets do.
    fn plan_refresh(&mut self) {
        let spread = self.sockets.args.socket_refresh_ms;
        let wait = Duration::from_millis(rand::random_range(0..=spread));
        self.refresh_at.get_or_insert_with(|| tokio::time::Instant::now() + wait);
    }

    async fn beat(&mut self, heartbeat: Duration) -> Result<(), End> {
        if self.heard.elapsed() >= heartbeat * 2 {
            return Err(End::Gone);
        }
        self.send(Message::Ping(bytes::Bytes::new())).await
    }

    async fn reply(&mut self, reply: &Reply) -> Result<(), End> {
        self.send(Message::Text(reply.encode())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        self.socket.feed(message).await.map_err(|_| End::Gone)?;
        self.drain().await
    }

    async fn drain(&self) -> Result<(), End> {
        self.wire.drain(self.sockets.args.send_timeout()).await.map_err(|stuck| match stuck {
            Stuck::TooSlow => TOO_SLOW,
            Stuck::Gone => End::Gone,
        })
    }

    async fn end(mut self, end: End) {
        let frame = match end {
            End::Gone => return,
            End::Broken(code, reason) => CloseFrame { code, reason: Utf8Bytes::from_static(reason) },
            End::Restart => {
                let code = CloseCode::from(close::SERVICE_RESTART);
                CloseFrame { code, reason: Utf8Bytes::from_static("service restart") }
            }
        };
        let goodbye = async {
            if self.socket.close(Some(frame)).await.is_ok() {
                // Until the client's own close, so that the last frames are not lost to a reset.
                while let Some(Ok(_)) = self.socket.next().await {}
            }
        };
        let _ = timeout(CLOSE_TIMEOUT, goodbye).await;
    }
}
