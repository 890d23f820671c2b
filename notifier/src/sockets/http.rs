//! `GET /ws`: from an HTTP request to a socket.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use hyper::upgrade::{Parts, Upgraded};
use hyper_util::rt::TokioIo;
use serde_json::json;
use shared::{clock::Clock, tokens::Tokens};
use tokio::{
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::derive_accept_key,
        protocol::{Role, WebSocketConfig},
    },
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Hub, ends::Ends, session};
use crate::{
    config::SocketArgs,
    live::{Feed, Lookups},
    metrics::Metrics,
};

/// The one version of the WebSocket protocol there is (RFC 6455).
const WEBSOCKET_VERSION: &str = "13";
/// Bytes read at once, and kept for each socket as long as it lives; a client says little.
const READ_BUFFER_BYTES: usize = 1024;
/// Bytes that may wait for one socket beside its queue; the largest push is well below.
const WRITE_BUFFER_BYTES: usize = 256 * 1024;
/// Longest message of a client.
const MESSAGE_BYTES: usize = 8 * 1024;

/// What all sockets share.
pub(crate) struct Sockets {
    pub(crate) hub: Arc<Hub>,
    pub(crate) feed: Feed,
    pub(crate) lookups: Lookups,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) clock: Clock,
    pub(crate) args: SocketArgs,
    pub(crate) slots: Arc<Semaphore>,
    pub(crate) tracker: TaskTracker,
    pub(crate) shutdown: CancellationToken,
    pub(crate) metrics: Arc<Metrics>,
}

/// Why there is no socket.
#[derive(Debug)]
enum Refusal {
    NoUpgrade,
    WrongVersion,
    BadKey,
    Full,
}

/// Answers 101 and goes on as a socket.
pub(crate) async fn upgrade(State(sockets): State<Arc<Sockets>>, request: Request) -> Response {
    match accept(&sockets, request) {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    }
}

fn accept(sockets: &Arc<Sockets>, mut request: Request) -> Result<Response, Refusal> {
    let accept_key = checked(request.headers())?;
    if sockets.shutdown.is_cancelled() {
        return Err(Refusal::Full);
    }
    let slot = Arc::clone(&sockets.slots).try_acquire_owned().map_err(|_| Refusal::Full)?;
    let upgrading = hyper::upgrade::on(&mut request);
    let shared = Arc::clone(sockets);
    sockets.tracker.spawn(async move {
        // A client that leaves between answer and upgrade is its own affair.
        if let Ok(upgraded) = upgrading.await {
            serve(&shared, upgraded, slot).await;
        }
    });
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept_key);
    Ok(response)
}

async fn serve(sockets: &Sockets, upgraded: Upgraded, _slot: OwnedSemaphorePermit) {
    let Ok(parts) = upgraded.downcast::<TokioIo<TcpStream>>() else {
        tracing::error!("a socket that is no TCP connection");
        return;
    };
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER_BYTES)
        .max_message_size(Some(MESSAGE_BYTES))
        .max_frame_size(Some(MESSAGE_BYTES));
    let Parts { io, read_buf, .. } = parts;
    // The server's own buffer is large and would live as long as the socket.
    let (stream, early) = (io.into_inner(), read_buf.to_vec());
    drop(read_buf);
    let ends = Ends::new(stream, sockets.args.socket_queue);
    let socket = WebSocketStream::from_partially_read(ends, early, Role::Server, Some(config)).await;
    sockets.metrics.sockets.inc();
    // Boxed: a future moved into another is kept twice.
    Box::pin(session::run(sockets, socket)).await;
    sockets.metrics.sockets.dec();
}

/// The value of `Sec-WebSocket-Accept`, when everything the protocol asks for is there.
fn checked(headers: &HeaderMap) -> Result<HeaderValue, Refusal> {
    if !names(headers, &header::CONNECTION, "upgrade") || !names(headers, &header::UPGRADE, "websocket") {
        return Err(Refusal::NoUpgrade);
    }
    if headers.get(header::SEC_WEBSOCKET_VERSION).is_none_or(|version| version != WEBSOCKET_VERSION) {
        return Err(Refusal::WrongVersion);
    }
    let key = headers.get(header::SEC_WEBSOCKET_KEY).ok_or(Refusal::BadKey)?.as_bytes();
    // 16 bytes in base64.
    if key.len() != 24 || !key.ends_with(b"==") {
        return Err(Refusal::BadKey);
    }
    HeaderValue::from_str(&derive_accept_key(key)).map_err(|_| Refusal::BadKey)
}

/// Whether a comma-separated header names this token.
fn names(headers: &HeaderMap, name: &header::HeaderName, token: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|word| word.trim().eq_ignore_ascii_case(token))
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, kind, title, extra) = match self {
            Self::NoUpgrade => {
                let upgrade = (header::UPGRADE, HeaderValue::from_static("websocket"));
                (StatusCode::UPGRADE_REQUIRED, "websocket-needed", "This address takes WebSockets", upgrade)
            }
            Self::WrongVersion => {
                let version = (header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static(WEBSOCKET_VERSION));
                (StatusCode::UPGRADE_REQUIRED, "websocket-version", "WebSocket version 13 is needed", version)
            }
            Self::BadKey => {
                let close = (header::CONNECTION, HeaderValue::from_static("close"));
                (StatusCode::BAD_REQUEST, "websocket-key", "Sec-WebSocket-Key is missing or damaged", close)
            }
            Self::Full => {
                let later = (header::RETRY_AFTER, HeaderValue::from_static("5"));
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Full right now; please try again", later)
            }
        };
        let problem = json!({
            "type": format!("urn:onsale:problem:{kind}"), "title": title, "status": status.as_u16(), "detail": title,
        });
        let content_type = (header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        (status, [extra, content_type], Json(problem)).into_response()
    }
}
