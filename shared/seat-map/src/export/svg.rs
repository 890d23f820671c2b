//! Drawings whose elements say which seats they are.

use std::fmt::Write as _;

use super::{Export, kind_word};
use crate::{Shape, import::escaped};

/// Radius of a seat, cm.
const RADIUS_CM: f64 = 20.0;
/// Around everything, cm.
const MARGIN_CM: f64 = 100.0;

/// The map as a drawing in centimetres, one circle a seat.
#[must_use]
pub fn svg(export: &Export<'_>) -> String {
    let document = export.map.document();
    let [left, top, right, bottom] = extent(export);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" data-scale-cm=\"1\" viewBox=\"{left} {top} {} {}\">",
        right - left,
        bottom - top
    );
    for (index, landmark) in document.landmarks.iter().enumerate() {
        let stage = if index == 0 { " data-stage=\"\"" } else { "" };
        let name = escaped(&landmark.name);
        let _ = writeln!(
            out,
            "<polygon{stage} data-name=\"{name}\" fill=\"#ddd\" points=\"{}\"/>",
            points(&landmark.shape)
        );
    }
    for area in &document.areas {
        let (name, tier) = (escaped(&area.name), escaped(&export.tier_name(area.tier)));
        let _ = writeln!(
            out,
            "<polygon data-area=\"{name}\" data-capacity=\"{}\" data-tier=\"{tier}\" fill=\"#cde\" points=\"{}\"/>",
            area.capacity,
            points(&area.shape)
        );
    }
    for row in export.map.rows() {
        let (section, name) = (escaped(&export.map.section_of(row).name), escaped(&export.map.row_name(row)));
        let _ = writeln!(out, "<g data-section=\"{section}\" data-row=\"{name}\">");
        for index in row.seats() {
            let Some(seat) = export.map.seat(index) else { continue };
            let [x, y] = export.position(index);
            let (number, tier) = (escaped(&seat.number), escaped(&export.tier_name(seat.tier)));
            let _ = write!(
                out,
                "<circle cx=\"{x}\" cy=\"{y}\" r=\"{RADIUS_CM}\" data-seat=\"{number}\" data-tier=\"{tier}\""
            );
            let (kind, id) = (kind_word(seat.kind), export.identity(index));
            if !kind.is_empty() {
                let _ = write!(out, " data-kind=\"{kind}\"");
            }
            if !id.is_empty() {
                let _ = write!(out, " data-id=\"{}\"", escaped(id));
            }
            out.push_str("/>\n");
        }
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

fn points(shape: &Shape) -> String {
    shape.corners_cm().iter().map(|[x, y]| format!("{x},{y}")).collect::<Vec<_>>().join(" ")
}

/// Left, top, right, bottom; around the origin evenly, so that it stays where it is.
fn extent(export: &Export<'_>) -> [f64; 4] {
    let document = export.map.document();
    let shapes = document.landmarks.iter().map(|landmark| &landmark.shape);
    let shapes = shapes.chain(document.areas.iter().map(|area| &area.shape));
    let corners = shapes.flat_map(Shape::corners_cm).map(|corner| corner.map(f64::from));
    let seats = (0..export.map.seat_count()).map(|seat| export.position(seat));
    let far =
        corners.chain(seats).fold([0.0_f64; 2], |far, at| [far[0].max(at[0].abs()), far[1].max(at[1].abs())]);
    let [x, y] = far.map(|cm| cm + MARGIN_CM);
    [-x, -y, x, y]
}
