//! Drawings in which nothing has a name: what is repeated most is a seat, the groups around it are its row and its
//! section, called by their order.

use std::collections::HashMap;

use roxmltree::{Document, Node, NodeId};

use super::{names::Said, walk::XLINK};

/// Fewest shapes that are seats because they are alike.
const FEWEST: u32 = 20;
/// Of all shapes of this kind, so many percent are seats.
const LEAST_PERCENT: u32 = 60;

/// The shapes that are seats, and how many of them each group has.
pub(super) struct Alike {
    look: String,
    /// By element.
    inside: Vec<u32>,
    count: u32,
}

impl Alike {
    /// What most shapes of a drawing look like, if there are enough of them.
    pub(super) fn of(xml: &Document<'_>) -> Option<Self> {
        let mut counts: HashMap<String, u32> = HashMap::new();
        for look in xml.descendants().filter_map(look_of) {
            *counts.entry(look).or_default() += 1;
        }
        let shapes: u32 = counts.values().sum();
        // Of two that are as frequent the same one each time.
        let (look, count) =
            counts.into_iter().max_by(|one, other| (one.1, &other.0).cmp(&(other.1, &one.0)))?;
        if count < FEWEST || count * 100 < shapes * LEAST_PERCENT {
            return None;
        }
        // From the last element to the first: what is in a group is counted before the group is. Once for each element, however
        // deep it lies.
        let nodes: Vec<_> = xml.descendants().collect();
        let mut inside = vec![0; nodes.len()];
        for node in nodes.into_iter().rev() {
            let own = u32::from(look_of(node).is_some_and(|own| own == look));
            let count = own + inside.get(node.id().get_usize()).copied().unwrap_or_default();
            if let Some(around) = node.parent().and_then(|around| inside.get_mut(around.id().get_usize())) {
                *around += count;
            }
        }
        Some(Self { look, inside, count })
    }

    pub(super) fn is_seat(&self, node: Node<'_, '_>) -> bool {
        look_of(node).is_some_and(|look| look == self.look)
    }

    /// The groups that are the row and the section of a seat; none where there is one for all.
    fn groups(&self, seat: Node<'_, '_>) -> [Option<NodeId>; 2] {
        let count = |node: &Node<'_, '_>| self.inside.get(node.id().get_usize()).copied().unwrap_or_default();
        let mut around = seat.ancestors().skip(1).filter(|node| count(node) > 1);
        let row = around.next().filter(|row| count(row) < self.count);
        let section = around.find(|section| row.is_some_and(|row| count(section) > count(&row)));
        let section = section.filter(|section| count(section) < self.count);
        [row, section].map(|group| group.map(|group| group.id()))
    }
}

/// What a shape looks like, wherever it lies; none: as a seat hardly does.
fn look_of(node: Node<'_, '_>) -> Option<String> {
    let tag = node.tag_name().name();
    let size = match tag {
        "circle" => [node.attribute("r")?, ""],
        "ellipse" => [node.attribute("rx")?, node.attribute("ry")?],
        "rect" => [node.attribute("width")?, node.attribute("height")?],
        "use" => [node.attribute("href").or_else(|| node.attribute((XLINK, "href")))?, ""],
        _ => return None,
    };
    Some(format!("{tag} {}", size.join(" ")))
}

/// Calls groups by the order in which their first seats come.
#[derive(Default)]
pub(super) struct Order {
    numbers: HashMap<String, usize>,
    counts: HashMap<String, usize>,
}

impl Order {
    /// What a seat is called; `instance` tells apart what is repeated.
    pub(super) fn said(&mut self, alike: &Alike, seat: Node<'_, '_>, instance: &str) -> Said {
        let [row, section] =
            alike.groups(seat).map(|group| group.map(|group| format!("{instance}{group:?}")));
        let section_number = section.as_ref().map(|section| self.number(section, ""));
        let within = section.unwrap_or_default();
        let row_number = row.map(|row| self.number(&row, &format!("in {within}")));
        Said {
            section: section_number.map(|number| format!("Block {number}")),
            row: row_number.map(|number| number.to_string()),
            ..Said::default()
        }
    }

    fn number(&mut self, group: &str, within: &str) -> usize {
        if let Some(number) = self.numbers.get(group) {
            return *number;
        }
        let count = self.counts.entry(within.to_owned()).or_default();
        *count += 1;
        self.numbers.insert(group.to_owned(), *count);
        *count
    }
}
