//! Reading events and the cache in front of them.

use shared::{
    domain::{Category, EventId},
    store::events::{EventCache, load},
    testing::{TestEngines, eventually},
};

use crate::support::an_event;

#[tokio::test]
async fn an_event_is_read_with_its_prices_and_its_map() {
    let engines = TestEngines::start().await;
    let (id, map) = an_event(&engines, 30, &[]).await;
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
    let (id, _) = an_event(&engines, 30, &[]).await;
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
