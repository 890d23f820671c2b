//! Text that fits: what the typeface cannot show is replaced, what is too long is set smaller, wrapped, or cut.

use unicode_normalization::UnicodeNormalization as _;

use super::typeface::Weight;

/// What stands for a letter the typeface does not have.
const MISSING: char = '\u{FFFD}';

/// A text set within a width.
pub(super) struct Fitted {
    /// Size in points.
    pub(super) size: f32,
    /// Its lines; never none.
    pub(super) lines: Vec<String>,
}

/// The text as the typeface can show it: composed letters, single blanks, compatible forms for what is missing (ﬁ → fi),
/// one replacement sign for a run of letters that have none, and nothing for signs (emoji) and controls.
pub(super) fn shown(weight: Weight, text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.nfc() {
        if letter.is_whitespace() || letter.is_control() {
            push_unless_repeated(&mut shown, ' ');
        } else if weight.has(letter) {
            shown.push(letter);
        } else {
            let compatible: String = std::iter::once(letter).nfkd().nfc().collect();
            if compatible.chars().all(|letter| weight.has(letter)) {
                shown.push_str(&compatible);
            } else if letter.is_alphanumeric() {
                push_unless_repeated(&mut shown, MISSING);
            }
        }
    }
    shown.trim().to_owned()
}

/// Sets a text in at most `most_lines` of `width` points, in the first of `sizes` that takes it whole without
/// breaking a word; in the last one a word may be broken and the end be cut with an ellipsis.
pub(super) fn fit(weight: Weight, text: &str, sizes: &[f32], width: f32, most_lines: usize) -> Fitted {
    let text = shown(weight, text);
    let mut last = 12.0;
    for size in sizes.iter().copied() {
        last = size;
        let whole_words = text.split(' ').all(|word| weight.width(word, size) <= width);
        if whole_words {
            let lines = wrapped(weight, &text, size, width);
            if lines.len() <= most_lines {
                return Fitted { size, lines };
            }
        }
    }
    let mut lines = wrapped(weight, &text, last, width);
    if lines.len() > most_lines {
        lines.truncate(most_lines);
        if let Some(line) = lines.last_mut() {
            *line = with_ellipsis(weight, line, last, width);
        }
    }
    Fitted { size: last, lines }
}

fn wrapped(weight: Weight, text: &str, size: f32, width: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').flat_map(|word| pieces(weight, word, size, width)) {
        let Some(line) = lines.last_mut() else { break };
        let longer = if line.is_empty() { word.clone() } else { format!("{line} {word}") };
        if line.is_empty() || weight.width(&longer, size) <= width {
            *line = longer;
        } else {
            lines.push(word);
        }
    }
    lines
}

/// The word itself, or, when it is wider than a line, parts that are not.
fn pieces(weight: Weight, word: &str, size: f32, width: f32) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for letter in word.chars() {
        let Some(piece) = pieces.last_mut() else { break };
        let longer = format!("{piece}{letter}");
        if piece.is_empty() || weight.width(&longer, size) <= width {
            *piece = longer;
        } else {
            pieces.push(letter.to_string());
        }
    }
    pieces
}

fn with_ellipsis(weight: Weight, line: &str, size: f32, width: f32) -> String {
    let mut line = line.to_owned();
    while !line.is_empty() && weight.width(&format!("{line}…"), size) > width {
        line.pop();
    }
    format!("{}…", line.trim_end())
}

fn push_unless_repeated(text: &mut String, letter: char) {
    if !text.ends_with(letter) {
        text.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_cannot_be_shown_is_replaced() {
        let weight = Weight::Regular;
        assert_eq!(shown(weight, "Žluťoučký  kůň\n"), "Žluťoučký kůň");
        assert_eq!(shown(weight, "z\u{30C}"), "ž", "a combining accent is joined to its letter");
        assert_eq!(shown(weight, "Night 🎉 Party"), "Night Party");
        assert_eq!(shown(weight, "ﬁnale ⑵"), "finale (2)");
        assert_eq!(shown(weight, "محمد Ali"), "\u{FFFD} Ali");
        assert_eq!(shown(weight, "王小明 Wang"), "王小明 Wang");
        assert_eq!(shown(weight, "\u{1112}\u{1161}\u{11AB}"), "한", "so are the parts of a syllable");
        assert_eq!(shown(weight, "a\u{202E}b\u{0007}c"), "ab c");
    }

    #[test]
    fn a_long_text_shrinks_then_wraps_then_is_cut() {
        let weight = Weight::Bold;
        let fitted = |text: &str| fit(weight, text, &[24.0, 16.0, 12.0], 200.0, 2);
        assert_eq!((fitted("Hamlet").size, fitted("Hamlet").lines.len()), (24.0, 1));
        assert_eq!(fitted("A Midsummer Night's Dream by the River").size, 16.0);
        let cut = fitted(&"Donaudampfschifffahrtsgesellschaft".repeat(5));
        assert_eq!((cut.size, cut.lines.len()), (12.0, 2));
        assert!(cut.lines[1].ends_with('…'));
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked_for(text in "\\PC{0,300}", width in 40.0_f32..500.0, lines in 1_usize..4) {
            let weight = Weight::Regular;
            let fitted = fit(weight, &text, &[20.0, 10.0], width, lines);
            prop_assert!((1..=lines).contains(&fitted.lines.len()));
            for line in &fitted.lines {
                prop_assert!(weight.width(line, fitted.size) <= width, "{:?} of {:?}", line, text);
                prop_assert!(line.chars().all(|letter| weight.has(letter)), "{:?}", line);
            }
        }
    }
}
