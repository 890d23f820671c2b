//! Pushing to a browser by its maker's push service (RFC 8030).

use std::{
    net::SocketAddr,
    task::{Context, Poll},
    time::Duration,
};

use anyhow::Context as _;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, StatusCode, header};
use http_body_util::Full;
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{
        Client,
        connect::{HttpConnector, dns::Name},
    },
    rt::{TokioExecutor, TokioTimer},
};
use serde::Serialize;
use shared::{
    clock::Clock,
    domain::Locale,
    store::events::EventCache,
    web_push::{Reach, Subscription, VapidKey},
};

use super::{
    store::{Channel, Notice},
    teller::{Tell, Told},
};
use crate::{
    config::TurnArgs,
    mail::{clock_time, turn_words},
};

/// Waits before the 1st, 2nd, … retry: the turn is now or never.
const RETRY_WAITS: [Duration; 4] =
    [Duration::from_secs(2), Duration::from_secs(10), Duration::from_secs(30), Duration::from_secs(120)];
/// What a push service asks to wait is heeded up to this.
const LONGEST_WAIT_S: u64 = 300;
const IDLE: Duration = Duration::from_secs(60);

/// Sends pushes.
pub(crate) struct TurnPushes {
    pub(crate) key: VapidKey,
    /// Who is responsible, as a mailto address.
    pub(crate) contact: String,
    pub(crate) events: EventCache,
    pub(crate) clock: Clock,
    pub(crate) args: TurnArgs,
    pub(crate) services: PushServices,
}

/// Connections to push services.
pub(crate) struct PushServices {
    client: Client<HttpsConnector<HttpConnector<Guarded>>, Full<Bytes>>,
    reach: Reach,
}

/// Looks names up and leaves out addresses that may not be connected to. The connection goes to what was checked.
#[derive(Clone, Copy, Debug)]
struct Guarded(Reach);

/// What a browser's service worker gets.
#[derive(Serialize)]
struct TurnMessage<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'a str,
    body: String,
    /// Where a tap leads, below the origin.
    url: String,
    /// One notification a place: a copy takes the place of the first.
    tag: String,
    lang: Locale,
}

impl PushServices {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// When the machine has no root certificates.
    pub(crate) fn new(reach: Reach) -> anyhow::Result<Self> {
        let mut tcp = HttpConnector::new_with_resolver(Guarded(reach));
        tcp.enforce_http(false);
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())
            .context("root certificates")?;
        let connector = match reach {
            Reach::Public => connector.https_only(),
            Reach::Loopback => connector.https_or_http(),
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(connector.enable_http1().wrap_connector(tcp));
        Ok(Self { client, reach })
    }
}

impl tower::Service<Name> for Guarded {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = std::io::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| reach.allows(address.ip())).collect();
            if allowed.is_empty() {
                return Err(std::io::Error::other("the push service is not on the Internet"));
            }
            Ok(allowed.into_iter())
        })
    }
}

impl Tell for TurnPushes {
    const CHANNEL: Channel = Channel::Push;

    fn longest(&self) -> Duration {
        Duration::from_millis(self.args.push_timeout_ms)
    }

    fn retry_wait(&self, number: usize) -> Option<Duration> {
        let longest = *RETRY_WAITS.get(number)?;
        let own = self.args.push_retry_waits_ms.get(number).copied().map(Duration::from_millis);
        Some(own.unwrap_or(longest).min(longest))
    }

    async fn tell(&self, notice: &Notice) -> Told {
        let request = match self.request(notice).await {
            Ok(request) => request,
            Err(told) => return told,
        };
        match self.services.client.request(request).await {
            Ok(answer) => judge(answer.status(), answer.headers()),
            Err(error) => Told::Later { why: root_cause(&error), after: None },
        }
    }
}

impl TurnPushes {
    async fn request(&self, notice: &Notice) -> Result<Request<Full<Bytes>>, Told> {
        let never = |why: &dyn std::fmt::Display| Told::Never { why: why.to_string() };
        let (Some(endpoint), Some(p256dh), Some(auth)) = (&notice.endpoint, &notice.p256dh, &notice.auth)
        else {
            return Err(never(&"the notice names no browser"));
        };
        let browser = Subscription { endpoint: endpoint.clone(), p256dh: p256dh.clone(), auth: auth.clone() };
        // Checked when it was taken in; the rules may have become stricter since.
        let address = self.services.reach.check(endpoint).map_err(|error| never(&error))?;
        let body = browser.encrypt(&self.message(notice).await?).map_err(|error| never(&error))?;
        let now = self.clock.now();
        let authorization = self.key.authorization(&address, &self.contact, now.unix_timestamp());
        let life_s = (notice.come_in_by - now).whole_seconds().max(0);
        Request::post(address)
            .header(header::AUTHORIZATION, authorization.map_err(|error| never(&error))?)
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header("ttl", life_s)
            .header("urgency", "high")
            .header("topic", notice.place_id.0.simple().to_string())
            .body(Full::new(body.into()))
            .map_err(|error| never(&error))
    }

    async fn message(&self, notice: &Notice) -> Result<Vec<u8>, Told> {
        let event = match self.events.get(notice.event_id).await {
            Ok(Some(event)) => event,
            Ok(None) => return Err(Told::Never { why: "there is no such event".into() }),
            Err(error) => return Err(Told::Later { why: error.to_string(), after: None }),
        };
        let words = turn_words(notice.locale);
        let by = clock_time(notice.come_in_by, &event, notice.locale);
        // A title may be long, a notification shows its beginning.
        let name: String = event.title.chars().take(200).collect();
        let message = TurnMessage {
            kind: "turn",
            title: words.headline,
            body: words.push.replace("{title}", &name).replace("{time}", &by),
            url: format!("/events/{}/waiting-room", event.id),
            tag: format!("turn-{}", notice.place_id),
            lang: notice.locale,
        };
        serde_json::to_vec(&message).map_err(|error| Told::Never { why: error.to_string() })
    }
}

/// What the answer of a push service means (RFC 8030, section 5; RFC 8292, section 4.2).
fn judge(status: StatusCode, headers: &http::HeaderMap) -> Told {
    let after = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let after = after.map(|seconds: u64| Duration::from_secs(seconds.min(LONGEST_WAIT_S)));
    let why = format!("the push service answered {status}");
    match status {
        status if status.is_success() => Told::Yes,
        StatusCode::NOT_FOUND | StatusCode::GONE => Told::Gone,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Told::Later { why, after },
        status if status.is_server_error() => Told::Later { why, after },
        _ => Told::Never { why },
    }
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use tower::Service as _;

    use super::*;

    #[test]
    fn answers_of_push_services_are_understood() {
        let judge = |status: u16| judge(StatusCode::from_u16(status).unwrap(), &http::HeaderMap::new());
        assert_eq!(judge(201), Told::Yes);
        assert!(matches!((judge(404), judge(410)), (Told::Gone, Told::Gone)));
        assert!(matches!((judge(429), judge(503)), (Told::Later { .. }, Told::Later { .. })));
        assert!(matches!((judge(403), judge(302)), (Told::Never { .. }, Told::Never { .. })));
    }

    #[tokio::test]
    async fn names_that_lead_to_us_are_not_connected_to() {
        let name: Name = "localhost".parse().unwrap();
        assert!(Guarded(Reach::Public).call(name.clone()).await.is_err());
        assert!(Guarded(Reach::Loopback).call(name).await.is_ok());
    }
}
