mod foreign;
mod hostile;
mod moves;

use std::fmt::Write as _;

use super::*;
use crate::{RowEnd, SeatKind, SeatMap, import::Severity};

fn drawing(content: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/svg11.dtd\">\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         xmlns:inkscape=\"http://www.inkscape.org/namespaces/inkscape\" viewBox=\"0 0 400 300\">\n{content}\n</svg>"
    )
}

fn read_with(content: &str, options: &SvgOptions) -> Import {
    svg(&drawing(content), options).unwrap_or_else(|findings| panic!("{findings:?}"))
}

fn read(content: &str) -> Import {
    read_with(content, &SvgOptions::default())
}

fn labels(import: &Import) -> Vec<String> {
    let map = SeatMap::new(import.document.clone()).unwrap();
    (0..map.seat_count()).map(|seat| map.seat_label(seat).unwrap()).collect()
}

fn codes(content: &str) -> Vec<&'static str> {
    let findings = svg(&drawing(content), &SvgOptions::default()).unwrap_err().0;
    findings
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.code)
        .collect()
}

#[test]
fn where_nothing_has_a_name_what_is_repeated_most_is_a_seat() {
    // As a drawing program numbers its groups and shapes by itself.
    let mut content =
        String::from("<rect id=\"Rectangle 1\" width=\"390\" height=\"9\"/><g id=\"Group 99\">");
    for block in 0..2 {
        let _ = write!(content, "<g id=\"Group {block}\"><path id=\"Vector {block}\" d=\"M0 0h9v9z\"/>");
        for row in 0..3 {
            let _ = write!(content, "<g id=\"Group {block}{row}\">");
            for seat in 0..4 {
                let (x, y) = (20 + block * 150 + seat * 10, 40 + row * 12);
                let _ = write!(
                    content,
                    "<g id=\"Seat_{seat}\"><circle id=\"Ellipse {seat}\" cx=\"{x}\" cy=\"{y}\" r=\"3\" transform=\"rotate(180 {x} {y})\"/></g>"
                );
            }
            content.push_str("</g>");
        }
        content.push_str("</g>");
    }
    let import = read(&(content + "</g>"));
    let labels = labels(&import);
    assert_eq!(labels.len(), 24);
    assert_eq!((labels[0].as_str(), labels[23].as_str()), ("Block 1 · Row 1 · 1", "Block 2 · Row 3 · 4"));
    assert!(import.findings.iter().any(|finding| finding.code == "named-by-order"), "{:?}", import.findings);
}

#[test]
fn seats_are_groups_of_a_class_with_their_number_written_on_them() {
    let mut content = String::from(
        "<g id=\"scena\"><rect x=\"20\" y=\"5\" width=\"90\" height=\"9\"/></g><g id=\"parterre\"><g id=\"row1\">",
    );
    for (side, first) in [("left", 1), ("right", 3)] {
        let _ = write!(content, "<g id=\"row1{side}\">");
        for seat in first..first + 2 {
            let x = seat * 20;
            let _ = write!(
                content,
                "<g class=\"seat\" id=\"seat010{seat}\"><path d=\"M{x} 50h10v10h-10z\"/><text x=\"{x}\" y=\"58\">1</text><text x=\"{x}\" y=\"58\"> {seat}\n</text></g>"
            );
        }
        content.push_str("</g>");
    }
    content.push_str("</g></g>");
    let import = read(&content);
    assert_eq!(labels(&import), [11, 12, 13, 14].map(|seat| format!("parterre · Row 1 · {seat}")));
    assert!(import.findings.iter().any(|finding| finding.code == "class-read-as"));
    assert_eq!(import.document.landmarks[0].name, "scena", "in whatever language");
    let options = SvgOptions { id_pattern: Some("seat{row:2}{seat:2}".into()), ..SvgOptions::default() };
    assert_eq!(labels(&read_with(&content, &options))[3], "parterre · Row 01 · 04");
}

#[test]
fn names_that_a_drawing_program_declares_are_resolved() {
    let text = "<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/svg11.dtd\" [\n\
        \t<!ENTITY ns_svg \"http://www.w3.org/2000/svg\">\n\t<!ENTITY ns_xlink 'http://www.w3.org/1999/xlink'>\n]>\n\
        <svg xmlns=\"&ns_svg;\" xmlns:xlink=\"&ns_xlink;\" viewBox=\"0 0 9 9\">\n\
        <circle data-row=\"A\" data-seat=\"1\" cx=\"2\" cy=\"2\" r=\"1\"/>\n<circle data-row=\"A\" data-seat=\"1\" cx=\"5\" cy=\"2\" r=\"1\"/>\n</svg>";
    let Findings(findings) = svg(text, &SvgOptions::default()).unwrap_err();
    assert_eq!((findings[0].code, findings[0].line), ("duplicate-label", 8), "lines stay where they are");
    let import =
        svg(&text.replacen("data-seat=\"1\"", "data-seat=\"2\"", 1), &SvgOptions::default()).unwrap();
    assert_eq!(labels(&import), ["Seats · Row A · 2", "Seats · Row A · 1"]);
}

#[test]
fn seats_say_what_they_are_and_have_the_rest_from_their_groups() {
    let import = read(
        r##"<defs><symbol id="chair" viewBox="0 0 10 10"><path d="M0 0H10V10H0z"/></symbol></defs>
        <rect id="Stage" x="150" y="10" width="100" height="40"/>
        <g data-section="Stalls" data-tier="Gold" transform="translate(100 100)">
          <g data-row="B" transform="translate(0,24)">
            <circle id="b2" data-seat="2" cx="22" cy="0" r="4"/>
            <rect id="b1" data-seat="1" x="-4" y="-4" width="8" height="8" transform="rotate(45)"/>
            <use id="b3" href="#chair" data-seat="3" x="39" y="-5" width="10" height="10" data-tier="Silver"/>
          </g>
          <g data-row="A" transform="scale(2)">
            <g data-seat="1" data-kind="wheelchair"><circle cx="0" cy="0" r="2"/><text>1</text></g>
            <svg x="9" y="-2" width="4" height="4" viewBox="0 0 40 40"><ellipse data-seat="2" cx="20" cy="20" rx="9" ry="9"/></svg>
          </g>
        </g>
        <polygon data-area="Pit" data-capacity="250" data-tier="Standing" points="150,60 250,60 250,90 150,90"/>
        <text x="5" y="5">Hall</text>"##,
    );
    assert_eq!(
        labels(&import),
        [
            "Stalls · Row A · 1",
            "Stalls · Row A · 2",
            "Stalls · Row B · 1",
            "Stalls · Row B · 2",
            "Stalls · Row B · 3"
        ]
    );
    assert_eq!(import.tiers, ["Gold", "Silver", "Standing"]);
    let map = SeatMap::new(import.document.clone()).unwrap();
    assert_eq!((0..5).map(|seat| map.tier_of(seat).unwrap()).collect::<Vec<_>>(), [0, 0, 0, 0, 1]);
    assert_eq!(map.kind_of(0), Some(SeatKind::Wheelchair));
    // Neighbours are 22 units apart, that is 55 cm, and the middle of the page is the origin.
    let at = |seat| map.position(seat).map(|at| [at.x_cm, at.y_cm]).unwrap();
    assert_eq!([at(0), at(1)], [[-250.0, -125.0], [-195.0, -125.0]]);
    assert_eq!([at(2), at(3), at(4)], [[-250.0, -65.0], [-195.0, -65.0], [-140.0, -65.0]]);
    assert_eq!((map.areas()[0].capacity, map.areas()[0].tier), (250, 2));
    assert_eq!(map.areas()[0].shape.corners_cm().len(), 4);
    assert_eq!(map.document().landmarks[0].name, "Stage");
    assert_eq!(import.identities, ["", "", "b1", "b2", "b3"]);
    let background = import.background.unwrap();
    assert!(
        background.contains("Hall") && background.contains("id=\"Stage\"") && !background.contains("data-")
    );
    assert!(!background.contains("b1") && !background.contains("polygon"), "{background}");
    let place = map.document().background.as_ref().unwrap();
    assert_eq!((place.x_cm, place.y_cm, place.width_cm, place.height_cm), (-500, -375, 1000, 750));
    assert_eq!(place.file, file_hash(&background));
}

#[test]
fn ids_and_classes_are_read_by_rules() {
    let options = SvgOptions {
        id_pattern: Some("{section}-{row}-{seat}".into()),
        class_tiers: vec![("vip".into(), "Best".into())],
        ..SvgOptions::default()
    };
    let import = read_with(
        r#"<g class="vip"><circle id="Left-A-1" cx="10" cy="50" r="3"/><circle id="Left-A-2" cx="20" cy="50" r="3"/></g>
           <circle id="x1" cx="30" cy="50" r="3"/><circle class="vip" id="x2" cx="40" cy="80" r="3"><title>Left-B-1</title></circle>
           <path inkscape:label="Left-B-2" class="other" d="m47 77 h6 v6 h-6 z"/>"#,
        &options,
    );
    assert_eq!(
        labels(&import),
        ["Left · Row A · 1", "Left · Row A · 2", "Left · Row B · 1", "Left · Row B · 2"]
    );
    assert_eq!(import.tiers, ["Best", "Standard"]);
    let by_class = SvgOptions { seat_class: Some("seat".into()), ..SvgOptions::default() };
    let import = read_with(
        r#"<g id="Balcony"><g id="row-C"><circle class="seat" cx="10" cy="50" r="3"/><rect class="a seat b" x="17" y="47" width="6" height="6"/>
           <circle class="lamp" cx="100" cy="50" r="3"/></g></g>"#,
        &by_class,
    );
    assert_eq!(labels(&import), ["Balcony · Row C · 1", "Balcony · Row C · 2"]);
    assert!(import.findings.iter().any(|finding| finding.code == "numbered-by-place"));
}

#[test]
fn a_plain_export_is_read_by_its_ids_or_by_the_names_of_its_groups() {
    let mut circles = String::new();
    for seat in 1..=8 {
        let _ =
            write!(circles, "<circle id=\"Parkett_F_{seat}\" cx=\"{}\" cy=\"50\" r=\"3\"/>", 200 - 10 * seat);
    }
    let import = read(&format!("{circles}<circle id=\"circle77\" cx=\"5\" cy=\"5\" r=\"2\"/>"));
    assert_eq!(labels(&import)[..2], ["Parkett · Row F · 8", "Parkett · Row F · 7"]);
    assert_eq!(import.document.sections[0].placed[0].numbers.from, RowEnd::Right);
    assert!(import.findings.iter().any(|finding| finding.code == "ids-read-as"));
    let import = read(
        r#"<g inkscape:label="Balkon Links" id="layer1"><g id="Reihe_x20_2"><rect width="90" height="90"/><circle cx="30" cy="50" r="3"/><circle cx="10" cy="50" r="3"/><circle cx="20" cy="50" r="3"/></g>
           <g id="g17"><g data-name="1"><rect x="7" y="67" width="6" height="6"/><rect x="17" y="67" width="6" height="6"/></g></g></g>
           <g id="lamps"><circle cx="300" cy="50" r="3"/></g>"#,
    );
    assert_eq!(
        labels(&import),
        [
            "Balkon Links · Row 2 · 1",
            "Balkon Links · Row 2 · 2",
            "Balkon Links · Row 2 · 3",
            "Balkon Links · Row 1 · 1",
            "Balkon Links · Row 1 · 2"
        ]
    );
}

#[test]
fn common_ways_to_name_seats_are_understood() {
    let four = |seat: &dyn Fn(u32) -> String| {
        let circles = (1..=4)
            .map(|number| format!("<circle {} cx=\"{}\" cy=\"9\" r=\"3\"/>", seat(number), 10 * number));
        labels(&read(&circles.collect::<String>()))[3].clone()
    };
    assert_eq!(four(&|seat| format!("id=\"orchestra-rowA-seat{seat}\"")), "orchestra · Row A · 4");
    assert_eq!(four(&|seat| format!("id=\"seat-A{seat}\"")), "Seats · Row A · 4");
    assert_eq!(four(&|seat| format!("id=\"seat_B_{seat}\"")), "Seats · Row B · 4");
    assert_eq!(four(&|seat| format!("id=\"seat-west-r7-s{seat}\"")), "west · Row 7 · 4");
    assert_eq!(
        four(&|seat| format!("id=\"seat_{seat}\" data-section=\"main\" data-row=\"2\" data-num=\"{seat}\"")),
        "main · Row 2 · 4"
    );
    assert_eq!(
        four(&|seat| format!("data-seat-section=\"IMAX\" data-seat-row=\"M\" data-seat-seat=\"{seat}\"")),
        "IMAX · Row M · 4"
    );
    let nested = |name: &str, word: &str| {
        let circles = (1..=3).map(|seat| {
            format!("<circle {name}=\"{word}{}\" cx=\"{}\" cy=\"9\" r=\"3\"/>", 9 - seat, 10 * seat)
        });
        let import =
            read(&format!("<g id=\"orchestra\"><g id=\"rowA\">{}</g></g>", circles.collect::<String>()));
        labels(&import)[0].clone()
    };
    assert_eq!(nested("data-name", ""), "orchestra · Row A · 8");
    assert_eq!(nested("id", "seat-"), "orchestra · Row A · 8");
    assert_eq!(nested("id", "circle"), "orchestra · Row A · 1");
    assert_eq!(nested("class", ""), "orchestra · Row A · 1");
}

#[test]
fn what_is_repeated_is_there_as_often() {
    let import = read(
        r##"<defs><g id="block"><circle id="p" data-row="A" data-seat="1" cx="0" cy="0" r="3"/><circle id="q" data-row="A" data-seat="2" cx="10" cy="0" r="3"/></g></defs>
           <use id="L" xlink:href="#block" data-section="Left" x="50" y="50"/><use id="R" href="#block" data-section="Right" transform="translate(200,0)" x="50" y="50"/>"##,
    );
    assert_eq!(
        labels(&import),
        ["Left · Row A · 1", "Left · Row A · 2", "Right · Row A · 1", "Right · Row A · 2"]
    );
    assert_eq!(import.identities, ["L/p", "L/q", "R/p", "R/q"]);
}

#[test]
fn rows_begin_at_the_stage_and_seats_at_the_left_of_who_looks_at_it() {
    // The stage is below: looking at it, the left is at the right of the page.
    let import = read(
        r#"<g data-section="S"><g data-row="Z"><circle data-seat="1" cx="10" cy="50" r="3"/><circle data-seat="2" cx="20" cy="50" r="3"/>
           <circle data-seat="3" cx="60" cy="50" r="3"/></g><g data-row="Y"><circle data-seat="1" cx="10" cy="70" r="3"/><circle data-seat="2" cx="20" cy="70" r="3"/></g></g>
           <rect data-stage="" x="0" y="200" width="80" height="20"/>"#,
    );
    assert_eq!(
        labels(&import),
        ["S · Row Y · 2", "S · Row Y · 1", "S · Row Z · 3", "S · Row Z · 2", "S · Row Z · 1"]
    );
    assert_eq!(import.document.sections[0].placed[1].aisles, [1]);
}

#[test]
fn everything_wrong_is_told_at_once_with_its_element_and_line() {
    let content = r#"<g data-section="S" data-row="A">
<circle id="one" data-seat="1" cx="10" cy="50" r="3"/>
<circle id="two" data-seat="1" cx="20" cy="50" r="3"/>
<circle id="nan" data-seat="3" cx="NaN" cy="50" r="3"/>
<circle id="inf" data-seat="4" cx="1e400" cy="50" r="3"/>
<circle id="flat" data-seat="5" cx="50" cy="50" r="0"/>
<circle id="out" data-seat="6" cx="999" cy="50" r="3"/>
<circle id="onto" data-seat="7" cx="10" cy="51" r="3"/>
<circle id="bad" data-seat="8" cx="70" cy="50" r="3" transform="rotate(x)"/>
</g>
<circle id="lost" data-seat="1" cx="90" cy="90" r="3"/>"#;
    let findings = svg(&drawing(content), &SvgOptions::default()).unwrap_err().0;
    let told: Vec<_> =
        findings.iter().map(|finding| (finding.code, &*finding.element, finding.line)).collect();
    for expected in [
        ("not-a-number", "circle#nan", 7),
        ("not-a-number", "circle#inf", 8),
        ("not-a-number", "circle#bad", 12),
    ] {
        assert!(told.contains(&expected), "{expected:?} in {told:?}");
    }
    let finite = content.lines().filter(|line| !["nan", "inf", "bad"].iter().any(|id| line.contains(id)));
    let findings =
        svg(&drawing(&finite.collect::<Vec<_>>().join("\n")), &SvgOptions::default()).unwrap_err().0;
    let told: Vec<_> =
        findings.iter().map(|finding| (finding.code, &*finding.element, finding.line)).collect();
    for expected in [
        ("duplicate-label", "circle#two", 6),
        ("not-drawn", "circle#flat", 7),
        ("outside", "circle#out", 8),
        ("overlap", "circle#onto", 9),
        ("missing-row", "circle#lost", 11),
    ] {
        assert!(told.contains(&expected), "{expected:?} in {told:?}");
    }
    let out = findings.iter().find(|finding| finding.code == "outside").unwrap();
    assert_eq!((out.x, out.y), (Some(999.0), Some(50.0)));
}

#[test]
fn a_drawing_that_was_exported_is_the_same_map() {
    let import = read(
        r#"<rect id="Stage" x="150" y="10" width="100" height="40"/><g data-section="Stalls &amp; &lt;more&gt;">
           <g data-row="A"><circle data-id="x-1" data-seat="1a" cx="150" cy="100" r="4" data-kind="companion"/><circle data-id="x-2" data-seat="2" cx="160.3" cy="101" r="4"/></g>
           <g data-row="B" data-tier="2"><circle data-id="x-3" data-seat="1" cx="150" cy="110" r="4"/><circle data-id="x-4" data-seat="2" cx="160" cy="110" r="4"/></g></g>
           <polygon data-area="Pit" data-capacity="250" data-tier="1" points="150,60 250,60 250,90 150,90"/>"#,
    );
    let map = SeatMap::new(SeatMapDocument { background: None, ..import.document.clone() }).unwrap();
    let export = crate::export::Export { map: &map, tiers: &import.tiers, identities: &import.identities };
    let again = svg(&crate::export::svg(&export), &SvgOptions::default()).unwrap();
    assert_eq!(again.identities, import.identities);
    assert_eq!(SeatMapDocument { background: None, ..again.document }, *map.document());
}
