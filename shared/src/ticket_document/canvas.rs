//! Drawing in points from the lower left corner of a page, in terms of what a ticket is made of.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use printpdf::{
    Color, Line, LineDashPattern, LinePoint, Op, PaintMode, PdfFontHandle, Point, Polygon, PolygonRing, Pt,
    Rgb, TextItem, TextMatrix, WindingOrder,
};

use super::{
    qr::Run,
    typeface::{Font, Weight},
};

/// How far a circle's control points are from its corners, in radii: 1 − 0.5523.
const CORNER: f32 = 0.4477;

/// Side of a QR module and how much it overlaps the next row, in the symbol's own units.
const MODULE: usize = 50;
const HAIR: usize = 1;

/// A colour of the palette, as 0xRRGGBB.
#[derive(Clone, Copy)]
pub(super) struct Ink(pub(super) u32);

/// How a piece of text looks.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) weight: Weight,
    pub(super) size: f32,
    pub(super) ink: Ink,
    /// Extra space between letters, in points.
    pub(super) spacing: f32,
}

/// A rectangle by its lower left corner.
#[derive(Clone, Copy)]
pub(super) struct Area {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

/// Radii of a rectangle's corners: both upper, both lower.
#[derive(Clone, Copy)]
pub(super) struct Corners {
    pub(super) upper: f32,
    pub(super) lower: f32,
}

/// What was drawn on one page, and with which letters.
#[derive(Default)]
pub(super) struct Canvas {
    pub(super) ops: Vec<Op>,
    /// Comes behind them: what has so many parts that it is written in the language of PDF right away.
    pub(super) symbols: String,
    pub(super) letters: BTreeMap<Font, BTreeSet<char>>,
}

impl Style {
    pub(super) fn new(weight: Weight, size: f32, ink: Ink) -> Self {
        Self { weight, size, ink, spacing: 0.0 }
    }

    pub(super) fn spaced(self, spacing: f32) -> Self {
        Self { spacing, ..self }
    }

    /// Width of a text in this style.
    pub(super) fn width(&self, text: &str) -> f32 {
        let gaps = text.chars().count().saturating_sub(1);
        self.weight.width(text, self.size) + self.spacing * gaps as f32
    }
}

impl Canvas {
    /// One line of text whose baseline starts at `x`, `y`.
    pub(super) fn text(&mut self, x: f32, y: f32, style: Style, text: &str) {
        self.ops.extend([
            Op::StartTextSection,
            Op::SetFillColor { col: style.ink.color() },
            Op::SetCharacterSpacing { multiplier: style.spacing },
            Op::SetTextMatrix { matrix: TextMatrix::Translate(Pt(x), Pt(y)) },
        ]);
        for (font, run) in style.weight.runs(text) {
            self.letters.entry(font).or_default().extend(run.chars());
            self.ops.extend([
                Op::SetFont { font: PdfFontHandle::External(font.face().id()), size: Pt(style.size) },
                Op::ShowText { items: vec![TextItem::Text(run.to_owned())] },
            ]);
        }
        self.ops.push(Op::EndTextSection);
    }

    /// A text that ends at `x`.
    pub(super) fn text_to(&mut self, x: f32, y: f32, style: Style, text: &str) {
        self.text(x - style.width(text), y, style, text);
    }

    /// A text centred on `x`.
    pub(super) fn text_around(&mut self, x: f32, y: f32, style: Style, text: &str) {
        self.text(x - style.width(text) / 2.0, y, style, text);
    }

    /// A filled rectangle.
    pub(super) fn fill(&mut self, area: Area, corners: Corners, ink: Ink) {
        self.ops.push(Op::SetFillColor { col: ink.color() });
        self.polygon(vec![rounded(area, corners)], PaintMode::Fill);
    }

    /// The outline of a rectangle.
    pub(super) fn outline(&mut self, area: Area, corners: Corners, width: f32, ink: Ink) {
        self.ops.extend([
            Op::SetOutlineColor { col: ink.color() },
            Op::SetOutlineThickness { pt: Pt(width) },
            dashes(&[]),
        ]);
        self.polygon(vec![rounded(area, corners)], PaintMode::Stroke);
    }

    /// A straight line; `dash` is lengths of dash and gap, empty for a whole line.
    pub(super) fn line(&mut self, from: (f32, f32), to: (f32, f32), width: f32, ink: Ink, dash: &[f32]) {
        let points = vec![corner(from.0, from.1), corner(to.0, to.1)];
        self.ops.extend([
            Op::SetOutlineColor { col: ink.color() },
            Op::SetOutlineThickness { pt: Pt(width) },
            dashes(dash),
            Op::DrawLine { line: Line { points, is_closed: false } },
        ]);
    }

    /// A symbol of `modules` modules a side as ONE shape: runs overlap those below them by a hair, so that no
    /// viewer shows seams between rows.
    pub(super) fn symbol(&mut self, area: Area, modules: usize, runs: &[Run], Ink(ink): Ink) {
        // In whole units of its own, so that the many coordinates are short.
        let scale = area.width / (modules * MODULE) as f32;
        let part = |shift: u32| f64::from((ink >> shift) & 0xff) / 255.0;
        let mut drawn = format!("\nq {scale:.6} 0 0 {scale:.6} {:.3} {:.3} cm ", area.x, area.y);
        let _ = writeln!(drawn, "{:.3} {:.3} {:.3} rg", part(16), part(8), part(0));
        for run in runs {
            let hair = if run.row + 1 < modules { HAIR } else { 0 };
            let (left, bottom) = (run.from * MODULE, (modules - run.row - 1) * MODULE - hair);
            // Writing to memory does not fail.
            let _ = writeln!(drawn, "{left} {bottom} {} {} re", run.length * MODULE, MODULE + hair);
        }
        drawn.push_str("f Q\n");
        self.symbols.push_str(&drawn);
    }

    fn polygon(&mut self, rings: Vec<Vec<LinePoint>>, mode: PaintMode) {
        let rings = rings.into_iter().map(|points| PolygonRing { points }).collect();
        let polygon = Polygon { rings, mode, winding_order: WindingOrder::NonZero };
        self.ops.push(Op::DrawPolygon { polygon });
    }
}

impl Ink {
    fn color(self) -> Color {
        let part = |shift: u32| ((self.0 >> shift) & 0xff) as f32 / 255.0;
        Color::Rgb(Rgb { r: part(16), g: part(8), b: part(0), icc_profile: None })
    }
}

impl Area {
    pub(super) fn right(self) -> f32 {
        self.x + self.width
    }

    pub(super) fn top(self) -> f32 {
        self.y + self.height
    }
}

fn rounded(area: Area, corners: Corners) -> Vec<LinePoint> {
    let (left, right, bottom, top) = (area.x, area.right(), area.y, area.top());
    let (upper, lower) = (corners.upper, corners.lower);
    let (u, l) = (upper * CORNER, lower * CORNER);
    vec![
        corner(left + upper, top),
        corner(right - upper, top),
        control(right - u, top),
        control(right, top - u),
        corner(right, top - upper),
        corner(right, bottom + lower),
        control(right, bottom + l),
        control(right - l, bottom),
        corner(right - lower, bottom),
        corner(left + lower, bottom),
        control(left + l, bottom),
        control(left, bottom + l),
        corner(left, bottom + lower),
        corner(left, top - upper),
        control(left, top - u),
        control(left + u, top),
        corner(left + upper, top),
    ]
}

fn corner(x: f32, y: f32) -> LinePoint {
    LinePoint { p: Point { x: Pt(x), y: Pt(y) }, bezier: false }
}

fn control(x: f32, y: f32) -> LinePoint {
    LinePoint { bezier: true, ..corner(x, y) }
}

fn dashes(pattern: &[f32]) -> Op {
    Op::SetLineDashPattern { dash: LineDashPattern::new(0.0, pattern) }
}
