//! Where clients find a socket: the notifiers are several, and each client is told one of them.

mod http;

pub use http::routes;

use crate::app::App;

/// The WebSocket address of one of the notifiers, always the same for one key.
pub(crate) fn url(app: &App, key: u128) -> String {
    let urls = &app.config.notifier_urls;
    let at = usize::try_from(key % (urls.len().max(1) as u128)).unwrap_or(0);
    urls.get(at).cloned().unwrap_or_default()
}
