//! Entity tags (RFC 9110, section 8.8.3).

use axum::http::{HeaderMap, header};

/// Whether the client has what it would get: `If-None-Match` lists the tag.
#[must_use]
pub fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let listed =
        headers.get(header::IF_NONE_MATCH).and_then(|listed| listed.to_str().ok()).unwrap_or_default();
    listed
        .split(',')
        .any(|listed| matches!(listed.trim(), "*") || listed.trim().trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_tag_is_known_when_it_is_listed() {
        let with = |listed: &'static str| {
            HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(listed))])
        };
        for listed in ["\"1\"", "W/\"1\"", "\"0\", \"1\"", "*"] {
            assert!(is_known(&with(listed), "\"1\""), "{listed}");
        }
        assert!(!is_known(&with("\"11\""), "\"1\"") && !is_known(&HeaderMap::new(), "\"1\""));
    }
}
