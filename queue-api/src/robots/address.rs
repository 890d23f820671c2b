//! Where a call comes from: the peer, or what a proxy in front says; and the block of addresses it belongs to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName},
    middleware::Next,
    response::Response,
};
use shared::server::ClientAddress;

use crate::app::AppState;

/// The first 24 bits of an IPv4 address or the first 48 of an IPv6 address: what one network gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Block(IpAddr);

impl Block {
    /// The block of an address.
    #[must_use]
    pub(super) fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                IpAddr::V4(Ipv4Addr::new(a, b, c, 0))
            }
            IpAddr::V6(address) => {
                let [a, b, c, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
            }
        })
    }
}

/// Puts the address that the configured header names in the place of the peer's.
pub(crate) async fn believe_proxy(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    if let Some(name) = &app.config.robots.client_address_header
        && let Some(address) = forwarded(request.headers(), name)
    {
        request.extensions_mut().insert(ClientAddress(SocketAddr::new(address, 0)));
    }
    next.run(request).await
}

/// The last entry: the only one that the proxy itself wrote.
fn forwarded(headers: &HeaderMap, name: &HeaderName) -> Option<IpAddr> {
    let last = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    let entry = last.rsplit(',').next()?.trim();
    let bare = entry.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_a_block() {
        let block = |text: &str| Block::of(text.parse().unwrap());
        assert_eq!(block("198.51.100.7"), block("198.51.100.250"));
        assert_eq!(block("198.51.100.7"), block("::ffff:198.51.100.9"));
        assert_ne!(block("198.51.100.7"), block("198.51.101.7"));
        assert_eq!(block("2001:db8:1:2::3"), block("2001:db8:1:ffff::1"));
        assert_ne!(block("2001:db8:1::"), block("2001:db8:2::"));
    }

    #[test]
    fn only_what_the_last_proxy_wrote_is_believed() {
        let name = HeaderName::from_static("x-forwarded-for");
        let read = |lines: &[&'static str]| {
            let lines = lines.iter().map(|line| (name.clone(), line.parse().unwrap()));
            forwarded(&lines.collect(), &name).map(|address| address.to_string())
        };
        assert_eq!(read(&["203.0.113.1, 198.51.100.7"]).as_deref(), Some("198.51.100.7"));
        assert_eq!(read(&["203.0.113.1", "2001:db8::1"]).as_deref(), Some("2001:db8::1"));
        assert_eq!(read(&["[2001:db8::1]:443"]).as_deref(), Some("2001:db8::1"));
        assert_eq!(read(&["198.51.100.7:80"]).as_deref(), Some("198.51.100.7"));
        assert_eq!(read(&["198.51.100.7, unknown"]), None);
        assert_eq!(read(&[]), None);
    }
}
