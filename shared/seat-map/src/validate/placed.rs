//! Rules for seats that lie where a drawing has them, and for seats that differ from their row.

use std::{borrow::Cow, collections::HashSet};

use super::{
    Faults, MAX_COORDINATE_CM, MAX_SEATS_PER_ROW, check_aisles, check_coordinates, check_numbers,
    check_pitches, check_tier, is_text,
};
use crate::{
    MAX_SEATS,
    document::{Mark, PlacedRow, RowNames, SeatNumbers, Section},
};

/// Most placed rows of one section: more than by a rule, as each table is one.
const MAX_PLACED_ROWS: usize = 5_000;
/// Most marks of one section.
const MAX_MARKS: usize = 200;
/// Longest name of a row and longest label of a seat.
const MAX_LABEL: usize = 50;

pub(super) fn check_placed(section: &Section, at: &str, faults: &mut Faults) {
    let is_plain = section.rotation_mdeg == 0
        && section.curve_radius_cm.is_none()
        && section.aisles.is_empty()
        && section.row_names == RowNames::default()
        && section.seat_numbers == SeatNumbers::default();
    faults.require(
        is_plain,
        || format!("{at}.placed"),
        "with placed rows a section has no rotation, curve, aisles, row names and seat numbers of its own",
    );
    let rows = section.placed.len();
    faults.require(
        rows <= MAX_PLACED_ROWS,
        || format!("{at}.placed"),
        format!("{rows} rows; from 1 to {MAX_PLACED_ROWS}"),
    );
    check_coordinates(&[[section.x_cm, section.y_cm]], || format!("{at}.x_cm"), faults);
    check_pitches(section, at, faults);
    let mut names = HashSet::new();
    let mut without_row: HashSet<Cow<'_, str>> = HashSet::new();
    for (index, row) in section.placed.iter().enumerate().take(MAX_PLACED_ROWS) {
        let at = format!("{at}.placed[{index}]");
        check_row(section, row, &at, faults);
        let is_known = row.name.is_empty() || names.insert(&*row.name);
        faults.require(is_known, || format!("{at}.name"), format!("{:?} is there already", row.name));
        let mut in_row = HashSet::new();
        let labels = if row.name.is_empty() { &mut without_row } else { &mut in_row };
        let position = u32::try_from(index).unwrap_or(u32::MAX);
        let seats = u32::try_from(row.x_cm.len()).unwrap_or(u32::MAX).min(MAX_SEATS_PER_ROW);
        let repeated = (0..seats)
            .map(|column| section.seat_number(position, column, seats))
            .find(|label| !labels.insert(label.clone()));
        if let Some(label) = repeated {
            faults.require(false, || format!("{at}.labels"), format!("{label:?} is there already"));
        }
    }
}

fn check_row(section: &Section, row: &PlacedRow, at: &str, faults: &mut Faults) {
    let seats = row.x_cm.len();
    faults.require(
        row.name.is_empty() || is_text(&row.name, MAX_LABEL),
        || format!("{at}.name"),
        format!("at most {MAX_LABEL} characters, not blank at either end"),
    );
    faults.require(
        (1..=MAX_SEATS_PER_ROW as usize).contains(&seats),
        || format!("{at}.x_cm"),
        format!("from 1 to {MAX_SEATS_PER_ROW} seats a row"),
    );
    faults.require(row.y_cm.len() == seats, || format!("{at}.y_cm"), "as many as x_cm");
    let within = -i64::from(MAX_COORDINATE_CM)..=i64::from(MAX_COORDINATE_CM);
    faults.require(
        row.positions(section.x_cm, section.y_cm).flatten().all(|coordinate| within.contains(&coordinate)),
        || format!("{at}.x_cm"),
        format!("seats from -{MAX_COORDINATE_CM} to {MAX_COORDINATE_CM} cm"),
    );
    check_tier(row.tier, || format!("{at}.tier"), faults);
    check_numbers(row.numbers, || format!("{at}.numbers.step"), faults);
    check_aisles(&row.aisles, u32::try_from(seats).unwrap_or(u32::MAX), || format!("{at}.aisles"), faults);
    if row.labels.is_empty() {
        return;
    }
    faults.require(row.labels.len() == seats, || format!("{at}.labels"), "one for each seat, or none");
    let are_texts = row.labels.iter().all(|label| is_text(label, MAX_LABEL));
    faults.require(
        are_texts,
        || format!("{at}.labels"),
        format!("1 to {MAX_LABEL} characters each, not blank at either end"),
    );
    let is_one_way = row.numbers == SeatNumbers::default();
    faults.require(is_one_way, || format!("{at}.numbers"), "either labels or a rule");
}

pub(super) fn check_marks(section: &Section, at: &str, faults: &mut Faults) {
    let seats = section.total_seats();
    faults.require(
        section.marks.len() <= MAX_MARKS,
        || format!("{at}.marks"),
        format!("at most {MAX_MARKS} marks"),
    );
    if section.marks.is_empty() || seats > u64::from(MAX_SEATS) {
        return;
    }
    let mut has_kind = vec![false; usize::try_from(seats).unwrap_or(0)];
    for (index, mark) in section.marks.iter().enumerate().take(MAX_MARKS) {
        let at = format!("{at}.marks[{index}]");
        faults.require(
            mark.tier.is_some() || mark.kind.is_some(),
            || at.clone(),
            "a tier or a kind, or both",
        );
        if let Some(tier) = mark.tier {
            check_tier(tier, || format!("{at}.tier"), faults);
        }
        if !are_stretches(mark, seats) {
            let message = format!(
                "rising stretches [first, last] of the section's seats 0 to {}",
                seats.saturating_sub(1)
            );
            faults.require(false, || format!("{at}.seats"), message);
        } else if mark.kind.is_some() {
            let marked = mark.seats.iter().flat_map(|[first, last]| *first..=*last);
            let twice = marked.filter(|seat| std::mem::replace(&mut has_kind[*seat as usize], true)).count();
            faults.require(twice == 0, || format!("{at}.kind"), format!("{twice} seats have a kind already"));
        }
    }
}

fn are_stretches(mark: &Mark, seats: u64) -> bool {
    !mark.seats.is_empty()
        && mark.seats.iter().all(|[first, last]| first <= last && u64::from(*last) < seats)
        && mark.seats.windows(2).all(|pair| pair[0][1] < pair[1][0])
}
