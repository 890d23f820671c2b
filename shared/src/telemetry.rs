//! Logs and metrics.

use clap::ValueEnum;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::LogArgs;

/// How a log line looks.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for collectors.
    Json,
}

/// Starts logging to standard error. Call once, first thing in `main`.
///
/// # Errors
/// When the filter cannot be parsed or logging was started before.
pub fn init(args: &LogArgs) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(&args.log).map_err(|error| TelemetryError(error.to_string()))?;
    let layer = fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(filter);
    match args.log_format {
        LogFormat::Text => registry.with(layer).try_init(),
        LogFormat::Json => registry.with(layer.json()).try_init(),
    }
    .map_err(|error| TelemetryError(error.to_string()))
}

/// Logging could not be started.
#[derive(Debug, thiserror::Error)]
#[error("logging: {0}")]
pub struct TelemetryError(String);
