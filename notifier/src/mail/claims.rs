//! The row of a logical mail: claimed, sent, failed.

use std::{borrow::Cow, collections::HashSet, sync::Arc, time::Duration};

use shared::{
    domain::{BookingId, NotificationStatus, OfferId},
    store::{Together, together},
};
use sqlx::PgPool;
use uuid::Uuid;

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// A booking.
    Booking(BookingId),
    /// An offer of a waiting list.
    Offer(OfferId),
}

impl About {
    /// One of the two.
    fn ids(self) -> (Option<Uuid>, Option<Uuid>) {
        match self {
            Self::Booking(booking) => (Some(booking.0), None),
            Self::Offer(offer) => (None, Some(offer.0)),
        }
    }
}

impl std::fmt::Display for About {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Booking(booking) => write!(f, "booking {booking}"),
            Self::Offer(offer) => write!(f, "offer {offer}"),
        }
    }
}

/// What may be done about a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// Ours to send, until the lease ends.
    Ours(Notification),
    /// Another notifier is at it, or died while it was.
    Busy,
    /// Sent, or given up.
    Settled(NotificationStatus),
}

/// A claimed mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Notification {
    /// Its id, from which its Message-ID is made.
    pub(super) id: Uuid,
    /// How often it was tried in vain.
    pub(super) retry_count: u32,
}

/// A mail that is to be claimed.
#[derive(Clone, Debug)]
struct Wanted {
    about: About,
    template: Cow<'static, str>,
}

/// The rows of mails. Many are sent at the same time: what each needs is one statement for all that are.
pub(super) struct Claims {
    pool: PgPool,
    lease: Duration,
    firsts: Together<Wanted, Option<Notification>>,
    sent: Together<Notification, ()>,
}

impl Claims {
    /// Whoever claims a mail has it for the length of the lease.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub(super) fn new(pool: &PgPool, lease: Duration) -> Self {
        Self {
            pool: pool.clone(),
            lease,
            firsts: together(pool, move |pool, wanted| Box::pin(claim_first(pool, wanted, lease))),
            sent: together(pool, |pool, sent| Box::pin(mark_sent(pool, sent))),
        }
    }

    /// Claims a mail.
    pub(super) async fn claim(
        &self,
        about: About,
        template: Cow<'static, str>,
    ) -> Result<Claim, Arc<sqlx::Error>> {
        match self.firsts.ask(Wanted { about, template: template.clone() }).await? {
            Some(notification) => Ok(Claim::Ours(notification)),
            None => Ok(claim_known(&self.pool, about, &template, self.lease).await?),
        }
    }

    /// Marks it as handed over.
    pub(super) async fn sent(&self, notification: Notification) -> Result<(), Arc<sqlx::Error>> {
        self.sent.ask(notification).await
    }

    /// Counts a try that failed, and lets others try.
    pub(super) async fn failed_for_now(
        &self,
        notification: Notification,
        error: &str,
    ) -> Result<(), Arc<sqlx::Error>> {
        sqlx::query!(
            "UPDATE notifications SET retry_count = retry_count + 1, last_error = left($2, 500), leased_until = NULL
             WHERE id = $1 AND status = 'pending'",
            notification.id,
            error
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Gives it up.
    pub(super) async fn failed_for_good(
        &self,
        notification: Notification,
        error: &str,
    ) -> Result<(), Arc<sqlx::Error>> {
        sqlx::query!(
            "UPDATE notifications SET status = 'failed', last_error = left($2, 500), leased_until = NULL
             WHERE id = $1 AND status = 'pending'",
            notification.id,
            error
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// Claims those that nobody has ever claimed; none for the others. Whoever is first to write the row has the lease.
async fn claim_first(
    pool: &PgPool,
    wanted: &[Wanted],
    lease: Duration,
) -> Result<Vec<Option<Notification>>, sqlx::Error> {
    let ids: Vec<Uuid> = wanted.iter().map(|_| Uuid::now_v7()).collect();
    let (bookings, offers): (Vec<Option<Uuid>>, Vec<Option<Uuid>>) =
        wanted.iter().map(|mail| mail.about.ids()).unzip();
    let templates: Vec<&str> = wanted.iter().map(|mail| mail.template.as_ref()).collect();
    // In one order, so that two notifiers wait for each other and never in a circle.
    let first = sqlx::query_scalar!(
        "INSERT INTO notifications (id, booking_id, offer_id, channel, template, leased_until)
         SELECT id, booking_id, offer_id, 'email', template, now() + make_interval(secs => $5)
         FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) AS n (id, booking_id, offer_id, template)
         ORDER BY booking_id, offer_id, template
         ON CONFLICT DO NOTHING RETURNING id",
        &ids,
        &bookings as &[Option<Uuid>],
        &offers as &[Option<Uuid>],
        &templates as _,
        lease.as_secs_f64()
    )
    .fetch_all(pool)
    .await?;
    let first: HashSet<Uuid> = first.into_iter().collect();
    let ours = |id: Uuid| first.contains(&id).then_some(Notification { id, retry_count: 0 });
    Ok(ids.into_iter().map(ours).collect())
}

/// Claims one that has a row: one of those who want it has the lease.
async fn claim_known(
    pool: &PgPool,
    about: About,
    template: &str,
    lease: Duration,
) -> Result<Claim, sqlx::Error> {
    let (booking, offer) = about.ids();
    let claimed = sqlx::query!(
        "UPDATE notifications SET leased_until = now() + make_interval(secs => $4)
         WHERE (booking_id = $1 OR offer_id = $2) AND channel = 'email' AND template = $3
           AND status = 'pending' AND (leased_until IS NULL OR leased_until < now())
         RETURNING id, retry_count",
        booking,
        offer,
        template,
        lease.as_secs_f64()
    )
    .fetch_optional(pool)
    .await?;
    if let Some(row) = claimed {
        let retry_count = row.retry_count.try_into().unwrap_or(0);
        return Ok(Claim::Ours(Notification { id: row.id, retry_count }));
    }
    let status = sqlx::query_scalar!(
        r#"SELECT status AS "status: NotificationStatus" FROM notifications
           WHERE (booking_id = $1 OR offer_id = $2) AND channel = 'email' AND template = $3"#,
        booking,
        offer,
        template
    )
    .fetch_one(pool)
    .await?;
    Ok(match status {
        NotificationStatus::Pending => Claim::Busy,
        settled => Claim::Settled(settled),
    })
}

async fn mark_sent(pool: &PgPool, sent: &[Notification]) -> Result<Vec<()>, sqlx::Error> {
    let ids: Vec<Uuid> = sent.iter().map(|notification| notification.id).collect();
    sqlx::query!(
        "UPDATE notifications SET status = 'sent', sent_at = now(), leased_until = NULL
         WHERE id = ANY($1) AND status = 'pending'",
        &ids
    )
    .execute(pool)
    .await?;
    Ok(vec![(); sent.len()])
}

/// Forgets that it was given up.
pub(super) async fn try_again(pool: &PgPool, about: About, template: &str) -> Result<(), sqlx::Error> {
    let (booking, offer) = about.ids();
    sqlx::query!(
        "UPDATE notifications SET status = 'pending', retry_count = 0
         WHERE (booking_id = $1 OR offer_id = $2) AND channel = 'email' AND template = $3 AND status = 'failed'",
        booking,
        offer,
        template
    )
    .execute(pool)
    .await?;
    Ok(())
}
