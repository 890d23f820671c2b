//! Connections to Onsale.

use std::net::IpAddr;

use anyhow::Context as _;
use tokio::net::{TcpSocket, TcpStream};

/// Connects to `host:port`, from one of this machine's own addresses when one is given: each has ports for some ten
/// thousand connections.
///
/// # Errors
/// When nobody answers there; with a `source`, also when the host is no address.
pub(crate) async fn connect(host: &str, source: Option<IpAddr>) -> anyhow::Result<TcpStream> {
    let stream = match source {
        None => TcpStream::connect(host).await,
        Some(source) => {
            let socket = if source.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
            socket.bind((source, 0).into())?;
            socket.connect(host.parse().context("an address and a port")?).await
        }
    };
    let stream = stream.with_context(|| format!("connecting to {host}"))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
