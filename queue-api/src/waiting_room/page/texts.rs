//! The message catalogues, one for each language.

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;

use super::language::Language;

const ENGLISH: &str = include_str!("../../../web/waiting-room/messages/en.json");
const GERMAN: &str = include_str!("../../../web/waiting-room/messages/de.json");
const FRENCH: &str = include_str!("../../../web/waiting-room/messages/fr.json");

/// English last: it stands in for what another lacks, which a test forbids.
static CATALOGUES: LazyLock<[(Language, Texts); 5]> = LazyLock::new(|| {
    [
        (Language::German, Texts::read(GERMAN)),
        (Language::French, Texts::read(FRENCH)),
        (Language::Accented, Texts::read(ENGLISH).map(accented)),
        (Language::Mirrored, Texts::read(ENGLISH).map(accented)),
        (Language::English, Texts::read(ENGLISH)),
    ]
});

/// Texts by name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    /// Only in what the server writes.
    page: HashMap<String, String>,
    /// Also written by the script.
    pub(super) live: HashMap<String, String>,
}

impl Texts {
    pub(super) fn of(language: Language) -> &'static Self {
        let [.., (_, english)] = &*CATALOGUES;
        CATALOGUES.iter().find_map(|(own, texts)| (*own == language).then_some(texts)).unwrap_or(english)
    }

    fn read(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_else(|error| {
            tracing::error!(%error, "waiting-room page: a message catalogue cannot be read");
            Self::default()
        })
    }

    /// A text of the page.
    pub(super) fn get(&self, name: &str) -> &str {
        self.page.get(name).map_or("", String::as_str)
    }

    /// A text that the script also writes, its gaps filled.
    pub(super) fn live(&self, name: &str, gaps: &[(&str, &str)]) -> String {
        filled(self.live.get(name).map_or("", String::as_str), gaps)
    }

    fn map(mut self, change: impl Fn(&str) -> String) -> Self {
        for text in self.page.values_mut().chain(self.live.values_mut()) {
            *text = change(text);
        }
        self
    }
}

/// Puts values into `{gaps}`.
pub(super) fn filled(text: &str, gaps: &[(&str, &str)]) -> String {
    gaps.iter().fold(text.to_owned(), |text, (gap, value)| text.replace(&format!("{{{gap}}}"), value))
}

/// Longer and accented, so that texts that are not from a catalogue, or have no room to grow, are seen.
fn accented(text: &str) -> String {
    let mut in_gap = false;
    let letters = text.chars().map(|letter| {
        in_gap = (in_gap || letter == '{') && letter != '}';
        match letter {
            _ if in_gap => letter,
            'a' => 'á',
            'e' => 'é',
            'i' => 'í',
            'o' => 'ö',
            'u' => 'ü',
            other => other,
        }
    });
    let letters: String = letters.collect();
    // Lists of names stay lists.
    if text.starts_with("January") || text.starts_with("Monday") { letters } else { format!("{letters} ~~") }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn gaps(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
    }

    #[test]
    fn every_language_has_every_text_with_the_same_gaps() {
        let english = Texts::of(Language::English);
        assert!(english.page.len() > 50 && english.live.len() > 30);
        for (language, texts) in CATALOGUES.iter() {
            for (own, first) in [(&texts.page, &english.page), (&texts.live, &english.live)] {
                let names = |texts: &HashMap<String, String>| texts.keys().cloned().collect::<BTreeSet<_>>();
                assert_eq!(names(own), names(first), "{language:?}");
                for (name, text) in first {
                    assert_eq!(gaps(&own[name]), gaps(text), "{language:?} {name}");
                }
            }
            assert_eq!(texts.get("months").split(' ').count(), 12, "{language:?}");
            assert_eq!(texts.get("weekdays").split(' ').count(), 7, "{language:?}");
        }
    }

    #[test]
    fn a_test_language_keeps_its_gaps() {
        assert_eq!(accented("{n} people a minute"), "{n} péöplé á mínüté ~~");
    }
}
