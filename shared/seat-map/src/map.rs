//! A valid document with its hash and its seats numbered.

use std::{borrow::Cow, collections::BTreeSet, ops::Range};

use sha2::{Digest as _, Sha256};

use crate::{
    AreaIndex, SeatIndex, TierIndex,
    document::{Area, SeatKind, SeatMapDocument, Section},
    geometry::Point,
    row::{Row, number_rows, positions},
    validate::{self, SeatMapError, SeatMapErrors},
};

/// A valid document with its hash and its seats numbered. What a search over all seats asks again and again is
/// worked out once.
#[derive(Clone, Debug, PartialEq)]
pub struct SeatMap {
    document: SeatMapDocument,
    canonical: String,
    hash: String,
    rows: Vec<Row>,
    /// By seat.
    positions: Vec<Point>,
    /// By seat.
    tiers: Vec<TierIndex>,
    /// Each once, rising.
    distinct_tiers: Vec<TierIndex>,
    /// By seat; empty where all are ordinary ones.
    kinds: Vec<Option<SeatKind>>,
    stretches: Vec<Stretch>,
}

/// Neighbours between two aisles.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stretch {
    pub(crate) seats: Range<SeatIndex>,
    /// Of its section; less is better.
    pub(crate) rank: u32,
}

/// One seat, as a fan is told about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatRef<'map> {
    /// Name of its section.
    pub section: &'map str,
    /// Name of its row; empty where it has none.
    pub row: Cow<'map, str>,
    /// Its number in the row, such as "12" or "12a".
    pub number: Cow<'map, str>,
    /// Price tier.
    pub tier: TierIndex,
    /// What it is, if not an ordinary seat.
    pub kind: Option<SeatKind>,
}

/// The word for a row in a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowWord(pub &'static str);

impl SeatMap {
    /// Checks a document and numbers its seats.
    ///
    /// # Errors
    /// Everything wrong in it, each with its field.
    pub fn new(document: SeatMapDocument) -> Result<Self, SeatMapErrors> {
        validate::validate(&document)?;
        let canonical = serde_json::to_string(&document).map_err(|error| {
            SeatMapErrors(vec![SeatMapError { field: String::new(), message: error.to_string() }])
        })?;
        let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(canonical.as_bytes()));
        let rows = number_rows(&document);
        let positions = rows.iter().flat_map(|row| positions(&document.sections[row.section], row)).collect();
        let tiers = rows.iter().flat_map(|row| row.seats().map(|_| row.tier)).collect();
        let (kinds, stretches, distinct_tiers) = (Vec::new(), Vec::new(), Vec::new());
        let mut map =
            Self { document, canonical, hash, rows, positions, tiers, distinct_tiers, kinds, stretches };
        map.apply_marks();
        map.distinct_tiers = map.tiers.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        map.stretches = map.rows.iter().flat_map(|row| map.ranked_stretches(row)).collect();
        Ok(map)
    }

    fn apply_marks(&mut self) {
        let mut first_seat = 0;
        for section in &self.document.sections {
            for mark in &section.marks {
                for seat in mark.seats.iter().flat_map(|[first, last]| *first..=*last) {
                    let seat = (first_seat + seat) as usize;
                    if let Some(tier) = mark.tier {
                        self.tiers[seat] = tier;
                    }
                    if mark.kind.is_some() {
                        self.kinds.resize(self.tiers.len(), None);
                        self.kinds[seat] = mark.kind;
                    }
                }
            }
            first_seat += u32::try_from(section.total_seats()).unwrap_or(u32::MAX);
        }
    }

    /// The document it was made from.
    #[must_use]
    pub fn document(&self) -> &SeatMapDocument {
        &self.document
    }

    /// The canonical JSON of the document: what is hashed and served.
    #[must_use]
    pub fn canonical_json(&self) -> &str {
        &self.canonical
    }

    /// SHA-256 of the canonical JSON as lower-case hex: its name in addresses.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// How many numbered seats there are.
    #[must_use]
    pub fn seat_count(&self) -> u32 {
        self.rows.last().map_or(0, |row| row.seats().end)
    }

    /// All rows, in the order of their seats.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The standing areas; the position in this list is the area's index.
    #[must_use]
    pub fn areas(&self) -> &[Area] {
        &self.document.areas
    }

    /// One standing area.
    #[must_use]
    pub fn area(&self, area: AreaIndex) -> Option<&Area> {
        self.document.areas.get(usize::from(area))
    }

    /// The section of a row of this map.
    #[must_use]
    pub fn section_of(&self, row: &Row) -> &Section {
        &self.document.sections[row.section]
    }

    /// The name of a row; empty where its seats have none.
    #[must_use]
    pub fn row_name(&self, row: &Row) -> Cow<'_, str> {
        let section = self.section_of(row);
        match section.placed.get(row.position as usize) {
            Some(placed) => Cow::Borrowed(&placed.name),
            None => Cow::Owned(section.row_names.name(row.position)),
        }
    }

    /// What a seat is called and costs; `None` when the map has no such seat.
    #[must_use]
    pub fn seat(&self, seat: SeatIndex) -> Option<SeatRef<'_>> {
        let row = self.row_of(seat)?;
        Some(SeatRef {
            section: &self.section_of(row).name,
            row: self.row_name(row),
            number: self.section_of(row).seat_number(row.position, seat - row.first_seat, row.seats),
            tier: self.tier_of(seat)?,
            kind: self.kind_of(seat),
        })
    }

    /// A seat's label in English, like "Stalls · Row F · 12"; "Stalls · 12" where it has no row.
    #[must_use]
    pub fn seat_label(&self, seat: SeatIndex) -> Option<String> {
        self.seat_label_in(seat, RowWord("Row"))
    }

    /// A seat's label: the section as its organiser called it, the row in the language's word.
    #[must_use]
    pub fn seat_label_in(&self, seat: SeatIndex, row_word: impl Into<RowWord>) -> Option<String> {
        let SeatRef { section, row, number, .. } = self.seat(seat)?;
        if row.is_empty() {
            return Some(format!("{section} · {number}"));
        }
        let RowWord(word) = row_word.into();
        Some(format!("{section} · {word} {row} · {number}"))
    }

    /// The price tier of a seat.
    #[must_use]
    pub fn tier_of(&self, seat: SeatIndex) -> Option<TierIndex> {
        self.tiers.get(seat as usize).copied()
    }

    /// What a seat is, if not an ordinary one.
    #[must_use]
    pub fn kind_of(&self, seat: SeatIndex) -> Option<SeatKind> {
        self.kinds.get(seat as usize).copied().flatten()
    }

    /// Where a seat lies on the page.
    #[must_use]
    pub fn position(&self, seat: SeatIndex) -> Option<Point> {
        self.positions.get(seat as usize).copied()
    }

    /// Where everybody looks: the middle of the first landmark, else of what lies before the first row.
    #[must_use]
    pub fn stage(&self) -> Point {
        match (self.document.landmarks.first(), self.document.sections.first()) {
            (Some(landmark), _) => landmark.shape.middle(),
            (None, Some(front)) => Point { x_cm: f64::from(front.x_cm), y_cm: f64::from(front.y_cm) },
            (None, None) => Point { x_cm: 0.0, y_cm: 0.0 },
        }
    }

    /// The row a seat stands in.
    #[must_use]
    pub fn row_of(&self, seat: SeatIndex) -> Option<&Row> {
        if seat >= self.seat_count() {
            return None;
        }
        let after = self.rows.partition_point(|row| row.first_seat <= seat);
        self.rows.get(after.checked_sub(1)?)
    }

    /// The stretches of a row between its aisles: only seats of one stretch are neighbours.
    #[must_use]
    pub fn stretches(&self, row: &Row) -> Vec<Range<SeatIndex>> {
        let aisles = self.section_of(row).aisles_of(row.position);
        let cuts = aisles.iter().map(|after| u32::from(*after)).filter(|after| *after < row.seats);
        let mut stretches = Vec::with_capacity(aisles.len() + 1);
        let mut start = 0;
        for cut in cuts.chain([row.seats]) {
            stretches.push(row.first_seat + start..row.first_seat + cut);
            start = cut;
        }
        stretches
    }

    fn ranked_stretches(&self, row: &Row) -> impl Iterator<Item = Stretch> {
        let rank = self.section_of(row).rank.map_or(u32::MAX, u32::from);
        self.stretches(row).into_iter().map(move |seats| Stretch { seats, rank })
    }

    /// The stretches of all rows.
    pub(crate) fn all_stretches(&self) -> &[Stretch] {
        &self.stretches
    }

    /// The price tier of each seat, by index.
    #[must_use]
    pub fn tiers_by_seat(&self) -> &[TierIndex] {
        &self.tiers
    }

    /// Every price tier that a seat or an area names, rising.
    #[must_use]
    pub fn tiers(&self) -> Vec<TierIndex> {
        let mut tiers = self.seat_tiers().to_vec();
        tiers.extend(self.areas().iter().map(|area| area.tier));
        tiers.sort_unstable();
        tiers.dedup();
        tiers
    }

    /// Every price tier that a seat names, rising.
    #[must_use]
    pub fn seat_tiers(&self) -> &[TierIndex] {
        &self.distinct_tiers
    }

    /// Whether another map has the same seats and areas under the same indexes, labels and (to a centimetre)
    /// positions, so that what was sold of one holds for the other. Tiers, kinds and decoration may differ.
    #[must_use]
    pub fn same_seats(&self, other: &Self) -> bool {
        let areas = |map: &Self| {
            map.areas().iter().map(|area| (area.name.clone(), area.capacity)).collect::<Vec<_>>()
        };
        let near = |a: &Point, b: &Point| (a.x_cm - b.x_cm).abs() <= 1.0 && (a.y_cm - b.y_cm).abs() <= 1.0;
        let named = |map: &Self, seat| {
            map.seat(seat).map(|SeatRef { section, row, number, .. }| {
                (section.to_owned(), row.into_owned(), number.into_owned())
            })
        };
        self.seat_count() == other.seat_count()
            && areas(self) == areas(other)
            && self.positions.iter().zip(&other.positions).all(|(a, b)| near(a, b))
            && (0..self.seat_count()).all(|seat| named(self, seat) == named(other, seat))
    }
}
