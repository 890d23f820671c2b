//! What every format must keep: what was imported and exported is imported as the same.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::{
    Area, Shape,
    export::{self, Export},
};

/// One row of a made-up venue: its seats' jitter, how they are numbered, and tier and kind of each.
#[derive(Clone, Debug)]
struct MadeRow {
    jitter: Vec<(i32, i32)>,
    numbering: u8,
    tiers: Vec<u8>,
    kinds: Vec<u8>,
    gap_after: usize,
}

fn made_row() -> impl Strategy<Value = MadeRow> {
    (1..14_usize, 0..5_u8, 1..13_usize).prop_flat_map(|(seats, numbering, gap_after)| {
        let jitter = prop::collection::vec((-6..6_i32, -6..6_i32), seats);
        let tiers = prop::collection::vec(0..3_u8, seats);
        let kinds = prop::collection::vec(0..12_u8, seats);
        (jitter, tiers, kinds).prop_map(move |(jitter, tiers, kinds)| MadeRow {
            jitter,
            numbering,
            tiers,
            kinds,
            gap_after,
        })
    })
}

fn venue() -> impl Strategy<Value = Vec<Vec<MadeRow>>> {
    prop::collection::vec(prop::collection::vec(made_row(), 1..6), 1..4)
}

impl MadeRow {
    fn label(&self, seat: usize) -> String {
        let seats = self.jitter.len();
        match self.numbering {
            0 => (seat + 1).to_string(),
            1 => (seats - seat).to_string(),
            2 => (2 * seat + 1).to_string(),
            3 => format!("{}a", seat + 1),
            _ => ((seat * 7) % 97 + 3).to_string(),
        }
    }
}

/// The venue as lines `section,row,seat,x,y,tier,kind,id`, those of each section in the given order.
fn table(venue: &[Vec<MadeRow>], shuffle: usize) -> String {
    let mut lines = Vec::new();
    for (section, rows) in venue.iter().enumerate() {
        for (row, made) in rows.iter().enumerate() {
            for (seat, (dx, dy)) in made.jitter.iter().enumerate() {
                let gap = if seat >= made.gap_after { 130 } else { 0 };
                let x = section as i32 * 3_000 + seat as i32 * 55 + gap + dx;
                let y = row as i32 * 90 + dy;
                let kind = ["wheelchair", "companion", "restricted_view"].get(usize::from(made.kinds[seat]));
                let row_name = if row == 4 { String::new() } else { format!("R{row}") };
                lines.push(format!(
                    "Section {section},{row_name},{},{x},{y},{},{},id-{section}-{row}-{seat}",
                    made.label(seat),
                    ["Gold", "Silver", "7"][usize::from(made.tiers[seat])],
                    kind.unwrap_or(&""),
                ));
            }
        }
    }
    let count = lines.len();
    lines.rotate_left(shuffle % count);
    if shuffle.is_multiple_of(2) {
        lines.reverse();
    }
    format!("section,row,seat,x,y,tier,kind,id\n{}\n", lines.join("\n"))
}

/// The table with a line for each standing area: rectangles, and others with one corner more each.
fn with_areas(table: &str, areas: &[(u8, u16)]) -> String {
    let mut text = table.replacen("kind,id\n", "kind,id,capacity,width,height,outline\n", 1);
    for (number, (tier, capacity)) in areas.iter().enumerate() {
        let tier = ["Gold", "Floor", "7"][usize::from(*tier)];
        let (x, corners) = (number * 500, number + 2);
        let outline: Vec<_> = (0..corners).map(|corner| format!("{x},{} ", corner * 90)).collect();
        let place = match number % 2 {
            0 => format!("{x},-900,{tier},,,{capacity},400,{},", 100 + number),
            _ => format!(",,{tier},,,{capacity},,,\"{}-5,-5\"", outline.concat()),
        };
        let _ = writeln!(text, "Area {number},,,{place}");
    }
    text
}

fn map_of(import: &Import) -> SeatMap {
    SeatMap::new(import.document.clone()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_table_that_was_exported_is_the_same_map(
        venue in venue(),
        shuffle in 0..50_usize,
        areas in prop::collection::vec((0..3_u8, 1..5_000_u16), 0..5),
    ) {
        let import = csv(&with_areas(&table(&venue, shuffle), &areas), None).unwrap();
        prop_assert_eq!(import.document.areas.len(), areas.len());
        let map = map_of(&import);
        let export = Export { map: &map, tiers: &import.tiers, identities: &import.identities };
        let again = csv(&export::csv(&export).unwrap(), None).unwrap();
        prop_assert_eq!(&again.document, &import.document);
        prop_assert_eq!((&again.identities, &again.tiers), (&import.identities, &import.tiers));
        let canonical: SeatMapDocument = serde_json::from_str(map.canonical_json()).unwrap();
        prop_assert_eq!(canonical, import.document);
    }

    #[test]
    fn a_plan_that_was_exported_is_the_same_map(venue in venue(), shuffle in 0..50_usize) {
        let table = csv(&table(&venue, shuffle), None).unwrap();
        let map = map_of(&table);
        let export = Export { map: &map, tiers: &table.tiers, identities: &table.identities };
        let import = pretix(&export::pretix(&export, "Hall"), None).unwrap();
        prop_assert!(map_of(&import).same_seats(&map), "no seat is lost or moved");
        prop_assert_eq!((&import.identities, &import.tiers), (&table.identities, &table.tiers));
        let map = map_of(&import);
        let export = Export { map: &map, tiers: &import.tiers, identities: &import.identities };
        let again = pretix(&export::pretix(&export, "Hall"), None).unwrap();
        prop_assert_eq!(again.document, import.document);
        prop_assert_eq!((again.identities, again.tiers), (import.identities, import.tiers));
    }

    #[test]
    fn a_drawing_that_was_exported_is_the_same_map(venue in venue(), shuffle in 0..50_usize) {
        let table = csv(&table(&venue, shuffle), None).unwrap();
        let map = map_of(&table);
        let export = Export { map: &map, tiers: &table.tiers, identities: &table.identities };
        let import = svg(&export::svg(&export), &SvgOptions::default()).unwrap();
        let map = map_of(&import);
        let export = Export { map: &map, tiers: &import.tiers, identities: &import.identities };
        let again = svg(&export::svg(&export), &SvgOptions::default()).unwrap();
        prop_assert_eq!(again.document, import.document);
        prop_assert_eq!((again.identities, again.tiers), (import.identities, import.tiers));
    }

    #[test]
    fn nothing_makes_an_importer_stumble(text in "\\PC{0,200}", markup in "[<>/a-z\"= 0-9{}\\[\\]:,;\\n-]{0,200}") {
        for text in [text.clone(), markup.clone(), format!("<svg>{markup}</svg>"), format!("seat,x,y\n{markup}")] {
            let _ = (csv(&text, None), pretix(&text, None), svg(&text, &SvgOptions::default()));
        }
    }
}

fn codes(result: Result<Import, Findings>) -> Vec<(&'static str, u32)> {
    result.unwrap_err().0.into_iter().map(|finding| (finding.code, finding.line)).collect()
}

#[test]
fn tables_are_read_as_spreadsheets_write_them() {
    let import = csv(
        "\u{feff}Reihe;Platz;Block;X;Y;Kategorie\r\nA;2;\"Parkett; links\";55;0;B\r\n\r\nA;1;\"Parkett; links\";0;0;A\r\n",
        None,
    )
    .unwrap();
    let map = map_of(&import);
    assert_eq!(map.seat_label(0).unwrap(), "Parkett; links · Row A · 2");
    assert_eq!(import.tiers, ["B", "A"]);
    assert!(import.identities.is_empty() && import.document.identities.is_none());
    assert_eq!(
        csv("seat\tx\ty\n1\t0\t0\n2\t1\t0\n", Some(55.0)).unwrap().document.sections[0].placed[0].x_cm,
        [0, 55]
    );
}

#[test]
fn faults_of_a_table_are_named_by_line() {
    let text = "section,row,seat,x,y,kind\nS,A,1,0,0,\nS,A,1,60,0,\nS,A,3,NaN,0,\nS,A,4,5e9,0,\nS,A,,9,0,\nS,A,5,0,0,throne\n";
    let told = codes(csv(text, None));
    for expected in [("not-a-number", 4), ("missing-number", 6), ("kind", 7)] {
        assert!(told.contains(&expected), "{expected:?} in {told:?}");
    }
    let told = codes(csv("section,row,seat,x,y\nS,A,1,0,0\nS,A,1,60,0\nS,A,4,5e9,0\nS,A,5,61,1\n", None));
    for expected in [("duplicate-label", 3), ("too-far", 4), ("overlap", 5)] {
        assert!(told.contains(&expected), "{expected:?} in {told:?}");
    }
    assert_eq!(codes(csv("row,seat\nA,1\n", None)), [("column", 1), ("column", 1)]);
    assert_eq!(codes(csv("", None)), [("column", 1), ("column", 1), ("column", 1)]);
    assert_eq!(codes(csv("seat,x,y\n", None)), [("no-seats", 0)]);
    let many: String = (0..1_000).map(|seat| format!("{seat},x,0\n")).collect();
    let told = codes(csv(&format!("seat,x,y\n{many}"), None));
    assert_eq!((told.len(), told[MAX_FINDINGS].0), (MAX_FINDINGS + 1, "more"));
}

#[test]
fn standing_areas_are_lines_with_a_capacity() {
    let text = "Block;Platz;X;Y;Kategorie;Kapazität;Breite;Höhe;Umriss\n\
                Parkett;1;0;0;A;;;;\n\
                Graben;;-10;-20;B;500;90;40;\n\
                Rasen;;;;A;2000;;;0,0 10,0 10,10\n";
    let import = csv(text, Some(10.0)).unwrap();
    let rectangle = Shape::Rectangle { x_cm: -100, y_cm: -200, width_cm: 900, height_cm: 400 };
    let polygon = Shape::Polygon { points_cm: vec![[0, 0], [100, 0], [100, 100]] };
    let area = |name: &str, capacity, tier, shape| Area { name: name.to_owned(), capacity, tier, shape };
    assert_eq!(import.document.areas, [area("Graben", 500, 1, rectangle), area("Rasen", 2_000, 0, polygon)]);
    assert_eq!((import.document.sections.len(), &*import.tiers), (1, &["A".to_owned(), "B".to_owned()][..]));
    let only = csv("section,capacity,x,y,width,height\nLawn,80,0,0,900,900\n", None).unwrap();
    assert_eq!((only.document.sections.len(), only.document.areas.len()), (0, 1));
    let told = codes(csv(
        "section,seat,capacity,x,y,width,height,outline\nLawn,,many,0,0,9,9,\n,,5,0,0,9,9,\nPit,3,5,0,0,9,9,\nBar,,5,0,,9,9,\nEnd,,5,,,,,1,2\nOff,,5,,,,,\"1,2 3\"\n",
        None,
    ));
    for expected in
        [("capacity", 2), ("missing-name", 3), ("capacity", 4), ("not-a-number", 5), ("not-a-number", 7)]
    {
        assert!(told.contains(&expected), "{expected:?} in {told:?}");
    }
}

#[test]
fn a_plan_is_read_with_its_zones_stage_and_guids() {
    let seat = |guid: &str, number: &str, x: i32, category: &str| serde_json::json!({"seat_guid": guid, "seat_number": number, "position": {"x": x, "y": 0}, "category": category});
    let plan = serde_json::json!({
        "name": "Hall", "size": {"width": 400, "height": 200},
        "categories": [{"name": "Cheap", "color": "red"}, {"name": "Dear"}],
        "zones": [
            {"name": "Stalls", "position": {"x": 100, "y": 50}, "uuid": "u", "rows": [
                {"row_number": "A", "position": {"x": 5, "y": 0}, "seats": [seat("g1", "2", 25, "Dear"), seat("g2", "1", 0, "Dear")]},
                {"row_number": "B", "position": {"x": 5, "y": 30}, "seats": [seat("g3", "1", 0, "Cheap")]}],
             "areas": [{"shape": "rectangle", "position": {"x": 0, "y": -40}, "rotation": 0, "rectangle": {"width": 100, "height": 20}, "text": {"text": "Bar", "position": {"x": 0, "y": 0}}},
                       {"shape": "circle", "position": {"x": 0, "y": 0}, "circle": {"radius": 5}, "color": "blue"},
                       {"shape": "polygon", "position": {"x": 0, "y": -60}, "rotation": 90, "polygon": {"points": [{"x": 0, "y": 0}, {"x": 10, "y": 0}, {"x": 10, "y": 10}]}, "text": {"text": "Stage", "position": {"x": 0, "y": 0}}}]},
            {"position": {"x": 0, "y": 0}, "rows": [{"row_number": "", "seats": [seat("g4", "T1", 300, "Other")]}]}],
    });
    let import = pretix(&plan.to_string(), None).unwrap();
    let map = map_of(&import);
    let labels: Vec<_> = (0..4).map(|seat| map.seat_label(seat).unwrap()).collect();
    assert_eq!(labels, ["Stalls · Row A · 2", "Stalls · Row A · 1", "Stalls · Row B · 1", "Zone 2 · T1"]);
    assert_eq!(import.identities, ["g1", "g2", "g3", "g4"]);
    assert_eq!(
        (&*import.tiers, map.tiers()),
        (&["Cheap", "Dear", "Other"].map(String::from)[..], vec![0, 1, 2])
    );
    let at = map.position(1).unwrap();
    assert_eq!((at.x_cm, at.y_cm), (-209.0, -110.0), "105, 50 from the middle of 400 × 200 at 2.2 cm");
    let names: Vec<_> = map.document().landmarks.iter().map(|landmark| &*landmark.name).collect();
    assert_eq!(names, ["Stage", "Bar"]);
    assert_eq!(map.document().landmarks[0].shape.corners_cm()[1], [-220, -220], "turned clockwise");
    let found: Vec<_> = import.findings.iter().map(|finding| (finding.code, &*finding.element)).collect();
    assert_eq!(found, [("unknown-category", "zones[1].rows[0].seats[0]"), ("left-out", "")]);
    let mut twice = plan;
    twice["zones"][1]["rows"][0]["seats"][0]["seat_guid"] = "g1".into();
    assert_eq!(
        codes(pretix(&twice.to_string(), None)),
        [("duplicate-id", 0), ("unknown-category", 0), ("left-out", 0)]
    );
    assert_eq!(codes(pretix("{\n  \"zones\": 7}", None)), [("not-a-plan", 2)]);
    assert_eq!(codes(pretix(&"[".repeat(100_000), None)), [("not-a-plan", 1)]);
}

#[test]
fn a_plan_of_few_seats_keeps_their_places() {
    for seats in ["A,1,1,0,1", "A,1,1,0,0\nB,1,1,3000,0"] {
        let table = csv(&format!("section,row,seat,x,y\n{seats}\n"), None).unwrap();
        let map = map_of(&table);
        let export = Export { map: &map, tiers: &table.tiers, identities: &table.identities };
        let import = pretix(&export::pretix(&export, "Hall"), None).unwrap();
        assert!(map_of(&import).same_seats(&map), "{seats}");
    }
}
