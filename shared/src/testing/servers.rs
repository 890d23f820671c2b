//! Engines of a test's own, as real processes that it may kill: for what the shared ones must not suffer.

use std::{
    net::TcpListener,
    process::Stdio,
    time::{Duration, Instant},
};

use secrecy::SecretString;
use tempfile::TempDir;
use tokio::{
    net::TcpStream,
    process::{Child, Command},
};

/// Until a server must answer.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A Redis that keeps nothing.
pub struct RedisServer {
    port: u16,
    folder: TempDir,
    process: Child,
}

impl RedisServer {
    /// Starts one.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start() -> Self {
        let (port, folder) = (free_port(), tempfile::tempdir().expect("a folder"));
        let process = Self::launch(port, &folder).await;
        Self { port, folder, process }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> SecretString {
        SecretString::from(format!("redis://127.0.0.1:{}/0", self.port))
    }

    /// Kills it (`SIGKILL`) and puts an empty one in its place.
    ///
    /// # Panics
    /// When that does not start.
    pub async fn replace_by_an_empty_one(&mut self) {
        self.process.kill().await.expect("kill");
        self.process = Self::launch(self.port, &self.folder).await;
    }

    async fn launch(port: u16, folder: &TempDir) -> Child {
        let mut command = Command::new("redis-server");
        command.args([
            "--bind",
            "127.0.0.1",
            "--port",
            &port.to_string(),
            "--save",
            "",
            "--appendonly",
            "no",
        ]);
        let process = launch(command.arg("--dir").arg(folder.path()));
        answering(port, "Redis").await;
        process
    }
}

/// A RabbitMQ that keeps its queues when it is restarted.
pub struct RabbitServer {
    port: u16,
    ports: [u16; 2],
    folder: TempDir,
    _epmd: Child,
    process: Child,
}

impl RabbitServer {
    /// Starts one, with Erlang's port registry of its own.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start() -> Self {
        let (port, ports) = (free_port(), [free_port(), free_port()]);
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in [
            ("rabbitmq.conf", "disk_free_limit.absolute = 100MB\nvm_memory_high_watermark.absolute = 1GB\n"),
            ("enabled_plugins", "[].\n"),
            ("rabbitmq-env.conf", ""),
        ] {
            std::fs::write(folder.path().join(name), text).expect("a file");
        }
        let epmd =
            launch(Command::new("epmd").args(["-address", "127.0.0.1", "-port", &ports[1].to_string()]));
        answering(ports[1], "epmd").await;
        let process = Self::launch(port, ports, &folder).await;
        Self { port, ports, folder, _epmd: epmd, process }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> SecretString {
        SecretString::from(format!("amqp://guest:guest@127.0.0.1:{}/%2f", self.port))
    }

    /// Kills it (`SIGKILL`) and starts it again on what it had written.
    ///
    /// # Panics
    /// When it does not come back.
    pub async fn kill_and_start_again(&mut self) {
        self.process.kill().await.expect("kill");
        self.process = Self::launch(self.port, self.ports, &self.folder).await;
    }

    async fn launch(port: u16, [distribution, epmd]: [u16; 2], folder: &TempDir) -> Child {
        let at = |name: &str| folder.path().join(name).display().to_string();
        // The script of this name in /usr/sbin changes user; RUNNING_UNDER_SYSTEMD makes this one become the node.
        let mut command = Command::new("/usr/lib/rabbitmq/bin/rabbitmq-server");
        command.envs([
            ("HOME", at("")),
            ("RUNNING_UNDER_SYSTEMD", "true".into()),
            ("RABBITMQ_NODENAME", format!("test{port}@localhost")),
            ("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1".into()),
            ("RABBITMQ_NODE_PORT", port.to_string()),
            ("RABBITMQ_DIST_PORT", distribution.to_string()),
            ("ERL_EPMD_PORT", epmd.to_string()),
            ("ERL_EPMD_ADDRESS", "127.0.0.1".into()),
            ("RABBITMQ_MNESIA_BASE", at("mnesia")),
            ("RABBITMQ_LOG_BASE", at("log")),
            ("RABBITMQ_LOGS", "-".into()),
            ("RABBITMQ_CONFIG_FILE", at("rabbitmq")),
            ("RABBITMQ_CONF_ENV_FILE", at("rabbitmq-env.conf")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", at("enabled_plugins")),
            ("RABBITMQ_PID_FILE", at("pid")),
            (
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none".into(),
            ),
        ]);
        let process = launch(command.current_dir(folder.path()));
        answering(port, "RabbitMQ").await;
        process
    }
}

/// A port nobody listens on.
///
/// # Panics
/// When none is free.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

fn launch(command: &mut Command) -> Child {
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    silent.kill_on_drop(true).spawn().expect("the engine is installed")
}

async fn answering(port: u16, what: &str) {
    let deadline = Instant::now() + START_TIMEOUT;
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        assert!(Instant::now() < deadline, "{what} did not start");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
