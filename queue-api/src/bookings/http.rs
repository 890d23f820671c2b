//! `/api/bookings…`.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use garde::Validate;
use serde::Deserialize;
use shared::{
    domain::{BookingId, BookingStatus, HoldId},
    payments::PaymentMethod,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    book, cancel,
    list::{self, BookingPage, ListQuery},
    organiser,
    views::{self, BookingView},
};
use crate::{
    app::AppState,
    extract::{Caller, PathId, ValidJson, ValidQuery},
    locale::{Lang, Language},
    problem::Problem,
};

/// The routes of bookings.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create, list_own))
        .routes(routes!(show))
        .routes(routes!(cancel_booking))
        .routes(routes!(resend_mail))
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBooking {
    /// The hold that was checked out.
    #[garde(skip)]
    hold: HoldId,
    /// What to pay with.
    #[garde(skip)]
    payment_method: PaymentMethod,
}

/// Pays a hold that was checked out and books it. Confirmed at once where demand is direct (201); accepted where
/// it is queue (202): `Location` tells where to watch. However often it is repeated, the hold is paid and booked
/// once. After a declined card another may follow while the hold lives.
#[utoipa::path(post, path = "/api/bookings", tag = "bookings", request_body = NewBooking,
    params(("Onsale-Pass" = Option<String>, Header, description = "Needed where demand is queue")),
    responses((status = 201, body = BookingView), (status = 202, body = BookingView), (status = 401),
              (status = 402, description = "The card was declined; `reason` says why"),
              (status = 403, description = "No living pass"), (status = 404),
              (status = 409, description = "Not checked out, not on sale, or rejected"),
              (status = 410, description = "The hold or the payment is over"),
              (status = 422, description = "A guest has not told `name` or `email`"),
              (status = 503, description = "Nothing is lost; repeat it")),
    security(("bearer" = [])))]
async fn create(
    State(app): State<AppState>,
    caller: Caller,
    language: Language,
    headers: HeaderMap,
    ValidJson(input): ValidJson<NewBooking>,
) -> Result<Response, Problem> {
    let booking =
        book::book(&app, caller.user, &headers, input.hold, &input.payment_method, language.spoken()).await?;
    let status = match booking.status {
        BookingStatus::Processing => StatusCode::ACCEPTED,
        BookingStatus::Rejected => return Err(book::rejected(&booking)),
        BookingStatus::Confirmed | BookingStatus::Cancelled | BookingStatus::Refunded => StatusCode::CREATED,
    };
    let location = format!("/api/bookings/{}", booking.id);
    Ok((status, [(header::LOCATION, location)], Json(booking)).into_response())
}

/// The caller's bookings, newest first.
#[utoipa::path(get, path = "/api/bookings", tag = "bookings", params(ListQuery),
    responses((status = 200, body = BookingPage), (status = 401), (status = 422)),
    security(("bearer" = [])))]
async fn list_own(
    State(app): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<ListQuery>,
) -> Result<Json<BookingPage>, Problem> {
    list::own(&app, caller.user, &query).await.map(Json)
}

/// One booking, for its owner and for whoever organises its event, who is also told of the buyer, the payment and
/// the mails.
#[utoipa::path(get, path = "/api/bookings/{booking}", tag = "bookings",
    params(("booking" = BookingId, Path), Lang),
    responses((status = 200, body = BookingView), (status = 401), (status = 404)),
    security(("bearer" = [])))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    language: Language,
    PathId(booking): PathId<BookingId>,
) -> Result<Json<BookingView>, Problem> {
    let mut found = views::visible(&app, caller, booking, language.spoken()).await?;
    if found.organises {
        found.view.organiser = Some(organiser::facts(&app, booking).await?);
    }
    Ok(Json(found.view))
}

/// Sends the mail with the tickets once more; for the event's organiser, at most three times an hour.
#[utoipa::path(post, path = "/api/bookings/{booking}/resend-mail", tag = "organisers",
    params(("booking" = BookingId, Path)),
    responses((status = 202, description = "It will be sent"), (status = 401), (status = 404),
              (status = 409, description = "`booking-not-confirmed`"), (status = 429)),
    security(("bearer" = [])))]
async fn resend_mail(
    State(app): State<AppState>,
    caller: Caller,
    PathId(booking): PathId<BookingId>,
) -> Result<StatusCode, Problem> {
    organiser::resend_mail(&app, caller, booking).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Cancels a confirmed booking and returns its money: its owner until the event's cancellation window closes,
/// its organiser at any time, as long as no ticket was used. Repeating it changes nothing more.
#[utoipa::path(post, path = "/api/bookings/{booking}/cancel", tag = "bookings",
    params(("booking" = BookingId, Path)),
    responses((status = 200, body = BookingView), (status = 401), (status = 404),
              (status = 409, description = "Too late, a ticket was used, or it is not confirmed")),
    security(("bearer" = [])))]
async fn cancel_booking(
    State(app): State<AppState>,
    caller: Caller,
    language: Language,
    PathId(booking): PathId<BookingId>,
) -> Result<Json<BookingView>, Problem> {
    cancel::cancel(&app, caller, booking, language.spoken()).await.map(Json)
}
