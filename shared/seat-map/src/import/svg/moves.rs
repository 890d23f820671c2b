//! How elements are moved: by their attributes, or by what styles and style sheets say.

use std::{borrow::Cow, collections::HashMap, str::FromStr as _};

use roxmltree::{Document, Node, NodeId};
use simplecss::{Declaration, DeclarationTokenizer, Rule, StyleSheet};

use super::{
    css::{self, Matrix, Reference},
    guard::Lines,
    numbers::{GEOMETRY, are_numbers, attribute},
    place,
    styles::{is_simple, matches, rules_that},
    view::Page,
};
use crate::import::{Origin, Report};

/// Most rules of a drawing that move.
const MAX_RULES: usize = 100;
/// What moves an element beside its transform. Hardly any program writes them.
const OTHER_MOVES: [&str; 6] = ["translate", "rotate", "scale", "offset", "offset-path", "zoom"];
const TRANSFORMS: [&str; 3] = ["transform", "transform-origin", "transform-box"];

/// What moves the elements of a drawing.
pub(super) struct Moves<'a> {
    rules: Vec<Rule<'a>>,
    /// What shares are shares of where an element says nothing else.
    page: Reference,
    /// The boxes of shapes that are moved within their own.
    boxes: HashMap<NodeId, [f64; 4]>,
}

/// What is said of how an element is moved, the strongest word.
#[derive(Default)]
struct Words<'n> {
    transform: Option<&'n str>,
    /// The transform is a style's and not the attribute.
    is_style: bool,
    origin: Option<&'n str>,
    within: Option<&'n str>,
    other: Option<&'n str>,
}

impl<'n> Words<'n> {
    fn take(&mut self, name: &'n str, value: &'n str) {
        let value = value.trim();
        match name {
            "transform" => (self.transform, self.is_style) = (Some(value), true),
            "transform-origin" => self.origin = Some(value),
            "transform-box" => self.within = Some(value),
            _ if OTHER_MOVES.contains(&name) => {
                self.other = Some(name).filter(|_| !matches!(value, "none" | "normal" | "auto" | "1"));
            }
            _ => {}
        }
    }

    fn moves(&self) -> bool {
        self.transform.is_some_and(|transform| !matches!(transform, "" | "none"))
    }

    fn is_within_itself(&self) -> bool {
        matches!(self.within, Some("fill-box" | "content-box"))
    }
}

fn says_of_place(said: &Declaration<'_>) -> bool {
    TRANSFORMS.contains(&said.name) || OTHER_MOVES.contains(&said.name)
}

impl<'a> Moves<'a> {
    pub(super) fn of(
        xml: &Document<'_>,
        sheet: &StyleSheet<'a>,
        page: &Page,
        lines: &Lines,
        report: &mut Report,
    ) -> Self {
        let mut rules = rules_that(sheet, says_of_place, (MAX_RULES, "move"), report);
        for rule in rules.iter().filter(|rule| !is_simple(rule)) {
            let origin =
                Origin { element: rule.selector.to_string().chars().take(60).collect(), ..Origin::file() };
            let message = "this rule moves elements by what is around them: it needs a class of its own, or the elements \
                           a transform attribute";
            report.error("transform", &origin, message);
        }
        rules.retain(is_simple);
        let size = page.view_box.map(|[_, _, width, height]| [0.0, 0.0, width, height]);
        let mut moves = Self { rules, page: size, boxes: HashMap::new() };
        moves.boxes = moves.own_boxes(xml, page, lines);
        moves
    }

    /// The element's transform as an attribute has it, or why there is none.
    pub(super) fn of_element<'n>(&'n self, node: Node<'n, '_>) -> Result<Cow<'n, str>, String> {
        let words = self.words(node);
        if let Some(name) = words.other {
            return Err(format!("is moved by {name:?}: a drawing may have transforms only"));
        }
        if !words.moves() {
            return Ok(Cow::Borrowed(""));
        }
        let transform = words.transform.unwrap_or_default();
        if !words.is_style && words.origin.is_none() {
            return Ok(Cow::Borrowed(transform));
        }
        let reference = self.reference(node, &words)?;
        let cannot = |what: &str, text: &str| {
            let short: String = text.chars().take(60).collect();
            format!("{what} is {short:?}, which cannot be read: write it with px and deg, or as an attribute")
        };
        let matrix =
            if words.is_style { css::matrix(transform, reference) } else { attribute_matrix(transform) };
        let matrix = matrix.ok_or_else(|| cannot("its transform", transform))?;
        let origin = match words.origin {
            Some(origin) => {
                css::origin(origin, reference).ok_or_else(|| cannot("its transform-origin", origin))?
            }
            None => {
                let [left, top, ..] = reference.unwrap_or_default();
                [left, top]
            }
        };
        let matrix = Some(css::around(origin, matrix)).filter(css::is_finite);
        matrix
            .map(|matrix| Cow::Owned(css::attribute_value(matrix)))
            .ok_or_else(|| cannot("its transform", transform))
    }

    fn reference(&self, node: Node<'_, '_>, words: &Words<'_>) -> Result<Reference, String> {
        if words.is_within_itself() {
            let own = self.boxes.get(&node.id()).copied();
            return own.map(Some).ok_or_else(|| {
                "is moved within its own box (transform-box), which only a shape may be: move it by an attribute".to_owned()
            });
        }
        match words.within {
            None | Some("view-box") => {
                // Shares of a drawing within the drawing are shares of something else.
                let is_inner = node.ancestors().skip(1).filter(Node::is_element).any(|around| {
                    matches!(around.tag_name().name(), "svg" | "symbol") && around.parent_element().is_some()
                });
                Ok(self.page.filter(|_| !is_inner))
            }
            Some(other) => {
                Err(format!("is moved within its {other:?}: only view-box and fill-box are known"))
            }
        }
    }

    /// Attributes are the weakest words, then come style sheets, then the style attribute.
    fn words<'n>(&'n self, node: Node<'n, '_>) -> Words<'n> {
        let mut words = Words::default();
        for name in TRANSFORMS {
            if let Some(value) = node.attribute(name) {
                words.take(name, value);
            }
        }
        words.is_style = false;
        let style = node.attribute("style").unwrap_or_default();
        let is_moving = |style: &str| OTHER_MOVES.iter().chain(&TRANSFORMS).any(|word| style.contains(word));
        if self.rules.is_empty() && !is_moving(style) {
            return words;
        }
        for important in [false, true] {
            let rules = self.rules.iter().filter(|rule| matches(rule, node));
            let declared = rules.flat_map(|rule| rule.declarations.iter().copied());
            for said in declared.chain(DeclarationTokenizer::from(style)) {
                if said.important == important {
                    words.take(said.name, said.value);
                }
            }
        }
        words
    }

    /// The boxes of the shapes whose transforms refer to them, not transformed.
    fn own_boxes(&self, xml: &Document<'_>, page: &Page, lines: &Lines) -> HashMap<NodeId, [f64; 4]> {
        let is_wanted = |node: &Node<'_, '_>| {
            let words = self.words(*node);
            // Whatever is wrong with it is told when it is walked by.
            words.moves() && words.is_within_itself() && are_numbers(*node, lines, &mut Report::default())
        };
        let shapes = |node: &Node<'_, '_>| {
            matches!(node.tag_name().name(), "circle" | "rect" | "ellipse" | "path" | "polygon" | "polyline")
        };
        let wanted: Vec<_> = xml.descendants().filter(shapes).filter(is_wanted).collect();
        if wanted.is_empty() {
            return HashMap::new();
        }
        let mut written = String::new();
        for (number, node) in wanted.iter().enumerate() {
            written.push('<');
            written.push_str(node.tag_name().name());
            attribute(&mut written, "id", &format!("s{number}"));
            for name in GEOMETRY {
                if let Some(value) = node.attribute(name) {
                    attribute(&mut written, name, value);
                }
            }
            written.push_str("/>");
        }
        let places = place::places(&page.wrap(&written), wanted.len(), 0).unwrap_or_default();
        let boxed = wanted.iter().zip(places.seats).filter_map(|(node, place)| {
            let place = place?;
            let [left, top] = page.point([place.left().into(), place.top().into()]);
            Some((node.id(), [left, top, place.width().into(), place.height().into()]))
        });
        boxed.collect()
    }
}

fn attribute_matrix(text: &str) -> Option<Matrix> {
    let matrix = svgtypes::Transform::from_str(text).ok()?;
    Some([matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f]).filter(css::is_finite)
}
