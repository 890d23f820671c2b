//! `/health/live`, `/health/ready` and `/metrics`, the same on every process.

use std::{sync::Arc, time::Duration};

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use futures_util::{FutureExt as _, future::BoxFuture};
use prometheus_client::registry::Registry;
use serde::Serialize;
use sqlx::PgPool;

use crate::{broker::Publisher, redis::Redis};

/// An engine that answers no check within this time counts as missing.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

type Check = Box<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// What must answer before a process is ready.
#[derive(Default)]
pub struct Readiness {
    checks: Vec<(&'static str, Check)>,
}

/// What `/health/ready` answers.
#[derive(Serialize)]
struct Report {
    status: &'static str,
    missing: Vec<Missing>,
}

/// An engine that did not answer.
#[derive(Serialize)]
struct Missing {
    engine: &'static str,
    detail: String,
}

impl Readiness {
    /// Needs PostgreSQL.
    #[must_use]
    pub fn postgres(self, pool: PgPool) -> Self {
        self.check("postgresql", move || {
            let pool = pool.clone();
            async move { sqlx::query("SELECT 1").execute(&pool).await.map(|_| ()).map_err(|e| e.to_string()) }
                .boxed()
        })
    }

    /// Needs Redis.
    #[must_use]
    pub fn redis(self, redis: Redis) -> Self {
        self.check("redis", move || {
            let redis = redis.clone();
            async move { redis.ping().await.map_err(|e| e.to_string()) }.boxed()
        })
    }

    /// Needs RabbitMQ.
    #[must_use]
    pub fn broker(self, publisher: Publisher) -> Self {
        self.check("rabbitmq", move || {
            let publisher = publisher.clone();
            async move { publisher.channel().await.map(|_| ()).map_err(|e| e.to_string()) }.boxed()
        })
    }

    /// Needs something else.
    #[must_use]
    pub fn check(
        mut self,
        engine: &'static str,
        check: impl Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync + 'static,
    ) -> Self {
        self.checks.push((engine, Box::new(check)));
        self
    }

    async fn missing(&self) -> Vec<Missing> {
        let checks = self.checks.iter().map(|(engine, check)| async move {
            let outcome = tokio::time::timeout(CHECK_TIMEOUT, check()).await;
            let detail = outcome.unwrap_or_else(|_| Err("no answer in time".into())).err()?;
            Some(Missing { engine, detail })
        });
        futures_util::future::join_all(checks).await.into_iter().flatten().collect()
    }
}

/// The operators' routes.
pub fn router(readiness: Readiness, metrics: Registry) -> Router {
    Router::new()
        .route("/health/live", get(|| async { Json(Report { status: "live", missing: Vec::new() }) }))
        .route("/health/ready", get(ready).with_state(Arc::new(readiness)))
        .route("/metrics", get(show_metrics).with_state(Arc::new(metrics)))
}

async fn ready(State(readiness): State<Arc<Readiness>>) -> impl IntoResponse {
    let missing = readiness.missing().await;
    if missing.is_empty() {
        return (StatusCode::OK, Json(Report { status: "ready", missing }));
    }
    for engine in &missing {
        tracing::warn!(engine = engine.engine, detail = engine.detail, "not ready");
    }
    (StatusCode::SERVICE_UNAVAILABLE, Json(Report { status: "not ready", missing }))
}

async fn show_metrics(State(metrics): State<Arc<Registry>>) -> impl IntoResponse {
    let mut text = String::new();
    let status = match prometheus_client::encoding::text::encode(&mut text, &metrics) {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    (status, [("content-type", "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
}
