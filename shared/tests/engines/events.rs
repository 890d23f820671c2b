//! Reading events and the cache in front of them.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use serde_json::json;
use shared::{
    domain::{Category, EventId, SeatMap, UserId},
    store::events::{EventCache, load},
    testing::{TestEngines, eventually},
};

async fn an_event_with_a_map(engines: &TestEngines) -> (EventId, SeatMap) {
    let document = json!({"sections": [
        {"name": "Stalls", "x_cm": 0, "y_cm": 0, "rows": [{"count": 3, "seats": 10, "tier": 1}]}]});
    let map = SeatMap::new(serde_json::from_value(document).unwrap()).unwrap();
    let (user, event) = (UserId::new(), EventId::new());
    sqlx::query("INSERT INTO users (id, email, name, password_hash) VALUES ($1, 'o@example.org', 'O', '')")
        .bind(user)
        .execute(&engines.pool)
        .await
        .unwrap();
    sqlx::query("INSERT INTO seat_maps (hash, geometry, seat_count) VALUES ($1, $2::jsonb, 30)")
        .bind(map.hash())
        .bind(map.canonical_json().parse::<serde_json::Value>().unwrap())
        .execute(&engines.pool)
        .await
        .unwrap();
    sqlx::query(
        "INSERT INTO events (id, organiser_id, title, description, category, venue, city, time_zone, starts_at,
                             sale_opens_at, demand, status, currency, tickets_per_person, seat_map_hash)
         VALUES ($1, $2, 'Hamlet', '', 'theatre', 'Globe', 'London', 'Europe/London', now() + '1 day', now(),
                 'direct', 'published', 'GBP', 8, $3)",
    )
    .bind(event)
    .bind(user)
    .bind(map.hash())
    .execute(&engines.pool)
    .await
    .unwrap();
    sqlx::query("INSERT INTO price_tiers VALUES ($1, 1, 'Stalls', 4500), ($1, 0, 'Box', 9000)")
        .bind(event)
        .execute(&engines.pool)
        .await
        .unwrap();
    (event, map)
}

#[tokio::test]
async fn an_event_is_read_with_its_prices_and_its_map() {
    let engines = TestEngines::start().await;
    let (id, map) = an_event_with_a_map(&engines).await;
    let event = load(&engines.pool, id).await.unwrap().unwrap();
    assert_eq!(event.category, Category::Theatre);
    assert_eq!(event.seat_map.as_deref(), Some(&map), "the hash survives the store");
    assert_eq!(event.tiers.iter().map(|tier| tier.tier).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(event.seat_tier(29).unwrap().price_minor, 4500);
    assert!(event.seat_tier(30).is_none());
    assert!(load(&engines.pool, EventId::new()).await.unwrap().is_none());
    engines.finish().await;
}

#[tokio::test]
async fn the_cache_shows_a_change_within_its_second() {
    let engines = TestEngines::start().await;
    let (id, _) = an_event_with_a_map(&engines).await;
    let cache = EventCache::new(engines.pool.clone());
    assert_eq!(cache.get(id).await.unwrap().unwrap().title, "Hamlet");
    sqlx::query("UPDATE events SET title = 'Macbeth'").execute(&engines.pool).await.unwrap();
    eventually("the new title", async || {
        (cache.get(id).await.unwrap().unwrap().title == "Macbeth").then_some(())
    })
    .await;
    sqlx::query("UPDATE events SET title = 'Lear'").execute(&engines.pool).await.unwrap();
    cache.forget(id).await;
    assert_eq!(cache.get(id).await.unwrap().unwrap().title, "Lear", "one's own change is seen at once");
    engines.finish().await;
}
