//! The ticket as people and scanners see it: rendered by another program, read by a third.
//!
//! Needs `pdftotext` and `pdftoppm` (poppler-utils) and `zbarimg` (zbar-tools).

use std::{path::Path, process::Command};

use shared::{
    domain::{BookingId, EventId, Locale, Money, TicketId},
    testing::tokens,
    ticket_document::{EventDetails, PrintedTicket, TicketDocument, qr_svg},
    tokens::{TicketCode, Tokens},
};
use tempfile::TempDir;
use time::macros::datetime;
use uuid::Uuid;

/// Resolution of a cheap printer's screen view; a scanner has more.
const DPI: &str = "100";

fn document(tokens: &Tokens, seats: &[&str]) -> TicketDocument {
    let event_id = EventId(Uuid::from_u128(1));
    let tickets = seats.iter().zip(100..).map(|(seat, id)| {
        let ticket_id = TicketId(Uuid::from_u128(id));
        PrintedTicket {
            ticket_id,
            admits_to: (*seat).to_owned(),
            tier: "Category A".into(),
            price: Money::new(4_950, "EUR".parse().expect("a currency")),
            code: tokens.ticket_code(event_id, ticket_id, 0),
        }
    });
    TicketDocument {
        event: EventDetails {
            event_id,
            title: "Rusalka".into(),
            venue: "Národní divadlo".into(),
            city: "Praha".into(),
            starts_at: datetime!(2026-03-14 18:30 UTC),
            time_zone: "Europe/Prague".into(),
        },
        locale: Locale::En,
        holder: "Zoë Žluťoučká".into(),
        booking_id: BookingId(Uuid::from_u128(7)),
        tickets: tickets.collect(),
    }
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("{program} cannot be run: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    // The scanner complains of desktops that are not there; a reader complains of a file that is not right.
    assert!(output.status.success() && (said.is_empty() || program == "zbarimg"), "{program}: {said}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The PDF in a folder of its own.
fn saved(document: &TicketDocument) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let pdf = document.pdf().expect("short codes");
    std::fs::write(folder.path().join("tickets.pdf"), pdf).expect("a file");
    folder
}

fn text(document: &TicketDocument) -> String {
    let text = run("pdftotext", &["-layout", "tickets.pdf", "-"], saved(document).path());
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// The codes that a scanner finds on the rendered pages, page by page.
fn scanned(document: &TicketDocument) -> Vec<String> {
    let folder = saved(document);
    run("pdftoppm", &["-r", DPI, "-png", "tickets.pdf", "page"], folder.path());
    let scan = |page: usize| {
        let page = format!("page-{page}.png");
        run("zbarimg", &["--quiet", "--raw", &page], folder.path()).trim().to_owned()
    };
    (1..=document.tickets.len()).map(scan).collect()
}

#[test]
fn a_ticket_says_everything_there_is_to_say() {
    let document = document(&tokens(), &["Stalls · Row F · 12", "Standing: Front of stage"]);
    insta::assert_snapshot!(text(&document));
}

#[test]
fn a_ticket_speaks_the_language_of_its_holder() {
    for (locale, name, seat) in
        [(Locale::De, "de", "Parkett · Reihe F · 12"), (Locale::Fr, "fr", "Parterre · Rang F · 12")]
    {
        let document = TicketDocument { locale, ..document(&tokens(), &[seat, seat]) };
        insta::assert_snapshot!(format!("a_ticket_in_{name}"), text(&document));
        assert_eq!(scanned(&document).len(), 2);
    }
}

#[test]
fn every_page_carries_a_code_that_a_door_accepts() {
    let tokens = tokens();
    let document = document(&tokens, &["Stalls · Row F · 12", "Stalls · Row F · 13", "Box 2"]);
    let codes = scanned(&document);
    assert_eq!(codes, document.tickets.iter().map(|ticket| ticket.code.clone()).collect::<Vec<_>>());
    for (code, ticket) in codes.iter().zip(&document.tickets) {
        let code = TicketCode::parse(code).unwrap();
        assert_eq!(code.ticket_id, ticket.ticket_id);
        assert!(code.verifies(document.event.event_id, tokens.public_key()));
    }
}

#[test]
fn names_of_many_scripts_are_shown_and_others_do_no_harm() {
    let mut document = document(&tokens(), &["Партер · Ряд 5 · Место 12"]);
    document.event.title = "Příliš žluťoučký kůň: Ελληνικά και Привет 🎉".into();
    document.holder = "Nguyễn Thị Ánh محمد".into();
    let text = text(&document);
    for expected in ["Příliš žluťoučký kůň:", "Ελληνικά", "Привет", "Партер · Ряд 5 · Место 12", "Nguyễn Thị"]
    {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
    assert_eq!(scanned(&document).len(), 1);
}

#[test]
fn east_asian_names_are_shown_on_a_ticket_that_is_small_all_the_same() {
    let mut document = document(&tokens(), &["アリーナ · A列 · 12番", "스탠딩 · 2구역"]);
    document.event.title = "東京フィルハーモニー交響楽団「第九」特別演奏会 2026！".into();
    document.event.venue = "國家音樂廳".into();
    document.holder = "Wang 王小明 · 김민준".into();
    let text = text(&document);
    for expected in
        ["東京フィルハーモニー交響楽団「第九」", "國家音樂廳", "王小明", "김민준", "A列", "스탠딩 · 2구역"]
    {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
    assert_eq!(scanned(&document).len(), 2);
    let bytes = document.pdf().unwrap().len();
    assert!(bytes < 40_000 * 2, "{bytes} bytes");
}

#[test]
fn endless_texts_stay_inside_the_card() {
    let mut document = document(&tokens(), &[&"Donaudampfschifffahrt ".repeat(10)]);
    document.event.title = "An Evening with the Philharmonic Orchestra and Choir ".repeat(4);
    document.event.venue = "Kongresszentrum".repeat(13);
    document.holder = "Wolfeschlegelsteinhausenbergerdorff".repeat(5);
    document.tickets[0].tier = "Category with a very long name".into();
    document.tickets[0].price = Money::new(99_999_999, "KWD".parse().unwrap());
    assert_eq!(scanned(&document), [document.tickets[0].code.clone()], "nothing may cover the code");
}

#[test]
fn a_ticket_is_small() {
    for seats in [1, 2, 8] {
        let bytes = document(&tokens(), &vec!["Stalls · Row F · 12"; seats]).pdf().unwrap().len();
        assert!(bytes < 40_000 * seats, "{seats} tickets take {bytes} bytes");
    }
}

#[test]
fn a_code_as_svg_can_be_scanned_too() {
    let tokens = tokens();
    let code = tokens.ticket_code(EventId::new(), TicketId::new(), 0);
    let svg = qr_svg(&code).unwrap();
    let view_box = svg.split("viewBox=\"").nth(1).unwrap().split('"').next().unwrap();
    let side: f32 = view_box.split(' ').nth(2).unwrap().parse().unwrap();
    assert!(side >= 320.0 && svg.contains("<path"), "{view_box}");
}
