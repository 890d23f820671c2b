//! Walks a drawing and writes down where its seats, areas and the stage are, as a drawing of nothing else.

use std::collections::{HashMap, HashSet};

use roxmltree::{Document, Node, NodeId};

use super::{
    alike::Order,
    guard::{Lines, MAX_DEPTH},
    hidden::Hidden,
    moves::Moves,
    names::{Said, data, has_row_word, row_name, said_by_data},
    numbers::are_numbers,
    role::{Roles, is_generic, is_shape, kind},
    unread::Unread,
    written::{is_number, is_text, number_in_group, written_number},
};
use crate::{
    SeatKind,
    import::{Origin, Report},
};

/// Most elements that are looked at, those that `use` repeats included.
const MAX_VISITS: usize = 500_000;
/// Most bytes of the drawing of nothing else.
const MAX_WRITTEN: usize = 64 * 1024 * 1024;
pub(super) const XLINK: &str = "http://www.w3.org/1999/xlink";

/// A seat, not placed yet; its number in the list is its id `s0`, `s1` … in the drawing of nothing else.
#[derive(Debug)]
pub(super) struct FoundSeat {
    pub(super) said: Said,
    pub(super) kind: Option<SeatKind>,
    pub(super) identity: String,
    pub(super) origin: Origin,
}

/// An area or the stage; its number in the list is its id `o0`, `o1` …
#[derive(Debug)]
pub(super) struct FoundOutline {
    pub(super) name: String,
    /// None: the stage.
    pub(super) capacity: Option<u32>,
    pub(super) tier: Option<String>,
    pub(super) origin: Origin,
}

/// What an element has from those around it.
#[derive(Clone, Default)]
pub(super) struct Around {
    said: Said,
    kind: Option<SeatKind>,
    /// Names of the groups around, outermost first.
    groups: Vec<String>,
    /// Ids of the `use` elements around.
    instance: String,
    /// The number in the group around a single shape.
    number: Option<String>,
    pub(super) depth: usize,
}

impl Around {
    /// Whether a group of this name is a row, and not a seat of one.
    fn is_row(&self, name: &str) -> bool {
        let in_row = || self.said.row.is_some() || self.groups.iter().any(|group| row_name(group).is_some());
        has_row_word(name) || row_name(name).is_some() && !in_row()
    }

    /// Whether what is here is in a row for certain.
    fn is_called_row(&self) -> bool {
        self.said.row.is_some() || self.groups.iter().any(|group| has_row_word(group))
    }

    /// One deeper, where nothing is said any more.
    pub(super) fn below(&self) -> Self {
        Self { depth: self.depth + 1, ..Self::default() }
    }
}

/// Finds what a drawing has beside its decoration.
pub(super) struct Walk<'a, 'input> {
    pub(super) lines: &'a Lines,
    roles: &'a Roles,
    pub(super) hidden: &'a Hidden<'a>,
    pub(super) moves: &'a Moves<'a>,
    pub(super) report: &'a mut Report,
    by_id: HashMap<&'a str, Node<'a, 'input>>,
    visits: usize,
    order: Order,
    unread: Unread<'a, 'input>,
    pub(super) found: Found,
}

/// What a drawing has beside its decoration.
#[derive(Default)]
pub(super) struct Found {
    /// A drawing of nothing else.
    pub(super) written: String,
    pub(super) seats: Vec<FoundSeat>,
    pub(super) outlines: Vec<FoundOutline>,
    /// Elements that are not decoration.
    pub(super) taken: HashSet<NodeId>,
    pub(super) hidden_count: usize,
}

impl Found {
    /// Whether there is nothing to sell.
    pub(super) fn is_empty(&self) -> bool {
        self.seats.is_empty() && self.outlines.iter().all(|outline| outline.capacity.is_none())
    }
}

impl<'a, 'input> Walk<'a, 'input> {
    pub(super) fn new(
        xml: &'a Document<'input>,
        lines: &'a Lines,
        roles: &'a Roles,
        (hidden, moves): (&'a Hidden<'a>, &'a Moves<'a>),
        report: &'a mut Report,
    ) -> Self {
        let ids = xml.descendants().filter_map(|node| Some((node.attribute("id")?, node)));
        let mut by_id = HashMap::new();
        for (id, node) in ids {
            by_id.entry(id).or_insert(node);
        }
        Self {
            lines,
            roles,
            hidden,
            moves,
            report,
            by_id,
            visits: 0,
            order: Order::default(),
            unread: Unread::default(),
            found: Found::default(),
        }
    }

    /// Walks what is in the root element.
    pub(super) fn run(mut self, root: Node<'a, 'input>) -> Found {
        let around = Around { said: said_by_data(root), ..Around::default() };
        self.children(root, &around);
        self.unread.report(self.lines, self.report);
        self.found
    }

    fn children(&mut self, node: Node<'a, 'input>, around: &Around) {
        for child in node.children().filter(Node::is_element) {
            self.visit(child, around);
        }
    }

    pub(super) fn is_over(&mut self, node: Node<'_, '_>, around: &Around) -> bool {
        if self.visits >= MAX_VISITS {
            return true;
        }
        self.visits += 1;
        if self.visits == MAX_VISITS || self.found.written.len() > MAX_WRITTEN {
            let message = format!("repeats too much: more than {MAX_VISITS} elements");
            self.report.error("too-many-elements", &self.lines.origin(node), message);
            self.visits = MAX_VISITS;
        } else if around.depth == MAX_DEPTH {
            self.report.error("too-deep", &self.lines.origin(node), "is used within itself, or too deep");
            self.visits = MAX_VISITS;
        }
        self.visits >= MAX_VISITS
    }

    fn visit(&mut self, node: Node<'a, 'input>, around: &Around) {
        let tag = node.tag_name().name();
        let is_container = matches!(tag, "g" | "svg" | "a" | "switch");
        if !(is_container || is_shape(node)) || self.is_over(node, around) {
            return;
        }
        if self.hidden.is_hidden(node) {
            self.found.hidden_count += 1;
            return;
        }
        let by_data = said_by_data(node);
        let capacity = data(node, &["data-capacity"]);
        if let Some(capacity) = capacity {
            self.area(node, &capacity, by_data.tier.or_else(|| self.roles.tier(node)), around);
        } else if self.roles.is_stage(node)
            && self.found.outlines.iter().all(|outline| outline.capacity.is_some())
        {
            let name = self
                .roles
                .names
                .name_of(node)
                .filter(|name| !is_generic(name))
                .unwrap_or_else(|| "Stage".to_owned());
            self.outline(
                node,
                FoundOutline { name, capacity: None, tier: None, origin: self.lines.origin(node) },
                around,
            );
        } else if let Some(by_name) = self.roles.seat(node, &by_data) {
            self.seat(node, by_data.or(&by_name), around);
        } else if self.is_in_row(node, around) {
            let named = Said { seat: self.roles.names.name_of(node), ..by_data }.without_words();
            let seat = named.seat.filter(|name| is_number(name));
            self.seat(node, Said { seat, section: named.section, row: named.row, tier: named.tier }, around);
        } else if is_container {
            self.inside(node, by_data, around);
        } else if tag == "use" {
            let (passed, seats) = (self.unread.passed(), self.found.seats.len());
            self.inside(node, by_data, around);
            if self.found.seats.len() == seats {
                self.unread.pass_instead(passed, node, around.is_called_row());
            }
        } else {
            self.unread.pass(node, around.is_called_row());
        }
    }

    /// Whether shapes here are seats because their group is named like a row.
    fn is_in_row(&self, node: Node<'_, '_>, around: &Around) -> bool {
        let in_row = || around.groups.last().is_some_and(|group| row_name(group).is_some());
        self.roles.by_group && is_shape(node) && (around.said.row.is_some() || in_row())
    }

    fn seat(&mut self, node: Node<'a, 'input>, said: Said, around: &Around) {
        let origin = self.lines.origin(node);
        let own = Said { tier: said.tier.clone().or_else(|| self.roles.tier(node)), ..said };
        let mut said = own.or(&around.said);
        if let Some(alike) = &self.roles.alike {
            said = said.or(&self.order.said(alike, node, &around.instance));
        }
        said.seat = said.seat.or_else(|| self.number(node, around));
        // A row may be made of parts that are named after it.
        let named = around.groups.iter().position(|group| has_row_word(group));
        let row_group = named.or_else(|| around.groups.iter().rposition(|group| row_name(group).is_some()));
        if said.row.is_none() {
            said.row = row_group.and_then(|at| row_name(&around.groups[at]));
        }
        if said.section.is_none() {
            // A block called "A" around a row called "1" is one: of two names like a row's the inner one is the row.
            let outside = &around.groups[..row_group.unwrap_or(around.groups.len())];
            said.section = outside.last().cloned();
        }
        let id = data(node, &["data-id", "data-seat-id", "data-guid"]);
        let id = id.or_else(|| node.attribute("id").map(str::to_owned)).unwrap_or_default();
        let identity = if around.instance.is_empty() { id } else { format!("{}{id}", around.instance) };
        let kind = kind(node).or(around.kind);
        let number = self.found.seats.len();
        self.found.seats.push(FoundSeat { said, kind, identity, origin });
        self.found.taken.insert(node.id());
        self.unread.seat(node);
        self.write(node, &format!("s{number}"), around);
    }

    /// The number that is written on a seat, which is no decoration then.
    fn number(&mut self, node: Node<'a, 'input>, around: &Around) -> Option<String> {
        if let Some(number) = written_number(node) {
            return Some(number);
        }
        let number = around.number.clone()?;
        let beside = node.parent().into_iter().flat_map(|group| group.children());
        self.found.taken.extend(beside.filter(|part| is_text(*part)).map(|text| text.id()));
        Some(number)
    }

    fn area(&mut self, node: Node<'a, 'input>, capacity: &str, tier: Option<String>, around: &Around) {
        let origin = self.lines.origin(node);
        let Some(capacity) = capacity.parse().ok().filter(|capacity| *capacity > 0) else {
            self.report.error(
                "capacity",
                &origin,
                format!("data-capacity is {capacity:?}, not a number of people"),
            );
            return;
        };
        let name = data(node, &["data-area"])
            .or_else(|| self.roles.names.name_of(node).filter(|name| !is_generic(name)));
        let Some(name) = name else {
            self.report.error("missing-name", &origin, "an area needs a name: data-area");
            return;
        };
        let tier = tier.or_else(|| around.said.tier.clone());
        self.outline(node, FoundOutline { name, capacity: Some(capacity), tier, origin }, around);
        self.found.taken.insert(node.id());
    }

    fn outline(&mut self, node: Node<'a, 'input>, outline: FoundOutline, around: &Around) {
        let number = self.found.outlines.len();
        self.found.outlines.push(outline);
        self.write(node, &format!("o{number}"), around);
    }

    /// What is in a group, in another drawing, or in what a `use` repeats.
    fn inside(&mut self, node: Node<'a, 'input>, by_data: Said, around: &Around) {
        let tag = node.tag_name().name();
        let own = Said { tier: by_data.tier.clone().or_else(|| self.roles.tier(node)), ..by_data };
        let mut inner = around.clone();
        inner.depth += 1;
        inner.said = Said { seat: None, ..own.or(&around.said) };
        inner.kind = kind(node).or(around.kind);
        let name = self.roles.names.name_of(node).filter(|name| !is_generic(name));
        inner.number =
            number_in_group(node).filter(|_| !name.as_deref().is_some_and(|name| around.is_row(name)));
        inner.groups.extend(name.filter(|_| inner.number.is_none()));
        let target = if tag == "use" { self.target(node) } else { None };
        if tag == "use" && target.is_none() || !are_numbers(node, self.lines, self.report) {
            return;
        }
        let before = self.found.written.len();
        let (seats, outlines) = (self.found.seats.len(), self.found.outlines.len());
        let moves = self.moves;
        let transform = moves.of_element(node);
        self.open(node, None, transform.as_deref().unwrap_or_default(), target);
        match target {
            Some(target) if matches!(target.tag_name().name(), "symbol" | "svg") => {
                inner.instance = instance(node, around);
                self.children(target, &inner);
            }
            Some(target) => {
                inner.instance = instance(node, around);
                self.visit(target, &inner);
            }
            None => self.children(node, &inner),
        }
        self.close(node, target);
        if (self.found.seats.len(), self.found.outlines.len()) == (seats, outlines) {
            self.found.written.truncate(before);
        } else if let Err(message) = transform {
            self.report.error("transform", &self.lines.origin(node), message);
        }
    }

    pub(super) fn target(&self, node: Node<'a, 'input>) -> Option<Node<'a, 'input>> {
        let href = node.attribute("href").or_else(|| node.attribute((XLINK, "href")))?;
        let target = self.by_id.get(href.trim().strip_prefix('#')?).copied()?;
        let tag = target.tag_name().name();
        (matches!(tag, "g" | "svg" | "symbol" | "a" | "switch") || is_shape(target)).then_some(target)
    }
}

/// Seats that are repeated have the same id each time; the `use` tells them apart.
fn instance(node: Node<'_, '_>, around: &Around) -> String {
    node.attribute("id").map_or_else(|| around.instance.clone(), |id| format!("{}{id}/", around.instance))
}
