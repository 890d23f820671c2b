//! What happens when more come than one machine can serve: who has no seats yet is told to come again in a moment, so
//! that whoever has a place, a hold or a ticket is served at once. Without it all would wait for each other until none of
//! their calls came in time.
//!
//! The number of calls worked on at once is bounded. Who pays always gets in, and is counted; seats are given as long as
//! the rest of the room allows, and the earlier somebody is on the way to them, the less of it there is: those who ask
//! whether it is their turn may take an eighth, people who look a quarter, those who come in half, those who say who they
//! are three quarters. So nobody gets seats that cannot be paid for in time, and who is in gets on before more come in. Who
//! is turned away is told a pause that grows with the crowd: about as many come back each second as can be answered. Who asks
//! is seldom turned away: that a turn is still to come can be said without looking for it (`waiting_room::asking`).

mod busy;
mod crowd;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::Method;
use parking_lot::Mutex;
use prometheus_client::{metrics::counter::Counter, registry::Registry};
use shared::{redis::Redis, rush};

use crate::{
    app::{App, AppState},
    problem::Problem,
};

pub use self::busy::watch;
use self::crowd::{Crowd, LONGEST_PAUSE_S, Pause, Turns};

/// How far somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Asks whether its turn has come.
    Asking,
    /// Looks at events.
    Looking,
    /// Comes in: its turn has come.
    ComingIn,
    /// Is in: becomes a guest, looks at seats.
    Arriving,
    /// Wants seats.
    Choosing,
    /// Has seats, and pays for them.
    Paying,
}

/// How much is under way.
pub struct Overload {
    most: usize,
    under_way: AtomicUsize,
    /// Those who ask, those who may come in, and all others: each have pauses of their own.
    asking: Mutex<Crowd>,
    at_the_door: Mutex<Crowd>,
    inside: Mutex<Crowd>,
    turns: Mutex<Turns>,
    turned_away: Counter,
}

impl Overload {
    /// At most so many at once.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let now = Instant::now();
        Self {
            most,
            under_way: AtomicUsize::new(0),
            asking: Mutex::new(Crowd::new(now)),
            at_the_door: Mutex::new(Crowd::new(now)),
            inside: Mutex::new(Crowd::new(now)),
            turns: Mutex::new(Turns::new(now)),
            turned_away: Counter::default(),
        }
    }

    /// Makes its counter known to `registry`.
    pub fn register(&self, registry: &mut Registry) {
        let help = "Calls that were told to come again because too many were under way";
        registry.register("turned_away", help, self.turned_away.clone());
    }

    /// A slot, until it is dropped; none: as many are under way as may be.
    pub(crate) fn enter(&self, stage: Stage) -> Option<Slot<'_>> {
        let most = match stage {
            Stage::Asking => self.most.div_ceil(8),
            Stage::Looking => self.most.div_ceil(4),
            Stage::ComingIn => self.most.div_ceil(2),
            Stage::Arriving => (3 * self.most).div_ceil(4),
            Stage::Choosing => self.most,
            Stage::Paying => usize::MAX,
        };
        // Dropped, it is given back.
        let slot = Slot(self);
        (self.under_way.fetch_add(1, Ordering::Relaxed) < most).then_some(slot)
    }

    /// When who got no slot may come again.
    fn pause(&self, stage: Stage, at: Instant) -> Pause {
        self.turned_away.inc();
        let (crowd, longest) = match stage {
            // However short a turn is: with shorter pauses than they need, many who ask would keep all cores busy with
            // telling them to come again.
            Stage::Asking => (&self.asking, LONGEST_PAUSE_S),
            Stage::ComingIn => (&self.at_the_door, self.turns.lock().longest_pause()),
            _ => (&self.inside, LONGEST_PAUSE_S),
        };
        crowd.lock().one_more(at, longest)
    }

    /// Calls worked on now.
    fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Relaxed)
    }

    /// Somebody asked for a turn that lasts so long.
    pub(crate) fn note_turn(&self, lasts: Duration) {
        self.turns.lock().note(lasts, Instant::now());
    }
}

/// One of the calls that may be under way.
pub(crate) struct Slot<'a>(&'a Overload);

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Turns away who has nothing to lose yet, and counts who has.
pub(crate) async fn turn_away(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let Some(stage) = stage(request.method(), request.uri().path()) else {
        return next.run(request).await;
    };
    let app = Arc::clone(&app);
    match app.overload.enter(stage) {
        Some(_slot) => next.run(request).await,
        None => come_again(&app, stage).into_response(),
    }
}

/// What who got no slot is told.
pub(crate) fn come_again(app: &App, stage: Stage) -> Problem {
    let pause = app.overload.pause(stage, Instant::now());
    if pause.first {
        say_so(app.redis.clone());
    }
    Problem::unavailable(pause.seconds)
}

/// Lets others know: mails give way.
fn say_so(redis: Redis) {
    tokio::spawn(async move {
        if let Err(error) = rush::say(&redis).await {
            tracing::warn!(%error, "overload: cannot say that there is a rush");
        }
    });
}

/// The stage of a call; none: it is served, and not counted here. Joins have a door of their own, and so have those who ask
/// for their turn; bookings, tickets, doors of houses and what organisers do are never turned away.
fn stage(method: &Method, path: &str) -> Option<Stage> {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    if let Some(place) = path.strip_prefix("/api/waiting-room/places/") {
        return place.ends_with("/claim").then_some(Stage::ComingIn);
    }
    let pays = path == "/api/bookings" || (path.starts_with("/api/holds/") && path.ends_with("/checkout"));
    if pays {
        return (*method == Method::POST).then_some(Stage::Paying);
    }
    // What of an event: none is itself.
    let noun = path.strip_prefix("/api/events").map(|rest| rest.splitn(3, '/').nth(2));
    match noun {
        Some(None) if reads => Some(Stage::Looking),
        Some(Some("seats" | "seat-map")) if reads => Some(Stage::Arriving),
        Some(Some("holds")) => (*method == Method::POST).then_some(Stage::Choosing),
        None if path == "/api/auth/guest" => Some(Stage::Arriving),
        None if path == "/api/me" => (*method == Method::PATCH).then_some(Stage::Arriving),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_further_gets_in_before_who_is_not() {
        let overload = Overload::new(16);
        let enter = |stage| overload.enter(stage);
        let way = [Stage::Asking, Stage::Looking, Stage::ComingIn, Stage::Arriving, Stage::Choosing];
        let mut inside = Vec::new();
        for (at, (stage, more)) in way.into_iter().zip([2, 2, 4, 4, 4]).enumerate() {
            inside.extend((0..more).map(|_| enter(stage).unwrap()));
            for not_further in &way[..=at] {
                assert!(enter(*not_further).is_none(), "{not_further:?} while {stage:?} has its part");
            }
        }
        let pays: Vec<_> = (0..20).map(|_| enter(Stage::Paying).unwrap()).collect();
        inside.clear();
        assert!(enter(Stage::Choosing).is_none(), "no more seats than can be paid for");
        drop(pays);
        assert!(enter(Stage::Looking).is_some(), "who leaves makes room");
    }

    #[test]
    fn who_asks_pauses_as_long_as_the_crowd_needs_and_who_may_come_in_no_turn() {
        let overload = Overload::new(0);
        overload.note_turn(Duration::from_secs(20));
        let begin = Instant::now();
        let pauses = |stage| {
            // A second in which many came.
            for _ in 0..9_000 {
                overload.pause(stage, begin);
            }
            let later = begin + Duration::from_secs(1);
            (0..100).map(|_| overload.pause(stage, later).seconds).max()
        };
        assert!(pauses(Stage::Asking) > Some(10), "9,000 at 500 a second");
        assert!(pauses(Stage::ComingIn) <= Some(5), "a quarter of a turn");
        assert_eq!(overload.turned_away.get(), 2 * 9_100);
    }

    #[test]
    fn each_call_has_its_stage_or_none() {
        let id = "0190b7c2-0000-7000-8000-000000000000";
        let (event, place) = (format!("/api/events/{id}"), format!("/api/waiting-room/places/{id}"));
        for (method, path, expected) in [
            (Method::GET, "/api/events".to_owned(), Some(Stage::Looking)),
            (Method::GET, event.clone(), Some(Stage::Looking)),
            (Method::GET, place.clone(), None),
            (Method::POST, format!("{place}/claim"), Some(Stage::ComingIn)),
            (Method::POST, "/api/auth/guest".to_owned(), Some(Stage::Arriving)),
            (Method::PATCH, "/api/me".to_owned(), Some(Stage::Arriving)),
            (Method::GET, format!("{event}/seats"), Some(Stage::Arriving)),
            (Method::POST, format!("{event}/holds"), Some(Stage::Choosing)),
            (Method::GET, "/api/me".to_owned(), None),
            (Method::GET, "/health/ready".to_owned(), None),
            (Method::GET, format!("{event}/waiting-room"), None),
            (Method::GET, format!("{event}/sales"), None),
            (Method::POST, format!("{event}/seats/repair"), None),
            (Method::POST, format!("{event}/waiting-room/places"), None),
            (Method::DELETE, place, None),
            (Method::POST, "/api/events".to_owned(), None),
            (Method::PATCH, event, None),
            (Method::POST, "/api/bookings".to_owned(), Some(Stage::Paying)),
            (Method::POST, format!("/api/holds/{id}/checkout"), Some(Stage::Paying)),
            (Method::GET, "/api/bookings".to_owned(), None),
            (Method::DELETE, format!("/api/holds/{id}"), None),
        ] {
            assert_eq!(stage(&method, &path), expected, "{method} {path}");
        }
    }
}
