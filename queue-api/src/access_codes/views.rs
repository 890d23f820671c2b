//! Codes as organisers see them.

use garde::Validate;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Codes to make: a number of ours, or one own word.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MakeCodes {
    /// What they are for, on one line; several batches may share it.
    #[garde(custom(one_line))]
    pub label: String,
    /// How many; 1 for an own word.
    #[garde(range(min = 1, max = 10_000))]
    #[serde(default = "one")]
    pub count: u32,
    /// An own word, like `FANCLUB2026`: 6 to 40 letters (A to Z) and digits. It is as secret as it is kept.
    #[garde(skip)]
    pub code: Option<String>,
    /// How many people may join with each.
    #[garde(range(min = 1, max = 1_000_000))]
    #[serde(default = "one")]
    pub most_uses: u32,
    /// The lane of the line that they open.
    #[garde(inner(range(min = 0)))]
    pub lane: Option<i16>,
}

/// Codes that were made.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeCodes {
    pub label: String,
    /// As they are sent to people.
    pub codes: Vec<String>,
}

/// Which codes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CodeQuery {
    /// Only those of this label.
    pub label: Option<String>,
    /// Only this code, however it is written.
    pub code: Option<String>,
    /// `next_cursor` of the page before.
    pub cursor: Option<Uuid>,
    /// 1 to 500, else 100.
    pub limit: Option<u32>,
}

/// Which codes go into a table.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TableQuery {
    /// Only those of this label.
    pub label: Option<String>,
}

/// One page of codes.
#[derive(Serialize, ToSchema)]
pub(super) struct CodePage {
    /// Those made first, first.
    pub items: Vec<CodeItem>,
    /// Give it as `cursor` to get the next page; none: this is the last.
    pub next_cursor: Option<Uuid>,
}

/// A code.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CodeItem {
    pub id: Uuid,
    /// As it is sent to people.
    pub code: String,
    pub label: String,
    /// How many may join with it.
    pub most_uses: i32,
    /// How many have.
    pub uses: i32,
    /// The lane of the line that it opens.
    pub lane: Option<i16>,
    #[serde(with = "time::serde::rfc3339")]
    pub made_at: OffsetDateTime,
    /// Since then nobody joins with it any more.
    #[serde(with = "time::serde::rfc3339::option")]
    pub withdrawn_at: Option<OffsetDateTime>,
}

/// The codes of one label together.
#[derive(Serialize, ToSchema)]
pub(super) struct CodeGroup {
    pub label: String,
    pub codes: i64,
    /// Of them.
    pub withdrawn: i64,
    /// How many have joined with them.
    pub uses: i64,
    /// How many may.
    pub most_uses: i64,
    /// When the last ones were made.
    #[serde(with = "time::serde::rfc3339")]
    pub made_at: OffsetDateTime,
}

/// Which codes nobody may use any more.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WithdrawCodes {
    /// All of this label.
    #[garde(length(chars, min = 1, max = 100))]
    pub label: String,
}

/// How many that were.
#[derive(Serialize, ToSchema)]
pub(super) struct WithdrawnCodes {
    /// Those that were good until now.
    pub withdrawn: u64,
}

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature garde asks for")]
fn one_line(text: &str, (): &()) -> garde::Result {
    let good = (1..=100).contains(&text.chars().count()) && text.trim() == text;
    if good && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(garde::Error::new("1 to 100 characters on one line, not blank at either end"))
}
