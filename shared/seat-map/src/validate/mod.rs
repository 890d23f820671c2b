//! What a geometry document must keep to. Every error names its field.

mod placed;

use std::{collections::HashSet, f64::consts::TAU};

use crate::{
    MAX_SEATS, MAX_SECTIONS,
    document::{Area, Background, RowEnd, SeatMapDocument, SeatNumbers, Section, Shape},
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
struct Faults(Vec<SeatMapError>);

impl Faults {
    fn require(&mut self, holds: bool, field: impl FnOnce() -> String, message: impl Into<String>) {
        if !holds && self.0.len() < MAX_ERRORS {
            self.0.push(SeatMapError { field: field(), message: message.into() });
        }
    }
}

/// Checks everything that can be wrong in a document.
pub(crate) fn validate(document: &SeatMapDocument) -> Result<(), SeatMapErrors> {
    let mut faults = Faults::default();
    check_counts(document, &mut faults);
    let mut names = HashSet::new();
    for (index, section) in document.sections.iter().enumerate().take(MAX_SECTIONS) {
        let at = format!("sections[{index}]");
        check_name(&section.name, &at, &mut names, &mut faults);
        check_section(section, &at, &mut faults);
    }
    for (index, area) in document.areas.iter().enumerate().take(MAX_AREAS) {
        let at = format!("areas[{index}]");
        check_name(&area.name, &at, &mut names, &mut faults);
        check_area(area, &at, &mut faults);
    }
    if let Some(background) = &document.background {
        check_background(background, &mut faults);
    }
    check_file(document.identities.as_deref(), || "identities".into(), &mut faults);
    for (index, landmark) in document.landmarks.iter().enumerate().take(MAX_LANDMARKS) {
        let at = format!("landmarks[{index}]");
        faults.require(is_name(&landmark.name), || format!("{at}.name"), NAME_RULE);
        check_shape(&landmark.shape, &at, &mut faults);
    }
    if faults.0.is_empty() { Ok(()) } else { Err(SeatMapErrors(faults.0)) }
}

fn check_counts(document: &SeatMapDocument, faults: &mut Faults) {
    let (sections, areas) = (document.sections.len(), document.areas.len());
    faults.require(sections + areas > 0, || "sections".into(), "a map needs at least one section or area");
    faults.require(
        sections <= MAX_SECTIONS,
        || "sections".into(),
        format!("at most {MAX_SECTIONS} sections"),
    );
    faults.require(areas <= MAX_AREAS, || "areas".into(), format!("at most {MAX_AREAS} areas"));
    faults.require(
        document.landmarks.len() <= MAX_LANDMARKS,
        || "landmarks".into(),
        format!("at most {MAX_LANDMARKS} landmarks"),
    );
    let seats: u64 = document.sections.iter().map(Section::total_seats).sum();
    faults.require(
        seats <= u64::from(MAX_SEATS),
        || "sections".into(),
        format!("{seats} seats; at most {MAX_SEATS}"),
    );
    let capacity: u64 = document.areas.iter().map(|area| u64::from(area.capacity)).sum();
    faults.require(
        capacity <= MAX_CAPACITY,
        || "areas".into(),
        format!("places for {capacity}; at most {MAX_CAPACITY}"),
    );
}

fn check_section(section: &Section, at: &str, faults: &mut Faults) {
    match (section.rows.is_empty(), section.placed.is_empty()) {
        (false, true) => check_ranges(section, at, faults),
        (true, false) => placed::check_placed(section, at, faults),
        (true, true) => {
            faults.require(false, || format!("{at}.rows"), format!("0 rows; from 1 to {MAX_ROWS}"));
        }
        (false, false) => {
            faults.require(false, || format!("{at}.placed"), "a section has either rows or placed rows");
        }
    }
    placed::check_marks(section, at, faults);
    check_file(section.view.as_deref(), || format!("{at}.view"), faults);
}

fn check_ranges(section: &Section, at: &str, faults: &mut Faults) {
    let rows: u32 = section.rows.iter().map(|range| u32::from(range.count)).sum();
    faults.require(
        (1..=MAX_ROWS).contains(&rows),
        || format!("{at}.rows"),
        format!("{rows} rows; from 1 to {MAX_ROWS}"),
    );
    let mut widest = 0;
    for (index, range) in section.rows.iter().enumerate() {
        let longest = range.seats_of(range.count.saturating_sub(1));
        widest = widest.max(longest);
        faults.require(range.count > 0, || format!("{at}.rows[{index}].count"), "at least 1");
        faults.require(
            range.seats > 0 && longest <= MAX_SEATS_PER_ROW,
            || format!("{at}.rows[{index}].seats"),
            format!("from 1 to {MAX_SEATS_PER_ROW} seats a row"),
        );
        check_tier(range.tier, || format!("{at}.rows[{index}].tier"), faults);
    }
    check_placement(section, widest, at, faults);
    check_aisles(&section.aisles, widest, || format!("{at}.aisles"), faults);
    faults.require(section.row_names.first > 0, || format!("{at}.row_names.first"), "at least 1");
    check_numbers(section.seat_numbers, || format!("{at}.seat_numbers.step"), faults);
}

fn check_aisles(aisles: &[u16], seats: u32, field: impl FnOnce() -> String, faults: &mut Faults) {
    let rising = aisles.windows(2).all(|pair| pair[0] < pair[1]);
    let inside = aisles.iter().all(|after| *after > 0 && u32::from(*after) < seats);
    faults.require(rising && inside, field, "rising numbers of seats from the left, inside the row");
}

fn check_numbers(numbers: SeatNumbers, field: impl FnOnce() -> String, faults: &mut Faults) {
    match numbers.from {
        RowEnd::Aisle => faults.require(numbers.step == 2, field, "2 when counted from the aisle"),
        RowEnd::Left | RowEnd::Right => faults.require((1..=2).contains(&numbers.step), field, "1 or 2"),
    }
}

fn check_tier(tier: u16, field: impl FnOnce() -> String, faults: &mut Faults) {
    faults.require(tier <= MAX_TIER, field, format!("a tier from 0 to {MAX_TIER}"));
}

fn check_file(hash: Option<&str>, field: impl FnOnce() -> String, faults: &mut Faults) {
    let is_hash =
        |hash: &str| hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    faults.require(hash.is_none_or(is_hash), field, "the SHA-256 of a file as 64 lower-case hex digits");
}

fn check_background(background: &Background, faults: &mut Faults) {
    let Background { file, x_cm, y_cm, width_cm, height_cm } = background;
    check_file(Some(file), || "background.file".into(), faults);
    check_coordinates(&[[*x_cm, *y_cm]], || "background.x_cm".into(), faults);
    let within = 1..=2 * MAX_COORDINATE_CM;
    faults.require(
        within.contains(width_cm) && within.contains(height_cm),
        || "background.width_cm".into(),
        "width and height must be positive",
    );
}

fn check_placement(section: &Section, widest: u32, at: &str, faults: &mut Faults) {
    check_coordinates(&[[section.x_cm, section.y_cm]], || format!("{at}.x_cm"), faults);
    faults.require(
        (-360_000..=360_000).contains(&section.rotation_mdeg),
        || format!("{at}.rotation_mdeg"),
        "from -360000 to 360000 thousandths of a degree",
    );
    check_pitches(section, at, faults);
    if let Some(radius) = section.curve_radius_cm {
        faults.require(
            (1..=MAX_COORDINATE_CM).contains(&radius),
            || format!("{at}.curve_radius_cm"),
            format!("from 1 to {MAX_COORDINATE_CM} cm"),
        );
        // Rows behind have longer circles, so the widest row on the front row's circle is the strictest case.
        faults.require(
            section.row_length_cm(widest) + f64::from(section.seat_pitch_cm) <= TAU * f64::from(radius),
            || format!("{at}.curve_radius_cm"),
            "a row would be longer than its circle",
        );
    }
}

fn check_pitches(section: &Section, at: &str, faults: &mut Faults) {
    for (name, pitch) in [("seat_pitch_cm", section.seat_pitch_cm), ("row_pitch_cm", section.row_pitch_cm)] {
        faults.require((20..=1_000).contains(&pitch), || format!("{at}.{name}"), "from 20 to 1000 cm");
    }
}

fn check_area(area: &Area, at: &str, faults: &mut Faults) {
    faults.require(area.capacity > 0, || format!("{at}.capacity"), "at least 1");
    check_tier(area.tier, || format!("{at}.tier"), faults);
    check_shape(&area.shape, at, faults);
}

fn check_shape(shape: &Shape, at: &str, faults: &mut Faults) {
    match shape {
        Shape::Rectangle { x_cm, y_cm, width_cm, height_cm } => {
            let within = 1..=MAX_COORDINATE_CM;
            faults.require(
                within.contains(width_cm) && within.contains(height_cm),
                || format!("{at}.shape"),
                "width and height must be positive",
            );
            check_coordinates(&[[*x_cm, *y_cm]], || format!("{at}.shape"), faults);
        }
        Shape::Polygon { points_cm } => {
            faults.require(
                (3..=MAX_CORNERS).contains(&points_cm.len()),
                || format!("{at}.shape.points_cm"),
                format!("from 3 to {MAX_CORNERS} corners"),
            );
            check_coordinates(points_cm, || format!("{at}.shape.points_cm"), faults);
        }
    }
}

fn check_coordinates(points: &[[i32; 2]], field: impl FnOnce() -> String, faults: &mut Faults) {
    let within = -MAX_COORDINATE_CM..=MAX_COORDINATE_CM;
    faults.require(
        points.iter().flatten().all(|coordinate| within.contains(coordinate)),
        field,
        format!("coordinates from -{MAX_COORDINATE_CM} to {MAX_COORDINATE_CM} cm"),
    );
}

const NAME_RULE: &str = "1 to 100 characters, not blank at either end";

fn check_name<'a>(name: &'a str, at: &str, names: &mut HashSet<&'a str>, faults: &mut Faults) {
    faults.require(is_name(name), || format!("{at}.name"), NAME_RULE);
    faults.require(names.insert(name), || format!("{at}.name"), format!("{name:?} is there already"));
}

fn is_name(name: &str) -> bool {
    is_text(name, 100)
}

fn is_text(name: &str, longest: usize) -> bool {
    (1..=longest).contains(&name.chars().count())
        && name.trim() == name
        && !name.chars().any(char::is_control)
}
