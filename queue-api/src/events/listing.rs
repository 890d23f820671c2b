//! The catalogue: search, filters, pages.

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use shared::domain::{Category, Demand, EventStatus, Role};
use time::{Duration, OffsetDateTime};
use utoipa::IntoParams;

use super::{
    cursor::Cursor,
    pages::{self, Filter, ItemRow, Scope},
    views::{EventItem, EventPage, Live},
};
use crate::{app::App, extract::Caller, problem::Problem};

const DEFAULT_LIMIT: u32 = 20;
const MAX_LIMIT: u32 = 100;
/// Words of a search that count; more would find nothing anyway.
const MAX_WORDS: usize = 10;

/// How long after its start a door may be needed.
const DOOR_OPEN: Duration = Duration::hours(24);

/// What the pages are sorted by; ties by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(super) enum Sort {
    /// Soonest first.
    #[default]
    #[serde(rename = "starts_at")]
    StartsAt,
    /// Latest first.
    #[serde(rename = "-starts_at")]
    StartsAtDescending,
    /// By the opening of the sale, soonest first.
    #[serde(rename = "sale_opens_at")]
    SaleOpensAt,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Words to search for in title, venue, city and description; the last may be unfinished, and when nothing is
    /// found, titles and places that are spelt alike are.
    q: Option<String>,
    category: Option<Category>,
    /// Starting at or after; by default now.
    #[serde(default, with = "time::serde::rfc3339::option")]
    from: Option<OffsetDateTime>,
    /// Starting before.
    #[serde(default, with = "time::serde::rfc3339::option")]
    to: Option<OffsetDateTime>,
    /// Part of the city's or the venue's name.
    place: Option<String>,
    #[serde(default)]
    #[param(inline)]
    sort: Sort,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Events a page, at most 100.
    limit: Option<u32>,
    /// Only the events the caller organises, drafts too; an admin organises all.
    #[serde(default)]
    mine: bool,
    /// Only the events at whose doors the caller may work: published ones, for staff and admins everybody's, for an
    /// organiser the own; by default those that started within the last 24 hours or have not started yet.
    #[serde(default)]
    door: bool,
}

pub(super) async fn list(app: &App, caller: Option<Caller>, query: ListQuery) -> Result<EventPage, Problem> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Problem::invalid("limit", "from 1 to 100"));
    }
    let scope = scope(&query, caller)?;
    let cursor = match &query.cursor {
        Some(text) => Some(
            Cursor::decode(text)
                .filter(|cursor| cursor.sort == query.sort && cursor.at().is_some())
                .ok_or_else(|| Problem::invalid("cursor", "not a cursor of this list"))?,
        ),
        None => None,
    };
    let words = query.q.as_deref().map(words).filter(|words| !words.is_empty());
    let earliest = match scope {
        _ if query.door => Some(app.clock.now() - DOOR_OPEN),
        Scope::Published => Some(app.clock.now()),
        _ => None,
    };
    let mut filter = Filter {
        scope,
        category: query.category,
        from: query.from.or(earliest),
        to: query.to,
        place: query.place.map(|place| place.replace('\0', "").trim().to_lowercase()),
        words,
        lenient: cursor.is_some_and(|cursor| cursor.lenient),
        sort: query.sort,
        after: cursor.and_then(|cursor| Some((cursor.at()?, cursor.event))),
        limit: i64::from(limit) + 1,
    };
    let mut rows = pages::page(&app.pool, &filter).await?;
    if rows.is_empty() && filter.words.is_some() && cursor.is_none() {
        filter.lenient = true;
        rows = pages::page(&app.pool, &filter).await?;
    }
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).and_then(|last| {
        let at = if query.sort == Sort::SaleOpensAt { last.sale_opens_at } else { last.starts_at };
        Cursor::after(query.sort, filter.lenient, at, last.id).encode()
    });
    let live = join_all(rows.iter().map(|row| live(app, row))).await;
    let items = rows.into_iter().zip(live).map(|(row, live)| EventItem::new(row, &live));
    Ok(EventPage { items: items.collect::<Result<_, _>>()?, next_cursor: next })
}

/// What Redis knows of an event; all are asked together, in one round trip. What it does not know right now, the list
/// goes without.
async fn live(app: &App, row: &ItemRow) -> Live {
    if row.status != EventStatus::Published {
        return Live::default();
    }
    let room = async {
        match row.demand {
            Demand::Queue => app.waiting_rooms.view(row.id).await.ok().map(|view| view.phase),
            Demand::Direct => None,
        }
    };
    let (stock, phase) = tokio::join!(app.holds.known_stock(row.id), room);
    Live { available: stock.ok().flatten().map(|stock| stock.available()), phase }
}

fn scope(query: &ListQuery, caller: Option<Caller>) -> Result<Scope, Problem> {
    if !query.mine && !query.door {
        return Ok(Scope::Published);
    }
    let caller = caller.ok_or_else(|| Problem::unauthorized("This list needs you to sign in."))?;
    if query.mine && query.door {
        return Err(Problem::invalid("door", "either mine or door"));
    }
    if query.sort != Sort::StartsAt {
        return Err(Problem::invalid("sort", "this list is sorted by starts_at"));
    }
    if query.mine {
        let admin = caller.role == Role::Admin;
        return Ok(if admin { Scope::All } else { Scope::OrganisedBy(caller.user) });
    }
    caller.require(&[Role::Staff, Role::Organiser])?;
    let organiser = caller.role == Role::Organiser;
    Ok(if organiser { Scope::PublishedBy(caller.user) } else { Scope::Published })
}

/// Letters and digits only: nothing that means something to the search.
fn words(q: &str) -> Vec<String> {
    q.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(MAX_WORDS)
        .map(|word| word.to_lowercase().chars().take(50).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_reduced_to_its_words() {
        assert_eq!(words("  Mürzsteg: the & !Seagull' "), ["mürzsteg", "the", "seagull"]);
        assert!(words("&|!():*<> \0").is_empty());
        assert_eq!(words(&"a ".repeat(50)).len(), MAX_WORDS);
    }
}
