//! Writes down elements as a drawing of nothing else: their outlines and what moves them.

use std::fmt::Write as _;

use roxmltree::Node;

use super::{
    numbers::{GEOMETRY, are_numbers, attribute},
    role::is_shape,
    walk::{Around, Walk},
};

impl<'a, 'input> Walk<'a, 'input> {
    /// Writes an element with all that is drawn in it.
    pub(super) fn write(&mut self, node: Node<'a, 'input>, id: &str, around: &Around) {
        if self.is_over(node, around) || !are_numbers(node, self.lines, self.report) {
            return;
        }
        let tag = node.tag_name().name();
        let target = if tag == "use" { self.target(node) } else { None };
        let transform = match self.moves.of_element(node) {
            Ok(transform) => transform,
            Err(message) => return self.report.error("transform", &self.lines.origin(node), message),
        };
        if is_shape(node) && tag != "use" {
            self.found.written.push('<');
            self.found.written.push_str(tag);
            self.attributes(node, id, &transform);
            self.found.written.push_str("/>");
            return;
        }
        if !(matches!(tag, "g" | "svg" | "a" | "switch") || target.is_some()) || self.hidden.is_hidden(node) {
            return;
        }
        let inner = around.below();
        self.open(node, Some(id), &transform, target);
        match target {
            Some(target) if !matches!(target.tag_name().name(), "symbol" | "svg") => {
                self.write(target, "", &inner);
            }
            _ => {
                for child in target.unwrap_or(node).children().filter(Node::is_element) {
                    self.write(child, "", &inner);
                }
            }
        }
        self.close(node, target);
    }

    /// A group for the element's own transform, and for one with a view box of its own another drawing in it.
    pub(super) fn open(
        &mut self,
        node: Node<'a, 'input>,
        id: Option<&str>,
        transform: &str,
        target: Option<Node<'a, 'input>>,
    ) {
        self.found.written.push_str("<g");
        if let Some(id) = id.filter(|id| !id.is_empty()) {
            attribute(&mut self.found.written, "id", id);
        }
        let port = view_port(node, target);
        if port.is_none() && node.tag_name().name() == "use" {
            let at = |name: &str| node.attribute(name).unwrap_or("0").to_owned();
            // Lengths with units have no place in a transform: the place is a drawing of its own.
            attribute(&mut self.found.written, "transform", transform);
            let _ = write!(self.found.written, "><svg overflow=\"visible\"");
            attribute(&mut self.found.written, "x", &at("x"));
            attribute(&mut self.found.written, "y", &at("y"));
            self.found.written.push('>');
            return;
        }
        attribute(&mut self.found.written, "transform", transform);
        self.found.written.push('>');
        if let Some(port) = port {
            self.found.written.push_str("<svg overflow=\"visible\"");
            for name in ["x", "y", "width", "height"] {
                if let Some(value) = node.attribute(name).or_else(|| port.attribute(name)) {
                    attribute(&mut self.found.written, name, value);
                }
            }
            for name in ["viewBox", "preserveAspectRatio"] {
                if let Some(value) = port.attribute(name) {
                    attribute(&mut self.found.written, name, value);
                }
            }
            self.found.written.push('>');
        }
    }

    pub(super) fn close(&mut self, node: Node<'a, 'input>, target: Option<Node<'a, 'input>>) {
        if view_port(node, target).is_some() || node.tag_name().name() == "use" {
            self.found.written.push_str("</svg>");
        }
        self.found.written.push_str("</g>");
    }

    fn attributes(&mut self, node: Node<'a, 'input>, id: &str, transform: &str) {
        if !id.is_empty() {
            attribute(&mut self.found.written, "id", id);
        }
        for name in GEOMETRY {
            if let Some(value) = node.attribute(name) {
                attribute(&mut self.found.written, name, value);
            }
        }
        if !transform.is_empty() {
            attribute(&mut self.found.written, "transform", transform);
        }
    }
}

/// The element whose view box holds what is in `node`, if it has one.
fn view_port<'a, 'input>(
    node: Node<'a, 'input>,
    target: Option<Node<'a, 'input>>,
) -> Option<Node<'a, 'input>> {
    let is_port = |node: &Node<'_, '_>| matches!(node.tag_name().name(), "symbol" | "svg");
    target.filter(is_port).or_else(|| Some(node).filter(is_port))
}
