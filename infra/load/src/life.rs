//! What became of one fan, as the fan saw it: one line of a herd's log.

use serde::{Deserialize, Serialize};

use crate::people::Intent;

/// A life.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Life {
    pub(crate) fan: u32,
    pub(crate) intent: Intent,
    pub(crate) end: End,
    /// Of the place, when there was one.
    pub(crate) ordinal: Option<u64>,
    pub(crate) place: Option<String>,
    /// When the fan was told each of these, Unix ms.
    pub(crate) joined_ms: Option<i64>,
    pub(crate) admitted_ms: Option<i64>,
    pub(crate) claimed_ms: Option<i64>,
    /// Gave the place or the pass back.
    pub(crate) left_ms: Option<i64>,
    /// Of a booking that was accepted (202).
    pub(crate) booking: Option<String>,
    pub(crate) accepted_ms: Option<i64>,
    /// Heard that it is booked.
    pub(crate) confirmed_ms: Option<i64>,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    /// Never got a place.
    NoPlace,
    /// Waited until the room was closed.
    Waited,
    /// Left the line.
    Left,
    /// Did not come in.
    NoShow,
    /// Came too late.
    Missed,
    /// Came in and gave the pass back.
    GaveBack,
    /// Found nothing to buy and gave the pass back.
    SoldOut,
    /// Has tickets.
    Bought,
    /// Paid, and the booking was not confirmed.
    NotBooked,
    /// Went away from the checkout without a word.
    Abandoned,
    /// Had no card that pays, and gave the pass back.
    Declined,
    /// Attacked; had no place, or gave it back.
    Attacked,
}

impl Life {
    pub(crate) fn new(fan: u32, intent: Intent) -> Self {
        Self {
            fan,
            intent,
            end: End::NoPlace,
            ordinal: None,
            place: None,
            joined_ms: None,
            admitted_ms: None,
            claimed_ms: None,
            left_ms: None,
            booking: None,
            accepted_ms: None,
            confirmed_ms: None,
        }
    }
}
