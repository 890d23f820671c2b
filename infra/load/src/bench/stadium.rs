//! A house of 80,000 seats.

use serde_json::{Value, json};

/// Sections of the house, each of 20 rows of 25 seats.
const SECTIONS: u32 = 160;
const ROWS: u32 = 20;
const SEATS: u32 = 25;
/// All its seats.
pub(super) const SEATS_OF_ALL: u32 = SECTIONS * ROWS * SEATS;

/// Blocks side by side before a stage.
pub(super) fn stadium() -> Value {
    let section = |at: u32| {
        json!({
            "name": format!("Block {at}"), "x_cm": (at % 16) * 1_700, "y_cm": (at / 16) * 2_200,
            "rows": [{"count": ROWS, "seats": SEATS, "tier": at / 60}],
        })
    };
    json!({
        "sections": (0..SECTIONS).map(section).collect::<Vec<_>>(),
        "landmarks": [{"name": "Stage", "shape": {"kind": "rectangle", "x_cm": 11_000, "y_cm": -2_000, "width_cm": 4_000, "height_cm": 800}}],
    })
}
