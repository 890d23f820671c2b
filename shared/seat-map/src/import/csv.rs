//! Tables: one seat a line.

use ::csv::{ReaderBuilder, StringRecord, Trim};

use super::{
    Findings, Import, MAX_FILE_BYTES, Origin, Report,
    arrange::{Arranged, Arrangement, DrawnSeat, arrange},
    finish, seat_kind,
};
use crate::{MAX_SEATS, SeatMapDocument};

/// What columns may be called, in small letters.
const SECTION: [&str; 5] = ["section", "block", "zone", "bereich", "secteur"];
const ROW: [&str; 4] = ["row", "reihe", "rang", "rangée"];
const SEAT: [&str; 8] = ["seat", "seat_number", "number", "platz", "sitz", "nummer", "siège", "place"];
const X: [&str; 2] = ["x", "x_cm"];
const Y: [&str; 2] = ["y", "y_cm"];
const TIER: [&str; 6] = ["tier", "category", "price_category", "kategorie", "catégorie", "price"];
const KIND: [&str; 3] = ["kind", "seat_kind", "type"];
const ID: [&str; 5] = ["id", "seat_id", "guid", "seat_guid", "identity"];

/// Which column is which.
struct Columns {
    section: Option<usize>,
    row: Option<usize>,
    seat: usize,
    x: usize,
    y: usize,
    tier: Option<usize>,
    kind: Option<usize>,
    id: Option<usize>,
}

/// Reads a table with a line of headings: `section,row,seat,x,y,tier` and, if wanted, `kind` and `id`, in any order,
/// separated by commas, semicolons or tabs. `x` grows to the right and `y` downwards, in centimetres, or in units of
/// `scale_cm` of them.
///
/// # Errors
/// Everything that is wrong in it, with the line.
pub fn csv(text: &str, scale_cm: Option<f64>) -> Result<Import, Findings> {
    let mut report = Report::default();
    let scale = scale_cm.unwrap_or(1.0);
    if text.len() > MAX_FILE_BYTES {
        let message = format!("{} bytes; at most {MAX_FILE_BYTES}", text.len());
        report.error("too-large", &Origin::file(), message);
    }
    if !(scale.is_finite() && (1e-6..1e6).contains(&scale)) {
        report.error("scale", &Origin::file(), format!("one unit cannot be {scale} cm"));
    }
    let seats = if report.has_errors() { Vec::new() } else { read(text, scale, &mut report) };
    if seats.is_empty() && !report.has_errors() {
        report.error("no-seats", &Origin::file(), "the table has no seats");
    }
    if report.has_errors() {
        return Err(report.refuse());
    }
    let Arranged { sections, identities, tiers } =
        arrange(seats, Arrangement::AsListed, Vec::new(), &[], &mut report);
    if report.has_errors() {
        return Err(report.refuse());
    }
    let document = SeatMapDocument { sections, ..SeatMapDocument::default() };
    let import =
        Import { document, identities, background: None, tiers: tiers.into_names(), findings: Vec::new() };
    finish(import, report)
}

fn read(text: &str, scale: f64, report: &mut Report) -> Vec<DrawnSeat> {
    let text = text.trim_start_matches('\u{feff}');
    let headings = text.lines().next().unwrap_or_default();
    let delimiter =
        [b';', b'\t', b','].into_iter().find(|byte| headings.as_bytes().contains(byte)).unwrap_or(b',');
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let columns = match reader.headers() {
        Ok(headings) => columns(headings, report),
        Err(error) => {
            report.error("not-csv", &Origin::file(), error.to_string());
            None
        }
    };
    let Some(columns) = columns else { return Vec::new() };
    let mut seats = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) if record.iter().all(str::is_empty) => {}
            Ok(_) if seats.len() >= MAX_SEATS as usize => {
                report.error("too-many-seats", &Origin::file(), format!("more than {MAX_SEATS} seats"));
                break;
            }
            Ok(record) => seats.extend(seat(&record, &columns, scale, report)),
            Err(error) => {
                let line = error.position().map_or(0, ::csv::Position::line);
                report.error("not-csv", &line_origin(line), error.to_string());
            }
        }
    }
    seats
}

fn columns(headings: &StringRecord, report: &mut Report) -> Option<Columns> {
    let names: Vec<String> =
        headings.iter().map(|name| name.to_lowercase().replace([' ', '-'], "_")).collect();
    let find = |known: &[&str]| known.iter().find_map(|known| names.iter().position(|name| name == known));
    let origin = line_origin(1);
    for name in names.iter().filter(|name| names.iter().filter(|other| other == name).count() > 1) {
        report.error("column", &origin, format!("there is more than one column {name:?}"));
    }
    let mut needed = |known: &[&str]| {
        let column = find(known);
        if column.is_none() {
            report.error("column", &origin, format!("there is no column {:?}", known[0]));
        }
        column
    };
    let (seat, x, y) = (needed(&SEAT), needed(&X), needed(&Y));
    Some(Columns {
        section: find(&SECTION),
        row: find(&ROW),
        seat: seat?,
        x: x?,
        y: y?,
        tier: find(&TIER),
        kind: find(&KIND),
        id: find(&ID),
    })
}

fn line_origin(line: u64) -> Origin {
    Origin { line: u32::try_from(line).unwrap_or(u32::MAX), ..Origin::file() }
}

fn seat(record: &StringRecord, columns: &Columns, scale: f64, report: &mut Report) -> Option<DrawnSeat> {
    let mut origin = line_origin(record.position().map_or(0, ::csv::Position::line));
    let field = |column: usize| record.get(column).unwrap_or_default();
    let optional = |column: Option<usize>| column.map(field).unwrap_or_default();
    let label = field(columns.seat);
    origin.element = [optional(columns.section), optional(columns.row), label].join(" ").trim().to_owned();
    let mut fine = true;
    let mut number = |name: &str, text: &str| {
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        if number.is_none() {
            fine = false;
            report.error("not-a-number", &origin, format!("{name} is {text:?}, not a number"));
        }
        number.unwrap_or_default()
    };
    let at = [number("x", field(columns.x)), number("y", field(columns.y))];
    if label.is_empty() {
        report.error("missing-number", &origin, "the seat has no number");
        fine = false;
    }
    let word = optional(columns.kind);
    let kind = seat_kind(word);
    if kind.is_none() && !matches!(word, "" | "seat" | "ordinary" | "normal" | "standard") {
        report.error("kind", &origin, format!("{word:?} is none of wheelchair, companion, restricted_view"));
        fine = false;
    }
    origin.at = Some(at);
    let section = Some(optional(columns.section)).filter(|name| !name.is_empty()).unwrap_or("Seats");
    fine.then(|| DrawnSeat {
        section: section.to_owned(),
        row: optional(columns.row).to_owned(),
        label: Some(label.to_owned()),
        tier: optional(columns.tier).to_owned(),
        kind,
        at_cm: at.map(|part| part * scale),
        identity: optional(columns.id).to_owned(),
        origin,
    })
}
