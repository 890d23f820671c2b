//! Promise 5: after the draw the line is strictly first come, first served.

use sqlx::PgPool;

use crate::Finding;

/// Looks at every admission, in the order it was made.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn look(pool: &PgPool) -> Result<Finding, sqlx::Error> {
    let mut finding = Finding::new(5, "the line is first come, first served");
    let count = sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM admissions"#).fetch_one(pool).await?;
    finding.count("admissions in order", count);
    finding.breaches = sqlx::query_scalar!(
        r#"SELECT format('event %s admitted number %s at %s, after number %s', event_id, number, admitted_at,
                         highest) AS "breach!"
           FROM (SELECT event_id, number, admitted_at,
                        max(number) OVER (PARTITION BY event_id ORDER BY admitted_at
                            RANGE BETWEEN UNBOUNDED PRECEDING AND '1 microsecond' PRECEDING) AS highest
                 FROM admissions) AS line
           WHERE number < highest
           UNION ALL
           SELECT format('event %s admitted the place of ordinal %s under %s numbers', event_id, ordinal, count(*))
           FROM admissions GROUP BY event_id, ordinal HAVING count(*) > 1"#
    )
    .fetch_all(pool)
    .await?;
    Ok(finding)
}
