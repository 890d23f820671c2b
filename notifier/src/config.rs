//! Configuration of the notifier.

use std::time::Duration;

use clap::Args;
use secrecy::SecretString;
use shared::{
    broker::topology::MAIL_RETRY_WAITS,
    config::{EngineArgs, ListenArgs, SigningArgs},
    web_push::PushArgs,
};

/// Everything `notifier serve` takes.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Where to listen, for sockets and for operators.
    #[command(flatten)]
    pub listen: ListenArgs,
    /// Where the engines are.
    #[command(flatten)]
    pub engines: EngineArgs,
    /// Checks access and place tokens, signs ticket codes.
    #[command(flatten)]
    pub signing: SigningArgs,
    /// Address of the web app, for links in mails.
    #[arg(long, env = "ONSALE_PUBLIC_URL", default_value = "http://127.0.0.1:24000")]
    pub public_url: String,
    /// Limits of the sockets.
    #[command(flatten)]
    pub sockets: SocketArgs,
    /// Sending mail.
    #[command(flatten)]
    pub mail: MailArgs,
    /// Pushing to browsers.
    #[command(flatten)]
    pub push: PushArgs,
    /// Telling turns.
    #[command(flatten)]
    pub turns: TurnArgs,
}

/// Limits of the sockets.
#[derive(Args, Clone, Debug)]
pub struct SocketArgs {
    /// Most sockets at once; more are answered 503.
    #[arg(long, env = "ONSALE_SOCKETS", default_value_t = 15_000)]
    pub sockets: usize,
    /// Most subscriptions of one socket.
    #[arg(long, env = "ONSALE_SOCKET_SUBSCRIPTIONS", default_value_t = 16)]
    pub socket_subscriptions: usize,
    /// Messages that may wait for one socket; one that falls further behind is closed.
    #[arg(long, env = "ONSALE_SOCKET_QUEUE", default_value_t = 64)]
    pub socket_queue: usize,
    /// A socket that takes nothing for so long is closed, milliseconds.
    #[arg(long, env = "ONSALE_SOCKET_SEND_TIMEOUT_MS", default_value_t = 10_000)]
    pub socket_send_timeout_ms: u64,
    /// A ping goes out after so much silence; twice that without an answer ends the socket, milliseconds.
    #[arg(long, env = "ONSALE_SOCKET_HEARTBEAT_MS", default_value_t = 25_000)]
    pub socket_heartbeat_ms: u64,
    /// Seat changes of one event are told at most so often, milliseconds; less often, up to 250, where telling all takes
    /// longer.
    #[arg(long, env = "ONSALE_SEAT_CHANGES_MS", default_value_t = 100)]
    pub seat_changes_ms: u64,
    /// After RabbitMQ was away sockets look again at what they may have missed, spread over so long, milliseconds.
    #[arg(long, env = "ONSALE_SOCKET_REFRESH_MS", default_value_t = 3_000)]
    pub socket_refresh_ms: u64,
}

/// Sending mail.
#[derive(Args, Clone, Debug)]
pub struct MailArgs {
    /// The mail server, e.g. smtp://127.0.0.1:25 or smtps://user:password@mail.example
    #[arg(long, env = "SMTP_URL", hide_env_values = true)]
    pub smtp_url: SecretString,
    /// Who the mails are from.
    #[arg(long, env = "ONSALE_MAIL_FROM", default_value = "Onsale <tickets@onsale.example>")]
    pub mail_from: String,
    /// Mails handed over to the mail server at the same time.
    #[arg(long, env = "ONSALE_MAILS_AT_ONCE", default_value_t = 8)]
    pub mails_at_once: u16,
    /// Mails begun each second while more people come than can be served; the others wait until the rush is over.
    #[arg(long, env = "ONSALE_MAILS_IN_A_RUSH", default_value_t = 2)]
    pub mails_in_a_rush: u32,
    /// Longest time one mail may take to be handed over, milliseconds.
    #[arg(long, env = "ONSALE_MAIL_TIMEOUT_MS", default_value_t = 30_000)]
    pub mail_timeout_ms: u64,
    /// Waits before the 1st, 2nd, … retry, milliseconds, comma-separated; each at most the broker's own wait.
    #[arg(long, env = "ONSALE_MAIL_RETRY_WAITS_MS", value_delimiter = ',')]
    pub mail_retry_waits_ms: Vec<u64>,
}

/// Telling turns to those who asked.
#[derive(Args, Clone, Debug)]
pub struct TurnArgs {
    /// Pushes sent at the same time.
    #[arg(long, env = "ONSALE_PUSHES_AT_ONCE", default_value_t = 64)]
    pub pushes_at_once: usize,
    /// Longest time a push service may take to answer, milliseconds.
    #[arg(long, env = "ONSALE_PUSH_TIMEOUT_MS", default_value_t = 10_000)]
    pub push_timeout_ms: u64,
    /// Waits before the 1st, 2nd, … retry of a push, milliseconds, comma-separated; at most 2, 10, 30, 120 s.
    #[arg(long, env = "ONSALE_PUSH_RETRY_WAITS_MS", value_delimiter = ',')]
    pub push_retry_waits_ms: Vec<u64>,
}

impl SocketArgs {
    /// See `socket_send_timeout_ms`.
    #[must_use]
    pub fn send_timeout(&self) -> Duration {
        Duration::from_millis(self.socket_send_timeout_ms)
    }

    /// See `socket_heartbeat_ms`.
    #[must_use]
    pub fn heartbeat(&self) -> Duration {
        Duration::from_millis(self.socket_heartbeat_ms.max(1))
    }
}

impl MailArgs {
    /// The longest time one mail may take.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.mail_timeout_ms)
    }

    /// The wait before retry `number` (from 0); none when there are no more.
    #[must_use]
    pub fn retry_wait(&self, number: usize) -> Option<Duration> {
        let longest = *MAIL_RETRY_WAITS.get(number)?;
        let own = self.mail_retry_waits_ms.get(number).copied().map(Duration::from_millis);
        Some(own.unwrap_or(longest).min(longest))
    }
}
