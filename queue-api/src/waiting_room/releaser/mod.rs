//! Releasing: one task per room and process. All of them stand in line at the broker, one is active; it makes the
//! draw, offers places to Redis, carries what happened into PostgreSQL and acknowledges what is settled.
//!
//! Two that both believe to be active do no harm: every decision is made by the room's scripts, which move `serving`
//! by one number at a time and never back.

mod doubt;
mod fold;
mod journal;
mod line;
mod pace;
mod recover;
mod report;
mod room_task;
mod session;

use std::{collections::HashMap, sync::Arc, time::Duration};

use shared::domain::EventId;
use tokio::task::{AbortHandle, JoinSet};

pub(super) use self::pace::not_before;
use self::room_task::RoomTask;
use crate::app::{App, AppState};

/// How soon a room of an event that another process published is found.
const LOOK_FOR_ROOMS: Duration = Duration::from_secs(1);

/// Releases the rooms of all events until the process stops. Dropping it stops at once.
pub async fn run(app: AppState) {
    let mut tasks = JoinSet::new();
    let mut running: HashMap<EventId, AbortHandle> = HashMap::new();
    while !app.shutdown.is_cancelled() {
        match super::store::unfinished(&app.pool).await {
            Ok(events) => {
                for event in events {
                    if running.get(&event).is_none_or(AbortHandle::is_finished) {
                        running.insert(event, tasks.spawn(release(Arc::clone(&app), event)));
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "waiting room: cannot look for rooms"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_FOR_ROOMS) => {}
            () = app.waiting_rooms.published.notified() => {}
            () = app.shutdown.cancelled() => {}
        }
        while tasks.try_join_next().is_some() {}
    }
    // Each closes its connection, so that another process takes over at once.
    while tasks.join_next().await.is_some() {}
}

/// Releases one room until it is finished.
async fn release(app: Arc<App>, event: EventId) {
    let mut failures = 0_u32;
    while !app.shutdown.is_cancelled() {
        let ended = RoomTask::open(&app, event).await;
        let ended = match ended {
            Ok(None) => return,
            Ok(Some(mut task)) => {
                let ended = task.run().await;
                task.close().await;
                ended
            }
            Err(error) => Err(error),
        };
        match ended {
            Ok(()) => return,
            Err(error) => {
                failures = (failures + 1).min(5);
                tracing::warn!(error = &error as &dyn std::error::Error, %event, "waiting room: beginning again");
            }
        }
        let wait = Duration::from_millis(50 << failures);
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = app.shutdown.cancelled() => {}
        }
    }
}
