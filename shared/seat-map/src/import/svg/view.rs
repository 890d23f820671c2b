//! The page of a drawing: its view box, and places on it.

use std::fmt::Write as _;

use roxmltree::Document;
use svgtypes::LengthUnit;
use usvg::Rect;

use super::{
    guard::Lines,
    numbers::{attribute, length},
};
use crate::import::Report;

/// The view box of a drawing that has none, while its elements are looked for.
const NO_VIEW_BOX: [f64; 4] = [0.0, 0.0, 1_000.0, 1_000.0];
/// Most corners of an outline, as a document may have it.
const MAX_CORNERS: usize = 500;
/// Widest and highest view box.
const MAX_EXTENT: f64 = 1e7;

/// A drawing's page in its own units.
pub(super) struct Page {
    /// Left, upper edge, width, height.
    pub(super) view_box: Option<[f64; 4]>,
    /// What one of its units is, if it says so.
    pub(super) scale_cm: Option<f64>,
}

impl Page {
    pub(super) fn of(xml: &Document<'_>, lines: &Lines, report: &mut Report) -> Self {
        let root = xml.root_element();
        let declared = root.attribute("viewBox").map(|value| {
            let numbers: Vec<f64> = value
                .split(|letter: char| letter.is_ascii_whitespace() || letter == ',')
                .filter(|part| !part.is_empty())
                .map(|part| part.parse().unwrap_or(f64::NAN))
                .collect();
            <[f64; 4]>::try_from(numbers).unwrap_or([f64::NAN; 4])
        });
        let by_size = || {
            let size = |name: &str| root.attribute(name).and_then(length).and_then(|length| pixels(&length));
            Some([0.0, 0.0, size("width")?, size("height")?])
        };
        let view_box = declared.or_else(by_size);
        let is_page = |[x, y, width, height]: [f64; 4]| {
            let within = |extent: f64| extent > 0.0 && extent <= MAX_EXTENT;
            x.abs() <= MAX_EXTENT && y.abs() <= MAX_EXTENT && within(width) && within(height)
        };
        if !view_box.is_none_or(is_page) {
            report.error("view-box", &lines.origin(root), "the drawing's view box or size is no area");
        }
        let scale_cm = root.attribute("data-scale-cm").and_then(|scale| scale.trim().parse().ok());
        Self { view_box, scale_cm }
    }

    /// A drawing of this page with other content.
    pub(super) fn wrap(&self, content: &str) -> String {
        let [x, y, width, height] = self.view_box.unwrap_or(NO_VIEW_BOX);
        let mut svg = String::with_capacity(content.len() + 200);
        svg.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\"");
        attribute(&mut svg, "width", &width.to_string());
        attribute(&mut svg, "height", &height.to_string());
        attribute(&mut svg, "viewBox", &format!("{x} {y} {width} {height}"));
        let _ = write!(svg, ">{content}</svg>");
        svg
    }

    /// From the library's page, whose corner is at 0, 0.
    pub(super) fn point(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [left, top, ..] = self.view_box.unwrap_or(NO_VIEW_BOX);
        [x + left, y + top]
    }

    pub(super) fn centre(&self, seat: Rect) -> [f64; 2] {
        let middle = |from: f32, to: f32| (f64::from(from) + f64::from(to)) / 2.0;
        self.point([middle(seat.left(), seat.right()), middle(seat.top(), seat.bottom())])
    }

    /// The middle of the page; without one of the seats.
    pub(super) fn middle(&self, seats: &[[f64; 2]]) -> [f64; 2] {
        if let Some([x, y, width, height]) = self.view_box {
            return [x + width / 2.0, y + height / 2.0];
        }
        let middle = |part: usize| {
            let values = || seats.iter().map(|seat| seat[part]);
            let (least, most) = (values().fold(f64::MAX, f64::min), values().fold(f64::MIN, f64::max));
            if seats.is_empty() { 0.0 } else { least.midpoint(most) }
        };
        [middle(0), middle(1)]
    }

    pub(super) fn contains(&self, [x, y]: [f64; 2]) -> bool {
        self.view_box.is_none_or(|[left, top, width, height]| {
            (left..=left + width).contains(&x) && (top..=top + height).contains(&y)
        })
    }
}

/// CSS pixels; none for shares of a page that is not known.
pub(super) fn pixels(length: &svgtypes::Length) -> Option<f64> {
    let inches = match length.unit {
        LengthUnit::None | LengthUnit::Px => return Some(length.number),
        LengthUnit::In => 1.0,
        LengthUnit::Cm => 1.0 / 2.54,
        LengthUnit::Mm => 1.0 / 25.4,
        LengthUnit::Pt => 1.0 / 72.0,
        LengthUnit::Pc => 1.0 / 6.0,
        LengthUnit::Em | LengthUnit::Ex | LengthUnit::Percent => return None,
    };
    Some(length.number * inches * 96.0)
}

/// Whole centimetres; what is beyond any page stays beyond it.
#[expect(clippy::cast_possible_truncation, reason = "casts saturate, and the document is checked")]
pub(super) fn rounded(cm: f64) -> i32 {
    cm.round() as i32
}

/// An outline in whole centimetres of not too many corners; none when it has no area.
pub(super) fn polygon(points: impl Iterator<Item = [f64; 2]>) -> Option<Vec<[i32; 2]>> {
    let mut corners: Vec<[i32; 2]> = points.map(|point| point.map(rounded)).collect();
    corners.dedup();
    if corners.len() > 1 && corners.first() == corners.last() {
        corners.pop();
    }
    let every = corners.len().div_ceil(MAX_CORNERS).max(1);
    let corners: Vec<_> = corners.into_iter().step_by(every).collect();
    (corners.len() >= 3).then_some(corners)
}
