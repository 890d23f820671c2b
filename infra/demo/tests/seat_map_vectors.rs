//! The browser expands seat maps by itself: this keeps `vectors.json`, against which its tests compare, true.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{env, fs, path::PathBuf};

use demo::venues;
use serde_json::{Value, json};
use shared::domain::{SeatMap, SeatMapDocument};

/// Everything a section can be told, in one small map.
fn odds_and_ends() -> SeatMapDocument {
    let document = json!({
        "sections": [
            {"name": "Left", "x_cm": -700, "y_cm": 150, "rotation_mdeg": -17_500, "aisles": [3, 7],
             "rows": [{"count": 7, "seats": 9, "tier": 0, "widen_every": 2}, {"count": 4, "seats": 12, "tier": 3}],
             "row_names": {"style": "letters_without_i_o", "first": 6},
             "seat_numbers": {"first": 2, "step": 2, "from": "right"}},
            {"name": "Circle", "x_cm": 40, "y_cm": 2_000, "rotation_mdeg": 181_250, "curve_radius_cm": 1_530,
             "seat_pitch_cm": 61, "row_pitch_cm": 103, "aisles": [5],
             "rows": [{"count": 30, "seats": 11, "tier": 1, "widen_every": 3}],
             "row_names": {"first": 24}, "seat_numbers": {"first": 101, "from": "right"}},
            {"name": "Box", "x_cm": 900, "y_cm": 0, "rows": [{"count": 1, "seats": 1, "tier": 2}],
             "row_names": {"style": "numbers", "first": 40}},
        ],
        "areas": [{"name": "Pit", "capacity": 40, "tier": 3,
                   "shape": {"kind": "rectangle", "x_cm": -200, "y_cm": -500, "width_cm": 800, "height_cm": 300}}],
        "landmarks": [{"name": "Stage", "shape": {"kind": "polygon", "points_cm": [[-300, -900], [300, -900], [0, -600]]}}],
    });
    serde_json::from_value(document).unwrap()
}

fn vectors(name: &str, document: SeatMapDocument, every: usize) -> Value {
    let map = SeatMap::new(document).unwrap();
    let hundredths = |cm: f64| (cm * 100.0).round() / 100.0;
    let seat = |seat: u32| {
        let at = map.position(seat).unwrap();
        json!([seat, hundredths(at.x_cm), hundredths(at.y_cm), map.tier_of(seat), map.seat_label(seat)])
    };
    let last = map.seat_count().checked_sub(1);
    let sample = (0..map.seat_count()).step_by(every).chain(last).map(seat);
    let row = |row: &shared::domain::seat_map::Row| {
        let stretches = map.stretches(row).into_iter().map(|stretch| [stretch.start, stretch.end]);
        json!([row.section, row.position, row.first_seat, row.seats, stretches.collect::<Vec<_>>()])
    };
    json!({
        "name": name,
        "document": map.document(),
        "seat_count": map.seat_count(),
        "stage": [hundredths(map.stage().x_cm), hundredths(map.stage().y_cm)],
        "rows": map.rows().iter().step_by(every.min(41)).map(row).collect::<Vec<_>>(),
        "seats": sample.collect::<Vec<_>>(),
    })
}

/// After a wanted change: `UPDATE_VECTORS=1 cargo test -p demo --test seat_map_vectors`.
#[test]
fn the_vectors_of_the_browser_are_what_the_server_numbers() {
    let maps = [
        vectors("theatre", venues::theatre(), 1),
        vectors("arena", venues::arena(), 53),
        vectors("open air", venues::open_air(), 1),
        vectors("odds and ends", odds_and_ends(), 1),
    ];
    let lines: Vec<_> = maps.iter().map(Value::to_string).collect();
    let text = format!("[\n{}\n]\n", lines.join(",\n"));
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../queue-api/web/src/lib/seat-map/vectors.json");
    if env::var_os("UPDATE_VECTORS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap();
    assert!(committed == text, "the browser's vectors are not what the server numbers any more");
}
