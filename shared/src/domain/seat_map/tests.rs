use proptest::prelude::*;
use serde_json::json;

use super::*;

fn map(document: serde_json::Value) -> Result<SeatMap, SeatMapErrors> {
    SeatMap::new(serde_json::from_value(document).unwrap())
}

fn theatre() -> serde_json::Value {
    json!({
        "sections": [
            {"name": "Stalls", "x_cm": 0, "y_cm": 0, "aisles": [4],
             "rows": [{"count": 2, "seats": 8, "tier": 0}, {"count": 4, "seats": 10, "tier": 1}],
             "row_names": {"style": "letters_without_i_o"}},
            {"name": "Circle", "x_cm": 0, "y_cm": 2000, "curve_radius_cm": 3000,
             "rows": [{"count": 3, "seats": 6, "tier": 2, "widen_every": 1}],
             "seat_numbers": {"from": "right"}},
        ],
        "areas": [{"name": "Pit", "capacity": 40, "tier": 3,
                   "shape": {"kind": "rectangle", "x_cm": 0, "y_cm": -500, "width_cm": 800, "height_cm": 300}}],
    })
}

#[test]
fn seats_are_numbered_section_by_section_row_by_row_from_the_left() {
    let map = map(theatre()).unwrap();
    assert_eq!(map.seat_count(), 2 * 8 + 4 * 10 + 6 + 7 + 8);
    let labels = [0, 7, 8, 16, 55, 56, 62, 76].map(|seat| map.seat_label(seat).unwrap());
    assert_eq!(
        labels,
        [
            "Stalls · Row A · 1",
            "Stalls · Row A · 8",
            "Stalls · Row B · 1",
            "Stalls · Row C · 1",
            "Stalls · Row F · 10",
            "Circle · Row A · 6",
            "Circle · Row B · 7",
            "Circle · Row C · 1",
        ]
    );
    assert_eq!([0, 15, 16, 56].map(|seat| map.tier_of(seat).unwrap()), [0, 0, 1, 2]);
    assert_eq!(map.seat_label(77), None);
    assert_eq!(map.tiers(), [0, 1, 2, 3]);
    assert_eq!(map.stretches(&map.rows()[0]), [0..4, 4..8]);
}

#[test]
fn the_hash_is_of_the_content_and_not_of_its_spelling() {
    let first = map(theatre()).unwrap();
    let mut spelled_out = theatre();
    spelled_out["sections"][0]["seat_pitch_cm"] = json!(55);
    spelled_out["sections"][0]["rotation_mdeg"] = json!(0);
    assert_eq!(map(spelled_out).unwrap().hash(), first.hash());
    let again: SeatMapDocument = serde_json::from_str(first.canonical_json()).unwrap();
    assert_eq!(SeatMap::new(again).unwrap(), first);
    let mut moved = theatre();
    moved["sections"][0]["x_cm"] = json!(1);
    assert_ne!(map(moved).unwrap().hash(), first.hash());
}

#[test]
fn every_fault_is_named_by_its_field() {
    let faults = [
        ("/sections/1/rows", json!([]), "sections[1].rows"),
        ("/sections/1/rows/0/count", json!(501), "sections[1].rows"),
        ("/sections/1/rows/0/count", json!(0), "sections[1].rows"),
        ("/sections/0/rows/1/seats", json!(0), "sections[0].rows[1].seats"),
        ("/sections/0/rows/1/seats", json!(1001), "sections[0].rows[1].seats"),
        ("/sections/0/rows/1/tier", json!(100), "sections[0].rows[1].tier"),
        ("/sections/0/aisles", json!([4, 4]), "sections[0].aisles"),
        ("/sections/0/aisles", json!([10]), "sections[0].aisles"),
        ("/sections/0/name", json!(" "), "sections[0].name"),
        ("/sections/1/name", json!("Stalls"), "sections[1].name"),
        ("/sections/1/x_cm", json!(1_000_001), "sections[1].x_cm"),
        ("/sections/1/curve_radius_cm", json!(20), "sections[1].curve_radius_cm"),
        ("/areas/0/name", json!("Stalls"), "areas[0].name"),
        ("/areas/0/capacity", json!(0), "areas[0].capacity"),
        ("/areas/0/capacity", json!(1_000_001), "areas"),
        ("/areas/0/shape/width_cm", json!(0), "areas[0].shape"),
    ];
    for (pointer, value, field) in faults {
        let mut document = theatre();
        *document.pointer_mut(pointer).unwrap() = value.clone();
        let errors = map(document).unwrap_err().0;
        assert!(errors.iter().any(|error| error.field == field), "{pointer} = {value}: {errors:?}");
    }
}

#[test]
fn a_map_is_bounded() {
    let block = |index: usize| {
        json!({"name": format!("B{index}"), "x_cm": 0, "y_cm": 0,
               "rows": [{"count": 500, "seats": 1000, "tier": 0}]})
    };
    let too_many_seats = map(json!({"sections": [block(0)]})).unwrap_err();
    assert_eq!(too_many_seats.0[0].message, "500000 seats; at most 100000");
    let sections: Vec<_> = (0..501).map(block).collect();
    assert!(map(json!({ "sections": sections })).unwrap_err().0.iter().any(|e| e.message.contains("500")));
    assert_eq!(map(json!({})).unwrap_err().0[0].field, "sections");
}

fn section() -> impl Strategy<Value = Section> {
    let range = (1..6_u16, 1..30_u16, 0..4_u16, 0..3_u16)
        .prop_map(|(count, seats, tier, widen_every)| RowRange { count, seats, tier, widen_every });
    let numbers = (1..200_u16, 1..3_u16, prop_oneof![Just(RowEnd::Left), Just(RowEnd::Right)])
        .prop_map(|(first, step, from)| SeatNumbers { first, step, from });
    (prop::collection::vec(range, 1..4), numbers, prop::option::of(9_000..20_000_i32)).prop_map(
        |(rows, seat_numbers, curve_radius_cm)| Section {
            name: String::new(),
            x_cm: 0,
            y_cm: 0,
            rotation_mdeg: 30_000,
            curve_radius_cm,
            seat_pitch_cm: 55,
            row_pitch_cm: 90,
            rows,
            aisles: vec![],
            row_names: RowNames::default(),
            seat_numbers,
        },
    )
}

proptest! {
    #[test]
    fn the_closed_form_counts_what_counting_counts(count in 0..300_u16, seats in 0..50_u16, widen_every in 0..9_u16) {
        let range = RowRange { count, seats, tier: 0, widen_every };
        let counted: u64 = (0..count).map(|row| u64::from(range.seats_of(row))).sum();
        prop_assert_eq!(range.total_seats(), counted);
    }

    #[test]
    fn every_index_has_one_seat_and_every_seat_its_own_label(mut sections in prop::collection::vec(section(), 1..5)) {
        for (index, section) in sections.iter_mut().enumerate() {
            section.name = format!("S{index}");
        }
        let map = SeatMap::new(SeatMapDocument { sections, ..Default::default() }).unwrap();
        let labels: std::collections::HashSet<_> =
            (0..map.seat_count()).map(|seat| map.seat_label(seat).unwrap()).collect();
        prop_assert_eq!(labels.len(), map.seat_count() as usize);
        prop_assert_eq!(map.seat(map.seat_count()), None);
        for row in map.rows() {
            let seats: Vec<_> = map.stretches(row).into_iter().flatten().collect();
            prop_assert_eq!(seats, (row.first_seat..row.first_seat + row.seats).collect::<Vec<_>>());
        }
    }
}
