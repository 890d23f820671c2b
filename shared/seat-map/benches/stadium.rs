//! What a stadium of 80,000 seats costs: `cargo bench -p seat-map`.

#[path = "../examples/import-time/stadium.rs"]
mod stadium;

use std::{hint::black_box, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use seat_map::{
    SeatMap, SeatState, SeatStates,
    best_available::{Wish, best_available},
    import::{SvgOptions, svg},
};

fn map() -> SeatMap {
    let import = svg(&stadium::drawing(), &SvgOptions::default()).expect("the drawing is good");
    SeatMap::new(import.document).expect("its document is good")
}

/// From the drawing to the map, and from the document that is stored.
fn reading(criterion: &mut Criterion) {
    let drawing = stadium::drawing();
    let document = map().document().clone();
    let mut group = criterion.benchmark_group("a stadium of 80,000");
    group.sample_size(10).measurement_time(Duration::from_secs(15));
    group.bench_function("drawing read", |bench| {
        bench.iter(|| svg(black_box(&drawing), &SvgOptions::default()).expect("the drawing is good"));
    });
    group.bench_function("document made a map", |bench| {
        bench.iter_with_large_drop(|| SeatMap::new(document.clone()).expect("its document is good"));
    });
    group.finish();
}

/// The best seats of a house nobody has bought in, and of one where only pairs are left.
fn choosing(criterion: &mut Criterion) {
    let map = map();
    let empty = SeatStates::available(map.seat_count());
    let mut pairs = empty.clone();
    for seat in (0..map.seat_count()).filter(|seat| seat % 4 > 1) {
        pairs.set(seat, SeatState::Sold);
    }
    let mut group = criterion.benchmark_group("best available of 80,000");
    for (name, quantity, states) in
        [("2", 2, &empty), ("20", 20, &empty), ("20 where only pairs are left", 20, &pairs)]
    {
        let wish = Wish { quantity, ..Wish::default() };
        group.bench_function(name, |bench| bench.iter(|| best_available(&map, black_box(states), &wish)));
    }
    group.finish();
}

criterion_group!(benches, reading, choosing);
criterion_main!(benches);
