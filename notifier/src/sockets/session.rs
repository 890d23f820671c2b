//! One socket's life, one task: it reads requests, sends what its queue holds, pings, and ends when told to.

use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{MissedTickBehavior, interval, sleep_until, timeout},
};
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
    hub::Push,
    protocol::{PROTOCOL_VERSION, Reply, close},
    requests::Subscriptions,
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

struct Session<'a, S> {
    sockets: &'a Sockets,
    socket: WebSocketStream<S>,
    subscriptions: Subscriptions<'a>,
    allowance: Allowance,
    heard: Instant,
    refresh_at: Option<tokio::time::Instant>,
}

/// Serves one socket until it ends.
pub(super) async fn run<S: AsyncRead + AsyncWrite + Unpin>(sockets: &Sockets, socket: WebSocketStream<S>) {
    let now = Instant::now();
    let mut session = Session {
        sockets,
        socket,
        subscriptions: Subscriptions::new(sockets),
        allowance: Allowance::new(now),
        heard: now,
        refresh_at: None,
    };
    let Err(end) = session.serve().await;
    // No more pushes while the goodbyes are said.
    session.subscriptions.leave_all().await;
    session.end(end).await;
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<'_, S> {
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
                () = self.subscriptions.inlet.too_slow.cancelled() => return Err(TOO_SLOW),
                message = self.socket.next() => self.hear(message).await?,
                Some(push) = self.subscriptions.inlet.queue.recv() => match push {
                    Push::Text(text) => self.send(Message::Text(text)).await?,
                    Push::Refresh => self.plan_refresh(),
                },
                () = sleep_until(refresh_at), if self.refresh_at.is_some() => {
                    self.refresh_at = None;
                    for reply in Box::pin(self.subscriptions.look_again()).await {
                        self.reply(&reply).await?;
                    }
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
                // Boxed: requests are rare, and their state would otherwise be part of every idle socket.
                for text in Box::pin(self.subscriptions.answer(text.as_str())).await {
                    self.send(Message::Text(text)).await?;
                }
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
        let too_slow = &self.subscriptions.inlet.too_slow;
        tokio::select! {
            sent = timeout(self.sockets.args.send_timeout(), self.socket.send(message)) => match sent {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) => Err(End::Gone),
                Err(_) => Err(TOO_SLOW),
            },
            () = too_slow.cancelled() => Err(TOO_SLOW),
        }
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
