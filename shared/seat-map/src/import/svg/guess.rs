//! Guesses how the ids of seats are built.

use std::collections::{HashMap, HashSet};

use roxmltree::{Document, Node, NodeId};

use super::{
    names::{Pattern, Said, has_row_word, row_name, said_by_data},
    repeated::Names,
    role::{FEWEST, is_shape, is_telling},
};

/// Ids as common programs export them, tried in this order where nothing else tells what is a seat.
const COMMON_IDS: [&str; 9] = [
    "{section}-{row}-{seat}",
    "{section}_{row}_{seat}",
    "{section}.{row}.{seat}",
    "{row}-{seat}",
    "{row}_{seat}",
    "{row}.{seat}",
    "seat-{row}{seat}",
    "seat_{row}{seat}",
    "{row}{seat}",
];
/// Of the shapes with an id so many percent fit a pattern.
const LEAST_PERCENT: usize = 60;
/// Of the seats that ids name so many percent at most are named like another one.
const MOST_REPEATED_PERCENT: usize = 10;

/// The first common pattern that most ids of shapes fit, if what they then say can be.
pub(super) fn guess(xml: &Document<'_>, names: &Names) -> Option<(Pattern, &'static str)> {
    let shapes: Vec<_> =
        xml.descendants().filter(|node| is_shape(*node) && node.has_attribute("id")).collect();
    let rows = NamedRows::of(xml, names);
    COMMON_IDS.into_iter().find_map(|text| {
        let pattern = Pattern::parse(text).ok()?;
        let read = |node: &Node<'_, '_>| {
            let said = names.candidates(*node).find_map(|name| pattern.read(&name));
            Some((node.parent()?.id(), said.filter(is_telling)?.without_words()))
        };
        let seats: Vec<_> = shapes.iter().filter_map(read).collect();
        let fitting = seats.len() - rows.contradicting(&seats);
        let is_guess = fitting >= FEWEST && fitting * 100 >= shapes.len() * LEAST_PERCENT;
        (is_guess && is_mostly_different(&seats)).then_some((pattern, text))
    })
}

/// Whether few seats of a group are named alike.
fn is_mostly_different(seats: &[(NodeId, Said)]) -> bool {
    let different: HashSet<_> =
        seats.iter().map(|(parent, said)| (parent, &said.section, &said.row, &said.seat)).collect();
    (seats.len() - different.len()) * 100 <= seats.len() * MOST_REPEATED_PERCENT
}

/// The groups that are named like rows.
struct NamedRows {
    /// By element, the row that it lies in.
    around: Vec<Option<NodeId>>,
    /// What rows are called, and whether with a word for it.
    names: HashMap<NodeId, (String, bool)>,
}

impl NamedRows {
    fn of(xml: &Document<'_>, names: &Names) -> Self {
        let mut rows = Self { around: vec![None; xml.descendants().count()], names: HashMap::new() };
        for node in xml.descendants().filter(Node::is_element) {
            let outer = node.parent().and_then(|parent| rows.around(parent.id()));
            let around = if is_shape(node) { outer } else { rows.named(node, names, outer).or(outer) };
            if let Some(own) = rows.around.get_mut(node.id().get_usize()) {
                *own = around;
            }
        }
        rows
    }

    fn around(&self, node: NodeId) -> Option<NodeId> {
        self.around.get(node.get_usize()).copied().flatten()
    }

    /// Whether a group is a row of its own, and not a part of one that is called a row.
    fn named(&mut self, node: Node<'_, '_>, names: &Names, outer: Option<NodeId>) -> Option<NodeId> {
        let is_part = outer.and_then(|outer| self.names.get(&outer)).is_some_and(|(_, is_called)| *is_called);
        let by_data = said_by_data(node).row.map(|row| (row, true));
        let by_name = || {
            let name = names.name_of(node).filter(|_| !is_part)?;
            Some((row_name(&name)?, has_row_word(&name)))
        };
        self.names.insert(node.id(), by_data.or_else(by_name)?);
        Some(node.id())
    }

    /// How many seats would be in a row that is not the one that the group around them is called.
    ///
    /// A group with seats of several rows is no row, whatever it is called; and if there is but one row in all groups
    /// together, it is no row's name.
    fn contradicting(&self, seats: &[(NodeId, Said)]) -> usize {
        let mut rows: HashMap<NodeId, (HashSet<String>, usize)> = HashMap::new();
        let mut all = HashSet::new();
        for (parent, said) in seats {
            let row = plain(said.row.as_deref().unwrap_or_default());
            if let Some(group) = self.around(*parent) {
                let (own, count) = rows.entry(group).or_default();
                own.insert(row.clone());
                *count += 1;
            }
            all.insert(row);
        }
        let is_one = all.len() == 1 && rows.len() > 1;
        let is_other = |(group, (own, _)): &(&NodeId, &(HashSet<String>, usize))| {
            let Some((name, is_called)) = self.names.get(group) else { return false };
            (*is_called || is_one) && own.len() == 1 && !own.contains(&plain(name))
        };
        rows.iter().filter(is_other).map(|(_, (_, count))| count).sum()
    }
}

/// A row's name, so that "01" and "1", "a" and "A" are the same.
fn plain(name: &str) -> String {
    name.trim_start_matches('0').to_lowercase()
}
