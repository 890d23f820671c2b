//! Files that are given to one person.

use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};

/// A file that only its owner's browser may keep, and not for long. `disposition` is `inline` or `attachment`.
pub fn file(kind: &'static str, disposition: &'static str, name: &str, body: impl Into<Body>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("{disposition}; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, body.into()).into_response()
}
