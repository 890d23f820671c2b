//! The event as a calendar entry (RFC 5545), to be attached to a mail.

use time::{OffsetDateTime, UtcOffset, macros::format_description};

use super::EventDetails;
use crate::domain::BookingId;

/// Longest content line in bytes, without its line break (RFC 5545, 3.1).
const MOST_LINE_BYTES: usize = 75;
/// An event has no end in Onsale; calendars need some length to show it.
const ASSUMED_DURATION: &str = "PT2H";

/// Whether the entry stands or is withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarStatus {
    /// The booking stands.
    Confirmed,
    /// The booking was cancelled: a calendar that has the entry strikes it out.
    Cancelled,
}

/// A calendar file with one entry.
#[derive(Clone, Debug)]
pub struct CalendarEntry<'a> {
    /// The event.
    pub event: &'a EventDetails,
    /// The booking; one entry a booking, whatever is sent about it later.
    pub booking_id: BookingId,
    /// What is admitted to, one line each.
    pub admits_to: &'a [String],
    /// Where the booking can be seen.
    pub url: &'a str,
    /// When the file was made.
    pub made_at: OffsetDateTime,
    /// Whether the entry stands.
    pub status: CalendarStatus,
}

impl CalendarEntry<'_> {
    /// The file, `text/calendar; method=PUBLISH`.
    #[must_use]
    pub fn render(&self) -> String {
        let (status, sequence) = match self.status {
            CalendarStatus::Confirmed => ("CONFIRMED", "0"),
            CalendarStatus::Cancelled => ("CANCELLED", "1"),
        };
        let description = format!("{}\nBooking {}", self.admits_to.join("\n"), self.booking_id);
        let lines = [
            ("BEGIN", "VCALENDAR".into()),
            ("VERSION", "2.0".into()),
            ("PRODID", "-//Onsale//Tickets//EN".into()),
            ("CALSCALE", "GREGORIAN".into()),
            ("METHOD", "PUBLISH".into()),
            ("BEGIN", "VEVENT".into()),
            ("UID", format!("booking-{}@onsale", self.booking_id)),
            ("SEQUENCE", sequence.into()),
            ("DTSTAMP", utc(self.made_at)),
            ("DTSTART", utc(self.event.starts_at)),
            ("DURATION", ASSUMED_DURATION.into()),
            ("SUMMARY", escaped(&self.event.title)),
            ("LOCATION", escaped(&self.event.location())),
            ("DESCRIPTION", escaped(&description)),
            ("URL", without_controls(self.url)),
            ("STATUS", status.into()),
            ("TRANSP", "OPAQUE".into()),
            ("END", "VEVENT".into()),
            ("END", "VCALENDAR".into()),
        ];
        let mut file = String::with_capacity(1024);
        for (name, value) in lines {
            fold(&mut file, &format!("{name}:{value}"));
        }
        file
    }
}

fn utc(at: OffsetDateTime) -> String {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    at.to_offset(UtcOffset::UTC).format(format).unwrap_or_default()
}

/// TEXT values (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

fn without_controls(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}

/// Appends a content line, folded at whole characters, each line ended by CRLF.
fn fold(file: &mut String, line: &str) {
    let mut room = MOST_LINE_BYTES;
    for letter in line.chars() {
        if letter.len_utf8() > room {
            file.push_str("\r\n ");
            room = MOST_LINE_BYTES - 1;
        }
        file.push(letter);
        room -= letter.len_utf8();
    }
    file.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;
    use crate::domain::EventId;

    fn file(title: &str) -> String {
        let event = EventDetails {
            event_id: EventId::new(),
            title: title.into(),
            venue: "Divadlo; Na zábradlí, Praha".into(),
            city: "Praha".into(),
            starts_at: datetime!(2026-07-14 20:30 +2),
            time_zone: "Europe/Prague".into(),
        };
        let entry = CalendarEntry {
            event: &event,
            booking_id: BookingId(uuid::Uuid::nil()),
            admits_to: &["Stalls · Row F · 12".into(), "Stalls · Row F · 13".into()],
            url: "https://tickets.example/bookings/1",
            made_at: datetime!(2026-01-02 03:04:05 UTC),
            status: CalendarStatus::Confirmed,
        };
        entry.render()
    }

    /// What a reader sees: folds undone.
    fn unfolded(file: &str) -> Vec<String> {
        file.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_calendar_file_is_escaped_and_in_utc() {
        let lines = unfolded(&file("Hamlet, Prince; of \\ Denmark\nAct 1"));
        for line in [
            "DTSTART:20260714T183000Z",
            "DTSTAMP:20260102T030405Z",
            "METHOD:PUBLISH",
            "SUMMARY:Hamlet\\, Prince\\; of \\\\ Denmark\\nAct 1",
            "LOCATION:Divadlo\\; Na zábradlí\\, Praha\\, Praha",
            "STATUS:CONFIRMED",
        ] {
            assert!(lines.iter().any(|found| found == line), "{line} is not in {lines:#?}");
        }
    }

    proptest! {
        #[test]
        fn no_line_is_longer_than_allowed_and_no_text_makes_a_line_of_its_own(title in "(\\PC|\\r|\\n){0,200}") {
            let file = file(&title);
            for line in file.split_terminator("\r\n") {
                prop_assert!(line.len() <= MOST_LINE_BYTES, "{} bytes", line.len());
                prop_assert!(!line.contains(['\r', '\n']), "{:?}", line);
            }
            prop_assert_eq!(unfolded(&file).len(), 19);
        }
    }
}
