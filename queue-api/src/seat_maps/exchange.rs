//! Drawings, seating plans and tables that become seat maps, and seat maps that become them.

use std::{str::from_utf8, sync::LazyLock};

use axum::{
    Json,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::StatusCode,
    response::Response,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::domain::{
    Role, SeatMap, SeatMapDocument,
    seat_map::{
        export::{self, Export},
        import::{self, Finding, Findings, Import, SvgOptions},
    },
};
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};

use super::{
    files::{self, FileKind},
    service,
};
use crate::{
    app::{App, AppState},
    download,
    extract::{Caller, PathId, ValidQuery, bad_body},
    problem::Problem,
};

/// Files read at once: each takes a processor, and some hundred megabytes when it is large.
static READERS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));

/// What a file is.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Format {
    /// A drawing.
    Svg,
    /// A seating plan of pretix, JSON.
    Pretix,
    /// A table: section, row, seat, x, y, tier.
    Csv,
    /// The geometry document of Onsale itself.
    Onsale,
}

/// How a file is to be read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportQuery {
    #[param(inline)]
    format: Format,
    /// Of an SVG: how ids of seats are built, e.g. `{section}-{row}-{seat}`.
    id_pattern: Option<String>,
    /// Of an SVG: elements of this class are seats.
    seat_class: Option<String>,
    /// Of an SVG: classes and the tiers they stand for, e.g. `st0:Gold,st1:Silver`.
    class_tiers: Option<String>,
    /// Centimetres of one unit of the file; none: seats are taken to be 55 cm apart.
    scale_cm: Option<f64>,
}

/// How a map is to be written.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    #[param(inline)]
    format: Format,
}

/// What a file was understood as. The map is not saved yet; what it refers to is there.
#[derive(Serialize, ToSchema)]
pub(super) struct Imported {
    /// As `PUT /api/events/{event}/seat-map` and `POST /api/venues` take it.
    document: SeatMapDocument,
    seat_count: u32,
    /// What its prices are called in the file, by tier.
    tiers: Vec<String>,
    /// What somebody should look at.
    findings: Vec<Finding>,
}

/// Read a drawing (SVG), a seating plan of pretix, a table (CSV) or a document of Onsale: at most 24 MB. Everything that is wrong
/// in it is told at once, with the element and the line.
#[utoipa::path(post, path = "/api/seat-maps/import", tag = "organisers", params(ImportQuery), security(("bearer" = [])),
    request_body(content((Vec<u8> = "image/svg+xml"), (Vec<u8> = "application/json"), (Vec<u8> = "text/csv"))),
    responses((status = 200, body = Imported), (status = 401), (status = 403), (status = 413),
              (status = 422, description = "`bad-drawing`: `errors` has every finding; its `field` is the element")))]
pub(super) async fn import(
    State(app): State<AppState>,
    caller: Caller,
    ValidQuery(query): ValidQuery<ImportQuery>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Imported>, Problem> {
    caller.require(&[Role::Organiser])?;
    let body = body.map_err(|rejection| bad_body(&rejection))?;
    let _reader = READERS.acquire().await.map_err(Problem::internal)?;
    let read = tokio::task::spawn_blocking(move || read(&body, &query)).await.map_err(Problem::internal)?;
    let (import, seat_count) = read?;
    if let Some(background) = &import.background {
        files::keep(&app.pool, FileKind::Drawing, background.as_bytes()).await?;
    }
    if let Some(identities) = import.identities_file() {
        files::keep(&app.pool, FileKind::Identities, identities.as_bytes()).await?;
    }
    let Import { document, tiers, findings, .. } = import;
    Ok(Json(Imported { document, seat_count, tiers, findings }))
}

fn read(body: &[u8], query: &ImportQuery) -> Result<(Import, u32), Problem> {
    let text = from_utf8(body).map_err(|error| {
        Problem::invalid("body", format!("not UTF-8 from byte {} on", error.valid_up_to()))
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let import = match query.format {
        Format::Svg => import::svg(text, &svg_options(query)?),
        Format::Pretix => import::pretix(text, query.scale_cm),
        Format::Csv => import::csv(text, query.scale_cm),
        Format::Onsale => return own(text),
    };
    let import = import.map_err(|Findings(findings)| bad_drawing(&findings))?;
    let map = super::parse_in(import.document.clone(), "document.")?;
    Ok((import, map.seat_count()))
}

/// A document of Onsale itself.
fn own(text: &str) -> Result<(Import, u32), Problem> {
    let document: SeatMapDocument = serde_json::from_str(text).map_err(|error| {
        Problem::invalid(format!("line {}, column {}", error.line(), error.column()), error.to_string())
    })?;
    let map = super::parse_in(document, "")?;
    let (identities, background, tiers, findings) = Default::default();
    let document = map.document().clone();
    Ok((Import { document, identities, background, tiers, findings }, map.seat_count()))
}

fn svg_options(query: &ImportQuery) -> Result<SvgOptions, Problem> {
    let pairs =
        query.class_tiers.iter().flat_map(|pairs| pairs.split(',')).filter(|pair| !pair.trim().is_empty());
    let pair = |pair: &str| {
        let (class, tier) = pair.split_once(':')?;
        Some((class.trim().to_owned(), tier.trim().to_owned()))
    };
    let class_tiers: Option<Vec<_>> = pairs.map(pair).collect();
    Ok(SvgOptions {
        id_pattern: query.id_pattern.clone(),
        seat_class: query.seat_class.clone(),
        class_tiers: class_tiers
            .ok_or_else(|| Problem::invalid("class_tiers", "class:tier, separated by commas"))?,
        scale_cm: query.scale_cm,
    })
}

fn bad_drawing(findings: &[Finding]) -> Problem {
    let detail = findings.first().map_or_else(String::new, |finding| finding.message.clone());
    let problem =
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-drawing", "This file cannot be read", detail);
    let errors: Vec<_> = findings
        .iter()
        .map(|finding| {
            let mut error = json!(finding);
            error["field"] = json!(finding.element);
            error
        })
        .collect();
    problem.with("errors", errors)
}

/// A seat map as other programs read it; seats are called what they were called in the file they came from.
#[utoipa::path(get, path = "/api/seat-maps/{hash}/export", tag = "seat maps", params(("hash" = String, Path), ExportQuery),
    responses((status = 200, content((Vec<u8> = "image/svg+xml"), (Vec<u8> = "application/json"), (Vec<u8> = "text/csv"))),
              (status = 404), (status = 422)))]
pub(super) async fn export(
    State(app): State<AppState>,
    PathId(hash): PathId<String>,
    ValidQuery(ExportQuery { format }): ValidQuery<ExportQuery>,
) -> Result<Response, Problem> {
    let map = service::by_hash(&app, &hash).await?;
    let identities = identities(&app, &map).await?;
    let export = Export { map: &map, tiers: &[], identities: &identities };
    let (kind, ending, text) = match format {
        Format::Svg => ("image/svg+xml", "svg", export::svg(&export)),
        Format::Pretix => ("application/json", "json", export::pretix(&export, "Onsale")),
        Format::Csv => {
            let table = export::csv(&export).map_err(Problem::internal)?;
            ("text/csv; charset=utf-8; header=present", "csv", table)
        }
        Format::Onsale => ("application/json", "json", map.canonical_json().to_owned()),
    };
    Ok(download::file(kind, "attachment", &format!("seat-map-{}.{ending}", &hash[..8]), text))
}

/// What the seats were called in the file they came from.
async fn identities(app: &App, map: &SeatMap) -> Result<Vec<String>, Problem> {
    let Some(hash) = &map.document().identities else { return Ok(Vec::new()) };
    let file =
        files::content(&app.pool, hash).await?.ok_or_else(|| Problem::not_found("file of identities"))?;
    serde_json::from_slice(&file).map_err(Problem::internal)
}
