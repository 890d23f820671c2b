//! A drawing of a stadium of 80,000 seats.

use std::fmt::Write as _;

/// 80 blocks of 40 rows of 25 seats around a field, drawn with transforms, each seat a little off its place.
pub(crate) fn drawing() -> String {
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-1500 -1500 3000 3000\">\n<rect id=\"Field\" x=\"-105\" y=\"-68\" width=\"210\" height=\"136\" fill=\"green\"/>\n",
    );
    let mut noise = 1_u32;
    let mut jitter = || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(noise >> 16) / 65_536.0 - 0.5
    };
    for block in 0..80 {
        let (ring, place) = (block / 40, block % 40);
        let angle = f64::from(place) * 9.0;
        let radius = 350 + ring * 450;
        let _ = writeln!(
            svg,
            "<g id=\"Block {}\" data-tier=\"{}\" transform=\"rotate({angle}) translate(0 {radius})\">",
            (ring + 1) * 100 + place,
            if ring == 0 { "Lower" } else { "Upper" }
        );
        for row in 0..40 {
            let _ = writeln!(svg, "<g data-row=\"{}\">", row + 1);
            let pitch = (5.0 + f64::from(ring) * 2.0) * (1.0 + 0.0 * f64::from(row));
            for seat in 0..25 {
                let x = (f64::from(seat) - 12.0) * pitch * 0.42 + 0.2 * jitter();
                let y = f64::from(row) * 9.0 + 0.2 * jitter();
                let _ = writeln!(
                    svg,
                    "<circle id=\"s{block}-{row}-{seat}\" data-seat=\"{}\" cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"0.9\"/>",
                    seat + 1
                );
            }
            svg.push_str("</g>\n");
        }
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}
