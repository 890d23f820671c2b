//! Planning, cancelling and applying.

use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::{
    domain::{ChangeOutcome, EventId, RoomPhase, UserId},
    store::events::EventRecord,
};
use sqlx::{PgPool, Postgres, Transaction};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::{self, Due};
use crate::{
    app::App,
    extract::Caller,
    problem::Problem,
    waiting_room::control::{self, RoomChange},
};

/// A change to come.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanChange {
    /// When it comes into force: within a second of it, or at once when Onsale was away then.
    #[garde(skip)]
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What changes then.
    #[garde(dive)]
    pub change: RoomChange,
}

/// A change that is planned, or was.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PlannedChange {
    /// Its id.
    pub id: Uuid,
    /// When it comes into force.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What changes then.
    #[schema(value_type = RoomChange)]
    pub change: Value,
    /// Who planned it.
    pub planned_by: UserId,
    /// When it was planned.
    #[serde(with = "time::serde::rfc3339")]
    pub planned_at: OffsetDateTime,
    /// What became of it; null while it is to come.
    pub outcome: Option<ChangeOutcome>,
    /// When that was.
    #[serde(with = "time::serde::rfc3339::option")]
    pub settled_at: Option<OffsetDateTime>,
}

/// Plans a change; the log says who did.
///
/// # Errors
/// 403 for others than the organiser and admins, 422 for what can never be, 409 when too many are planned or the room
/// is closed.
pub(super) async fn plan(
    app: &App,
    event: EventId,
    caller: Caller,
    plan: &PlanChange,
) -> Result<PlannedChange, Problem> {
    let record = control::owned(app, event, caller).await?;
    check(plan, &record, app.clock.now())?;
    let change = serde_json::to_value(&plan.change).map_err(Problem::internal)?;
    let due = Due { id: Uuid::now_v7(), due_at: plan.at, change, planned_by: caller.user };
    let mut transaction = app.pool.begin().await?;
    let room = control::lock_phase(&mut transaction, event).await?;
    if room.phase == RoomPhase::Closed && !room.reopens {
        return Err(Problem::conflict("wrong-phase", "The waiting room is closed."));
    }
    let planned = store::insert(&mut transaction, event, &due).await?.ok_or_else(|| {
        let most = store::MOST_PLANNED;
        Problem::conflict("too-many-changes", format!("At most {most} changes may be planned."))
    })?;
    note(&mut transaction, event, "planned", &due, caller.user).await?;
    transaction.commit().await?;
    Ok(planned)
}

/// What can never come into force is refused at once.
fn check(plan: &PlanChange, event: &EventRecord, now: OffsetDateTime) -> Result<(), Problem> {
    let PlanChange { at, change } = plan;
    if *at <= now {
        return Err(Problem::invalid("at", "must be in the future"));
    }
    if *at >= event.starts_at {
        return Err(Problem::invalid("at", "must be before the event begins: the room closes then"));
    }
    if *change == RoomChange::default() {
        return Err(Problem::invalid("change", "must change something"));
    }
    match change.phase {
        Some(RoomPhase::Scheduled | RoomPhase::Lobby) => {
            Err(Problem::invalid("change.phase", "must be open, paused or closed"))
        }
        Some(RoomPhase::Open | RoomPhase::Closed) if change.pause_reason.is_some() => {
            Err(Problem::invalid("change.pause_reason", "is for a pause"))
        }
        _ => Ok(()),
    }
}

/// What is planned, the next first; then the last that were settled.
///
/// # Errors
/// 403 for others than the organiser and admins.
pub(super) async fn planned(
    app: &App,
    event: EventId,
    caller: Caller,
) -> Result<Vec<PlannedChange>, Problem> {
    control::owned(app, event, caller).await?;
    Ok(store::list(&app.pool, event).await?)
}

/// Cancels a planned change.
///
/// # Errors
/// 403 for others than the organiser and admins, 404 when it is not planned (any more).
pub(super) async fn cancel(app: &App, event: EventId, caller: Caller, id: Uuid) -> Result<(), Problem> {
    control::owned(app, event, caller).await?;
    let mut transaction = app.pool.begin().await?;
    control::lock_phase(&mut transaction, event).await?;
    if !store::settle(&mut transaction, event, id, ChangeOutcome::Cancelled).await? {
        return Err(Problem::not_found("planned change"));
    }
    control::note(&mut transaction, event, caller.user, json!({"cancelled": id})).await?;
    transaction.commit().await?;
    Ok(())
}

/// Applies what is due, in the order of the times. What the phase does not allow then is refused, which the log says
/// too. The room is locked first: of two processes that both believe to release, one waits and finds nothing due.
///
/// # Errors
/// When PostgreSQL does not answer.
pub(in crate::waiting_room) async fn apply_due(pool: &PgPool, event: EventId) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin().await?;
    let Some(mut room) = control::lock(&mut transaction, event).await? else { return Ok(()) };
    for due in store::due(&mut transaction, event).await? {
        let change = serde_json::from_value::<RoomChange>(due.change.clone()).ok();
        // The opening was before it, and comes in a moment.
        if room.opening && change.as_ref().is_some_and(|change| change.phase == Some(RoomPhase::Paused)) {
            break;
        }
        let outcome = match change.filter(|change| room.allows(change).is_ok()) {
            Some(change) => {
                control::apply(&mut transaction, event, room, &change).await?;
                ChangeOutcome::Applied
            }
            None => ChangeOutcome::Refused,
        };
        settle(&mut transaction, event, &due, outcome).await?;
        if let Some(now) = control::lock(&mut transaction, event).await? {
            room = now;
        }
    }
    transaction.commit().await
}

/// Refuses what was still to come for a room that is over.
///
/// # Errors
/// When PostgreSQL does not answer.
pub(in crate::waiting_room) async fn refuse_rest(pool: &PgPool, event: EventId) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin().await?;
    control::lock(&mut transaction, event).await?;
    for due in store::rest(&mut transaction, event).await? {
        settle(&mut transaction, event, &due, ChangeOutcome::Refused).await?;
    }
    transaction.commit().await
}

async fn settle(
    transaction: &mut Transaction<'_, Postgres>,
    event: EventId,
    due: &Due,
    outcome: ChangeOutcome,
) -> Result<(), sqlx::Error> {
    store::settle(&mut *transaction, event, due.id, outcome).await?;
    note(transaction, event, outcome.as_str(), due, due.planned_by).await
}

/// Appends to the log what became of a change, and by whom.
async fn note(
    transaction: &mut Transaction<'_, Postgres>,
    event: EventId,
    what: &str,
    due: &Due,
    actor: UserId,
) -> Result<(), sqlx::Error> {
    let at = due.due_at.format(&Rfc3339).unwrap_or_default();
    control::note(transaction, event, actor, json!({what: due.id, "at": at, "change": due.change})).await
}
