//! What costs a CPU and no engine: `cargo bench -p shared`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shared::{
    clock::Clock,
    domain::{
        BookingId, EventId, Locale, Money, PlaceId, TicketId,
        draw::{Draw, Seed},
    },
    testing,
    ticket_document::{EventDetails, PrintedTicket, TicketDocument, qr_svg},
    tokens::{PlaceClaims, TicketCode},
};

/// Numbers every place of a lobby.
fn draw(criterion: &mut Criterion) {
    const PLACES: u64 = 100_000;
    let draw = Draw::new(Seed::new([7; 32]), PLACES);
    let mut group = criterion.benchmark_group("draw");
    group.throughput(Throughput::Elements(PLACES));
    group.bench_function("a lobby of 100,000", |bench| {
        bench.iter(|| (0..PLACES).map(|ordinal| draw.number(black_box(ordinal))).fold(0, u64::wrapping_add));
    });
    group.finish();
}

/// Places are signed at each join and checked at each claim; codes are checked at the door.
fn tokens(criterion: &mut Criterion) {
    let tokens = testing::tokens();
    let (event, ticket) = (EventId::new(), TicketId::new());
    let claims = PlaceClaims::new(PlaceId::new(), event, 99_999, i64::MAX);
    let place = tokens.sign_place(&claims).expect("claims are signed");
    let code = tokens.ticket_code(event, ticket, 0);
    let mut group = criterion.benchmark_group("tokens");
    group.bench_function("a place signed", |bench| bench.iter(|| tokens.sign_place(black_box(&claims))));
    group.bench_function("a place verified", |bench| bench.iter(|| tokens.verify_place(black_box(&place))));
    group.bench_function("a ticket's code signed", |bench| {
        bench.iter(|| tokens.ticket_code(event, black_box(ticket), 0));
    });
    group.bench_function("a ticket's code verified", |bench| {
        let verify = || {
            TicketCode::parse(black_box(&code)).is_ok_and(|code| code.verifies(event, tokens.public_key()))
        };
        assert!(verify(), "the code is good");
        bench.iter(verify);
    });
    group.finish();
}

/// The document of a booking of two.
fn documents(criterion: &mut Criterion) {
    let tokens = testing::tokens();
    let document = booking_of_two(|event, ticket| tokens.ticket_code(event, ticket, 0));
    let code = document.tickets[0].code.clone();
    let mut group = criterion.benchmark_group("documents");
    group.bench_function("PDF of two tickets", |bench| bench.iter(|| black_box(&document).pdf()));
    group.bench_function("QR code as SVG", |bench| bench.iter(|| qr_svg(black_box(&code))));
    group.finish();
}

fn booking_of_two(code: impl Fn(EventId, TicketId) -> String) -> TicketDocument {
    let event = EventDetails {
        event_id: EventId::new(),
        title: "Rusalka".into(),
        venue: "Národní divadlo".into(),
        city: "Praha".into(),
        starts_at: Clock::System.now(),
        time_zone: "Europe/Prague".into(),
    };
    let ticket = |seat: u32| {
        let ticket_id = TicketId::new();
        PrintedTicket {
            ticket_id,
            admits_to: format!("Parkett · Reihe 7 · {seat}"),
            tier: "Category A".into(),
            price: Money::new(4_950, "EUR".parse().expect("the euro is a currency")),
            code: code(event.event_id, ticket_id),
        }
    };
    let tickets = vec![ticket(12), ticket(13)];
    let (holder, booking_id) = ("Zoë Žluťoučká".into(), BookingId::new());
    TicketDocument { locale: Locale::En, holder, booking_id, tickets, event }
}

criterion_group!(benches, draw, tokens, documents);
criterion_main!(benches);
