//! Promise 2: an accepted booking ends confirmed with its tickets, or rejected with its money returned. None is
//! forgotten.

use anyhow::Context as _;
use lapin::{options::QueueDeclareOptions, types::FieldTable};
use shared::broker::{BrokerAddress, answered, topology::Queue};
use sqlx::PgPool;

use crate::Finding;

/// Looks at every accepted payment, every booking and the queues in between.
///
/// # Errors
/// When an engine is away.
pub async fn look(pool: &PgPool, broker: &BrokerAddress) -> anyhow::Result<Finding> {
    let mut finding = Finding::new(2, "every accepted booking is decided, none is forgotten");
    let counts = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM payments WHERE accepted_at IS NOT NULL) AS "accepted!",
                  count(*) FILTER (WHERE status = 'confirmed') AS "confirmed!",
                  count(*) FILTER (WHERE status = 'rejected') AS "rejected!",
                  count(*) FILTER (WHERE status IN ('cancelled', 'refunded')) AS "cancelled!"
           FROM bookings"#
    )
    .fetch_one(pool)
    .await?;
    finding.count("accepted", counts.accepted);
    finding.count("confirmed", counts.confirmed);
    finding.count("rejected", counts.rejected);
    finding.count("cancelled", counts.cancelled);
    finding.unsettled.extend(undecided(pool).await?);
    finding.breaches.extend(wrong_tickets(pool).await?);
    let [queued, dead] = depths(broker).await?;
    finding.count("queued commands", queued.into());
    finding.count("dead letters", dead.into());
    if queued > 0 {
        finding.unsettled.push(format!("{queued} commands are still queued"));
    }
    Ok(finding)
}

async fn undecided(pool: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT format('booking %s was accepted at %s and never decided', p.booking_id, p.accepted_at) AS "breach!"
           FROM payments p LEFT JOIN bookings b ON b.id = p.booking_id
           WHERE p.accepted_at IS NOT NULL AND (b.id IS NULL OR b.status = 'processing')
           UNION ALL
           SELECT format('booking %s is cancelled, its money not returned', id) FROM bookings
           WHERE status = 'cancelled'
           UNION ALL
           SELECT format('%s facts wait to be published', count(*)) FROM outbox
           WHERE published_at IS NULL HAVING count(*) > 0"#
    )
    .fetch_all(pool)
    .await
}

/// Bookings whose tickets are not what their status says.
async fn wrong_tickets(pool: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"WITH counted AS (
               SELECT b.id, b.status, b.ticket_count, b.total_minor, count(t.id) AS tickets,
                      count(t.id) FILTER (WHERE t.status IN ('valid', 'used', 'transferred')) AS good,
                      coalesce(sum(t.price_minor) FILTER (WHERE t.status <> 'transferred'), 0) AS price_minor
               FROM bookings b LEFT JOIN tickets t ON t.booking_id = b.id
               GROUP BY b.id
           )
           SELECT format('booking %s is %s for %s tickets at %s, has %s good ones of %s at %s', id, status,
                         ticket_count, total_minor, good, tickets, price_minor) AS "breach!"
           FROM counted
           WHERE (status = 'confirmed' AND (good < ticket_count OR good <> tickets))
              OR (status = 'rejected' AND tickets > 0)
              OR (status IN ('cancelled', 'refunded') AND good > 0)
           UNION ALL
           SELECT format('booking %s has no payment', b.id) FROM bookings b
           WHERE NOT EXISTS (SELECT FROM payments p WHERE p.booking_id = b.id)
           UNION ALL
           SELECT format('booking %s was decided %s times', payload -> 'data' ->> 'booking_id', count(*))
           FROM outbox WHERE topic IN ('booking.confirmed', 'booking.rejected')
           GROUP BY payload -> 'data' ->> 'booking_id' HAVING count(*) > 1"#
    )
    .fetch_all(pool)
    .await
}

/// Messages ready in the command queue and among its dead letters.
async fn depths(broker: &BrokerAddress) -> anyhow::Result<[u32; 2]> {
    let connection = broker.connect().await.context("RabbitMQ cannot be reached")?;
    // A passive look at a queue that nobody has made yet closes its channel: each has its own. They are kept until the
    // connection is closed, as it closes with an error while one of them is still closing.
    let mut channels = Vec::new();
    let mut depths = [0; 2];
    for (depth, queue) in depths.iter_mut().zip([Queue::ProcessBooking, Queue::ProcessBookingDead]) {
        let channel = answered(connection.create_channel()).await?;
        let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
        let looked = channel.queue_declare(queue.name().into(), passive, FieldTable::default());
        match answered(looked).await {
            Ok(found) => *depth = found.message_count(),
            Err(error) if error.is_amqp_soft_error() => {}
            Err(error) => return Err(error).context("RabbitMQ does not answer"),
        }
        channels.push(channel);
    }
    answered(connection.close(200, "bye".into())).await.context("closing the connection")?;
    Ok(depths)
}
