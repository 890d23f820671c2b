//! Drawings, plans and tables that become a seat map.
//!
//! Whatever the format, an import tells everything it found at once: errors, for which there is no map, and
//! warnings, with which there is one that somebody should look at.

mod arrange;
mod csv;
mod pretix;
mod report;
mod svg;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use self::{
    csv::csv,
    pretix::pretix,
    svg::{SvgOptions, svg},
};
pub(crate) use self::{pretix::PIXEL_CM, svg::escaped};
use crate::{SeatKind, SeatMap, SeatMapDocument, SeatMapErrors};
pub(crate) use report::{Origin, Report};

/// Most bytes of a file that is imported.
pub const MAX_FILE_BYTES: usize = 24 * 1024 * 1024;
/// Most findings that are told; the rest is counted.
pub const MAX_FINDINGS: usize = 200;

/// What a file was understood as.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// A valid document. Its `background` and `identities` name the files below by their hash.
    pub document: SeatMapDocument,
    /// By seat index, what the seat was called in the file; empty when the file says nothing.
    pub identities: Vec<String>,
    /// The drawing without its seats, sanitised: an SVG.
    pub background: Option<String>,
    /// The tiers' names in the file, by tier index; at least one.
    pub tiers: Vec<String>,
    /// What somebody should look at; warnings only.
    pub findings: Vec<Finding>,
}

impl Import {
    /// The identities as the file that the document names: a JSON array; none where there are none.
    #[must_use]
    pub fn identities_file(&self) -> Option<String> {
        if self.identities.is_empty() { None } else { serde_json::to_string(&self.identities).ok() }
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// There is no map with it.
    Error,
    /// Somebody should look at it.
    Warning,
}

/// One thing found in a file.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What kind it is of, for programs, e.g. `duplicate-label`.
    #[schema(value_type = String)]
    pub code: &'static str,
    /// What it is, in plain English.
    pub message: String,
    /// The element, e.g. `circle#A-12`, the path in a JSON file, or the row of a table.
    pub element: String,
    /// Line in the file, from 1; 0: the whole file.
    pub line: u32,
    /// Column in the line, from 1; 0: unknown.
    pub column: u32,
    /// Where on the drawing, in its own units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<f64>,
    /// Where on the drawing, in its own units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<f64>,
}

/// Why there is no map: everything found, errors first.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", .0.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>().join("; "))]
pub struct Findings(pub Vec<Finding>);

/// The name of a file by its content: SHA-256 as lower-case hex.
#[must_use]
pub fn file_hash(content: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(content.as_bytes()))
}

/// The last step of every import: the document names its files, and is one that can be taken.
fn finish(mut import: Import, mut report: Report) -> Result<Import, Findings> {
    import.document.identities = import.identities_file().map(|file| file_hash(&file));
    if let Err(SeatMapErrors(errors)) = SeatMap::new(import.document.clone()) {
        for error in errors {
            let origin = Origin { element: error.field, ..Origin::file() };
            report.error("document", &origin, error.message);
        }
        return Err(report.refuse());
    }
    import.findings = report.into_findings();
    Ok(import)
}

/// The kind of seat that a word stands for.
pub(crate) fn seat_kind(word: &str) -> Option<SeatKind> {
    match word.to_lowercase().replace(['-', ' '], "_").as_str() {
        "wheelchair" | "wheelchair_place" | "accessible" => Some(SeatKind::Wheelchair),
        "companion" | "companion_seat" => Some(SeatKind::Companion),
        "restricted_view" | "restricted" => Some(SeatKind::RestrictedView),
        _ => None,
    }
}
