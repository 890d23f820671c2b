//! What is left of a drawing without its seats, as a drawing that can do nothing: elements and attributes that are
//! known to be harmless, links into the drawing itself only.

use std::collections::HashSet;

use roxmltree::{Document, Node, NodeId};

use super::{
    hidden::Hidden,
    numbers::{attribute, escape},
};
use crate::import::{Origin, Report};

/// Most bytes of a background.
const MAX_BYTES: usize = 6 * 1024 * 1024;
const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";

const ELEMENTS: [&str; 25] = [
    "a",
    "circle",
    "clipPath",
    "defs",
    "desc",
    "ellipse",
    "g",
    "line",
    "linearGradient",
    "marker",
    "mask",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "radialGradient",
    "rect",
    "stop",
    "style",
    "svg",
    "switch",
    "symbol",
    "text",
    "tspan",
    "use",
];
/// Elements that draw something.
const DRAWN: [&str; 9] = ["circle", "ellipse", "line", "path", "polygon", "polyline", "rect", "text", "use"];
const ATTRIBUTES: [&str; 73] = [
    "class",
    "clip-path",
    "clip-rule",
    "clipPathUnits",
    "color",
    "cx",
    "cy",
    "d",
    "direction",
    "display",
    "dominant-baseline",
    "dx",
    "dy",
    "fill",
    "fill-opacity",
    "fill-rule",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "fx",
    "fy",
    "gradientTransform",
    "gradientUnits",
    "height",
    "href",
    "id",
    "letter-spacing",
    "marker-end",
    "marker-mid",
    "marker-start",
    "markerHeight",
    "markerUnits",
    "markerWidth",
    "mask",
    "maskUnits",
    "offset",
    "opacity",
    "orient",
    "overflow",
    "patternContentUnits",
    "patternTransform",
    "patternUnits",
    "points",
    "preserveAspectRatio",
    "r",
    "refX",
    "refY",
    "rotate",
    "rx",
    "ry",
    "spreadMethod",
    "stop-color",
    "stop-opacity",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "style",
    "text-anchor",
    "textLength",
    "transform",
    "transform-origin",
    "vector-effect",
    "viewBox",
    "visibility",
    "width",
    "x",
    "y",
];
/// Also allowed, but of lines only.
const LINE: [&str; 4] = ["x1", "x2", "y1", "y2"];

/// Writes the background of `[x, y, width, height]`; none when nothing is left to be seen.
pub(super) fn background(
    xml: &Document<'_>,
    taken: &HashSet<NodeId>,
    hidden: &Hidden<'_>,
    view_box: [f64; 4],
    report: &mut Report,
) -> Option<String> {
    let [x, y, width, height] = view_box;
    let mut writer =
        Writer { taken, hidden, out: String::new(), drawn: 0, dropped: Vec::new(), is_full: false };
    writer.out.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\"");
    attribute(&mut writer.out, "width", &width.to_string());
    attribute(&mut writer.out, "height", &height.to_string());
    attribute(&mut writer.out, "viewBox", &format!("{x} {y} {width} {height}"));
    writer.presentation(xml.root_element());
    writer.out.push('>');
    writer.children(xml.root_element());
    writer.out.push_str("</svg>");
    for (name, count) in &writer.dropped {
        report.warn("left-out", &Origin::file(), format!("{count} × {name} left out of the background"));
    }
    if writer.is_full {
        let message = format!("the background would have more than {MAX_BYTES} bytes: left out");
        report.warn("background-too-large", &Origin::file(), message);
        return None;
    }
    (writer.drawn > 0).then_some(writer.out)
}

struct Writer<'a> {
    taken: &'a HashSet<NodeId>,
    hidden: &'a Hidden<'a>,
    out: String,
    drawn: usize,
    /// What was left out, and how often.
    dropped: Vec<(String, usize)>,
    is_full: bool,
}

impl Writer<'_> {
    fn children(&mut self, node: Node<'_, '_>) {
        for child in node.children() {
            if child.is_element() {
                self.element(child);
            } else if child.is_text() && matches!(node.tag_name().name(), "text" | "tspan") {
                escape(&mut self.out, child.text().unwrap_or_default());
            }
        }
    }

    fn element(&mut self, node: Node<'_, '_>) {
        let name = node.tag_name().name();
        if self.taken.contains(&node.id()) || self.is_full || self.hidden.is_hidden(node) {
            return;
        }
        if !matches!(node.tag_name().namespace(), None | Some(SVG)) || matches!(name, "title" | "metadata") {
            return;
        }
        if !ELEMENTS.contains(&name) {
            self.drop(&format!("<{name}>"));
            return;
        }
        self.is_full = self.out.len() > MAX_BYTES;
        if name == "style" {
            self.style(node);
            return;
        }
        // Links lead out of the drawing, so what was one is a group.
        let name = if name == "a" { "g" } else { name };
        let start = self.out.len();
        self.out.push('<');
        self.out.push_str(name);
        self.attributes(node);
        self.out.push('>');
        let (drawn, content) = (self.drawn, self.out.len());
        self.children(node);
        self.drawn += usize::from(DRAWN.contains(&name));
        let is_empty_group = name == "g" && self.out.len() == content && !node.has_attribute("id");
        if is_empty_group && self.drawn == drawn {
            self.out.truncate(start);
            return;
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn attributes(&mut self, node: Node<'_, '_>) {
        for own in node.attributes() {
            let name = own.name();
            let is_link = name == "href" && matches!(own.namespace(), None | Some(XLINK));
            let is_known = own.namespace().is_none() && (ATTRIBUTES.contains(&name) || LINE.contains(&name));
            if !(is_link || is_known) || node.tag_name().name() == "a" && is_link {
                continue;
            }
            let stays_here =
                if is_link { own.value().trim().starts_with('#') } else { is_harmless(own.value()) };
            if stays_here {
                attribute(&mut self.out, name, own.value());
            } else {
                self.drop(&format!("{name} that leads elsewhere"));
            }
        }
    }

    /// What the root element says of how things are drawn.
    fn presentation(&mut self, root: Node<'_, '_>) {
        const OWN: [&str; 8] =
            ["x", "y", "width", "height", "viewBox", "id", "preserveAspectRatio", "transform"];
        for own in root.attributes().filter(|own| own.namespace().is_none()) {
            let name = own.name();
            if ATTRIBUTES.contains(&name) && !OWN.contains(&name) && is_harmless(own.value()) {
                attribute(&mut self.out, name, own.value());
            }
        }
    }

    fn style(&mut self, node: Node<'_, '_>) {
        let text: String = node.children().filter_map(|child| child.text()).collect();
        if is_harmless(&text) && !text.contains('@') && !text.contains('<') {
            self.out.push_str("<style>");
            escape(&mut self.out, &text);
            self.out.push_str("</style>");
        } else {
            self.drop("<style> that leads elsewhere");
        }
    }

    fn drop(&mut self, what: &str) {
        if let Some((_, count)) = self.dropped.iter_mut().find(|(known, _)| known == what) {
            *count += 1;
        } else if self.dropped.len() < 20 {
            self.dropped.push((what.to_owned(), 1));
        }
    }
}

/// Whether a value has no escapes and links only into the drawing itself.
fn is_harmless(value: &str) -> bool {
    let lower = value.to_lowercase();
    let links = lower
        .match_indices("url(")
        .all(|(at, _)| lower[at + 4..].trim_start_matches([' ', '\'', '"']).starts_with('#'));
    links
        && !lower.contains('\\')
        && !lower.contains("/*")
        && !["javascript:", "expression(", "image(", "image-set(", "src(", "-moz-binding", "@import"]
            .iter()
            .any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stay_in_the_drawing() {
        for fine in ["fill:url(#a)", "red", "stroke:#333;fill:url( '#b' )", ""] {
            assert!(is_harmless(fine), "{fine}");
        }
        for bad in [
            "url(http://x)",
            "fill:URL(//x)",
            "url(#a) url(data:x)",
            "u\\72l(x)",
            "u/**/rl(x)",
            "image-set(x)",
        ] {
            assert!(!is_harmless(bad), "{bad}");
        }
    }
}
