//! Connections that are kept for the next call. Whoever bounds the calls at once bounds the connections: a call takes one
//! that is idle, or opens one, and never both.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;

use crate::connect::connect;

type Connection = SendRequest<Full<Bytes>>;

/// A connection that was idle for longer is not used again: servers close theirs after ten seconds, and a call that is
/// sent meanwhile is lost.
const MOST_IDLE: Duration = Duration::from_secs(5);

/// Connections to one host. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    host: Arc<str>,
    source: Option<IpAddr>,
    /// With the moment since when; the last one was used last.
    idle: Arc<Mutex<Vec<(Connection, Instant)>>>,
}

/// An answer, read to its end.
pub(crate) type Received = (StatusCode, HeaderMap, Bytes);

impl Pool {
    /// To `host:port`.
    pub(crate) fn new(host: &str, source: Option<IpAddr>) -> Self {
        Self { host: host.into(), source, idle: Arc::default() }
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Sends a request and reads the answer.
    pub(crate) async fn call(&self, mut request: Request<Full<Bytes>>) -> anyhow::Result<Received> {
        while let Some(mut kept) = self.kept() {
            // The server may have closed it a moment ago: then nothing was sent, and another one is taken.
            let refused = match kept.ready().await {
                Ok(()) => match kept.try_send_request(request).await {
                    Ok(answer) => return self.receive(kept, answer).await,
                    Err(mut error) => match error.take_message() {
                        Some(unsent) => unsent,
                        None => return Err(error.into_error().into()),
                    },
                },
                Err(_) => request,
            };
            request = refused;
        }
        let mut fresh = self.open().await?;
        let answer = fresh.send_request(request).await?;
        self.receive(fresh, answer).await
    }

    fn kept(&self) -> Option<Connection> {
        let mut idle = self.idle.lock();
        if idle.last().is_some_and(|(_, since)| since.elapsed() > MOST_IDLE) {
            // So are all before it.
            idle.clear();
        }
        std::iter::from_fn(|| idle.pop()).map(|(kept, _)| kept).find(|kept| !kept.is_closed())
    }

    async fn open(&self) -> anyhow::Result<Connection> {
        let stream = connect(&self.host, self.source).await?;
        let (connection, driver) = handshake(TokioIo::new(stream)).await?;
        // How it ended is told to the call that it was carrying.
        tokio::spawn(driver);
        Ok(connection)
    }

    async fn receive(
        &self,
        connection: Connection,
        answer: http::Response<hyper::body::Incoming>,
    ) -> anyhow::Result<Received> {
        let (parts, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        if !connection.is_closed() {
            self.idle.lock().push((connection, Instant::now()));
        }
        Ok((parts.status, parts.headers, body))
    }
}
