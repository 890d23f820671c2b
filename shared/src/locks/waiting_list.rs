//! What returns to an event with a waiting list is kept for it, in the same script that frees it: nobody else can
//! take it in between. The one who offers holds it for a fan, or opens it to everybody.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{
    Hold, HoldOutcome, HoldRequest, Holds, LockError,
    acts::Act,
    read_hold,
    scripts::{self, areas_text, parse_areas, parse_seats, seats_text, texts},
};
use crate::{
    domain::{AreaIndex, EventId, HoldId, SeatIndex, SeatStates, TierIndex},
    store::events::load_seat_map,
};

/// What is kept for the waiting list of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Names the moment since when anything is kept; none: returned seats are for everybody.
    pub mark: Option<String>,
    /// Seats kept and not offered yet.
    pub seats: Vec<SeatIndex>,
    /// Places kept in areas and not offered yet.
    pub areas: Vec<(AreaIndex, u32)>,
}

/// What a view that is built anew must keep, and which offers stand.
#[derive(Default)]
pub(super) struct Listed {
    /// `waits` or empty.
    pub(super) waits: &'static str,
    pub(super) seats: Vec<SeatIndex>,
    pub(super) areas: Vec<AreaIndex>,
    pub(super) offers: Vec<Hold>,
}

impl Holds {
    /// From now on what returns is kept for the waiting list. Also the answer to a new entry: an earlier mark is
    /// void then.
    ///
    /// # Errors
    /// When Redis is away, or the view is missing and cannot be rebuilt.
    pub async fn keep_for_list(&self, event_id: EventId) -> Result<Kept, LockError> {
        self.list(event_id, ["raise".to_owned(), String::new(), String::new()]).await
    }

    /// What is kept.
    ///
    /// # Errors
    /// When Redis is away, or the view is missing and cannot be rebuilt.
    pub async fn kept_for_list(&self, event_id: EventId) -> Result<Kept, LockError> {
        self.list(event_id, ["look".to_owned(), String::new(), String::new()]).await
    }

    /// Gives everybody what nobody on the list can take.
    ///
    /// # Errors
    /// When Redis is away, or the view is missing and cannot be rebuilt.
    pub async fn open_to_all(&self, event_id: EventId, kept: &Kept) -> Result<Kept, LockError> {
        self.list(event_id, ["open".to_owned(), seats_text(&kept.seats), areas_text(&kept.areas)]).await
    }

    /// Nobody waits any more: gives everybody everything, unless somebody joined since `mark`.
    ///
    /// # Errors
    /// When Redis is away, or the view is missing and cannot be rebuilt.
    pub async fn keep_no_more(&self, event_id: EventId, mark: &str) -> Result<Kept, LockError> {
        self.list(event_id, ["lower".to_owned(), mark.to_owned(), String::new()]).await
    }

    /// Locks what is offered to a fan; may take what is kept for the list.
    ///
    /// # Errors
    /// As [`Holds::hold`].
    pub async fn hold_offered(&self, request: &HoldRequest) -> Result<HoldOutcome, LockError> {
        self.hold_from(request, "offer").await
    }

    /// A living hold; none means that it is over, and not that Redis forgot it.
    ///
    /// # Errors
    /// When Redis is away, or the view is missing and cannot be rebuilt.
    pub async fn get_settled(&self, event_id: EventId, hold: HoldId) -> Result<Option<Hold>, LockError> {
        let args = vec![hold.to_string(), "settled".to_owned()];
        read_hold(event_id, hold, &self.act_on_view(event_id, Act::Get, args).await?)
    }

    async fn list(&self, event_id: EventId, args: [String; 3]) -> Result<Kept, LockError> {
        let reply = self.run_on_view(event_id, &scripts::LIST, texts(args)).await?;
        let [mark, seats, areas] = reply.as_slice() else { return Err(LockError::Reply(reply.join(" "))) };
        Ok(Kept {
            mark: Some(mark.clone()).filter(|mark| !mark.is_empty()),
            seats: parse_seats(seats)?,
            areas: parse_areas(areas)?,
        })
    }

    /// Puts the holds of standing offers back; before the view is installed.
    pub(super) async fn restore_offers(&self, event_id: EventId, offers: &[Hold]) -> Result<(), LockError> {
        for offer in offers {
            let args = texts([
                offer.hold_id.to_string(),
                offer.user_id.to_string(),
                seats_text(&offer.seats),
                areas_text(&offer.areas),
                offer.fence.to_string(),
                offer.deadline_ms.to_string(),
            ]);
            self.run(event_id, &scripts::RESTORE, args).await?;
        }
        Ok(())
    }
}

/// Reads what the waiting list of an event wants of what is free.
pub(super) async fn listed(
    pool: &PgPool,
    tx: &mut PgConnection,
    event_id: EventId,
    states: &SeatStates,
) -> Result<Listed, LockError> {
    let offers = standing_offers(tx, event_id).await?;
    let wanted: Vec<Option<i16>> = sqlx::query_scalar!(
        "SELECT DISTINCT tier FROM waiting_list_entries
         WHERE event_id = $1 AND status = 'waiting'
           AND EXISTS (SELECT FROM waiting_lists l WHERE l.event_id = $1 AND l.enabled)",
        event_id.0
    )
    .fetch_all(&mut *tx)
    .await?;
    if wanted.is_empty() {
        return Ok(Listed { offers, ..Listed::default() });
    }
    let hash = sqlx::query_scalar!("SELECT seat_map_hash FROM events WHERE id = $1", event_id.0)
        .fetch_one(tx)
        .await?
        .ok_or(LockError::NoSeatMap(event_id))?;
    let map = load_seat_map(pool, &hash).await?.ok_or(LockError::NoSeatMap(event_id))?;
    let wants = |tier: TierIndex| {
        wanted.iter().any(|wanted| wanted.is_none_or(|wanted| TierIndex::try_from(wanted) == Ok(tier)))
    };
    let wants_seat = |seat: &SeatIndex| states.is_available(*seat) && map.tier_of(*seat).is_some_and(wants);
    let areas = map.areas().iter().enumerate().filter(|(_, area)| wants(area.tier));
    Ok(Listed {
        waits: "waits",
        seats: (0..states.seat_count()).filter(wants_seat).collect(),
        areas: areas.filter_map(|(index, _)| AreaIndex::try_from(index).ok()).collect(),
        offers,
    })
}

async fn standing_offers(tx: &mut PgConnection, event_id: EventId) -> Result<Vec<Hold>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT hold_id, user_id AS "user_id: Uuid", seats, area, places, fence AS "fence!",
                  (extract(epoch FROM deadline) * 1000)::bigint AS "deadline_ms!"
           FROM waiting_list_offers o
           WHERE event_id = $1 AND status = 'offered' AND deadline > now()
             AND NOT EXISTS (SELECT FROM bookings b WHERE b.hold_id = o.hold_id)"#,
        event_id.0
    );
    let rows = rows.fetch_all(tx).await?;
    let offers = rows.into_iter().map(|row| Hold {
        hold_id: HoldId(row.hold_id),
        event_id,
        user_id: crate::domain::UserId(row.user_id),
        seats: row.seats.into_iter().filter_map(|seat| SeatIndex::try_from(seat).ok()).collect(),
        areas: area_of(row.area, row.places),
        fence: row.fence,
        deadline_ms: row.deadline_ms,
        extended: false,
        pinned: false,
        lease: None,
    });
    Ok(offers.collect())
}

fn area_of(area: Option<i16>, places: i32) -> Vec<(AreaIndex, u32)> {
    let pair = || Some((AreaIndex::try_from(area?).ok()?, u32::try_from(places).ok()?));
    pair().into_iter().collect()
}
