//! Many connections, each with one request after the other.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use bytes::Bytes;
use futures_util::future::try_join_all;
use hdrhistogram::Histogram;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// How hard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    pub(super) connections: usize,
    pub(super) lasts: Duration,
}

/// What it gave.
#[derive(Clone, Debug)]
pub(super) struct Yield {
    /// Good answers a second.
    pub(super) per_second: f64,
    /// Good answers.
    pub(super) good: u64,
    /// Answers with another status than the one that was wanted.
    pub(super) others: u64,
    pub(super) p99: Duration,
}

/// One client's side of a conversation.
pub(super) trait Client {
    /// What it asks next; none: it has done all it wanted.
    fn ask(&mut self) -> Option<Request<Full<Bytes>>>;
    /// What an answer is worth.
    fn hear(&mut self, status: StatusCode, body: &[u8]) -> Worth;
}

/// What an answer is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Worth {
    /// What was wanted.
    Good,
    /// Something else.
    Other,
}

/// Asks the same again and again.
pub(super) struct Same<R> {
    pub(super) request: R,
    /// A good answer's.
    pub(super) status: u16,
}

impl<R: FnMut() -> Request<Full<Bytes>>> Client for Same<R> {
    fn ask(&mut self) -> Option<Request<Full<Bytes>>> {
        Some((self.request)())
    }

    fn hear(&mut self, status: StatusCode, _: &[u8]) -> Worth {
        if status.as_u16() == self.status { Worth::Good } else { Worth::Other }
    }
}

impl Load {
    /// Lets every client talk for as long as the load lasts, or until it has done all it wanted.
    pub(super) async fn put_on<C: Client>(
        &self,
        address: SocketAddr,
        client: impl Fn(usize) -> C,
    ) -> anyhow::Result<Yield> {
        let begun = Instant::now();
        let until = begun + self.lasts;
        let connections = (0..self.connections).map(|at| connection(address, client(at), until));
        let mut times = Histogram::<u64>::new(3)?;
        let mut others = 0;
        for (own, other) in try_join_all(connections).await? {
            times.add(own)?;
            others += other;
        }
        let p99 = Duration::from_micros(times.value_at_quantile(0.99));
        Ok(Yield { per_second: per_second(times.len(), begun.elapsed()), good: times.len(), others, p99 })
    }
}

/// A rate.
pub(super) fn per_second(count: u64, within: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / within.as_secs_f64()
}

async fn connection(
    address: SocketAddr,
    mut client: impl Client,
    until: Instant,
) -> anyhow::Result<(Histogram<u64>, u64)> {
    let stream = TcpStream::connect(address).await.with_context(|| address.to_string())?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let (mut times, mut others) = (Histogram::<u64>::new(3)?, 0);
    while Instant::now() < until
        && let Some(request) = client.ask()
    {
        let begun = Instant::now();
        sender.ready().await?;
        let answer = sender.send_request(request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        match client.hear(status, &body) {
            Worth::Good => times.record(u64::try_from(begun.elapsed().as_micros())?)?,
            Worth::Other => others += 1,
        }
    }
    Ok((times, others))
}
