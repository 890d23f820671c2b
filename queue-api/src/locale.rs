//! The language of a request, where nothing else says it.

use axum::http::{HeaderMap, header};
use shared::domain::Locale;

/// The best of `Accept-Language` (RFC 9110, section 12.5.4) that Onsale speaks.
#[must_use]
pub fn preferred(headers: &HeaderMap) -> Option<Locale> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let ranges = accepted.split(',').take(20).filter_map(|range| {
        let mut parts = range.trim().split(';');
        let locale = parts.next()?.get(..2)?.to_ascii_lowercase().parse::<Locale>().ok()?;
        let quality = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok());
        Some((quality.unwrap_or(1.0), locale)).filter(|(quality, _)| *quality > 0.0)
    });
    // The first of equals.
    let best = ranges.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map(|(_, locale)| locale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_that_is_spoken_is_taken() {
        let preferred = |accepted: &'static str| {
            let headers = [(header::ACCEPT_LANGUAGE, accepted.parse().unwrap())];
            preferred(&headers.into_iter().collect())
        };
        assert_eq!(preferred("ja, fr-CH;q=0.9, en;q=0.8"), Some(Locale::Fr));
        assert_eq!(preferred("en;q=0.5, DE-at"), Some(Locale::De));
        assert_eq!(preferred("fr;q=0, é"), None);
    }
}
