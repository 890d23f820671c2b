//! What became of a place, from what is written down of it.

use uuid::Uuid;

use super::{
    lines::{Outcome, PlaceLine},
    store::{AdmissionRow, DepartureRow},
};
use crate::waiting_room::store::unix_ms;

/// The line of a place; `who` is not a pseudonym yet. Of one that was passed over a record says why.
pub(super) fn line(
    ordinal: u64,
    number: u64,
    passed: bool,
    admission: Option<&AdmissionRow>,
    departure: Option<&DepartureRow>,
) -> PlaceLine {
    let mut place = PlaceLine {
        ordinal,
        number,
        outcome: Outcome::Waiting,
        joined_ms: None,
        released_ms: None,
        claimed_ms: None,
        ended_ms: None,
        extra: false,
        who: None,
    };
    match (admission, departure) {
        (Some(row), _) => {
            place.outcome = came_in(row);
            place.joined_ms = made_ms(row.place_id);
            place.released_ms = Some(unix_ms(row.admitted_at));
            place.claimed_ms = row.claimed_at.map(unix_ms);
            place.ended_ms = row.ended_at.map(unix_ms);
            place.extra = row.extra;
            place.who = Some(row.who.clone()).filter(|who| !who.is_empty());
        }
        (None, Some(row)) => {
            place.outcome = match row.reason.as_str() {
                "forfeited" => Outcome::Forfeited,
                "closed" => Outcome::Waiting,
                _ => Outcome::Left,
            };
            place.joined_ms = row.place_id.and_then(made_ms);
            place.ended_ms = Some(unix_ms(row.left_at));
        }
        (None, None) if passed => place.outcome = Outcome::PassedOver,
        (None, None) => {}
    }
    place
}

fn came_in(row: &AdmissionRow) -> Outcome {
    match (row.outcome.as_deref(), row.claimed_at) {
        (Some("finished"), _) => Outcome::Finished,
        (Some("given_back"), _) => Outcome::GivenBack,
        (Some("left"), _) => Outcome::Declined,
        (Some(_), Some(_)) => Outcome::Expired,
        (Some(_), None) => Outcome::NoShow,
        (None, Some(_)) => Outcome::Shopping,
        (None, None) => Outcome::Offered,
    }
}

/// When an id was made (UUIDv7), Unix ms.
fn made_ms(id: Uuid) -> Option<i64> {
    let (seconds, nanoseconds) = id.get_timestamp()?.to_unix();
    Some(i64::try_from(seconds).ok()? * 1_000 + i64::from(nanoseconds / 1_000_000))
}
