//! Many connections, each with one request after the other.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use bytes::Bytes;
use futures_util::future::try_join_all;
use hdrhistogram::Histogram;
use http::Request;
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

impl Load {
    /// Sends requests for as long as the load lasts; `status` is a good answer's.
    pub(super) async fn put_on(
        &self,
        address: SocketAddr,
        status: u16,
        request: impl Fn() -> Request<Full<Bytes>> + Copy,
    ) -> anyhow::Result<Yield> {
        let begun = Instant::now();
        let until = begun + self.lasts;
        let connections = (0..self.connections).map(|_| connection(address, status, request, until));
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
    status: u16,
    request: impl Fn() -> Request<Full<Bytes>>,
    until: Instant,
) -> anyhow::Result<(Histogram<u64>, u64)> {
    let stream = TcpStream::connect(address).await.with_context(|| address.to_string())?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let (mut times, mut others) = (Histogram::<u64>::new(3)?, 0);
    while Instant::now() < until {
        let begun = Instant::now();
        sender.ready().await?;
        let answer = sender.send_request(request()).await?;
        let good = answer.status().as_u16() == status;
        answer.into_body().collect().await?;
        if good {
            times.saturating_record(u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX));
        } else {
            others += 1;
        }
    }
    Ok((times, others))
}
