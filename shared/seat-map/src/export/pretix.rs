//! Seating plans as pretix has them.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::Export;
use crate::{Row, SeatIndex, Shape, import::PIXEL_CM};

/// Around everything, pixels.
const MARGIN: f64 = 25.0;
/// Colours of categories, by turns.
const COLOURS: [&str; 8] =
    ["#7f4a91", "#3b8ed0", "#50a167", "#d36060", "#ffb419", "#5f9cd4", "#8d5f3c", "#4c4c4c"];

/// The map as a seating plan. Each seat's GUID is its identity, else its label; landmarks and standing areas are
/// drawn, but what they hold is not sold there.
#[must_use]
pub fn pretix(export: &Export<'_>, name: &str) -> String {
    let page = Page::around(export);
    let mut guids = Guids::default();
    let mut zones: Vec<Value> = Vec::new();
    let rows = export.map.rows();
    for rows in rows.chunk_by(|a, b| a.section == b.section) {
        let name = rows.first().map(|row| export.map.section_of(row).name.as_str()).unwrap_or_default();
        let rows: Vec<_> = rows.iter().map(|row| plan_row(export, row, &page, &mut guids)).collect();
        zones.push(json!({"name": name, "position": {"x": 0, "y": 0}, "rows": rows, "areas": []}));
    }
    if zones.is_empty() {
        zones.push(json!({"name": name, "position": {"x": 0, "y": 0}, "rows": [], "areas": []}));
    }
    let document = export.map.document();
    let drawn = document.landmarks.iter().map(|landmark| (&landmark.name, &landmark.shape));
    let drawn = drawn.chain(document.areas.iter().map(|area| (&area.name, &area.shape)));
    zones[0]["areas"] = drawn.map(|(name, shape)| plan_area(name, shape, &page)).collect();
    let last = export.map.tiers().last().map_or(0, |tier| usize::from(*tier) + 1);
    let categories: Vec<_> = (0..last.max(export.tiers.len()))
        .map(|tier| {
            let name = export.tier_name(u16::try_from(tier).unwrap_or(u16::MAX));
            json!({"name": name, "color": COLOURS[tier % COLOURS.len()]})
        })
        .collect();
    let [width, height] = page.size;
    let size = json!({"width": width as i64, "height": height as i64});
    json!({"name": name, "categories": categories, "zones": zones, "size": size}).to_string()
}

/// Pixels, with the map's origin in the middle.
struct Page {
    size: [f64; 2],
}

impl Page {
    fn around(export: &Export<'_>) -> Self {
        let seats = (0..export.map.seat_count()).map(|seat| export.position(seat));
        let document = export.map.document();
        let shapes = document.landmarks.iter().map(|landmark| &landmark.shape);
        let shapes = shapes.chain(document.areas.iter().map(|area| &area.shape));
        let corners = shapes.flat_map(Shape::corners_cm).map(|corner| corner.map(f64::from));
        let farthest = seats
            .chain(corners)
            .fold([0.0_f64; 2], |far, at| [far[0].max(at[0].abs()), far[1].max(at[1].abs())]);
        Self { size: farthest.map(|cm| 2.0 * (cm / PIXEL_CM + MARGIN).ceil()) }
    }

    fn position(&self, [x, y]: [f64; 2]) -> Value {
        json!({"x": x / PIXEL_CM + self.size[0] / 2.0, "y": y / PIXEL_CM + self.size[1] / 2.0})
    }
}

/// GUIDs that were given; a plan must not have one twice.
#[derive(Default)]
struct Guids(HashSet<String>);

impl Guids {
    fn of(&mut self, export: &Export<'_>, seat: SeatIndex) -> String {
        let own = Some(export.identity(seat)).filter(|id| id.len() > 1 && id.trim() == *id);
        let label = || export.map.seat_label(seat).unwrap_or_default().replace(" · ", "-");
        let guid = own.map_or_else(label, str::to_owned);
        let others = (seat..).map(|number| format!("{guid}-{number}"));
        let free = std::iter::once(guid.clone()).chain(others).find(|guid| !self.0.contains(guid));
        let guid = free.unwrap_or(guid);
        self.0.insert(guid.clone());
        guid
    }
}

fn plan_row(export: &Export<'_>, row: &Row, page: &Page, guids: &mut Guids) -> Value {
    let seats = row.seats().filter_map(|index| {
        let seat = export.map.seat(index)?;
        Some(json!({
            "seat_guid": guids.of(export, index),
            "seat_number": seat.number,
            "position": page.position(export.position(index)),
            "category": export.tier_name(seat.tier),
        }))
    });
    let seats: Vec<_> = seats.collect();
    let name = export.map.row_name(row);
    json!({"row_number": name, "row_number_position": "both", "position": {"x": 0, "y": 0}, "seats": seats})
}

fn plan_area(name: &str, shape: &Shape, page: &Page) -> Value {
    let points: Vec<_> =
        shape.corners_cm().into_iter().map(|corner| page.position(corner.map(f64::from))).collect();
    json!({
        "shape": "polygon",
        "color": "#eeeeee",
        "border_color": "#999999",
        "rotation": 0,
        "position": {"x": 0, "y": 0},
        "polygon": {"points": points},
        "text": {"text": name, "color": "#333333", "position": {"x": 0, "y": 0}},
    })
}
