//! What handlers take: who calls, and validated input. Whatever is wrong becomes a problem document.

use std::error::Error as _;

use axum::{
    extract::{
        FromRequest, FromRequestParts, OptionalFromRequest, OptionalFromRequestParts, Path, Query, Request,
        rejection::{BytesRejection, JsonDataError, JsonRejection},
    },
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;
use shared::{
    domain::{Role, UserId},
    tokens::{AccessClaims, TokenError},
};

use crate::{
    app::{App, AppState},
    cookies,
    problem::{FieldError, Problem},
};

/// A signed-in caller. `Option<Caller>` where signing in is optional: a bearer token that is there must still be good.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// The account.
    pub user: UserId,
    /// Its role.
    pub role: Role,
    /// The login the token belongs to.
    pub session: uuid::Uuid,
    /// Whether it is a guest, who never signed up.
    pub guest: bool,
}

impl Caller {
    /// Refuses everybody who has none of the roles; an admin has them all.
    ///
    /// # Errors
    /// 403 for the others.
    pub fn require(&self, roles: &[Role]) -> Result<(), Problem> {
        if self.role == Role::Admin || roles.contains(&self.role) {
            return Ok(());
        }
        Err(Problem::forbidden("role-needed", "Your account may not do this."))
    }
}

impl Caller {
    /// Who calls: by `Authorization: Bearer …`, which must be good if it is there, or else by the cookie of the web
    /// application, which counts as not signed in when it is not good any more.
    ///
    /// # Errors
    /// 401 for a bearer token that is not good.
    pub fn of(app: &App, headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let Some(value) = headers.get(header::AUTHORIZATION) else {
            let cookie = cookies::value(headers, cookies::ACCESS);
            let claims = cookie.and_then(|token| app.tokens.verify_access(token).ok());
            return Ok(claims.as_ref().map(Self::from));
        };
        let token = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
        let token = token.ok_or_else(|| Problem::unauthorized("Authorization must be: Bearer <token>."))?;
        let claims = app.tokens.verify_access(token.trim()).map_err(|error| match error {
            TokenError::Expired => Problem::unauthorized("The access token has expired."),
            TokenError::Invalid => Problem::unauthorized("The access token is not valid."),
        })?;
        Ok(Some(Self::from(&claims)))
    }
}

impl From<&AccessClaims> for Caller {
    fn from(claims: &AccessClaims) -> Self {
        Self { user: claims.sub, role: claims.role, session: claims.sid, guest: claims.guest }
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        Self::of(app, &parts.headers)?.ok_or_else(|| Problem::unauthorized("This needs an account."))
    }
}

impl OptionalFromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Option<Self>, Problem> {
        Self::of(app, &parts.headers)
    }
}

/// A JSON body that was parsed and validated.
#[derive(Clone, Debug)]
pub struct ValidJson<T>(pub T);

impl<T> FromRequest<AppState> for ValidJson<T>
where
    T: DeserializeOwned + garde::Validate<Context = ()>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, Problem> {
        let read = <axum::Json<T> as FromRequest<AppState>>::from_request(request, app).await;
        let axum::Json(value) = read.map_err(|rejection| not_json(&rejection))?;
        value.validate().map_err(|report| Problem::invalid_fields(field_errors(&report)))?;
        Ok(Self(value))
    }
}

/// No body at all, told by a missing `Content-Type`, is none.
impl<T> OptionalFromRequest<AppState> for ValidJson<T>
where
    T: DeserializeOwned + garde::Validate<Context = ()>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, app: &AppState) -> Result<Option<Self>, Problem> {
        if request.headers().contains_key(header::CONTENT_TYPE) {
            return <Self as FromRequest<AppState>>::from_request(request, app).await.map(Some);
        }
        Ok(None)
    }
}

/// The parameters of the query string.
#[derive(Clone, Debug)]
pub struct ValidQuery<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for ValidQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let query = Query::<T>::from_request_parts(parts, app).await;
        query.map(|Query(query)| Self(query)).map_err(|error| Problem::invalid("query", error.body_text()))
    }
}

/// The id in the path. What is no id names nothing, so it is not found.
#[derive(Clone, Copy, Debug)]
pub struct PathId<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for PathId<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let path = <Path<T> as FromRequestParts<AppState>>::from_request_parts(parts, app).await;
        path.map(|Path(id)| Self(id)).map_err(|_| Problem::not_found("thing"))
    }
}

/// The field errors of a validation report.
#[must_use]
pub fn field_errors(report: &garde::Report) -> Vec<FieldError> {
    report
        .iter()
        .map(|(path, error)| FieldError { field: path.to_string(), message: error.message().to_string() })
        .collect()
}

fn not_json(rejection: &JsonRejection) -> Problem {
    match rejection {
        JsonRejection::MissingJsonContentType(_) => Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not-json",
            "Not JSON",
            "Content-Type must be application/json.",
        ),
        // serde says which field and where; it quotes the client's own input only.
        JsonRejection::JsonDataError(error) => {
            let (field, message) = wrong_field(error);
            Problem::invalid(field, message)
        }
        JsonRejection::JsonSyntaxError(error) => {
            Problem::new(StatusCode::BAD_REQUEST, "not-json", "Not JSON", error.body_text())
        }
        other if other.status() == StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        other => Problem::new(other.status(), "bad-body", "The body could not be read", other.body_text()),
    }
}

/// Which field was of another kind than it must be, and why.
fn wrong_field(error: &JsonDataError) -> (String, String) {
    let said = error.source().map_or_else(|| error.body_text(), ToString::to_string);
    // What is missing is told of the object that lacks it: `waiting_room: missing field `lease_cap` at line …`.
    if let Some((before, after)) = said.split_once("missing field `")
        && let Some((missing, _)) = after.split_once('`')
    {
        let object = before.strip_suffix(": ").map_or_else(String::new, |object| format!("{object}."));
        return (format!("{object}{missing}"), "is missing".into());
    }
    match said.split_once(": ") {
        Some((field, message)) if !field.contains([' ', '`']) => (field.to_owned(), message.to_owned()),
        _ => ("body".into(), said),
    }
}

/// Why the bytes of a body could not be had.
#[must_use]
pub fn bad_body(rejection: &BytesRejection) -> Problem {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        status => Problem::new(status, "bad-body", "The body could not be read", rejection.body_text()),
    }
}

/// 413.
#[must_use]
pub fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        "Too large",
        "The body is larger than this call takes.",
    )
}
