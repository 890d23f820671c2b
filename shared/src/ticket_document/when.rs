//! When an event is, as told to people: in the words of the clock on its wall.

use jiff::{Timestamp, Zoned, tz::TimeZone};
use time::OffsetDateTime;

use crate::domain::Locale;

const WEEKDAYS_DE: [&str; 7] =
    ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];
const WEEKDAYS_FR: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const MONTHS_DE: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// A time in the time zone of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalTime {
    /// Like "Saturday, 14 March 2026", "Samstag, 14. März 2026", "samedi 14 mars 2026".
    pub date: String,
    /// Like "19:30".
    pub time: String,
    /// Like "CET".
    pub zone: String,
}

impl LocalTime {
    /// The time in a zone of the IANA database; in UTC when the zone is unknown.
    #[must_use]
    pub fn new(at: OffsetDateTime, time_zone: &str, locale: Locale) -> Self {
        let zoned = in_zone(at, time_zone);
        Self {
            date: date(&zoned, locale),
            time: zoned.strftime("%H:%M").to_string(),
            zone: zoned.strftime("%Z").to_string(),
        }
    }
}

fn date(zoned: &Zoned, locale: Locale) -> String {
    let (weekdays, months) = match locale {
        Locale::En => return zoned.strftime("%A, %-d %B %Y").to_string(),
        Locale::De => (&WEEKDAYS_DE, &MONTHS_DE),
        Locale::Fr => (&WEEKDAYS_FR, &MONTHS_FR),
    };
    let nth = |words: &[&'static str], nth: i8| {
        usize::try_from(nth).ok().and_then(|nth| words.get(nth).copied()).unwrap_or_default()
    };
    let weekday = nth(weekdays, zoned.weekday().to_monday_zero_offset());
    let (day, month, year) = (zoned.day(), nth(months, zoned.month() - 1), zoned.year());
    match (locale, day) {
        (Locale::De, _) => format!("{weekday}, {day}. {month} {year}"),
        (_, 1) => format!("{weekday} 1er {month} {year}"),
        _ => format!("{weekday} {day} {month} {year}"),
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
            let LocalTime { date, time, zone } = LocalTime::new(at, zone, Locale::En);
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

    #[test]
    fn dates_are_in_the_reader_s_language() {
        let date = |at, locale| LocalTime::new(at, "Europe/Prague", locale).date;
        let (march, august) = (datetime!(2026-03-14 18:30 UTC), datetime!(2026-08-01 18:30 UTC));
        assert_eq!(date(march, Locale::De), "Samstag, 14. März 2026");
        assert_eq!(date(march, Locale::Fr), "samedi 14 mars 2026");
        assert_eq!(date(august, Locale::De), "Samstag, 1. August 2026");
        assert_eq!(date(august, Locale::Fr), "samedi 1er août 2026");
    }
}
