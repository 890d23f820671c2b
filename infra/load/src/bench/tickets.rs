//! A ticket as PDF with its QR code: milliseconds of one core, and bytes.

use std::time::Instant;

use anyhow::Context as _;
use rand::RngExt as _;
use shared::{
    clock::Clock,
    domain::{BookingId, EventId, Locale, Money, TicketId},
    ticket_document::{EventDetails, PrintedTicket, TicketDocument},
};

use super::Figure;
use crate::tally::histogram;

/// Documents that are measured.
const DOCUMENTS: usize = 200;
/// Letters of a signed code.
const CODE: usize = 130;
/// Who they are for: documents with other letters cost more.
const HOLDERS: [&str; 8] = [
    "Zoë Žluťoučká",
    "Jan Novák",
    "Anna Schmidt",
    "Jürgen Groß",
    "Łukasz Wiśniewski",
    "Ольга Иванова",
    "Γιώργος Παπάς",
    "Nguyễn Thị Ánh",
];
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Draws tickets, one a document, for people of many names.
pub(super) fn measure() -> anyhow::Result<Vec<Figure>> {
    // The fonts are read once.
    document().pdf()?;
    let (mut times, mut bytes) = (histogram(), histogram());
    for _ in 0..DOCUMENTS {
        let document = document();
        let begun = Instant::now();
        let pdf = document.pdf()?;
        times.record(u64::try_from(begun.elapsed().as_micros())?)?;
        bytes.record(u64::try_from(pdf.len())?)?;
    }
    let half = u32::try_from(times.value_at_quantile(0.5)).context("a ticket takes too long")?;
    Ok(vec![
        Figure::times("a ticket's PDF with QR, one core", &times),
        Figure::amount("the same, half of them", half.into(), "µs").at_most(2_000),
        Figure::amount("a ticket's PDF", bytes.max(), "bytes").at_most(60_000),
    ])
}

/// One ticket.
pub(super) fn document() -> TicketDocument {
    let mut chance = rand::rng();
    let letters = (0..CODE).map(|_| char::from(LETTERS[chance.random_range(0..LETTERS.len())]));
    let ticket = PrintedTicket {
        ticket_id: TicketId::new(),
        admits_to: "Parkett · Reihe Ä · 12".into(),
        tier: "Category A".into(),
        price: Money::new(4_950, "EUR".parse().unwrap_or_else(|_| unreachable!("the euro is a currency"))),
        code: format!("OS1{}", letters.collect::<String>()),
    };
    TicketDocument {
        event: EventDetails {
            event_id: EventId::new(),
            title: "Rusalka · Ρουσάλκα".into(),
            venue: "Národní divadlo".into(),
            city: "Praha".into(),
            starts_at: Clock::System.now(),
            time_zone: "Europe/Prague".into(),
        },
        locale: Locale::En,
        holder: HOLDERS[chance.random_range(0..HOLDERS.len())].into(),
        booking_id: BookingId::new(),
        tickets: vec![ticket],
    }
}
