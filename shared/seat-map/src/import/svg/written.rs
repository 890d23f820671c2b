//! Numbers that are written on seats.

use roxmltree::Node;

use super::role::{MAX_SEAT_PARTS, is_shape};

/// Most nodes of a seat in which its number is looked for, so that a large one may be repeated.
const MAX_NODES: usize = 200;

/// The number that is written on a seat; some programs write each digit by itself.
pub(super) fn written_number(node: Node<'_, '_>) -> Option<String> {
    let is_written = |part: &Node<'_, '_>| part.is_text() && part.ancestors().take(4).any(is_text);
    let parts = node.descendants().take(MAX_NODES).filter(is_written);
    let letters = parts.filter_map(|part| part.text()).flat_map(|text| text.chars().take(MAX_NODES));
    let written: String = letters.filter(|letter| !letter.is_whitespace()).take(9).collect();
    is_number(&written).then_some(written)
}

/// The number that is written beside the only shape of a group.
pub(super) fn number_in_group(group: Node<'_, '_>) -> Option<String> {
    let parts = || group.children().filter(Node::is_element);
    let is_seat = group.tag_name().name() == "g"
        && group.children().nth(MAX_NODES).is_none()
        && parts().count() <= MAX_SEAT_PARTS
        && parts().filter(|part| is_shape(*part)).count() == 1
        && parts().all(|part| is_shape(part) || !part.has_children() || is_text(part) || is_title(part));
    if is_seat { written_number(group) } else { None }
}

pub(super) fn is_text(node: Node<'_, '_>) -> bool {
    node.tag_name().name() == "text"
}

fn is_title(node: Node<'_, '_>) -> bool {
    matches!(node.tag_name().name(), "title" | "desc")
}

/// Whether a shape's name is a seat's number: "7", "12a".
pub(super) fn is_number(name: &str) -> bool {
    let digits = name.trim_end_matches(char::is_alphabetic);
    name.chars().count() <= digits.len() + 1
        && (1..=4).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}
