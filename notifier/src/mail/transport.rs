//! Handing a mail to the mail server.

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    transport::smtp::{self, PoolConfig},
};
use secrecy::{ExposeSecret as _, SecretString};

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// The server said no for good (5xx): nobody will take this mail.
    #[error("the mail server refused: {0}")]
    Refused(smtp::Error),
    /// The server is away or said no for now.
    #[error("the mail server did not take it: {0}")]
    Away(smtp::Error),
    /// It took too long. It may have arrived.
    #[error("the mail server did not answer in time")]
    Late,
}

/// Connections to one mail server.
pub(crate) struct Transport {
    smtp: AsyncSmtpTransport<Tokio1Executor>,
    timeout: Duration,
}

impl Transport {
    /// Connects on first use, at most `connections` at once; one mail may take `timeout`.
    pub(crate) fn new(url: &SecretString, connections: u16, timeout: Duration) -> Result<Self, smtp::Error> {
        let pool = PoolConfig::new().max_size(u32::from(connections.max(1)));
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())?
            .timeout(Some(timeout.min(Duration::from_secs(10))))
            .pool_config(pool)
            .build();
        Ok(Self { smtp, timeout })
    }

    pub(crate) async fn send(&self, message: Message) -> Result<(), SendError> {
        match tokio::time::timeout(self.timeout, self.smtp.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.is_permanent() => Err(SendError::Refused(error)),
            Ok(Err(error)) => Err(SendError::Away(error)),
            Err(_) => Err(SendError::Late),
        }
    }
}
