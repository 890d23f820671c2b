//! The geometry document: what an organiser sends, what is stored, and what a browser draws from.
//!
//! It describes rows, not seats, so that an arena of 20,000 seats takes a few kilobytes. Lengths are whole
//! centimetres and angles thousandths of a degree, because whole numbers have one canonical text. The page's x
//! grows to the right and its y downwards.

use serde::{Deserialize, Serialize};

use super::super::TierIndex;

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
}

/// A block of rows, straight or curved, that looks towards the stage.
///
/// Unrotated, row 0 is the front row, the stage lies above it on the page, and the rows behind follow downwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Unique in its map, e.g. "Stalls" or "Block 104".
    pub name: String,
    /// Middle of the front row.
    pub x_cm: i32,
    /// Middle of the front row.
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
    pub rows: Vec<RowRange>,
    /// After how many seats from the left each aisle runs, rising.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aisles: Vec<u16>,
    /// What the rows are called.
    #[serde(default, skip_serializing_if = "is_default")]
    pub row_names: RowNames,
    /// How seats are numbered along a row.
    #[serde(default, skip_serializing_if = "is_default")]
    pub seat_numbers: SeatNumbers,
}

/// Rows of the same kind, one behind the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowRange {
    /// How many rows.
    pub count: u16,
    /// Seats of the first of them.
    pub seats: u16,
    /// Price tier.
    pub tier: TierIndex,
    /// After so many rows each row has one seat more (a wedge widens to the back); 0: never.
    #[serde(default, skip_serializing_if = "is_default")]
    pub widen_every: u16,
}

/// What the rows of a section are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowNames {
    /// Letters or numbers.
    #[serde(default)]
    pub style: RowNameStyle,
    /// Position of the front row's name, from 1: with letters, 3 is "C".
    #[serde(default = "one")]
    pub first: u16,
}

/// Letters or numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowNameStyle {
    /// A … Z, AA, AB …
    #[default]
    Letters,
    /// The same without I and O, which are taken for 1 and 0.
    LettersWithoutIO,
    /// 1, 2, 3 …
    Numbers,
}

/// How the seats of a row are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatNumbers {
    /// Number of the first seat.
    #[serde(default = "one")]
    pub first: u16,
    /// 1, or 2 for a side of odd or even numbers.
    #[serde(default = "one")]
    pub step: u16,
    /// The end of the row where numbering begins.
    #[serde(default)]
    pub from: RowEnd,
}

/// An end of a row on the unrotated page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowEnd {
    /// The left end.
    #[default]
    Left,
    /// The right end.
    Right,
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

impl Default for RowNames {
    fn default() -> Self {
        Self { style: RowNameStyle::default(), first: 1 }
    }
}

impl Default for SeatNumbers {
    fn default() -> Self {
        Self { first: 1, step: 1, from: RowEnd::default() }
    }
}

impl RowRange {
    /// Seats of the row `row` of this range, from 0.
    #[must_use]
    pub fn seats_of(&self, row: u16) -> u32 {
        u32::from(self.seats) + row.checked_div(self.widen_every).map_or(0, u32::from)
    }

    /// Seats of all its rows; a closed form, so that an absurd document costs nothing.
    #[must_use]
    pub fn total_seats(&self) -> u64 {
        let (count, every) = (u64::from(self.count), u64::from(self.widen_every));
        let full_steps = count.checked_div(every).unwrap_or(0);
        let widened =
            every * full_steps * full_steps.saturating_sub(1) / 2 + full_steps * (count - full_steps * every);
        count * u64::from(self.seats) + if every == 0 { 0 } else { widened }
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

fn one() -> u16 {
    1
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

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
