//! Promise 9.

use uuid::Uuid;

use crate::support::Store;

#[tokio::test]
async fn a_ticket_that_admitted_twice_is_found() {
    let store = Store::healthy().await;
    store.run("DROP INDEX check_ins_admitted_key").await;
    sqlx::query(
        "INSERT INTO check_ins (id, event_id, ticket_id, door, staff_id, scanned_at, outcome)
         SELECT $1, event_id, ticket_id, 'South', staff_id, now(), 'admitted' FROM check_ins
         WHERE outcome = 'admitted'",
    )
    .bind(Uuid::now_v7())
    .execute(&store.sale.pool)
    .await
    .unwrap();
    store.breaks(9, "admitted 2 times").await;
    assert_eq!(store.broken().await, [9]);
    store.finish().await;
}

#[tokio::test]
async fn a_used_ticket_that_no_door_admitted_is_found() {
    let store = Store::healthy().await;
    store.run("UPDATE tickets SET status = 'used', used_at = now() WHERE seat_index = 2").await;
    store.breaks(9, "no door admitted it").await;
    store.finish().await;
}

#[tokio::test]
async fn a_ticket_that_admitted_and_is_still_valid_is_found() {
    let store = Store::healthy().await;
    store.run("UPDATE tickets SET status = 'valid', used_at = NULL WHERE seat_index = 1").await;
    store.breaks(9, "admitted and is valid").await;
    store.finish().await;
}

#[tokio::test]
async fn an_admission_without_a_ticket_is_found() {
    let store = Store::healthy().await;
    store.run("UPDATE check_ins SET ticket_id = NULL WHERE outcome = 'admitted'").await;
    store.breaks(9, "with a ticket of another").await;
    store.finish().await;
}
