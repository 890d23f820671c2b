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

/// Seats that follow no rule, beside some that do, and everything that a seat can be marked with.
fn free_form() -> SeatMapDocument {
    let document = json!({
        "sections": [
            {"name": "Parterre", "x_cm": -400, "y_cm": 100, "rank": 1, "view": "ab".repeat(32),
             "placed": [
                {"name": "A", "tier": 0, "x_cm": [0, 52, 53, 150, 54, 55], "y_cm": [10, -3, -1, 0, 2, 4], "aisles": [3],
                 "numbers": {"first": 2, "step": 2, "from": "right"}},
                {"name": "B", "tier": 0, "x_cm": [-20, 55, 55, 160, 55, 55, 55], "y_cm": [95, -2, 0, 0, 0, 1, 2],
                 "aisles": [3], "numbers": {"first": 1, "step": 2, "from": "aisle"}},
                {"name": "C", "tier": 1, "x_cm": [0, 55, 55, 55], "y_cm": [190, 0, 0, 0],
                 "labels": ["1", "1a", "2", "W1"]}],
             "marks": [{"seats": [[5, 6], [9, 9]], "tier": 2}, {"seats": [[6, 6]], "tier": 3},
                       {"seats": [[16, 16]], "kind": "wheelchair"}, {"seats": [[15, 15]], "kind": "companion"}]},
            {"name": "Tables", "x_cm": 500, "y_cm": 400, "placed": [
                {"name": "", "tier": 1, "x_cm": [0, 60, -60, 60], "y_cm": [0, 0, 60, 0], "labels": ["1a", "1b", "1c", "1d"]},
                {"name": "", "tier": 1, "x_cm": [300, 60], "y_cm": [0, 0], "labels": ["2a", "2b"]},
                {"name": "Bar", "tier": 4, "x_cm": [0, 60], "y_cm": [-200, 0]}]},
            {"name": "Gallery", "x_cm": 0, "y_cm": 900, "curve_radius_cm": 1_400, "aisles": [4, 9], "rank": 2,
             "rows": [{"count": 3, "seats": 13, "tier": 1, "widen_every": 1}],
             "seat_numbers": {"first": 1, "step": 2, "from": "aisle"},
             "marks": [{"seats": [[0, 1], [13, 13]], "tier": 2, "kind": "restricted_view"}]},
            {"name": "Loge", "x_cm": 900, "y_cm": 900, "rows": [{"count": 2, "seats": 5, "tier": 5}],
             "seat_numbers": {"first": 102, "step": 2, "from": "aisle"}},
        ],
        "background": {"file": "0f".repeat(32), "x_cm": -600, "y_cm": -200, "width_cm": 1_800, "height_cm": 1_500},
        "identities": "17".repeat(32),
    });
    serde_json::from_value(document).unwrap()
}

fn vectors(name: &str, document: SeatMapDocument, every: usize) -> Value {
    let map = SeatMap::new(document).unwrap();
    let hundredths = |cm: f64| (cm * 100.0).round() / 100.0;
    let seat = |seat: u32| {
        let at = map.position(seat).unwrap();
        json!([
            seat,
            hundredths(at.x_cm),
            hundredths(at.y_cm),
            map.tier_of(seat),
            map.seat_label(seat),
            map.kind_of(seat)
        ])
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
        "tiers": map.tiers(),
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
        vectors("free form", free_form(), 1),
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
