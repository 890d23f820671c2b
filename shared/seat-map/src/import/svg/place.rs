//! Where elements lie, all transforms, units and view boxes resolved.

use usvg::{Group, Node, Options, Path, Rect, Tree, tiny_skia_path::PathSegment};

/// Points in which a curve of an outline is drawn.
const CURVE_STEPS: u16 = 8;

/// What was asked for by number: seats by their box, outlines by their points.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) seats: Vec<Option<Rect>>,
    pub(super) outlines: Vec<Option<Vec<[f64; 2]>>>,
}

/// Finds the elements `s0`, `s1` … and `o0`, `o1` … in a drawing that has nothing else.
pub(super) fn places(svg: &str, seats: usize, outlines: usize) -> Result<Places, String> {
    let tree = Tree::from_str(svg, &Options::default()).map_err(|error| error.to_string())?;
    let mut places = Places { seats: vec![None; seats], outlines: vec![None; outlines] };
    places.collect(tree.root());
    Ok(places)
}

impl Places {
    /// Without seats that are far larger or smaller than most.
    pub(super) fn without_odd_sizes(mut self) -> Self {
        let size = |seat: &Rect| seat.width() + seat.height();
        let mut sizes: Vec<f32> = self.seats.iter().flatten().map(size).collect();
        sizes.sort_unstable_by(f32::total_cmp);
        let Some(usual) = sizes.get(sizes.len() / 2).copied() else { return self };
        for seat in &mut self.seats {
            *seat = seat.filter(|seat| (usual / 3.0..=usual * 3.0).contains(&size(seat)));
        }
        self
    }

    fn collect(&mut self, group: &Group) {
        for node in group.children() {
            let id = node.id();
            if let Some(seat) = number(id, "s").and_then(|at| self.seats.get_mut(at)) {
                *seat = Some(node.abs_bounding_box());
                continue;
            }
            if let Some(outline) = number(id, "o").and_then(|at| self.outlines.get_mut(at)) {
                *outline = first_path(node).map(flattened);
                continue;
            }
            if let Node::Group(group) = node {
                self.collect(group);
            }
        }
    }
}

fn number(id: &str, kind: &str) -> Option<usize> {
    id.strip_prefix(kind)?.parse().ok()
}

fn first_path(node: &Node) -> Option<&Path> {
    match node {
        Node::Path(path) => Some(path),
        Node::Group(group) => group.children().iter().find_map(first_path),
        Node::Image(_) | Node::Text(_) => None,
    }
}

/// The first closed line of a path, its curves as short straight ones.
fn flattened(path: &Path) -> Vec<[f64; 2]> {
    let transform = path.abs_transform();
    let mut points: Vec<usvg::tiny_skia_path::Point> = Vec::new();
    for segment in path.data().segments() {
        let from = points.last().copied().unwrap_or_default();
        let steps = (1..=CURVE_STEPS).map(|step| f32::from(step) / f32::from(CURVE_STEPS));
        match segment {
            PathSegment::MoveTo(_) if !points.is_empty() => break,
            PathSegment::MoveTo(to) | PathSegment::LineTo(to) => points.push(to),
            PathSegment::QuadTo(a, to) => {
                points.extend(steps.map(|t| mix(mix(from, a, t), mix(a, to, t), t)));
            }
            PathSegment::CubicTo(a, b, to) => points.extend(steps.map(|t| {
                let (first, second, third) = (mix(from, a, t), mix(a, b, t), mix(b, to, t));
                mix(mix(first, second, t), mix(second, third, t), t)
            })),
            PathSegment::Close => break,
        }
    }
    transform.map_points(&mut points);
    points.into_iter().map(|point| [f64::from(point.x), f64::from(point.y)]).collect()
}

fn mix(
    a: usvg::tiny_skia_path::Point,
    b: usvg::tiny_skia_path::Point,
    share: f32,
) -> usvg::tiny_skia_path::Point {
    usvg::tiny_skia_path::Point::from_xy(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share)
}
