//! The worker and the notifier without the API: commands become bookings, and bookings mails; each against the least it
//! costs: rows inserted in batches, messages of bare lapin, mails of bare lettre.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use shared::{
    broker::{
        BrokerAddress, Message, Publisher,
        topology::{Queue, TO_QUEUE},
    },
    clock::Clock,
    contracts::{
        ProcessBooking,
        process_booking::{Admission, BookingItem},
    },
    domain::{BookingId, Currency, EventId, HoldId, PaymentId, UserId},
    payments::{Authorization, PaymentGateway as _, PaymentMethod, sandbox::SandboxGateway},
    store::payments::{self, Accepted, Made, NewPayment, Payment},
};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Figure, commands, hammer::per_second, mails, rows, stadium::stadium, tickets};
use crate::{buyer::CARD, incidents::System, stage::Stage};

/// Written in one statement when they are prepared.
const CHUNK: usize = 200;
/// Published, or reserved at the gateway, at once.
const AT_ONCE: usize = 512;
/// How often it is looked whether all is done: each look costs PostgreSQL some milliseconds.
const LOOK: Duration = Duration::from_millis(100);
/// Nobody waits longer.
const PATIENCE: Duration = Duration::from_secs(300);
const PRICE_MINOR: i64 = 4_500;
const TICKETS_PER_PERSON: u32 = 8;
/// Mails that are sent without Onsale.
const BARE_MAILS: u32 = 1_000;

/// Lets so many bookings of two seats be decided, and their mails be sent; each alone on the machine.
pub(super) async fn measure(
    system: &System,
    stage: &Stage,
    count: u32,
    rounds: usize,
) -> anyhow::Result<Vec<Figure>> {
    let pool = shared::store::connect(&system.engine("postgres")?, 8)?;
    let shutdown = CancellationToken::new();
    let broker = BrokerAddress { url: system.engine("rabbitmq")?, name: "onsale bench".into() };
    let publisher = Publisher::start(broker.clone(), shutdown.clone());
    let floor = rows::insert(&pool, count as usize).await?;
    let mut figures = commands::measure(&broker, rounds).await?;
    let bare_mails =
        mails::send(&system.engine("mailbox")?, BARE_MAILS, 2 * tickets::document().pdf()?.len()).await?;
    let event = stage.sell_directly("A stadium whose bookings are decided", &stadium()).await?;
    let accepted = prepare(&pool, event.parse().context("an event")?, count).await?;
    let notifiers = system.still("notifier")?;
    let begun = Instant::now();
    publish(&publisher, &accepted).await?;
    until(count, || decided(&pool, &event)).await?;
    let took = begun.elapsed();
    drop(notifiers);
    let begun = Instant::now();
    until(count, || mailed(&pool, &event)).await?;
    let mailed = begun.elapsed();
    shutdown.cancel();
    stage.cancel(&event).await?;
    let rate = |took| per_second(count.into(), took);
    let bare_mails = per_second(BARE_MAILS.into(), bare_mails);
    figures.extend([
        Figure::rate("bookings of 2 decided by the worker", rate(took)).against(rate(floor), 0.5),
        Figure::rate("the same rows, inserted by 200", rate(floor)),
        Figure::rate("mails of 2 tickets", rate(mailed)).against(bare_mails, 0.5),
        Figure::rate("mails of as many bytes by bare lettre", bare_mails),
    ]);
    Ok(figures)
}

/// Bookings that were paid for and accepted, their commands not yet published.
async fn prepare(pool: &PgPool, event: EventId, count: u32) -> anyhow::Result<Vec<ProcessBooking>> {
    let currency: Currency = "EUR".parse()?;
    let all: Vec<u32> = (0..count).collect();
    let (gateway, mut commands) = (SandboxGateway::new(pool.clone()), Vec::with_capacity(all.len()));
    for numbers in all.chunks(CHUNK) {
        let users = people(pool, numbers.len()).await?;
        let new = numbers.iter().zip(users).map(|(number, user_id)| NewPayment {
            id: PaymentId::new(),
            booking_id: BookingId::new(),
            hold_id: HoldId::new(),
            fence: 1,
            event_id: event,
            user_id,
            gateway: gateway.name(),
            items: vec![seat(2 * number), seat(2 * number + 1)],
            currency,
        });
        let opened = payments::open(pool, &new.collect::<Vec<_>>()).await?;
        let reserve = |payment: Payment| reserve(&gateway, payment);
        let made: Vec<Made> = stream::iter(opened).map(reserve).buffer_unordered(CHUNK).try_collect().await?;
        let written = payments::commands_made(pool, &made).await?;
        ensure!(written.iter().all(|written| *written), "a command was not written down");
        let accepted: Vec<Accepted> = made
            .iter()
            .map(|made| Accepted { payment: made.command.payment_id, at: made.command.accepted_at })
            .collect();
        payments::accepted(pool, &accepted).await?;
        commands.extend(made.into_iter().map(|made| made.command));
    }
    Ok(commands)
}

fn seat(index: u32) -> BookingItem {
    BookingItem { what: Admission::Seat(index), tier: 0, price_minor: PRICE_MINOR }
}

async fn people(pool: &PgPool, count: usize) -> anyhow::Result<Vec<UserId>> {
    let users: Vec<UserId> = (0..count).map(|_| UserId::new()).collect();
    let ids: Vec<Uuid> = users.iter().map(|user| user.0).collect();
    sqlx::query(
        "INSERT INTO users (id, email, name, password_hash)
         SELECT id, id || '@fans.example', 'A buyer', '!' FROM UNNEST($1::uuid[]) AS id",
    )
    .bind(ids)
    .execute(pool)
    .await?;
    Ok(users)
}

async fn reserve(gateway: &SandboxGateway, payment: Payment) -> anyhow::Result<Made> {
    let wish = Authorization {
        payment_id: payment.id,
        attempt: payment.attempts,
        amount: payment.amount,
        method: PaymentMethod::SandboxCard { number: CARD.to_owned() },
    };
    let reference = Some(gateway.authorize(&wish).await?);
    Ok(Made { command: payment.to_command(None, TICKETS_PER_PERSON, Clock::System.now()), reference })
}

async fn publish(publisher: &Publisher, commands: &[ProcessBooking]) -> anyhow::Result<()> {
    let one = |command: &ProcessBooking| {
        let body = serde_json::to_vec(command);
        let (id, routing_key) = (command.id, Queue::ProcessBooking.name());
        async move {
            let message = Message { exchange: TO_QUEUE, routing_key, id, mandatory: true, body: body? };
            anyhow::Ok(publisher.publish(&message).await?)
        }
    };
    stream::iter(commands).map(one).buffer_unordered(AT_ONCE).try_collect().await
}

async fn decided(pool: &PgPool, event: &str) -> Result<i64, sqlx::Error> {
    let count = sqlx::query_scalar(
        "SELECT count(*) FROM bookings WHERE event_id = $1::uuid AND status = 'confirmed'",
    );
    count.bind(event).fetch_one(pool).await
}

async fn mailed(pool: &PgPool, event: &str) -> Result<i64, sqlx::Error> {
    let count = sqlx::query_scalar(
        "SELECT count(*) FROM notifications n JOIN bookings b ON b.id = n.booking_id
         WHERE b.event_id = $1::uuid AND n.status = 'sent'",
    );
    count.bind(event).fetch_one(pool).await
}

/// Waits until so many are counted.
async fn until<F>(count: u32, counted: impl Fn() -> F) -> anyhow::Result<()>
where
    F: Future<Output = Result<i64, sqlx::Error>>,
{
    let begun = Instant::now();
    loop {
        let so_far = counted().await?;
        if so_far >= i64::from(count) {
            return Ok(());
        }
        ensure!(begun.elapsed() < PATIENCE, "{so_far} of {count} after {} s", PATIENCE.as_secs());
        tokio::time::sleep(LOOK).await;
    }
}
