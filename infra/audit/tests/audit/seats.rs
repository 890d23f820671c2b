//! Promise 1.

use shared::contracts::process_booking::Admission;

use crate::support::{Store, capture};

#[tokio::test]
async fn a_healthy_store_passes() {
    let store = Store::healthy().await;
    let findings = store.audit.look().await.unwrap();
    assert!(findings.iter().all(audit::Finding::holds), "{findings:#?}");
    assert_eq!(findings.iter().map(|finding| finding.promise).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 8, 9, 11]);
    assert_eq!(findings[0].counts, [("seats sold", 2), ("standing places sold", 1)]);
    store.finish().await;
}

#[tokio::test]
async fn a_seat_sold_twice_is_found() {
    let store = Store::healthy().await;
    store.run("DROP INDEX tickets_live_seat_key").await;
    let second = store.sale.accepted(store.fan().await, &[Admission::Seat(2)]).await;
    capture(&store.sale, &store.sale.commit(&second).await).await;
    store.run("UPDATE outbox SET published_at = now()").await;
    store.mail(&second).await;
    store.breaks(1, "seat 2 of event").await;
    assert_eq!(store.broken().await, [1], "everything else about it is in order");
    store.finish().await;
}

#[tokio::test]
async fn an_area_beyond_its_capacity_is_found() {
    let store = Store::healthy().await;
    store.run("ALTER TABLE area_stock DROP CONSTRAINT area_stock_within_capacity").await;
    store.run("UPDATE area_stock SET capacity = 4 WHERE area_index = 1").await;
    let crowd = store.sale.accepted(store.fan().await, &[Admission::Area(1); 4]).await;
    capture(&store.sale, &store.sale.commit(&crowd).await).await;
    store.breaks(1, "area 1 of event").await;
    store.finish().await;
}

#[tokio::test]
async fn a_stock_that_does_not_count_its_tickets_is_found() {
    let store = Store::healthy().await;
    store.run("UPDATE area_stock SET sold = sold - 1 WHERE area_index = 1").await;
    store.breaks(1, "counts 0 sold, has 1 live tickets").await;
    store.finish().await;
}

#[tokio::test]
async fn a_person_with_more_than_the_limit_is_found() {
    let store = Store::healthy().await;
    store.run("ALTER TABLE buyers DROP CONSTRAINT buyers_within_limit").await;
    let greedy = store.sale.accepted(store.fan().await, &[Admission::Area(0); 5]).await;
    store.sale.commit(&greedy).await;
    store.breaks(1, "may have 4 tickets").await;
    store.finish().await;
}

#[tokio::test]
async fn a_seat_that_is_on_no_map_is_found() {
    let store = Store::healthy().await;
    store.run("UPDATE tickets SET seat_index = 1000 WHERE seat_index = 2").await;
    store.breaks(1, "seat 1000, which its map does not have").await;
    store.finish().await;
}
