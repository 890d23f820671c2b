//! The embedded typeface, parsed once, and cut down to the letters of a document.
//!
//! A document carries the whole tables of advance widths and offsets but only the outlines it uses; the glyph ids
//! stay, so nothing has to be renumbered. That makes a ticket about a third of the size of one with the whole file.
//! Cutting and compressing takes longer than all the rest of a ticket, so a cut is kept for the next document with the
//! same letters: every cut has the letters of English, and only few documents need others than those before them.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    sync::{Arc, LazyLock},
};

use flate2::{Compression, write::ZlibEncoder};
use moka::sync::Cache;
use printpdf::{FontId, ParsedFont};

/// Both weights of Noto Sans; see `fonts/README.md`.
pub(super) static FACES: LazyLock<Faces> = LazyLock::new(|| Faces {
    regular: Face::parse("NotoSans-Regular", include_bytes!("fonts/NotoSans-Regular.subset.ttf")),
    bold: Face::parse("NotoSans-Bold", include_bytes!("fonts/NotoSans-Bold.subset.ttf")),
});

/// The tables that a PDF reader needs of a TrueType program, in the order the format asks for.
const TABLES: [&[u8; 4]; 6] = [b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp"];

/// Cuts that are kept of each weight, about 30 kB each.
const MOST_CUTS: u64 = 64;
/// 1 fastest … 9 smallest: done once for many documents.
const COMPRESSION: u32 = 6;

/// A pair of weights.
pub(super) struct Faces {
    pub(super) regular: Face,
    pub(super) bold: Face,
}

/// One weight.
pub(super) struct Face {
    name: &'static str,
    program: &'static [u8],
    parsed: ParsedFont,
    glyphs: Vec<std::ops::Range<usize>>,
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
    fn parse(name: &'static str, program: &'static [u8]) -> Self {
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

    /// Width of a text in points at a size in points.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        let missing = self.parsed.get_glyph_width(0).unwrap_or(0);
        let units: u32 = text.chars().map(|letter| u32::from(self.advance(letter).unwrap_or(missing))).sum();
        // Sums stay far below 2^24, where f32 counts exactly.
        units as f32 * size / f32::from(self.parsed.units_per_em)
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
            b"hmtx" => without_unused(table(self.program, tag).unwrap_or_default(), &used),
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

/// The bytes of one table.
fn table<'a>(program: &'a [u8], tag: &[u8; 4]) -> Option<&'a [u8]> {
    let count = usize::from(u16_at(program, 4)?);
    let entry = (0..count).map(|n| 12 + n * 16).find(|at| program.get(*at..at + 4) == Some(tag))?;
    let (start, length) = (u32_at(program, entry + 8)?, u32_at(program, entry + 12)?);
    program.get(start..start + length)
}

/// Where in `glyf` each glyph is.
fn outlines(program: &[u8]) -> Option<Vec<std::ops::Range<usize>>> {
    let count = usize::from(u16_at(table(program, b"maxp")?, 4)?);
    let long = u16_at(table(program, b"head")?, 50)? == 1;
    let loca = table(program, b"loca")?;
    let offset = |n: usize| match long {
        true => u32_at(loca, n * 4),
        false => u16_at(loca, n * 2).map(|half| usize::from(half) * 2),
    };
    (0..count).map(|n| Some(offset(n)?..offset(n + 1)?)).collect()
}

/// The glyphs that a composite glyph is made of; none for a simple one.
fn parts(outline: &[u8]) -> Vec<u16> {
    const WORDS: u16 = 0x0001;
    const SCALE: u16 = 0x0008;
    const MORE: u16 = 0x0020;
    const TWO_SCALES: u16 = 0x0040;
    const MATRIX: u16 = 0x0080;

    let mut found = Vec::new();
    // A negative number of contours marks a composite.
    if u16_at(outline, 0).is_none_or(|contours| contours < 0x8000) {
        return found;
    }
    let mut at = 10;
    while let (Some(flags), Some(glyph)) = (u16_at(outline, at), u16_at(outline, at + 2)) {
        found.push(glyph);
        let has = |flag: u16| flags & flag != 0;
        at += 4 + if has(WORDS) { 4 } else { 2 };
        at += match (has(SCALE), has(TWO_SCALES), has(MATRIX)) {
            (true, _, _) => 2,
            (_, true, _) => 4,
            (_, _, true) => 8,
            _ => 0,
        };
        if !has(MORE) {
            break;
        }
    }
    found
}

fn with_long_offsets(head: &[u8]) -> Vec<u8> {
    let mut head = head.to_vec();
    if let Some(format) = head.get_mut(50..52) {
        format.copy_from_slice(&1_u16.to_be_bytes());
    }
    head
}

/// Advance widths and bearings (4 bytes a glyph), those of unused glyphs as zeroes, which take no space.
fn without_unused(hmtx: &[u8], used: &BTreeSet<u16>) -> Vec<u8> {
    let mut hmtx = hmtx.to_vec();
    for (entry, glyph) in hmtx.chunks_mut(4).zip(0..) {
        if !used.contains(&glyph) {
            entry.fill(0);
        }
    }
    hmtx
}

/// A TrueType file of the tables in [`TABLES`].
fn assemble(tables: &[Vec<u8>; TABLES.len()]) -> Vec<u8> {
    // The search hints are those of six tables: the largest power of two in it is 4.
    let mut file = [&[0, 1, 0, 0, 0, 6, 0, 64, 0, 2, 0, 32][..]].concat();
    let mut start = 12 + TABLES.len() * 16;
    for (tag, bytes) in TABLES.iter().zip(tables) {
        file.extend(*tag);
        file.extend(checksum(bytes).to_be_bytes());
        file.extend(u32::try_from(start).unwrap_or(u32::MAX).to_be_bytes());
        file.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        start += bytes.len().next_multiple_of(4);
    }
    for bytes in tables {
        file.extend(bytes);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    file
}

fn checksum(bytes: &[u8]) -> u32 {
    let word = |chunk: &[u8]| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        u32::from_be_bytes(word)
    };
    bytes.chunks(4).fold(0, |sum, chunk| sum.wrapping_add(word(chunk)))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_be_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let word = bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)?;
    usize::try_from(word).ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_cut_down_font_is_a_font_with_the_same_glyphs() {
        let letters: BTreeSet<char> = "Žluťoučký kůň · Ελληνικά · Привет".chars().collect();
        for face in [&FACES.regular, &FACES.bold] {
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
        let face = &FACES.regular;
        for letter in "aWŽΩЖ \u{FFFD}".chars() {
            let glyph = face.parsed.lookup_glyph_index(u32::from(letter)).unwrap();
            let width = face.parsed.get_glyph_width(glyph).unwrap();
            assert_eq!(
                face.width(&letter.to_string(), f32::from(face.parsed.units_per_em)),
                f32::from(width)
            );
        }
        assert!(!face.has('王') && face.width("王", 10.0) > 0.0);
    }
}
