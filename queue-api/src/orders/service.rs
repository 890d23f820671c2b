//! Finding orders.

use shared::{domain::SeatIndex, store::events::EventRecord};

use super::{
    store::{self, Wanted},
    views::{OrderPage, OrderQuery},
};
use crate::{app::App, problem::Problem, seat_maps::search::seats_like};

const DEFAULT_LIMIT: u32 = 50;
const MOST: u32 = 100;
/// Longest text that is searched for, characters.
const LONGEST_SEARCH: usize = 100;
/// Fewer characters of an id name too many.
const LEAST_OF_ID: usize = 4;

/// What is searched for, in the ways it may be meant.
pub(crate) struct Search {
    /// Part of a name or an address, lower case.
    pub text: String,
    /// Part of an id.
    pub id: Option<String>,
    /// Seats.
    pub seats: Vec<i32>,
}

impl Search {
    /// None when there is nothing to search for.
    ///
    /// # Errors
    /// 422 when the text is too long.
    pub(crate) fn of(event: &EventRecord, q: Option<&str>) -> Result<Option<Self>, Problem> {
        let text = q.unwrap_or_default().replace('\0', "").trim().to_lowercase();
        if text.chars().count() > LONGEST_SEARCH {
            return Err(Problem::invalid("q", "at most 100 characters"));
        }
        if text.is_empty() {
            return Ok(None);
        }
        let is_id =
            text.len() >= LEAST_OF_ID && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        let seats: Vec<SeatIndex> =
            event.seat_map.as_deref().map_or_else(Vec::new, |map| seats_like(map, &text));
        let seats = seats.into_iter().filter_map(|seat| seat.try_into().ok()).collect();
        Ok(Some(Self { id: is_id.then(|| text.clone()), text, seats }))
    }
}

/// One page of the orders of an event.
///
/// # Errors
/// 422 when the limit or the search is out of range.
pub(super) async fn list(app: &App, event: &EventRecord, query: &OrderQuery) -> Result<OrderPage, Problem> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::invalid("limit", "must be 1 to 100"));
    }
    let wanted = Wanted {
        event: event.id,
        before: query.cursor,
        status: query.status,
        search: Search::of(event, query.q.as_deref())?,
        most: i64::from(limit) + 1,
    };
    let mut items = store::page(&app.pool, &wanted).await?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|last| last.id);
    Ok(OrderPage { items, next_cursor })
}
