//! What a geometry document must keep to. Every error names its field.

use std::{collections::HashSet, f64::consts::TAU};

use super::{
    MAX_SEATS, MAX_SECTIONS,
    document::{Area, RowRange, SeatMapDocument, Section, Shape},
};

/// Most rows of one section.
const MAX_ROWS: u32 = 500;
/// Most seats of one row.
const MAX_SEATS_PER_ROW: u32 = 1_000;
/// Most standing areas of one map.
const MAX_AREAS: usize = 200;
/// Most people of all areas of one map.
const MAX_CAPACITY: u64 = 1_000_000;
/// Most landmarks of one map.
const MAX_LANDMARKS: usize = 100;
/// Most corners of one shape.
const MAX_CORNERS: usize = 500;
/// Farthest from the page's origin.
const MAX_COORDINATE_CM: i32 = 1_000_000;
/// Highest tier, as the store has it.
const MAX_TIER: u16 = 99;
/// Enough to mend a document; the rest is left out.
const MAX_ERRORS: usize = 50;

/// One thing wrong in a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct SeatMapError {
    /// Where, e.g. `sections[2].rows`.
    pub field: String,
    /// What, for the organiser.
    pub message: String,
}

/// Everything wrong in a document, at least one thing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct SeatMapErrors(pub Vec<SeatMapError>);

#[derive(Default)]
struct Findings(Vec<SeatMapError>);

impl Findings {
    fn require(&mut self, holds: bool, field: impl FnOnce() -> String, message: impl Into<String>) {
        if !holds && self.0.len() < MAX_ERRORS {
            self.0.push(SeatMapError { field: field(), message: message.into() });
        }
    }
}

/// Checks everything that can be wrong in a document.
pub(super) fn validate(document: &SeatMapDocument) -> Result<(), SeatMapErrors> {
    let mut findings = Findings::default();
    check_counts(document, &mut findings);
    let mut names = HashSet::new();
    for (index, section) in document.sections.iter().enumerate().take(MAX_SECTIONS) {
        let at = format!("sections[{index}]");
        check_name(&section.name, &at, &mut names, &mut findings);
        check_section(section, &at, &mut findings);
    }
    for (index, area) in document.areas.iter().enumerate().take(MAX_AREAS) {
        let at = format!("areas[{index}]");
        check_name(&area.name, &at, &mut names, &mut findings);
        check_area(area, &at, &mut findings);
    }
    for (index, landmark) in document.landmarks.iter().enumerate().take(MAX_LANDMARKS) {
        let at = format!("landmarks[{index}]");
        findings.require(is_name(&landmark.name), || format!("{at}.name"), NAME_RULE);
        check_shape(&landmark.shape, &at, &mut findings);
    }
    if findings.0.is_empty() { Ok(()) } else { Err(SeatMapErrors(findings.0)) }
}

fn check_counts(document: &SeatMapDocument, findings: &mut Findings) {
    let (sections, areas) = (document.sections.len(), document.areas.len());
    findings.require(sections + areas > 0, || "sections".into(), "a map needs at least one section or area");
    findings.require(
        sections <= MAX_SECTIONS,
        || "sections".into(),
        format!("at most {MAX_SECTIONS} sections"),
    );
    findings.require(areas <= MAX_AREAS, || "areas".into(), format!("at most {MAX_AREAS} areas"));
    findings.require(
        document.landmarks.len() <= MAX_LANDMARKS,
        || "landmarks".into(),
        format!("at most {MAX_LANDMARKS} landmarks"),
    );
    let seats: u64 = document.sections.iter().map(count_seats).sum();
    findings.require(
        seats <= u64::from(MAX_SEATS),
        || "sections".into(),
        format!("{seats} seats; at most {MAX_SEATS}"),
    );
    let capacity: u64 = document.areas.iter().map(|area| u64::from(area.capacity)).sum();
    findings.require(
        capacity <= MAX_CAPACITY,
        || "areas".into(),
        format!("places for {capacity}; at most {MAX_CAPACITY}"),
    );
}

fn count_seats(section: &Section) -> u64 {
    section.rows.iter().map(RowRange::total_seats).sum()
}

fn check_section(section: &Section, at: &str, findings: &mut Findings) {
    let rows: u32 = section.rows.iter().map(|range| u32::from(range.count)).sum();
    findings.require(
        (1..=MAX_ROWS).contains(&rows),
        || format!("{at}.rows"),
        format!("{rows} rows; from 1 to {MAX_ROWS}"),
    );
    let mut widest = 0;
    for (index, range) in section.rows.iter().enumerate() {
        let longest = range.seats_of(range.count.saturating_sub(1));
        widest = widest.max(longest);
        findings.require(range.count > 0, || format!("{at}.rows[{index}].count"), "at least 1");
        findings.require(
            range.seats > 0 && longest <= MAX_SEATS_PER_ROW,
            || format!("{at}.rows[{index}].seats"),
            format!("from 1 to {MAX_SEATS_PER_ROW} seats a row"),
        );
        findings.require(
            range.tier <= MAX_TIER,
            || format!("{at}.rows[{index}].tier"),
            format!("a tier from 0 to {MAX_TIER}"),
        );
    }
    check_placement(section, widest, at, findings);
    let rising = section.aisles.windows(2).all(|pair| pair[0] < pair[1]);
    let inside = section.aisles.iter().all(|after| *after > 0 && u32::from(*after) < widest);
    findings.require(
        rising && inside,
        || format!("{at}.aisles"),
        "rising numbers of seats from the left, inside the row",
    );
    findings.require(section.row_names.first > 0, || format!("{at}.row_names.first"), "at least 1");
    findings.require(
        (1..=2).contains(&section.seat_numbers.step),
        || format!("{at}.seat_numbers.step"),
        "1 or 2",
    );
}

fn check_placement(section: &Section, widest: u32, at: &str, findings: &mut Findings) {
    check_coordinates(&[[section.x_cm, section.y_cm]], || format!("{at}.x_cm"), findings);
    findings.require(
        (-360_000..=360_000).contains(&section.rotation_mdeg),
        || format!("{at}.rotation_mdeg"),
        "from -360000 to 360000 thousandths of a degree",
    );
    for (name, pitch) in [("seat_pitch_cm", section.seat_pitch_cm), ("row_pitch_cm", section.row_pitch_cm)] {
        findings.require((20..=1_000).contains(&pitch), || format!("{at}.{name}"), "from 20 to 1000 cm");
    }
    if let Some(radius) = section.curve_radius_cm {
        findings.require(
            (1..=MAX_COORDINATE_CM).contains(&radius),
            || format!("{at}.curve_radius_cm"),
            format!("from 1 to {MAX_COORDINATE_CM} cm"),
        );
        // Rows behind have longer circles, so the widest row on the front row's circle is the strictest case.
        findings.require(
            section.row_length_cm(widest) + f64::from(section.seat_pitch_cm) <= TAU * f64::from(radius),
            || format!("{at}.curve_radius_cm"),
            "a row would be longer than its circle",
        );
    }
}

fn check_area(area: &Area, at: &str, findings: &mut Findings) {
    findings.require(area.capacity > 0, || format!("{at}.capacity"), "at least 1");
    findings.require(area.tier <= MAX_TIER, || format!("{at}.tier"), format!("a tier from 0 to {MAX_TIER}"));
    check_shape(&area.shape, at, findings);
}

fn check_shape(shape: &Shape, at: &str, findings: &mut Findings) {
    match shape {
        Shape::Rectangle { x_cm, y_cm, width_cm, height_cm } => {
            let within = 1..=MAX_COORDINATE_CM;
            findings.require(
                within.contains(width_cm) && within.contains(height_cm),
                || format!("{at}.shape"),
                "width and height must be positive",
            );
            check_coordinates(&[[*x_cm, *y_cm]], || format!("{at}.shape"), findings);
        }
        Shape::Polygon { points_cm } => {
            findings.require(
                (3..=MAX_CORNERS).contains(&points_cm.len()),
                || format!("{at}.shape.points_cm"),
                format!("from 3 to {MAX_CORNERS} corners"),
            );
            check_coordinates(points_cm, || format!("{at}.shape.points_cm"), findings);
        }
    }
}

fn check_coordinates(points: &[[i32; 2]], field: impl FnOnce() -> String, findings: &mut Findings) {
    let within = -MAX_COORDINATE_CM..=MAX_COORDINATE_CM;
    findings.require(
        points.iter().flatten().all(|coordinate| within.contains(coordinate)),
        field,
        format!("coordinates from -{MAX_COORDINATE_CM} to {MAX_COORDINATE_CM} cm"),
    );
}

const NAME_RULE: &str = "1 to 100 characters, not blank at either end";

fn check_name<'a>(name: &'a str, at: &str, names: &mut HashSet<&'a str>, findings: &mut Findings) {
    findings.require(is_name(name), || format!("{at}.name"), NAME_RULE);
    findings.require(names.insert(name), || format!("{at}.name"), format!("{name:?} is there already"));
}

fn is_name(name: &str) -> bool {
    (1..=100).contains(&name.chars().count()) && name.trim() == name && !name.chars().any(char::is_control)
}
