//! Tables: one seat or standing area a line.

use super::{Export, kind_word};
use crate::{Area, Shape};

const SEATS: [&str; 8] = ["section", "row", "seat", "x", "y", "tier", "kind", "id"];
const AREAS: [&str; 4] = ["capacity", "width", "height", "outline"];

/// The map as a table `section,row,seat,x,y,tier,kind,id`, in centimetres, and with `capacity,width,height,outline` where
/// there are standing areas: each is a line after the seats.
///
/// # Errors
/// None that a map could be the reason of; those of the library.
pub fn csv(export: &Export<'_>) -> Result<String, ::csv::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    let areas = export.map.areas();
    let more = if areas.is_empty() { 0 } else { AREAS.len() };
    writer.write_record(SEATS.iter().chain(&AREAS[..more]))?;
    for index in 0..export.map.seat_count() {
        let Some(seat) = export.map.seat(index) else { continue };
        let [x, y] = export.position(index).map(|part| part.to_string());
        let tier = export.tier_name(seat.tier);
        let (kind, id) = (kind_word(seat.kind), export.identity(index));
        let fields = [seat.section, &seat.row, &seat.number, &x, &y, &tier, kind, id];
        writer.write_record(fields.iter().chain(&[""; AREAS.len()][..more]))?;
    }
    for area in areas {
        writer.write_record(area_fields(area, &export.tier_name(area.tier)))?;
    }
    let bytes = writer.into_inner().map_err(|error| ::csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn area_fields(area: &Area, tier: &str) -> [String; SEATS.len() + AREAS.len()] {
    let none = String::new;
    let [x, y, width, height, outline] = match &area.shape {
        Shape::Rectangle { x_cm, y_cm, width_cm, height_cm } => {
            [x_cm.to_string(), y_cm.to_string(), width_cm.to_string(), height_cm.to_string(), none()]
        }
        Shape::Polygon { points_cm } => {
            let corners: Vec<_> = points_cm.iter().map(|[x, y]| format!("{x},{y}")).collect();
            [none(), none(), none(), none(), corners.join(" ")]
        }
    };
    let capacity = area.capacity.to_string();
    [
        area.name.clone(),
        none(),
        none(),
        x,
        y,
        tier.to_owned(),
        none(),
        none(),
        capacity,
        width,
        height,
        outline,
    ]
}
