//! The texts of the mail "it is your turn", in `templates/turn.*`.

use askama::Template;
use shared::{domain::Locale, store::events::EventRecord, ticket_document::LocalTime};
use time::OffsetDateTime;

use super::{
    templates::Texts,
    words::{TurnWords, Words, turn_words, words},
};

/// What the mail tells.
pub(crate) struct TurnLetter<'a> {
    /// The event whose door is open.
    pub(crate) event: &'a EventRecord,
    /// How its reader is called; empty: not known.
    pub(crate) name: &'a str,
    /// Until when.
    pub(crate) come_in_by: OffsetDateTime,
    /// The waiting room, with the place.
    pub(crate) room_url: String,
    /// Its language.
    pub(crate) locale: Locale,
}

struct TurnView<'a> {
    words: &'static Words,
    turn: &'static TurnWords,
    name: &'a str,
    title: &'a str,
    date: String,
    time: String,
    location: String,
    come_in_by: String,
    by: String,
    room_url: &'a str,
}

#[derive(Template)]
#[template(path = "turn.html")]
struct TurnHtml<'a> {
    mail: &'a TurnView<'a>,
}

#[derive(Template)]
#[template(path = "turn.txt")]
struct TurnText<'a> {
    mail: &'a TurnView<'a>,
}

impl TurnLetter<'_> {
    /// Writes it.
    pub(crate) fn write(&self) -> Result<Texts, askama::Error> {
        let (details, turn) = (self.event.details(), turn_words(self.locale));
        let LocalTime { date, time, zone } = details.local_start(self.locale);
        let by = clock_time(self.come_in_by, self.event, self.locale);
        let mail = &TurnView {
            words: words(self.locale),
            turn,
            name: self.name,
            title: &self.event.title,
            date,
            time: format!("{time} ({zone})"),
            location: details.location(),
            come_in_by: turn.come_in_by.replace("{time}", &by),
            by,
            room_url: &self.room_url,
        };
        Texts::of(turn.subject, mail.title, &TurnHtml { mail }, &TurnText { mail })
    }
}

/// Like "19:30 (CET)": by the clock of the event's place.
pub(crate) fn clock_time(at: OffsetDateTime, event: &EventRecord, locale: Locale) -> String {
    let LocalTime { time, zone, .. } = LocalTime::new(at, &event.time_zone, locale);
    format!("{time} ({zone})")
}
