//! JSON over HTTP.

use std::{net::IpAddr, time::Duration};

use anyhow::Context as _;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::Full;
use serde_json::Value;

use crate::pool::Pool;

/// No call of Onsale takes longer.
const TIMEOUT: Duration = Duration::from_secs(35);

/// An address of the API. Cheap to clone; connections are shared: as many as there are calls at once.
#[derive(Clone, Debug)]
pub struct Api(Pool);

/// One request.
#[derive(Clone, Debug)]
pub struct Call {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

impl Call {
    /// A request without a body.
    #[must_use]
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: Bytes::new() }
    }

    /// GET.
    #[must_use]
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// POST of a JSON body.
    #[must_use]
    pub fn post(path: impl Into<String>, body: &Value) -> Self {
        Self::new(Method::POST, path).json(body)
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into();
        self.header("content-type", "application/json")
    }

    /// With a body of another kind.
    #[must_use]
    pub fn body(mut self, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header("content-type", content_type)
    }

    /// As somebody signed in.
    #[must_use]
    pub fn by(self, access_token: &str) -> Self {
        self.header("authorization", format!("Bearer {access_token}"))
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl Api {
    /// The API at `base`, with its port: `http://127.0.0.1:24000`.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self::from(base, None)
    }

    /// The same, asked from one of this machine's own addresses.
    #[must_use]
    pub fn from(base: &str, source: Option<IpAddr>) -> Self {
        let host = base.trim_start_matches("http://").trim_end_matches('/');
        Self(Pool::new(host, source))
    }

    /// Sends a request and reads the answer, whatever its status.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn call(&self, call: Call) -> anyhow::Result<Answer> {
        let what = format!("{} {}", call.method, call.path);
        let mut request = http::Request::builder()
            .method(call.method)
            .uri(call.path)
            .header(http::header::HOST, self.0.host());
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(call.body)).with_context(|| what.clone())?;
        let (status, headers, body) = tokio::time::timeout(TIMEOUT, self.0.call(request))
            .await
            .with_context(|| format!("{what}: no answer in time"))?
            .context(what)?;
        Ok(Answer { status, headers, body })
    }
}

impl Answer {
    /// The body as JSON; null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The JSON of an answer that must have this status.
    ///
    /// # Errors
    /// When the status is another; the message carries the body.
    pub fn expect(&self, status: u16) -> anyhow::Result<Value> {
        let json = self.json();
        anyhow::ensure!(
            self.status.as_u16() == status,
            "{} instead of {status}: {json}",
            self.status.as_u16()
        );
        Ok(json)
    }

    /// The JSON of a problem that must be of this status and kind.
    ///
    /// # Errors
    /// When it is another.
    pub fn expect_problem(&self, status: u16, kind: &str) -> anyhow::Result<Value> {
        let json = self.expect(status)?;
        anyhow::ensure!(json["type"] == format!("urn:onsale:problem:{kind}"), "not {kind}: {json}");
        Ok(json)
    }
}
