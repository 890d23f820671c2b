//! Tables: one seat or standing area a line.

use ::csv::{ReaderBuilder, StringRecord, Trim};

use super::{
    Findings, Import, MAX_FILE_BYTES, Origin, Report,
    arrange::{Arranged, Arrangement, DrawnSeat, arrange},
    finish, seat_kind,
};
use crate::{Area, MAX_SEATS, SeatMapDocument, Shape};

/// What columns may be called, in small letters.
const SECTION: [&str; 5] = ["section", "block", "zone", "bereich", "secteur"];
const ROW: [&str; 4] = ["row", "reihe", "rang", "rangée"];
const SEAT: [&str; 8] = ["seat", "seat_number", "number", "platz", "sitz", "nummer", "siège", "place"];
const X: [&str; 2] = ["x", "x_cm"];
const Y: [&str; 2] = ["y", "y_cm"];
const TIER: [&str; 6] = ["tier", "category", "price_category", "kategorie", "catégorie", "price"];
const KIND: [&str; 3] = ["kind", "seat_kind", "type"];
const ID: [&str; 5] = ["id", "seat_id", "guid", "seat_guid", "identity"];
const CAPACITY: [&str; 4] = ["capacity", "kapazität", "capacité", "places"];
const WIDTH: [&str; 5] = ["width", "width_cm", "breite", "largeur", "w"];
const HEIGHT: [&str; 5] = ["height", "height_cm", "höhe", "hauteur", "h"];
const OUTLINE: [&str; 4] = ["outline", "points", "umriss", "contour"];

/// Which column is which.
struct Columns {
    section: Option<usize>,
    row: Option<usize>,
    seat: Option<usize>,
    x: Option<usize>,
    y: Option<usize>,
    tier: Option<usize>,
    kind: Option<usize>,
    id: Option<usize>,
    capacity: Option<usize>,
    width: Option<usize>,
    height: Option<usize>,
    outline: Option<usize>,
}

/// What a table has.
#[derive(Default)]
struct Listed {
    seats: Vec<DrawnSeat>,
    /// Standing areas with what their tiers are called.
    areas: Vec<(Area, String)>,
}

/// Reads a table with a line of headings: `section,row,seat,x,y,tier` and, if wanted, `kind` and `id`, in any order,
/// separated by commas, semicolons or tabs. `x` grows to the right and `y` downwards, in centimetres, or in units of
/// `scale_cm` of them. A line with a `capacity` is a standing area that is called like its `section`: a rectangle from its
/// upper left corner at `x`, `y`, of `width` and `height`, or the corners of an `outline`: `0,0 900,0 900,400`.
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
    let Listed { seats, areas } =
        if report.has_errors() { Listed::default() } else { read(text, scale, &mut report) };
    if seats.is_empty() && areas.is_empty() && !report.has_errors() {
        report.error("no-seats", &Origin::file(), "the table has neither seats nor standing areas");
    }
    if report.has_errors() {
        return Err(report.refuse());
    }
    let area_tiers: Vec<_> = areas.iter().map(|(_, tier)| tier.clone()).collect();
    let Arranged { sections, identities, tiers } =
        arrange(seats, Arrangement::AsListed, Vec::new(), &area_tiers, &mut report);
    if report.has_errors() {
        return Err(report.refuse());
    }
    let areas = areas.into_iter().map(|(area, tier)| Area { tier: tiers.index_of(&tier), ..area }).collect();
    let document = SeatMapDocument { sections, areas, ..SeatMapDocument::default() };
    let import =
        Import { document, identities, background: None, tiers: tiers.into_names(), findings: Vec::new() };
    finish(import, report)
}

fn read(text: &str, scale: f64, report: &mut Report) -> Listed {
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
    let mut listed = Listed::default();
    let Some(columns) = columns else { return listed };
    for record in reader.records() {
        match record {
            Ok(record) if record.iter().all(str::is_empty) => {}
            Ok(_) if listed.seats.len() + listed.areas.len() >= MAX_SEATS as usize => {
                report.error("too-many-seats", &Origin::file(), format!("more than {MAX_SEATS} seats"));
                break;
            }
            Ok(record) => {
                let line = Line { record: &record, columns: &columns, scale };
                if line.field(columns.capacity).is_empty() {
                    listed.seats.extend(line.seat(report));
                } else {
                    listed.areas.extend(line.area(report));
                }
            }
            Err(error) => {
                let line = error.position().map_or(0, ::csv::Position::line);
                report.error("not-csv", &line_origin(line), error.to_string());
            }
        }
    }
    listed
}

fn columns(headings: &StringRecord, report: &mut Report) -> Option<Columns> {
    let names: Vec<String> =
        headings.iter().map(|name| name.to_lowercase().replace([' ', '-'], "_")).collect();
    let find = |known: &[&str]| known.iter().find_map(|known| names.iter().position(|name| name == known));
    let origin = line_origin(1);
    for name in names.iter().filter(|name| names.iter().filter(|other| other == name).count() > 1) {
        report.error("column", &origin, format!("there is more than one column {name:?}"));
    }
    let capacity = find(&CAPACITY);
    let mut needed = |known: &[&str]| {
        let column = find(known);
        // A table may have areas only.
        if column.is_none() && capacity.is_none() {
            report.error("column", &origin, format!("there is no column {:?}", known[0]));
        }
        column
    };
    let (seat, x, y) = (needed(&SEAT), needed(&X), needed(&Y));
    (capacity.is_some() || seat.is_some() && x.is_some() && y.is_some()).then(|| Columns {
        section: find(&SECTION),
        row: find(&ROW),
        seat,
        x,
        y,
        tier: find(&TIER),
        kind: find(&KIND),
        id: find(&ID),
        capacity,
        width: find(&WIDTH),
        height: find(&HEIGHT),
        outline: find(&OUTLINE),
    })
}

fn line_origin(line: u64) -> Origin {
    Origin { line: u32::try_from(line).unwrap_or(u32::MAX), ..Origin::file() }
}

/// One line that is something.
struct Line<'a> {
    record: &'a StringRecord,
    columns: &'a Columns,
    scale: f64,
}

impl<'a> Line<'a> {
    fn field(&self, column: Option<usize>) -> &'a str {
        column.and_then(|column| self.record.get(column)).unwrap_or_default()
    }

    fn origin(&self, element: &[&str]) -> Origin {
        let line = line_origin(self.record.position().map_or(0, ::csv::Position::line));
        Origin { element: element.join(" ").trim().to_owned(), ..line }
    }

    fn seat(&self, report: &mut Report) -> Option<DrawnSeat> {
        let columns = self.columns;
        let [section, row, label] = [columns.section, columns.row, columns.seat].map(|name| self.field(name));
        let mut origin = self.origin(&[section, row, label]);
        let at = [("x", columns.x), ("y", columns.y)]
            .map(|(name, column)| number(name, self.field(column), &origin, report));
        let mut fine = at.iter().all(Option::is_some);
        if label.is_empty() {
            report.error("missing-number", &origin, "the seat has no number");
            fine = false;
        }
        let word = self.field(columns.kind);
        let kind = seat_kind(word);
        if kind.is_none() && !matches!(word, "" | "seat" | "ordinary" | "normal" | "standard") {
            let message = format!("{word:?} is none of wheelchair, companion, restricted_view");
            report.error("kind", &origin, message);
            fine = false;
        }
        let at = at.map(Option::unwrap_or_default);
        origin.at = Some(at);
        let section = if section.is_empty() { "Seats" } else { section };
        fine.then(|| DrawnSeat {
            section: section.to_owned(),
            row: row.to_owned(),
            label: Some(label.to_owned()),
            tier: self.field(columns.tier).to_owned(),
            kind,
            at_cm: at.map(|part| part * self.scale),
            identity: self.field(columns.id).to_owned(),
            origin,
        })
    }

    /// A standing area, its tier not known by number yet.
    fn area(&self, report: &mut Report) -> Option<(Area, String)> {
        let columns = self.columns;
        let (name, people) = (self.field(columns.section), self.field(columns.capacity));
        let origin = self.origin(&[name]);
        let capacity = people.parse().ok().filter(|capacity| *capacity > 0);
        if capacity.is_none() {
            report.error("capacity", &origin, format!("capacity is {people:?}, not a number of people"));
        }
        if name.is_empty() {
            report.error("missing-name", &origin, "an area needs a name, in the column of the sections");
        }
        if [columns.seat, columns.row].iter().any(|column| !self.field(*column).is_empty()) {
            report.error("capacity", &origin, "an area is no seat: it has neither row nor number");
        }
        let shape = self.shape(&origin, report)?;
        let tier = self.field(columns.tier).to_owned();
        Some((Area { name: name.to_owned(), capacity: capacity?, tier: 0, shape }, tier))
    }

    fn shape(&self, origin: &Origin, report: &mut Report) -> Option<Shape> {
        let columns = self.columns;
        let outline = self.field(columns.outline);
        if outline.is_empty() {
            let sides =
                [("x", columns.x), ("y", columns.y), ("width", columns.width), ("height", columns.height)];
            let sides = sides.map(|(name, column)| number(name, self.field(column), origin, report));
            let [Some(x), Some(y), Some(width), Some(height)] = sides else { return None };
            let [x_cm, y_cm, width_cm, height_cm] = [x, y, width, height].map(|side| self.centimetres(side));
            return Some(Shape::Rectangle { x_cm, y_cm, width_cm, height_cm });
        }
        let parts = outline.split([',', ' ']).filter(|part| !part.is_empty());
        let numbers: Option<Vec<f64>> = parts.map(|part| number("outline", part, origin, report)).collect();
        let numbers = numbers?;
        if !numbers.len().is_multiple_of(2) {
            report.error("not-a-number", origin, "outline has a corner without its y");
            return None;
        }
        let corner = |corner: &[f64]| [self.centimetres(corner[0]), self.centimetres(corner[1])];
        Some(Shape::Polygon { points_cm: numbers.chunks_exact(2).map(corner).collect() })
    }

    #[expect(clippy::cast_possible_truncation, reason = "casts saturate, and the document is checked")]
    fn centimetres(&self, length: f64) -> i32 {
        (length * self.scale).round() as i32
    }
}

fn number(name: &str, text: &str, origin: &Origin, report: &mut Report) -> Option<f64> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    if number.is_none() {
        let short: String = text.chars().take(40).collect();
        report.error("not-a-number", origin, format!("{name} is {short:?}, not a number"));
    }
    number
}
