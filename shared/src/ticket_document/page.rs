//! How one ticket looks: a card with the event, the seat and a stub that carries the code, on an A4 page that may
//! be folded to a quarter.

use super::{
    LocalTime, PrintedTicket, TicketDocument,
    canvas::{Area, Canvas, Corners, Ink, Style},
    qr::{self, QUIET_MODULES, QrError},
    text::{Fitted, fit, shown},
    typeface::Weight,
    words::{Words, words},
};

/// A4 in points.
pub(super) const PAGE_WIDTH: f32 = 595.28;
pub(super) const PAGE_HEIGHT: f32 = 841.89;

const NIGHT: Ink = Ink(0x1b_17_3f);
const CORAL: Ink = Ink(0xff_5c_5c);
const LILAC: Ink = Ink(0xcf_cb_f5);
const TEXT: Ink = Ink(0x1c_1a_33);
const QUIET: Ink = Ink(0x75_72_8c);
const RULE: Ink = Ink(0xd9_d7_e6);
const WHITE: Ink = Ink(0xff_ff_ff);
const BLACK: Ink = Ink(0x00_00_00);

const CARD: Area = Area { x: 36.0, y: 425.0, width: 523.28, height: 378.0 };
const CARD_RADIUS: f32 = 14.0;
const HEADER: f32 = 120.0;
const STRIPE: f32 = 5.0;
/// Width of the card left of the perforation.
const BODY_WIDTH: f32 = 352.0;
const PADDING: f32 = 26.0;
/// Side of the QR symbol without its quiet zone.
const SYMBOL: f32 = 128.0;
const SQUARE: Corners = Corners { upper: 0.0, lower: 0.0 };

/// Draws ticket `number` (from 0) of the document.
pub(super) fn draw(
    document: &TicketDocument,
    number: usize,
    ticket: &PrintedTicket,
) -> Result<Canvas, QrError> {
    let mut canvas = Canvas::default();
    let words = words(document.locale);
    header(&mut canvas, document, words, number);
    body(&mut canvas, document, words, ticket);
    stub(&mut canvas, words, ticket)?;
    canvas.outline(CARD, Corners { upper: CARD_RADIUS, lower: CARD_RADIUS }, 0.8, RULE);
    perforation(&mut canvas);
    advice(&mut canvas, words);
    Ok(canvas)
}

fn header(canvas: &mut Canvas, document: &TicketDocument, words: &Words, number: usize) {
    let band = Area { y: CARD.top() - HEADER, height: HEADER, ..CARD };
    canvas.fill(band, Corners { upper: CARD_RADIUS, lower: 0.0 }, NIGHT);
    canvas.fill(Area { y: band.y - STRIPE, height: STRIPE, ..band }, SQUARE, CORAL);

    let (left, line) = (CARD.x + PADDING, CARD.top() - 31.0);
    canvas.text(left, line, Style::new(Weight::Bold, 9.5, CORAL).spaced(2.6), "ONSALE");
    let (number, all) = ((number + 1).to_string(), document.tickets.len().to_string());
    let count = words.count.replace("{n}", &number).replace("{all}", &all);
    canvas.text_to(CARD.right() - PADDING, line, Style::new(Weight::Regular, 9.5, LILAC), &count);

    let sizes = [29.0, 25.0, 21.0, 18.0, 15.0];
    let title = fit(Weight::Bold, &document.event.title, &sizes, CARD.width - 2.0 * PADDING, 2);
    let leading = title.size * 1.16;
    let height = leading * (title.lines.len() - 1) as f32 + title.size * 0.72;
    let middle = CARD.top() - 46.0 - (HEADER - 46.0 - 10.0) / 2.0;
    let style = Style::new(Weight::Bold, title.size, WHITE);
    lines(canvas, (left, middle + height / 2.0 - title.size * 0.72), leading, style, &title);
}

fn body(canvas: &mut Canvas, document: &TicketDocument, words: &Words, ticket: &PrintedTicket) {
    let left = CARD.x + PADDING;
    let width = BODY_WIDTH - PADDING - 22.0;
    let top = CARD.top() - HEADER - STRIPE;
    let LocalTime { date, time, zone } = document.event.local_start(document.locale);

    field(canvas, (left, top - 27.0), words.date, &date, 205.0, 1);
    field(canvas, (left + 220.0, top - 27.0), words.time, &format!("{time} {zone}"), width - 220.0, 1);
    field(canvas, (left, top - 70.0), words.venue, &document.event.location(), width, 2);
    canvas.line((left, top - 118.0), (left + width, top - 118.0), 0.8, RULE, &[]);

    label(canvas, (left, top - 139.0), words.admits_to);
    let seat = fit(Weight::Bold, &ticket.admits_to, &[22.0, 19.0, 16.0, 13.0, 11.0], width, 2);
    let style = Style::new(Weight::Bold, seat.size, TEXT);
    lines(canvas, (left, top - 144.0 - seat.size * 0.85), seat.size * 1.15, style, &seat);

    let row = top - 201.0;
    field(canvas, (left, row), words.holder, &document.holder, 140.0, 2);
    field(canvas, (left + 152.0, row), words.category, &ticket.tier, 74.0, 2);
    field(canvas, (left + 238.0, row), words.price, &ticket.price.written(document.locale), width - 238.0, 1);
    let booking = format!("{} {}", words.booking, document.booking_id);
    canvas.text(left, CARD.y + 11.0, Style::new(Weight::Regular, 6.6, QUIET), &booking);
}

fn stub(canvas: &mut Canvas, words: &Words, ticket: &PrintedTicket) -> Result<(), QrError> {
    let middle = CARD.x + BODY_WIDTH + (CARD.width - BODY_WIDTH) / 2.0;
    let top = CARD.top() - HEADER - STRIPE;
    let (modules, runs) = qr::runs(&ticket.code)?;
    let quiet = SYMBOL / modules as f32 * QUIET_MODULES as f32;
    let symbol =
        Area { x: middle - SYMBOL / 2.0, y: top - quiet - SYMBOL - 14.0, width: SYMBOL, height: SYMBOL };
    canvas.symbol(symbol, modules, &runs, BLACK);

    let below = symbol.y - quiet;
    canvas.text_around(middle, below - 10.0, Style::new(Weight::Bold, 9.0, TEXT), words.show);
    let smaller = Style::new(Weight::Regular, 7.4, QUIET);
    canvas.text_around(middle, below - 23.0, smaller, words.once);
    let id = format!("{}", ticket.ticket_id);
    canvas.text_around(middle, CARD.y + 11.0, Style::new(Weight::Regular, 6.6, QUIET), &id);
    Ok(())
}

fn perforation(canvas: &mut Canvas) {
    const NOTCH: f32 = 8.0;
    let x = CARD.x + BODY_WIDTH;
    let top = CARD.top() - HEADER - STRIPE - 6.0;
    canvas.line((x, top), (x, CARD.y + NOTCH + 4.0), 1.0, RULE, &[3.0, 3.5]);
    let notch = Area { x: x - NOTCH, y: CARD.y - NOTCH, width: 2.0 * NOTCH, height: 2.0 * NOTCH };
    let round = Corners { upper: NOTCH, lower: NOTCH };
    canvas.fill(notch, round, WHITE);
    canvas.outline(notch, round, 0.8, RULE);
    // Only the half inside the card is its edge.
    let outside = Area { x: notch.x - 1.0, y: notch.y - 1.0, width: notch.width + 2.0, height: NOTCH + 0.6 };
    canvas.fill(outside, SQUARE, WHITE);
}

fn advice(canvas: &mut Canvas, words: &Words) {
    let column = (CARD.width - 2.0 * 24.0) / 3.0;
    for (number, (heading, advice)) in words.advice.iter().enumerate() {
        let x = CARD.x + number as f32 * (column + 24.0);
        canvas.line((x, CARD.y - 34.0), (x + 18.0, CARD.y - 34.0), 2.0, CORAL, &[]);
        canvas.text(x, CARD.y - 52.0, Style::new(Weight::Bold, 9.5, TEXT), heading);
        let text = fit(Weight::Regular, advice, &[8.6], column, 5);
        lines(canvas, (x, CARD.y - 66.0), 12.4, Style::new(Weight::Regular, text.size, QUIET), &text);
    }
}

/// A label and its value below, on as many lines as it may take.
fn field(canvas: &mut Canvas, (x, y): (f32, f32), name: &str, value: &str, width: f32, most_lines: usize) {
    label(canvas, (x, y), name);
    let value = fit(Weight::Bold, value, &[12.0, 11.0, 10.0, 9.0, 8.0], width, most_lines);
    let style = Style::new(Weight::Bold, value.size, TEXT);
    lines(canvas, (x, y - 4.0 - value.size * 0.9), value.size * 1.18, style, &value);
}

fn label(canvas: &mut Canvas, (x, y): (f32, f32), name: &str) {
    let style = Style::new(Weight::Bold, 6.8, QUIET).spaced(0.9);
    canvas.text(x, y, style, &shown(style.weight, name));
}

fn lines(canvas: &mut Canvas, (x, y): (f32, f32), leading: f32, style: Style, text: &Fitted) {
    for (number, line) in text.lines.iter().enumerate() {
        canvas.text(x, y - number as f32 * leading, style, line);
    }
}
