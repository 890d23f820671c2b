//! What an element of a drawing is: a seat, an area, the stage, or decoration.

use roxmltree::{Document, Node};

use super::{
    SvgOptions,
    alike::Alike,
    guess::guess,
    names::{Pattern, SEAT, Said, candidates, data, said_by_data},
    repeated::Names,
};
use crate::{
    SeatKind,
    import::{Origin, Report},
};

/// Names that programs give by themselves, and words for a seat.
const GENERIC: [&str; 27] = [
    "circle",
    "rect",
    "rectangle",
    "ellipse",
    "oval",
    "path",
    "polygon",
    "polyline",
    "line",
    "use",
    "g",
    "group",
    "svg",
    "layer",
    "ebene",
    "calque",
    "vector",
    "shape",
    "object",
    "union",
    "frame",
    "component",
    "instance",
    "seat",
    "seats",
    "sitz",
    "place",
];
const STAGES: [&str; 19] = [
    "stage",
    "bühne",
    "buehne",
    "scène",
    "scene",
    "scena",
    "сцена",
    "palco",
    "escenario",
    "toneel",
    "podium",
    "field",
    "playing field",
    "spielfeld",
    "pitch",
    "court",
    "ice",
    "rink",
    "arena floor",
];
/// Classes of seats.
const CLASSES: [&str; 5] = ["seat", "Seat", "sitz", "siege", "place"];
/// Fewest seats that make a rule.
pub(super) const FEWEST: usize = 4;
/// Fewest nodes of a group that is more than the stage.
const MAX_STAGE_PARTS: usize = 200;
/// Most shapes of a group that is one seat.
pub(super) const MAX_SEAT_PARTS: usize = 6;

/// What tells seats from decoration in this drawing.
pub(super) struct Roles {
    pub(super) names: Names,
    pattern: Option<Pattern>,
    /// The pattern was guessed: generic words in it name nothing.
    guessed: bool,
    class: Option<String>,
    class_tiers: Vec<(String, String)>,
    /// Seats are the shapes in groups that are named like rows.
    pub(super) by_group: bool,
    /// Seats are the shapes that are repeated most.
    pub(super) alike: Option<Alike>,
}

pub(super) fn is_shape(node: Node<'_, '_>) -> bool {
    matches!(node.tag_name().name(), "circle" | "rect" | "ellipse" | "path" | "polygon" | "polyline" | "use")
}

impl Roles {
    pub(super) fn of(xml: &Document<'_>, options: &SvgOptions, report: &mut Report) -> Self {
        let mut roles = Self {
            names: Names::of(xml),
            pattern: None,
            guessed: false,
            class: options.seat_class.clone(),
            class_tiers: options.class_tiers.clone(),
            by_group: false,
            alike: None,
        };
        if let Some(pattern) = &options.id_pattern {
            match Pattern::parse(pattern) {
                Ok(pattern) => roles.pattern = Some(pattern),
                Err(message) => report.error("pattern", &Origin::file(), message),
            }
        }
        let has_data = || xml.descendants().any(|node| said_by_data(node).seat.is_some());
        if roles.pattern.is_some() || roles.class.is_some() || has_data() {
            return roles;
        }
        roles.guessed = true;
        if let Some((pattern, text)) = guess(xml, &roles.names) {
            roles.pattern = Some(pattern);
            let message = format!("no data-seat attributes: ids are read as {text}");
            report.warn("ids-read-as", &Origin::file(), message);
        } else if let Some(class) = common_class(xml) {
            let message = format!("no data-seat attributes: elements of the class {class:?} are seats");
            report.warn("class-read-as", &Origin::file(), message);
            roles.class = Some(class.to_owned());
        } else {
            roles.by_group = true;
        }
        roles
    }

    /// Where nothing has a name: seats are the shapes that are repeated most.
    pub(super) fn alike(&self, xml: &Document<'_>, report: &mut Report) -> Option<Self> {
        let alike = Alike::of(xml).filter(|_| self.by_group)?;
        let message = "nothing has a name: the shapes that are repeated most are seats, groups around them rows and blocks, \
                       called by their order in the drawing";
        report.warn("named-by-order", &Origin::file(), message);
        let class_tiers = self.class_tiers.clone();
        Some(Self {
            names: self.names.clone(),
            pattern: None,
            guessed: true,
            class: None,
            class_tiers,
            by_group: false,
            alike: Some(alike),
        })
    }

    /// What an element says as a seat by its own id or class; none: it is no seat.
    pub(super) fn seat(&self, node: Node<'_, '_>, by_data: &Said) -> Option<Said> {
        let is_group = node.tag_name().name() == "g";
        if !is_shape(node) && !is_group {
            return None;
        }
        if by_data.seat.is_some() && node.children().all(|child| data(child, &SEAT).is_none()) {
            return Some(self.read(node).unwrap_or_default());
        }
        if let Some(alike) = &self.alike {
            return alike.is_seat(node).then(Said::default);
        }
        if let Some(class) = &self.class
            && classes(node).any(|own| own == class)
        {
            return Some(self.read(node).unwrap_or_default());
        }
        let said = self.read(node)?;
        let is_seat = !is_group
            || node.children().filter(Node::is_element).count() <= MAX_SEAT_PARTS
                && node.children().all(|child| self.read(child).is_none())
                && node.children().any(is_shape)
                && has_digit(&said);
        is_seat.then_some(said)
    }

    fn read(&self, node: Node<'_, '_>) -> Option<Said> {
        let pattern = self.pattern.as_ref()?;
        let said = self.names.candidates(node).find_map(|name| pattern.read(&name));
        if !self.guessed {
            // A rule that was given may be about ids as they are.
            let as_they_are = || candidates(node, node.attribute("id")).find_map(|name| pattern.read(&name));
            return said.or_else(as_they_are);
        }
        let said = said?;
        let specific = |name: Option<String>| name.filter(|name| !is_generic(name));
        let said = is_telling(&said).then_some(said)?;
        Some(Said { section: specific(said.section), row: specific(said.row), ..said }.without_words())
    }

    /// Whether an element is the stage or the field.
    pub(super) fn is_stage(&self, node: Node<'_, '_>) -> bool {
        // A group of that name may also be one around the whole drawing.
        let is_group = || {
            node.tag_name().name() == "g"
                && node.descendants().take(MAX_STAGE_PARTS).count() < MAX_STAGE_PARTS
        };
        let is_called =
            || self.names.name_of(node).is_some_and(|name| STAGES.contains(&&*name.to_lowercase()));
        (is_shape(node) || is_group()) && (node.has_attribute("data-stage") || is_called())
    }

    /// The tier that the classes of an element stand for.
    pub(super) fn tier(&self, node: Node<'_, '_>) -> Option<String> {
        if self.class_tiers.is_empty() {
            return None;
        }
        let tier = |class: &str| self.class_tiers.iter().find(|(known, _)| known == class);
        classes(node).find_map(tier).map(|(_, tier)| tier.clone())
    }
}

/// A class that is called like a seat, and that seats have.
fn common_class(xml: &Document<'_>) -> Option<&'static str> {
    CLASSES.into_iter().find(|class| {
        let seats = xml.descendants().filter(|node| classes(*node).any(|own| own == *class));
        seats.take(FEWEST).count() == FEWEST
    })
}

fn has_digit(said: &Said) -> bool {
    said.seat.as_deref().is_some_and(|seat| seat.contains(|letter: char| letter.is_ascii_digit()))
}

/// Whether what a guessed pattern reads is more than a program's numbering of its elements.
pub(super) fn is_telling(said: &Said) -> bool {
    let named = |name: &Option<String>| name.as_deref().is_some_and(|name| !is_generic(name));
    has_digit(said) && named(&said.row)
}

/// Whether a name is one that a program gave by itself.
pub(super) fn is_generic(name: &str) -> bool {
    let bare = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || "-_ ()".contains(letter));
    GENERIC.contains(&bare.to_lowercase().as_str())
}

pub(super) fn classes<'a>(node: Node<'a, '_>) -> impl Iterator<Item = &'a str> {
    node.attribute("class").unwrap_or_default().split_ascii_whitespace()
}

/// What kind of seats an element says that it is or holds.
pub(super) fn kind(node: Node<'_, '_>) -> Option<SeatKind> {
    let said = data(node, &["data-kind", "data-seat-kind", "data-seat-type"]);
    let words = said.as_deref().into_iter().chain(classes(node));
    words.into_iter().find_map(crate::import::seat_kind)
}
