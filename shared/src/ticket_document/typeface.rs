//! The typeface of a ticket: two weights of Noto Sans, and for ideographs, kana and hangul, in either weight, fonts that
//! have them; see `fonts/README.md`. Scripts whose letters change shape with their neighbours are not set.

use std::sync::LazyLock;

use super::face::Face;

/// A weight of the typeface.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// An embedded font.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Font {
    Regular,
    Bold,
    /// Ideographs and kana.
    Han,
    /// Korean syllables.
    Hangul,
}

static REGULAR: LazyLock<Face> =
    LazyLock::new(|| Face::parse("NotoSans-Regular", include_bytes!("fonts/NotoSans-Regular.subset.ttf")));
static BOLD: LazyLock<Face> =
    LazyLock::new(|| Face::parse("NotoSans-Bold", include_bytes!("fonts/NotoSans-Bold.subset.ttf")));
// Large, seldom asked for, and read when that happens.
static HAN: LazyLock<Face> = LazyLock::new(|| Face::parse("Han", include_bytes!("fonts/han.subset.ttf")));
static HANGUL: LazyLock<Face> =
    LazyLock::new(|| Face::parse("Hangul", include_bytes!("fonts/hangul.subset.ttf")));

impl Font {
    /// Its letters and outlines.
    pub(super) fn face(self) -> &'static Face {
        match self {
            Self::Regular => &REGULAR,
            Self::Bold => &BOLD,
            Self::Han => &HAN,
            Self::Hangul => &HANGUL,
        }
    }

    /// Where a letter is looked for that the typeface does not have.
    fn elsewhere(letter: char) -> Option<Self> {
        match letter {
            '\u{3131}'..='\u{318E}' | '가'..='힣' => Some(Self::Hangul),
            '\u{3000}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF65}' => Some(Self::Han),
            _ => None,
        }
    }
}

impl Weight {
    /// Whether it can show this character.
    pub(super) fn has(self, letter: char) -> bool {
        self.font(letter).face().has(letter)
    }

    /// Width of a text in points at a size in points.
    pub(super) fn width(self, text: &str, size: f32) -> f32 {
        text.chars().map(|letter| self.font(letter).face().width(letter)).sum::<f32>() * size
    }

    /// The parts of a text, each as long as one font shows it.
    pub(super) fn runs(self, text: &str) -> impl Iterator<Item = (Font, &str)> {
        let mut rest = text;
        std::iter::from_fn(move || {
            let font = self.font(rest.chars().next()?);
            let end = rest.find(|letter| self.font(letter) != font).unwrap_or(rest.len());
            let run;
            (run, rest) = rest.split_at(end);
            Some((font, run))
        })
    }

    /// The font for a letter; where none has it, the weight's own with its sign for that.
    fn font(self, letter: char) -> Font {
        let own = match self {
            Self::Regular => Font::Regular,
            Self::Bold => Font::Bold,
        };
        let elsewhere = || Font::elsewhere(letter).filter(|font| font.face().has(letter));
        if own.face().has(letter) { own } else { elsewhere().unwrap_or(own) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_of_a_text_is_shown_by_the_font_that_has_it() {
        let runs = |text| Weight::Bold.runs(text).collect::<Vec<_>>();
        let mixed = [(Font::Bold, "Wang "), (Font::Han, "王小明"), (Font::Bold, " · é")];
        assert!(runs("Wang 王小明 · é") == mixed);
        let korean = [(Font::Hangul, "김민준"), (Font::Bold, " "), (Font::Han, "東京２")];
        assert!(runs("김민준 東京２") == korean);
        assert!(runs("").is_empty());
        for letter in "王鵬龍张赵曾김뷁ぁヴー。、「」～！".chars() {
            assert!(Weight::Regular.has(letter), "{letter}");
        }
        assert!(!Weight::Regular.has('م') && !Weight::Regular.has('ก'));
    }

    #[test]
    fn a_mixed_text_is_as_wide_as_its_parts() {
        let width = |text| Weight::Regular.width(text, 10.0);
        assert_eq!(width("王"), 10.0, "one em");
        assert!((width("Wang 王小明") - width("Wang ") - 30.0).abs() < 1e-3);
    }
}
