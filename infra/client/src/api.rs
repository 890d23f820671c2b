//! JSON over HTTP.

use std::{net::IpAddr, time::Duration};

use anyhow::Context as _;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

/// No call of Onsale takes longer.
const TIMEOUT: Duration = Duration::from_secs(35);

/// An address of the API. Cheap to clone; connections are shared.
#[derive(Clone, Debug)]
pub struct Api {
    base: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

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
    /// The API at `base`, e.g. `http://127.0.0.1:24000`.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self::from(base, None)
    }

    /// The same, asked from one of this machine's own addresses.
    #[must_use]
    pub fn from(base: &str, source: Option<IpAddr>) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_local_address(source);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Self { base: base.trim_end_matches('/').to_owned(), client }
    }

    /// Sends a request and reads the answer, whatever its status.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn call(&self, call: Call) -> anyhow::Result<Answer> {
        let what = format!("{} {}", call.method, call.path);
        let mut request =
            http::Request::builder().method(call.method).uri(format!("{}{}", self.base, call.path));
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(call.body)).with_context(|| what.clone())?;
        let answer = async {
            let (parts, body) = self.client.request(request).await?.into_parts();
            let body = body.collect().await?.to_bytes();
            anyhow::Ok(Answer { status: parts.status, headers: parts.headers, body })
        };
        tokio::time::timeout(TIMEOUT, answer)
            .await
            .with_context(|| format!("{what}: no answer in time"))?
            .context(what)
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
