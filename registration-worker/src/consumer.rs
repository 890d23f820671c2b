//! Taking booking commands: batch, decide, settle, acknowledge.

use std::{sync::Arc, time::Duration};

use backon::{BackoffBuilder as _, ExponentialBuilder};
use futures_util::future::join_all;
use lapin::options::{BasicAckOptions, BasicRejectOptions};
use shared::{
    broker::{Consumer, Delivery, answered, topology::Queue},
    contracts::ProcessBooking,
    processing::ProcessingError,
    store::bookings::Outcome,
};
use tokio::{sync::Semaphore, task::JoinSet, time::Instant};

use crate::worker::Worker;

/// The version of the command this worker understands.
const COMMAND_VERSION: u16 = 1;

/// Takes commands until the shutdown, then ends the batches under way.
pub async fn run(worker: Arc<Worker>) {
    let batches = worker.config.batches;
    let slots = Arc::new(Semaphore::new(batches.batches_at_once.into()));
    let address = worker.broker.clone();
    let mut consumer =
        Consumer::new(address, Queue::ProcessBooking, batches.prefetch(), worker.shutdown.clone());
    let mut under_way = JoinSet::new();
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { break };
        let Some(batch) = next_batch(&worker, &mut consumer).await else { break };
        let worker = Arc::clone(&worker);
        under_way.spawn(async move {
            handle(&worker, batch).await;
            drop(slot);
        });
        while let Some(ended) = under_way.try_join_next() {
            if let Err(error) = ended {
                // Its commands come again, and after a few times they are dead letters.
                tracing::error!(%error, "consumer: a batch broke off");
                consumer.reset().await;
            }
        }
    }
    // The consumer, and with it the connection for the acknowledgements, lives until the last batch has ended.
    while under_way.join_next().await.is_some() {}
    consumer.reset().await;
}

/// As many commands as are there, at most a batch full; `None` after the shutdown.
async fn next_batch(worker: &Worker, consumer: &mut Consumer) -> Option<Vec<Delivery>> {
    let mut batch = vec![consumer.recv().await?];
    let until = Instant::now() + worker.config.batches.wait();
    while batch.len() < usize::from(worker.config.batches.batch_size) {
        match tokio::time::timeout_at(until, consumer.recv()).await {
            Ok(Some(delivery)) => batch.push(delivery),
            // Time is up, or the shutdown came: what is here is still worked off.
            Ok(None) | Err(_) => break,
        }
    }
    Some(batch)
}

async fn handle(worker: &Worker, batch: Vec<Delivery>) {
    let started = Instant::now();
    let size = batch.len();
    let (mut commands, mut deliveries) = (Vec::with_capacity(size), Vec::with_capacity(size));
    for delivery in batch {
        match parse(&delivery.data) {
            Ok(command) => {
                commands.push(command);
                deliveries.push(delivery);
            }
            Err(problem) => dead_letter(worker, &delivery, &problem).await,
        }
    }
    let Some(outcomes) = process(worker, &commands).await else { return };
    let answers = deliveries.iter().zip(&outcomes).map(|(delivery, outcome)| async move {
        match outcome {
            Outcome::Decided(decided) => {
                worker.metrics.decided(decided);
                if let Err(error) = answered(delivery.ack(BasicAckOptions::default())).await {
                    tracing::warn!(%error, "consumer: not acknowledged, the command will come again");
                }
            }
            Outcome::Invalid(problem) => dead_letter(worker, delivery, problem).await,
        }
    });
    join_all(answers).await;
    worker.metrics.batch(size, started.elapsed());
}

/// The command in a message, or why there is none.
pub(crate) fn parse(body: &[u8]) -> Result<ProcessBooking, String> {
    let command: ProcessBooking = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    match command.version {
        COMMAND_VERSION => Ok(command),
        other => Err(format!("version {other} is not understood")),
    }
}

async fn dead_letter(worker: &Worker, delivery: &Delivery, problem: &str) {
    tracing::error!(problem, "consumer: a command goes to the dead letters");
    worker.metrics.dead_letters.inc();
    if let Err(error) = answered(delivery.reject(BasicRejectOptions { requeue: false })).await {
        tracing::warn!(%error, "consumer: not rejected, the command will come again");
    }
}

/// Decides and settles a batch, however long the engines are away. `None`: the shutdown came first; nothing is
/// lost, the commands are delivered again.
async fn process(worker: &Worker, commands: &[ProcessBooking]) -> Option<Vec<Outcome>> {
    let outcomes = persist(worker, "deciding", || decide(worker, commands)).await?;
    worker.committed.notify_one();
    persist(worker, "settling", || worker.processor.settle(commands, &outcomes)).await?;
    Some(outcomes)
}

/// The whole batch at once; one by one where one of them is at fault.
pub(crate) async fn decide(
    worker: &Worker,
    commands: &[ProcessBooking],
) -> Result<Vec<Outcome>, ProcessingError> {
    match worker.processor.decide(commands).await {
        Err(error) if !error.transient() => {
            let mut outcomes = Vec::with_capacity(commands.len());
            for command in commands {
                outcomes.push(worker.processor.decide_alone(command).await?);
            }
            Ok(outcomes)
        }
        decided => decided,
    }
}

/// Does something again and again until it succeeds or the shutdown comes.
async fn persist<T, F: Future<Output = Result<T, ProcessingError>>>(
    worker: &Worker,
    what: &'static str,
    mut step: impl FnMut() -> F,
) -> Option<T> {
    let mut waits = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(50))
        .with_max_delay(Duration::from_secs(2))
        .with_jitter()
        .without_max_times()
        .build();
    loop {
        match step().await {
            Ok(done) => return Some(done),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, what, "consumer: trying again");
            }
        }
        let wait = waits.next().unwrap_or(Duration::from_secs(2));
        worker.shutdown.run_until_cancelled(tokio::time::sleep(wait)).await?;
    }
}
