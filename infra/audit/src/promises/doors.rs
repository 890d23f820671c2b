//! Promise 9: a ticket admits once.

use sqlx::PgPool;

use crate::Finding;

/// Looks at every scan and every used ticket.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn look(pool: &PgPool) -> Result<Finding, sqlx::Error> {
    let mut finding = Finding::new(9, "a ticket admits once");
    let counts = sqlx::query!(
        r#"SELECT count(*) AS "scans!", count(*) FILTER (WHERE outcome = 'admitted') AS "admitted!"
           FROM check_ins"#
    )
    .fetch_one(pool)
    .await?;
    finding.count("scans", counts.scans);
    finding.count("admitted", counts.admitted);
    finding.breaches = sqlx::query_scalar!(
        r#"SELECT format('ticket %s admitted %s times', ticket_id, count(*)) AS "breach!"
           FROM check_ins WHERE outcome = 'admitted' GROUP BY ticket_id HAVING count(*) > 1
           UNION ALL
           SELECT format('scan %s admitted at event %s with a ticket of another', c.id, c.event_id)
           FROM check_ins c LEFT JOIN tickets t ON t.id = c.ticket_id
           WHERE c.outcome = 'admitted' AND t.event_id IS DISTINCT FROM c.event_id
           UNION ALL
           SELECT format('ticket %s admitted and is %s', t.id, t.status)
           FROM check_ins c JOIN tickets t ON t.id = c.ticket_id
           WHERE c.outcome = 'admitted' AND t.status <> 'used'
           UNION ALL
           SELECT format('ticket %s is used and no door admitted it', t.id) FROM tickets t
           WHERE t.status = 'used'
             AND NOT EXISTS (SELECT FROM check_ins c WHERE c.ticket_id = t.id AND c.outcome = 'admitted')"#
    )
    .fetch_all(pool)
    .await?;
    Ok(finding)
}
