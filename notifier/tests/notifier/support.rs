//! A served notifier, a client of its socket, and the mailbox.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use clap::Parser;
use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::{client::legacy::Client as HttpClient, rt::TokioExecutor};
use notifier::{app, config::Config};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use shared::{
    broker::{Message, Publisher, topology},
    clock::Clock,
    config::SigningArgs,
    contracts::{Event, EventKind},
    domain::{Role, UserId},
    server,
    testing::{TestEngines, signing_args},
    tokens::{AccessClaims, Tokens},
};
use tokio::{net::TcpStream, task::JoinHandle};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite};
use tokio_util::sync::CancellationToken;

/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// Engines, keys and as many notifiers as a test starts.
pub(crate) struct World {
    pub(crate) engines: TestEngines,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) publisher: Publisher,
    signing: SigningArgs,
    shutdown: CancellationToken,
}

/// One notifier that serves.
pub(crate) struct Notifier {
    pub(crate) address: SocketAddr,
    pub(crate) shutdown: CancellationToken,
    running: JoinHandle<anyhow::Result<()>>,
}

/// One socket, as a client has it.
pub(crate) struct Socket {
    pub(crate) stream: WebSocketStream<TcpStream>,
}

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    config: Config,
}

impl World {
    pub(crate) async fn new() -> Self {
        let engines = TestEngines::start().await;
        let signing = signing_args();
        let shutdown = CancellationToken::new();
        let publisher = Publisher::start(engines.broker(), shutdown.clone());
        Self { tokens: Arc::new(Tokens::new(&signing).unwrap()), engines, publisher, signing, shutdown }
    }

    /// A notifier with the default configuration.
    pub(crate) async fn notifier(&self) -> Notifier {
        self.notifier_with(|_| {}).await
    }

    /// A notifier with another configuration.
    pub(crate) async fn notifier_with(&self, change: impl FnOnce(&mut Config)) -> Notifier {
        let args = &self.engines.args;
        let mut config = Arguments::parse_from([
            "test".to_owned(),
            "--listen=127.0.0.1:0".into(),
            format!("--database-url={}", args.database_url.expose_secret()),
            format!("--redis-url={}", args.redis_url.expose_secret()),
            format!("--redis-prefix={}", args.redis_prefix),
            format!("--amqp-url={}", args.amqp_url.expose_secret()),
            format!("--signing-key={}", self.signing.signing_key.expose_secret()),
            format!("--token-secret={}", self.signing.token_secret.expose_secret()),
            "--public-url=https://tickets.example".into(),
            "--socket-refresh-ms=50".into(),
        ])
        .config;
        change(&mut config);
        let listener = server::listen(config.listen.listen).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = self.shutdown.child_token();
        let running = tokio::spawn(app::run(config, Clock::System, listener, shutdown.clone()));
        Notifier { address, shutdown, running }
    }

    /// Publishes a fact, as the worker's relay does.
    pub(crate) async fn publish(&self, event: &Event) {
        let message = Message {
            exchange: topology::EVENTS,
            routing_key: event.kind.routing_key().into(),
            id: event.id,
            mandatory: false,
            body: serde_json::to_vec(event).unwrap(),
        };
        self.publisher.publish(&message).await.unwrap();
    }

    /// A fact of now.
    pub(crate) fn fact(kind: EventKind) -> Event {
        Event::new(kind, Clock::System.now())
    }

    /// An access token of a fan.
    pub(crate) fn access_token(&self, user: UserId, ttl_s: i64) -> String {
        let claims = AccessClaims::new(user, Role::Fan, uuid::Uuid::nil(), Clock::System.now_s(), ttl_s);
        self.tokens.sign_access(&claims).unwrap()
    }

    pub(crate) async fn finish(self, notifiers: impl IntoIterator<Item = Notifier>) {
        self.shutdown.cancel();
        for notifier in notifiers {
            notifier.stopped().await;
        }
        self.engines.finish().await;
    }
}

impl Notifier {
    pub(crate) async fn socket(&self) -> Socket {
        let mut socket = self.connect().await;
        assert_eq!(socket.hear("hello").await["version"], 1);
        socket
    }

    /// A socket whose greeting was not read yet.
    pub(crate) async fn connect(&self) -> Socket {
        let tcp = TcpStream::connect(self.address).await.unwrap();
        let (stream, _) = client_async(format!("ws://{}/ws", self.address), tcp).await.unwrap();
        Socket { stream }
    }

    /// Waits until it has drained and ended by itself.
    pub(crate) async fn stopped(self) {
        tokio::time::timeout(PATIENCE, self.running).await.expect("it stops in time").unwrap().unwrap();
    }
}

impl Socket {
    pub(crate) async fn say(&mut self, message: Value) {
        self.stream.send(tungstenite::Message::text(message.to_string())).await.unwrap();
    }

    /// The next message, whatever it is; pings are left out.
    pub(crate) async fn next(&mut self) -> tungstenite::Message {
        let next = async {
            loop {
                match self.stream.next().await.expect("the socket is open").expect("the socket is whole") {
                    tungstenite::Message::Ping(_) | tungstenite::Message::Pong(_) => {}
                    message => return message,
                }
            }
        };
        tokio::time::timeout(PATIENCE, next).await.expect("something is heard in time")
    }

    /// The next text, which must be of this type.
    pub(crate) async fn hear(&mut self, kind: &str) -> Value {
        let message = self.next().await;
        let json: Value = serde_json::from_str(message.to_text().unwrap()).unwrap_or(Value::Null);
        assert_eq!(json["type"], kind, "{message}");
        json
    }

    /// Skips texts until one is of this type.
    pub(crate) async fn await_type(&mut self, kind: &str) -> Value {
        loop {
            let message = self.next().await;
            let json: Value = serde_json::from_str(message.to_text().unwrap()).unwrap_or(Value::Null);
            if json["type"] == kind {
                return json;
            }
        }
    }

    /// Says something and hears the answer to it.
    pub(crate) async fn ask(&mut self, mut message: Value, answer: &str) -> Value {
        message["ref"] = json!("asked");
        self.say(message).await;
        let heard = self.hear(answer).await;
        assert_eq!(heard["ref"], "asked");
        heard
    }

    /// The close code the server ends with; what was on its way before is skipped.
    pub(crate) async fn close_code(&mut self) -> u16 {
        loop {
            if let tungstenite::Message::Close(frame) = self.next().await {
                return frame.expect("a close with a code").code.into();
            }
        }
    }
}

/// A plain GET.
pub(crate) async fn get(url: &str, headers: &[(&str, &str)]) -> (http::response::Parts, bytes::Bytes) {
    let mut request = http::Request::builder().uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let client = HttpClient::builder(TokioExecutor::new()).build_http();
    let response = client.request(request.body(Empty::<bytes::Bytes>::new()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts, body)
}

/// The raw mails to an address, oldest first.
pub(crate) async fn mails_to(address: &str) -> Vec<bytes::Bytes> {
    let mailbox = std::env::var("MAILBOX_URL").expect("MAILBOX_URL: infra/engines start");
    let (_, list) = get(&format!("{mailbox}/messages?to={address}"), &[]).await;
    let list: Vec<Value> = serde_json::from_slice(&list).unwrap();
    let mut mails = Vec::new();
    for entry in list.iter().rev() {
        let id = entry["id"].as_str().unwrap();
        mails.push(get(&format!("{mailbox}/messages/{id}"), &[]).await.1);
    }
    mails
}
