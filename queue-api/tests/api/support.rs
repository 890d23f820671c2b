//! A served API with engines of its own, and a client to call it.

use std::sync::Arc;

use clap::Parser;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use prometheus_client::registry::Registry;
use queue_api::{
    app::{self, App},
    config::Config,
};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use shared::{
    clock::Clock,
    domain::{Role, UserId},
    server::{self, ServerLimits},
    testing::{TestEngines, signing_args},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// An API that listens on a port of its own.
pub(crate) struct TestApp {
    pub(crate) engines: TestEngines,
    pub(crate) app: Arc<App>,
    pub(crate) base: String,
    releasing: JoinHandle<()>,
    client: Client<HttpConnector, Full<bytes::Bytes>>,
}

/// An answer, its body read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: bytes::Bytes,
}

/// Somebody signed in.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    config: Config,
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// With another configuration than the default.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_on(TestEngines::start().await, change).await
    }

    /// On engines that are there.
    pub(crate) async fn start_on(engines: TestEngines, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = config(&engines);
        change(&mut config);
        Self::serve(engines, config).await
    }

    async fn serve(engines: TestEngines, config: Config) -> Self {
        let listener = server::listen(config.listen.listen).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let shutdown = CancellationToken::new();
        let app = App::new(config, Clock::System, shutdown.clone()).unwrap();
        let router = app::router(&app, Registry::default());
        tokio::spawn(server::serve(listener, router, ServerLimits::default(), shutdown));
        let client = Client::builder(TokioExecutor::new()).build_http();
        let releasing = tokio::spawn(queue_api::waiting_room::run(Arc::clone(&app)));
        Self { engines, app, base, releasing, client }
    }

    /// Ends releasing without any goodbye, as a kill would.
    pub(crate) fn kill_releasing(&self) {
        self.releasing.abort();
    }

    /// Stops serving and removes what the test made.
    pub(crate) async fn finish(self) {
        self.app.shutdown.cancel();
        let _ = self.releasing.await;
        self.app.pool.close().await;
        self.engines.finish().await;
    }

    /// One call; `token` signs in, `body` is sent as JSON.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        self.call_with(method, path, token, &[], body).await
    }

    pub(crate) async fn call_with(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let mut request = http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.map_or_else(bytes::Bytes::new, |body| body.to_string().into());
        self.send(request.body(Full::new(body)).unwrap()).await
    }

    pub(crate) async fn send(&self, request: http::Request<Full<bytes::Bytes>>) -> Answer {
        self.try_send(request).await.unwrap()
    }

    /// A call that may meet a process that was killed.
    pub(crate) async fn try_send(&self, request: http::Request<Full<bytes::Bytes>>) -> Option<Answer> {
        let (parts, body) = self.client.request(request).await.ok()?.into_parts();
        let bytes = body.collect().await.ok()?.to_bytes();
        Some(Answer { status: parts.status, headers: parts.headers, bytes })
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.call(Method::GET, path, token, None).await
    }

    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: Value) -> Answer {
        self.call(Method::POST, path, token, Some(body)).await
    }

    /// A new fan.
    pub(crate) async fn fan(&self) -> Account {
        self.account(Role::Fan).await
    }

    /// A new account with a role. Made past the API's password hashing, so that hundreds are quick; signing in by
    /// password has tests of its own.
    pub(crate) async fn account(&self, role: Role) -> Account {
        let id = UserId::new();
        let email = format!("{id}@example.test");
        sqlx::query("INSERT INTO users (id, email, name, password_hash, role) VALUES ($1, $2, $3, '!', $4)")
            .bind(id.0)
            .bind(&email)
            .bind("Test Person")
            .bind(role.as_str())
            .execute(&self.app.pool)
            .await
            .unwrap();
        let now = self.app.clock.now_s();
        let claims = shared::tokens::AccessClaims::new(id, role, uuid::Uuid::now_v7(), now, 3600);
        let access_token = self.app.tokens.sign_access(&claims).unwrap();
        Account { id, email, access_token, refresh_token: String::new() }
    }

    /// Registers by the API.
    pub(crate) async fn register(&self, email: &str, password: &str) -> Account {
        let input = json!({"email": email, "name": "Ada Lovelace", "password": password});
        let answer = self.post("/api/auth/register", None, input).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer.account()
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// The body of an answer of this status.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }

    /// Asserts a problem document of this status and kind.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, kind: &str) -> Value {
        let json = self.json();
        assert_eq!(self.status.as_u16(), status, "{json}");
        assert_eq!(self.headers["content-type"], "application/problem+json", "{json}");
        assert_eq!(json["type"], format!("urn:onsale:problem:{kind}"), "{json}");
        assert!(json["title"].is_string() && json["status"] == status, "{json}");
        json
    }

    pub(crate) fn account(&self) -> Account {
        let json = self.json();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Account {
            id: text(&json["user"]["id"]).parse().unwrap(),
            email: text(&json["user"]["email"]),
            access_token: text(&json["access_token"]),
            refresh_token: text(&json["refresh_token"]),
        }
    }
}

fn config(engines: &TestEngines) -> Config {
    let signing = signing_args();
    let arguments = [
        "test".to_owned(),
        "--listen=127.0.0.1:0".into(),
        format!("--database-url={}", engines.args.database_url.expose_secret()),
        format!("--redis-url={}", engines.args.redis_url.expose_secret()),
        format!("--redis-prefix={}", engines.args.redis_prefix),
        format!("--amqp-url={}", engines.args.amqp_url.expose_secret()),
        format!("--signing-key={}", signing.signing_key.expose_secret()),
        format!("--token-secret={}", signing.token_secret.expose_secret()),
    ];
    Arguments::parse_from(arguments).config
}
