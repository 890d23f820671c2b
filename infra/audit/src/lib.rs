//! `audit`: checks Onsale's promises over everything in the stores: PostgreSQL, the broker's queues, the payment
//! gateway's own ledger, and the mailbox.
//!
//! It changes nothing, and believes nothing that it can count itself. What is still under way (a queued command, an
//! unpublished fact, a mail not yet sent) is waited for, and is a breach if it stays.

pub mod finding;
pub mod mailbox;
pub mod promises;

use std::time::Duration;

use shared::broker::BrokerAddress;
use sqlx::PgPool;

pub use finding::Finding;

/// How often it looks again while something is under way.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// What the audit looks at.
pub struct Audit {
    /// PostgreSQL.
    pub pool: PgPool,
    /// RabbitMQ.
    pub broker: BrokerAddress,
    /// The mailbox, `http://host:port`; none: mails are judged by the store alone.
    pub mailbox: Option<String>,
}

impl Audit {
    /// Looks once at every promise.
    ///
    /// # Errors
    /// When an engine is away.
    pub async fn look(&self) -> anyhow::Result<Vec<Finding>> {
        Ok(vec![
            promises::seats::look(&self.pool).await?,
            promises::bookings::look(&self.pool, &self.broker).await?,
            promises::money::look(&self.pool).await?,
            promises::admissions::look(&self.pool).await?,
            promises::order::look(&self.pool).await?,
            promises::mails::look(&self.pool, self.mailbox.as_deref()).await?,
            promises::doors::look(&self.pool).await?,
            promises::waiting_list::look(&self.pool).await?,
        ])
    }

    /// Looks until nothing is under way any more, `settle` at most.
    ///
    /// # Errors
    /// When an engine is away.
    pub async fn look_settled(&self, settle: Duration) -> anyhow::Result<Vec<Finding>> {
        let deadline = tokio::time::Instant::now() + settle;
        loop {
            let findings = self.look().await?;
            let under_way = findings.iter().any(|finding| !finding.unsettled.is_empty());
            if !under_way || tokio::time::Instant::now() + LOOK_AGAIN > deadline {
                return Ok(findings);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}
