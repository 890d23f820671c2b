//! Both sides of a socket as one stream, for the library that speaks the protocol: it reads by itself, and writes by way
//! of the [`Wire`], as everybody does.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpStream, tcp::OwnedReadHalf},
};

use super::wire::{Stuck, Wire};

/// Both sides of a socket.
pub(super) struct Ends {
    read: OwnedReadHalf,
    wire: Arc<Wire>,
}

impl Ends {
    /// Takes over a connection on which `most_waiting` messages may wait.
    pub(super) fn new(stream: TcpStream, most_waiting: usize) -> Self {
        let (read, stream) = stream.into_split();
        Self { read, wire: Arc::new(Wire::new(stream, most_waiting)) }
    }

    /// The sending side.
    pub(super) fn wire(&self) -> &Arc<Wire> {
        &self.wire
    }
}

impl AsyncRead for Ends {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.read).poll_read(context, buffer)
    }
}

/// The library hands over whole frames: they are always taken, so that those of pushes never come in between.
impl AsyncWrite for Ends {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(self.wire.say(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            match ready!(self.wire.poll_some(context)) {
                Ok(true) => return Poll::Ready(Ok(())),
                Ok(false) => {}
                // The task hears of it as a call.
                Err(Stuck::TooSlow) => return Poll::Pending,
                Err(Stuck::Gone) => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            }
        }
    }

    /// Happens when both sides are dropped.
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(context)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use futures_util::StreamExt as _;
    use tokio::net::TcpListener;
    use tokio_tungstenite::{WebSocketStream, tungstenite::protocol::Role};

    use super::*;

    /// A client's connection, and the server's side of it.
    pub(in crate::sockets) async fn pair(most_waiting: usize) -> (TcpStream, Ends) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (server, _) = listener.accept().await.unwrap();
        server.writable().await.unwrap();
        (client, Ends::new(server, most_waiting))
    }

    /// All texts that a client hears until the server's side is dropped.
    pub(in crate::sockets) async fn texts(client: &mut TcpStream) -> Vec<String> {
        let socket = WebSocketStream::from_raw_socket(client, Role::Client, None).await;
        let heard = socket.take_while(|heard| std::future::ready(heard.is_ok()));
        heard.map(|heard| heard.unwrap().to_string()).collect().await
    }
}
