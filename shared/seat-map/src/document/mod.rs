//! The geometry document: what an organiser sends, what is stored, and what a browser draws from.
//!
//! Where it can it describes rows, not seats, so that an arena of 20,000 seats takes a few kilobytes; seats that
//! follow no rule lie where a drawing has them. Lengths are whole centimetres and angles thousandths of a degree,
//! because whole numbers have one canonical text. The page's x grows to the right and its y downwards.

mod placed;
mod rows;

pub use placed::{Mark, PlacedRow, SeatKind};
pub use rows::{RowEnd, RowNameStyle, RowNames, RowRange, SeatNumbers};
use serde::{Deserialize, Serialize};

use crate::TierIndex;

/// A seat map. The order of sections and rows decides the index of each seat, so a changed order is another map.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatMapDocument {
    /// Numbered seats, section by section.
    #[serde(default)]
    pub sections: Vec<Section>,
    /// Standing areas.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<Area>,
    /// What is drawn but not sold: the stage, the field, a bar.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub landmarks: Vec<Landmark>,
    /// A drawing below the seats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<Background>,
    /// Names the file (SHA-256, hex) with the ids that the seats had where they came from: a JSON array of texts by
    /// seat index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identities: Option<String>,
}

/// A block of seats: rows made by a rule (`rows`), straight or curved, or seats that lie where a drawing has them
/// (`placed`); one of the two.
///
/// Of rows made by a rule, unrotated, row 0 is the front row, the stage lies above it on the page, and the rows
/// behind follow downwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Unique in its map, e.g. "Stalls" or "Block 104".
    pub name: String,
    /// Middle of the front row; of placed rows the point that they are relative to.
    pub x_cm: i32,
    /// Middle of the front row; of placed rows the point that they are relative to.
    pub y_cm: i32,
    /// Turns the section clockwise around the middle of its front row.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rotation_mdeg: i32,
    /// Radius of the front row's circle, whose centre lies before the row; none: straight rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve_radius_cm: Option<i32>,
    /// From seat to seat along a row.
    #[serde(default = "seat_pitch_cm", skip_serializing_if = "is_seat_pitch_cm")]
    pub seat_pitch_cm: i32,
    /// From row to row.
    #[serde(default = "row_pitch_cm", skip_serializing_if = "is_row_pitch_cm")]
    pub row_pitch_cm: i32,
    /// The rows, from the front.
    #[serde(default)]
    #[schema(required = true)]
    pub rows: Vec<RowRange>,
    /// Rows of seats that lie where a drawing has them, from the front.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placed: Vec<PlacedRow>,
    /// After how many seats from the left each aisle runs, rising.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aisles: Vec<u16>,
    /// What the rows are called.
    #[serde(default, skip_serializing_if = "is_default")]
    pub row_names: RowNames,
    /// How seats are numbered along a row.
    #[serde(default, skip_serializing_if = "is_default")]
    pub seat_numbers: SeatNumbers,
    /// Seats that differ from their row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
    /// Of the best available seats, those of a section with a lower rank come first, however far; sections without
    /// one come last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u16>,
    /// Names a picture (SHA-256, hex) of the view from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
}

/// Standing places that are sold by count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Unique in its map.
    pub name: String,
    /// How many may stand there.
    pub capacity: u32,
    /// Price tier.
    pub tier: TierIndex,
    /// Where it lies.
    pub shape: Shape,
}

/// Something that is drawn but not sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Landmark {
    /// What it says on the map.
    pub name: String,
    /// Where it lies.
    pub shape: Shape,
}

/// A drawing without script and without seats, shown below them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Background {
    /// Names the file: SHA-256, hex.
    pub file: String,
    /// Left edge.
    pub x_cm: i32,
    /// Upper edge.
    pub y_cm: i32,
    /// From left to right.
    pub width_cm: i32,
    /// From top to bottom.
    pub height_cm: i32,
}

/// An outline on the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Shape {
    /// Upright on the page.
    Rectangle {
        /// Left edge.
        x_cm: i32,
        /// Upper edge.
        y_cm: i32,
        /// From left to right.
        width_cm: i32,
        /// From top to bottom.
        height_cm: i32,
    },
    /// Any outline, closed by itself.
    Polygon {
        /// The corners as `[x_cm, y_cm]`.
        points_cm: Vec<[i32; 2]>,
    },
}

impl Default for Section {
    fn default() -> Self {
        Self {
            name: String::new(),
            x_cm: 0,
            y_cm: 0,
            rotation_mdeg: 0,
            curve_radius_cm: None,
            seat_pitch_cm: seat_pitch_cm(),
            row_pitch_cm: row_pitch_cm(),
            rows: Vec::new(),
            placed: Vec::new(),
            aisles: Vec::new(),
            row_names: RowNames::default(),
            seat_numbers: SeatNumbers::default(),
            marks: Vec::new(),
            rank: None,
            view: None,
        }
    }
}

impl Section {
    /// How many seats it has; a closed form, so that an absurd document costs nothing.
    #[must_use]
    pub fn total_seats(&self) -> u64 {
        let by_rule: u64 = self.rows.iter().map(RowRange::total_seats).sum();
        by_rule + self.placed.iter().map(|row| row.x_cm.len() as u64).sum::<u64>()
    }
}

/// The customary distance from seat to seat.
fn seat_pitch_cm() -> i32 {
    55
}

/// The customary distance from row to row.
fn row_pitch_cm() -> i32 {
    90
}

fn is_zero(value: &i32) -> bool {
    *value == 0
}

fn is_seat_pitch_cm(value: &i32) -> bool {
    *value == seat_pitch_cm()
}

fn is_row_pitch_cm(value: &i32) -> bool {
    *value == row_pitch_cm()
}

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
