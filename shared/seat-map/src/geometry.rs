//! Where a seat lies on the page.

use crate::document::{PlacedRow, Section, Shape};

/// Width of an aisle.
pub const AISLE_WIDTH_CM: f64 = 110.0;

/// A point on the page, centimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// To the right.
    pub x_cm: f64,
    /// Downwards.
    pub y_cm: f64,
}

impl PlacedRow {
    /// The middles of its seats, where the section's point is at `x_cm`, `y_cm`.
    pub fn positions(&self, x_cm: i32, y_cm: i32) -> impl Iterator<Item = [i64; 2]> {
        let steps = self.x_cm.iter().zip(&self.y_cm);
        steps.scan([i64::from(x_cm), i64::from(y_cm)], |at, (x_cm, y_cm)| {
            *at = [at[0] + i64::from(*x_cm), at[1] + i64::from(*y_cm)];
            Some(*at)
        })
    }
}

impl Section {
    /// By rule, the middle of the seat in `column` (from 0, left) of row `row` (from 0, front), where that row has `seats`.
    ///
    /// Along a curved row the seats keep their distance; every row of the section shares one centre.
    #[must_use]
    pub fn seat_position(&self, row: u32, column: u32, seats: u32) -> Point {
        let along = self.along_row_cm(column) - self.along_row_cm(seats.saturating_sub(1)) / 2.0;
        let behind = f64::from(row) * f64::from(self.row_pitch_cm);
        let (u, v) = match self.curve_radius_cm {
            None => (along, behind),
            Some(front) => {
                let radius = f64::from(front) + behind;
                let angle = along / radius;
                (radius * angle.sin(), radius * angle.cos() - f64::from(front))
            }
        };
        let (sin, cos) = (f64::from(self.rotation_mdeg) / 1000.0).to_radians().sin_cos();
        Point {
            x_cm: f64::from(self.x_cm) + u * cos - v * sin,
            y_cm: f64::from(self.y_cm) + u * sin + v * cos,
        }
    }

    /// Length of a row of `seats`, from the middle of its first seat to the middle of its last.
    pub(super) fn row_length_cm(&self, seats: u32) -> f64 {
        self.along_row_cm(seats.saturating_sub(1))
    }

    fn along_row_cm(&self, column: u32) -> f64 {
        let aisles = self.aisles.iter().filter(|after| u32::from(**after) <= column).count();
        f64::from(column) * f64::from(self.seat_pitch_cm)
            + f64::from(u32::try_from(aisles).unwrap_or(u32::MAX)) * AISLE_WIDTH_CM
    }
}

impl Shape {
    /// The corners, in drawing order.
    #[must_use]
    pub fn corners_cm(&self) -> Vec<[i32; 2]> {
        match self {
            Self::Rectangle { x_cm, y_cm, width_cm, height_cm } => {
                let (right, bottom) = (x_cm + width_cm, y_cm + height_cm);
                vec![[*x_cm, *y_cm], [right, *y_cm], [right, bottom], [*x_cm, bottom]]
            }
            Self::Polygon { points_cm } => points_cm.clone(),
        }
    }

    /// The mean of its corners.
    #[must_use]
    pub fn middle(&self) -> Point {
        let corners = self.corners_cm();
        let mean = |part: fn(&[i32; 2]) -> i32| {
            let sum: f64 = corners.iter().map(|corner| f64::from(part(corner))).sum();
            sum / f64::from(u32::try_from(corners.len().max(1)).unwrap_or(1))
        };
        Point { x_cm: mean(|corner| corner[0]), y_cm: mean(|corner| corner[1]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(json: &str) -> Section {
        serde_json::from_str(json).unwrap()
    }

    fn near(point: Point, x_cm: f64, y_cm: f64) -> bool {
        (point.x_cm - x_cm).abs() < 0.01 && (point.y_cm - y_cm).abs() < 0.01
    }

    #[test]
    fn a_straight_section_is_a_grid_around_the_middle_of_its_front_row() {
        let section =
            section(r#"{"name":"S","x_cm":1000,"y_cm":500,"rows":[{"count":2,"seats":3,"tier":0}]}"#);
        assert!(near(section.seat_position(0, 1, 3), 1000.0, 500.0));
        assert!(near(section.seat_position(0, 0, 3), 945.0, 500.0));
        assert!(near(section.seat_position(1, 2, 3), 1055.0, 590.0));
    }

    #[test]
    fn a_quarter_turn_lets_the_rows_follow_to_the_left() {
        let section = section(
            r#"{"name":"S","x_cm":0,"y_cm":0,"rotation_mdeg":90000,"rows":[{"count":2,"seats":3,"tier":0}]}"#,
        );
        assert!(near(section.seat_position(1, 1, 3), -90.0, 0.0));
        assert!(near(section.seat_position(0, 2, 3), 0.0, 55.0));
    }

    #[test]
    fn the_seats_of_a_curved_row_have_one_distance_from_the_centre() {
        let section = section(
            r#"{"name":"S","x_cm":0,"y_cm":2000,"curve_radius_cm":2000,"rows":[{"count":2,"seats":9,"tier":0}]}"#,
        );
        for column in 0..9 {
            let seat = section.seat_position(1, column, 9);
            assert!((seat.x_cm.hypot(seat.y_cm) - 2090.0).abs() < 0.01, "{seat:?}");
        }
    }

    #[test]
    fn an_aisle_moves_what_lies_beyond_it() {
        let section =
            section(r#"{"name":"S","x_cm":0,"y_cm":0,"aisles":[2],"rows":[{"count":1,"seats":4,"tier":0}]}"#);
        let at = |column| section.seat_position(0, column, 4).x_cm;
        assert!((at(1) - at(0) - 55.0).abs() < 0.01);
        assert!((at(2) - at(1) - 165.0).abs() < 0.01);
        assert!((at(0) + at(3)).abs() < 0.01, "the row stays centred");
    }
}
