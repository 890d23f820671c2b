//! Rows that more than one test needs.

use serde_json::json;
use shared::{
    domain::{EventId, SeatMap, UserId},
    testing::TestEngines,
};

/// A new account.
pub(crate) async fn a_user(engines: &TestEngines) -> UserId {
    let user = UserId::new();
    sqlx::query(
        "INSERT INTO users (id, email, name, password_hash) VALUES ($1, $1 || '@example.org', 'U', '')",
    )
    .bind(user)
    .execute(&engines.pool)
    .await
    .unwrap();
    user
}

/// A published event with a map of `seats` seats in one row, areas of the given capacities, and two price tiers.
pub(crate) async fn an_event(engines: &TestEngines, seats: u32, capacities: &[u32]) -> (EventId, SeatMap) {
    let shape = json!({"kind": "rectangle", "x_cm": 0, "y_cm": 0, "width_cm": 100, "height_cm": 100});
    let areas: Vec<_> = capacities
        .iter()
        .enumerate()
        .map(|(index, capacity)| json!({"name": format!("Area {index}"), "capacity": capacity, "tier": 0, "shape": shape}))
        .collect();
    let sections = json!([{"name": "Stalls", "x_cm": 0, "y_cm": 0,
                           "rows": [{"count": seats.div_ceil(1000).max(1), "seats": seats.min(1000), "tier": 1}]}]);
    let sections = if seats == 0 { json!([]) } else { sections };
    let document = json!({"sections": sections, "areas": areas});
    let map = SeatMap::new(serde_json::from_value(document).unwrap()).unwrap();
    let event = EventId::new();
    sqlx::query(
        "INSERT INTO seat_maps (hash, geometry, seat_count) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(map.hash())
    .bind(map.canonical_json().parse::<serde_json::Value>().unwrap())
    .bind(i32::try_from(map.seat_count()).unwrap())
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
    .bind(a_user(engines).await)
    .bind(map.hash())
    .execute(&engines.pool)
    .await
    .unwrap();
    sqlx::query("INSERT INTO price_tiers VALUES ($1, 1, 'Stalls', 4500), ($1, 0, 'Box', 9000)")
        .bind(event)
        .execute(&engines.pool)
        .await
        .unwrap();
    for (index, capacity) in capacities.iter().enumerate() {
        sqlx::query("INSERT INTO area_stock (event_id, area_index, capacity) VALUES ($1, $2, $3)")
            .bind(event)
            .bind(i16::try_from(index).unwrap())
            .bind(i32::try_from(*capacity).unwrap())
            .execute(&engines.pool)
            .await
            .unwrap();
    }
    (event, map)
}
