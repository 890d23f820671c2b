//! What arrived in the mailbox.

use anyhow::Context as _;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde::Deserialize;

/// A mail that arrived.
#[derive(Clone, Debug, Deserialize)]
pub struct Mail {
    /// Its own id, `<notification>@…`: the same in every copy.
    pub message_id: String,
    /// Who it went to.
    pub to: String,
}

/// Every mail in the mailbox at `address` (`http://host:port`).
///
/// # Errors
/// When the mailbox cannot be read.
pub async fn read(address: &str) -> anyhow::Result<Vec<Mail>> {
    let url = format!("{}/messages", address.trim_end_matches('/'));
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<bytes::Bytes>>();
    let answer = client.get(url.parse()?).await.with_context(|| format!("reading {url}"))?;
    anyhow::ensure!(answer.status().is_success(), "{url} answered {}", answer.status());
    let body = answer.into_body().collect().await?.to_bytes();
    serde_json::from_slice(&body).with_context(|| format!("{url} answered no list of mails"))
}
