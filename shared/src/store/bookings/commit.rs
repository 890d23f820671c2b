//! Deciding a batch of bookings in one transaction.

use sqlx::PgPool;
use time::OffsetDateTime;

use super::{
    Command, Outcome,
    insert::{self, Breach},
    plan::{Plan, Refused},
    screen,
};
use crate::contracts::ProcessBooking;

/// A batch that lost a race so often is done one by one; one that still loses is left to the caller to try again.
const MOST_BREACHES: u32 = 4;
/// A transaction that PostgreSQL ended in favour of another is repeated so often.
const MOST_CLASHES: u32 = 5;

/// One try at a batch.
enum Attempt<'a> {
    Done(Vec<Outcome>),
    /// Nothing was written: among these is one that wants what is not there.
    Breached(Vec<&'a ProcessBooking>),
}

/// Decides commands: one outcome each, in order, in one transaction.
///
/// A booking that was decided before is found and left as it is, so a command may be delivered any number of
/// times. A booking that wants a seat, standing room or a number of tickets that it cannot have is rejected, the
/// others are not touched by it: the batch is written as if all fit, and when a constraint says no, the losers
/// are found and it is written again without them.
///
/// # Errors
/// When PostgreSQL is away: nothing was decided, or all was and the answer was lost. Do it again.
pub async fn commit(
    pool: &PgPool,
    commands: &[Command<'_>],
    now: OffsetDateTime,
) -> Result<Vec<Outcome>, sqlx::Error> {
    match commit_together(pool, commands, now).await? {
        Some(outcomes) => Ok(outcomes),
        None => {
            let mut outcomes = Vec::with_capacity(commands.len());
            for command in commands {
                let alone = std::slice::from_ref(command);
                let outcome = commit_together(pool, alone, now).await?.ok_or(sqlx::Error::WorkerCrashed);
                outcomes.extend(outcome?);
            }
            Ok(outcomes)
        }
    }
}

/// `None`: others were quicker each time.
async fn commit_together(
    pool: &PgPool,
    commands: &[Command<'_>],
    now: OffsetDateTime,
) -> Result<Option<Vec<Outcome>>, sqlx::Error> {
    let mut refused: Refused =
        commands.iter().filter_map(|command| Some((command.booking.booking_id, command.refused?))).collect();
    let (mut breaches, mut clashes) = (0, 0);
    while breaches < MOST_BREACHES {
        match attempt(pool, commands, &refused, now).await {
            Ok(Attempt::Done(outcomes)) => return Ok(Some(outcomes)),
            Ok(Attempt::Breached(wanted)) => {
                breaches += 1;
                refused.extend(screen::losers(&mut *pool.acquire().await?, &wanted).await?);
            }
            Err(error) if clashes < MOST_CLASHES && clashed(&error) => clashes += 1,
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

async fn attempt<'a>(
    pool: &PgPool,
    commands: &[Command<'a>],
    refused: &Refused,
    now: OffsetDateTime,
) -> Result<Attempt<'a>, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let plan = Plan::make(&mut tx, commands, refused).await?;
    match insert::write(&mut tx, &plan, now).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(Attempt::Done(plan.into_outcomes()))
        }
        Err(Breach::Wanting) => {
            tx.rollback().await?;
            Ok(Attempt::Breached(plan.confirm))
        }
        Err(Breach::Failed(error)) => Err(error),
    }
}

/// Deadlock or serialisation failure: PostgreSQL chose this transaction to give way.
fn clashed(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    matches!(code.as_deref(), Some("40P01" | "40001"))
}
