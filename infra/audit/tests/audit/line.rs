//! Promises 4 and 5.

use crate::support::Store;

#[tokio::test]
async fn more_leases_than_the_cap_are_found() {
    let store = Store::healthy().await;
    store.admit(3, 15, 16).await;
    store.breaks(4, "3 leases at").await;
    store.finish().await;
}

#[tokio::test]
async fn more_admissions_in_a_minute_than_the_rate_are_found() {
    let store = Store::healthy().await;
    store.run("UPDATE waiting_rooms SET lease_cap = 100").await;
    store.admit(3, 59, 60).await;
    store.breaks(4, "4 admissions in the 60 s").await;
    assert_eq!(store.broken().await, [4]);
    store.finish().await;
}

#[tokio::test]
async fn what_an_operator_admits_and_what_the_changes_allow_is_no_breach() {
    let store = Store::healthy().await;
    store.admit(3, 59, 60).await;
    store.run("UPDATE admissions SET extra = true WHERE number = 3").await;
    store
        .run(
            "INSERT INTO waiting_room_changes (event_id, changed_at, phase, lease_cap, rate_per_minute, change)
             SELECT event_id, timestamptz '2025-12-31 00:00:00Z', 'open', 3, 3, '{}' FROM waiting_rooms",
        )
        .await;
    assert_eq!(store.broken().await, Vec::<u8>::new());
    store.finish().await;
}

#[tokio::test]
async fn somebody_admitted_before_a_place_that_stood_in_front_is_found() {
    let store = Store::healthy().await;
    store.admit(3, 95, 99).await;
    store.breaks(5, "admitted number 3").await;
    assert_eq!(store.broken().await, [5]);
    store.finish().await;
}

#[tokio::test]
async fn one_place_admitted_under_two_numbers_is_found() {
    let store = Store::healthy().await;
    store.admit(5, 95, 96).await;
    store.run("DROP INDEX IF EXISTS admissions_ordinal_key").await;
    store.run("UPDATE admissions SET ordinal = 4 WHERE number = 5").await;
    store.breaks(5, "the place of ordinal 4").await;
    store.finish().await;
}
