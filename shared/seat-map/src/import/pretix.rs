//! Seating plans as pretix has them: zones of rows of seats, each placed relative to what holds it, in pixels.

mod shapes;

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use self::shapes::Shapes;
use super::{
    Findings, Import, MAX_FILE_BYTES, Origin, Report,
    arrange::{Arranged, Arrangement, DrawnSeat, arrange, median_neighbour_distance},
    finish,
};
use crate::SeatMapDocument;

/// What a pixel of a plan usually is: seats are drawn 25 pixels apart.
pub(crate) const PIXEL_CM: f64 = 2.2;
/// From so many seats on the scale is read off the distance between neighbours.
const TELLING_SEATS: usize = 10;
/// Seats closer or farther than this were drawn to another scale, cm.
const USUAL_PITCHES_CM: std::ops::RangeInclusive<f64> = 25.0..=250.0;
/// What their distance then is taken for.
const SEAT_PITCH_CM: f64 = 55.0;

#[derive(Deserialize)]
struct Plan {
    #[serde(default)]
    categories: Vec<Category>,
    zones: Vec<Zone>,
    size: Size,
}

#[derive(Deserialize)]
struct Category {
    name: String,
}

#[derive(Deserialize)]
struct Size {
    width: f64,
    height: f64,
}

#[derive(Deserialize)]
struct Zone {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    zone_id: Option<String>,
    position: Position,
    rows: Vec<Row>,
    #[serde(default)]
    areas: Vec<shapes::PlanArea>,
}

#[derive(Deserialize)]
struct Row {
    row_number: String,
    #[serde(default)]
    position: Position,
    seats: Vec<Seat>,
}

#[derive(Deserialize)]
struct Seat {
    seat_guid: String,
    seat_number: String,
    position: Position,
    category: String,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
struct Position {
    x: f64,
    y: f64,
}

impl Position {
    fn plus(self, other: Self) -> Self {
        Self { x: self.x + other.x, y: self.y + other.y }
    }
}

/// Reads a seating plan; `scale_cm` is what a pixel is, if known. The seats' GUIDs are their identities.
///
/// # Errors
/// Everything that is wrong in it, with its path.
pub fn pretix(text: &str, scale_cm: Option<f64>) -> Result<Import, Findings> {
    let mut report = Report::default();
    match read(text, scale_cm, &mut report) {
        Some(import) if !report.has_errors() => finish(import, report),
        _ => Err(report.refuse()),
    }
}

fn read(text: &str, scale_cm: Option<f64>, report: &mut Report) -> Option<Import> {
    if text.len() > MAX_FILE_BYTES {
        let message = format!("{} bytes; at most {MAX_FILE_BYTES}", text.len());
        report.error("too-large", &Origin::file(), message);
        return None;
    }
    let plan: Plan = match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(plan) => plan,
        Err(error) => {
            let part = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            let origin = Origin { line: part(error.line()), column: part(error.column()), ..Origin::file() };
            report.error("not-a-plan", &origin, format!("is no seating plan: {error}"));
            return None;
        }
    };
    let names = zone_names(&plan.zones);
    let mut seats = seats(&plan, &names, report);
    let at: Vec<_> = seats.iter().map(|seat| seat.at_cm).collect();
    let scale = scale_cm.unwrap_or_else(|| usual_scale(&at));
    let middle = Position { x: plan.size.width / 2.0, y: plan.size.height / 2.0 };
    if !(scale.is_finite() && scale > 0.0 && middle.x.is_finite() && middle.y.is_finite()) {
        report.error("scale", &Origin::file(), "the plan has no size, or its pixels have none");
        return None;
    }
    let to_cm = |at: Position| [(at.x - middle.x) * scale, (at.y - middle.y) * scale];
    for seat in &mut seats {
        let [x, y] = seat.at_cm;
        seat.at_cm = to_cm(Position { x, y });
    }
    let mut drawn = Shapes::default();
    for (zone, index) in plan.zones.iter().zip(0_usize..) {
        drawn.add(zone.position, &zone.areas, &format!("zones[{index}]"), &to_cm, report);
    }
    let landmarks = drawn.into_landmarks(report);
    if seats.is_empty() {
        report.error("no-seats", &Origin::file(), "the plan has no seats");
        return None;
    }
    let categories = plan.categories.into_iter().map(|category| category.name).collect();
    let Arranged { sections, identities, tiers } =
        arrange(seats, Arrangement::AsListed, categories, &[], report);
    let document = SeatMapDocument { sections, landmarks, ..SeatMapDocument::default() };
    Some(Import { document, identities, background: None, tiers: tiers.into_names(), findings: Vec::new() })
}

/// What a pixel is, by how far apart seats are; a few seats say nothing about it.
fn usual_scale(at: &[[f64; 2]]) -> f64 {
    let Some(distance) = median_neighbour_distance(at).filter(|_| at.len() >= TELLING_SEATS) else {
        return PIXEL_CM;
    };
    if USUAL_PITCHES_CM.contains(&(distance * PIXEL_CM)) { PIXEL_CM } else { SEAT_PITCH_CM / distance }
}

/// Zones need not have a name, nor one of their own.
fn zone_names(zones: &[Zone]) -> Vec<String> {
    let mut known: HashSet<String> = HashSet::new();
    let mut names = Vec::with_capacity(zones.len());
    for (zone, number) in zones.iter().zip(1..) {
        let named = [&zone.name, &zone.zone_id].into_iter().flatten().map(|name| name.trim());
        let name = named.into_iter().find(|name| !name.is_empty()).map(str::to_owned);
        let name = name.unwrap_or_else(|| format!("Zone {number}"));
        let free = std::iter::once(name.clone()).chain((2..).map(|copy| format!("{name} ({copy})")));
        let name = free.into_iter().find(|name| !known.contains(name)).unwrap_or(name);
        known.insert(name.clone());
        names.push(name);
    }
    names
}

/// The seats at their places in pixels.
fn seats(plan: &Plan, names: &[String], report: &mut Report) -> Vec<DrawnSeat> {
    let categories: HashSet<&str> = plan.categories.iter().map(|category| category.name.as_str()).collect();
    let mut guids: HashMap<&str, Origin> = HashMap::new();
    let mut seats = Vec::new();
    for ((zone, name), z) in plan.zones.iter().zip(names).zip(0_usize..) {
        for (row, r) in zone.rows.iter().zip(0_usize..) {
            for (seat, s) in row.seats.iter().zip(0_usize..) {
                let at = zone.position.plus(row.position).plus(seat.position);
                let element = format!("zones[{z}].rows[{r}].seats[{s}]");
                let origin = Origin { element, at: Some([at.x, at.y]), ..Origin::file() };
                if let Some(first) = guids.get(seat.seat_guid.as_str()) {
                    let message = format!("GUID {:?} is there already: {}", seat.seat_guid, first.element);
                    report.error("duplicate-id", &origin, message);
                } else {
                    guids.insert(&seat.seat_guid, origin.clone());
                }
                if !categories.contains(seat.category.as_str()) {
                    let message = format!("there is no category {:?}", seat.category);
                    report.warn("unknown-category", &origin, message);
                }
                let label = seat.seat_number.trim();
                if label.is_empty() {
                    report.error("missing-number", &origin, "the seat has no number");
                }
                seats.push(DrawnSeat {
                    section: name.clone(),
                    row: row.row_number.trim().to_owned(),
                    label: Some(label.to_owned()),
                    tier: seat.category.clone(),
                    kind: None,
                    at_cm: [at.x, at.y],
                    identity: seat.seat_guid.clone(),
                    origin,
                });
            }
        }
    }
    seats
}
