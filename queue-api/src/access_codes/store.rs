//! The SQL of codes.

use shared::domain::EventId;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{
    code::Code,
    redeem::{Attempt, Redeemed},
    views::{CodeGroup, CodeItem},
};

/// Most codes of one event.
pub(super) const MOST_CODES: i64 = 100_000;
/// Most labels listed at once.
const GROUPS_LISTED: i64 = 200;

/// What codes are made with.
pub(super) struct NewCodes<'a> {
    pub codes: &'a [Code],
    pub label: &'a str,
    pub most_uses: i32,
    pub lane: Option<i16>,
}

/// Which codes are listed.
pub(super) struct Wanted<'a> {
    pub event: EventId,
    pub label: Option<&'a str>,
    pub code: Option<&'a str>,
    pub after: Option<Uuid>,
    pub most: i64,
}

/// Whether so many more may be made.
pub(super) async fn has_room(
    connection: &mut PgConnection,
    event: EventId,
    more: usize,
) -> sqlx::Result<bool> {
    let count =
        sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM access_codes WHERE event_id = $1"#, event.0);
    let more = i64::try_from(more).unwrap_or(MOST_CODES + 1);
    Ok(count.fetch_one(connection).await? + more <= MOST_CODES)
}

/// Writes codes down; how many there were not.
pub(super) async fn insert(
    connection: &mut PgConnection,
    event: EventId,
    new: &NewCodes<'_>,
) -> sqlx::Result<usize> {
    let ids: Vec<Uuid> = new.codes.iter().map(|_| Uuid::now_v7()).collect();
    let codes: Vec<String> = new.codes.iter().map(|code| code.code.clone()).collect();
    let written: Vec<String> = new.codes.iter().map(|code| code.written.clone()).collect();
    let inserted = sqlx::query!(
        "INSERT INTO access_codes (id, event_id, code, written, label, most_uses, lane)
         SELECT id, $1, code, written, $5, $6, $7 FROM unnest($2::uuid[], $3::text[], $4::text[]) AS new (id, code, written)
         ON CONFLICT (event_id, code) DO NOTHING",
        event.0,
        &ids,
        &codes,
        &written,
        new.label,
        new.most_uses,
        new.lane,
    );
    let inserted = inserted.execute(connection).await?.rows_affected();
    Ok(usize::try_from(inserted).unwrap_or(usize::MAX))
}

/// Those made first, first.
pub(super) async fn list(pool: &PgPool, wanted: &Wanted<'_>) -> sqlx::Result<Vec<CodeItem>> {
    sqlx::query_as!(
        CodeItem,
        "SELECT id, written AS code, label, most_uses, uses, lane, made_at, withdrawn_at FROM access_codes
         WHERE event_id = $1 AND ($2::text IS NULL OR label = $2) AND ($3::text IS NULL OR code = $3)
           AND ($4::uuid IS NULL OR id > $4)
         ORDER BY id LIMIT $5",
        wanted.event.0,
        wanted.label,
        wanted.code,
        wanted.after,
        wanted.most,
    )
    .fetch_all(pool)
    .await
}

/// All labels with what became of their codes, those made last first.
pub(super) async fn groups(pool: &PgPool, event: EventId) -> sqlx::Result<Vec<CodeGroup>> {
    sqlx::query_as!(
        CodeGroup,
        r#"SELECT label, count(*) AS "codes!", count(withdrawn_at) AS "withdrawn!",
                  coalesce(sum(uses), 0)::bigint AS "uses!", coalesce(sum(most_uses), 0)::bigint AS "most_uses!",
                  max(made_at) AS "made_at!"
           FROM access_codes WHERE event_id = $1 GROUP BY label ORDER BY max(id::text) DESC LIMIT $2"#,
        event.0,
        GROUPS_LISTED,
    )
    .fetch_all(pool)
    .await
}

/// Withdraws one code; whether it was good until now, none when there is none such.
pub(super) async fn withdraw(
    connection: &mut PgConnection,
    event: EventId,
    id: Uuid,
) -> sqlx::Result<Option<bool>> {
    sqlx::query_scalar!(
        r#"WITH withdrawn AS (
               UPDATE access_codes SET withdrawn_at = now()
               WHERE id = $1 AND event_id = $2 AND withdrawn_at IS NULL RETURNING id)
           SELECT EXISTS (SELECT FROM withdrawn) AS "now!" FROM access_codes WHERE id = $1 AND event_id = $2"#,
        id,
        event.0,
    )
    .fetch_optional(connection)
    .await
}

/// Withdraws all codes of a label; how many were good until now.
pub(super) async fn withdraw_label(
    connection: &mut PgConnection,
    event: EventId,
    label: &str,
) -> sqlx::Result<u64> {
    let withdrawn = sqlx::query!(
        "UPDATE access_codes SET withdrawn_at = now()
         WHERE event_id = $1 AND label = $2 AND withdrawn_at IS NULL",
        event.0,
        label,
    );
    Ok(withdrawn.execute(connection).await?.rows_affected())
}

/// Uses a code for `who`, in one statement: the row of the code is what those who want its last use queue up for, and
/// whoever comes after sees the count as it is then. Fails by a unique key when the same joiner used it meanwhile.
pub(super) async fn redeem(pool: &PgPool, event: EventId, code: &str, who: &str) -> sqlx::Result<Attempt> {
    let row = sqlx::query!(
        r#"WITH found AS (
               SELECT id, lane, withdrawn_at,
                      EXISTS (SELECT FROM access_code_uses WHERE code_id = id AND who = $3) AS bound
               FROM access_codes WHERE event_id = $1 AND code = $2),
           used AS (
               UPDATE access_codes AS code SET uses = code.uses + 1 FROM found
               WHERE code.id = found.id AND NOT found.bound AND code.withdrawn_at IS NULL
                 AND code.uses < code.most_uses
               RETURNING code.id),
           binding AS (INSERT INTO access_code_uses (code_id, who) SELECT id, $3 FROM used)
           SELECT lane, withdrawn_at IS NOT NULL AS "withdrawn!",
                  bound OR EXISTS (SELECT FROM used) AS "good!" FROM found"#,
        event.0,
        code,
        who,
    )
    .fetch_optional(pool)
    .await?;
    Ok(match row {
        Some(row) if !row.withdrawn && row.good => Attempt::Good(Redeemed { lane: row.lane }),
        Some(row) if !row.withdrawn => Attempt::Used,
        _ => Attempt::Unknown,
    })
}
