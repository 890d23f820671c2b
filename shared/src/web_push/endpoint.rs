//! Where push services may be. Addresses come from browsers, so anybody can make us send a request to an address of
//! their choice: it must not be one that only we can reach.

use std::net::{IpAddr, Ipv6Addr};

use http::Uri;

/// Longest address.
const MOST_BYTES: usize = 1_024;

/// Where push services may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// On the Internet, by https and by name.
    Public,
    /// Also on this machine, without TLS.
    Loopback,
}

/// An address that is not pushed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not the https address of a public push service")]
pub struct EndpointError;

impl Reach {
    /// Checks an address as far as one can without asking the name service; [`Reach::allows`] has the rest.
    ///
    /// # Errors
    /// When it is not a push service's.
    pub fn check(self, endpoint: &str) -> Result<Uri, EndpointError> {
        if endpoint.len() > MOST_BYTES || endpoint.contains('@') {
            return Err(EndpointError);
        }
        let uri: Uri = endpoint.parse().map_err(|_| EndpointError)?;
        let host = uri.host().ok_or(EndpointError)?;
        let literal: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        if self == Self::Loopback && literal.is_some_and(|ip| ip.is_loopback()) {
            return Ok(uri);
        }
        let by_name = literal.is_none() && host.contains('.') && !host.ends_with('.');
        // A name whose last part is a number may be read as an address (0x7f.1).
        let top = host.rsplit('.').next().unwrap_or_default();
        let named = by_name && top.starts_with(|letter: char| letter.is_ascii_alphabetic());
        let port = matches!(uri.port_u16(), None | Some(443));
        let fine = uri.scheme_str() == Some("https") && named && port;
        if fine { Ok(uri) } else { Err(EndpointError) }
    }

    /// Whether a connection to this address may be made.
    #[must_use]
    pub fn allows(self, ip: IpAddr) -> bool {
        is_public(ip) || self == Self::Loopback && ip.is_loopback()
    }
}

/// Whether an address is on the Internet: neither ours nor a neighbour's nor reserved (RFC 6890).
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let protocols = a == 192 && b == 0 && c == 0;
            let relays = a == 192 && b == 88 && c == 99;
            let benchmarks = a == 198 && (b == 18 || b == 19);
            let named = ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation();
            !(a == 0 || a >= 224 || shared || protocols || relays || benchmarks || named)
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(mapped) => is_public(mapped.into()),
            None => is_global(ip),
        },
    }
}

/// Within 2000::/3, and there neither for documents nor a way to an IPv4 address (Teredo, 6to4).
fn is_global(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    let special = first == 0x2001 && (second < 0x200 || second == 0xdb8) || first == 0x2002;
    let documents = first == 0x3fff && second < 0x1000;
    first & 0xe000 == 0x2000 && !special && !documents
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_internet_by_https_are_push_services() {
        for good in [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
            "https://web.push.apple.com:443/QGu",
        ] {
            assert!(Reach::Public.check(good).is_ok(), "{good}");
        }
        for bad in [
            "http://fcm.googleapis.com/x",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "https://[::ffff:169.254.169.254]/x",
            "https://169.254.169.254/latest",
            "https://2130706433/x",
            "https://0x7f.1/x",
            "https://localhost/x",
            "https://postgres/x",
            "https://push.example:5432/x",
            "https://user@push.example/x",
            "https://push.example./x",
            "ftp://push.example/x",
            "/x",
            "",
        ] {
            assert!(Reach::Public.check(bad).is_err(), "{bad}");
        }
        assert!(Reach::Public.check(&format!("https://push.example/{}", "x".repeat(1_024))).is_err());
        assert!(Reach::Loopback.check("http://127.0.0.1:4000/x").is_ok());
        assert!(Reach::Loopback.check("http://10.0.0.1/x").is_err());
    }

    #[test]
    fn addresses_that_only_we_reach_are_not_public() {
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "2001::1",
        ] {
            let ip: IpAddr = private.parse().unwrap();
            assert!(!is_public(ip), "{private}");
            assert_eq!(Reach::Loopback.allows(ip), ip.is_loopback(), "{private}");
        }
        for public in ["8.8.8.8", "142.250.185.138", "2a00:1450:4001:82a::200a", "2620:101:8001::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }
}
