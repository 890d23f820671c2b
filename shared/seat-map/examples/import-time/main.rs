//! How long an import takes and how large its document is: `cargo run --release -p seat-map --example import-time`
//! draws a stadium of 80,000 seats (or takes a file) and says so.

#![expect(clippy::print_stdout, reason = "it is there to print")]

mod stadium;

use std::{env, error::Error, fs, io::Write as _, time::Instant};

use seat_map::{
    SeatMap, SeatState, SeatStates,
    best_available::{Wish, best_available},
    import::{SvgOptions, svg},
};

fn main() -> Result<(), Box<dyn Error>> {
    let drawing = match env::args().nth(1) {
        Some(file) => fs::read_to_string(file)?,
        None => stadium::drawing(),
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
