//! Every error a client sees: a problem document (RFC 9457) with a stable `type`. The one place where errors
//! become HTTP; what happened inside is logged, never sent.

use std::sync::Arc;

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value};
use shared::{broker::PublishError, locks::LockError, processing::ProcessingError};

/// What the problem types begin with; `docs/problems.md` lists them.
const TYPE_PREFIX: &str = "urn:onsale:problem:";

/// An error as the client sees it.
#[derive(Debug)]
pub struct Problem(Box<Document>);

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem, description = "RFC 9457 problem document")]
pub(crate) struct Document {
    /// Stable; what clients switch on.
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    #[serde(serialize_with = "status_number")]
    #[schema(value_type = u16)]
    status: StatusCode,
    detail: String,
    /// One entry per field that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    #[serde(flatten)]
    #[schema(ignore)]
    more: Map<String, Value>,
    #[serde(skip)]
    retry_after_s: Option<u32>,
    #[serde(skip)]
    headers: HeaderMap,
}

/// What is wrong with one field.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// Path of the field, e.g. `sections[2].rows`.
    pub field: String,
    /// What is wrong, for people.
    pub message: String,
}

impl Problem {
    /// A problem of a kind of its own.
    pub fn new(status: StatusCode, kind: &str, title: &'static str, detail: impl Into<String>) -> Self {
        Self(Box::new(Document {
            kind: format!("{TYPE_PREFIX}{kind}"),
            title,
            status,
            detail: detail.into(),
            errors: Vec::new(),
            more: Map::new(),
            retry_after_s: None,
            headers: HeaderMap::new(),
        }))
    }

    /// 404: there is no such thing, or it is not the caller's.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", format!("There is no such {what}."))
    }

    /// 422: one field is wrong.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::invalid_fields(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// 422: several fields are wrong.
    pub fn invalid_fields(errors: Vec<FieldError>) -> Self {
        let detail = errors.first().map_or_else(String::new, |e| format!("{}: {}", e.field, e.message));
        let mut problem =
            Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Some fields are not right", detail);
        problem.0.errors = errors;
        problem
    }

    /// 409: the state of things does not allow it.
    pub fn conflict(kind: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, kind, "Not possible any more", detail)
    }

    /// 410: it was there and is over.
    pub fn gone(kind: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::GONE, kind, "Over", detail)
    }

    /// 401: who is asking is not known.
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "Please sign in", detail)
    }

    /// 403: who is asking may not.
    pub fn forbidden(kind: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, kind, "Not allowed", detail)
    }

    /// 429: too often.
    pub fn too_many(detail: impl Into<String>, retry_after_s: u32) -> Self {
        let problem =
            Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Too many requests", detail);
        problem.retry_after(retry_after_s)
    }

    /// 503: try again later; nothing was changed that a repetition would not find.
    pub fn unavailable(retry_after_s: u32) -> Self {
        let detail = "A part of the system is not answering right now. Nothing is lost; please try again.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not available right now", detail)
            .retry_after(retry_after_s)
    }

    /// 500: our fault. What happened goes to the log only.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        let detail = "Something went wrong on our side. Please try again.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Our fault", detail)
    }

    /// Adds a member of its own.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.0.more.insert(name.to_owned(), value);
        }
        self
    }

    /// Adds `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after_s = Some(seconds);
        self
    }

    /// The same problem, for another who waited for the same answer.
    #[must_use]
    pub fn again(&self) -> Self {
        Self(self.0.clone())
    }

    /// Headers that go along with it, cookies for example.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.0.headers
    }

    /// The cookies that go along with it.
    #[must_use]
    pub fn cookies(&self) -> Vec<HeaderValue> {
        self.0.headers.get_all(header::SET_COOKIE).iter().cloned().collect()
    }

    /// Its type, without what all types begin with.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.0.kind.strip_prefix(TYPE_PREFIX).unwrap_or(&self.0.kind)
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// When to try again, seconds.
    #[must_use]
    pub fn retry_after_s(&self) -> Option<u32> {
        self.0.retry_after_s
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut document = self.0;
        let (status, retry_after) = (document.status, document.retry_after_s);
        let own = std::mem::take(&mut document.headers);
        let mut response = (status, own, Json(document)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::PoolClosed => {
                tracing::warn!(%error, "PostgreSQL is not answering");
                Self::unavailable(2)
            }
            // Class 57: shutting down, cancelled; 53: out of something; 40: deadlock, serialization.
            sqlx::Error::Database(db)
                if db
                    .code()
                    .is_some_and(|code| ["57", "53", "40"].iter().any(|class| code.starts_with(class))) =>
            {
                tracing::warn!(%error, "PostgreSQL refused for now");
                Self::unavailable(1)
            }
            _ => Self::internal(error),
        }
    }
}

impl From<fred::error::Error> for Problem {
    fn from(error: fred::error::Error) -> Self {
        tracing::warn!(%error, "Redis is not answering");
        Self::unavailable(1)
    }
}

/// A failed read that several waited for.
impl From<Arc<sqlx::Error>> for Problem {
    fn from(error: Arc<sqlx::Error>) -> Self {
        match &*error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => Self::from(sqlx::Error::PoolTimedOut),
            sqlx::Error::Io(_) | sqlx::Error::Database(_) => {
                tracing::warn!(%error, "PostgreSQL is not answering");
                Self::unavailable(2)
            }
            _ => Self::internal(error),
        }
    }
}

impl From<LockError> for Problem {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Redis(error) => error.into(),
            LockError::Database(error) => error.into(),
            LockError::NoSeatMap(_) => Self::not_found("event"),
            LockError::Rebuilding(_) => Self::unavailable(1),
            LockError::Reply(_) => Self::internal(error),
        }
    }
}

impl From<ProcessingError> for Problem {
    fn from(error: ProcessingError) -> Self {
        match error {
            ProcessingError::Store(error) => error.into(),
            ProcessingError::Locks(error) => error.into(),
        }
    }
}

impl From<PublishError> for Problem {
    fn from(error: PublishError) -> Self {
        tracing::warn!(%error, "RabbitMQ did not confirm");
        Self::unavailable(1)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn status_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}
