//! What a seating plan draws beside its seats: those shapes that say what they are become landmarks.

use std::f64::consts::TAU;

use serde::Deserialize;

use super::Position;
use crate::{
    Landmark, Shape,
    import::{Origin, Report},
};

/// Most landmarks, as a document may have them.
const MAX_LANDMARKS: usize = 100;
/// Longest name of one.
const MAX_NAME: usize = 100;
/// Corners that a circle is drawn with.
const CIRCLE_CORNERS: u8 = 24;
/// What a seat map looks at, if a shape is called so.
const STAGES: [&str; 8] = ["stage", "bühne", "scène", "scene", "podium", "field", "spielfeld", "pitch"];

#[derive(Deserialize)]
pub(super) struct PlanArea {
    #[serde(default)]
    shape: Option<String>,
    #[serde(default)]
    position: Position,
    #[serde(default)]
    rotation: f64,
    polygon: Option<Polygon>,
    rectangle: Option<Rectangle>,
    ellipse: Option<Ellipse>,
    circle: Option<Circle>,
    text: Option<Text>,
}

#[derive(Deserialize)]
struct Polygon {
    points: Vec<Position>,
}

#[derive(Deserialize)]
struct Rectangle {
    width: f64,
    height: f64,
}

#[derive(Deserialize)]
struct Ellipse {
    radius: Position,
}

#[derive(Deserialize)]
struct Circle {
    radius: f64,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    #[serde(default)]
    size: Option<f64>,
}

/// The landmarks found so far.
#[derive(Default)]
pub(super) struct Shapes {
    landmarks: Vec<Landmark>,
    left_out: usize,
}

impl Shapes {
    pub(super) fn add(
        &mut self,
        zone: Position,
        areas: &[PlanArea],
        path: &str,
        to_cm: &impl Fn(Position) -> [f64; 2],
        report: &mut Report,
    ) {
        for (area, index) in areas.iter().zip(0_usize..) {
            let name = area.text.as_ref().map(|text| text.text.trim()).unwrap_or_default();
            let is_name = !name.is_empty() && !name.chars().any(char::is_control);
            if !is_name || name.chars().count() > MAX_NAME || self.landmarks.len() >= MAX_LANDMARKS {
                self.left_out += 1;
                continue;
            }
            let points_cm = outline(area).into_iter().map(|point| {
                let [x, y] = to_cm(zone.plus(area.position).plus(point));
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "casts saturate, and the document is checked"
                )]
                [x.round() as i32, y.round() as i32]
            });
            let points_cm: Vec<_> = points_cm.take(500).collect();
            if points_cm.len() < 3 {
                let origin = Origin { element: format!("{path}.areas[{index}]"), ..Origin::file() };
                report.warn("no-outline", &origin, format!("{name:?} has no outline and was left out"));
                continue;
            }
            self.landmarks.push(Landmark { name: name.to_owned(), shape: Shape::Polygon { points_cm } });
        }
    }

    /// What everybody looks at comes first.
    pub(super) fn into_landmarks(mut self, report: &mut Report) -> Vec<Landmark> {
        if self.left_out > 0 {
            let message = format!("{} shapes that say nothing were left out", self.left_out);
            report.warn("left-out", &Origin::file(), message);
        }
        self.landmarks.sort_by_key(|landmark| !STAGES.contains(&landmark.name.to_lowercase().as_str()));
        self.landmarks
    }
}

/// The corners relative to the shape's position, turned.
fn outline(area: &PlanArea) -> Vec<Position> {
    let circle = |x: f64, y: f64| {
        let angles = (0..CIRCLE_CORNERS).map(|corner| f64::from(corner) / f64::from(CIRCLE_CORNERS) * TAU);
        angles.map(|angle| Position { x: x * angle.cos(), y: y * angle.sin() }).collect()
    };
    let rectangle = |width: f64, height: f64| {
        [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)].map(|(x, y)| Position { x, y }).to_vec()
    };
    let corners: Vec<Position> = match area.shape.as_deref() {
        Some("polygon") => area.polygon.as_ref().map(|polygon| polygon.points.clone()).unwrap_or_default(),
        Some("rectangle") => {
            area.rectangle.as_ref().map(|own| rectangle(own.width, own.height)).unwrap_or_default()
        }
        Some("ellipse") => {
            area.ellipse.as_ref().map(|own| circle(own.radius.x, own.radius.y)).unwrap_or_default()
        }
        Some("circle") => area.circle.as_ref().map(|own| circle(own.radius, own.radius)).unwrap_or_default(),
        _ => area
            .text
            .as_ref()
            .map(|text| {
                let height = text.size.unwrap_or(16.0);
                let letters = u16::try_from(text.text.chars().count()).unwrap_or(u16::MAX);
                rectangle(height * 0.6 * f64::from(letters), height)
            })
            .unwrap_or_default(),
    };
    let (sin, cos) = area.rotation.to_radians().sin_cos();
    let turned = |Position { x, y }: Position| Position { x: x * cos - y * sin, y: x * sin + y * cos };
    corners.into_iter().map(turned).collect()
}
