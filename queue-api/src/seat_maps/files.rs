//! What a geometry document names by its hash: the drawing behind the seats, their ids in the drawing they came from,
//! a picture of the view. Immutable.

use axum::{
    Json,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use shared::{
    domain::{Role, SeatMapDocument},
    tokens::{hex, sha256},
};
use sqlx::PgPool;
use utoipa::ToSchema;

use crate::{
    app::AppState,
    etag::is_known,
    extract::{Caller, PathId},
    picture::{self, Picture},
    problem::Problem,
};

/// A drawing shows itself and nothing else, also where somebody opens it on its own.
const NOTHING_ELSE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
);

/// What kind of file it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum FileKind {
    /// A sanitised drawing.
    Drawing,
    /// Ids by seat index.
    Identities,
    /// A picture.
    Picture,
}

impl FileKind {
    fn media_type(self) -> &'static str {
        match self {
            Self::Drawing => "image/svg+xml",
            Self::Identities => "application/json",
            Self::Picture => "image/jpeg",
        }
    }
}

/// Keeps a file, for ever once a map names it, else for some days; its hash.
pub(super) async fn keep(pool: &PgPool, kind: FileKind, content: &[u8]) -> sqlx::Result<String> {
    let hash = hex(&sha256(content));
    let kept = sqlx::query!(
        "INSERT INTO seat_map_files (hash, media_type, content) VALUES ($1, $2, $3) ON CONFLICT (hash) DO UPDATE SET wanted_at = now()",
        hash,
        kind.media_type(),
        content
    );
    kept.execute(pool).await?;
    Ok(hash)
}

/// The files that a map names.
pub(super) fn named_by(document: &SeatMapDocument) -> Vec<(&str, FileKind)> {
    let background =
        document.background.iter().map(|background| (background.file.as_str(), FileKind::Drawing));
    let identities = document.identities.iter().map(|file| (file.as_str(), FileKind::Identities));
    let views = document.sections.iter().filter_map(|section| section.view.as_deref());
    background.chain(identities).chain(views.map(|file| (file, FileKind::Picture))).collect()
}

/// The files of these hashes that are not there, or of another kind. Those that are there are not removed meanwhile.
pub(super) async fn missing(pool: &PgPool, wanted: &[(&str, FileKind)]) -> sqlx::Result<Vec<String>> {
    let hashes: Vec<String> = wanted.iter().map(|(hash, _)| (*hash).to_owned()).collect();
    let touched = sqlx::query!(
        "UPDATE seat_map_files SET wanted_at = now() WHERE hash = ANY ($1) AND NOT named",
        &hashes
    );
    touched.execute(pool).await?;
    let types: Vec<String> = wanted.iter().map(|(_, kind)| kind.media_type().to_owned()).collect();
    let missing = sqlx::query_scalar!(
        r#"SELECT hash AS "hash!" FROM unnest($1::text[], $2::text[]) AS wanted (hash, media_type)
           WHERE NOT EXISTS (SELECT FROM seat_map_files AS kept
                             WHERE kept.hash = wanted.hash AND kept.media_type = wanted.media_type)"#,
        &hashes,
        &types
    );
    missing.fetch_all(pool).await
}

/// A file's content.
pub(super) async fn content(pool: &PgPool, hash: &str) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar!("SELECT content FROM seat_map_files WHERE hash = $1", hash).fetch_optional(pool).await
}

/// A picture that a section may name as its `view`.
#[derive(Serialize, ToSchema)]
pub(super) struct ViewPicture {
    /// Names it.
    hash: String,
    /// Where it is, for ever.
    href: String,
    /// Pixels.
    width: u32,
    /// Pixels.
    height: u32,
}

/// Keeps a picture of the view from a section: a JPEG, PNG or WebP of at most 5 MB, at least 320 × 200 pixels. It is scaled and
/// written anew; a seat map names it by its hash.
#[utoipa::path(post, path = "/api/seat-map-files", tag = "organisers", security(("bearer" = [])),
    request_body(content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"))),
    responses((status = 201, body = ViewPicture), (status = 401), (status = 403), (status = 413),
              (status = 415, description = "`not-a-picture`: another type than these"),
              (status = 422, description = "`bad-picture`: it cannot be read, or has the wrong size")))]
pub(super) async fn keep_view(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    caller.require(&[Role::Organiser])?;
    let Picture { large, width, height, .. } = picture::uploaded(&headers, body).await?;
    let hash = keep(&app.pool, FileKind::Picture, &large).await?;
    let href = format!("/api/seat-map-files/{hash}");
    let location = [(header::LOCATION, href.clone())];
    Ok((StatusCode::CREATED, location, Json(ViewPicture { hash, href, width, height })).into_response())
}

/// A file that a seat map names; it never changes.
#[utoipa::path(get, path = "/api/seat-map-files/{hash}", tag = "seat maps", params(("hash" = String, Path)),
    responses((status = 200, content((Vec<u8> = "image/svg+xml"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "application/json"))),
              (status = 304), (status = 404)))]
pub(super) async fn show(
    State(app): State<AppState>,
    PathId(hash): PathId<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let file = sqlx::query!("SELECT media_type, content FROM seat_map_files WHERE hash = $1", hash);
    let file = file.fetch_optional(&app.pool).await?.ok_or_else(|| Problem::not_found("file"))?;
    let tag = format!("\"{hash}\"");
    let stamp =
        [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "public, max-age=31536000, immutable".into())];
    if is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, stamp).into_response());
    }
    let mut answer = (stamp, [(header::CONTENT_TYPE, file.media_type)], file.content).into_response();
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, NOTHING_ELSE);
    Ok(answer)
}
