//! What happens to houses.

use axum::http::HeaderMap;
use shared::domain::{Role, SeatMap, UserId, VenueId};

use super::{
    http::{Venue, VenueInput},
    store::{self, Kept},
};
use crate::{
    app::App, etag::is_asked_for, events::version_changed, extract::Caller, problem::Problem, seat_maps,
};

/// The caller's houses, by name.
pub(super) async fn list(app: &App, caller: Caller) -> Result<Vec<Venue>, Problem> {
    let organiser = organiser(caller)?;
    Ok(store::list(&app.pool, organiser).await?)
}

/// One house of the caller; for others there is none.
pub(super) async fn own(app: &App, caller: Caller, venue: VenueId) -> Result<Venue, Problem> {
    let organiser = organiser(caller)?;
    store::find(&app.pool, organiser, venue).await?.ok_or_else(|| Problem::not_found("venue"))
}

pub(super) async fn create(app: &App, caller: Caller, input: VenueInput) -> Result<Venue, Problem> {
    let organiser = organiser(caller)?;
    let (name, map) = checked(app, input).await?;
    let venue = VenueId::new();
    answer(app, caller, venue, &name, store::insert(&app.pool, organiser, venue, &name, &map).await?).await
}

pub(super) async fn change(
    app: &App,
    caller: Caller,
    venue: VenueId,
    headers: &HeaderMap,
    input: VenueInput,
) -> Result<Venue, Problem> {
    let known = own(app, caller, venue).await?;
    if !is_asked_for(headers, known.version) {
        return Err(version_changed());
    }
    let (name, map) = checked(app, input).await?;
    let kept = store::update(&app.pool, venue, known.version, &name, &map).await?;
    answer(app, caller, venue, &name, kept).await
}

pub(super) async fn delete(app: &App, caller: Caller, venue: VenueId) -> Result<(), Problem> {
    let organiser = organiser(caller)?;
    Ok(store::delete(&app.pool, organiser, venue).await?)
}

fn organiser(caller: Caller) -> Result<UserId, Problem> {
    caller.require(&[Role::Organiser])?;
    Ok(caller.user)
}

async fn checked(app: &App, input: VenueInput) -> Result<(String, SeatMap), Problem> {
    let map = seat_maps::parse_in(input.document, "document.")?;
    seat_maps::refuse_unknown_files(app, &map).await?;
    Ok((input.name.trim().to_owned(), map))
}

async fn answer(app: &App, caller: Caller, venue: VenueId, name: &str, kept: Kept) -> Result<Venue, Problem> {
    match kept {
        Kept::Done => own(app, caller, venue).await,
        Kept::Changed => Err(version_changed()),
        Kept::NameTaken => {
            Err(Problem::conflict("venue-exists", format!("You have a venue called {name} already.")))
        }
        Kept::TooMany => {
            let detail = format!("At most {} venues; delete those you do not use.", store::MOST_VENUES);
            Err(Problem::conflict("too-many-venues", detail))
        }
    }
}
