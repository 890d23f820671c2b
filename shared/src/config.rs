//! Configuration that more than one process takes, from arguments or the environment. Secrets come from the
//! environment only and are never printed.

use std::net::SocketAddr;

use clap::Args;
use secrecy::SecretString;

/// Where the engines are.
#[derive(Args, Clone, Debug)]
pub struct EngineArgs {
    /// PostgreSQL, e.g. postgres://onsale@127.0.0.1:5432/onsale
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: SecretString,
    /// Redis, e.g. redis://127.0.0.1:6379
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    pub redis_url: SecretString,
    /// First part of every Redis key.
    #[arg(long, env = "ONSALE_REDIS_PREFIX", default_value = "onsale")]
    pub redis_prefix: String,
    /// RabbitMQ, e.g. amqp://guest:guest@127.0.0.1:5672/%2f
    #[arg(long, env = "AMQP_URL", hide_env_values = true)]
    pub amqp_url: SecretString,
    /// Most PostgreSQL connections of this process.
    #[arg(long, env = "ONSALE_DATABASE_CONNECTIONS", default_value_t = 16)]
    pub database_connections: u32,
}

/// The keys that sign what Onsale hands out.
#[derive(Args, Clone, Debug)]
pub struct SigningArgs {
    /// Ed25519 private key, PKCS#8 DER in base64: signs access tokens and ticket codes.
    #[arg(long, env = "ONSALE_SIGNING_KEY", hide_env_values = true)]
    pub signing_key: SecretString,
    /// At least 32 bytes as hex: signs places, passes and cursors.
    #[arg(long, env = "ONSALE_TOKEN_SECRET", hide_env_values = true)]
    pub token_secret: SecretString,
}

/// What every process that listens takes.
#[derive(Args, Clone, Debug)]
pub struct ListenArgs {
    /// Address to listen on.
    #[arg(long, env = "ONSALE_LISTEN")]
    pub listen: SocketAddr,
}

/// How a process writes its log.
#[derive(Args, Clone, Debug)]
pub struct LogArgs {
    /// Filter, e.g. info,queue_api=debug
    #[arg(long, env = "ONSALE_LOG", default_value = "info")]
    pub log: String,
    /// text or json
    #[arg(long, env = "ONSALE_LOG_FORMAT", default_value = "text")]
    pub log_format: crate::telemetry::LogFormat,
}
