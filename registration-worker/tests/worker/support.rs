//! A worker in this process, or one in a process of its own, over engines of the test's own.

use std::{process::Stdio, sync::Arc};

use clap::Parser;
use lapin::{Channel, options::BasicGetOptions, types::FieldTable};
use prometheus_client::registry::Registry;
use registration_worker::{config::Config, worker::Worker};
use secrecy::ExposeSecret as _;
use shared::{
    broker::{
        Message, Publisher, answered, dead_letters,
        topology::{DEAD_LETTERS, Queue, TO_QUEUE},
    },
    config::EngineArgs,
    contracts::{Event, ProcessBooking},
    domain::{BookingStatus, Demand, MessageId, SeatIndex, SeatState, SeatStates},
    locks::Holds,
    testing::{TestEngines, eventually, in_time, sale::Sale},
};
use tokio::{process::Child, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// Engines, a sale, and a way to send commands.
pub(crate) struct Bench {
    pub(crate) engines: TestEngines,
    pub(crate) sale: Sale,
    pub(crate) publisher: Publisher,
    pub(crate) channel: Channel,
    connection: lapin::Connection,
    shutdown: CancellationToken,
}

/// A worker running in this process.
pub(crate) struct Running {
    pub(crate) worker: Arc<Worker>,
    loops: JoinHandle<()>,
}

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    config: Config,
}

impl Bench {
    pub(crate) async fn start() -> Self {
        Self::with_limit(8).await
    }

    pub(crate) async fn with_limit(tickets_per_person: u32) -> Self {
        let engines = TestEngines::start().await;
        let sale = Sale::open(&engines.pool, Demand::Queue, tickets_per_person).await;
        let shutdown = CancellationToken::new();
        let publisher = Publisher::start(engines.broker(), shutdown.clone());
        let connection = engines.broker().connect().await.unwrap();
        let channel = dead_letters::channel(&connection).await.unwrap();
        Self { engines, sale, publisher, channel, connection, shutdown }
    }

    /// A worker that is not running: for calling its parts.
    pub(crate) fn worker(&self, arguments: &[&str]) -> Arc<Worker> {
        self.worker_on(&self.engines.args, arguments)
    }

    /// The same, its engines reached another way.
    pub(crate) fn worker_on(&self, engines: &EngineArgs, arguments: &[&str]) -> Arc<Worker> {
        let secret = |secret: &secrecy::SecretString| secret.expose_secret().to_owned();
        let mut all = vec![
            "test".to_owned(),
            "--listen=127.0.0.1:0".into(),
            format!("--database-url={}", secret(&engines.database_url)),
            format!("--redis-url={}", secret(&engines.redis_url)),
            format!("--redis-prefix={}", engines.redis_prefix),
            format!("--amqp-url={}", secret(&engines.amqp_url)),
            "--database-connections=8".into(),
            "--reconcile-every-ms=100".into(),
        ];
        all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        let config = Arguments::parse_from(all).config;
        Worker::new(config, &mut Registry::default(), CancellationToken::new()).unwrap()
    }

    /// A worker at work.
    pub(crate) fn run(&self, arguments: &[&str]) -> Running {
        run(self.worker(arguments))
    }

    /// A worker in a process of its own.
    pub(crate) fn spawn(&self) -> Child {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_registration-worker"));
        command.args(["--log=warn", "serve", "--listen=127.0.0.1:0"]);
        command.envs(self.engines.environment()).stdin(Stdio::null()).kill_on_drop(true);
        command.spawn().unwrap()
    }

    pub(crate) async fn send(&self, command: &ProcessBooking) {
        let body = serde_json::to_vec(command).unwrap();
        self.send_body(command.id, body).await;
    }

    pub(crate) async fn send_body(&self, id: MessageId, body: Vec<u8>) {
        let routing_key = Queue::ProcessBooking.name();
        let message = Message { exchange: TO_QUEUE, routing_key, id, mandatory: true, body };
        self.publisher.publish(&message).await.unwrap();
    }

    /// Puts a command straight among the dead letters.
    pub(crate) async fn bury(&self, command: &ProcessBooking) {
        let message = Message {
            exchange: DEAD_LETTERS,
            routing_key: Queue::ProcessBooking.name(),
            id: command.id,
            mandatory: true,
            body: serde_json::to_vec(command).unwrap(),
        };
        self.publisher.publish(&message).await.unwrap();
    }

    pub(crate) async fn status(&self, command: &ProcessBooking) -> Option<BookingStatus> {
        let status: Option<String> = sqlx::query_scalar("SELECT status FROM bookings WHERE id = $1")
            .bind(command.booking_id)
            .fetch_optional(&self.engines.pool)
            .await
            .unwrap();
        status.map(|status| status.parse().unwrap())
    }

    pub(crate) async fn payment(&self, command: &ProcessBooking) -> String {
        sqlx::query_scalar("SELECT status FROM payments WHERE id = $1")
            .bind(command.payment_id)
            .fetch_one(&self.engines.pool)
            .await
            .unwrap()
    }

    pub(crate) async fn eventually_status(&self, command: &ProcessBooking, wanted: BookingStatus) {
        eventually(wanted.as_str(), async || (self.status(command).await == Some(wanted)).then_some(()))
            .await;
    }

    pub(crate) async fn eventually_payment(&self, command: &ProcessBooking, wanted: &str) {
        eventually(wanted, async || (self.payment(command).await == wanted).then_some(())).await;
    }

    pub(crate) async fn eventually_count(&self, what: &'static str, wanted: i64) {
        eventually(what, async || (self.sale.count(what).await == wanted).then_some(())).await;
    }

    /// How the live view shows a seat.
    pub(crate) async fn seat(&self, holds: &Holds, seat: SeatIndex) -> SeatState {
        let snapshot = holds.snapshot(self.sale.event_id).await.unwrap();
        SeatStates::from_bytes(snapshot.bits, 1_000).get(seat)
    }

    /// Messages ready in a queue; those delivered and not acknowledged are not ready.
    pub(crate) async fn depth(&self, queue: &Queue) -> u32 {
        let passive = lapin::options::QueueDeclareOptions {
            passive: true,
            ..lapin::options::QueueDeclareOptions::default()
        };
        let declared = self.channel.queue_declare(queue.name().into(), passive, FieldTable::default()).await;
        declared.unwrap().message_count()
    }

    /// Takes every fact out of the mail queue.
    pub(crate) async fn facts(&self) -> Vec<Event> {
        let mut facts = Vec::new();
        let options = BasicGetOptions { no_ack: true };
        while let Some(got) = self.channel.basic_get(Queue::Mail.name().into(), options).await.unwrap() {
            facts.push(serde_json::from_slice(&got.delivery.data).unwrap());
        }
        facts
    }

    pub(crate) async fn finish(self) {
        self.shutdown.cancel();
        answered(self.connection.close(200, "bye".into())).await.unwrap();
        self.engines.finish().await;
    }
}

pub(crate) fn run(worker: Arc<Worker>) -> Running {
    let loops = tokio::spawn(Arc::clone(&worker).run());
    Running { worker, loops }
}

impl Running {
    pub(crate) async fn stop(self) {
        self.worker.shutdown.cancel();
        in_time("the loops end", self.loops).await.unwrap();
        in_time("the worker's pool is closed", self.worker.pool.close()).await;
    }
}
