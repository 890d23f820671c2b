//! A place on another device: the link that brings it along, as an address and as a QR code.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;
use shared::{domain::EventId, ticket_document::qr_svg, tokens::PlaceClaims};

use crate::{
    app::{App, AppState},
    cookies,
    extract::PathId,
    problem::Problem,
    waiting_room::{asking, documents::PlaceState, own},
};

/// Why the place of a link did not come along.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kept {
    /// This browser has a place of its own.
    Own,
    /// The link is not good.
    None,
}

/// The link of a place. Whoever has it has the place.
pub(super) fn link(public_url: &str, event: EventId, token: &str) -> String {
    format!("{}/events/{event}/waiting-room?resume={token}", public_url.trim_end_matches('/'))
}

/// The link of the place that a browser has, for the camera of another device.
pub(super) async fn qr(
    State(app): State<AppState>,
    PathId(event): PathId<EventId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shown = own::shown(&app, event, &headers)?;
    let svg = qr_svg(&link(&app.config.public_url, event, &shown.token)).map_err(Problem::internal)?;
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, svg).into_response())
}

/// Gives the place of a good token to this browser, and takes the token out of the address.
pub(super) async fn take(
    app: &App,
    event: EventId,
    token: &str,
    language: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let claims = app.tokens.verify_place(token).ok().filter(|claims| claims.event == event);
    let refused = match &claims {
        None => Some("none"),
        Some(claims) if has_another(app, claims, headers).await? => Some("own"),
        Some(_) => None,
    };
    let said = [refused.map(|why| format!("kept={why}")), language.map(|tag| format!("lang={tag}"))];
    let said: Vec<String> = said.into_iter().flatten().collect();
    let query = if said.is_empty() { String::new() } else { format!("?{}", said.join("&")) };
    let response = Redirect::to(&format!("/events/{event}/waiting-room{query}")).into_response();
    let kept = claims.filter(|_| refused.is_none());
    cookies::set_all(app, response, kept.map(|claims| own::place_cookie(app, &claims, token.to_owned())))
}

/// Whether this browser has a place of its own that a link does not take away: one that waits gives way only to one
/// whose turn it is.
async fn has_another(app: &App, linked: &PlaceClaims, headers: &HeaderMap) -> Result<bool, Problem> {
    let Ok(own) = own::shown(app, linked.event, headers) else { return Ok(false) };
    if own.claims.sub == linked.sub {
        return Ok(false);
    }
    let state = asking::look_up(app, &own.claims).await?.state;
    if state == PlaceState::Waiting {
        let linked = asking::look_up(app, linked).await?.state;
        return Ok(!matches!(linked, PlaceState::Offered | PlaceState::Shopping));
    }
    Ok(state.lives())
}
