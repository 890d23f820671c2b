//! The codes of an event as a table, made while it is sent: a page at a time is in memory.

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use shared::domain::EventId;
use sqlx::PgPool;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::{
    store::{self, Wanted},
    views::CodeItem,
};
use crate::orders::csv;

/// Codes read at once.
const PAGE: i64 = 2_000;

const HEADINGS: [&str; 6] = ["code", "label", "most_uses", "uses", "made_at", "withdrawn_at"];

/// Where the export stands.
struct Position {
    pool: PgPool,
    event: EventId,
    label: Option<String>,
    after: Option<Uuid>,
    ended: bool,
}

/// The table, its first part read already: what fails before the first line is an error, what fails later cuts the
/// answer off.
///
/// # Errors
/// When PostgreSQL is away.
pub(super) async fn lines(
    pool: PgPool,
    event: EventId,
    label: Option<String>,
) -> Result<impl Stream<Item = sqlx::Result<Bytes>> + use<>, sqlx::Error> {
    let mut headings = String::new();
    csv::line(&mut headings, HEADINGS);
    let mut position = Position { pool, event, label, after: None, ended: false };
    let first = position.read().await?;
    let rest = stream::try_unfold(position, async |mut position: Position| {
        if position.ended {
            return Ok(None);
        }
        let part = position.read().await?;
        Ok(Some((part, position)))
    });
    Ok(stream::iter([Ok(Bytes::from(headings)), Ok(first)]).chain(rest))
}

impl Position {
    async fn read(&mut self) -> sqlx::Result<Bytes> {
        let label = self.label.as_deref();
        let wanted = Wanted { event: self.event, label, code: None, after: self.after, most: PAGE };
        let codes = store::list(&self.pool, &wanted).await?;
        self.ended = i64::try_from(codes.len()).unwrap_or(PAGE) < PAGE;
        self.after = codes.last().map_or(self.after, |code| Some(code.id));
        let mut part = String::with_capacity(codes.len() * 80);
        for code in codes {
            csv::line(&mut part, cells(code));
        }
        Ok(part.into())
    }
}

fn cells(code: CodeItem) -> [String; HEADINGS.len()] {
    let at = |at: time::OffsetDateTime| at.format(&Rfc3339).unwrap_or_default();
    [
        code.code,
        code.label,
        code.most_uses.to_string(),
        code.uses.to_string(),
        at(code.made_at),
        code.withdrawn_at.map_or_else(String::new, at),
    ]
}
