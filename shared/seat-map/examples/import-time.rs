//! How long an import takes and how large its document is: `cargo run --release -p seat-map --example import-time`
//! draws a stadium of 80,000 seats (or takes a file) and says so.

#![expect(clippy::print_stdout, reason = "it is there to print")]

use std::{env, error::Error, fmt::Write as _, fs, io::Write as _, time::Instant};

use seat_map::{
    SeatMap, SeatState, SeatStates,
    best_available::{Wish, best_available},
    import::{SvgOptions, svg},
};

fn main() -> Result<(), Box<dyn Error>> {
    let drawing = match env::args().nth(1) {
        Some(file) => fs::read_to_string(file)?,
        None => stadium(),
    };
    let begin = Instant::now();
    let import = svg(&drawing, &SvgOptions::default())?;
    let read = begin.elapsed();
    let map = SeatMap::new(import.document)?;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(map.canonical_json().as_bytes())?;
    println!(
        "{} seats of {} bytes of SVG in {read:?}; document {} bytes, {} compressed; {} findings; background {} bytes",
        map.seat_count(),
        drawing.len(),
        map.canonical_json().len(),
        packed.finish()?.len(),
        import.findings.len(),
        import.background.map_or(0, |svg| svg.len()),
    );
    let mut states = SeatStates::available(map.seat_count());
    for quantity in [2, 20] {
        let wish = Wish { quantity, spread: 8, choice: 3, ..Wish::default() };
        let begin = Instant::now();
        let found = best_available(&map, &states, &wish).map_or(0, |seats| seats.len());
        println!("best available: {found} of {quantity} in {:?}", begin.elapsed());
    }
    for seat in (0..map.seat_count()).filter(|seat| seat % 4 > 1) {
        states.set(seat, SeatState::Sold);
    }
    let begin = Instant::now();
    let wish = Wish { quantity: 20, ..Wish::default() };
    let found = best_available(&map, &states, &wish).map_or(0, |seats| seats.len());
    println!("best available: {found} of 20 where only pairs are left in {:?}", begin.elapsed());
    Ok(())
}

/// 80 blocks of 40 rows of 25 seats around a field, drawn with transforms, each seat a little off its place.
fn stadium() -> String {
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
