//! Names that a program had to tell apart, since an id is there only once: Figma exports layers that are all called
//! "1" as `1`, `1_2`, `1_3`, Illustrator as `1`, `1-2`, `1-3` with a `data-name` that is "1".

use std::collections::{HashMap, HashSet};

use roxmltree::{Document, Node, NodeId};

use super::{
    names::{candidates, is_row_word, name_of},
    role::is_generic,
};

/// Of the numbers that one name would have if all of its elements were still there, so many percent are.
const LEAST_PERCENT: usize = 80;

/// The names of a drawing's elements without what a program appended to their ids.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(HashSet<NodeId>);

/// The elements whose ids are one name and a number.
#[derive(Default)]
struct Series {
    members: Vec<NodeId>,
    last: usize,
    parents: HashSet<Option<NodeId>>,
    /// Somebody counted them from 1.
    is_counted: bool,
}

impl Names {
    pub(super) fn of(xml: &Document<'_>) -> Self {
        let mut by_id = HashMap::new();
        let mut series: HashMap<&str, Series> = HashMap::new();
        for node in xml.descendants().filter(Node::is_element) {
            let Some(id) = node.attribute("id") else { continue };
            by_id.entry(id).or_insert(node);
            if let Some((name, number)) = numbered(id) {
                series.entry(name).or_default().add(node, number);
            }
        }
        let is_repeated = |(name, series): &(&str, Series)| {
            by_id.get(name).is_some_and(|first| series.repeats(*first))
                && !is_generic(name)
                && !is_row_word(name)
        };
        let repeated = series.into_iter().filter(is_repeated);
        Self(repeated.flat_map(|(_, series)| series.members).collect())
    }

    /// What somebody called an element in the program it was drawn with.
    pub(super) fn name_of(&self, node: Node<'_, '_>) -> Option<String> {
        name_of(node, self.id(node))
    }

    /// Names of an element that a pattern may be about, most telling first.
    pub(super) fn candidates(&self, node: Node<'_, '_>) -> impl Iterator<Item = String> {
        let is_telling = |id: &&str| !node.attribute("data-name").is_some_and(|name| is_made_of(id, name));
        candidates(node, self.id(node).filter(is_telling))
    }

    fn id<'a>(&self, node: Node<'a, '_>) -> Option<&'a str> {
        let id = node.attribute("id")?;
        let name = || numbered(id).map(|(name, _)| name);
        if self.0.contains(&node.id()) { name() } else { Some(id) }
    }
}

impl Series {
    fn add(&mut self, node: Node<'_, '_>, number: usize) {
        self.is_counted |= number < 2;
        self.last = self.last.max(number);
        self.members.push(node.id());
        self.parents.insert(node.parent().map(|parent| parent.id()));
    }

    /// Whether these are elements of the same name as this first one, and not the parts of it.
    fn repeats(&self, first: Node<'_, '_>) -> bool {
        let is_first_around = self.parents.len() == 1 && self.parents.contains(&Some(first.id()));
        let is_dense = self.members.len() * 100 >= self.last.saturating_sub(1).saturating_mul(LEAST_PERCENT);
        !self.is_counted && !is_first_around && is_dense
    }
}

/// A name and the number behind it: `1_2`, `Row 1_37`.
fn numbered(id: &str) -> Option<(&str, usize)> {
    let (name, digits) = id.rsplit_once('_')?;
    let number: usize = digits.parse().ok()?;
    (!name.is_empty() && number.to_string() == digits).then_some((name, number))
}

/// Whether an id is this name and a number that tells it from others of that name.
fn is_made_of(id: &str, name: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    id.rsplit_once('-').is_some_and(|(base, number)| is_number(number) && letters(base) == letters(name))
}
