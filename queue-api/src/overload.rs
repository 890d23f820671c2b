//! What happens when more come than one machine can serve: who has no seats yet is told to come again in a moment, so
//! that whoever has a place, a hold or a ticket is served at once. Without it all would wait for each other until none of
//! their calls came in time.
//!
//! The number of calls worked on at once is bounded; people who look may take a quarter of it, those who come in half, so
//! that who is in gets on before more come in, and nobody who only looks keeps others out. Who is turned away is told a
//! pause that grows with the crowd: about as many come back each second as can be served.

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
use rand::RngExt as _;
use shared::{redis::Redis, rush};

use crate::{app::AppState, problem::Problem};

/// So many of those who were turned away are asked back each second.
const BACK_A_SECOND: u32 = 500;
/// The longest pause, seconds.
const LONGEST_PAUSE_S: u32 = 20;
/// The longest one of who may come in, seconds: shorter than any turn.
const LONGEST_PAUSE_OF_A_TURN_S: u32 = 2;

/// How far somebody is who has nothing to lose yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Looks at events.
    Looking,
    /// Comes in, or asks whether it is time.
    ComingIn,
    /// Is in: becomes a guest, looks at seats, wants some.
    Choosing,
}

/// How much is under way.
pub struct Overload {
    most: usize,
    under_way: AtomicUsize,
    crowd: Mutex<Crowd>,
    turned_away: Counter,
}

/// What is told to who is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pause {
    seconds: u32,
    /// Nobody else was turned away in this second.
    first: bool,
}

/// How many were turned away, in this second and in the one before.
struct Crowd {
    since: Instant,
    now: u32,
    before: u32,
}

impl Overload {
    /// At most so many at once.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let crowd = Mutex::new(Crowd { since: Instant::now(), now: 0, before: 0 });
        Self { most, under_way: AtomicUsize::new(0), crowd, turned_away: Counter::default() }
    }

    /// Makes its counter known to `registry`.
    pub fn register(&self, registry: &mut Registry) {
        let help = "Calls that were told to come again because too many were under way";
        registry.register("turned_away", help, self.turned_away.clone());
    }

    /// A slot, until it is dropped; or when to come again.
    fn enter(&self, stage: Stage) -> Result<Slot<'_>, Pause> {
        let most = match stage {
            Stage::Looking => self.most.div_ceil(4),
            Stage::ComingIn => self.most.div_ceil(2),
            Stage::Choosing => self.most,
        };
        if self.under_way.fetch_add(1, Ordering::Relaxed) < most {
            return Ok(Slot(self));
        }
        drop(Slot(self));
        self.turned_away.inc();
        let pause = self.crowd.lock().one_more(Instant::now());
        let longest = if stage == Stage::ComingIn { LONGEST_PAUSE_OF_A_TURN_S } else { LONGEST_PAUSE_S };
        Err(Pause { seconds: pause.seconds.min(longest), ..pause })
    }
}

impl Crowd {
    /// Counts one; the pause that is told.
    fn one_more(&mut self, at: Instant) -> Pause {
        let passed = at.saturating_duration_since(self.since);
        if passed >= Duration::from_secs(1) {
            self.before = if passed < Duration::from_secs(2) { self.now } else { 0 };
            (self.since, self.now) = (at, 0);
        }
        self.now += 1;
        let longest = (1 + self.now.max(self.before) / BACK_A_SECOND).min(LONGEST_PAUSE_S);
        let seconds = rand::rng().random_range(longest.div_ceil(2)..=longest);
        Pause { seconds, first: self.now == 1 }
    }
}

struct Slot<'a>(&'a Overload);

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Turns away who has nothing to lose yet.
pub(crate) async fn turn_away(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let Some(stage) = stage(request.method(), request.uri().path()) else {
        return next.run(request).await;
    };
    let app = Arc::clone(&app);
    match app.overload.enter(stage) {
        Ok(_slot) => next.run(request).await,
        Err(pause) => {
            if pause.first {
                say_so(app.redis.clone());
            }
            Problem::unavailable(pause.seconds).into_response()
        }
    }
}

/// Lets others know: mails give way.
fn say_so(redis: Redis) {
    tokio::spawn(async move {
        if let Err(error) = rush::say(&redis).await {
            tracing::warn!(%error, "overload: cannot say that there is a rush");
        }
    });
}

/// The stage of a call that gives way; none: it is served. Joins have a door of their own; checkouts, payments, bookings,
/// tickets, doors of houses and what organisers do are never turned away.
fn stage(method: &Method, path: &str) -> Option<Stage> {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    if let Some(place) = path.strip_prefix("/api/waiting-room/places/") {
        // Who asks for a place may hear that its turn has come.
        return (reads || place.ends_with("/claim")).then_some(Stage::ComingIn);
    }
    // What of an event: none is itself.
    let noun = path.strip_prefix("/api/events").map(|rest| rest.splitn(3, '/').nth(2));
    match noun {
        Some(None) if reads => Some(Stage::Looking),
        Some(Some("seats" | "seat-map")) if reads => Some(Stage::Choosing),
        Some(Some("holds")) => (*method == Method::POST).then_some(Stage::Choosing),
        None if path == "/api/auth/guest" => Some(Stage::Choosing),
        None if path == "/api/me" => (*method == Method::PATCH).then_some(Stage::Choosing),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_many_are_under_way_and_who_leaves_makes_room() {
        let overload = Overload::new(5);
        let enter = |stage| overload.enter(stage).ok();
        let (first, _second) = (enter(Stage::Looking).unwrap(), enter(Stage::Looking).unwrap());
        assert!(enter(Stage::Looking).is_none(), "a quarter is for those who look");
        let _third = enter(Stage::ComingIn).unwrap();
        assert!(enter(Stage::ComingIn).is_none(), "half is for those who are not in yet");
        let choosing: Vec<_> = (0..2).map(|_| enter(Stage::Choosing).unwrap()).collect();
        assert_eq!(overload.enter(Stage::Choosing).err(), Some(Pause { seconds: 1, first: false }));
        drop(first);
        assert!(enter(Stage::Looking).is_none() && enter(Stage::Choosing).is_some());
        drop(choosing);
        assert!(enter(Stage::Looking).is_none() && enter(Stage::ComingIn).is_some());
        assert_eq!(overload.turned_away.get(), 5);
    }

    #[test]
    fn the_pause_grows_with_the_crowd_and_is_short_again_when_it_is_gone() {
        let begin = Instant::now();
        let mut crowd = Crowd { since: begin, now: 0, before: 0 };
        let mut told_at = |at| crowd.one_more(at).seconds;
        let told: Vec<u32> = (0..4 * BACK_A_SECOND).map(|_| told_at(begin)).collect();
        assert_eq!(told[0], 1);
        assert!((3..=5).contains(told.last().unwrap()), "{:?}", told.last());
        let next = told_at(begin + Duration::from_millis(1_500));
        assert!((3..=5).contains(&next), "the crowd of the second before counts: {next}");
        (0..1_000_000).for_each(|_| assert!(told_at(begin) <= LONGEST_PAUSE_S));
        assert_eq!(told_at(begin + Duration::from_secs(10)), 1);
    }

    #[test]
    fn one_of_those_of_each_second_is_the_first() {
        let begin = Instant::now();
        let mut crowd = Crowd { since: begin, now: 0, before: 0 };
        let at = [0, 1, 999, 1_000, 1_001, 1_999, 2_000].map(|ms| begin + Duration::from_millis(ms));
        assert_eq!(at.map(|at| crowd.one_more(at).first), [true, false, false, true, false, false, true]);
    }

    #[test]
    fn who_has_something_to_lose_is_served() {
        let id = "0190b7c2-0000-7000-8000-000000000000";
        let (event, place) = (format!("/api/events/{id}"), format!("/api/waiting-room/places/{id}"));
        for (method, path, expected) in [
            (Method::GET, "/api/events".to_owned(), Some(Stage::Looking)),
            (Method::GET, event.clone(), Some(Stage::Looking)),
            (Method::GET, place.clone(), Some(Stage::ComingIn)),
            (Method::POST, format!("{place}/claim"), Some(Stage::ComingIn)),
            (Method::POST, "/api/auth/guest".to_owned(), Some(Stage::Choosing)),
            (Method::PATCH, "/api/me".to_owned(), Some(Stage::Choosing)),
            (Method::GET, format!("{event}/seats"), Some(Stage::Choosing)),
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
            (Method::POST, "/api/bookings".to_owned(), None),
            (Method::POST, format!("/api/holds/{id}/checkout"), None),
            (Method::DELETE, format!("/api/holds/{id}"), None),
        ] {
            assert_eq!(stage(&method, &path), expected, "{method} {path}");
        }
    }
}
