//! `Idempotency-Key`: the first answer to a POST is kept for a day and given again, so that a client may retry
//! whatever it is not sure of. The same key with another body is an error.
//!
//! Kept in Redis, because it stands in the way of every hold and booking. A lost Redis does not make a retry
//! dangerous: behind it stand natural keys (a hold has one payment, a payment one booking).

use std::time::Duration;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use fred::{
    interfaces::KeysInterface as _,
    types::{Expiration, SetOptions},
};
use serde::{Deserialize, Serialize};
use shared::tokens::{hex, sha256};

use crate::{
    app::{AppState, BODY_BYTES},
    extract::{Caller, too_large},
    problem::Problem,
    waiting_room::who as device,
};

const HEADER: &str = "idempotency-key";
const KEPT_S: i64 = 24 * 3600;
/// A request that takes longer than this has lost its claim to the key.
const UNDER_WAY: Duration = Duration::from_secs(60);
/// Headers that belong to the answer.
const KEPT_HEADERS: [HeaderName; 5] =
    [header::CONTENT_TYPE, header::LOCATION, header::ETAG, header::SET_COOKIE, header::RETRY_AFTER];

#[derive(Serialize, Deserialize)]
struct Kept {
    /// SHA-256 of method, path and body.
    request: String,
    /// None while the first request is under way.
    answer: Option<Answer>,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

/// Creates nothing, so that it may be repeated as it is; drawings are larger than the bodies that are compared.
const REPEATABLE: &str = "/api/seat-maps/import";

/// Middleware over all routes; only a POST with the header is concerned.
pub async fn idempotent(
    State(app): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    // Logging in twice must make two sessions, and tokens are not to lie about in Redis.
    let path = request.uri().path();
    let concerned = request.method() == Method::POST && !path.starts_with("/api/auth/") && path != REPEATABLE;
    let Some(key) = request.headers().get(HEADER).cloned().filter(|_| concerned) else {
        return Ok(next.run(request).await);
    };
    let key =
        key.to_str().ok().filter(|key| (1..=200).contains(&key.len())).ok_or_else(|| {
            Problem::invalid("Idempotency-Key", "must be 1 to 200 printable ASCII characters")
        })?;
    let store = app.redis.key(format_args!("idempotency:{}", scope(&app, &request, key)));
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_BYTES).await.map_err(|_| too_large())?;
    let fingerprint = fingerprint(&parts.method, parts.uri.path(), &body);
    if let Some(answer) = first_claim(&app, &store, &fingerprint).await? {
        return Ok(answer);
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    keep(&app, &store, fingerprint, response).await
}

/// Whose key it is: the account where there is one, else the device.
fn scope(app: &AppState, request: &Request, key: &str) -> String {
    let headers = request.headers();
    let who = match Caller::of(app, headers) {
        Ok(Some(caller)) => caller.user.to_string(),
        Ok(None) => device::presented(headers).unwrap_or_default().to_owned(),
        // Nobody's; the answer will be 401, which is not kept.
        Err(_) => format!("{:?}", headers.get(header::AUTHORIZATION)),
    };
    hex(&sha256(format!("{who}\0{key}").as_bytes()))
}

fn fingerprint(method: &Method, path: &str, body: &[u8]) -> String {
    hex(&sha256(&[method.as_str().as_bytes(), b"\0", path.as_bytes(), b"\0", body].concat()))
}

/// Claims the key for this request; `Some` is the kept answer of an earlier one.
async fn first_claim(app: &AppState, store: &str, fingerprint: &str) -> Result<Option<Response>, Problem> {
    let claim = Kept { request: fingerprint.to_owned(), answer: None };
    let claim = serde_json::to_string(&claim).map_err(Problem::internal)?;
    let expiry = Expiration::PX(i64::try_from(UNDER_WAY.as_millis()).unwrap_or(i64::MAX));
    let earlier: Option<String> =
        app.redis.client().set(store, claim, Some(expiry), Some(SetOptions::NX), true).await?;
    let Some(earlier) = earlier else { return Ok(None) };
    let earlier: Kept = serde_json::from_str(&earlier).map_err(Problem::internal)?;
    if earlier.request != fingerprint {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency-key-reused",
            "Key used before",
            "This Idempotency-Key was used for another request.",
        ));
    }
    let Some(answer) = earlier.answer else {
        let detail = "The same request is still under way.";
        return Err(Problem::conflict("request-under-way", detail).retry_after(1));
    };
    replay(answer).map(Some)
}

fn replay(answer: Answer) -> Result<Response, Problem> {
    let status = StatusCode::from_u16(answer.status).map_err(Problem::internal)?;
    let mut headers = HeaderMap::new();
    for (name, value) in answer.headers {
        let name = HeaderName::try_from(name).map_err(Problem::internal)?;
        headers.append(name, HeaderValue::try_from(value).map_err(Problem::internal)?);
    }
    headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
    Ok((status, headers, answer.body).into_response())
}

/// Keeps the answer, unless a repetition could turn out better.
async fn keep(app: &AppState, store: &str, request: String, response: Response) -> Result<Response, Problem> {
    let status = response.status();
    let transient = [StatusCode::UNAUTHORIZED, StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS];
    if status.is_server_error() || transient.contains(&status) {
        app.redis.client().del::<(), _>(store).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body: Bytes = to_bytes(body, usize::MAX).await.map_err(Problem::internal)?;
    let headers = KEPT_HEADERS.iter().flat_map(|name| {
        let values = parts.headers.get_all(name).iter();
        values.filter_map(|value| Some((name.to_string(), value.to_str().ok()?.to_owned())))
    });
    let answer = Answer {
        status: status.as_u16(),
        headers: headers.collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    let kept = serde_json::to_string(&Kept { request, answer: Some(answer) }).map_err(Problem::internal)?;
    let kept =
        app.redis.client().set::<(), _, _>(store, kept, Some(Expiration::EX(KEPT_S)), None, false).await;
    if let Err(error) = kept {
        // The work is done; a repetition will find it by its natural key.
        tracing::warn!(%error, "idempotency: the answer could not be kept");
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}
