//! Reading what the scripts reply.

use std::str::FromStr;

use shared::domain::{RoomPhase, Seed};

/// Why a call on a room failed.
#[derive(Debug, thiserror::Error)]
pub enum RoomError {
    /// Redis does not have this room: it was never made, or Redis lost its memory. It is being made again.
    #[error("the waiting room is being made")]
    Missing,
    /// Redis is away or refused.
    #[error("Redis failed")]
    Redis(#[from] fred::error::Error),
    /// A script replied what it never does.
    #[error("unexpected reply of a script: {0:?}")]
    Reply(String),
}

/// A reply, read from front to back.
pub(super) struct Reply {
    status: String,
    rest: std::vec::IntoIter<String>,
}

impl Reply {
    pub(super) fn new(values: Vec<String>) -> Result<Self, RoomError> {
        let mut rest = values.into_iter();
        match rest.next() {
            Some(status) if status == "missing" => Err(RoomError::Missing),
            Some(status) => Ok(Self { status, rest }),
            None => Err(RoomError::Reply("nothing".into())),
        }
    }

    pub(super) fn status(&self) -> &str {
        &self.status
    }

    /// The error for a status the caller does not know.
    pub(super) fn unexpected(&self) -> RoomError {
        RoomError::Reply(self.status.clone())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.as_slice().is_empty()
    }

    pub(super) fn text(&mut self) -> Result<String, RoomError> {
        self.rest.next().ok_or_else(|| RoomError::Reply(format!("{}: too short", self.status)))
    }

    pub(super) fn read<T: FromStr>(&mut self) -> Result<T, RoomError> {
        let text = self.text()?;
        text.parse().map_err(|_| RoomError::Reply(text))
    }

    pub(super) fn flag(&mut self) -> Result<bool, RoomError> {
        Ok(self.text()? == "1")
    }

    pub(super) fn phase(&mut self) -> Result<RoomPhase, RoomError> {
        self.read()
    }

    /// What is -1 when it is not there.
    pub(super) fn optional<T: FromStr>(&mut self) -> Result<Option<T>, RoomError> {
        let text = self.text()?;
        if text == "-1" {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| RoomError::Reply(text))
    }

    /// A seed that is empty before the draw.
    pub(super) fn seed(&mut self) -> Result<Option<Seed>, RoomError> {
        let hex = self.text()?;
        Ok(shared::tokens::from_hex(&hex).and_then(|bytes| Seed::from_slice(&bytes)))
    }

    /// The rest, each read as `T`.
    pub(super) fn all<T: FromStr>(mut self) -> Result<Vec<T>, RoomError> {
        let mut items = Vec::with_capacity(self.rest.len());
        while !self.is_empty() {
            items.push(self.read()?);
        }
        Ok(items)
    }
}
