//! What a drawing must not have, checked before anything looks at it closely.

use std::collections::HashSet;

use roxmltree::{Document, Node, ParsingOptions};

use crate::import::{MAX_FILE_BYTES, Origin, Report};

/// Most nodes of a drawing: elements, texts, comments.
const MAX_NODES: u32 = 1_000_000;
/// Deepest element; whatever walks the tree may do so by recursion.
pub(super) const MAX_DEPTH: usize = 100;
/// Most attributes of an element: the library compares each with each.
const MAX_ATTRIBUTES: usize = 500;
/// Most namespaces that are named in a drawing: the library copies them from parents to children.
const MAX_NAMESPACES: usize = 50;
/// Longest prefix of a namespace.
const LONGEST_PREFIX: usize = 100;
/// Most entities a drawing may declare, and bytes of the longest.
const MAX_ENTITIES: usize = 100;
const LONGEST_ENTITY: usize = 200;
/// Elements that do something.
const ACTIVE: [&str; 9] =
    ["script", "handler", "listener", "iframe", "object", "embed", "audio", "video", "canvas"];

/// Where the lines of a text begin.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    /// The origin of an element, like `circle#A-12`.
    pub(super) fn origin(&self, node: Node<'_, '_>) -> Origin {
        let at = node.range().start;
        let line = self.0.partition_point(|start| *start <= at);
        let column = at - self.0[line.saturating_sub(1)] + 1;
        let name = node.tag_name().name();
        let id = node.attribute("id").or_else(|| node.attribute("data-seat")).unwrap_or_default();
        let short: String = id.chars().take(60).collect();
        Origin {
            element: if short.is_empty() { name.to_owned() } else { format!("{name}#{short}") },
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
            at: None,
        }
    }
}

/// Whether the file is not too large, and what it declares as entities are short words that name nothing else, as
/// Illustrator writes them: nothing can grow, nothing is read from elsewhere.
fn is_plain(text: &str, report: &mut Report) -> bool {
    if text.len() > MAX_FILE_BYTES {
        let message = format!("{} bytes; at most {MAX_FILE_BYTES}", text.len());
        report.error("too-large", &Origin::file(), message);
        return false;
    }
    let declared = text.split("<!ENTITY").skip(1);
    let lengths: Option<Vec<usize>> = declared.map(|rest| entity(rest).map(str::len)).collect();
    let longest = lengths.as_ref().and_then(|lengths| lengths.iter().max().copied()).unwrap_or(0);
    let is_bounded = longest == 0 || text.matches('&').count().saturating_mul(longest) <= MAX_FILE_BYTES;
    if lengths.is_some_and(|lengths| lengths.len() <= MAX_ENTITIES) && is_bounded {
        return true;
    }
    let message =
        "declares entities that refer to others, to files, or are long (<!ENTITY …>): save it as plain SVG";
    report.error("entities", &Origin::file(), message);
    false
}

/// The value of an entity, from what follows the word that declares it.
fn entity(rest: &str) -> Option<&str> {
    let (name, rest) = rest.trim_start().split_once(|letter: char| letter.is_whitespace())?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let (value, _) = rest[1..].split_once(quote)?;
    let is_short = name.len() <= LONGEST_PREFIX && value.len() <= LONGEST_ENTITY;
    (is_short && !name.contains('%') && !value.contains(['&', '<', '%'])).then_some(value)
}

/// Whether no element has more attributes, and the drawing no more namespaces, than the library reads in a time that
/// grows with the text only.
fn is_readable(text: &str, report: &mut Report) -> bool {
    let mut line = 1;
    for tag in text.split('<') {
        if tag.bytes().filter(|byte| *byte == b'=').count() > MAX_ATTRIBUTES && !tag.starts_with("!") {
            let origin = Origin { line, ..Origin::file() };
            report.error("too-many-attributes", &origin, format!("more than {MAX_ATTRIBUTES} attributes"));
            return false;
        }
        line = line.saturating_add(u32::try_from(tag.matches('\n').count()).unwrap_or(u32::MAX));
    }
    let mut names: HashSet<&[u8]> = HashSet::new();
    for (at, word) in text.match_indices("xmlns:") {
        let name = &text.as_bytes()[at + word.len()..];
        let end = name.iter().take(LONGEST_PREFIX).position(|byte| b"= \t\r\n".contains(byte));
        let is_new = end.is_none_or(|end| names.insert(&name[..end]));
        if end.is_none() || is_new && names.len() > MAX_NAMESPACES {
            let message = format!("more than {MAX_NAMESPACES} namespaces, or too long a prefix");
            report.error("too-many-attributes", &Origin::file(), message);
            return false;
        }
    }
    true
}

/// The elements of a drawing, if there are not too many of them.
pub(super) fn parse<'a>(text: &'a str, report: &mut Report) -> Option<Document<'a>> {
    if !is_plain(text, report) || !is_readable(text, report) {
        return None;
    }
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    match Document::parse_with_options(text, options) {
        Ok(xml) if xml.root_element().tag_name().name() == "svg" => Some(xml),
        Ok(_) => {
            report.error("not-svg", &Origin::file(), "the file's first element is not <svg>");
            None
        }
        Err(error) => {
            let at = error.pos();
            let origin = Origin { line: at.row, column: at.col, ..Origin::file() };
            report.error("not-xml", &origin, format!("cannot be read: {error}"));
            None
        }
    }
}

/// Reports what is too deep, and as `active` everything that could do something when the drawing is shown.
pub(super) fn check(xml: &Document<'_>, lines: &Lines, report: &mut Report, active: &mut Report) {
    let mut depths = vec![0_u16; xml.descendants().count()];
    let mut too_deep = false;
    for node in xml.descendants().filter(Node::is_element) {
        let above =
            node.parent().map_or(0, |parent| depths.get(parent.id().get_usize()).copied().unwrap_or(0));
        if let Some(depth) = depths.get_mut(node.id().get_usize()) {
            *depth = above.saturating_add(1);
        }
        if usize::from(above) >= MAX_DEPTH && !too_deep {
            too_deep = true;
            let message = format!("lies more than {MAX_DEPTH} elements deep");
            report.error("too-deep", &lines.origin(node), message);
        }
        let name = node.tag_name().name();
        if ACTIVE.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            active.error("script", &lines.origin(node), format!("a drawing must not have <{name}>"));
        }
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            let is_handler = name.len() > 2 && name.as_bytes()[..2].eq_ignore_ascii_case(b"on");
            if is_handler || is_script(value) {
                active.error("script", &lines.origin(node), format!("a drawing must not have {name}"));
            }
        }
    }
}

fn is_script(value: &str) -> bool {
    const SCHEMES: [&str; 2] = ["javascript:", "vbscript:"];
    let letters = value.chars().filter(|letter| !letter.is_whitespace() && !letter.is_control());
    let start: String = letters.take(11).flat_map(char::to_lowercase).collect();
    SCHEMES.iter().any(|scheme| start.starts_with(scheme))
}
