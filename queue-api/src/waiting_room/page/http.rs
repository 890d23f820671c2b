//! `/events/{event}/waiting-room`.

use std::{net::IpAddr, time::Duration};

use askama::Template as _;
use axum::{
    Extension, Form, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Redirect, Response},
    routing::get,
};
use garde::Validate as _;
use serde::Deserialize;
use shared::{
    domain::{EventId, EventStatus, LaneIndex},
    server::ClientAddress,
    store::events::EventRecord,
};
use uuid::Uuid;

use super::{
    assets::{self, Assets},
    gate::{self, Gate},
    hurdle::Hurdle,
    language::{self, Language},
    resume::{self, Kept},
    view::{Notice, Page, Seen},
};
use crate::{
    accounts,
    app::{App, AppState},
    cookies,
    extract::{Caller, field_errors},
    problem::Problem,
    socket,
    turn_notices::{self, MailNotice, TurnNotices},
    waiting_room::{
        access::Refusal,
        asking,
        documents::{PlaceDocument, PlaceState},
        joining::{self, Knock},
        own, service,
    },
    web::headers::PageHeaders,
};

/// A chosen language is kept for a year.
const LANGUAGE_LIFE_S: i64 = 365 * 24 * 3_600;
/// Nobody waits for the page longer than this only to be spoken to in the account's language, or to be shown what was
/// asked for.
const WITHIN: Duration = Duration::from_millis(300);

/// The page and its forms.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/events/{event}/waiting-room", get(show).post(act))
        .route("/events/{event}/waiting-room/link.svg", get(resume::qr))
        .route(&Assets::get().worker_path, get(assets::worker))
}

/// What the address may ask for.
#[derive(Debug, Deserialize)]
struct Asked {
    /// A language.
    lang: Option<String>,
    /// The fan has just left.
    left: Option<String>,
    /// Being told by mail did not work.
    untold: Option<String>,
    /// The token of a place, from a mail: it may be opened on another device than the one that waits.
    resume: Option<String>,
    /// A code to join with, from an invitation.
    code: Option<String>,
    /// Why the fan could not join.
    refused: Option<String>,
    /// Why such a place did not come along.
    kept: Option<Kept>,
}

/// What a form does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    Join,
    Claim,
    Leave,
    /// Send a mail when the turn comes, or do not.
    Tell,
    TellNot,
}

#[derive(Debug, Deserialize)]
struct Pressed {
    action: Action,
    /// Where the mail goes.
    email: Option<String>,
    /// The code to join with.
    code: Option<String>,
    /// The lane to join.
    lane: Option<LaneIndex>,
}

async fn show(
    State(app): State<AppState>,
    Path(event): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let language = asked.lang.as_deref().and_then(Language::parse).map(Language::tag);
    if let (Some(token), Ok(id)) = (&asked.resume, event.parse()) {
        return resume::take(&app, id, token, language, &headers).await;
    }
    if let (Some(code), Ok(id)) = (&asked.code, event.parse()) {
        return gate::keep_code(&app, id, code, language);
    }
    let refusal = asked.refused.as_deref().and_then(Refusal::parse);
    let notice = match (&asked.kept, &asked.left, &asked.untold, refusal) {
        (Some(Kept::Own), ..) => Notice::OwnPlace,
        (Some(Kept::None), ..) => Notice::BadLink,
        (_, Some(_), ..) => Notice::Left,
        (.., Some(_), _) => Notice::Untold,
        (.., Some(refusal)) => Notice::Refused(refusal),
        _ => Notice::None,
    };
    page(&app, &event, &asked, &headers, notice).await
}

/// Does what the button says and shows the page anew, so that reloading does not repeat it.
async fn act(
    State(app): State<AppState>,
    Path(event): Path<String>,
    Query(asked): Query<Asked>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    headers: HeaderMap,
    Form(pressed): Form<Pressed>,
) -> Result<Response, Problem> {
    let Ok(id) = event.parse::<EventId>() else { return Ok(to_event(&event, &asked)) };
    let language = asked.lang.as_deref().and_then(Language::parse).map(Language::tag);
    let query = |name: &str| match language {
        Some(tag) => format!("{name}lang={tag}"),
        None => name.trim_end_matches(['?', '&']).to_owned(),
    };
    let back = format!("/events/{id}/waiting-room{}", query("?"));
    let action = pressed.action;
    let (to, kept) = match perform(&app, id, pressed, &asked, &headers, address.ip()).await {
        Ok(kept) => match action {
            Action::Join | Action::Tell | Action::TellNot => (back, kept),
            Action::Claim => (format!("/events/{id}/seats{}", query("?")), kept),
            Action::Leave => (format!("/events/{id}/waiting-room{}", query("?left=1&")), kept),
        },
        Err(problem) if problem.status() == StatusCode::SERVICE_UNAVAILABLE => {
            let notice = Notice::Busy(problem.retry_after_s().unwrap_or(5));
            let mut response = page(&app, &event, &asked, &headers, notice).await?;
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            if let Some(seconds) = problem.retry_after_s() {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            return Ok(response);
        }
        Err(_) if action == Action::Tell => {
            (format!("/events/{id}/waiting-room{}", query("?untold=1&")), Vec::new())
        }
        // What is possible now, the page itself shows; a hurdle comes with a cookie by which it is known there.
        Err(problem) => {
            let to = match Refusal::parse(problem.kind()) {
                Some(refusal) => {
                    format!("/events/{id}/waiting-room{}", query(&format!("?refused={}&", refusal.kind())))
                }
                None => back,
            };
            return Ok(taking_along(Redirect::to(&to).into_response(), problem.cookies()));
        }
    };
    cookies::set_all(&app, Redirect::to(&to).into_response(), kept)
}

fn taking_along(mut response: Response, cookies: Vec<HeaderValue>) -> Response {
    response.headers_mut().extend(cookies.into_iter().map(|cookie| (header::SET_COOKIE, cookie)));
    response
}

async fn perform(
    app: &App,
    event: EventId,
    pressed: Pressed,
    asked: &Asked,
    headers: &HeaderMap,
    address: IpAddr,
) -> Result<Vec<cookie::Cookie<'static>>, Problem> {
    match pressed.action {
        Action::Join => {
            let caller = Caller::of(app, headers)?;
            let knock = Knock { caller, code: pressed.code.as_deref(), lane: pressed.lane, headers, address };
            Ok(joining::join(app, event, knock).await?.cookies)
        }
        Action::Claim => {
            let shown = own::shown(app, event, headers)?;
            Ok(vec![service::claim(app, &shown.claims).await?.1])
        }
        Action::Leave => {
            let shown = own::shown(app, event, headers)?;
            service::leave(app, &shown.claims).await?;
            Ok(own::given_up(event).into())
        }
        Action::Tell => {
            let shown = own::shown(app, event, headers)?;
            let email = pressed.email.map(|email| email.trim().to_owned()).filter(|email| !email.is_empty());
            let locale = Some(language_of(app, asked, headers).await.into());
            let wish = MailNotice { email, locale };
            wish.validate().map_err(|report| Problem::invalid_fields(field_errors(&report)))?;
            let caller = Caller::of(app, headers)?;
            turn_notices::ask_by_mail(app, &shown.claims, caller, headers, wish).await?;
            Ok(Vec::new())
        }
        Action::TellNot => {
            let shown = own::shown(app, event, headers)?;
            turn_notices::stop_mail(app, shown.claims.sub).await?;
            Ok(Vec::new())
        }
    }
}

async fn page(
    app: &App,
    event: &str,
    asked: &Asked,
    headers: &HeaderMap,
    notice: Notice,
) -> Result<Response, Problem> {
    // Events that are not there, and those without a waiting room, have a page that says so.
    let Ok(id) = event.parse::<EventId>() else { return Ok(to_event(event, asked)) };
    let record = match service::queue_event(app, id).await {
        Ok(record) => record,
        Err(problem) if problem.status() == StatusCode::SERVICE_UNAVAILABLE => return Err(problem),
        Err(_) => return Ok(to_event(event, asked)),
    };
    let language = language_of(app, asked, headers).await;
    let mut response = write(app, &record, language, headers, notice).await?;
    PageHeaders::new(&app.config).add(response.headers_mut(), Assets::get().policy());
    let chosen = asked.lang.as_deref().and_then(Language::parse);
    let chosen = chosen.filter(|chosen| Language::CHOICES.iter().any(|(choice, _)| choice == chosen));
    let kept = chosen.map(|chosen| cookies::everywhere(language::COOKIE, chosen.tag(), LANGUAGE_LIFE_S));
    cookies::set_all(app, response, kept)
}

/// Who has not chosen in this browser is spoken to in the account's language, or else in the browser's.
async fn language_of(app: &App, asked: &Asked, headers: &HeaderMap) -> Language {
    if let Some(chosen) = Language::chosen(asked.lang.as_deref(), headers) {
        return chosen;
    }
    let Ok(Some(caller)) = Caller::of(app, headers) else { return Language::of_browser(headers) };
    let contact = tokio::time::timeout(WITHIN, accounts::contact(app, caller.user)).await;
    let contact = contact.ok().and_then(Result::ok).flatten();
    contact.map_or_else(|| Language::of_browser(headers), |contact| contact.locale.into())
}

async fn write(
    app: &App,
    event: &EventRecord,
    language: Language,
    headers: &HeaderMap,
    notice: Notice,
) -> Result<Response, Problem> {
    let mut room = service::status(app, event.id).await.ok();
    let shown = own::shown(app, event.id, headers).ok();
    let mut place = None;
    if let Some(shown) = shown
        && room.is_some()
        && event.status == EventStatus::Published
    {
        match asking::look_up(app, &shown.claims).await {
            Ok(document) => {
                place = Some(PlaceDocument { token: Some(shown.token), ..document });
            }
            Err(problem) => {
                tracing::debug!(?problem, "the place cannot be looked at");
                room = None;
            }
        }
    }
    let waits = place.as_ref().filter(|place| place.state == PlaceState::Waiting);
    let notices = match waits {
        // Without PostgreSQL the page goes on, as if nothing had been asked for.
        Some(place) => {
            let notices = tokio::time::timeout(WITHIN, turn_notices::of_place(app, place.id)).await;
            notices.ok().and_then(Result::ok).unwrap_or_default()
        }
        None => TurnNotices::default(),
    };
    let lives = place.as_ref().is_some_and(|place| place.state.lives());
    let hurdle = if lives { None } else { Hurdle::of(app, event.id, headers).await };
    let key = place.as_ref().map_or_else(Uuid::new_v4, |place| place.id.0);
    let seen = Seen {
        event,
        room: room.as_ref(),
        place: place.as_ref(),
        now: app.clock.now(),
        socket: socket::url(app, key.as_u128()),
        public_url: &app.config.public_url,
        language,
        notice,
        notices: &notices,
        push_key: app.push_key.as_deref(),
        hurdle,
        gate: Gate::of(app, event, headers),
    };
    let html = Page::new(&seen).render().map_err(Problem::internal)?;
    Ok(([(header::CACHE_CONTROL, "no-store"), (header::VARY, "cookie, accept-language")], Html(html))
        .into_response())
}

/// The application's page of the event says what there is to say.
fn to_event(event: &str, asked: &Asked) -> Response {
    let known = event.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    let language = asked.lang.as_deref().and_then(Language::parse);
    let query = language.map_or_else(String::new, |language| format!("?lang={}", language.tag()));
    Redirect::to(&format!("/events/{}{query}", if known { event } else { "-" })).into_response()
}
