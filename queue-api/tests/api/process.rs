//! `queue-api` as a process of its own, which a test may kill.

use std::process::Stdio;

use http_body_util::Full;
use secrecy::ExposeSecret as _;
use shared::testing::{eventually, free_port};
use tokio::process::{Child, Command};

use crate::support::TestApp;

/// One process, on the engines and keys of a test.
pub(crate) struct ApiProcess {
    /// Where it is called.
    pub(crate) base: String,
    port: u16,
    child: Child,
}

impl ApiProcess {
    /// Starts one and waits until it is ready.
    pub(crate) async fn start(app: &TestApp) -> Self {
        let port = free_port();
        let process = Self { base: format!("http://127.0.0.1:{port}"), port, child: launch(app, port) };
        process.until_ready(app).await;
        process
    }

    /// Kills it as `kill -9` does.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Starts it again where it was, after a kill.
    pub(crate) async fn start_again(&mut self, app: &TestApp) {
        self.child = launch(app, self.port);
        self.until_ready(app).await;
    }

    async fn until_ready(&self, app: &TestApp) {
        let uri = format!("{}/health/ready", self.base);
        eventually("the process is ready", || async {
            let request = http::Request::get(&uri).body(Full::default()).unwrap();
            app.try_send(request).await.filter(|answer| answer.status == 200).map(|_| ())
        })
        .await;
    }
}

fn launch(app: &TestApp, port: u16) -> Child {
    let config = &app.app.config;
    let mut command = Command::new(env!("CARGO_BIN_EXE_queue-api"));
    command.args(["--log=warn", "serve", &format!("--listen=127.0.0.1:{port}")]);
    command.envs([
        ("DATABASE_URL", config.engines.database_url.expose_secret()),
        ("REDIS_URL", config.engines.redis_url.expose_secret()),
        ("AMQP_URL", config.engines.amqp_url.expose_secret()),
        ("ONSALE_REDIS_PREFIX", &config.engines.redis_prefix),
        ("ONSALE_DATABASE_CONNECTIONS", "8"),
        ("ONSALE_SIGNING_KEY", config.signing.signing_key.expose_secret()),
        ("ONSALE_TOKEN_SECRET", config.signing.token_secret.expose_secret()),
    ]);
    command.stdin(Stdio::null()).kill_on_drop(true).spawn().unwrap()
}
