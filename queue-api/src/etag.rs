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

/// Whether the client means the version that is there: `If-Match` is missing, `*`, or names it.
#[must_use]
pub fn is_asked_for(headers: &HeaderMap, version: i64) -> bool {
    let Some(asked) = headers.get(header::IF_MATCH) else { return true };
    let asked = asked.to_str().unwrap_or_default().trim().trim_start_matches("W/").trim_matches('"');
    // The part after the dot of an event's tag tells what is still to be had; it does not matter here.
    let asked = asked.split('.').next().unwrap_or_default();
    asked == "*" || asked == version.to_string()
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

    #[test]
    fn a_version_is_asked_for_by_its_tag_by_any_or_by_none() {
        let with =
            |asked: &'static str| HeaderMap::from_iter([(header::IF_MATCH, HeaderValue::from_static(asked))]);
        for asked in ["\"7\"", "W/\"7.123\"", "*"] {
            assert!(is_asked_for(&with(asked), 7), "{asked}");
        }
        assert!(is_asked_for(&HeaderMap::new(), 7));
        assert!(!is_asked_for(&with("\"6\""), 7) && !is_asked_for(&with(""), 7));
    }
}
