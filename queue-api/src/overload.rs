//! What happens when more come than one machine can serve: who has no seats yet is told to come again in a moment, so
//! that whoever has a place, a hold or a ticket is served at once. Without it all would wait for each other until none of
//! their calls came in time.
//!
//! The number of calls worked on at once is bounded. Who is turned away is told a pause that grows with the crowd: about
//! as many come back each second as can be served.

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

use crate::{app::AppState, problem::Problem};

/// So many of those who were turned away are asked back each second.
const BACK_A_SECOND: u32 = 500;
/// The longest pause, seconds.
const LONGEST_PAUSE_S: u32 = 20;
/// The longest one of who may come in, seconds: shorter than any turn.
const LONGEST_PAUSE_OF_A_TURN_S: u32 = 2;

/// How much is under way.
pub struct Overload {
    most: usize,
    under_way: AtomicUsize,
    crowd: Mutex<Crowd>,
    turned_away: Counter,
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

    /// A slot, until it is dropped; or the seconds after which to come again.
    fn enter(&self) -> Result<Slot<'_>, u32> {
        if self.under_way.fetch_add(1, Ordering::Relaxed) < self.most {
            return Ok(Slot(self));
        }
        drop(Slot(self));
        self.turned_away.inc();
        Err(self.crowd.lock().one_more(Instant::now()))
    }
}

impl Crowd {
    /// Counts one; the pause that is told.
    fn one_more(&mut self, at: Instant) -> u32 {
        let passed = at.saturating_duration_since(self.since);
        if passed >= Duration::from_secs(1) {
            self.before = if passed < Duration::from_secs(2) { self.now } else { 0 };
            (self.since, self.now) = (at, 0);
        }
        self.now += 1;
        let longest = (1 + self.now.max(self.before) / BACK_A_SECOND).min(LONGEST_PAUSE_S);
        rand::rng().random_range(longest.div_ceil(2)..=longest)
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
    let Some(longest) = gives_way(request.method(), request.uri().path()) else {
        return next.run(request).await;
    };
    let app = Arc::clone(&app);
    match app.overload.enter() {
        Ok(_slot) => next.run(request).await,
        Err(pause) => Problem::unavailable(pause.min(longest)).into_response(),
    }
}

/// The longest pause for a call of somebody who looks, comes in, signs in as a guest, or wants seats; none: it is served.
/// Joins have a door of their own; checkouts, payments, bookings, tickets, doors of houses and what organisers do are never
/// turned away.
fn gives_way(method: &Method, path: &str) -> Option<u32> {
    if let Some(place) = path.strip_prefix("/api/waiting-room/places/") {
        let comes_in = place.ends_with("/claim").then_some(LONGEST_PAUSE_OF_A_TURN_S);
        return comes_in.or_else(|| (*method == Method::GET).then_some(LONGEST_PAUSE_S));
    }
    // What of an event: none is itself.
    let of_event = path.strip_prefix("/api/events").map(|rest| {
        let mut parts = rest.splitn(3, '/').skip(1);
        (parts.next(), parts.next())
    });
    let looks = match (method, of_event) {
        (&Method::GET | &Method::HEAD, Some((_, noun))) => matches!(noun, None | Some("seats" | "seat-map")),
        (&Method::POST, Some((_, noun))) => noun == Some("holds"),
        (&Method::POST, None) => path == "/api/auth/guest",
        (&Method::PATCH, None) => path == "/api/me",
        _ => false,
    };
    looks.then_some(LONGEST_PAUSE_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_many_are_under_way_and_who_leaves_makes_room() {
        let overload = Overload::new(2);
        let (first, _second) = (overload.enter().ok().unwrap(), overload.enter().ok().unwrap());
        assert_eq!(overload.enter().err(), Some(1));
        drop(first);
        assert!(overload.enter().is_ok());
        assert_eq!(overload.turned_away.get(), 1);
    }

    #[test]
    fn the_pause_grows_with_the_crowd_and_is_short_again_when_it_is_gone() {
        let begin = Instant::now();
        let mut crowd = Crowd { since: begin, now: 0, before: 0 };
        let told: Vec<u32> = (0..4 * BACK_A_SECOND).map(|_| crowd.one_more(begin)).collect();
        assert_eq!(told[0], 1);
        assert!((3..=5).contains(told.last().unwrap()), "{:?}", told.last());
        let next = crowd.one_more(begin + Duration::from_millis(1_500));
        assert!((3..=5).contains(&next), "the crowd of the second before counts: {next}");
        (0..1_000_000).for_each(|_| assert!(crowd.one_more(begin) <= LONGEST_PAUSE_S));
        assert_eq!(crowd.one_more(begin + Duration::from_secs(10)), 1);
    }

    #[test]
    fn who_has_something_to_lose_is_served() {
        let event = "/api/events/0190b7c2-0000-7000-8000-000000000000";
        let goes = |method: Method, path: &str| gives_way(&method, path).is_some();
        for path in ["/api/events", event, &format!("{event}/seats")] {
            assert!(goes(Method::GET, path), "{path}");
        }
        assert!(goes(Method::POST, &format!("{event}/holds")) && goes(Method::POST, "/api/auth/guest"));
        assert!(goes(Method::PATCH, "/api/me"));
        let place = "/api/waiting-room/places/0190b7c2-0000-7000-8000-000000000000";
        assert!(goes(Method::GET, place) && goes(Method::POST, &format!("{place}/claim")));
        assert!(!goes(Method::DELETE, place));
        let others =
            ["waiting-room", "sales", "seats/repair", "access-codes/0190b7c2-0000-7000-8000-000000000000"];
        for path in others
            .map(|noun| format!("{event}/{noun}"))
            .iter()
            .map(String::as_str)
            .chain(["/api/me", "/health/ready"])
        {
            assert!(!goes(Method::GET, path), "{path}");
        }
        for path in
            ["/api/bookings", "/api/holds/x/checkout", &format!("{event}/waiting-room/places"), "/api/events"]
        {
            assert!(!goes(Method::POST, path), "{path}");
        }
        assert!(!goes(Method::PATCH, event) && !goes(Method::DELETE, "/api/holds/x"));
    }
}
