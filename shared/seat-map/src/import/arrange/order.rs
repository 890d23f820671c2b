//! The order of the seats along a row.

use super::{Arrangement, PlacedSeat};

/// An order is kept although another is this much shorter: rounding must not turn what was arranged already.
const KEPT_SHARE: f64 = 1.02;

/// Puts the seats of a row in the order in which one would walk along it; numbers only name them.
pub(super) fn walk(seats: &mut Vec<PlacedSeat>, arrangement: Arrangement) {
    if seats.len() > 1 {
        shortest(seats);
        if let Arrangement::Facing(stage) = arrangement
            && leads_left(seats, stage)
        {
            seats.reverse();
        }
    }
}

/// The first of three orders that is about as short as the shortest: as listed, by number, along the row's axis.
fn shortest(seats: &mut Vec<PlacedSeat>) {
    let at: Vec<_> = seats.iter().map(position).collect();
    let listed: Vec<usize> = (0..seats.len()).collect();
    let along = sorted_by(&at, axis(&at));
    let by_number = numbers(seats).map(|numbers| {
        let mut order = listed.clone();
        order.sort_by_key(|seat| numbers[*seat]);
        order
    });
    let orders: Vec<_> = [Some(listed), by_number, Some(along)].into_iter().flatten().collect();
    let lengths: Vec<_> = orders.iter().map(|order| length(&at, order)).collect();
    let least = lengths.iter().copied().fold(f64::INFINITY, f64::min);
    let best = lengths.iter().position(|length| *length <= least * KEPT_SHARE).unwrap_or(0);
    if best > 0 {
        let mut taken: Vec<_> = std::mem::take(seats).into_iter().map(Some).collect();
        seats.extend(orders[best].iter().filter_map(|seat| taken[*seat].take()));
    }
}

fn position(seat: &PlacedSeat) -> [f64; 2] {
    seat.at.map(f64::from)
}

fn numbers(seats: &[PlacedSeat]) -> Option<Vec<u64>> {
    seats.iter().map(|seat| seat.drawn.label.as_deref()?.parse().ok()).collect()
}

fn length(at: &[[f64; 2]], order: &[usize]) -> f64 {
    order
        .windows(2)
        .map(|pair| (at[pair[0]][0] - at[pair[1]][0]).hypot(at[pair[0]][1] - at[pair[1]][1]))
        .sum()
}

/// The direction in which the points are spread most, to the right.
fn axis(at: &[[f64; 2]]) -> [f64; 2] {
    #[expect(clippy::cast_precision_loss, reason = "seats of a row")]
    let count = at.len() as f64;
    let mean = |part: usize| at.iter().map(|point| point[part]).sum::<f64>() / count;
    let [x, y] = [mean(0), mean(1)];
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for point in at {
        let (dx, dy) = (point[0] - x, point[1] - y);
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
    [angle.cos(), angle.sin()]
}

fn sorted_by(at: &[[f64; 2]], axis: [f64; 2]) -> Vec<usize> {
    let along = |seat: usize| at[seat][0] * axis[0] + at[seat][1] * axis[1];
    let mut order: Vec<usize> = (0..at.len()).collect();
    order.sort_by(|a, b| along(*a).total_cmp(&along(*b)));
    order
}

/// Whether the row runs to the left of somebody who looks at the stage: up the page where it is not known.
fn leads_left(seats: &[PlacedSeat], stage: Option<[f64; 2]>) -> bool {
    let steps = seats.windows(2).map(|pair| (position(&pair[0]), position(&pair[1])));
    let rightward: f64 = steps
        .map(|([ax, ay], [bx, by])| {
            let [fx, fy] = stage.map_or([0.0, -1.0], |[x, y]| {
                let [x, y] = [x - (ax + bx) / 2.0, y - (ay + by) / 2.0];
                let far = x.hypot(y).max(1.0);
                [x / far, y / far]
            });
            // To the right of who looks along (fx, fy) on a page whose y grows downwards.
            (bx - ax) * -fy + (by - ay) * fx
        })
        .sum();
    rightward < 0.0
}
