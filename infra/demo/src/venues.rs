//! Three venues made procedurally: a theatre of 180 seats, an arena of 20,000, an open air with standing areas.
//!
//! The page's origin is the middle of the house; y grows downwards, the stage lies at the top.

use shared::domain::seat_map::{
    Area, Landmark, RowNameStyle, RowNames, RowRange, SeatMapDocument, Section, Shape,
};

/// Blocks around the arena's bowl, on each of its two levels.
const BOWL_BLOCKS: i32 = 22;
/// The bowl leaves this open towards the stage, thousandths of a degree.
const BOWL_OPENING_MDEG: i32 = 80_000;

/// 180 seats in ten curved rows; two tiers.
#[must_use]
pub fn theatre() -> SeatMapDocument {
    let stalls = Section {
        curve_radius_cm: Some(1_100),
        rows: vec![rows(5, 14, 0, 1), rows(5, 18, 1, 1)],
        row_names: RowNames { style: RowNameStyle::LettersWithoutIO, first: 1 },
        ..section("Stalls", 0, 0)
    };
    SeatMapDocument {
        sections: vec![stalls],
        landmarks: vec![landmark("Stage", rectangle(-500, -600, 1_000, 400))],
        ..SeatMapDocument::default()
    }
}

/// 20,000 seats: six blocks on the floor (2,400), a lower (7,920) and an upper (9,680) level around it; three tiers.
#[must_use]
pub fn arena() -> SeatMapDocument {
    let floor = ["A", "B", "C", "D", "E", "F"].into_iter().zip(0..).map(|(name, at)| {
        let (column, row) = (at % 3 - 1, at / 3);
        let name = format!("Floor {name}");
        Section { rows: vec![rows(20, 20, 0, 0)], ..numbered(&name, column * 1_250, -1_600 + row * 2_050) }
    });
    let lower = bowl(100, 4_300, 55, rows(20, 16, 1, 4));
    let upper = bowl(200, 6_700, 65, rows(20, 20, 2, 4));
    SeatMapDocument {
        sections: floor.chain(lower).chain(upper).collect(),
        landmarks: vec![
            landmark("Stage", rectangle(-1_400, -3_600, 2_800, 1_300)),
            landmark("Runway", rectangle(-150, -2_300, 300, 500)),
        ],
        ..SeatMapDocument::default()
    }
}

/// Standing in three areas, no seats; three tiers.
#[must_use]
pub fn open_air() -> SeatMapDocument {
    let area = |name: &str, capacity, tier, points_cm: [[i32; 2]; 4]| {
        let shape = Shape::Polygon { points_cm: points_cm.to_vec() };
        Area { name: name.into(), capacity, tier, shape }
    };
    SeatMapDocument {
        areas: vec![
            area("Front", 2_000, 0, [[-1_500, 400], [1_500, 400], [2_000, 2_200], [-2_000, 2_200]]),
            area("Meadow", 6_000, 1, [[-2_100, 2_400], [2_100, 2_400], [3_000, 5_400], [-3_000, 5_400]]),
            area("Hill", 4_000, 2, [[-3_100, 5_600], [3_100, 5_600], [3_600, 7_400], [-3_600, 7_400]]),
        ],
        landmarks: vec![
            landmark("Stage", rectangle(-1_200, -700, 2_400, 900)),
            landmark("Bar", rectangle(3_300, 2_600, 600, 1_400)),
        ],
        ..SeatMapDocument::default()
    }
}

/// One level of the arena: blocks of `range` on a circle of `radius_cm`, numbered on from `first`.
fn bowl(first: i32, radius_cm: i32, seat_pitch_cm: i32, range: RowRange) -> impl Iterator<Item = Section> {
    let pitch_mdeg = (360_000 - BOWL_OPENING_MDEG) / BOWL_BLOCKS;
    (0..BOWL_BLOCKS).map(move |block| {
        // Half a block off the middle, so that left and right are alike; 0 is opposite the stage.
        let rotation_mdeg = (2 * block + 1 - BOWL_BLOCKS) * pitch_mdeg / 2;
        let angle = f64::from(rotation_mdeg).to_radians() / 1_000.0;
        let radius = f64::from(radius_cm);
        #[expect(clippy::cast_possible_truncation, reason = "a few thousand centimetres")]
        let on_circle = |part: f64| (radius * part).round() as i32;
        Section {
            rotation_mdeg,
            curve_radius_cm: Some(radius_cm),
            seat_pitch_cm,
            rows: vec![range],
            ..numbered(
                &format!("Block {}", first + block + 1),
                on_circle(-angle.sin()),
                on_circle(angle.cos()),
            )
        }
    })
}

fn numbered(name: &str, x_cm: i32, y_cm: i32) -> Section {
    let row_names = RowNames { style: RowNameStyle::Numbers, first: 1 };
    Section { row_names, ..section(name, x_cm, y_cm) }
}

fn section(name: &str, x_cm: i32, y_cm: i32) -> Section {
    Section { name: name.into(), x_cm, y_cm, ..Section::default() }
}

fn rows(count: u16, seats: u16, tier: u16, widen_every: u16) -> RowRange {
    RowRange { count, seats, tier, widen_every }
}

fn landmark(name: &str, shape: Shape) -> Landmark {
    Landmark { name: name.into(), shape }
}

fn rectangle(x_cm: i32, y_cm: i32, width_cm: i32, height_cm: i32) -> Shape {
    Shape::Rectangle { x_cm, y_cm, width_cm, height_cm }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use shared::domain::SeatMap;

    use super::*;

    #[test]
    fn the_venues_have_the_seats_they_promise() {
        let map = |document| SeatMap::new(document).unwrap();
        assert_eq!(map(theatre()).seat_count(), 180);
        assert_eq!(map(arena()).seat_count(), 20_000);
        let open_air = map(open_air());
        assert_eq!(open_air.seat_count(), 0);
        assert_eq!(open_air.areas().iter().map(|area| area.capacity).sum::<u32>(), 12_000);
    }

    #[test]
    fn no_two_seats_stand_in_one_another() {
        for document in [theatre(), arena()] {
            let map = SeatMap::new(document).unwrap();
            let mut cells: HashMap<(i32, i32), u32> = HashMap::new();
            for seat in 0..map.seat_count() {
                let at = map.position(seat).unwrap();
                // Cells of half a seat: two seats in one cell overlap.
                let cell = ((at.x_cm / 25.0).floor() as i32, (at.y_cm / 25.0).floor() as i32);
                if let Some(other) = cells.insert(cell, seat) {
                    panic!("{:?} and {:?} overlap", map.seat_label(seat), map.seat_label(other));
                }
            }
        }
    }
}
