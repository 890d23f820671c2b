//! TrueType programs: reading what of them is needed, and putting a smaller one together.

use std::{collections::BTreeSet, ops::Range};

/// The tables that a PDF reader needs of a TrueType program, in the order the format asks for.
pub(super) const TABLES: [&[u8; 4]; 6] = [b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp"];

/// The bytes of one table.
pub(super) fn table<'a>(program: &'a [u8], tag: &[u8; 4]) -> Option<&'a [u8]> {
    let count = usize::from(u16_at(program, 4)?);
    let entry = (0..count).map(|n| 12 + n * 16).find(|at| program.get(*at..at + 4) == Some(tag))?;
    let (start, length) = (u32_at(program, entry + 8)?, u32_at(program, entry + 12)?);
    program.get(start..start + length)
}

/// Where in `glyf` each glyph is.
pub(super) fn outlines(program: &[u8]) -> Option<Vec<Range<usize>>> {
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
pub(super) fn parts(outline: &[u8]) -> Vec<u16> {
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

pub(super) fn with_long_offsets(head: &[u8]) -> Vec<u8> {
    let mut head = head.to_vec();
    if let Some(format) = head.get_mut(50..52) {
        format.copy_from_slice(&1_u16.to_be_bytes());
    }
    head
}

/// Advance widths and bearings, those of unused glyphs as zeroes, which take no space: 4 bytes a glyph, and 2, the bearing
/// alone, for the last ones, which share a width.
pub(super) fn without_unused(program: &[u8], used: &BTreeSet<u16>) -> Option<Vec<u8>> {
    let widths = usize::from(u16_at(table(program, b"hhea")?, 34)?);
    let mut hmtx = table(program, b"hmtx")?.to_vec();
    let (own, shared) = hmtx.split_at_mut_checked(widths * 4)?;
    for (entry, glyph) in own.chunks_mut(4).chain(shared.chunks_mut(2)).zip(0..) {
        // The last width counts for all that follow.
        if !used.contains(&glyph) && usize::from(glyph) + 1 != widths {
            entry.fill(0);
        }
    }
    Some(hmtx)
}

/// A TrueType file of the tables in [`TABLES`].
pub(super) fn assemble(tables: &[Vec<u8>; TABLES.len()]) -> Vec<u8> {
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
