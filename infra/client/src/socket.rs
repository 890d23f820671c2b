//! Onsale's WebSocket.

use std::time::Duration;

use anyhow::{Context as _, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

/// An open socket. Messages that nobody has asked for yet are kept.
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    kept: Vec<Value>,
}

impl Socket {
    /// Opens a socket at an address like `ws://127.0.0.1:24100/ws`.
    ///
    /// # Errors
    /// When nobody answers there.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let address = url.strip_prefix("ws://").context("the address must begin with ws://")?;
        let host = address.split('/').next().unwrap_or(address);
        let tcp = TcpStream::connect(host).await.with_context(|| format!("connecting to {host}"))?;
        let (stream, _) = client_async(url, tcp).await.with_context(|| format!("opening {url}"))?;
        Ok(Self { stream, kept: Vec::new() })
    }

    /// Sends a message.
    ///
    /// # Errors
    /// When the socket is closed.
    pub async fn send(&mut self, message: &Value) -> anyhow::Result<()> {
        self.stream.send(Message::text(message.to_string())).await.context("sending on the socket")
    }

    /// The first message, kept or coming, that `wanted` takes; the others are kept.
    ///
    /// # Errors
    /// When none came within `most`, or the socket was closed.
    pub async fn wait_for(
        &mut self,
        what: &str,
        most: Duration,
        wanted: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<Value> {
        if let Some(at) = self.kept.iter().position(&wanted) {
            return Ok(self.kept.remove(at));
        }
        timeout(most, self.receive(wanted))
            .await
            .with_context(|| format!("no push within {} s: {what}", most.as_secs()))?
            .with_context(|| format!("waiting for {what}"))
    }

    async fn receive(&mut self, wanted: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
        while let Some(message) = self.stream.next().await {
            let Message::Text(text) = message? else { continue };
            let value: Value = serde_json::from_str(text.as_str()).context("a push that is not JSON")?;
            if wanted(&value) {
                return Ok(value);
            }
            self.kept.push(value);
        }
        bail!("the socket was closed")
    }
}
