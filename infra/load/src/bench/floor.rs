//! The least that a server in front of Redis does: one INCR a request.

use std::{
    io::Write as _,
    net::{Ipv4Addr, SocketAddr},
    process::Stdio,
};

use anyhow::Context as _;
use axum::{Router, extract::State, http::StatusCode, routing::post};
use fred::interfaces::KeysInterface as _;
use secrecy::SecretString;
use shared::redis::Redis;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::TcpListener,
    process::{Child, Command},
};

/// The bare server, in a process of its own; ends with this.
pub(super) struct Floor {
    pub(super) address: SocketAddr,
    _process: Child,
}

impl Floor {
    /// Starts it.
    pub(super) async fn start() -> anyhow::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["bench", "floor"])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let out = process.stdout.take().context("the floor has no output")?;
        let line = BufReader::new(out).lines().next_line().await?.context("the floor ended")?;
        Ok(Self { address: line.parse()?, _process: process })
    }
}

/// Serves, and says where.
pub(super) async fn serve(redis_url: &SecretString) -> anyhow::Result<()> {
    let redis = Redis::connect(redis_url, "")?;
    redis.ready().await?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    let app = Router::new().route("/", post(increment)).with_state(redis);
    Ok(axum::serve(listener, app).await?)
}

async fn increment(State(redis): State<Redis>) -> Result<String, StatusCode> {
    let counted: Result<u64, _> = redis.client().incr("onsale-bench-floor").await;
    counted.map(|count| count.to_string()).map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
}
