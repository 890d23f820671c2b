//! Promise 1: a seat is never sold twice, an area never beyond its capacity, a person never has more than the
//! limit.

use sqlx::PgPool;

use crate::Finding;

/// Looks at every live ticket.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn look(pool: &PgPool) -> Result<Finding, sqlx::Error> {
    let mut finding = Finding::new(1, "no seat is sold twice, no area beyond its capacity");
    let counts = sqlx::query!(
        r#"SELECT count(seat_index) AS "seats!", count(area_index) AS "places!"
           FROM tickets WHERE status IN ('valid', 'used')"#
    )
    .fetch_one(pool)
    .await?;
    finding.count("seats sold", counts.seats);
    finding.count("standing places sold", counts.places);
    finding.breaches.extend(double_seats(pool).await?);
    finding.breaches.extend(full_areas(pool).await?);
    finding.breaches.extend(greedy_persons(pool).await?);
    Ok(finding)
}

async fn double_seats(pool: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT format('seat %s of event %s is on %s live tickets', seat_index, event_id, count(*)) AS "breach!"
           FROM tickets WHERE seat_index IS NOT NULL AND status IN ('valid', 'used')
           GROUP BY event_id, seat_index HAVING count(*) > 1
           UNION ALL
           SELECT format('ticket %s of event %s is for seat %s, which its map does not have',
                         t.id, t.event_id, t.seat_index)
           FROM tickets t JOIN events e ON e.id = t.event_id JOIN seat_maps m ON m.hash = e.seat_map_hash
           WHERE t.seat_index >= m.seat_count AND t.status IN ('valid', 'used')"#
    )
    .fetch_all(pool)
    .await
}

async fn full_areas(pool: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"WITH live AS (
               SELECT event_id, area_index, count(*) AS tickets FROM tickets
               WHERE area_index IS NOT NULL AND status IN ('valid', 'used')
               GROUP BY event_id, area_index
           )
           SELECT format('area %s of event %s holds %s, counts %s sold, has %s live tickets', area_index, event_id,
                         coalesce(s.capacity, 0), coalesce(s.sold, 0), coalesce(l.tickets, 0)) AS "breach!"
           FROM area_stock s FULL JOIN live l USING (event_id, area_index)
           WHERE coalesce(l.tickets, 0) > coalesce(s.capacity, 0)
              OR coalesce(s.sold, 0) <> coalesce(l.tickets, 0)"#
    )
    .fetch_all(pool)
    .await
}

async fn greedy_persons(pool: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"WITH live AS (
               SELECT t.event_id, b.user_id, count(*) AS tickets
               FROM tickets t JOIN bookings b ON b.id = t.booking_id
               WHERE t.status IN ('valid', 'used') GROUP BY t.event_id, b.user_id
           )
           SELECT format('user %s may have %s tickets of event %s, counts %s, has %s', user_id,
                         coalesce(p.tickets_per_person, 0), event_id, coalesce(p.tickets, 0),
                         coalesce(l.tickets, 0)) AS "breach!"
           FROM buyers p FULL JOIN live l USING (event_id, user_id)
           WHERE coalesce(l.tickets, 0) > coalesce(p.tickets_per_person, 0)
              OR coalesce(p.tickets, 0) <> coalesce(l.tickets, 0)"#
    )
    .fetch_all(pool)
    .await
}
