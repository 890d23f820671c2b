//! The language of a request.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Query},
    http::{HeaderMap, header, request::Parts},
};
use serde::Deserialize;
use shared::domain::Locale;
use utoipa::IntoParams;

/// The language asked for in the address.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Lang {
    /// Language of labels and documents: `en`, `de` or `fr`. Without it `Accept-Language` decides for labels (English
    /// without that), and the holder's own language for tickets to print.
    #[param(nullable = false)]
    pub lang: Option<Locale>,
}

/// What a request says about its language.
#[derive(Clone, Copy, Debug)]
pub struct Language {
    asked: Option<Locale>,
    preferred: Option<Locale>,
}

impl Language {
    /// What the address asks for.
    #[must_use]
    pub fn asked(self) -> Option<Locale> {
        self.asked
    }

    /// What to answer in: what the address asks for, what the client prefers, or English.
    #[must_use]
    pub fn spoken(self) -> Locale {
        self.asked.or(self.preferred).unwrap_or(Locale::En)
    }
}

/// A language that Onsale does not speak is as good as none.
impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let asked = Query::<Lang>::try_from_uri(&parts.uri).map(|Query(Lang { lang })| lang);
        Ok(Self { asked: asked.unwrap_or_default(), preferred: preferred(&parts.headers) })
    }
}

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
