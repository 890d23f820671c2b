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

/// Seats as a drawing has them: two rows, of which one has labels, and a table.
fn drawn() -> serde_json::Value {
    json!({
        "sections": [{"name": "Stalls", "x_cm": 100, "y_cm": 200, "rank": 1,
            "placed": [
                {"name": "A", "tier": 0, "x_cm": [0, 55, 160, 55], "y_cm": [0, 2, 0, -2], "aisles": [2],
                 "numbers": {"first": 1, "step": 2, "from": "aisle"}},
                {"name": "B", "tier": 1, "x_cm": [0, 55], "y_cm": [90, 0], "labels": ["1", "1a"]},
                {"name": "", "tier": 1, "x_cm": [0, 60], "y_cm": [300, 0], "labels": ["T1", "T2"]}],
            "marks": [{"seats": [[0, 0], [5, 6]], "tier": 3}, {"seats": [[5, 5]], "tier": 2, "kind": "wheelchair"}]}],
    })
}

#[test]
fn placed_seats_lie_where_the_drawing_has_them() {
    let map = map(drawn()).unwrap();
    let at = |seat| map.position(seat).map(|at| (at.x_cm, at.y_cm)).unwrap();
    assert_eq!(
        [0, 1, 2, 3, 5].map(at),
        [(100.0, 200.0), (155.0, 202.0), (315.0, 202.0), (370.0, 200.0), (155.0, 290.0)]
    );
    let labels = [0, 1, 2, 3, 5, 6].map(|seat| map.seat_label(seat).unwrap());
    assert_eq!(
        labels,
        [
            "Stalls · Row A · 3",
            "Stalls · Row A · 1",
            "Stalls · Row A · 2",
            "Stalls · Row A · 4",
            "Stalls · Row B · 1a",
            "Stalls · T1"
        ]
    );
    assert_eq!(map.seat_label_in(5, RowWord("Reihe")).unwrap(), "Stalls · Reihe B · 1a");
    assert_eq!([0, 1, 4, 5, 6, 7].map(|seat| map.tier_of(seat).unwrap()), [3, 0, 1, 2, 3, 1]);
    assert_eq!([4, 5].map(|seat| map.kind_of(seat)), [None, Some(SeatKind::Wheelchair)]);
    assert_eq!((map.tiers(), map.stretches(&map.rows()[0])), (vec![0, 1, 2, 3], vec![0..2, 2..4]));
}

#[test]
fn what_is_customary_is_not_written_down() {
    let map = map(theatre()).unwrap();
    let known = map.canonical_json();
    for field in ["placed", "marks", "rank", "view", "background", "identities", "rotation_mdeg"] {
        assert!(!known.contains(field), "{field}: {known}");
    }
    // Documents of before keep their hash.
    assert_eq!(map.hash(), "659e4135b0a44febad81248f4ea337be9d1e9b09dea7f8622629562c6c373b12");
}

#[test]
fn maps_with_the_same_seats_may_differ_in_tiers_kinds_and_decoration() {
    let before = map(drawn()).unwrap();
    let with = |pointer: &str, value: serde_json::Value| {
        let mut document = drawn();
        *document.pointer_mut(pointer).unwrap() = value;
        map(document).unwrap()
    };
    let mut decorated = drawn();
    decorated["landmarks"] =
        json!([{"name": "Stage", "shape": {"kind": "polygon", "points_cm": [[0, 0], [9, 0], [9, 9]]}}]);
    for same in [
        map(decorated).unwrap(),
        with("/sections/0/placed/1/tier", json!(9)),
        with("/sections/0/marks", json!([])),
    ] {
        assert!(before.same_seats(&same) && same.same_seats(&before) && before != same);
    }
    for other in [
        with("/sections/0/name", json!("Parquet")),
        with("/sections/0/placed/0/name", json!("C")),
        with("/sections/0/placed/1/labels", json!(["1", "2"])),
        with("/sections/0/placed/0/numbers/first", json!(2)),
        with("/sections/0/x_cm", json!(102)),
        map(theatre()).unwrap(),
    ] {
        assert!(!before.same_seats(&other) && !other.same_seats(&before));
    }
}

#[test]
fn every_fault_of_placed_seats_is_named_by_its_field() {
    let faults = [
        ("/rows", json!([{"count": 1, "seats": 1, "tier": 0}]), "placed"),
        ("/placed", json!([]), "rows"),
        ("/rotation_mdeg", json!(1), "placed"),
        ("/aisles", json!([1]), "placed"),
        ("/placed/1/name", json!("A"), "placed[1].name"),
        ("/placed/1/name", json!(" B"), "placed[1].name"),
        ("/placed/1/name", json!("B".repeat(51)), "placed[1].name"),
        ("/placed/1/tier", json!(100), "placed[1].tier"),
        ("/placed/1/x_cm", json!([0]), "placed[1].y_cm"),
        ("/placed/1/x_cm", json!([]), "placed[1].x_cm"),
        ("/placed/1/x_cm", json!([1_000_000, 0]), "placed[1].x_cm"),
        ("/placed/1/y_cm", json!([i32::MIN, i32::MIN]), "placed[1].x_cm"),
        ("/placed/1/labels", json!(["1", "1"]), "placed[1].labels"),
        ("/placed/1/labels", json!(["1"]), "placed[1].labels"),
        ("/placed/1/labels", json!(["1", " "]), "placed[1].labels"),
        ("/placed/0/labels", json!(["1", "2", "3", "4"]), "placed[0].numbers"),
        ("/placed/0/numbers/step", json!(1), "placed[0].numbers.step"),
        ("/placed/0/aisles", json!([4]), "placed[0].aisles"),
        ("/placed/1/name", json!(""), ""),
        ("/marks/0/seats", json!([[7, 8]]), "marks[0].seats"),
        ("/marks/0/seats", json!([[1, 0]]), "marks[0].seats"),
        ("/marks/0/seats", json!([[0, 1], [1, 2]]), "marks[0].seats"),
        ("/marks/0/seats", json!([]), "marks[0].seats"),
        ("/marks/0/tier", json!(null), "marks[0]"),
        ("/marks/0/tier", json!(100), "marks[0].tier"),
        ("/marks/0/kind", json!("companion"), "marks[1].kind"),
        ("/view", json!("nothing"), "view"),
    ];
    for (pointer, value, field) in faults {
        let mut document = drawn();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(&format!("/sections/0{parent}")).unwrap()[key] = value.clone();
        if field.is_empty() {
            assert!(map(document).is_ok(), "{pointer} = {value}");
            continue;
        }
        let errors = map(document).unwrap_err().0;
        let field = format!("sections[0].{field}");
        assert!(errors.iter().any(|error| error.field == field), "{pointer} = {value}: {errors:?}");
    }
    let mut document = drawn();
    document["background"] = json!({"file": "x", "x_cm": 0, "y_cm": 0, "width_cm": 0, "height_cm": 5});
    document["identities"] = json!("00");
    document["sections"][0]["placed"][0]["name"] = json!("");
    document["sections"][0]["placed"][2]["labels"] = json!(["1", "2"]);
    let fields: Vec<_> = map(document).unwrap_err().0.into_iter().map(|error| error.field).collect();
    assert_eq!(
        fields,
        ["sections[0].placed[2].labels", "background.file", "background.width_cm", "identities"]
    );
}

fn placed_row() -> impl Strategy<Value = PlacedRow> {
    let seats = prop::collection::vec((30..70_i32, -9..9_i32), 2..30);
    (seats, 0..5_u16, prop::option::of(1..3_u16), any::<bool>()).prop_map(|(steps, tier, aisle, by_rule)| {
        let labels = (0..steps.len()).map(|seat| format!("{seat}a"));
        PlacedRow {
            name: String::new(),
            tier,
            x_cm: steps.iter().map(|step| step.0).collect(),
            y_cm: steps.iter().map(|step| step.1).collect(),
            numbers: if by_rule {
                SeatNumbers { first: 7, step: 2, from: RowEnd::Aisle }
            } else {
                SeatNumbers::default()
            },
            labels: if by_rule { vec![] } else { labels.collect() },
            aisles: aisle.into_iter().filter(|after| usize::from(*after) < steps.len()).collect(),
        }
    })
}

fn section() -> impl Strategy<Value = Section> {
    let range = (1..6_u16, 1..30_u16, 0..4_u16, 0..3_u16)
        .prop_map(|(count, seats, tier, widen_every)| RowRange { count, seats, tier, widen_every });
    let numbers = (1..200_u16, 1..3_u16, prop_oneof![Just(RowEnd::Left), Just(RowEnd::Right)])
        .prop_map(|(first, step, from)| SeatNumbers { first, step, from });
    (prop::collection::vec(range, 1..4), numbers, prop::option::of(9_000..20_000_i32)).prop_map(
        |(rows, seat_numbers, curve_radius_cm)| Section {
            rotation_mdeg: 30_000,
            curve_radius_cm,
            rows,
            seat_numbers,
            ..Section::default()
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

    #[test]
    fn a_document_is_what_its_canonical_text_says(
        rows in prop::collection::vec(placed_row(), 1..8),
        marked in prop::collection::vec((0..20_u32, 0..9_u16), 0..4),
    ) {
        let placed: Vec<_> =
            rows.into_iter().enumerate().map(|(index, row)| PlacedRow { name: format!("R{index}"), ..row }).collect();
        let seats: u32 = placed.iter().map(|row| row.x_cm.len() as u32).sum();
        let marks = marked.into_iter().filter(|(seat, _)| *seat < seats);
        let marks = marks.map(|(seat, tier)| Mark { seats: vec![[seat, seat]], tier: Some(tier), kind: None });
        let section = Section { name: "S".into(), placed, marks: marks.collect(), ..Section::default() };
        let map = SeatMap::new(SeatMapDocument { sections: vec![section], ..Default::default() }).unwrap();
        let again: SeatMapDocument = serde_json::from_str(map.canonical_json()).unwrap();
        prop_assert_eq!(&again, map.document());
        let again = SeatMap::new(again).unwrap();
        prop_assert_eq!(again.canonical_json(), map.canonical_json());
        prop_assert!(again == map && again.same_seats(&map));
    }
}
