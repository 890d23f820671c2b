//! A booking as the organiser of its event sees it: who made it, what was paid, which mails went out.

use serde::Serialize;
use shared::domain::{BookingId, BookingStatus, Locale, NotificationStatus, PaymentStatus, UserId};
use time::{Duration, OffsetDateTime};
use utoipa::ToSchema;

use super::{
    store::{self, Requested},
    views::{self, Visible},
};
use crate::{app::App, extract::Caller, problem::Problem};

/// Most mails that may be asked for again within [`RESEND_WINDOW`].
const MOST_RESENDS: i64 = 3;
const RESEND_WINDOW: Duration = Duration::hours(1);

/// Who made a booking.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Buyer {
    pub user: UserId,
    /// None of a guest who has not said.
    pub name: Option<String>,
    /// None of a guest who has not said.
    pub email: Option<String>,
}

/// How a payment stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PaymentFacts {
    /// Which gateway has it.
    pub gateway: String,
    /// What the gateway calls it.
    pub reference: Option<String>,
    pub status: PaymentStatus,
    /// Taken, minor units.
    pub captured_minor: i64,
    /// Given back of it, minor units.
    pub refunded_minor: i64,
}

/// A mail about a booking.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NotificationView {
    /// What it is about: `booking-confirmed`, `booking-rejected`, `booking-cancelled`, or
    /// `booking-confirmed-copy-<n>` for one that was asked for again.
    pub template: String,
    pub status: NotificationStatus,
    /// How often it was tried in vain.
    pub retry_count: i32,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub sent_at: Option<OffsetDateTime>,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

/// What only the organiser is told of a booking.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrganiserFacts {
    pub buyer: Buyer,
    pub payment: PaymentFacts,
    /// Oldest first.
    pub notifications: Vec<NotificationView>,
}

/// What only the organiser is told of a booking.
///
/// # Errors
/// When PostgreSQL is away.
pub(super) async fn facts(app: &App, booking: BookingId) -> Result<OrganiserFacts, Problem> {
    let (found, notifications) =
        tokio::try_join!(store::buyer(&app.pool, booking), store::notifications(&app.pool, booking))?;
    let (buyer, payment) = found.ok_or_else(|| Problem::not_found("booking"))?;
    Ok(OrganiserFacts { buyer, payment, notifications })
}

/// Has the mail of a confirmed booking sent once more, to its buyer as always.
///
/// # Errors
/// 404 for everybody but the organiser, 409 when it is not confirmed, 429 when it was asked for too often.
pub(super) async fn resend_mail(app: &App, caller: Caller, id: BookingId) -> Result<(), Problem> {
    let Visible { view, event, organises } = views::visible(app, caller, id, Locale::En).await?;
    if !organises {
        return Err(Problem::not_found("booking"));
    }
    if view.status != BookingStatus::Confirmed {
        let detail = "Only a confirmed booking has tickets to send.";
        return Err(Problem::conflict("booking-not-confirmed", detail).with("booking_status", view.status));
    }
    let buyer = facts(app, id).await?.buyer.user;
    let limit = (MOST_RESENDS, RESEND_WINDOW);
    match store::request_mail(&app.pool, (id, event.id, buyer), limit, app.clock.now()).await? {
        Requested::Done => Ok(()),
        Requested::TooMany { wait } => {
            let wait_s = u32::try_from(wait.whole_seconds().max(1)).unwrap_or(1);
            Err(Problem::too_many("This mail was sent again often enough. Please wait.", wait_s))
        }
    }
}
