//! Charts as SVG, drawn by the page's style sheet in the colours of day and night.

use std::fmt::Write as _;

use super::{Bar, nice};

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 160.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 22.0;
/// More points than these cannot be told apart.
const MOST_POINTS: usize = 320;
/// Seconds without a value that a line does not bridge.
const GAP_S: f64 = 3.0;
/// A limit that lies further above what was seen than this is not drawn: the line would be flat.
const FAR: f64 = 4.0;

/// A line over time.
pub(super) struct Series {
    /// Its look in the style sheet.
    pub(super) class: &'static str,
    /// Seconds from the opening, and the value.
    pub(super) points: Vec<(f64, f64)>,
}

/// Lines over the same time.
pub(super) struct Chart<'a> {
    /// What those hear who cannot see it.
    pub(super) label: &'a str,
    pub(super) series: &'a [Series],
    pub(super) limit: Option<f64>,
    /// When things happened, seconds from the opening.
    pub(super) marks: &'a [f64],
    /// First and last second.
    pub(super) span: (f64, f64),
    /// How a value is written.
    pub(super) unit: fn(f64) -> String,
}

impl Chart<'_> {
    /// Draws it.
    pub(super) fn svg(&self) -> String {
        let most = self.series.iter().flat_map(|series| &series.points).map(|(_, y)| *y).fold(0.0, f64::max);
        let limit = self.limit.filter(|limit| *limit <= most.max(1e-9) * FAR);
        let (top, parts) = nice::ceiling(limit.map_or(most, |limit| most.max(limit)));
        let mut svg = begin(self.label);
        axis(&mut svg, top, parts, self.unit);
        self.draw_time(&mut svg);
        let y = |value: f64| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - value / top);
        for series in self.series {
            let points = thinned(&series.points);
            let path = self.path(&points, y);
            if series.class == "main" && self.series.len() == 1 {
                self.draw_area(&mut svg, &points, y);
            }
            let _ = write!(svg, r#"<path class="line {}" d="{path}"/>"#, series.class);
        }
        if let Some(limit) = limit {
            let at = y(limit);
            let _ = write!(svg, r#"<path class="limit" d="M{LEFT} {at:.1}H{:.1}"/>"#, WIDTH - RIGHT);
        }
        svg.push_str("</svg>");
        svg
    }

    fn x(&self, second: f64) -> f64 {
        let (from, to) = self.span;
        LEFT + (WIDTH - LEFT - RIGHT) * (second - from) / (to - from).max(1.0)
    }

    fn path(&self, points: &[(f64, f64)], y: impl Fn(f64) -> f64) -> String {
        let gap = GAP_S.max(2.5 * (self.span.1 - self.span.0) / count(MOST_POINTS));
        let (mut path, mut before) = (String::new(), f64::NEG_INFINITY);
        for (second, value) in points {
            let step = if second - before > gap { 'M' } else { 'L' };
            let _ = write!(path, "{step}{:.1} {:.1}", self.x(*second), y(*value));
            before = *second;
        }
        path
    }

    fn draw_area(&self, svg: &mut String, points: &[(f64, f64)], y: impl Fn(f64) -> f64) {
        let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
        let line: String =
            points.iter().map(|(at, value)| format!("L{:.1} {:.1}", self.x(*at), y(*value))).collect();
        let ground = HEIGHT - BOTTOM;
        let (from, to) = (self.x(first.0), self.x(last.0));
        let _ = write!(svg, r#"<path class="area" d="M{from:.1} {ground}{line}L{to:.1} {ground}Z"/>"#);
    }

    /// The opening, what happened, and round moments.
    fn draw_time(&self, svg: &mut String) {
        let (from, to) = self.span;
        let (ground, baseline) = (HEIGHT - BOTTOM, HEIGHT - 6.0);
        let step = [5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0];
        let step = step.into_iter().find(|step| (to - from) / step <= 5.0).unwrap_or(7_200.0);
        let mut at = (from / step).ceil() * step;
        while at <= to {
            let x = self.x(at);
            let (class, text) =
                if at == 0.0 { ("opening", "opens".to_owned()) } else { ("tick", seconds(at)) };
            let _ = write!(svg, r#"<path class="{class}" d="M{x:.1} {TOP}V{ground}"/>"#);
            let anchor = if x > WIDTH - 40.0 { "end" } else { "middle" };
            let _ = write!(svg, r#"<text x="{x:.1}" y="{baseline}" text-anchor="{anchor}">{text}</text>"#);
            at += step;
        }
        for (number, at) in (1..).zip(self.marks) {
            let x = self.x(*at);
            let _ = write!(svg, r#"<path class="mark" d="M{x:.1} {TOP}V{ground}"/>"#);
            let _ =
                write!(svg, r#"<text class="mark" x="{x:.1}" y="10" text-anchor="middle">{number}</text>"#);
        }
    }
}

/// How often a call took how long.
pub(super) fn histogram(label: &str, bars: &[Bar], limit_us: Option<f64>) -> String {
    let mut svg = begin(label);
    let all = count(bars.iter().map(|bar| bar.count).sum::<u64>());
    let share = |bar: &Bar| 100.0 * count(bar.count) / all.max(1.0);
    let (top, parts) = nice::ceiling(bars.iter().map(share).fold(0.0, f64::max).max(10.0));
    axis(&mut svg, top, parts, |percent| format!("{} %", nice::short(percent)));
    let wide = (WIDTH - LEFT - RIGHT) / count(bars.len().max(8));
    let (ground, baseline) = (HEIGHT - BOTTOM, HEIGHT - 6.0);
    let every = bars.len().div_ceil(4).max(1);
    let mut left = LEFT;
    for (at, bar) in bars.iter().enumerate() {
        let high = (HEIGHT - TOP - BOTTOM) * share(bar) / top;
        let over = if limit_us.is_some_and(|limit| count(bar.to_us) > limit) { " over" } else { "" };
        let (upto, times, percent) = (nice::time(bar.to_us), bar.count, share(bar));
        let _ = write!(
            svg,
            r#"<rect class="bar{over}" x="{:.1}" y="{:.1}" width="{:.1}" height="{high:.1}" rx="1.5"><title>up to {upto}: {times} ({percent:.1} %)</title></rect>"#,
            left + 0.75,
            ground - high,
            (wide - 1.5).max(1.0),
        );
        left += wide;
        if (bars.len() - 1 - at).is_multiple_of(every) {
            let anchor = if left > WIDTH - 24.0 { "end" } else { "middle" };
            let _ = write!(svg, r#"<text x="{left:.1}" y="{baseline}" text-anchor="{anchor}">{upto}</text>"#);
        }
    }
    svg.push_str("</svg>");
    svg
}

fn begin(label: &str) -> String {
    let label = label.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    format!(r#"<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">"#)
}

fn axis(svg: &mut String, top: f64, parts: u8, unit: fn(f64) -> String) {
    for part in 0..=parts {
        let share = f64::from(part) / f64::from(parts);
        let y = TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - share);
        let class = if part == 0 { "ground" } else { "grid" };
        let _ = write!(svg, r#"<path class="{class}" d="M{LEFT} {y:.1}H{:.1}"/>"#, WIDTH - RIGHT);
        let (x, y, text) = (LEFT - 5.0, y + 3.5, unit(top * share));
        let _ = write!(svg, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="end">{text}</text>"#);
    }
}

/// Of too many points the highest of each group: a peak is what matters.
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let group = points.len().div_ceil(MOST_POINTS).max(1);
    let highest = |group: &[(f64, f64)]| group.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1));
    points.chunks(group).filter_map(highest).collect()
}

fn seconds(at: f64) -> String {
    let (sign, at) = (if at < 0.0 { "−" } else { "" }, at.abs());
    if at >= 60.0 { format!("{sign}{} min", nice::short(at / 60.0)) } else { format!("{sign}{at} s") }
}

#[expect(clippy::cast_precision_loss, reason = "pictures are not that exact")]
fn count(number: impl TryInto<u64>) -> f64 {
    number.try_into().unwrap_or(0) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_is_never_thinned_out() {
        let mut points: Vec<(f64, f64)> = (0..5_000).map(|at| (f64::from(at), 1.0)).collect();
        points[3_333].1 = 99.0;
        let thin = thinned(&points);
        assert!(thin.len() <= MOST_POINTS);
        assert!(thin.contains(&(3_333.0, 99.0)));
    }

    #[test]
    fn labels_are_escaped_and_a_chart_without_values_is_drawn() {
        let chart = Chart {
            label: r#"<b> & "q""#,
            series: &[],
            limit: Some(250.0),
            marks: &[3.0],
            span: (-5.0, 20.0),
            unit: nice::short,
        };
        let svg = chart.svg();
        assert!(svg.contains(r#"aria-label="&lt;b> &amp; &quot;q&quot;""#), "{svg}");
        assert!(!svg.contains("NaN") && svg.contains("opens") && !svg.contains(r#"class="limit""#), "{svg}");
        assert!(histogram("none", &[], None).ends_with("</svg>"));
    }

    #[test]
    fn a_pause_is_a_gap_in_the_line() {
        let series = [Series { class: "main", points: vec![(0.0, 1.0), (1.0, 1.0), (60.0, 1.0)] }];
        let chart = Chart {
            label: "",
            series: &series,
            limit: None,
            marks: &[],
            span: (0.0, 60.0),
            unit: nice::short,
        };
        assert_eq!(chart.path(&series[0].points, |_| 0.0).matches('M').count(), 2);
    }
}
