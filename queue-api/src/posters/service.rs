//! What happens to posters.

use axum::body::Bytes;
use moka::future::Cache;
use shared::{
    store::events::{EventRecord, Poster},
    tokens::{hex, sha256},
};

use super::{store, views::PosterView};
use crate::{app::App, events::version_changed, picture::Picture, problem::Problem};

/// Bytes of pictures that are kept at hand.
const CACHED_BYTES: u64 = 32 * 1024 * 1024;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Size {
    Large,
    Small,
}

/// The pictures that are at hand.
pub struct Posters(Cache<(String, Size), Bytes>);

impl Default for Posters {
    fn default() -> Self {
        let weigh = |_: &(String, Size), bytes: &Bytes| u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(CACHED_BYTES).weigher(weigh).build())
    }
}

/// Gives an event its poster.
///
/// # Errors
/// 412 when the event has changed meanwhile.
pub(super) async fn replace(app: &App, event: &EventRecord, picture: Picture) -> Result<PosterView, Problem> {
    let hash = hex(&sha256(&picture.large));
    if !store::replace(&app.pool, event, &hash, &picture).await? {
        return Err(version_changed());
    }
    app.events.forget(event.id).await;
    forget_unused(app, event).await;
    let poster = Poster { hash, width: picture.width, height: picture.height, colour: picture.colour };
    Ok(PosterView::new(&poster, &event.poster_alt))
}

/// Takes the poster of an event away; doing it again changes nothing.
///
/// # Errors
/// 412 when the event has changed meanwhile.
pub(super) async fn remove(app: &App, event: &EventRecord) -> Result<(), Problem> {
    if event.poster.is_none() {
        return Ok(());
    }
    if !store::remove(&app.pool, event).await? {
        return Err(version_changed());
    }
    app.events.forget(event.id).await;
    forget_unused(app, event).await;
    Ok(())
}

/// A picture by its hash.
///
/// # Errors
/// 404 when there is none.
pub(super) async fn picture(app: &App, hash: String, size: Size) -> Result<Bytes, Problem> {
    let not_found = || Problem::not_found("poster");
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(not_found());
    }
    let key = (hash, size);
    if let Some(known) = app.posters.0.get(&key).await {
        return Ok(known);
    }
    let bytes = store::picture(&app.pool, &key.0, size).await?.map(Bytes::from).ok_or_else(not_found)?;
    app.posters.0.insert(key, bytes.clone()).await;
    Ok(bytes)
}

/// The poster an event had, unless another event has the same.
async fn forget_unused(app: &App, event: &EventRecord) {
    let Some(before) = &event.poster else { return };
    if let Err(error) = store::forget_unused(&app.pool, &before.hash).await {
        tracing::warn!(%error, "posters: an unused one stays");
    }
}
