//! Posters as clients see them.

use serde::Serialize;
use shared::store::events::Poster;
use utoipa::ToSchema;

/// The poster of an event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PosterView {
    /// JPEG, at most 1600 pixels wide. Never changes: keep it for ever.
    href: String,
    /// The same, at most 640 pixels wide.
    href_small: String,
    /// Of the large one, pixels.
    width: u32,
    /// Of the large one, pixels.
    height: u32,
    /// Its average, like `#0c2a4f`, for the place it will take.
    #[schema(pattern = "^#[0-9a-f]{6}$")]
    colour: String,
    /// What it shows, for those who cannot see it; empty: nothing beyond the event's title.
    alt: String,
}

impl PosterView {
    pub(crate) fn new(poster: &Poster, alt: &str) -> Self {
        Self {
            href: format!("/api/posters/{}", poster.hash),
            href_small: format!("/api/posters/{}/small", poster.hash),
            width: poster.width,
            height: poster.height,
            colour: poster.colour.clone(),
            alt: alt.to_owned(),
        }
    }
}
