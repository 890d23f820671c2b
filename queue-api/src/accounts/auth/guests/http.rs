//! `/api/auth/guest`, `/api/auth/booking-key`.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use garde::Validate;
use serde::Deserialize;
use shared::{
    domain::{BookingId, HoldId, Locale},
    server::ClientAddress,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    accounts::auth::{
        answer::{self, Handover, Session},
        sessions::{self, RefreshToken},
    },
    app::AppState,
    client,
    extract::ValidJson,
    problem::Problem,
};

pub(in crate::accounts::auth) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(make_guest)).routes(routes!(open_booking)).routes(routes!(open_offer))
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewGuest {
    /// Language of the mails; English if not said.
    #[garde(skip)]
    #[schema(nullable = false)]
    locale: Option<Locale>,
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct BookingKey {
    /// The booking in the link.
    #[garde(skip)]
    booking: BookingId,
    /// The key in the link.
    #[garde(length(max = 64))]
    key: String,
}

/// Makes a guest: a fan without e-mail address, name and password, who may hold seats and check out at once, and book
/// when `PATCH /api/me` has told the first two. Who is signed in by cookie already goes on as who it is (200).
#[utoipa::path(post, path = "/api/auth/guest", tag = "accounts", request_body = Option<NewGuest>,
    params(("Onsale-Client" = Option<String>, Header, description = "`web`: cookies instead of tokens")),
    responses((status = 201, body = Session), (status = 200, body = Session), (status = 422), (status = 429)))]
async fn make_guest(
    State(app): State<AppState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    headers: HeaderMap,
    input: Option<ValidJson<NewGuest>>,
) -> Result<Response, Problem> {
    if let Some(token) = RefreshToken::presented(None, &headers) {
        match sessions::refresh(&app, &token).await {
            Ok(session) => return answer::begun(&app, Handover::Cookies, StatusCode::OK, session),
            Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => {}
            Err(problem) => return Err(problem),
        }
    }
    let locale = input.and_then(|ValidJson(input)| input.locale);
    let session = super::make(&app, locale, &address.ip().to_string()).await?;
    answer::begun(&app, Handover::cookies_if(client::is_web(&headers)), StatusCode::CREATED, session)
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct OfferKey {
    /// The hold in the link.
    #[garde(skip)]
    hold: HoldId,
    /// The key in the link.
    #[garde(length(max = 64))]
    key: String,
}

/// Opens a guest's booking by the key in the link of its mail: a session of that guest.
#[utoipa::path(post, path = "/api/auth/booking-key", tag = "accounts", request_body = BookingKey,
    params(("Onsale-Client" = Option<String>, Header, description = "`web`: cookies instead of tokens")),
    responses((status = 200, body = Session), (status = 403, description = "`booking-key-invalid`"),
              (status = 409, description = "`guest-registered`: sign in instead"), (status = 422), (status = 429)))]
async fn open_booking(
    State(app): State<AppState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    headers: HeaderMap,
    ValidJson(input): ValidJson<BookingKey>,
) -> Result<Response, Problem> {
    let session = super::by_key(&app, input.booking, &input.key, &address.ip().to_string()).await?;
    answer::begun(&app, Handover::cookies_if(client::is_web(&headers)), StatusCode::OK, session)
}

/// Opens the checkout of an offer of a waiting list by the key in the link of its mail: a session of that guest.
#[utoipa::path(post, path = "/api/auth/offer-key", tag = "accounts", request_body = OfferKey,
    params(("Onsale-Client" = Option<String>, Header, description = "`web`: cookies instead of tokens")),
    responses((status = 200, body = Session), (status = 403, description = "`offer-key-invalid`"),
              (status = 409, description = "`guest-registered`: sign in instead"), (status = 422), (status = 429)))]
async fn open_offer(
    State(app): State<AppState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    headers: HeaderMap,
    ValidJson(input): ValidJson<OfferKey>,
) -> Result<Response, Problem> {
    let session = super::by_offer_key(&app, input.hold, &input.key, &address.ip().to_string()).await?;
    answer::begun(&app, Handover::cookies_if(client::is_web(&headers)), StatusCode::OK, session)
}
