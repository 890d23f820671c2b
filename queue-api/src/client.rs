//! Which kind of client calls. The web application says `Onsale-Client: web` with every call: it gets cookies where
//! others get tokens. A page of another site cannot say so: a browser asks first before it sends such a header.

use axum::http::HeaderMap;

/// The header.
pub const HEADER: &str = "onsale-client";

/// Whether the web application calls.
#[must_use]
pub fn is_web(headers: &HeaderMap) -> bool {
    headers.get(HEADER).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"web"))
}
