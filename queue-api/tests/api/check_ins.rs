//! The door.

use std::{collections::HashSet, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use shared::{
    contracts::process_booking::Admission,
    domain::{Demand, EventId, Role, TicketId},
    testing::sale::Sale,
    tokens::TicketCode,
};
use sqlx::PgPool;
use tokio::sync::Barrier;
use uuid::Uuid;

use crate::{
    support::{Account, Answer, TestApp},
    tickets::{booked, cancelled},
};

/// A sale, its door, and one ticket.
struct Door {
    app: TestApp,
    sale: Sale,
    staff: Account,
    fan: Account,
    ticket: TicketId,
    code: String,
}

impl Door {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let sale = Sale::open(&app.app.pool, Demand::Direct, 6).await;
        let (staff, fan) = (app.account(Role::Staff).await, app.fan().await);
        let (_, tickets) = booked(&app, &sale, &fan, &[Admission::Seat(7)]).await;
        let code = app.app.tokens.ticket_code(sale.event_id, tickets[0], 0);
        Self { app, sale, staff, fan, ticket: tickets[0], code }
    }

    async fn send(&self, scan: Value) -> Answer {
        self.app.post("/api/check-ins", Some(&self.staff.access_token), scan).await
    }

    async fn outcome(&self, scan: Value) -> Value {
        let answer = self.send(scan).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    fn scan(&self, code: &str) -> Value {
        json!({"id": Uuid::now_v7(), "event": self.sale.event_id, "code": code, "door": "North"})
    }

    async fn count(&self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement).fetch_one(&self.app.app.pool).await.unwrap()
    }
}

#[tokio::test]
async fn a_ticket_admits_once_however_many_doors_try() {
    let door = Door::open().await;
    let scans = (0..50).map(|door_number| {
        let mut scan = door.scan(&door.code);
        scan["door"] = json!(format!("Door {door_number}"));
        door.outcome(scan)
    });
    let answers = futures_util::future::join_all(scans).await;
    let (admitted, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer["outcome"] == "admitted");
    assert_eq!((admitted.len(), refused.len()), (1, 49));
    assert_eq!(admitted[0]["ticket"]["id"], json!(door.ticket));
    assert!(admitted[0]["ticket"]["admits_to"].as_str().unwrap().starts_with("Stalls"));
    let first: HashSet<String> =
        refused.iter().map(|answer| answer["admitted"]["door"].to_string()).collect();
    assert_eq!(first.len(), 1, "all name the one door that admitted: {first:?}");
    assert!(refused.iter().all(|answer| answer["outcome"] == "already_used"));
    assert_eq!(door.count("SELECT count(*) FROM check_ins").await, 50);
    assert_eq!(door.count("SELECT count(*) FROM check_ins WHERE outcome = 'admitted'").await, 1);
    assert_eq!(door.count("SELECT count(*) FROM outbox WHERE topic = 'ticket.used'").await, 1);
    assert_eq!(
        door.count("SELECT count(*) FROM tickets WHERE status = 'used' AND used_at IS NOT NULL").await,
        1
    );
    door.app.finish().await;
}

/// The control of the race above: a door that looks first and writes afterwards admits several; the unique index
/// alone already stops it.
#[tokio::test]
async fn a_door_that_looks_before_it_writes_admits_several_without_the_index() {
    let door = Door::open().await;
    assert_eq!(naive_admissions(&door).await, 1, "the index admits one even to a careless door");
    sqlx::raw_sql(
        "DROP INDEX check_ins_admitted_key; DELETE FROM check_ins; UPDATE tickets SET status = 'valid', used_at = NULL",
    )
    .execute(&door.app.app.pool)
    .await
    .unwrap();
    assert!(naive_admissions(&door).await > 1, "without any guard the race must show");
    door.app.finish().await;
}

async fn naive_admissions(door: &Door) -> usize {
    const DOORS: usize = 6;
    let barrier = Arc::new(Barrier::new(DOORS));
    let scans = (0..DOORS).map(|_| {
        let (pool, barrier) = (door.app.app.pool.clone(), Arc::clone(&barrier));
        naive_scan(pool, barrier, door.sale.event_id, door.ticket, door.staff.id.0)
    });
    futures_util::future::join_all(scans).await.into_iter().filter(|admitted| *admitted).count()
}

async fn naive_scan(
    pool: PgPool,
    all_looked: Arc<Barrier>,
    event: EventId,
    ticket: TicketId,
    staff: Uuid,
) -> bool {
    let status: String = sqlx::query_scalar("SELECT status FROM tickets WHERE id = $1")
        .bind(ticket)
        .fetch_one(&pool)
        .await
        .unwrap();
    all_looked.wait().await;
    if status != "valid" {
        return false;
    }
    let admitted = sqlx::query(
        "INSERT INTO check_ins (id, event_id, ticket_id, door, staff_id, scanned_at, outcome)
         VALUES (gen_random_uuid(), $1, $2, 'careless', $3, now(), 'admitted')",
    )
    .bind(event)
    .bind(ticket)
    .bind(staff)
    .execute(&pool)
    .await;
    sqlx::query("UPDATE tickets SET status = 'used', used_at = now() WHERE id = $1")
        .bind(ticket)
        .execute(&pool)
        .await
        .unwrap();
    admitted.is_ok()
}

#[tokio::test]
async fn the_same_scan_sent_again_gets_the_same_answer() {
    let door = Door::open().await;
    let scan = door.scan(&door.code);
    let answers = futures_util::future::join_all((0..20).map(|_| door.outcome(scan.clone()))).await;
    assert!(
        answers.iter().all(|answer| answer == &answers[0] && answer["outcome"] == "admitted"),
        "{answers:?}"
    );
    assert_eq!(door.count("SELECT count(*) FROM check_ins").await, 1);
    // Another scan that was refused is refused again in the same words.
    let second = door.scan(&door.code);
    let refused = door.outcome(second.clone()).await;
    assert_eq!(refused["outcome"], "already_used");
    assert_eq!(door.outcome(second).await, refused);
    // The id of one scan is not the id of another.
    let mut other = scan;
    other["door"] = json!("South");
    door.send(other).await.problem(409, "check-in-id-reused");
    door.app.finish().await;
}

#[tokio::test]
async fn what_is_no_good_ticket_here_is_refused_and_told_why() {
    let door = Door::open().await;
    let tokens = &door.app.app.tokens;
    let elsewhere = Sale::open(&door.app.app.pool, Demand::Direct, 6).await;
    let (_, foreign) = booked(&door.app, &elsewhere, &door.fan, &[Admission::Seat(7)]).await;
    let (gone, cancelled_tickets) = booked(&door.app, &door.sale, &door.fan, &[Admission::Seat(8)]).await;
    cancelled(&door.app, gone).await;
    let forged = shared::testing::tokens().ticket_code(door.sale.event_id, door.ticket, 0);
    // A good signature moved to another ticket.
    let mut damaged = door.code.clone().into_bytes();
    damaged[20] = if damaged[20] == b'A' { b'B' } else { b'A' };
    for (code, outcome) in [
        (tokens.ticket_code(elsewhere.event_id, foreign[0], 0), "wrong_event"),
        (tokens.ticket_code(door.sale.event_id, cancelled_tickets[0], 0), "cancelled"),
        (tokens.ticket_code(door.sale.event_id, TicketId::new(), 0), "forged"),
        (forged, "forged"),
        (String::from_utf8(damaged).unwrap(), "forged"),
        ("https://example.org/".into(), "forged"),
        (String::new(), "forged"),
    ] {
        let answer = door.outcome(door.scan(&code)).await;
        assert_eq!(answer["outcome"], outcome, "{code}: {answer}");
        assert!(answer["message"].as_str().unwrap().len() > 5);
    }
    // None of it touched the ticket.
    assert_eq!(door.outcome(door.scan(&format!(" {}\n", door.code))).await["outcome"], "admitted");
    door.app.finish().await;
}

#[tokio::test]
async fn an_old_code_and_a_cancelled_event_admit_nobody() {
    let door = Door::open().await;
    sqlx::query("UPDATE tickets SET generation = 1 WHERE id = $1")
        .bind(door.ticket)
        .execute(&door.app.app.pool)
        .await
        .unwrap();
    assert_eq!(door.outcome(door.scan(&door.code)).await["outcome"], "superseded");
    sqlx::query("UPDATE events SET status = 'cancelled' WHERE id = $1")
        .bind(door.sale.event_id)
        .execute(&door.app.app.pool)
        .await
        .unwrap();
    door.app.app.events.forget(door.sale.event_id).await;
    let newest = door.app.app.tokens.ticket_code(door.sale.event_id, door.ticket, 1);
    assert_eq!(door.outcome(door.scan(&newest)).await["outcome"], "cancelled");
    assert_eq!(door.count("SELECT count(*) FROM tickets WHERE status = 'used'").await, 0);
    door.app.finish().await;
}

#[tokio::test]
async fn only_those_who_work_there_may_check_in() {
    let door = Door::open().await;
    let (organiser, other, admin) = (
        door.app.account(Role::Organiser).await,
        door.app.account(Role::Organiser).await,
        door.app.account(Role::Admin).await,
    );
    sqlx::query("UPDATE events SET organiser_id = $1 WHERE id = $2")
        .bind(organiser.id)
        .bind(door.sale.event_id)
        .execute(&door.app.app.pool)
        .await
        .unwrap();
    let list = format!("/api/events/{}/door-list", door.sale.event_id);
    let scan = || door.scan(&door.code);
    door.app.post("/api/check-ins", None, scan()).await.problem(401, "unauthorized");
    let as_fan = Some(door.fan.access_token.as_str());
    door.app.post("/api/check-ins", as_fan, scan()).await.problem(403, "role-needed");
    door.app.get(&list, as_fan).await.problem(403, "role-needed");
    let as_other = Some(other.access_token.as_str());
    door.app.post("/api/check-ins", as_other, scan()).await.problem(404, "not-found");
    door.app.get(&list, as_other).await.problem(404, "not-found");
    for account in [&organiser, &admin] {
        let answer = door.app.post("/api/check-ins", Some(&account.access_token), scan()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(door.app.get(&list, Some(&account.access_token)).await.status, 200);
    }
    door.app.finish().await;
}

#[tokio::test]
async fn a_scan_that_makes_no_sense_is_refused_and_nothing_recorded() {
    let door = Door::open().await;
    let good = door.scan(&door.code);
    for (field, value) in [
        ("door", json!("")),
        ("door", json!("x".repeat(101))),
        ("door", json!("a\u{0}b")),
        ("code", json!("x".repeat(1_001))),
        ("scanned_at", json!("2999-01-01T00:00:00Z")),
        ("scanned_at", json!("yesterday")),
        ("id", json!("7")),
        ("event", json!(null)),
    ] {
        let mut scan = good.clone();
        scan[field] = value;
        door.send(scan).await.problem(422, "invalid");
    }
    let mut nowhere = good.clone();
    nowhere["event"] = json!(EventId::new());
    door.send(nowhere).await.problem(404, "not-found");
    assert_eq!(door.count("SELECT count(*) FROM check_ins").await, 0);
    // Told of later, with the time it happened.
    let mut late = good;
    late["scanned_at"] = json!("2026-01-01T20:00:00Z");
    assert_eq!(door.outcome(late).await["outcome"], "admitted");
    let second = door.outcome(door.scan(&door.code)).await;
    assert_eq!(second["admitted"], json!({"door": "North", "scanned_at": "2026-01-01T20:00:00Z"}));
    door.app.finish().await;
}

#[tokio::test]
async fn a_door_list_is_enough_to_work_without_a_network() {
    let door = Door::open().await;
    let (staff, event) = (Some(door.staff.access_token.as_str()), door.sale.event_id);
    let path = format!("/api/events/{event}/door-list");
    let answer = door.app.get(&path, staff).await;
    let list = answer.json();
    assert_eq!(list["counter"], json!({"expected": 1, "admitted": 0, "void": 0}));
    assert_eq!(list["tickets"], json!([{"id": door.ticket, "generation": 0, "status": "valid"}]));
    let text = list.to_string();
    assert!(!text.contains("Test Person") && !text.contains('@'), "no names, no addresses: {text}");
    let key = STANDARD.decode(list["public_key"].as_str().unwrap()).unwrap();
    assert!(TicketCode::parse(&door.code).unwrap().verifies(event, &key));

    let tag = answer.headers["etag"].to_str().unwrap().to_owned();
    let again = door.app.call_with(http::Method::GET, &path, staff, &[("if-none-match", &tag)], None).await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
    door.outcome(door.scan(&door.code)).await;
    let changed = door.app.call_with(http::Method::GET, &path, staff, &[("if-none-match", &tag)], None).await;
    assert_eq!(changed.json()["tickets"][0]["status"], "used");
    let counter = door.app.get(&format!("/api/events/{event}/door-counter"), staff).await.json();
    assert_eq!(counter, json!({"expected": 0, "admitted": 1, "void": 0}));
    door.app.finish().await;
}
