//! How Redis is asked: by a script of its own, or by an act that is done with others; where the view is missing it is
//! rebuilt, and Redis asked again.

use fred::types::{Value, scripts::Script};

use super::{Holds, LockError, REBUILDS, Reply, acts::Act};
use crate::domain::EventId;

impl Holds {
    /// Runs a script that needs the view.
    pub(super) async fn run_on_view(
        &self,
        event_id: EventId,
        script: &Script,
        args: Vec<Value>,
    ) -> Result<Reply, LockError> {
        self.with_view(event_id, || self.run(event_id, script, args.clone())).await
    }

    /// Does an act that needs the view.
    pub(super) async fn act_on_view(
        &self,
        event_id: EventId,
        act: Act,
        args: Vec<String>,
    ) -> Result<Reply, LockError> {
        self.with_view(event_id, || self.act(event_id, act, args.clone())).await
    }

    /// Rebuilds the view when it is missing, and asks again.
    async fn with_view<F: Future<Output = Result<Reply, LockError>>>(
        &self,
        event_id: EventId,
        ask: impl Fn() -> F,
    ) -> Result<Reply, LockError> {
        for _ in 0..REBUILDS {
            let reply = ask().await?;
            if reply.first().map(String::as_str) != Some("view_missing") {
                return Ok(reply);
            }
            self.rebuild_view(event_id).await?;
        }
        Err(LockError::Rebuilding(event_id))
    }

    pub(super) async fn act(
        &self,
        event_id: EventId,
        act: Act,
        args: Vec<String>,
    ) -> Result<Reply, LockError> {
        Ok(self.acts.ask(event_id, act, args).await?)
    }

    pub(super) async fn run(
        &self,
        event_id: EventId,
        script: &Script,
        args: Vec<Value>,
    ) -> Result<Reply, LockError> {
        let base = self.redis.event(event_id).base().to_owned();
        Ok(self.redis.run(script, vec![base], args).await?)
    }
}
