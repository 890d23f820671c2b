//! Attributes that are numbers, and writing them down again.

use std::str::FromStr as _;

use roxmltree::Node;

use super::guard::Lines;
use crate::import::Report;

/// Longest outline of a seat or an area.
const MAX_PATH_BYTES: usize = 100_000;

/// The attributes that say what a shape is.
pub(super) const GEOMETRY: [&str; 11] =
    ["x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "d", "points"];

/// Whether all lengths and transforms of an element are finite numbers; reports those that are not.
pub(super) fn are_numbers(node: Node<'_, '_>, lines: &Lines, report: &mut Report) -> bool {
    let mut fine = true;
    for attribute in node.attributes().filter(|attribute| attribute.namespace().is_none()) {
        let value = attribute.value();
        let is_fine = match attribute.name() {
            "x" | "y" | "width" | "height" | "rx" | "ry" | "cx" | "cy" | "r" => is_length(value),
            "transform" => is_transform(value),
            "d" | "points" if value.len() > MAX_PATH_BYTES => {
                let message = format!("an outline of {} bytes; at most {MAX_PATH_BYTES}", value.len());
                report.error("path-too-long", &lines.origin(node), message);
                fine = false;
                true
            }
            "viewBox" => svgtypes::ViewBox::from_str(value).is_ok(),
            _ => true,
        };
        if !is_fine {
            let short: String = value.chars().take(40).collect();
            let message = format!("{} is {short:?}, not a finite number", attribute.name());
            report.error("not-a-number", &lines.origin(node), message);
            fine = false;
        }
    }
    fine
}

fn is_length(value: &str) -> bool {
    let value = value.trim();
    matches!(value, "" | "auto") || length(value).is_some()
}

/// A finite length.
pub(super) fn length(value: &str) -> Option<svgtypes::Length> {
    // Beyond this the library's single precision is no finite number any more.
    svgtypes::Length::from_str(value).ok().filter(|length| length.number.abs() < 1e9)
}

fn is_transform(value: &str) -> bool {
    svgtypes::Transform::from_str(value).is_ok_and(|matrix| {
        [matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f].iter().all(|part| part.abs() < 1e9)
    })
}

/// Writes an attribute.
pub(super) fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(out, value);
    out.push('"');
}

/// Text as it may stand between elements or in an attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(&mut out, text);
    out
}

/// Writes text so that it stays text.
pub(super) fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter => out.push(letter),
        }
    }
}
