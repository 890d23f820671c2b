//! Promise 11.

use shared::domain::UserId;
use uuid::Uuid;

use crate::support::Store;

/// Somebody at a position, who joined an hour before the sale's clock.
async fn entry(store: &Store, position: i64, quantity: i32) -> (Uuid, UserId) {
    let (id, fan) = (Uuid::now_v7(), store.fan().await);
    sqlx::query(
        "INSERT INTO waiting_list_entries (id, event_id, user_id, position, quantity, together, joined_at)
         VALUES ($1, $2, $3, $4, $5, true, now() - interval '1 hour')",
    )
    .bind(id)
    .bind(store.sale.event_id)
    .bind(fan)
    .bind(position)
    .bind(quantity)
    .execute(&store.sale.pool)
    .await
    .unwrap();
    (id, fan)
}

async fn offer(store: &Store, (entry, fan): (Uuid, UserId), seats: &[i32]) {
    sqlx::query(
        "WITH entry AS (UPDATE waiting_list_entries SET status = 'offered' WHERE id = $2)
         INSERT INTO waiting_list_offers (id, entry_id, event_id, user_id, hold_id, seats, places, status, fence,
                                          ttl_ms, deadline)
         VALUES ($1, $2, $3, $4, $1, $5, 0, 'offered', 1, 60000, now() + interval '1 minute')",
    )
    .bind(Uuid::now_v7())
    .bind(entry)
    .bind(store.sale.event_id)
    .bind(fan)
    .bind(seats)
    .execute(&store.sale.pool)
    .await
    .unwrap();
}

#[tokio::test]
async fn an_offer_made_out_of_order_is_found() {
    let store = Store::healthy().await;
    let (four, two, pair) = (entry(&store, 1, 4).await, entry(&store, 2, 2).await, entry(&store, 3, 2).await);
    offer(&store, two, &[10, 11]).await;
    assert_eq!(store.broken().await, Vec::<u8>::new(), "the four could not be given to the first");
    offer(&store, pair, &[12, 13]).await;
    assert_eq!(store.broken().await, Vec::<u8>::new(), "the second had its offer");
    let last = entry(&store, 4, 4).await;
    offer(&store, last, &[14, 15, 16, 17]).await;
    store.breaks(11, "before position 1").await;
    offer(&store, four, &[14]).await;
    store.breaks(11, "offers seat 14 to 2 at once").await;
    store.finish().await;
}
