//! Configuration of the API.

use clap::Args;
use shared::{
    config::{EngineArgs, ListenArgs, SigningArgs},
    web_push::PushArgs,
};

use crate::robots::config::RobotArgs;

/// Everything `queue-api serve` takes.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Where to listen.
    #[command(flatten)]
    pub listen: ListenArgs,
    /// Where the engines are.
    #[command(flatten)]
    pub engines: EngineArgs,
    /// Signing keys.
    #[command(flatten)]
    pub signing: SigningArgs,
    /// Pushing to browsers.
    #[command(flatten)]
    pub push: PushArgs,
    /// Address under which fans reach this API, for links.
    #[arg(long, env = "ONSALE_PUBLIC_URL", default_value = "http://127.0.0.1:24000")]
    pub public_url: String,
    /// WebSocket addresses of the notifiers, comma-separated; each client is told one of them.
    #[arg(
        long,
        env = "ONSALE_NOTIFIER_URLS",
        value_delimiter = ',',
        default_value = "ws://127.0.0.1:24100/ws"
    )]
    pub notifier_urls: Vec<String>,
    /// Origins whose pages may call this API from a browser, comma-separated.
    #[arg(long, env = "ONSALE_CORS_ORIGINS", value_delimiter = ',')]
    pub cors_origins: Vec<String>,
    /// Folder of the built web application; made by `npm run build` in `queue-api/web`.
    #[arg(long, env = "ONSALE_WEB_FOLDER", default_value = "queue-api/web/build")]
    pub web_folder: std::path::PathBuf,
    /// Life of an access token, seconds.
    #[arg(long, env = "ONSALE_ACCESS_TOKEN_SECONDS", default_value_t = 900)]
    pub access_token_seconds: i64,
    /// Life of a refresh token, seconds.
    #[arg(long, env = "ONSALE_REFRESH_TOKEN_SECONDS", default_value_t = 30 * 24 * 3600)]
    pub refresh_token_seconds: i64,
    /// What checkout adds to a hold, once, milliseconds.
    #[arg(long, env = "ONSALE_CHECKOUT_EXTENSION_MS", default_value_t = 300_000)]
    pub checkout_extension_ms: u64,
    /// Guests that one address may make in five minutes; many people may share an address.
    #[arg(long, env = "ONSALE_GUESTS_PER_ADDRESS", default_value_t = 1_000)]
    pub guests_per_address: u64,
    /// Calls worked on at once, payments among them, beyond which people who have no seats yet are told to come again in a
    /// moment: those who look first, those who want seats last.
    #[arg(long, env = "ONSALE_BROWSING_AT_ONCE", default_value_t = 512)]
    pub browsing_at_once: usize,
    /// Attempts to log in to one account, or from one address times ten, in five minutes.
    #[arg(long, env = "ONSALE_LOGIN_ATTEMPTS", default_value_t = 10)]
    pub login_attempts: u64,
    /// Messages of one queue of a waiting room that its releaser holds without having acknowledged them; when it
    /// holds half of them it folds the small ones.
    #[arg(
        long,
        env = "ONSALE_RELEASER_PREFETCH",
        default_value_t = u16::MAX,
        value_parser = clap::value_parser!(u16).range(16..)
    )]
    pub releaser_prefetch: u16,
    /// Against robots.
    #[command(flatten)]
    pub robots: RobotArgs,
}
