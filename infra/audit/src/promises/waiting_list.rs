//! Promise 11: what returns is offered in the order of joining, once.

use sqlx::PgPool;

use crate::Finding;

/// Looks at every offer: whether somebody who stood in front, and could certainly have been given part of the same,
/// was passed over; and whether anything is offered to two at once.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn look(pool: &PgPool) -> Result<Finding, sqlx::Error> {
    let mut finding = Finding::new(11, "what returns is offered in the order of joining, once");
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM waiting_list_offers WHERE status NOT IN ('preparing', 'void')"#
    )
    .fetch_one(pool)
    .await?;
    finding.count("offers in order", count);
    finding.breaches = sqlx::query_scalar!(
        r#"SELECT format('event %s offered to position %s at %s, before position %s', o.event_id, e.position,
                         o.made_at, f.position) AS "breach!"
           FROM waiting_list_offers o JOIN waiting_list_entries e ON e.id = o.entry_id
           -- In front, there for a while, wanting no more than was given: less of it would have done.
           JOIN waiting_list_entries f ON f.event_id = o.event_id AND f.position < e.position
                AND f.joined_at < o.made_at - interval '1 second'
                AND (f.ended_at IS NULL OR f.ended_at > o.made_at) AND f.quantity <= e.quantity
                AND (f.tier IS NULL OR f.tier = e.tier) AND (NOT f.together OR e.together OR f.quantity = 1)
           WHERE o.status NOT IN ('preparing', 'void')
             -- Had an offer itself, or was refused one just before for the other tickets it holds.
             AND NOT EXISTS (SELECT FROM waiting_list_offers p WHERE p.entry_id = f.id AND p.made_at <= o.made_at
                             AND (p.ended_at IS NULL OR p.ended_at > o.made_at
                                  OR (p.reason = 'limit' AND p.ended_at > o.made_at - interval '1 minute')))
           UNION ALL
           SELECT format('event %s offers seat %s to %s at once', event_id, seat, count(*))
           FROM waiting_list_offers, unnest(seats) AS seat WHERE status = 'offered'
           GROUP BY event_id, seat HAVING count(*) > 1"#
    )
    .fetch_all(pool)
    .await?;
    let unfinished = sqlx::query_scalar!(
        r#"SELECT format('offer %s is not finished', id) AS "offer!" FROM waiting_list_offers
           WHERE status = 'preparing'"#
    );
    finding.unsettled = unfinished.fetch_all(pool).await?;
    Ok(finding)
}
