//! What organisers do with codes.

use serde_json::json;
use shared::{
    domain::{Demand, EventId},
    store::events::EventRecord,
};
use uuid::Uuid;

use super::{
    code::{self, Code},
    store::{self, MOST_CODES, NewCodes, Wanted},
    views::{CodePage, CodeQuery, MadeCodes, MakeCodes},
};
use crate::{
    app::App, events::organised, extract::Caller, problem::Problem, readable, waiting_room::note_change,
};

const DEFAULT_LIMIT: u32 = 100;
const MOST: u32 = 500;

/// Makes codes; the log of the room says who did, for how many, but not the codes.
///
/// # Errors
/// 403 and 404 for others than the organiser, 409 where nothing is joined, a word is there already or there are too
/// many, 422 for a word that cannot be one.
pub(super) async fn make(
    app: &App,
    caller: Caller,
    event: EventId,
    wish: MakeCodes,
) -> Result<MadeCodes, Problem> {
    let record = organised(app, caller, event).await?;
    queued(&record)?;
    has_lane(&record, wish.lane)?;
    let codes = match &wish.code {
        Some(word) => vec![own(word, &wish)?],
        None => (0..wish.count).map(|_| Code::random()).collect(),
    };
    let new = NewCodes {
        codes: &codes,
        label: &wish.label,
        most_uses: wish.most_uses.try_into().unwrap_or(i32::MAX),
        lane: wish.lane,
    };
    let mut tx = app.pool.begin().await?;
    if !store::has_room(&mut tx, event, codes.len()).await? {
        let detail = format!("An event has at most {MOST_CODES} codes.");
        return Err(Problem::conflict("too-many-codes", detail));
    }
    if store::insert(&mut tx, event, &new).await? != codes.len() {
        return Err(Problem::conflict("code-taken", "The event has this code already."));
    }
    let made =
        json!({ "label": wish.label, "codes": codes.len(), "most_uses": new.most_uses, "lane": wish.lane });
    note_change(&mut tx, event, caller.user, json!({ "codes_made": made })).await?;
    tx.commit().await?;
    app.events.forget(event).await;
    Ok(MadeCodes { label: wish.label, codes: codes.into_iter().map(|code| code.written).collect() })
}

/// A code whose lane is not there would lead to everybody's, unnoticed until the sale.
fn has_lane(event: &EventRecord, lane: Option<i16>) -> Result<(), Problem> {
    let known = |lane: i16| usize::try_from(lane).is_ok_and(|lane| lane <= event.lanes.len());
    if lane.is_none_or(known) {
        Ok(())
    } else {
        Err(Problem::invalid("lane", "is none of this event's lanes"))
    }
}

fn queued(event: &EventRecord) -> Result<(), Problem> {
    match event.demand {
        Demand::Queue => Ok(()),
        Demand::Direct => {
            Err(Problem::conflict("no-waiting-room", "This event sells without a waiting room."))
        }
    }
}

fn own(word: &str, wish: &MakeCodes) -> Result<Code, Problem> {
    if wish.count != 1 {
        return Err(Problem::invalid("count", "is 1 for an own word"));
    }
    let code = Code::own(word);
    let code = code.ok_or_else(|| Problem::invalid("code", "6 to 40 letters (A to Z) and digits"))?;
    // Labels stand in the log.
    if readable::folded(&wish.label).contains(&code.code) {
        return Err(Problem::invalid("label", "must not tell the code"));
    }
    Ok(code)
}

/// One page of codes.
///
/// # Errors
/// 422 when the limit is out of range.
pub(super) async fn list(app: &App, event: EventId, query: &CodeQuery) -> Result<CodePage, Problem> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::invalid("limit", "must be 1 to 500"));
    }
    let typed = query.code.as_deref().filter(|code| !code.trim().is_empty());
    // What cannot be a code is none.
    let code = typed.map(|typed| code::read(typed).unwrap_or_default());
    let wanted = Wanted {
        event,
        label: query.label.as_deref(),
        code: code.as_deref(),
        after: query.cursor,
        most: i64::from(limit) + 1,
    };
    let mut items = store::list(&app.pool, &wanted).await?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|last| last.id);
    Ok(CodePage { items, next_cursor })
}

/// Withdraws one code; doing it again changes nothing.
///
/// # Errors
/// 403 and 404 for others than the organiser, 404 when there is none such.
pub(super) async fn withdraw(app: &App, caller: Caller, event: EventId, id: Uuid) -> Result<(), Problem> {
    organised(app, caller, event).await?;
    let mut tx = app.pool.begin().await?;
    let withdrawn = store::withdraw(&mut tx, event, id).await?.ok_or_else(|| Problem::not_found("code"))?;
    if withdrawn {
        note_change(&mut tx, event, caller.user, json!({ "code_withdrawn": id })).await?;
    }
    tx.commit().await?;
    app.events.forget(event).await;
    Ok(())
}

/// Withdraws all codes of a label; how many were good until now.
///
/// # Errors
/// 403 and 404 for others than the organiser.
pub(super) async fn withdraw_label(
    app: &App,
    caller: Caller,
    event: EventId,
    label: &str,
) -> Result<u64, Problem> {
    organised(app, caller, event).await?;
    let mut tx = app.pool.begin().await?;
    let withdrawn = store::withdraw_label(&mut tx, event, label).await?;
    if withdrawn > 0 {
        let what = json!({ "label": label, "codes": withdrawn });
        note_change(&mut tx, event, caller.user, json!({ "codes_withdrawn": what })).await?;
    }
    tx.commit().await?;
    app.events.forget(event).await;
    Ok(withdrawn)
}
