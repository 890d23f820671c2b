//! What is done to the holds of an event, for all who ask at the same time: one call of Redis, which tells the live view
//! once. Locking 2 seats costs Redis some 40 µs of commands; a call of its own for each fan costs several times that.

use std::time::Duration;

use fred::{
    error::{Error, ErrorKind},
    types::Value,
};
use moka::sync::Cache;

use super::{Reply, scripts};
use crate::{
    domain::EventId,
    grouped::{Grouped, Limits},
    redis::Redis,
};

/// A group keeps Redis from everything else for about 3 ms at most.
const LIMITS: Limits =
    Limits { together: 32, groups: 2, waiting: 20_000, pace: Duration::from_millis(2), ease: 0 };
/// An event that nobody has asked for so long has no group any more.
const IDLE: Duration = Duration::from_secs(60);
/// Most events that have one.
const EVENTS: u64 = 10_000;

/// Something that is done to a hold; `scripts/acts` says what each takes and answers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    Hold,
    Get,
    Release,
    Extend,
    Claim,
    Settle,
}

#[derive(Clone)]
struct Asked {
    act: Act,
    args: Vec<String>,
}

/// The groups of all events. Cheap to clone.
#[derive(Clone)]
pub(super) struct Acts {
    redis: Redis,
    groups: Cache<EventId, Grouped<Asked, Result<Reply, Error>>>,
}

impl Act {
    fn name(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Get => "get",
            Self::Release => "release",
            Self::Extend => "extend",
            Self::Claim => "claim",
            Self::Settle => "settle",
        }
    }
}

impl Acts {
    pub(super) fn new(redis: Redis) -> Self {
        let groups = Cache::builder().max_capacity(EVENTS).time_to_idle(IDLE).build();
        Self { redis, groups }
    }

    /// Does one act.
    ///
    /// # Errors
    /// When Redis is away, or too many ask; it may have been done then.
    pub(super) async fn ask(&self, event: EventId, act: Act, args: Vec<String>) -> Result<Reply, Error> {
        let group = self.groups.get_with(event, || {
            let redis = self.redis.clone();
            Grouped::start(LIMITS, move |asked| {
                let redis = redis.clone();
                Box::pin(async move { answer(&redis, event, asked).await })
            })
        });
        let busy = || Error::new(ErrorKind::Backpressure, "too many want seats of this event");
        group.ask(Asked { act, args }).await.unwrap_or_else(|| Err(busy()))
    }
}

/// All at once; one by one where Redis says that one of them is at fault, for acts may be repeated.
async fn answer(redis: &Redis, event: EventId, asked: Vec<Asked>) -> Vec<Result<Reply, Error>> {
    match call(redis, event, &asked).await {
        Ok(replies) => replies.into_iter().map(Ok).collect(),
        Err(error) if asked.len() == 1 || away(&error) => asked.iter().map(|_| Err(error.clone())).collect(),
        Err(_) => {
            let mut replies = Vec::with_capacity(asked.len());
            for one in &asked {
                let alone = call(redis, event, std::slice::from_ref(one)).await;
                replies.push(alone.map(|mut replies| replies.pop().unwrap_or_default()));
            }
            replies
        }
    }
}

fn away(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::IO | ErrorKind::Timeout | ErrorKind::Canceled | ErrorKind::Backpressure)
}

async fn call(redis: &Redis, event: EventId, asked: &[Asked]) -> Result<Vec<Reply>, Error> {
    let mut args: Vec<Value> = Vec::with_capacity(asked.iter().map(|one| 2 + one.args.len()).sum());
    for Asked { act, args: own } in asked {
        args.extend([Value::from_static_str(act.name()), Value::from(own.len() as i64)]);
        args.extend(own.iter().map(|arg| Value::from(arg.as_str())));
    }
    let base = redis.event(event).base().to_owned();
    let replies: Value = redis.run(&scripts::ACTS, vec![base], args).await?;
    let replies: Vec<Reply> =
        replies.into_array().into_iter().map(Value::convert).collect::<Result<_, _>>()?;
    if replies.len() == asked.len() {
        return Ok(replies);
    }
    Err(Error::new(ErrorKind::Protocol, "a script answered something else"))
}
