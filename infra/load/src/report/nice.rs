//! Numbers as people read them.

/// With commas between thousands.
pub(crate) fn count(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("−{text}") } else { text }
}

/// A time in the unit that fits it.
#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
pub(crate) fn time(us: u64) -> String {
    let us = us as f64;
    let with = |value: f64, unit: &str| {
        let digits = usize::from(value < 9.95);
        format!("{value:.digits$} {unit}")
    };
    if us < 999_500.0 { with(us / 1_000.0, "ms") } else { with(us / 1_000_000.0, "s") }
}

/// Seconds from the opening.
pub(crate) fn moment(seconds: i64) -> String {
    let (sign, rest) = (if seconds < 0 { "−" } else { "+" }, seconds.abs());
    match (rest / 60, rest % 60) {
        (0, s) => format!("{sign}{s} s"),
        (m, s) => format!("{sign}{m}:{s:02} min"),
    }
}

/// A number for an axis: 1500 as 1.5k.
pub(crate) fn short(number: f64) -> String {
    let plain = |value: f64| {
        let text = format!("{value:.2}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    match number {
        n if n >= 1_000_000.0 => format!("{}M", plain(n / 1_000_000.0)),
        n if n >= 1_000.0 => format!("{}k", plain(n / 1_000.0)),
        n => plain(n),
    }
}

/// A round number not below this one: 1, 2, 2.5 or 5 of a power of ten, and how many parts its axis has.
pub(crate) fn ceiling(number: f64) -> (f64, u8) {
    if number <= 0.0 {
        return (1.0, 1);
    }
    let power = 10_f64.powf(number.log10().floor());
    let nice =
        [(1.0, 2), (1.5, 3), (2.0, 4), (2.5, 5), (3.0, 3), (4.0, 4), (5.0, 5), (6.0, 3), (8.0, 4), (10.0, 5)];
    let fits = nice.into_iter().find(|(part, _)| part * power >= number * (1.0 - 1e-9));
    fits.map_or((10.0 * power, 5), |(part, parts)| (part * power, parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(
            [0, 999, 1_000, -12_345, 1_000_000].map(count),
            ["0", "999", "1,000", "−12,345", "1,000,000"]
        );
        let times = [40, 1_234, 9_960, 45_678, 999_600, 12_345_678].map(time);
        assert_eq!(times, ["0.0 ms", "1.2 ms", "10 ms", "46 ms", "1.0 s", "12 s"]);
        assert_eq!([-70, -5, 0, 61].map(moment), ["−1:10 min", "−5 s", "+0 s", "+1:01 min"]);
        assert_eq!([0.0, 0.25, 12.0, 1_500.0, 2_000_000.0].map(short), ["0", "0.25", "12", "1.5k", "2M"]);
    }

    #[test]
    fn an_axis_ends_at_a_round_number_not_below() {
        let ends = [0.0, 1.0, 3.2, 100.0, 101.0, 96_000.0].map(|number| ceiling(number).0);
        assert_eq!(ends, [1.0, 1.0, 4.0, 100.0, 150.0, 100_000.0]);
    }
}
