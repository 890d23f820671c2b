//! Transforms as style sheets have them: `translate(10px, 20%) rotate(45deg)`.

use std::str::FromStr as _;

use svgtypes::{Angle, Length, LengthUnit, TransformOrigin};

use super::view::pixels;

/// `a b c d e f` of a transform.
pub(super) type Matrix = [f64; 6];

const SAME: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
/// Beyond this the library's single precision is no finite number any more.
const MOST: f64 = 1e9;

/// What shares of a whole are shares of: left, upper edge, width, height; none: it is not known.
pub(super) type Reference = Option<[f64; 4]>;

/// First `inner`, then `outer`.
pub(super) fn product(outer: Matrix, inner: Matrix) -> Matrix {
    let turned = |at: usize| {
        let [x, y] = [inner[at], inner[at + 1]];
        [outer[0] * x + outer[2] * y, outer[1] * x + outer[3] * y]
    };
    let ([right, right_down], [left, down], [x, y]) = (turned(0), turned(2), turned(4));
    [right, right_down, left, down, x + outer[4], y + outer[5]]
}

pub(super) fn is_finite(matrix: &Matrix) -> bool {
    matrix.iter().all(|part| part.abs() < MOST)
}

/// As an attribute has it.
pub(super) fn attribute_value(matrix: Matrix) -> String {
    format!("matrix({})", matrix.map(|part| part.to_string()).join(" "))
}

/// Around a point.
pub(super) fn around([x, y]: [f64; 2], matrix: Matrix) -> Matrix {
    product(product(moved(x, y), matrix), moved(-x, -y))
}

/// Where the origin lies.
pub(super) fn origin(text: &str, reference: Reference) -> Option<[f64; 2]> {
    let origin = TransformOrigin::from_str(text.trim()).ok()?;
    if origin.z_offset.number != 0.0 {
        return None;
    }
    let [left, top, ..] = reference.unwrap_or_default();
    let x = share(&origin.x_offset, reference.map(|[.., width, _]| width))?;
    let y = share(&origin.y_offset, reference.map(|[.., height]| height))?;
    Some([left + x, top + y])
}

/// The functions of a transform as one matrix; none: they are not understood.
pub(super) fn matrix(text: &str, reference: Reference) -> Option<Matrix> {
    let mut rest = text.trim();
    if rest.eq_ignore_ascii_case("none") {
        return Some(SAME);
    }
    let mut whole = SAME;
    while !rest.is_empty() {
        let (name, after) = rest.split_once('(')?;
        let (arguments, after) = after.split_once(')')?;
        whole = product(whole, function(&name.trim().to_ascii_lowercase(), arguments, reference)?);
        rest = after.trim_start();
    }
    Some(whole).filter(is_finite)
}

fn function(name: &str, arguments: &str, reference: Reference) -> Option<Matrix> {
    let given: Vec<&str> = arguments.split(',').map(str::trim).collect();
    let along = |text: &str| length(text, reference.map(|[.., width, _]| width));
    let down = |text: &str| length(text, reference.map(|[.., height]| height));
    match (name, given.as_slice()) {
        ("matrix", parts) => {
            let parts: Option<Vec<f64>> = parts.iter().map(|part| number(part)).collect();
            Matrix::try_from(parts?).ok()
        }
        ("translate" | "translatex", [x]) => Some(moved(along(x)?, 0.0)),
        ("translate", [x, y]) => Some(moved(along(x)?, down(y)?)),
        ("translatey", [y]) => Some(moved(0.0, down(y)?)),
        ("translate3d", [x, y, z]) if length(z, None)? == 0.0 => Some(moved(along(x)?, down(y)?)),
        ("scale", [x]) => factor(x).map(|x| [x, 0.0, 0.0, x, 0.0, 0.0]),
        ("scale", [x, y]) => Some([factor(x)?, 0.0, 0.0, factor(y)?, 0.0, 0.0]),
        ("scalex", [x]) => Some([factor(x)?, 0.0, 0.0, 1.0, 0.0, 0.0]),
        ("scaley", [y]) => Some([1.0, 0.0, 0.0, factor(y)?, 0.0, 0.0]),
        ("rotate" | "rotatez", [by]) => {
            let (sin, cos) = angle(by)?.sin_cos();
            Some([cos, sin, -sin, cos, 0.0, 0.0])
        }
        ("skew" | "skewx", [x]) => Some([1.0, 0.0, angle(x)?.tan(), 1.0, 0.0, 0.0]),
        ("skew", [x, y]) => Some([1.0, angle(y)?.tan(), angle(x)?.tan(), 1.0, 0.0, 0.0]),
        ("skewy", [y]) => Some([1.0, angle(y)?.tan(), 0.0, 1.0, 0.0, 0.0]),
        _ => None,
    }
}

fn moved(x: f64, y: f64) -> Matrix {
    [1.0, 0.0, 0.0, 1.0, x, y]
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn factor(text: &str) -> Option<f64> {
    let percent = || number(text.strip_suffix('%')?).map(|percent| percent / 100.0);
    number(text).or_else(percent)
}

/// Browsers take no length without a unit but 0.
fn length(text: &str, whole: Option<f64>) -> Option<f64> {
    let length = Length::from_str(text).ok()?;
    (length.unit != LengthUnit::None || length.number == 0.0).then(|| share(&length, whole))?
}

fn share(length: &Length, whole: Option<f64>) -> Option<f64> {
    match length.unit {
        LengthUnit::Percent if length.number == 0.0 => Some(0.0),
        LengthUnit::Percent => Some(whole? * length.number / 100.0),
        _ => pixels(length),
    }
}

/// Radians; nor an angle without a unit but 0.
fn angle(text: &str) -> Option<f64> {
    let has_unit = text.ends_with(|letter: char| letter.is_ascii_alphabetic());
    let angle = Angle::from_str(text).ok()?;
    (has_unit || angle.number == 0.0).then(|| angle.to_degrees().to_radians())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: Reference = Some([10.0, 20.0, 200.0, 100.0]);

    fn at(text: &str, [x, y]: [f64; 2]) -> [f64; 2] {
        let whole = matrix(text, BOX).unwrap_or_else(|| panic!("{text}"));
        let [.., x, y] = product(whole, moved(x, y));
        [x, y].map(|part| (part * 1e6).round() / 1e6)
    }

    #[test]
    fn functions_are_read_as_browsers_do() {
        for (text, to) in [
            ("none", [3.0, 4.0]),
            ("translate(10px, 20px)", [13.0, 24.0]),
            ("translate( 1in )", [99.0, 4.0]),
            ("translate(50%, 10%) scale(2)", [106.0, 18.0]),
            ("translateY(-4px) ScaleX(-1)", [-3.0, 0.0]),
            ("rotate(90deg)", [-4.0, 3.0]),
            ("rotate(0.25turn) translate(1px, 0)", [-4.0, 4.0]),
            ("rotate(100grad)", [-4.0, 3.0]),
            ("matrix(1, 0, 0, 1, 5, 6)", [8.0, 10.0]),
            ("skewX(45deg)", [7.0, 4.0]),
            ("scale(50%, 2)", [1.5, 8.0]),
        ] {
            assert_eq!(at(text, [3.0, 4.0]), to, "{text}");
        }
        assert_eq!(origin("center", BOX), Some([110.0, 70.0]));
        assert_eq!(origin("0 100%", BOX), Some([10.0, 120.0]));
        assert_eq!(origin("5px 6px 0", Some([0.0; 4])), Some([5.0, 6.0]));
    }

    #[test]
    fn what_is_not_understood_is_not_guessed() {
        for text in [
            "translate(10, 20)",
            "rotate(45)",
            "translate(calc(1px + 2px))",
            "translate(1em)",
            "perspective(3px)",
            "rotate3d(1, 1, 1, 45deg)",
            "translate(1px",
            "scale(NaN)",
            "scale(1e99)",
            "var(--x)",
            "",
        ] {
            assert!(matrix(text, BOX).is_none_or(|_| text.is_empty()), "{text}");
        }
        assert_eq!(matrix("translate(50%)", None), None);
        assert_eq!(origin("50% 0", None), None);
        assert_eq!(origin("1em 0", BOX), None);
    }
}
