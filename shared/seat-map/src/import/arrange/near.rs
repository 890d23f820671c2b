//! How close seats are to each other.

use std::collections::HashMap;

use super::{PlacedSeat, Report};

/// Most seats whose neighbours are looked for: enough for a median.
const SAMPLE: usize = 2_000;
/// Seats closer than this overlap, whatever the chairs.
const OVERLAP_CM: i32 = 20;

/// The median distance from a point to its nearest neighbour; none where there are not two places.
pub(crate) fn median_neighbour_distance(points: &[[f64; 2]]) -> Option<f64> {
    let cells = Cells::of(points)?;
    let every = points.len().div_ceil(SAMPLE);
    let nearest = points.iter().step_by(every).map(|point| cells.nearest(points, *point));
    let mut distances: Vec<f64> = nearest.flatten().collect();
    distances.sort_unstable_by(f64::total_cmp);
    distances.get(distances.len() / 2).copied()
}

/// Points by square cells, a few in each.
struct Cells {
    size: f64,
    origin: [f64; 2],
    side: i64,
    points: HashMap<(i64, i64), Vec<usize>>,
}

impl Cells {
    fn of(points: &[[f64; 2]]) -> Option<Self> {
        let extent = |part: usize| {
            let values = || points.iter().map(|point| point[part]);
            (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max))
        };
        let ((left, right), (top, bottom)) = (extent(0), extent(1));
        let longest = (right - left).max(bottom - top);
        if !(longest.is_finite() && longest > 0.0) {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "at most 100,000")]
        let per_side = (points.len() as f64).sqrt().ceil();
        let mut cells = Self {
            size: longest / per_side,
            origin: [left, top],
            side: per_side_cells(per_side),
            points: HashMap::new(),
        };
        for (index, point) in points.iter().enumerate() {
            cells.points.entry(cells.cell(*point)).or_default().push(index);
        }
        Some(cells)
    }

    fn cell(&self, point: [f64; 2]) -> (i64, i64) {
        #[expect(clippy::cast_possible_truncation, reason = "a few hundred cells")]
        let part = |axis: usize| ((point[axis] - self.origin[axis]) / self.size).floor() as i64;
        (part(0), part(1))
    }

    /// The distance to the nearest point at another place.
    fn nearest(&self, points: &[[f64; 2]], from: [f64; 2]) -> Option<f64> {
        let (column, row) = self.cell(from);
        let mut best = f64::INFINITY;
        for ring in 0..=self.side {
            #[expect(clippy::cast_precision_loss, reason = "a few hundred cells")]
            if best <= (ring - 1).max(0) as f64 * self.size {
                break;
            }
            let around = (-ring..=ring).flat_map(|x| (-ring..=ring).map(move |y| (x, y)));
            for (x, y) in around.filter(|(x, y)| x.abs().max(y.abs()) == ring) {
                for other in self.points.get(&(column + x, row + y)).into_iter().flatten() {
                    let distance = (points[*other][0] - from[0]).hypot(points[*other][1] - from[1]);
                    if distance > 0.0 && distance < best {
                        best = distance;
                    }
                }
            }
        }
        best.is_finite().then_some(best)
    }
}

fn per_side_cells(per_side: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a root of 100,000")]
    let cells = per_side as i64;
    cells + 1
}

/// Warns of each seat that lies on one before it.
pub(super) fn report_overlaps(seats: &[PlacedSeat], report: &mut Report) {
    let cell = |at: [i32; 2]| (at[0].div_euclid(OVERLAP_CM), at[1].div_euclid(OVERLAP_CM));
    let mut cells: HashMap<(i32, i32), Vec<usize>> = HashMap::with_capacity(seats.len());
    for (index, seat) in seats.iter().enumerate() {
        let (column, row) = cell(seat.at);
        let around = (-1..=1).flat_map(|x| (-1..=1).map(move |y| (column + x, row + y)));
        let overlaps = |other: &&usize| {
            let [x, y] = seats[**other].at;
            (x - seat.at[0]).pow(2) + (y - seat.at[1]).pow(2) < OVERLAP_CM.pow(2)
        };
        let below = around.filter_map(|cell| cells.get(&cell)).flatten().find(overlaps).copied();
        if let Some(below) = below {
            let other = &seats[below].drawn.origin;
            let message = format!("lies on {} of line {}", other.element, other.line);
            report.warn("overlap", &seat.drawn.origin, message);
        }
        let here = cells.entry((column, row)).or_default();
        // However many lie on one another, one of them is enough to tell.
        if below.is_none() {
            here.push(index);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_of_neighbours_is_found_among_rows_and_far_outliers() {
        let mut points: Vec<[f64; 2]> =
            (0..500).map(|seat| [f64::from(seat % 50) * 5.5, f64::from(seat / 50) * 9.0]).collect();
        points.push([90_000.0, 90_000.0]);
        assert_eq!(median_neighbour_distance(&points), Some(5.5));
        assert_eq!(median_neighbour_distance(&[[1.0, 1.0], [1.0, 1.0]]), None);
        assert_eq!(median_neighbour_distance(&[]), None);
    }
}
