//! An embedded font, parsed once, and cut down to the letters of a document.
//!
//! A document carries the whole tables of advance widths and offsets but only the outlines it uses; the glyph ids
//! stay, so nothing has to be renumbered. That makes a ticket about a third of the size of one with the whole file.
//! Cutting and compressing takes longer than all the rest of a ticket, so a cut is kept for the next document with the
//! same letters: every cut has the letters of English, and only few documents need others than those before them.

mod truetype;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    ops::Range,
    sync::Arc,
};

use flate2::{Compression, write::ZlibEncoder};
use moka::sync::Cache;
use printpdf::{FontId, ParsedFont};

use self::truetype::{TABLES, assemble, outlines, parts, table, with_long_offsets, without_unused};

/// Cuts that are kept of each font, about 30 kB each.
const MOST_CUTS: u64 = 64;
/// 1 fastest … 9 smallest: done once for many documents.
const COMPRESSION: u32 = 6;

/// One font.
pub(super) struct Face {
    name: &'static str,
    program: &'static [u8],
    parsed: ParsedFont,
    glyphs: Vec<Range<usize>>,
    /// Advance widths by character, for those in the first planes of the map; none: not in this face.
    advances: Vec<Option<u16>>,
    cuts: Cache<BTreeSet<char>, Arc<Cut>>,
}

/// A face with some of its letters.
pub(super) struct Cut {
    /// For the library: it finds glyphs by it. What it takes for the program is a mark to find the stream by.
    pub(super) font: ParsedFont,
    /// The program, compressed as a stream of a PDF is.
    pub(super) program: Vec<u8>,
    /// Its length before that.
    pub(super) program_bytes: usize,
}

impl Face {
    /// # Panics
    /// When the file that was compiled in is not a TrueType font; a test would have seen it.
    pub(super) fn parse(name: &'static str, program: &'static [u8]) -> Self {
        let parsed =
            ParsedFont::from_bytes(program, 0, &mut Vec::new()).expect("an embedded font is readable");
        let glyphs = outlines(program).expect("an embedded font has outlines");
        let last = parsed.codepoint_to_glyph.keys().next_back().copied().unwrap_or(0);
        let advance = |code| {
            let glyph = parsed.codepoint_to_glyph.get(&code)?;
            Some(parsed.get_glyph_width(*glyph).unwrap_or(0))
        };
        let advances = (0..=last).map(advance).collect();
        Self { name, program, parsed, glyphs, advances, cuts: Cache::new(MOST_CUTS) }
    }

    /// The name under which pages refer to it.
    pub(super) fn id(&self) -> FontId {
        FontId(self.name.to_owned())
    }

    /// Whether it can show this character.
    pub(super) fn has(&self, letter: char) -> bool {
        self.advance(letter).is_some()
    }

    /// Width of a character in em; what it cannot show is as wide as its sign for that.
    pub(super) fn width(&self, letter: char) -> f32 {
        let units = self.advance(letter).or_else(|| self.parsed.get_glyph_width(0)).unwrap_or(0);
        f32::from(units) / f32::from(self.parsed.units_per_em)
    }

    fn advance(&self, letter: char) -> Option<u16> {
        self.advances.get(u32::from(letter) as usize).copied().flatten()
    }

    /// A copy that holds these letters and those of English.
    pub(super) fn cut(&self, mut letters: BTreeSet<char>) -> Arc<Cut> {
        letters.extend(' '..='~');
        self.cuts.get_with_by_ref(&letters, || Arc::new(self.only(&letters)))
    }

    fn only(&self, letters: &BTreeSet<char>) -> Cut {
        let map: BTreeMap<u32, u16> = letters
            .iter()
            .filter_map(|letter| {
                let code = u32::from(*letter);
                Some((code, self.parsed.lookup_glyph_index(code)?))
            })
            .collect();
        let widths = map.values().filter_map(|glyph| Some((*glyph, self.parsed.get_glyph_width(*glyph)?)));
        let program = self.program_of(map.values().copied());
        let font = ParsedFont {
            // A TrueType program's first bytes.
            original_bytes: [&[0, 1, 0, 0], self.name.as_bytes()].concat(),
            font_index: 0,
            font_name: Some(self.name.to_owned()),
            glyph_widths: widths.collect(),
            codepoint_to_glyph: map,
            units_per_em: self.parsed.units_per_em,
            font_metrics: self.parsed.font_metrics.clone(),
            font_type: self.parsed.font_type,
            pdf_font_metrics: self.parsed.pdf_font_metrics.clone(),
        };
        Cut { font, program_bytes: program.len(), program: compressed(&program, COMPRESSION) }
    }

    /// The font program with the outlines of these glyphs, of their parts, and of the one for "missing".
    fn program_of(&self, wanted: impl Iterator<Item = u16>) -> Vec<u8> {
        let mut used = BTreeSet::from([0]);
        let mut todo: Vec<u16> = wanted.collect();
        while let Some(glyph) = todo.pop() {
            if used.insert(glyph) {
                todo.extend(parts(self.outline(glyph)));
            }
        }
        let (mut glyf, mut loca) = (Vec::new(), Vec::with_capacity((self.glyphs.len() + 1) * 4));
        for glyph in 0..self.glyphs.len() {
            loca.extend(u32::try_from(glyf.len()).unwrap_or(u32::MAX).to_be_bytes());
            if let Some(glyph) = u16::try_from(glyph).ok().filter(|glyph| used.contains(glyph)) {
                glyf.extend(self.outline(glyph));
                glyf.resize(glyf.len().next_multiple_of(4), 0);
            }
        }
        loca.extend(u32::try_from(glyf.len()).unwrap_or(u32::MAX).to_be_bytes());
        let tables = TABLES.map(|tag| match tag {
            b"glyf" => glyf.clone(),
            b"loca" => loca.clone(),
            b"head" => with_long_offsets(table(self.program, tag).unwrap_or_default()),
            b"hmtx" => without_unused(self.program, &used).unwrap_or_default(),
            _ => table(self.program, tag).unwrap_or_default().to_vec(),
        });
        assemble(&tables)
    }

    fn outline(&self, glyph: u16) -> &'static [u8] {
        let range = self.glyphs.get(usize::from(glyph)).cloned().unwrap_or_default();
        table(self.program, b"glyf").and_then(|glyf| glyf.get(range)).unwrap_or_default()
    }
}

/// The content of a stream with the filter FlateDecode; `level` from 1, fastest, to 9, smallest.
pub(super) fn compressed(content: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(content.len() / 2), Compression::new(level));
    // Writing to memory does not fail.
    let _ = encoder.write_all(content);
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use crate::ticket_document::typeface::Font;

    #[test]
    fn a_cut_down_font_is_a_font_with_the_same_glyphs() {
        let letters: BTreeSet<char> = "Žluťoučký kůň · Ελληνικά · Привет".chars().collect();
        for face in [Font::Regular, Font::Bold].map(Font::face) {
            let cut = face.cut(letters.clone());
            let mut program = Vec::new();
            flate2::read::ZlibDecoder::new(&*cut.program).read_to_end(&mut program).unwrap();
            assert_eq!(program.len(), cut.program_bytes);
            assert!(program.len() < face.program.len() / 2, "{}", program.len());
            let kept = outlines(&program).unwrap();
            for letter in letters.iter().copied().chain(' '..='~') {
                let glyph = cut.font.lookup_glyph_index(u32::from(letter)).unwrap();
                let outline = &table(&program, b"glyf").unwrap()[kept[usize::from(glyph)].clone()];
                assert!(outline.starts_with(face.outline(glyph)), "{letter}");
                for part in parts(outline) {
                    assert!(!kept[usize::from(part)].is_empty(), "{letter} is made of {part}, which is gone");
                }
            }
            let outlines = kept.iter().filter(|range| !range.is_empty()).count();
            assert!(outlines < (letters.len() + 95) * 2, "{outlines}");
            assert!(Arc::ptr_eq(&cut, &face.cut(letters.clone())), "made once for the same letters");
        }
    }

    #[test]
    fn widths_are_those_of_the_font() {
        let face = Font::Regular.face();
        for letter in "aWŽΩЖ \u{FFFD}".chars() {
            let glyph = face.parsed.lookup_glyph_index(u32::from(letter)).unwrap();
            let width = face.parsed.get_glyph_width(glyph).unwrap();
            assert_eq!(face.width(letter) * f32::from(face.parsed.units_per_em), f32::from(width));
        }
        assert!(!face.has('王') && face.width('王') > 0.0);
    }
}
