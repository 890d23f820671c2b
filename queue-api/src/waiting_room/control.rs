//! What organisers do with the room of their event while it runs: pause, resume, open early, close, set the pace.

use std::sync::Arc;

use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::{
    domain::{EventId, RoomPhase, UserId, waiting_room::TransitionError},
    store::events::EventRecord,
};
use sqlx::{PgConnection, Postgres, Transaction};
use utoipa::ToSchema;

use super::{
    documents::RoomDocument,
    reply::RoomError,
    service::{queue_event, status},
    store,
};
use crate::{app::App, events::organised, extract::Caller, problem::Problem};

/// A change of a room. What is not given stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RoomChange {
    /// `paused`, `closed`, or `open`: resumes a paused room, opens one early that has not opened.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<RoomPhase>,
    /// Why it is paused, for the fans.
    #[garde(inner(length(chars, max = 500)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause_reason: Option<String>,
    /// Most fans who may shop at once.
    #[garde(inner(range(min = 1, max = 1_000_000)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lease_cap: Option<i32>,
    /// Most admissions in any 60 seconds.
    #[garde(inner(range(min = 1, max = 10_000_000)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_per_minute: Option<i32>,
    /// How long an offer waits to be claimed.
    #[garde(inner(range(min = 5, max = 86_400)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_window_seconds: Option<i32>,
    /// How long it stands after that, while the fan is asked "are you still here?".
    #[garde(inner(range(min = 0, max = 600)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace_seconds: Option<i32>,
    /// How long a claimed pass lives.
    #[garde(inner(range(min = 30, max = 86_400)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass_ttl_seconds: Option<i32>,
}

/// How many to let in now.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AdmitNow {
    /// Places to let in beyond the rate; never beyond the cap.
    #[garde(range(min = 1, max = 100_000))]
    pub count: u32,
}

/// What became of it.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(super) struct Admitting {
    /// How many may come in beyond the rate within the next 10 seconds.
    pub allowed: u64,
}

/// Changes a room. It is in PostgreSQL when this returns; the line follows within a second.
///
/// # Errors
/// 403 for others than the organiser and admins, 409 when the phase does not allow it.
pub(super) async fn change(
    app: &App,
    event: EventId,
    caller: Caller,
    change: &RoomChange,
) -> Result<RoomDocument, Problem> {
    let sold = owned(app, event, caller).await?;
    let mut transaction = app.pool.begin().await?;
    let before = lock_phase(&mut transaction, event).await?;
    before.allows(change).map_err(|error| Problem::conflict("wrong-phase", error.to_string()))?;
    apply(&mut transaction, event, before, change).await?;
    let asked = serde_json::to_value(change).map_err(Problem::internal)?;
    note(&mut transaction, event, caller.user, asked).await?;
    transaction.commit().await?;
    follow(app, event).await?;
    match status(app, event).await {
        Ok(document) => Ok(document),
        // Redis is away: the change is made, and the line follows when it is back.
        Err(_) => {
            let record = store::load(&app.pool, event).await?;
            let recorded = record.map(|record| RoomDocument::recorded(&sold, &record));
            recorded.ok_or_else(|| Problem::not_found("event"))
        }
    }
}

/// Lets the next places in now: beyond the rate, also while paused, never beyond the cap.
///
/// # Errors
/// 403 for others than the organiser and admins, 409 before the opening and after the end.
pub(super) async fn admit(
    app: &App,
    event: EventId,
    caller: Caller,
    count: u32,
) -> Result<Admitting, Problem> {
    owned(app, event, caller).await?;
    let mut transaction = app.pool.begin().await?;
    lock_phase(&mut transaction, event).await?;
    note(&mut transaction, event, caller.user, json!({"admit": count})).await?;
    let allowed = app.waiting_rooms.room(event).admit(count).await?;
    let allowed = allowed.ok_or_else(|| Problem::conflict("wrong-phase", "The waiting room is not open."))?;
    transaction.commit().await?;
    app.waiting_rooms.wake(event).notify_one();
    Ok(Admitting { allowed })
}

/// Refuses everybody but the organiser and admins.
pub(super) async fn owned(app: &App, event: EventId, caller: Caller) -> Result<Arc<EventRecord>, Problem> {
    organised(app, caller, event).await?;
    queue_event(app, event).await
}

/// Where a room is, while it is locked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Locked {
    pub phase: RoomPhase,
    /// Its time to open has come, and the draw is being made.
    pub opening: bool,
    /// It may open again: it was drawn, closed because everything was sold, and is still there.
    pub reopens: bool,
}

impl Locked {
    /// Whether the phase allows a change. What somebody closed stays closed.
    pub(super) fn allows(self, change: &RoomChange) -> Result<(), TransitionError> {
        let Some(to) = change.phase else { return Ok(()) };
        if self.phase == RoomPhase::Closed && to == RoomPhase::Open && !self.reopens {
            return Err(TransitionError { from: self.phase, to });
        }
        self.phase.may_become(to)
    }
}

/// Locks a room for a change.
pub(super) async fn lock_phase(
    transaction: &mut Transaction<'_, Postgres>,
    event: EventId,
) -> Result<Locked, Problem> {
    lock(transaction, event).await?.ok_or_else(|| Problem::not_found("waiting room"))
}

/// The same, where nobody is told.
pub(super) async fn lock(
    transaction: &mut Transaction<'_, Postgres>,
    event: EventId,
) -> Result<Option<Locked>, sqlx::Error> {
    let locked = sqlx::query_as!(
        Locked,
        r#"SELECT phase AS "phase: RoomPhase",
                  phase IN ('scheduled', 'lobby') AND opens_at <= now() AS "opening!",
                  sold_out AND drawn_at IS NOT NULL AND finished_at IS NULL AS "reopens!"
           FROM waiting_rooms WHERE event_id = $1 FOR UPDATE"#,
        event.0
    );
    locked.fetch_optional(&mut **transaction).await
}

/// Writes a change down; the line follows.
pub(super) async fn apply(
    transaction: &mut Transaction<'_, Postgres>,
    event: EventId,
    before: Locked,
    change: &RoomChange,
) -> Result<(), sqlx::Error> {
    // Before the opening only the draw opens; to open early is to move the opening to now.
    let early = matches!(before.phase, RoomPhase::Scheduled | RoomPhase::Lobby)
        && change.phase == Some(RoomPhase::Open);
    let phase = change.phase.filter(|_| !early);
    sqlx::query!(
        "UPDATE waiting_rooms SET
             phase = coalesce($2, phase), sold_out = sold_out AND $2::text IS NULL,
             pause_reason = CASE WHEN coalesce($2, phase) = 'paused' THEN coalesce($3, pause_reason) END,
             lease_cap = coalesce($4, lease_cap), rate_per_minute = coalesce($5, rate_per_minute),
             claim_window_seconds = coalesce($6, claim_window_seconds),
             pass_ttl_seconds = coalesce($7, pass_ttl_seconds), grace_seconds = coalesce($9, grace_seconds),
             lobby_opens_at = CASE WHEN $8 THEN LEAST(lobby_opens_at, now()) ELSE lobby_opens_at END,
             opens_at = CASE WHEN $8 THEN LEAST(opens_at, now()) ELSE opens_at END,
             version = version + 1, updated_at = now()
         WHERE event_id = $1",
        event.0,
        phase.map(RoomPhase::as_str),
        change.pause_reason,
        change.lease_cap,
        change.rate_per_minute,
        change.claim_window_seconds,
        change.pass_ttl_seconds,
        early,
        change.grace_seconds,
    )
    .execute(&mut **transaction)
    .await
    .map(|_| ())
}

/// Appends to the log: who changed what. An event that has no room (yet) has no log.
pub(crate) async fn note(
    connection: &mut PgConnection,
    event: EventId,
    actor: UserId,
    change: Value,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO waiting_room_changes (event_id, actor_id, phase, lease_cap, rate_per_minute, change)
         SELECT event_id, $2, phase, lease_cap, rate_per_minute, $3 FROM waiting_rooms WHERE event_id = $1",
        event.0,
        actor.0,
        change,
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Brings the room in Redis up to what PostgreSQL has. The releaser does the same each second, so it does not matter
/// if Redis is away now.
async fn follow(app: &App, event: EventId) -> Result<(), Problem> {
    let Some(record) = store::load(&app.pool, event).await? else { return Ok(()) };
    let phase = Some(record.phase).filter(|phase| !matches!(phase, RoomPhase::Scheduled | RoomPhase::Lobby));
    let reason = record.pause_reason.as_deref().unwrap_or_default();
    let room = app.waiting_rooms.room(event);
    match room.configure(record.version, &record.settings, phase, reason).await {
        Ok(_) | Err(RoomError::Missing) => {}
        Err(error) => tracing::warn!(%error, %event, "waiting room: the line follows later"),
    }
    app.waiting_rooms.forget(event).await;
    app.waiting_rooms.wake(event).notify_one();
    Ok(())
}
