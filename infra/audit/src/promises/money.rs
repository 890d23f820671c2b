//! Promise 3: money captured is the price of what is confirmed, money refunded the price of what was cancelled, no
//! charge twice. Onsale's own books are held against the gateway's ledger.

use sqlx::PgPool;

use crate::Finding;

/// Looks at every payment and every charge.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn look(pool: &PgPool) -> Result<Finding, sqlx::Error> {
    let mut finding = Finding::new(3, "money captured is the price of what is confirmed, nothing twice");
    let counts = sqlx::query!(
        r#"SELECT count(*) AS "charges!", coalesce(sum(captured_minor), 0)::bigint AS "captured!",
                  coalesce(sum(refunded_minor), 0)::bigint AS "refunded!"
           FROM sandbox_gateway.charges"#
    )
    .fetch_one(pool)
    .await?;
    finding.count("charges", counts.charges);
    finding.count("minor units captured", counts.captured);
    finding.count("refunded", counts.refunded);
    finding.breaches.extend(double_charges(pool).await?);
    finding.breaches.extend(wrong_amounts(pool).await?);
    finding.unsettled.extend(unsettled(pool).await?);
    Ok(finding)
}

async fn double_charges(pool: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT format('payment %s was charged %s times', payment_id, count(*)) AS "breach!"
           FROM sandbox_gateway.charges WHERE status IN ('authorized', 'captured', 'refunded')
           GROUP BY payment_id HAVING count(*) > 1
           UNION ALL
           SELECT format('charge %s is of payment %s, which does not exist', c.reference, c.payment_id)
           FROM sandbox_gateway.charges c
           WHERE NOT EXISTS (SELECT FROM payments p WHERE p.id = c.payment_id)"#
    )
    .fetch_all(pool)
    .await
}

/// What can never be right, however long one waits.
async fn wrong_amounts(pool: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"WITH ledger AS (
               SELECT payment_id, sum(captured_minor)::bigint AS captured, sum(refunded_minor)::bigint AS refunded
               FROM sandbox_gateway.charges GROUP BY payment_id
           ), books AS (
               SELECT p.id, b.id AS booking, coalesce(b.status, 'not made') AS status, p.amount_minor,
                      p.captured_minor, p.refunded_minor, coalesce(b.total_minor, 0) AS total,
                      coalesce(l.captured, 0) AS captured, coalesce(l.refunded, 0) AS refunded
               FROM payments p
               LEFT JOIN bookings b ON b.id = p.booking_id
               LEFT JOIN ledger l ON l.payment_id = p.id
           )
           SELECT format('booking %s is %s at %s: our books say %s captured, %s refunded, the gateway %s and %s',
                         booking, status, total, captured_minor, refunded_minor, captured, refunded) AS "breach!"
           FROM books
           WHERE captured > amount_minor OR captured_minor > captured OR refunded_minor > refunded
              OR (booking IS NOT NULL AND total <> amount_minor)
              OR (status = 'confirmed' AND refunded > 0)
              OR (status IN ('rejected', 'not made') AND captured > refunded)
              OR (status = 'refunded' AND captured <> refunded)"#
    )
    .fetch_all(pool)
    .await
}

/// What the next step must still set right.
async fn unsettled(pool: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"WITH ledger AS (
               SELECT payment_id, sum(captured_minor)::bigint AS captured, sum(refunded_minor)::bigint AS refunded,
                      count(*) FILTER (WHERE status = 'authorized') AS reserved
               FROM sandbox_gateway.charges GROUP BY payment_id
           )
           SELECT format('booking %s is %s, its payment %s: the gateway captured %s of %s, refunded %s, reserves %s',
                         p.booking_id, coalesce(b.status, 'not made'), p.status, coalesce(l.captured, 0),
                         p.amount_minor, coalesce(l.refunded, 0), coalesce(l.reserved, 0)) AS "breach!"
           FROM payments p
           LEFT JOIN bookings b ON b.id = p.booking_id
           LEFT JOIN ledger l ON l.payment_id = p.id
           WHERE (b.status = 'confirmed'
                     AND (p.status <> 'captured' OR p.captured_minor <> b.total_minor
                          OR coalesce(l.captured, 0) <> b.total_minor))
              OR (b.status = 'rejected' AND p.status NOT IN ('voided', 'failed'))
              OR (b.status = 'refunded' AND p.status NOT IN ('refunded', 'voided'))
              OR ((b.status IS NOT NULL OR p.status IN ('voided', 'failed')) AND coalesce(l.reserved, 0) > 0)
              OR p.captured_minor <> coalesce(l.captured, 0) OR p.refunded_minor <> coalesce(l.refunded, 0)
              OR p.to_void"#
    )
    .fetch_all(pool)
    .await
}
