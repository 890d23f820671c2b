//! The rows of one section.

use std::collections::HashMap;

use super::{
    Arrangement, Block, DrawnSeat, PlacedSeat, Report,
    marks::{Tiers, commonest, marks_of},
    median_neighbour_distance,
    numbers::rule_of,
    order::walk,
};
use crate::{PlacedRow, SeatNumbers, Section, import::Origin};

/// A gap wider than so many distances from seat to seat is an aisle.
const AISLE_PITCHES: f64 = 1.8;
/// Most seats of a row that has no name, so that tables and boxes do not become one row.
const LONGEST_UNNAMED: usize = 500;
/// Most seats of a row, as a document may have it.
const LONGEST_ROW: usize = 1_000;
/// The limits of a document on the distance of seats, cm.
const PITCHES_CM: (f64, f64) = (20.0, 1_000.0);

/// A section whose rows are in order.
pub(super) struct ArrangedBlock {
    pub(super) name: String,
    pitch_cm: f64,
    rows: Vec<ArrangedRow>,
    /// Seats that had no number.
    pub(super) unnumbered: usize,
}

struct ArrangedRow {
    name: String,
    seats: Vec<PlacedSeat>,
    aisles: Vec<u16>,
    numbers: SeatNumbers,
    labels: Vec<String>,
    is_numbered: bool,
}

pub(super) fn arrange_block(block: Block, arrangement: Arrangement, report: &mut Report) -> ArrangedBlock {
    let at: Vec<_> =
        block.rows.iter().flat_map(|(_, seats)| seats).map(|seat| seat.at.map(f64::from)).collect();
    let pitch_cm = median_neighbour_distance(&at).unwrap_or(55.0);
    let mut rows = block.rows;
    if let Arrangement::Facing(Some(stage)) = arrangement {
        rows.sort_by_cached_key(|(_, seats)| mean_distance(seats, stage));
    }
    let mut unnumbered = 0;
    let mut arranged = Vec::with_capacity(rows.len());
    for (name, mut seats) in rows {
        let without = seats.iter().filter(|seat| seat.drawn.label.is_none()).count();
        let is_numbered = without == 0;
        if is_numbered {
            report_duplicates(&block.name, &name, &seats, report);
        } else if without < seats.len() {
            for seat in seats.iter().filter(|seat| seat.drawn.label.is_none()) {
                report.error(
                    "missing-number",
                    &seat.drawn.origin,
                    "has no number, others of its row have one",
                );
            }
        }
        unnumbered += without;
        if name.is_empty() {
            arranged.extend(
                clusters(seats, pitch_cm).into_iter().map(|seats| row(&name, seats, pitch_cm, is_numbered)),
            );
            continue;
        }
        if seats.len() > LONGEST_ROW {
            let message = format!("row {name:?} has {} seats; at most {LONGEST_ROW}", seats.len());
            report.error("row-too-long", &seats[0].drawn.origin, message);
            continue;
        }
        walk(&mut seats, arrangement);
        arranged.push(row(&name, seats, pitch_cm, is_numbered));
    }
    if unnumbered > 0 {
        number_unnamed(&mut arranged);
    }
    ArrangedBlock { name: block.name, pitch_cm, rows: arranged, unnumbered }
}

fn mean_distance(seats: &[PlacedSeat], stage: [f64; 2]) -> i64 {
    let far = |seat: &PlacedSeat| (f64::from(seat.at[0]) - stage[0]).hypot(f64::from(seat.at[1]) - stage[1]);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "centimetres of a venue"
    )]
    let mean = (seats.iter().map(far).sum::<f64>() / seats.len().max(1) as f64).round() as i64;
    mean
}

fn report_duplicates(section: &str, row: &str, seats: &[PlacedSeat], report: &mut Report) {
    let mut known: HashMap<&str, &Origin> = HashMap::with_capacity(seats.len());
    for seat in seats {
        let Some(label) = seat.drawn.label.as_deref() else { continue };
        let origin = &seat.drawn.origin;
        if let Some(first) = known.get(label) {
            let message = format!(
                "{section:?}, row {row:?}, seat {label:?} is there already: {} of line {}",
                first.element, first.line
            );
            report.error("duplicate-label", origin, message);
        } else {
            known.insert(label, origin);
        }
    }
}

/// Seats without a row, in the order of the file, cut where the next one is far away: tables, boxes, benches.
fn clusters(seats: Vec<PlacedSeat>, pitch_cm: f64) -> Vec<Vec<PlacedSeat>> {
    let mut clusters: Vec<Vec<PlacedSeat>> = Vec::new();
    for seat in seats {
        let is_near = |cluster: &Vec<PlacedSeat>| {
            cluster.len() < LONGEST_UNNAMED
                && cluster.last().is_some_and(|last| distance(last, &seat) <= 2.0 * AISLE_PITCHES * pitch_cm)
        };
        match clusters.last_mut() {
            Some(cluster) if is_near(cluster) => cluster.push(seat),
            _ => clusters.push(vec![seat]),
        }
    }
    clusters
}

fn distance(a: &PlacedSeat, b: &PlacedSeat) -> f64 {
    f64::from(a.at[0] - b.at[0]).hypot(f64::from(a.at[1] - b.at[1]))
}

fn row(name: &str, mut seats: Vec<PlacedSeat>, pitch_cm: f64, is_numbered: bool) -> ArrangedRow {
    let aisles = aisles(&seats, pitch_cm);
    let labels: Vec<_> = seats.iter_mut().filter_map(|seat| seat.drawn.label.take()).collect();
    let (numbers, labels) = match rule_of(&labels, &aisles).filter(|_| is_numbered) {
        Some(rule) => (rule, Vec::new()),
        None if is_numbered => (SeatNumbers::default(), labels),
        None => (SeatNumbers::default(), Vec::new()),
    };
    ArrangedRow { name: name.to_owned(), seats, aisles, numbers, labels, is_numbered }
}

fn aisles(seats: &[PlacedSeat], pitch_cm: f64) -> Vec<u16> {
    let steps: Vec<f64> = seats.windows(2).map(|pair| distance(&pair[0], &pair[1])).collect();
    let mut sorted = steps.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let median = sorted.get(sorted.len() / 2).copied().unwrap_or(pitch_cm);
    // In a row of pairs the median may be an aisle itself.
    let widest = AISLE_PITCHES * median.min(1.3 * pitch_cm);
    (1..).zip(steps).filter(|(_, step)| *step > widest).map(|(after, _)| after).collect()
}

/// Rows without a name share their labels' space, so one goes on where the one before ended.
fn number_unnamed(rows: &mut [ArrangedRow]) {
    let mut first = 1_usize;
    for row in rows.iter_mut().filter(|row| row.name.is_empty() && !row.is_numbered) {
        row.numbers.first = u16::try_from(first).unwrap_or(u16::MAX);
        first += row.seats.len();
    }
}

impl ArrangedBlock {
    pub(super) fn seats(&self) -> impl Iterator<Item = &DrawnSeat> {
        self.rows.iter().flat_map(|row| &row.seats).map(|seat| &seat.drawn)
    }

    pub(super) fn section(&self, tiers: &Tiers) -> Section {
        let [x_cm, y_cm] =
            self.rows.iter().flat_map(|row| &row.seats).map(|seat| seat.at).next().unwrap_or([0, 0]);
        let mut placed = Vec::with_capacity(self.rows.len());
        let mut differing = Vec::new();
        for row in &self.rows {
            let row_tiers: Vec<_> = row.seats.iter().map(|seat| tiers.index_of(&seat.drawn.tier)).collect();
            let tier = commonest(&row_tiers);
            let kinds = row.seats.iter().map(|seat| seat.drawn.kind);
            differing.extend(row_tiers.iter().map(|own| (*own != tier).then_some(*own)).zip(kinds));
            placed.push(row.placed(tier, [x_cm, y_cm]));
        }
        #[expect(clippy::cast_possible_truncation, reason = "a few hundred centimetres")]
        let seat_pitch_cm = self.pitch_cm.clamp(PITCHES_CM.0, PITCHES_CM.1).round() as i32;
        Section {
            name: self.name.clone(),
            x_cm,
            y_cm,
            seat_pitch_cm,
            placed,
            marks: marks_of(&differing),
            ..Section::default()
        }
    }

    pub(super) fn into_identities(self) -> impl Iterator<Item = String> {
        self.rows.into_iter().flat_map(|row| row.seats).map(|seat| seat.drawn.identity)
    }
}

impl ArrangedRow {
    fn placed(&self, tier: u16, origin: [i32; 2]) -> PlacedRow {
        let before = std::iter::once(origin).chain(self.seats.iter().map(|seat| seat.at));
        let steps = self.seats.iter().zip(before).map(|(seat, [x, y])| (seat.at[0] - x, seat.at[1] - y));
        let (x_cm, y_cm) = steps.unzip();
        PlacedRow {
            name: self.name.clone(),
            tier,
            x_cm,
            y_cm,
            numbers: self.numbers,
            labels: self.labels.clone(),
            aisles: self.aisles.clone(),
        }
    }
}
