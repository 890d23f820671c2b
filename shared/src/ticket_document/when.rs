//! When an event is, as told to people: in the words of the clock on its wall.

use jiff::{Timestamp, Zoned, tz::TimeZone};
use time::OffsetDateTime;

/// A time in the time zone of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalTime {
    /// Like "Saturday, 14 March 2026".
    pub date: String,
    /// Like "19:30".
    pub time: String,
    /// Like "CET".
    pub zone: String,
}

impl LocalTime {
    /// The time in a zone of the IANA database; in UTC when the zone is unknown.
    #[must_use]
    pub fn new(at: OffsetDateTime, time_zone: &str) -> Self {
        let zoned = in_zone(at, time_zone);
        Self {
            date: zoned.strftime("%A, %-d %B %Y").to_string(),
            time: zoned.strftime("%H:%M").to_string(),
            zone: zoned.strftime("%Z").to_string(),
        }
    }
}

fn in_zone(at: OffsetDateTime, time_zone: &str) -> Zoned {
    let timestamp = Timestamp::from_second(at.unix_timestamp()).unwrap_or(Timestamp::UNIX_EPOCH);
    timestamp.to_zoned(TimeZone::get(time_zone).unwrap_or(TimeZone::UTC))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn summer_time_is_that_of_the_place() {
        let local = |at, zone| {
            let LocalTime { date, time, zone } = LocalTime::new(at, zone);
            format!("{date} {time} {zone}")
        };
        assert_eq!(
            local(datetime!(2026-03-14 18:30 UTC), "Europe/Prague"),
            "Saturday, 14 March 2026 19:30 CET"
        );
        assert_eq!(
            local(datetime!(2026-07-14 18:30 UTC), "Europe/Prague"),
            "Tuesday, 14 July 2026 20:30 CEST"
        );
        assert_eq!(local(datetime!(2026-07-14 20:30 UTC), "Asia/Tokyo"), "Wednesday, 15 July 2026 05:30 JST");
        assert_eq!(local(datetime!(2026-07-14 20:30 UTC), "Mars/Crater"), "Tuesday, 14 July 2026 20:30 UTC");
    }
}
