//! Tickets: seen by their owner and organiser, printed, scanned from the print.

use std::{path::Path, process::Command};

use shared::{
    contracts::process_booking::Admission,
    domain::{BookingId, Demand, Role, TicketId},
    testing::sale::Sale,
    tokens::TicketCode,
};

use crate::support::{Account, TestApp};

/// A confirmed booking of an account; its tickets by seat, then area.
pub(crate) async fn booked(
    app: &TestApp,
    sale: &Sale,
    fan: &Account,
    what: &[Admission],
) -> (BookingId, Vec<TicketId>) {
    let command = sale.accepted(fan.id, what).await;
    sale.commit(&command).await;
    let tickets = shared::store::tickets::of_booking(&app.app.pool, command.booking_id).await.unwrap();
    (command.booking_id, tickets.iter().map(|ticket| ticket.id).collect())
}

/// Withdraws a booking, as the API's own cancelling does.
pub(crate) async fn cancelled(app: &TestApp, booking: BookingId) {
    let mut connection = app.app.pool.acquire().await.unwrap();
    let now = app.app.clock.now();
    let cancelled = shared::store::bookings::cancel::cancel(&mut connection, &[booking], now).await.unwrap();
    assert_eq!(cancelled.len(), 1);
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The codes on the pages of a PDF.
fn codes_in(pdf: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("it.pdf"), pdf).unwrap();
    let info = run("pdfinfo", &["it.pdf"], folder.path());
    let pages = info.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap();
    run("pdftoppm", &["-r", "110", "-png", "it.pdf", "page"], folder.path());
    (1..=pages.trim().parse().unwrap())
        .map(|page: u32| {
            let page = format!("page-{page}.png");
            run("zbarimg", &["--quiet", "--raw", &page], folder.path()).trim().to_owned()
        })
        .collect()
}

#[tokio::test]
async fn an_owner_sees_prints_and_shows_a_ticket() {
    let app = TestApp::start().await;
    let sale = Sale::open(&app.app.pool, Demand::Direct, 6).await;
    let fan = app.fan().await;
    let what = [Admission::Seat(12), Admission::Area(0)];
    let (booking, tickets) = booked(&app, &sale, &fan, &what).await;
    let token = Some(fan.access_token.as_str());

    let seen = app.get(&format!("/api/tickets/{}", tickets[0]), token).await.json();
    assert_eq!((&seen["status"], &seen["seat"]), (&"valid".into(), &12.into()), "{seen}");
    assert_eq!(seen["event"]["title"], "Hamlet");
    assert_eq!(seen["admits_to"].as_str().unwrap().split(" · ").next(), Some("Stalls"));
    let code = seen["code"].as_str().unwrap();
    let parsed = TicketCode::parse(code).unwrap();
    assert!(parsed.ticket_id == tickets[0] && parsed.verifies(sale.event_id, app.app.tokens.public_key()));
    let standing = app.get(&format!("/api/tickets/{}", tickets[1]), token).await.json();
    assert_eq!((&standing["area"], &standing["admits_to"]), (&0.into(), &"Pit".into()));

    let pdf = app.get(&format!("/api/tickets/{}/pdf", tickets[0]), token).await;
    assert_eq!(
        (pdf.status.as_u16(), &pdf.headers["content-type"]),
        (200, &"application/pdf".parse().unwrap())
    );
    assert_eq!(codes_in(&pdf.bytes), [code]);
    let all = app.get(&format!("/api/bookings/{booking}/tickets.pdf"), token).await;
    assert_eq!(codes_in(&all.bytes), [code, standing["code"].as_str().unwrap()]);
    let qr = app.get(&format!("/api/tickets/{}/qr.svg", tickets[0]), token).await;
    assert_eq!(qr.headers["content-type"], "image/svg+xml");
    assert!(qr.bytes.starts_with(b"<?xml") && qr.headers["cache-control"] == "private, no-store");
    app.finish().await;
}

#[tokio::test]
async fn others_do_not_learn_that_a_ticket_exists() {
    let app = TestApp::start().await;
    let sale = Sale::open(&app.app.pool, Demand::Direct, 6).await;
    let (fan, other) = (app.fan().await, app.fan().await);
    let (organiser, stranger) = (app.account(Role::Organiser).await, app.account(Role::Organiser).await);
    sqlx::query("UPDATE events SET organiser_id = $1 WHERE id = $2")
        .bind(organiser.id)
        .bind(sale.event_id)
        .execute(&app.app.pool)
        .await
        .unwrap();
    let (booking, tickets) = booked(&app, &sale, &fan, &[Admission::Seat(1)]).await;
    let ticket = tickets[0];
    for path in [
        format!("/api/tickets/{ticket}"),
        format!("/api/tickets/{ticket}/pdf"),
        format!("/api/tickets/{ticket}/qr.svg"),
        format!("/api/bookings/{booking}/tickets.pdf"),
    ] {
        app.get(&path, None).await.problem(401, "unauthorized");
        for account in [&other, &stranger] {
            app.get(&path, Some(&account.access_token)).await.problem(404, "not-found");
        }
        let seen = app.get(&path, Some(&organiser.access_token)).await;
        assert_eq!(seen.status, 200, "{path}: {seen:?}");
    }
    let unknown = TicketId::new();
    for path in [format!("/api/tickets/{unknown}"), "/api/tickets/7".into(), "/api/tickets/7/pdf".into()] {
        app.get(&path, Some(&fan.access_token)).await.problem(404, "not-found");
    }
    assert_eq!(
        app.get("/api/tickets", Some(&other.access_token)).await.json()["items"],
        serde_json::json!([])
    );
    app.finish().await;
}

#[tokio::test]
async fn a_cancelled_ticket_is_not_printed() {
    let app = TestApp::start().await;
    let sale = Sale::open(&app.app.pool, Demand::Direct, 6).await;
    let fan = app.fan().await;
    let (booking, tickets) = booked(&app, &sale, &fan, &[Admission::Seat(1)]).await;
    cancelled(&app, booking).await;
    let token = Some(fan.access_token.as_str());
    let seen = app.get(&format!("/api/tickets/{}", tickets[0]), token).await.json();
    assert_eq!((&seen["status"], seen.get("code")), (&"cancelled".into(), None));
    for path in [
        format!("/api/tickets/{}/pdf", tickets[0]),
        format!("/api/tickets/{}/qr.svg", tickets[0]),
        format!("/api/bookings/{booking}/tickets.pdf"),
    ] {
        app.get(&path, token).await.problem(410, "ticket-not-valid");
    }
    app.finish().await;
}

#[tokio::test]
async fn tickets_come_in_pages_newest_first() {
    let app = TestApp::start().await;
    let sale = Sale::open(&app.app.pool, Demand::Direct, 6).await;
    let fan = app.fan().await;
    let what: Vec<Admission> = (0..5).map(Admission::Seat).collect();
    let (_, mut tickets) = booked(&app, &sale, &fan, &what).await;
    let token = Some(fan.access_token.as_str());
    let (mut found, mut path) = (Vec::new(), "/api/tickets?limit=2".to_owned());
    loop {
        let page = app.get(&path, token).await.json();
        let ids =
            page["items"].as_array().unwrap().iter().map(|ticket| ticket["id"].as_str().unwrap().to_owned());
        found.extend(ids);
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/api/tickets?limit=2&cursor={cursor}");
    }
    tickets.sort_by_key(|ticket| std::cmp::Reverse(ticket.0));
    assert_eq!(found, tickets.iter().map(ToString::to_string).collect::<Vec<_>>());
    for wrong in ["limit=0", "limit=101", "limit=x", "cursor=x"] {
        app.get(&format!("/api/tickets?{wrong}"), token).await.problem(422, "invalid");
    }
    app.finish().await;
}
