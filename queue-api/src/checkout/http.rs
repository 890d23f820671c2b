//! `/api/holds/{hold}/checkout`.

use axum::{Json, extract::State, http::HeaderMap};
use shared::domain::HoldId;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::service::{self, Checkout};
use crate::{
    app::AppState,
    extract::{Caller, PathId},
    problem::Problem,
};

/// The routes of checkouts.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(check_out))
}

/// Starts the payment of a hold and extends the hold, once, to cover it. Repeating it gives the same payment.
#[utoipa::path(post, path = "/api/holds/{hold}/checkout", tag = "bookings", params(("hold" = HoldId, Path)),
    responses((status = 200, body = Checkout), (status = 401), (status = 404),
              (status = 409, description = "The event is not on sale"),
              (status = 410, description = "The hold has run out")),
    security(("bearer" = [])))]
async fn check_out(
    State(app): State<AppState>,
    caller: Caller,
    PathId(hold): PathId<HoldId>,
    headers: HeaderMap,
) -> Result<Json<Checkout>, Problem> {
    service::check_out(&app, caller.user, hold, &headers).await.map(Json)
}
