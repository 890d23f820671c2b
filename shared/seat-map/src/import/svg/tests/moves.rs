//! Seats that styles and style sheets move.

use super::*;

/// Where the seats of a drawing lie, in its own units: 10 cm each, the middle of the page at 200, 150.
fn places(content: &str) -> Vec<[i32; 2]> {
    let import = read_with(content, &SvgOptions { scale_cm: Some(10.0), ..SvgOptions::default() });
    let map = SeatMap::new(import.document).unwrap();
    let place = |seat| map.position(seat).map(|at| [at.x_cm / 10.0 + 200.0, at.y_cm / 10.0 + 150.0]).unwrap();
    (0..map.seat_count()).map(|seat| place(seat).map(crate::import::svg::view::rounded)).collect()
}

fn seat(more: &str) -> String {
    format!("<circle data-section=\"S\" data-row=\"A\" data-seat=\"1\" cx=\"10\" cy=\"20\" r=\"4\" {more}/>")
}

fn refused(content: &str) -> (String, String) {
    let findings = svg(&drawing(content), &SvgOptions::default()).unwrap_err().0;
    let moved = findings.into_iter().find(|finding| finding.code == "transform").unwrap();
    (moved.element, moved.message)
}

#[test]
fn a_style_moves_like_the_attribute() {
    for (more, at) in [
        ("transform=\"translate(30 40)\"", [40, 60]),
        ("style=\"fill:red; transform: translate(30px, 40px)\"", [40, 60]),
        ("style=\"transform:translate(10%,10%)\"", [50, 50]),
        ("style=\"transform:rotate(90deg)\" transform=\"translate(99)\" id=\"stronger\"", [-20, 10]),
        ("style=\"transform:rotate(90deg);transform-origin:20px 20px\"", [20, 10]),
        ("transform=\"rotate(90)\" transform-origin=\"20 20\"", [20, 10]),
        ("transform=\"rotate(180)\" style=\"transform-origin:center\"", [390, 280]),
        ("style=\"transform:scale(3);transform-box:fill-box;transform-origin:50% 50%\"", [10, 20]),
        ("style=\"transform:scale(3);transform-box:fill-box\"", [18, 28]),
        ("style=\"transform:translateX(200%);transform-box:fill-box\"", [26, 20]),
        ("style=\"transform:none\"", [10, 20]),
    ] {
        assert_eq!(places(&seat(more)), [at], "{more}");
    }
}

#[test]
fn a_style_sheet_moves_what_it_names() {
    let content = format!(
        "<style>.a {{ transform: translate(30px, 0) }} #b {{ transform: translate(0, 50px) }} g {{ transform-origin: 0 0 }}
         .late {{ transform: translate(7px) !important }}</style>
         <g class=\"a\">{}</g>
         <g id=\"b\" class=\"a\">{}</g>
         <g class=\"late\" style=\"transform:translate(1px)\">{}</g>
         <use href=\"#chair\" class=\"a\" x=\"100\" data-section=\"S\" data-row=\"D\" data-seat=\"1\"/><defs><circle id=\"chair\" r=\"4\"/></defs>",
        seat(""),
        seat("").replace("\"A\"", "\"B\""),
        seat("").replace("\"A\"", "\"C\"")
    );
    let mut places = places(&content);
    places.sort_unstable();
    assert_eq!(places, [[10, 70], [17, 20], [40, 20], [130, 0]], "id before class, importance before all");
}

#[test]
fn a_move_that_is_not_understood_is_refused_by_name() {
    for (more, says) in [
        ("style=\"transform:translate(1em)\"", "translate(1em)"),
        ("style=\"transform:translate(10, 20)\"", "translate(10, 20)"),
        ("style=\"rotate: 45deg\"", "rotate"),
        ("style=\"transform:rotate(1deg);transform-origin:calc(1px)\"", "calc(1px)"),
        ("style=\"transform:rotate(1deg);transform-box:stroke-box\"", "stroke-box"),
        ("style=\"transform:scale(1e300)\"", "scale(1e300)"),
    ] {
        let (element, message) = refused(&seat(&format!("id=\"chair-7\" {more}")));
        assert_eq!(element, "circle#chair-7", "{more}");
        assert!(message.contains(says), "{message}");
    }
    let group =
        format!("<g id=\"block\" style=\"transform:scale(2);transform-box:fill-box\">{}</g>", seat(""));
    assert_eq!(refused(&group).0, "g#block");
    let rule = format!("<style>g > .seat {{ transform: scale(2) }}</style>{}", seat(""));
    assert_eq!(refused(&rule).0, "g > *[class~='seat']");
    let inner = format!(
        "<svg viewBox=\"0 0 10 10\"><g id=\"in\" style=\"transform:translate(50%)\">{}</g></svg>",
        seat("")
    );
    assert_eq!(refused(&inner).0, "g#in");
}

#[test]
fn decoration_may_be_moved_by_anything() {
    let content = format!(
        "{}<g style=\"transform:perspective(3em);rotate:3deg\"><rect width=\"9\" height=\"9\"/></g>",
        seat("")
    );
    assert_eq!(places(&content), [[10, 20]]);
}
