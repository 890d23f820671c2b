//! The page as it is written.

use askama::Template;
use shared::{
    domain::{EventStatus, LaneEntry, RoomPhase},
    store::events::EventRecord,
};
use time::OffsetDateTime;

use super::{
    assets::Assets,
    gate::Gate,
    hurdle::Hurdle,
    language::Language,
    live::{LiveState, reload_after_s},
    resume,
    screen::Screen,
    texts::filled,
    words::{Words, clock_time},
};
use crate::{
    turn_notices::TurnNotices,
    waiting_room::{
        access::Refusal,
        documents::{PlaceDocument, PlaceState, RoomDocument},
    },
};

/// Everything the page is written from.
pub(super) struct Seen<'a> {
    pub(super) event: &'a EventRecord,
    /// None: the room cannot be looked at.
    pub(super) room: Option<&'a RoomDocument>,
    pub(super) place: Option<&'a PlaceDocument>,
    pub(super) now: OffsetDateTime,
    pub(super) socket: String,
    /// Where fans reach this page.
    pub(super) public_url: &'a str,
    pub(super) language: Language,
    pub(super) notice: Notice,
    /// What the place will be told.
    pub(super) notices: &'a TurnNotices,
    /// With which browsers subscribe to pushes; none: there are none.
    pub(super) push_key: Option<&'a str>,
    /// What stands before joining.
    pub(super) hurdle: Option<Hurdle>,
    /// Who may join.
    pub(super) gate: Gate<'a>,
}

/// What came of the button that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    None,
    /// Gave up the place.
    Left,
    /// Being told by mail did not work.
    Untold,
    /// May not join.
    Refused(Refusal),
    /// The place of a link did not come along: there is one already.
    OwnPlace,
    /// The link was not good.
    BadLink,
    /// Too many joined at once; the button may be pressed again after so many seconds.
    Busy(u32),
}

#[derive(Template)]
#[template(path = "page.html")]
pub(super) struct Page<'a> {
    pub(super) seen: &'a Seen<'a>,
    pub(super) words: Words,
    assets: &'static Assets,
    pub(super) screen: Screen,
    reload_s: u64,
    data: String,
}

impl<'a> Page<'a> {
    pub(super) fn new(seen: &'a Seen<'a>) -> Self {
        let words = Words::of(seen.language);
        let Seen { event, room, place, now, .. } = *seen;
        let (hurdle, reload_s) = (seen.hurdle.as_ref(), reload_after_s(event.status, room, place, now));
        let live = LiveState {
            event: event.id,
            title: &event.title,
            cancelled: event.status == EventStatus::Cancelled,
            now: i64::try_from(now.unix_timestamp_nanos() / 1_000_000).unwrap_or_default(),
            room,
            place,
            tiers: &event.tiers.iter().map(|tier| tier.tier).collect::<Vec<_>>(),
            socket: seen.socket.clone(),
            lang: seen.language.tag(),
            push: seen.push_key,
            proof: &Assets::get().worker_path,
            held: hurdle.and_then(Hurdle::open_code),
            t: &words.texts.live,
        };
        Self {
            data: live.json(),
            screen: Screen::of(event.status, room, place, now),
            reload_s: hurdle.and_then(Hurdle::reload_s).unwrap_or(reload_s),
            assets: Assets::get(),
            words,
            seen,
        }
    }

    /// A text of the catalogue.
    pub(super) fn t(&self, name: &str) -> &str {
        self.words.texts.get(name)
    }

    pub(super) fn l(&self, name: &str) -> String {
        self.words.texts.live(name, &[])
    }

    /// `hidden`, unless it is the screen that is shown.
    fn hidden(&self, name: &str) -> &'static str {
        if self.screen.name() == name { "" } else { "hidden" }
    }

    /// Whether one may join, or will.
    pub(super) fn is_before(&self) -> bool {
        matches!(self.screen, Screen::Soon | Screen::Join | Screen::Over)
    }

    fn choices(&self) -> [(Language, &'static str); 3] {
        Language::CHOICES
    }

    fn starts(&self) -> String {
        self.words.when(self.seen.event.starts_at, &self.seen.event.time_zone)
    }

    fn soon_when(&self) -> String {
        let Some(room) = self.seen.room else { return String::new() };
        let zone = &self.seen.event.time_zone;
        let (lobby, opens) =
            (self.words.when(room.lobby_opens_at, zone), self.words.when(room.opens_at, zone));
        filled(self.t("soon_when"), &[("lobby", &lobby), ("opens", &opens)])
    }

    fn fair_lobby(&self) -> String {
        let opens = self.seen.room.map_or(self.seen.event.sale_opens_at, |room| room.opens_at);
        let time = clock_time(opens, &self.seen.event.time_zone, "%H:%M");
        filled(self.t("fair_lobby"), &[("time", &time)])
    }

    fn phase(&self) -> Option<RoomPhase> {
        self.seen.room.map(|room| room.phase)
    }

    fn in_lobby(&self) -> bool {
        matches!(self.phase(), Some(RoomPhase::Scheduled | RoomPhase::Lobby))
    }

    fn countdown(&self, at: Option<OffsetDateTime>) -> String {
        let left = at.map_or(0, |at| (at - self.seen.now).whole_milliseconds());
        self.words.countdown(i64::try_from(left).unwrap_or(0))
    }

    fn lobby_in(&self) -> String {
        self.countdown(self.seen.room.map(|room| room.lobby_opens_at))
    }

    fn opens_in(&self) -> String {
        self.countdown(self.seen.room.map(|room| room.opens_at))
    }

    /// Until the offer goes into its grace, or ends, or the pass does.
    fn until_in(&self) -> String {
        let grace_from = self.seen.place.filter(|_| self.screen == Screen::Turn);
        let until = grace_from.and_then(|place| place.grace_from);
        self.countdown(until.or_else(|| self.seen.place.and_then(|place| place.until)))
    }

    fn here(&self) -> String {
        // The room may be known a little longer than the place.
        let alone = self.seen.room.is_some_and(|room| room.lanes.is_empty());
        let own = self.seen.place.filter(|_| alone).map_or(0, |place| place.ordinal + 1);
        let all = self.seen.room.map(|room| room.joined.max(own));
        // Nobody is no news.
        all.filter(|all| *all > 0).map_or_else(String::new, |all| self.words.counted("here", all))
    }

    /// The lanes that whoever asks may join.
    fn open_lanes(&self) -> Vec<(usize, &str)> {
        let lanes = self.seen.event.lanes.iter().enumerate();
        let open = lanes.filter(|(_, lane)| lane.entry == LaneEntry::Open);
        open.map(|(at, lane)| (at + 1, lane.name.as_str())).collect()
    }

    /// The lane by its name; nothing of everybody's.
    fn lane(&self) -> Option<String> {
        let lane = self.seen.place.and_then(|place| place.lane).map(usize::from);
        let lane =
            lane.and_then(|lane| self.seen.room?.lanes.get(lane)).and_then(|lane| lane.name.as_deref());
        lane.map(|name| filled(self.t("lane_own"), &[("name", name)]))
    }

    /// Counted from 1, as people do.
    fn number(&self) -> String {
        let number =
            self.seen.place.and_then(|place| place.number).map(|number| self.words.number(number + 1));
        self.words.texts.live("number", &[("n", &number.unwrap_or_default())])
    }

    fn called(&self) -> String {
        match self.seen.room.map_or(0, |room| room.serving) {
            0 => self.l("called_none"),
            serving => self.words.texts.live("called", &[("n", &self.words.number(serving))]),
        }
    }

    /// How far the line has come towards this place: of so many, so many are done.
    fn progress(&self) -> (u64, u64) {
        let number = self.seen.place.and_then(|place| place.number).unwrap_or_default();
        (number + 1, self.seen.room.map_or(0, |room| room.serving).min(number + 1))
    }

    fn updated(&self) -> String {
        let time = clock_time(self.seen.now, &self.seen.event.time_zone, "%H:%M:%S %Z");
        self.words.texts.live("updated", &[("time", &time)])
    }

    fn pause(&self) -> Option<String> {
        let room = self.seen.room.filter(|room| room.phase == RoomPhase::Paused)?;
        Some(match &room.pause_reason {
            None => self.l("paused"),
            Some(why) => self.words.texts.live("paused_why", &[("why", &sentence(why))]),
        })
    }

    /// Why what was asked for did not happen.
    fn trouble(&self) -> Option<String> {
        match self.seen.notice {
            Notice::Busy(seconds) => Some(filled(self.t("busy_text"), &[("n", &seconds.to_string())])),
            Notice::OwnPlace => Some(self.t("link_own").to_owned()),
            Notice::BadLink => Some(self.t("link_bad").to_owned()),
            Notice::None | Notice::Left | Notice::Untold | Notice::Refused(_) => None,
        }
    }

    /// Brings the place to another device.
    fn link(&self) -> String {
        let token = self.seen.place.and_then(|place| place.token.as_deref());
        token.map_or_else(String::new, |token| resume::link(self.seen.public_url, self.seen.event.id, token))
    }

    /// What stands before joining, in words.
    fn hurdle(&self) -> Option<String> {
        let words = self.seen.hurdle.as_ref()?.words(self.words.texts);
        Some(words).filter(|_| matches!(self.screen, Screen::Join | Screen::Over))
    }

    fn left(&self) -> bool {
        self.seen.notice == Notice::Left && self.seen.place.is_none_or(|place| !place.state.lives())
    }

    fn untold(&self) -> bool {
        self.seen.notice == Notice::Untold
    }

    /// Where the mail will go, as a sentence.
    fn told(&self) -> Option<String> {
        let email = self.seen.notices.email.as_deref()?;
        Some(filled(self.t("tell_on"), &[("email", email)]))
    }

    /// Why nobody comes in any more.
    fn closed(&self) -> &'static str {
        let sold_out = self.seen.room.is_some_and(|room| room.available == Some(0));
        match self.seen.event.status {
            EventStatus::Cancelled => "cancelled",
            _ if sold_out => "sold_out",
            _ => "closed",
        }
    }

    fn hidden_unless(&self, kind: &str) -> &'static str {
        if self.closed() == kind { "" } else { "hidden" }
    }

    fn closed_text(&self, kind: &str, part: &str) -> &str {
        self.t(&format!("{kind}_{part}"))
    }

    fn reloads(&self) -> String {
        filled(self.t("noscript"), &[("n", &self.reload_s.to_string())])
    }

    /// Waits, was called, or is in: there is something to leave.
    fn may_leave(&self) -> bool {
        self.seen.place.is_some_and(|place| {
            matches!(place.state, PlaceState::Waiting | PlaceState::Offered | PlaceState::Shopping)
        }) && matches!(
            self.screen,
            Screen::Lobby | Screen::Line | Screen::Turn | Screen::Still | Screen::Shopping
        )
    }
}

/// The organiser's words as a sentence, whether they ended it or not.
fn sentence(words: &str) -> String {
    let words = words.trim();
    if words.ends_with(['.', '!', '?', '…']) { words.to_owned() } else { format!("{words}.") }
}
