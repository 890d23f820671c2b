//! Drawings as programs export them that know nothing of seats.

use std::{collections::HashMap, fmt::Write as _};

use super::{super::repeated::Names, *};

fn found(import: &Import, code: &str) -> bool {
    import.findings.iter().any(|finding| finding.code == code)
}

/// Six seats from left to right, numbered from the right.
fn numbered_from_the_right(seat: impl Fn(u32, u32) -> String) -> String {
    (1..=6).map(|place| seat(place * 20, 7 - place)).collect()
}

#[test]
fn a_number_beside_the_only_shape_of_a_group_is_that_of_the_seat() {
    let expected = [6, 5, 4, 3, 2, 1].map(|seat| format!("Balkon · Row 1 · {seat}"));
    let balcony = |seats: String| {
        format!(
            "<g inkscape:label=\"Balkon\"><g inkscape:label=\"Reihe 1\"><rect width=\"300\" height=\"90\"/>{seats}</g></g>"
        )
    };
    let drawn = [
        balcony(numbered_from_the_right(|x, number| {
            format!(
                "<g id=\"g{x}\" transform=\"translate({x} 50)\"><circle id=\"c{x}\" r=\"5\"/><text id=\"t{x}\"><tspan>{number}</tspan></text></g>"
            )
        })),
        balcony(numbered_from_the_right(|x, number| {
            format!(
                "<g><title>a</title><circle cx=\"{x}\" cy=\"50\" r=\"5\"/><text x=\"{x}\" y=\"90\"> {number} </text></g>"
            )
        })),
        balcony(numbered_from_the_right(|x, number| {
            format!(
                "<g id=\"{number}\"><path id=\"Vector_{x}\" d=\"M{x} 50h9v9h-9z\"/><text>{number}</text></g>"
            )
        })),
    ];
    for content in drawn {
        let import = read(&content);
        assert_eq!(labels(&import), expected, "{content}");
        assert!(
            !found(&import, "numbered-by-place") && !found(&import, "ids-read-as"),
            "{:?}",
            import.findings
        );
        assert!(
            !import.background.is_some_and(|drawn| drawn.contains("text")),
            "what names a seat is no decoration"
        );
    }
}

#[test]
fn a_number_in_a_row_of_one_seat_is_that_of_the_row() {
    let row = |row: u32| {
        format!("<g id=\"Row {row}\"><circle cx=\"50\" cy=\"{}\" r=\"5\"/><text>{row}</text></g>", row * 20)
    };
    let import = read(&format!("<g id=\"Loge\">{}</g>", [row(7), row(8)].concat()));
    assert_eq!(labels(&import), ["Loge · Row 7 · 1", "Loge · Row 8 · 1"]);
}

#[test]
fn a_row_that_a_group_names_is_not_guessed_from_ids() {
    let circles = |first: u32| {
        (0..6).fold(String::new(), |mut row, seat| {
            let _ = write!(
                row,
                "<circle id=\"c{}\" cx=\"{}\" cy=\"{first}\" r=\"5\"/>",
                first + seat,
                20 * seat + 20
            );
            row
        })
    };
    for (one, two) in [("Reihe 1", "Reihe 2"), ("1", "2")] {
        let rows = format!("<g id=\"{one}\">{}</g><g id=\"{two}\">{}</g>", circles(50), circles(80));
        let labels = labels(&read(&format!("<g id=\"Balkon\">{rows}</g>")));
        assert_eq!((&*labels[0], &*labels[11]), ("Balkon · Row 1 · 1", "Balkon · Row 2 · 6"));
    }
    // A group that holds seats of several rows is none.
    let seats = ["A", "B"].map(|row| {
        (1..=4).fold(String::new(), |mut seats, seat| {
            let y = if row == "A" { 50 } else { 70 };
            let _ = write!(seats, "<circle id=\"{row}-{seat}\" cx=\"{}\" cy=\"{y}\" r=\"5\"/>", 20 * seat);
            seats
        })
    });
    let labels = labels(&read(&format!("<g id=\"Rang 1\">{}</g>", seats.concat())));
    assert!(labels[0].ends_with("Row A · 1") && labels[7].ends_with("Row B · 4"), "{labels:?}");
}

/// Two sections of two rows of six seats, whose layers are all called alike.
fn layers_of_one_name(mut layer: impl FnMut(String) -> String) -> String {
    let mut content = String::new();
    for section in 101..=102 {
        let _ = write!(content, "<g {}>", layer(format!("Section {section}")));
        for row in 1..=2 {
            let _ = write!(content, "<g {}>", layer(format!("Row {row}")));
            for seat in 1..=6 {
                let (x, y) = ((section - 101) * 180 + seat * 20, row * 40 + 60);
                let _ =
                    write!(content, "<circle {} cx=\"{x}\" cy=\"{y}\" r=\"6\"/>", layer(seat.to_string()));
            }
            content.push_str("</g>");
        }
        content.push_str("</g>");
    }
    content
}

#[test]
fn layers_that_a_program_had_to_tell_apart_have_one_name() {
    let mut counts: HashMap<String, u32> = HashMap::new();
    let mut count = move |name: &str| {
        let count = counts.entry(name.to_owned()).or_default();
        *count += 1;
        *count
    };
    let by_figma = layers_of_one_name(|name| match count(&name) {
        1 => format!("id=\"{name}\""),
        count => format!("id=\"{name}_{count}\""),
    });
    let by_illustrator = layers_of_one_name(|name| {
        let id = name.replace(' ', "_");
        match count(&id) {
            1 => format!("id=\"{id}\" data-name=\"{name}\""),
            count => format!("id=\"_{id}-{count}\" data-name=\"{name}\""),
        }
    });
    let expected: Vec<_> = (101..=102)
        .flat_map(|section| (1..=2).map(move |row| (section, row)))
        .flat_map(|(section, row)| (1..=6).map(move |seat| format!("Section {section} · Row {row} · {seat}")))
        .collect();
    for content in [&by_figma, &by_illustrator] {
        let import = read(content);
        assert_eq!(labels(&import), expected, "{content}");
        assert!(import.findings.is_empty(), "{:?}", import.findings);
    }
    let options = SvgOptions { id_pattern: Some("{seat}".into()), ..SvgOptions::default() };
    assert_eq!(labels(&read_with(&by_figma, &options)), expected);
    // Where some were deleted afterwards.
    let holes = by_figma.replacen("id=\"5_2\"", "data-was=\"5_2\"", 1);
    assert_eq!(labels(&read(&holes)).len(), 24);
}

#[test]
fn numbers_that_somebody_gave_stay() {
    let seats = |numbers: &[u32]| {
        let seat =
            |number: &u32| format!("<circle id=\"F_{number}\" cx=\"{}\" cy=\"50\" r=\"5\"/>", 9 * number);
        labels(&read(&format!("<g id=\"F\">{}</g>", numbers.iter().map(seat).collect::<String>())))
    };
    assert_eq!(seats(&[1, 2, 3, 4])[1], "Seats · Row F · 2");
    assert_eq!(seats(&[2, 3, 4, 5])[0], "Seats · Row F · 2");
    assert_eq!(seats(&[2, 4, 6, 8])[3], "Seats · Row F · 8");
}

#[test]
fn a_word_for_a_row_is_no_name_of_one() {
    let rows = ["Row", "Row_2", "Row_3"].map(|row| format!("<g id=\"{row}\"/>"));
    let text = format!("<svg>{}</svg>", rows.concat());
    let xml = roxmltree::Document::parse(&text).unwrap();
    let last = xml.descendants().rfind(|node| node.has_attribute("id")).unwrap();
    assert_eq!(Names::of(&xml).name_of(last).as_deref(), Some("Row_3"));
}

/// What is told of shapes that are not read, and of the first one its element and line.
fn unread(import: &Import) -> Option<(&str, &str, u32)> {
    let finding = import.findings.iter().find(|finding| finding.code == "not-read")?;
    Some((&finding.message, &finding.element, finding.line))
}

#[test]
fn a_seat_whose_id_fits_no_pattern_is_told() {
    type Shape = fn(u32, &str) -> String;
    let row = |shape: Shape| {
        let named = (1..=8).map(|seat| shape(seat, &format!("Left-A-{seat}")));
        let wrong = [shape(9, "Left--9"), shape(10, "LeftA10")];
        named.chain(wrong).collect::<Vec<_>>().join("\n")
    };
    let given = SvgOptions { id_pattern: Some("{section}-{row}-{seat}".into()), ..SvgOptions::default() };
    let shapes: [(&str, Shape); 4] = [
        ("circle", |x, id| format!("<circle id=\"{id}\" cx=\"{}\" cy=\"50\" r=\"6\"/>", x * 20)),
        ("path", |x, id| format!("<path id=\"{id}\" d=\"M{}.{x} 50h9v9h-9z\"/>", x * 20)),
        ("polygon", |x, id| {
            format!("<polygon id=\"{id}\" points=\"{0},9 {1},9 {1},18\"/>", x * 20, x * 20 + 9)
        }),
        ("use", |x, id| format!("<use id=\"{id}\" href=\"#chair\" x=\"{}\" y=\"50\"/>", x * 20)),
    ];
    for (tag, shape) in shapes {
        let chair = "<defs><circle id=\"chair\" r=\"6\"/></defs><rect width=\"390\" height=\"90\"/>";
        for options in [SvgOptions::default(), given.clone()] {
            let import = read_with(&format!("{chair}{}", row(shape)), &options);
            assert_eq!(labels(&import).len(), 8);
            let (message, element, line) = unread(&import).expect("two are told");
            assert_eq!((element, line), (&*format!("{tag}#Left--9"), 12));
            assert!(message.starts_with("2 shapes") && message.contains("LeftA10 (line 13)"), "{message}");
        }
    }
}

#[test]
fn what_lies_among_seats_and_is_almost_as_large_is_told_and_what_is_not_is_none() {
    let seats: String = (1..=6)
        .map(|seat| format!("<circle class=\"seat\" id=\"{seat}\" cx=\"{}\" cy=\"50\" r=\"5\"/>", seat * 20))
        .collect();
    let among = |what: &str| read(&format!("<g id=\"Row A\">{seats}{what}</g>"));
    let import = among("<circle cx=\"150\" cy=\"50\" r=\"4\"/>");
    assert!(unread(&import).unwrap().0.starts_with("a shape looks like a seat"));
    for other in ["<circle cx=\"150\" cy=\"50\" r=\"40\"/>", "<rect width=\"10\" height=\"10\"/>"] {
        assert_eq!(unread(&among(other)), None, "{other}");
    }
    let elsewhere = |what: &str| read(&format!("<g id=\"Row A\">{seats}</g>{what}"));
    assert_eq!(unread(&elsewhere("<circle cx=\"150\" cy=\"50\" r=\"4\"/>")), None);
    assert_eq!(unread(&elsewhere("<defs><circle cx=\"150\" cy=\"50\" r=\"5\"/></defs>")), None);
    assert!(unread(&elsewhere("<circle cx=\"150\" cy=\"50\" r=\"5\"/>")).is_some(), "of the same size");
    let many = unread(&elsewhere(&"<circle cx=\"150\" cy=\"50\" r=\"5\"/>".repeat(50)))
        .map(|told| told.0.to_owned());
    assert!(many.unwrap().ends_with("and 30 more"));
}
