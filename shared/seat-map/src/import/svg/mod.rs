//! Drawings: an SVG whose elements are seats.
//!
//! An element is a seat when it says so (`data-seat`), when its id, label or title fits a pattern or its class is
//! that of seats ([`SvgOptions`]), or, where nothing of this is there, when it is a shape in a group that is named
//! like a row; where not even rows have names, the shapes that are repeated most are seats. What it does not say itself (`data-section`, `data-row`, `data-tier`, `data-kind`) it has from the
//! groups around it. Elements with `data-capacity` are standing areas, an element with `data-stage`, or called
//! "Stage" or the like, is the stage. All else is decoration.

mod alike;
mod background;
mod css;
mod guard;
mod guess;
mod hidden;
mod moves;
mod names;
mod numbers;
mod place;
mod repeated;
mod role;
mod styles;
mod unread;
mod view;
mod walk;
mod write;
mod written;

use std::collections::HashSet;

pub(crate) use self::numbers::escaped;
use self::{
    guard::Lines,
    hidden::Hidden,
    moves::Moves,
    place::Places,
    role::Roles,
    view::Page,
    walk::{Found, FoundOutline, FoundSeat, Walk},
};
use super::{
    Findings, Import, Origin, Report,
    arrange::{Arranged, Arrangement, DrawnSeat, Tiers, arrange, median_neighbour_distance},
    file_hash, finish,
};
use crate::{Area, Background, Landmark, SeatMapDocument, Shape, TierIndex};

/// The customary distance of seats, cm: what the distance of neighbours in a drawing is taken for.
const SEAT_PITCH_CM: f64 = 55.0;
/// The section of seats that are in none.
const ONLY_SECTION: &str = "Seats";

/// How a drawing is to be read where it does not say it itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SvgOptions {
    /// How ids (or labels, or titles) of seats are built, e.g. `{section}-{row}-{seat}`. Text stands for itself,
    /// `{section}`, `{row}`, `{seat}` and `{tier}` are what the id says, `{_}` is anything. Ids are read from their
    /// end; where two placeholders meet, the later one begins where the last digits do.
    pub id_pattern: Option<String>,
    /// Elements of this class are seats.
    pub seat_class: Option<String>,
    /// Classes and the tiers they stand for.
    pub class_tiers: Vec<(String, String)>,
    /// Centimetres of one unit of the drawing; none: as its root says by `data-scale-cm`, else so that neighbours are
    /// 55 cm apart.
    pub scale_cm: Option<f64>,
}

/// Reads a drawing.
///
/// # Errors
/// Everything that is wrong in it, with the element and the line.
pub fn svg(text: &str, options: &SvgOptions) -> Result<Import, Findings> {
    let (mut report, mut active) = (Report::default(), Report::default());
    match read(text, options, &mut report, &mut active) {
        Some(import) if !(report.has_errors() || active.has_errors()) => finish(import, report),
        _ => Err(active.with(report).refuse()),
    }
}

/// What is `active` refuses a drawing, but nothing of it is run: it is read all the same, so that all is told at once.
fn read(text: &str, options: &SvgOptions, report: &mut Report, active: &mut Report) -> Option<Import> {
    let xml = guard::parse(text, report)?;
    let lines = Lines::of(text);
    guard::check(&xml, &lines, report, active);
    if report.has_errors() {
        return None;
    }
    let roles = Roles::of(&xml, options, report);
    let sheet = styles::sheet(&xml, report);
    let hidden = Hidden::of(&sheet, report);
    let page = Page::of(&xml, &lines, report);
    let moves = Moves::of(&xml, &sheet, &page, &lines, report);
    if report.has_errors() {
        return None;
    }
    let mut found = Walk::new(&xml, &lines, &roles, (&hidden, &moves), report).run(xml.root_element());
    if found.is_empty()
        && !report.has_errors()
        && let Some(alike) = roles.alike(&xml, report)
    {
        found = Walk::new(&xml, &lines, &alike, (&hidden, &moves), report).run(xml.root_element());
    }
    let by_group = roles.by_group;
    let Found { written, seats, outlines, taken, hidden_count } = found;
    if hidden_count > 0 {
        report.warn(
            "hidden",
            &Origin::file(),
            format!("{hidden_count} hidden elements or groups were left out"),
        );
    }
    let is_complete = !report.has_errors();
    if is_complete && seats.is_empty() && outlines.iter().all(|outline| outline.capacity.is_none()) {
        let message =
            "no seats found: no data-seat, no id or class that a rule is given for, no rows of shapes";
        report.error("no-seats", &Origin::file(), message);
    }
    if report.has_errors() {
        return None;
    }
    let places = match place::places(&page.wrap(&written), seats.len(), outlines.len()) {
        // Where only groups tell what seats are, what lies behind them is in their group too.
        Ok(places) if by_group => places.without_odd_sizes(),
        Ok(places) => places,
        Err(message) => {
            report.error("not-svg", &Origin::file(), format!("cannot be drawn: {message}"));
            return None;
        }
    };
    let background =
        page.view_box.and_then(|view_box| background::background(&xml, &taken, &hidden, view_box, report));
    let seats = if by_group { numbered_alike(seats, &places) } else { seats };
    compose(&page, seats, &outlines, &places, background, options, report)
}

/// From what was found and where it is to a map.
fn compose(
    page: &Page,
    seats: Vec<FoundSeat>,
    outlines: &[FoundOutline],
    places: &Places,
    background: Option<String>,
    options: &SvgOptions,
    report: &mut Report,
) -> Option<Import> {
    let centres: Vec<_> = places.seats.iter().map(|seat| seat.map(|seat| page.centre(seat))).collect();
    let known: Vec<[f64; 2]> = centres.iter().flatten().copied().collect();
    let scale = scale(options.scale_cm.or(page.scale_cm), &known, report)?;
    let origin = page.middle(&known);
    let to_cm = |[x, y]: [f64; 2]| [(x - origin[0]) * scale, (y - origin[1]) * scale];
    let outline_cm: Vec<Option<Vec<[i32; 2]>>> = places
        .outlines
        .iter()
        .map(|points| view::polygon(points.as_ref()?.iter().map(|point| to_cm(page.point(*point)))))
        .collect();
    let drawn = drawn_seats(page, seats, &centres, to_cm, report);
    let landmarks = landmarks(outlines, &outline_cm);
    let stage = landmarks.first().map(|landmark| landmark.shape.middle()).map(|at| [at.x_cm, at.y_cm]);
    let area_tiers = outlines.iter().filter(|outline| outline.capacity.is_some());
    let area_tiers: Vec<_> = area_tiers.map(|outline| outline.tier.clone().unwrap_or_default()).collect();
    let Arranged { sections, identities, tiers } =
        arrange(drawn, Arrangement::Facing(stage), Vec::new(), &area_tiers, report);
    let areas = areas(outlines, &outline_cm, &tiers, report);
    let background_place = page.view_box.and_then(|[x, y, width, height]| {
        let ([left, top], [right, bottom]) = (to_cm([x, y]), to_cm([x + width, y + height]));
        let [x_cm, y_cm, right, bottom] = [left, top, right, bottom].map(view::rounded);
        let file = file_hash(background.as_deref()?);
        Some(Background {
            file,
            x_cm,
            y_cm,
            width_cm: (right - x_cm).max(1),
            height_cm: (bottom - y_cm).max(1),
        })
    });
    let document =
        SeatMapDocument { sections, areas, landmarks, background: background_place, identities: None };
    Some(Import { document, identities, background, tiers: tiers.into_names(), findings: Vec::new() })
}

/// Where only groups tell what seats are, the numbers of a row hold if all its seats have one.
fn numbered_alike(mut seats: Vec<FoundSeat>, places: &Places) -> Vec<FoundSeat> {
    let row = |seat: &FoundSeat| (seat.said.section.clone(), seat.said.row.clone());
    let placed = seats.iter().zip(&places.seats).filter(|(_, place)| place.is_some());
    let unnumbered = placed.map(|(seat, _)| seat).filter(|seat| seat.said.seat.is_none());
    let unnumbered: HashSet<_> = unnumbered.map(row).collect();
    for seat in seats.iter_mut().filter(|seat| unnumbered.contains(&row(seat))) {
        seat.said.seat = None;
    }
    seats
}

fn scale(given: Option<f64>, centres: &[[f64; 2]], report: &mut Report) -> Option<f64> {
    let scale = match given {
        Some(scale) => scale,
        None => median_neighbour_distance(centres).map_or(1.0, |distance| SEAT_PITCH_CM / distance),
    };
    if !(scale.is_finite() && (1e-6..1e6).contains(&scale)) {
        report.error("scale", &Origin::file(), format!("one unit cannot be {scale} cm"));
        return None;
    }
    Some(scale)
}

fn drawn_seats(
    page: &Page,
    seats: Vec<FoundSeat>,
    centres: &[Option<[f64; 2]>],
    to_cm: impl Fn([f64; 2]) -> [f64; 2],
    report: &mut Report,
) -> Vec<DrawnSeat> {
    let mut drawn = Vec::with_capacity(seats.len());
    for (FoundSeat { said, kind, identity, mut origin }, centre) in seats.into_iter().zip(centres) {
        let Some(centre) = centre else {
            if said.seat.is_none() {
                report.warn(
                    "left-out",
                    &origin,
                    "is in a row, but of no size or of another one than its seats",
                );
                continue;
            }
            report.error("not-drawn", &origin, "is a seat, but has no size or no place");
            continue;
        };
        origin.at = Some(*centre);
        if said.row.is_none() {
            report.warn("missing-row", &origin, "is in no row");
        }
        if !page.contains(*centre) {
            report.warn("outside", &origin, "lies outside the drawing's view box");
        }
        drawn.push(DrawnSeat {
            section: said.section.unwrap_or_else(|| ONLY_SECTION.to_owned()),
            row: said.row.unwrap_or_default(),
            label: said.seat,
            tier: said.tier.unwrap_or_default(),
            kind,
            at_cm: to_cm(*centre),
            identity,
            origin,
        });
    }
    drawn
}

fn landmarks(outlines: &[FoundOutline], outline_cm: &[Option<Vec<[i32; 2]>>]) -> Vec<Landmark> {
    let stages = outlines.iter().zip(outline_cm).filter(|(outline, _)| outline.capacity.is_none());
    let landmark = |(outline, points): (&FoundOutline, &Option<Vec<[i32; 2]>>)| {
        Some(Landmark { name: outline.name.clone(), shape: Shape::Polygon { points_cm: points.clone()? } })
    };
    stages.filter_map(landmark).collect()
}

fn areas(
    outlines: &[FoundOutline],
    outline_cm: &[Option<Vec<[i32; 2]>>],
    tiers: &Tiers,
    report: &mut Report,
) -> Vec<Area> {
    let mut areas = Vec::new();
    for (outline, points) in outlines.iter().zip(outline_cm) {
        let Some(capacity) = outline.capacity else { continue };
        let Some(points_cm) = points.clone() else {
            report.error("not-drawn", &outline.origin, "is an area, but has no outline");
            continue;
        };
        let tier: TierIndex = tiers.index_of(outline.tier.as_deref().unwrap_or_default());
        areas.push(Area { name: outline.name.clone(), capacity, tier, shape: Shape::Polygon { points_cm } });
    }
    areas
}

#[cfg(test)]
mod tests;
