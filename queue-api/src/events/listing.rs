//! The catalogue: search, filters, pages.

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use shared::domain::{Category, EventStatus, UserId};
use time::OffsetDateTime;
use utoipa::IntoParams;

use super::{
    cursor::Cursor,
    store::{self, Filter, ItemRow},
    views::{EventItem, EventPage},
};
use crate::{app::App, extract::Caller, problem::Problem};

const DEFAULT_LIMIT: u32 = 20;
const MAX_LIMIT: u32 = 100;
/// Words of a search that count; more would find nothing anyway.
const MAX_WORDS: usize = 10;

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
    /// Only the caller's own events, drafts too.
    #[serde(default)]
    mine: bool,
}

pub(super) async fn list(app: &App, caller: Option<Caller>, query: ListQuery) -> Result<EventPage, Problem> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Problem::invalid("limit", "from 1 to 100"));
    }
    let organiser = organiser(&query, caller)?;
    let cursor = match &query.cursor {
        Some(text) => Some(
            Cursor::decode(text)
                .filter(|cursor| cursor.sort == query.sort && cursor.at().is_some())
                .ok_or_else(|| Problem::invalid("cursor", "not a cursor of this list"))?,
        ),
        None => None,
    };
    let words = query.q.as_deref().map(words).filter(|words| !words.is_empty());
    let now = organiser.is_none().then(|| app.clock.now());
    let mut filter = Filter {
        organiser,
        category: query.category,
        from: query.from.or(now),
        to: query.to,
        place: query.place.map(|place| place.replace('\0', "").trim().to_lowercase()),
        words,
        lenient: cursor.is_some_and(|cursor| cursor.lenient),
        sort: query.sort,
        after: cursor.and_then(|cursor| Some((cursor.at()?, cursor.event))),
        limit: i64::from(limit) + 1,
    };
    let mut rows = store::page(&app.pool, &filter).await?;
    if rows.is_empty() && filter.words.is_some() && cursor.is_none() {
        filter.lenient = true;
        rows = store::page(&app.pool, &filter).await?;
    }
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).and_then(|last| {
        let at = if query.sort == Sort::SaleOpensAt { last.sale_opens_at } else { last.starts_at };
        Cursor::after(query.sort, filter.lenient, at, last.id).encode()
    });
    let items = join_all(rows.into_iter().map(|row| item(app, row))).await;
    Ok(EventPage { items: items.into_iter().collect::<Result<_, _>>()?, next_cursor: next })
}

/// A row with what is still to be had, as far as that is known at once.
async fn item(app: &App, row: ItemRow) -> Result<EventItem, Problem> {
    let stock = match row.status {
        EventStatus::Published => app.holds.known_stock(row.id).await.ok().flatten(),
        EventStatus::Draft | EventStatus::Cancelled | EventStatus::Archived => None,
    };
    let mut item = EventItem::try_from(row)?;
    item.available = stock.map(|stock| stock.available());
    Ok(item)
}

fn organiser(query: &ListQuery, caller: Option<Caller>) -> Result<Option<UserId>, Problem> {
    match (query.mine, caller) {
        (false, _) => Ok(None),
        (true, Some(caller)) if query.sort == Sort::StartsAt => Ok(Some(caller.user)),
        (true, Some(_)) => Err(Problem::invalid("sort", "own events are sorted by starts_at")),
        (true, None) => Err(Problem::unauthorized("Your own events need you to sign in.")),
    }
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
