//! Making a room in Redis: for a new event, and again after Redis lost its memory.

use std::collections::HashMap;

use fred::types::Value;
use shared::{
    domain::{
        PlaceId, RoomPhase, Seed,
        waiting_room::{PlaceState, WaitingRoom},
    },
    tokens::hex,
};
use uuid::Uuid;

use super::{
    reply::RoomError,
    room::{RedisRoom, settings_args},
};

/// Members written by one call.
const CHUNK: usize = 500;

/// What a room is made of.
#[derive(Debug)]
pub struct Blueprint<'a> {
    /// The state it begins with.
    pub room: &'a WaitingRoom,
    /// Ids of the places in it, by ordinal.
    pub places: &'a HashMap<u64, PlaceId>,
    /// How often it was made before, plus one.
    pub epoch: u64,
    /// Version of its settings.
    pub version: i64,
    /// The seed of its draw; published by the room only once it is drawn.
    pub seed: &'a Seed,
    /// Why it is paused.
    pub pause_reason: &'a str,
    /// Now, Unix ms.
    pub now_ms: i64,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Built {
    /// It is there now.
    Made,
    /// It was there already.
    Exists,
    /// Somebody else began to make it later.
    Lost,
}

/// A room that one process has begun to make. Who begins later overtakes it, and when Redis forgets meanwhile it does
/// not come to be: a room is only made by who saw all that had happened before.
pub struct Building {
    room: RedisRoom,
    token: String,
}

impl RedisRoom {
    /// Makes the room unless it is there. Nobody sees it before it is finished.
    ///
    /// # Errors
    /// See [`RoomError`]; may be repeated.
    pub async fn build(&self, blueprint: &Blueprint<'_>) -> Result<Built, RoomError> {
        match self.begin().await? {
            Some(building) => building.finish(blueprint).await,
            None => Ok(Built::Exists),
        }
    }

    /// Begins to make the room; none when it is there.
    ///
    /// # Errors
    /// See [`RoomError`]; may be repeated.
    pub async fn begin(&self) -> Result<Option<Building>, RoomError> {
        let building = Building { room: self.clone(), token: Uuid::now_v7().to_string() };
        let begun = building.step(vec!["begin".into()]).await?;
        Ok(begun.is_none().then_some(building))
    }
}

impl Building {
    /// Makes the room from everything that was known when, or after, it was begun.
    ///
    /// # Errors
    /// See [`RoomError`].
    pub async fn finish(&self, blueprint: &Blueprint<'_>) -> Result<Built, RoomError> {
        for step in fills(blueprint).into_iter().chain([finish(blueprint)]) {
            if let Some(instead) = self.step(step).await? {
                return Ok(instead);
            }
        }
        Ok(Built::Made)
    }

    /// One call of the script; what became of the room when there is nothing more to do.
    async fn step(&self, step: Vec<Value>) -> Result<Option<Built>, RoomError> {
        let args = std::iter::once(Value::from(self.token.clone())).chain(step).collect();
        let reply = self.room.run_values(&self.room.scripts().build, args).await?;
        match reply.status() {
            "ok" => Ok(None),
            "exists" => Ok(Some(Built::Exists)),
            "lost" => Ok(Some(Built::Lost)),
            _ => Err(reply.unexpected()),
        }
    }
}

/// The calls that write every key but the room; key numbers as in `room.lua`.
fn fills(blueprint: &Blueprint<'_>) -> Vec<Vec<Value>> {
    let room = blueprint.room;
    let mut steps = Vec::new();
    let mut bits = |key: i64, flag: fn(&PlaceState) -> bool| {
        let bits = bitmap(room.places().iter().map(flag));
        steps.push(fill("SET", key, vec![Value::Bytes(bits.into())]));
    };
    bits(3, |place| place.confirmed);
    bits(4, |place| place.left);
    bits(5, |place| place.released);
    bits(6, |place| place.claimed);
    let joiners = room.joiners().iter().filter_map(|(who, ordinal)| {
        let place = blueprint.places.get(ordinal)?;
        Some([Value::from(who.as_str()), Value::from(format!("{ordinal}:{place}"))])
    });
    steps.extend(chunked("HSET", 2, joiners));
    let scored = |(member, score): (String, i64)| [Value::from(score), Value::from(member)];
    steps.extend(chunked("ZADD", 7, room.leases().iter().map(|(o, at)| scored((o.to_string(), *at)))));
    // Told apart from releases to come, whose members are numbers.
    let admissions = room.admissions().enumerate().map(|(at, ms)| scored((format!("before-{at}"), ms)));
    steps.extend(chunked("ZADD", 8, admissions));
    steps
}

fn finish(blueprint: &Blueprint<'_>) -> Vec<Value> {
    let room = blueprint.room;
    let drawn = room.draw().is_some();
    let [lobby_opens, opens, cap, rate, claim_ms, pass_ms, grace_ms] = settings_args(&room.settings());
    let mut fields: Vec<(&str, String)> = vec![
        ("epoch", blueprint.epoch.to_string()),
        ("version", blueprint.version.to_string()),
        ("phase", room.phase().to_string()),
        ("lobby_opens", lobby_opens),
        ("opens", opens),
        ("cap", cap),
        ("rate", rate),
        ("claim_ms", claim_ms),
        ("pass_ms", pass_ms),
        ("grace_ms", grace_ms),
        (
            "reason",
            if room.phase() == RoomPhase::Paused { blueprint.pause_reason.into() } else { String::new() },
        ),
        ("cycle", room.lanes().to_string()),
        ("next", room.next().text(room.lanes())),
        ("gaps", room.gaps().to_string()),
        ("serving", room.serving().to_string()),
        ("commitment", hex(&blueprint.seed.commitment())),
        ("clock", blueprint.now_ms.to_string()),
        ("extra", room.extra().0.to_string()),
        ("extra_until", room.extra().1.max(0).to_string()),
        ("log_head", "0".into()),
    ];
    if let Some(lobby) = room.lobby() {
        fields.push(("lobby_count", lobby.text(room.lanes())));
    }
    if drawn {
        fields.push(("seed", hex(blueprint.seed.as_bytes())));
    }
    let pairs = fields.into_iter().flat_map(|(name, value)| [Value::from(name), Value::from(value)]);
    std::iter::once("finish".into()).chain(pairs).collect()
}

fn fill(command: &str, key: i64, args: Vec<Value>) -> Vec<Value> {
    let mut step = vec!["fill".into(), command.into(), key.into()];
    step.extend(args);
    step
}

fn chunked<const N: usize>(
    command: &str,
    key: i64,
    members: impl Iterator<Item = [Value; N]>,
) -> Vec<Vec<Value>> {
    let members: Vec<[Value; N]> = members.collect();
    members.chunks(CHUNK).map(|chunk| fill(command, key, chunk.concat())).collect()
}

/// Bits in the order Redis counts them: the first is the highest of the first byte.
fn bitmap(flags: impl ExactSizeIterator<Item = bool>) -> Vec<u8> {
    let mut bytes = vec![0_u8; flags.len().div_ceil(8)];
    for (at, _) in flags.enumerate().filter(|(_, flag)| *flag) {
        bytes[at / 8] |= 0x80 >> (at % 8);
    }
    bytes
}
