//! What a geometry document names by its hash: the drawing behind the seats, their ids in the drawing they came from,
//! a picture of the view. Immutable.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use shared::tokens::{hex, sha256};
use sqlx::PgPool;

use crate::{app::AppState, etag::is_known, extract::PathId, problem::Problem};

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

/// Keeps a file; its hash.
pub(super) async fn keep(pool: &PgPool, kind: FileKind, content: &[u8]) -> sqlx::Result<String> {
    let hash = hex(&sha256(content));
    let kept = sqlx::query!(
        "INSERT INTO seat_map_files (hash, media_type, content) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING",
        hash,
        kind.media_type(),
        content
    );
    kept.execute(pool).await?;
    Ok(hash)
}

/// The files of these hashes that are not there, or of another kind.
pub(super) async fn missing(pool: &PgPool, wanted: &[(&str, FileKind)]) -> sqlx::Result<Vec<String>> {
    let hashes: Vec<String> = wanted.iter().map(|(hash, _)| (*hash).to_owned()).collect();
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
