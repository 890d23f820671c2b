//! Text that fits: what the face cannot show is replaced, what is too long is set smaller, wrapped, or cut.

use unicode_normalization::UnicodeNormalization as _;

use super::face::Face;

/// What stands for a letter the face does not have.
const MISSING: char = '\u{FFFD}';

/// A text set within a width.
pub(super) struct Fitted {
    /// Size in points.
    pub(super) size: f32,
    /// Its lines; never none.
    pub(super) lines: Vec<String>,
}

/// The text as the face can show it: composed letters, single blanks, compatible forms for what is missing (ﬁ → fi),
/// one replacement sign for a run of letters that have none, and nothing for signs (emoji) and controls.
pub(super) fn shown(face: &Face, text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.nfc() {
        if letter.is_whitespace() || letter.is_control() {
            push_unless_repeated(&mut shown, ' ');
        } else if face.has(letter) {
            shown.push(letter);
        } else {
            let compatible: String = std::iter::once(letter).nfkd().nfc().collect();
            if compatible.chars().all(|letter| face.has(letter)) {
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
pub(super) fn fit(face: &Face, text: &str, sizes: &[f32], width: f32, most_lines: usize) -> Fitted {
    let text = shown(face, text);
    let mut last = 12.0;
    for size in sizes.iter().copied() {
        last = size;
        let whole_words = text.split(' ').all(|word| face.width(word, size) <= width);
        if whole_words {
            let lines = wrapped(face, &text, size, width);
            if lines.len() <= most_lines {
                return Fitted { size, lines };
            }
        }
    }
    let mut lines = wrapped(face, &text, last, width);
    if lines.len() > most_lines {
        lines.truncate(most_lines);
        if let Some(line) = lines.last_mut() {
            *line = with_ellipsis(face, line, last, width);
        }
    }
    Fitted { size: last, lines }
}

fn wrapped(face: &Face, text: &str, size: f32, width: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').flat_map(|word| pieces(face, word, size, width)) {
        let Some(line) = lines.last_mut() else { break };
        let longer = if line.is_empty() { word.clone() } else { format!("{line} {word}") };
        if line.is_empty() || face.width(&longer, size) <= width {
            *line = longer;
        } else {
            lines.push(word);
        }
    }
    lines
}

/// The word itself, or, when it is wider than a line, parts that are not.
fn pieces(face: &Face, word: &str, size: f32, width: f32) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for letter in word.chars() {
        let Some(piece) = pieces.last_mut() else { break };
        let longer = format!("{piece}{letter}");
        if piece.is_empty() || face.width(&longer, size) <= width {
            *piece = longer;
        } else {
            pieces.push(letter.to_string());
        }
    }
    pieces
}

fn with_ellipsis(face: &Face, line: &str, size: f32, width: f32) -> String {
    let mut line = line.to_owned();
    while !line.is_empty() && face.width(&format!("{line}…"), size) > width {
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
    use crate::ticket_document::face::FACES;

    #[test]
    fn what_cannot_be_shown_is_replaced() {
        let face = &FACES.regular;
        assert_eq!(shown(face, "Žluťoučký  kůň\n"), "Žluťoučký kůň");
        assert_eq!(shown(face, "z\u{30C}"), "ž", "a combining accent is joined to its letter");
        assert_eq!(shown(face, "Night 🎉 Party"), "Night Party");
        assert_eq!(shown(face, "ﬁnale ２"), "finale 2");
        assert_eq!(shown(face, "王小明 Wang"), "\u{FFFD} Wang");
        assert_eq!(shown(face, "a\u{202E}b\u{0007}c"), "ab c");
    }

    #[test]
    fn a_long_text_shrinks_then_wraps_then_is_cut() {
        let face = &FACES.bold;
        let fitted = |text: &str| fit(face, text, &[24.0, 16.0, 12.0], 200.0, 2);
        assert_eq!((fitted("Hamlet").size, fitted("Hamlet").lines.len()), (24.0, 1));
        assert_eq!(fitted("A Midsummer Night's Dream by the River").size, 16.0);
        let cut = fitted(&"Donaudampfschifffahrtsgesellschaft".repeat(5));
        assert_eq!((cut.size, cut.lines.len()), (12.0, 2));
        assert!(cut.lines[1].ends_with('…'));
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked_for(text in "\\PC{0,300}", width in 40.0_f32..500.0, lines in 1_usize..4) {
            let face = &FACES.regular;
            let fitted = fit(face, &text, &[20.0, 10.0], width, lines);
            prop_assert!((1..=lines).contains(&fitted.lines.len()));
            for line in &fitted.lines {
                prop_assert!(face.width(line, fitted.size) <= width, "{:?} of {:?}", line, text);
                prop_assert!(line.chars().all(|letter| face.has(letter)), "{:?}", line);
            }
        }
    }
}
