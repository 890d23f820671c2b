//! A pack, made while it is sent: a page of places is in memory, and a few numbers of each place.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use serde_json::json;
use shared::{
    domain::{Draw, EventId, Lanes, RoomPhase, Seed, waiting_room::Limits},
    store::events::EventRecord,
    tokens::{EvidenceSeal, hex},
};
use sqlx::{Postgres, Transaction};
use tokio::sync::OwnedSemaphorePermit;

use super::{
    given::Given,
    lines::{
        By, ChangeLine, DrawLine, EventLine, FORMAT, Line, PackLine, PlaceLine, RoomLine, SignatureLine,
    },
    places,
    store::{self, AdmissionRow, ChangeRow, DepartureRow, RoomRow},
    tally::Tally,
};
use crate::{
    app::App,
    problem::Problem,
    waiting_room::{lanes::lane_cycle, service::queue_event, store::unix_ms},
};

/// Places read at once.
const PAGE: u64 = 2_000;

/// What a pack could not be finished for; the answer is cut off then, and has no signature.
pub(super) type Broken = Box<dyn std::error::Error + Send + Sync>;

/// The lines of the pack, the first part made already: what fails before is an error, what fails later cuts the
/// answer off.
///
/// # Errors
/// 409 when there is nothing to prove (yet), 503 when too many packs are being made.
pub(super) async fn lines(
    app: &Arc<App>,
    event: Arc<EventRecord>,
) -> Result<impl Stream<Item = Result<Bytes, Broken>> + use<>, Problem> {
    queue_event(app, event.id).await?;
    let slot = Arc::clone(&app.evidence_slots).try_acquire_owned().map_err(|_| Problem::unavailable(10))?;
    let mut snapshot = store::snapshot(&app.pool).await?;
    let room = store::room(&mut snapshot, event.id).await?;
    let room = room.ok_or_else(|| Problem::not_found("waiting room"))?;
    let changes = store::changes(&mut snapshot, event.id).await?;
    let lanes = Lanes::of(&room.lanes).unwrap_or_default();
    let given = Given::read(&mut snapshot, event.id, &room, lanes).await?;
    let mut pack = Pack::begin(app, &event, (room, given), &changes, snapshot, slot)?;
    let first = pack.head(&event, &changes).map_err(Problem::internal)?;
    let rest = stream::try_unfold(Some(pack), async |pack: Option<Pack>| {
        let Some(mut pack) = pack else { return Ok(None) };
        if pack.next < pack.end {
            let page = pack.page().await?;
            return Ok(Some((page, Some(pack))));
        }
        Ok::<_, Broken>(Some((pack.finish().await?, None)))
    });
    Ok(stream::iter([Ok(first)]).chain(rest))
}

struct Pack {
    app: Arc<App>,
    event: EventId,
    room: RoomRow,
    draw: Draw,
    drawn_ms: i64,
    limits: Vec<Limits>,
    snapshot: Transaction<'static, Postgres>,
    tally: Tally,
    seal: EvidenceSeal,
    /// Lines so far.
    lines: u64,
    /// The ordinals that were given.
    given: Given,
    /// The next ordinal, and the end of all.
    next: u64,
    end: u64,
    /// Only so many packs are made at once.
    _slot: OwnedSemaphorePermit,
}

impl Pack {
    fn begin(
        app: &Arc<App>,
        event: &EventRecord,
        (room, given): (RoomRow, Given),
        changes: &[ChangeRow],
        snapshot: Transaction<'static, Postgres>,
        slot: OwnedSemaphorePermit,
    ) -> Result<Self, Problem> {
        let (Some(lobby), Some(drawn_at)) = (room.lobby(), room.drawn_at) else {
            let detail = match room.phase {
                RoomPhase::Closed => "The waiting room was closed before its draw; nobody came in.",
                _ => "The evidence begins with the draw, and nothing is drawn yet.",
            };
            return Err(Problem::conflict("not-drawn", detail));
        };
        let seed =
            Seed::from_slice(&room.seed).ok_or_else(|| Problem::internal("a seed without 32 bytes"))?;
        let limits = changes.iter().map(|change| Limits {
            from_ms: unix_ms(change.changed_at),
            lease_cap: change.lease_cap.into(),
            rate_per_minute: change.rate_per_minute.into(),
        });
        let drawn_ms = unix_ms(drawn_at);
        let ms = |seconds: i32| i64::from(seconds) * 1_000;
        Ok(Self {
            app: Arc::clone(app),
            event: event.id,
            draw: Draw::of_lanes(seed, given.lanes, lobby),
            drawn_ms,
            limits: limits.collect(),
            snapshot,
            tally: Tally::new(
                drawn_ms,
                ms(room.claim_window_seconds) + ms(room.grace_seconds),
                ms(room.pass_ttl_seconds),
            ),
            seal: EvidenceSeal::default(),
            lines: 0,
            next: 0,
            end: given.end(),
            given,
            room,
            _slot: slot,
        })
    }

    /// Everything but places.
    fn head(&mut self, event: &EventRecord, changes: &[ChangeRow]) -> serde_json::Result<Bytes> {
        let room = &self.room;
        let pack = PackLine {
            format: FORMAT,
            as_of: room.as_of,
            is_final: room.finished,
            event: EventLine {
                id: event.id,
                title: event.title.clone(),
                venue: event.venue.clone(),
                city: event.city.clone(),
                starts_at: event.starts_at,
                status: event.status,
            },
            room: RoomLine {
                phase: room.phase,
                lobby_opens_ms: unix_ms(room.lobby_opens_at),
                opens_ms: unix_ms(room.opens_at),
                lease_cap: room.lease_cap,
                rate_per_minute: room.rate_per_minute,
                claim_window_seconds: room.claim_window_seconds,
                grace_seconds: room.grace_seconds,
                pass_ttl_seconds: room.pass_ttl_seconds,
                places: self.given.count(),
                serving: room.serving.unsigned_abs(),
            },
        };
        let draw = DrawLine {
            seed_commitment: hex(&self.draw.seed().commitment()),
            seed: hex(self.draw.seed().as_bytes()),
            lobby_count: self.draw.lobby_count(),
            lanes: self.given.lane_lines(&self.draw, &room.lanes),
            cycle: lane_cycle(&self.given.lanes),
            drawn_ms: self.drawn_ms,
        };
        let mut lines = vec![Line::Pack(Box::new(pack)), Line::Draw(draw)];
        lines.extend(changes.iter().map(|change| Line::Change(self.change(change))));
        lines.extend(self.given.gaps.iter().map(|gap| Line::Gap((*gap).into())));
        self.write(&lines)
    }

    fn change(&self, row: &ChangeRow) -> ChangeLine {
        let mut change = row.change.clone();
        // The code by which a fan that was held back is known to the organiser.
        if let Some(appeal) = change.get_mut("appeal") {
            *appeal = json!(true);
        }
        ChangeLine {
            at_ms: unix_ms(row.changed_at),
            by: By {
                role: row.role.clone().unwrap_or_else(|| "system".into()),
                who: row.actor_id.map(|actor| self.pseudonym(&actor.to_string())),
            },
            phase: row.phase,
            lease_cap: row.lease_cap,
            rate_per_minute: row.rate_per_minute,
            change,
        }
    }

    /// Tells one from another, but not who it is; nothing in common with those of other events.
    fn pseudonym(&self, of: &str) -> String {
        let hash = self.app.tokens.keyed_hash("evidence", format!("{} {of}", self.event).as_bytes());
        hex(&hash[..8])
    }

    async fn page(&mut self) -> Result<Bytes, Broken> {
        let (from, to) = (self.next, (self.next + PAGE).min(self.end));
        let bounds = (from.cast_signed(), to.cast_signed());
        let admitted = store::admissions(&mut self.snapshot, self.event, bounds.0, bounds.1).await?;
        let departed = store::departures(&mut self.snapshot, self.event, bounds.0, bounds.1).await?;
        let mut admitted = admitted.iter().peekable();
        let mut departed = departed.iter().peekable();
        let mut lines = Vec::new();
        for ordinal in from..to {
            let admission = admitted.next_if(|row| row.ordinal.unsigned_abs() == ordinal);
            let departure = departed.next_if(|row| row.ordinal.unsigned_abs() == ordinal);
            if admission.is_none() && !self.given.is_anybodys(ordinal) {
                continue;
            }
            let place = self.place(ordinal, admission, departure);
            self.tally.add(&place);
            lines.push(Line::Place(place));
        }
        self.next = to;
        Ok(self.write(&lines)?)
    }

    fn place(
        &self,
        ordinal: u64,
        admission: Option<&AdmissionRow>,
        departure: Option<&DepartureRow>,
    ) -> PlaceLine {
        let number = self.draw.number(ordinal);
        let passed = number < self.room.serving.unsigned_abs();
        let mut place = places::line(ordinal, number, passed, admission, departure);
        place.who = place.who.map(|who| self.pseudonym(&who));
        place
    }

    /// What all places add up to, and the signature.
    async fn finish(mut self) -> Result<Bytes, Broken> {
        let limits = std::mem::take(&mut self.limits);
        let tally = std::mem::replace(&mut self.tally, Tally::new(0, 0, 0));
        let (seconds, summary) = tokio::task::spawn_blocking(move || tally.finish(&limits)).await?;
        let mut lines: Vec<Line> = seconds.into_iter().map(Line::Second).collect();
        lines.push(Line::Summary(Box::new(summary)));
        let mut last = self.write(&lines)?.to_vec();
        let sealed = self.seal.sign(&self.app.tokens, self.event);
        let signature = SignatureLine {
            lines: self.lines,
            sha256: hex(&sealed.sha256),
            key: STANDARD.encode(self.app.tokens.public_key()),
            signature: STANDARD.encode(sealed.signature),
        };
        append(&mut last, &Line::Signature(signature))?;
        Ok(last.into())
    }

    fn write(&mut self, lines: &[Line]) -> serde_json::Result<Bytes> {
        let mut part = Vec::with_capacity(lines.len() * 200);
        for line in lines {
            append(&mut part, line)?;
        }
        self.lines += u64::try_from(lines.len()).unwrap_or(u64::MAX);
        self.seal.update(&part);
        Ok(part.into())
    }
}

fn append(part: &mut Vec<u8>, line: &Line) -> serde_json::Result<()> {
    serde_json::to_writer(&mut *part, line)?;
    part.push(b'\n');
    Ok(())
}
