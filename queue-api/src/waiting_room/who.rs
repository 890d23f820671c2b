//! Who joins: an account, or else a device that carries a signed token. Rooms see only a keyed hash of it, another
//! one for each event.

use std::sync::Arc;

use http::HeaderMap;
use shared::{
    domain::{EventId, UserId},
    tokens::{Tokens, from_hex, hex},
};
use uuid::Uuid;

use crate::cookies;

/// Header that carries the device token of clients without cookies.
pub const DEVICE_HEADER: &str = "onsale-device";
const SIGNATURE_BYTES: usize = 16;

/// Who joins.
#[derive(Clone, Debug)]
pub struct Joiner {
    /// The keyed hash, 16 bytes as hex.
    pub who: Arc<str>,
    /// A device token that was made just now and must be given to the device.
    pub new_device: Option<String>,
}

/// Who joins the room of `event`: the account if signed in, else the device; a device without a good token gets one.
#[must_use]
pub fn joiner(tokens: &Tokens, event: EventId, account: Option<UserId>, headers: &HeaderMap) -> Joiner {
    if let Some(user) = account {
        return Joiner { who: hash(tokens, event, &format!("account {user}")), new_device: None };
    }
    let known = presented(headers).and_then(|token| verify(tokens, token));
    let device = known.unwrap_or_else(Uuid::now_v7);
    let new_device = known.is_none().then(|| sign(tokens, device));
    Joiner { who: hash(tokens, event, &format!("device {device}")), new_device }
}

fn hash(tokens: &Tokens, event: EventId, who: &str) -> Arc<str> {
    hex(&tokens.keyed_hash("waiting-room", format!("{event} {who}").as_bytes())[..16]).into()
}

/// The device token of a request, whether good or not; the header goes before the cookie.
pub fn presented(headers: &HeaderMap) -> Option<&str> {
    match headers.get(DEVICE_HEADER) {
        Some(token) => token.to_str().ok(),
        None => cookies::value(headers, cookies::DEVICE),
    }
}

fn sign(tokens: &Tokens, device: Uuid) -> String {
    let signature = tokens.keyed_hash("device", device.as_bytes());
    format!("{}.{}", device.simple(), hex(&signature[..SIGNATURE_BYTES]))
}

fn verify(tokens: &Tokens, token: &str) -> Option<Uuid> {
    let (device, signature) = token.split_once('.')?;
    let device = Uuid::try_parse(device).ok()?;
    let expected = tokens.keyed_hash("device", device.as_bytes());
    let good = aws_lc_rs::constant_time::verify_slices_are_equal(
        &from_hex(signature)?,
        &expected[..SIGNATURE_BYTES],
    );
    good.is_ok().then_some(device)
}

#[cfg(test)]
mod tests {
    use http::header;
    use shared::testing::tokens;

    use super::*;

    fn with(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn a_device_keeps_its_identity_by_cookie_or_header_but_not_across_events() {
        let (tokens, event) = (tokens(), EventId::new());
        let first = joiner(&tokens, event, None, &HeaderMap::new());
        let token = first.new_device.unwrap();
        let cookie = with(header::COOKIE, &format!("a=b; {}={token}", cookies::DEVICE));
        let again = joiner(&tokens, event, None, &cookie);
        assert_eq!((&again.who, &again.new_device), (&first.who, &None));
        let own = with(header::HeaderName::from_static(DEVICE_HEADER), &token);
        assert_eq!(joiner(&tokens, event, None, &own).who, first.who);
        assert_ne!(joiner(&tokens, EventId::new(), None, &own).who, first.who);
        assert_eq!(first.who.len(), 32);
    }

    #[test]
    fn a_forged_token_is_another_device_and_an_account_goes_before_a_device() {
        let (tokens, event) = (tokens(), EventId::new());
        let token = joiner(&tokens, event, None, &HeaderMap::new()).new_device.unwrap();
        let forged = format!("{}.{}", Uuid::now_v7().simple(), token.split_once('.').unwrap().1);
        let headers = with(header::HeaderName::from_static(DEVICE_HEADER), &forged);
        assert!(joiner(&tokens, event, None, &headers).new_device.is_some());
        let user = UserId::new();
        let signed_in = joiner(&tokens, event, Some(user), &headers);
        assert_eq!(signed_in.who, joiner(&tokens, event, Some(user), &HeaderMap::new()).who);
        assert!(signed_in.new_device.is_none());
    }
}
