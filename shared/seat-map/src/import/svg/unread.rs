//! Shapes that look like seats, or lie among them, and are not read as any: a misspelt id must not cost a seat.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
};

use roxmltree::{Node, NodeId};
use svgtypes::{PointsParser, SimplePathSegment, SimplifyingPathParser};

use super::{
    guard::Lines,
    numbers::length,
    role::{FEWEST, is_shape},
    view::{pixels, rounded},
    walk::XLINK,
};
use crate::import::Report;

/// Longest outline whose size is looked at: seats are simple.
const MAX_OUTLINE_BYTES: usize = 2_000;
/// Most shapes that are named in the finding.
const MAX_NAMED: usize = 20;
/// Among seats, shapes up to so many times larger or smaller than seats look like some.
const LIKENESS: f64 = 2.0;

/// What a shape is and how large, wherever it lies.
#[derive(Clone, Copy)]
struct Look<'a> {
    /// Its element; of a `use` what it shows.
    what: &'a str,
    size: [f64; 2],
}

/// How seats look and where they are, and which shapes are none.
#[derive(Default)]
pub(super) struct Unread<'a, 'input> {
    looks: HashMap<(&'a str, [i32; 2]), (usize, Look<'a>)>,
    /// The groups that have seats, and what those are.
    groups: HashSet<(NodeId, &'a str)>,
    /// Shapes that are no seats, and whether they are in a row.
    passed: Vec<(Node<'a, 'input>, bool)>,
}

impl<'a, 'input> Unread<'a, 'input> {
    pub(super) fn seat(&mut self, seat: Node<'a, 'input>) {
        let shape = if is_shape(seat) { Some(seat) } else { seat.descendants().find(|part| is_shape(*part)) };
        let Some((shape, look)) = shape.and_then(|shape| Some((shape, look_of(shape)?))) else { return };
        self.looks.entry(look.key()).or_insert((0, look)).0 += 1;
        if let Some(group) = shape.parent() {
            self.groups.insert((group.id(), look.what));
        }
    }

    pub(super) fn pass(&mut self, shape: Node<'a, 'input>, in_row: bool) {
        self.passed.push((shape, in_row));
    }

    pub(super) fn passed(&self) -> usize {
        self.passed.len()
    }

    /// A `use` stands for the shapes that it shows.
    pub(super) fn pass_instead(&mut self, since: usize, shown: Node<'a, 'input>, in_row: bool) {
        if self.passed.len() > since {
            self.passed.truncate(since);
            self.pass(shown, in_row);
        }
    }

    /// Tells of all of them at once.
    pub(super) fn report(&self, lines: &Lines, report: &mut Report) {
        let mut usual: HashMap<&str, (usize, Look<'_>)> = HashMap::new();
        for (count, look) in self.looks.values() {
            let most = usual.entry(look.what).or_insert((*count, *look));
            if (*count, look.key()) > (most.0, most.1.key()) {
                *most = (*count, *look);
            }
        }
        let mut told = HashSet::new();
        let unread = self.passed.iter().filter(|(shape, in_row)| {
            look_of(*shape).is_some_and(|look| {
                let is_same = self.looks.get(&look.key()).is_some_and(|(count, _)| *count >= FEWEST);
                let is_among = || {
                    *in_row
                        || shape.parent().is_some_and(|group| self.groups.contains(&(group.id(), look.what)))
                };
                let is_like = || usual.get(look.what).is_some_and(|(_, seat)| look.is_like(seat));
                (is_same || is_among() && is_like()) && told.insert(shape.id())
            })
        });
        let unread: Vec<_> = unread.map(|(shape, _)| lines.origin(*shape)).collect();
        let Some(first) = unread.first() else { return };
        let named =
            unread.iter().take(MAX_NAMED).map(|origin| format!("{} (line {})", origin.element, origin.line));
        let mut message = match unread.len() {
            1 => "a shape looks like a seat, but is not read as one: ".to_owned(),
            count => format!("{count} shapes look like seats, but are not read as any: "),
        };
        message.push_str(&named.collect::<Vec<_>>().join(", "));
        if unread.len() > MAX_NAMED {
            let _ = write!(message, " and {} more", unread.len() - MAX_NAMED);
        }
        report.warn("not-read", first, message);
    }
}

impl<'a> Look<'a> {
    /// The same for sizes that differ by less than a drawing program's rounding.
    fn key(&self) -> (&'a str, [i32; 2]) {
        (self.what, self.size.map(|size| rounded(size.max(1e-6).ln() * 50.0)))
    }

    fn is_like(&self, seat: &Look<'_>) -> bool {
        let is_like = |(own, seat): (f64, f64)| own <= seat * LIKENESS && seat <= own * LIKENESS;
        self.size.into_iter().zip(seat.size).all(is_like)
    }
}

/// What a shape looks like; none: as no seat does.
fn look_of<'a>(shape: Node<'a, '_>) -> Option<Look<'a>> {
    let tag = shape.tag_name().name();
    let size = |name: &str| shape.attribute(name).and_then(length).and_then(|length| pixels(&length));
    let (what, size) = match tag {
        "circle" => (tag, [size("r")?, size("r")?]),
        "ellipse" => (tag, [size("rx")?, size("ry")?]),
        "rect" => (tag, [size("width")?, size("height")?]),
        "path" => (tag, extent(path_points(outline(shape, "d")?))?),
        "polygon" | "polyline" => (tag, extent(PointsParser::from(outline(shape, "points")?))?),
        "use" => (shape.attribute("href").or_else(|| shape.attribute((XLINK, "href")))?, [1.0, 1.0]),
        _ => return None,
    };
    Some(Look { what, size })
}

fn outline<'a>(shape: Node<'a, '_>, name: &str) -> Option<&'a str> {
    shape.attribute(name).filter(|outline| outline.len() <= MAX_OUTLINE_BYTES)
}

fn path_points(path: &str) -> impl Iterator<Item = (f64, f64)> {
    let segments = SimplifyingPathParser::from(path).map_while(Result::ok);
    segments.filter_map(|segment| match segment {
        SimplePathSegment::MoveTo { x, y }
        | SimplePathSegment::LineTo { x, y }
        | SimplePathSegment::CurveTo { x, y, .. }
        | SimplePathSegment::Quadratic { x, y, .. } => Some((x, y)),
        SimplePathSegment::ClosePath => None,
    })
}

/// How wide and high points lie.
fn extent(points: impl Iterator<Item = (f64, f64)>) -> Option<[f64; 2]> {
    let mut edges: Option<[f64; 4]> = None;
    for (x, y) in points {
        let [left, top, right, bottom] = edges.unwrap_or([x, y, x, y]);
        edges = Some([left.min(x), top.min(y), right.max(x), bottom.max(y)]);
    }
    edges.map(|[left, top, right, bottom]| [right - left, bottom - top])
}
