//! The language of the page: asked for in the address, chosen before, the account's, or what the browser prefers.

use axum::http::HeaderMap;
use shared::domain::Locale;

use crate::{cookies, locale};

/// Cookie that keeps the choice; holds `en`, `de` or `fr`.
pub(super) const COOKIE: &str = "onsale_lang";

/// What the page can speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    English,
    German,
    French,
    /// For tests: longer, accented English.
    Accented,
    /// The same from right to left.
    Mirrored,
}

impl Language {
    /// Those that people choose from, with their own names.
    pub(super) const CHOICES: [(Self, &'static str); 3] =
        [(Self::English, "English"), (Self::German, "Deutsch"), (Self::French, "Français")];

    pub(super) fn parse(tag: &str) -> Option<Self> {
        match tag {
            "en" => Some(Self::English),
            "de" => Some(Self::German),
            "fr" => Some(Self::French),
            "en-XA" => Some(Self::Accented),
            "ar-XB" => Some(Self::Mirrored),
            _ => None,
        }
    }

    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Accented => "en-XA",
            Self::Mirrored => "ar-XB",
        }
    }

    /// For the attribute `lang`; pseudo-languages are English to a screen reader.
    pub(super) fn spoken(self) -> &'static str {
        match self {
            Self::Accented | Self::Mirrored => "en",
            other => other.tag(),
        }
    }

    pub(super) fn direction(self) -> &'static str {
        if self == Self::Mirrored { "rtl" } else { "ltr" }
    }

    /// What the address asks for, or what was chosen in this browser before.
    pub(super) fn chosen(asked: Option<&str>, headers: &HeaderMap) -> Option<Self> {
        let asked = asked.and_then(Self::parse);
        asked.or_else(|| cookies::value(headers, COOKIE).and_then(Self::parse))
    }

    /// What the browser prefers.
    pub(super) fn of_browser(headers: &HeaderMap) -> Self {
        locale::preferred(headers).map_or(Self::English, Self::from)
    }
}

impl From<Locale> for Language {
    fn from(locale: Locale) -> Self {
        match locale {
            Locale::En => Self::English,
            Locale::De => Self::German,
            Locale::Fr => Self::French,
        }
    }
}

impl From<Language> for Locale {
    fn from(language: Language) -> Self {
        match language {
            Language::German => Self::De,
            Language::French => Self::Fr,
            Language::English | Language::Accented | Language::Mirrored => Self::En,
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header;

    use super::*;

    #[test]
    fn the_address_goes_before_the_cookie_and_that_before_the_browser() {
        let headers: HeaderMap = [
            (header::ACCEPT_LANGUAGE, "ja, fr-CH;q=0.9, en;q=0.8".parse().unwrap()),
            (header::COOKIE, format!("{COOKIE}=de").parse().unwrap()),
        ]
        .into_iter()
        .collect();
        assert_eq!(Language::chosen(Some("en"), &headers), Some(Language::English));
        assert_eq!(Language::chosen(Some("xx"), &headers), Some(Language::German));
        assert_eq!(Language::chosen(None, &HeaderMap::new()), None);
        assert_eq!(Language::of_browser(&headers), Language::French);
        assert_eq!(Language::of_browser(&HeaderMap::new()), Language::English);
    }
}
