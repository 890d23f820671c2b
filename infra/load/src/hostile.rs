//! Fans who attack: forged and early claims, joining at a scalper's speed, forged passes, other people's holds, bookings
//! and idempotency keys. Each must be refused by the right problem; what is not is a breach.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use client::{Answer, Call};
use http::Method;
use parking_lot::Mutex;
use rand::RngExt as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    buyer,
    fan::{Fan, Place},
    life::End,
};

/// Things of others that attackers know of.
const MOST_LOOT: usize = 256;
/// One device may join 120 times in a minute at one API; it may be configured a little above.
const SCALPER_JOINS: u32 = 400;
const SCALPER_PATIENCE: Duration = Duration::from_secs(50);
/// The count of scalpers who were never held back: the limit was raised.
pub(crate) const UNHINDERED: &str = "scalpers who met no limit";
/// Before the opening attackers need so long at least.
const BEFORE_MS: i64 = 2_000;
/// How long after the opening they look at what others hold, milliseconds.
const AFTER_MS: std::ops::Range<i64> = 3_000..30_000;

/// What somebody else has, and an attacker overheard.
#[derive(Clone, Debug)]
pub(crate) struct Loot {
    pub(crate) hold: String,
    /// Booking and idempotency key, once it was paid.
    pub(crate) paid: Option<(String, String)>,
}

/// What was overheard lately.
#[derive(Default)]
pub(crate) struct Overheard(Mutex<VecDeque<Loot>>);

/// How Onsale must answer an attack.
#[derive(Clone, Copy, Debug)]
struct Due {
    status: u16,
    kind: &'static str,
}

const UNAUTHORIZED: Due = Due { status: 401, kind: "unauthorized" };
const NOT_YOURS: Due = Due { status: 404, kind: "not-found" };
const EARLY: Due = Due { status: 409, kind: "not-your-turn" };
const NO_PASS: Due = Due { status: 403, kind: "pass-needed" };
const BAD_PASS: Due = Due { status: 403, kind: "pass-invalid" };
const HELD_BACK: Due = Due { status: 429, kind: "held-back" };

impl Overheard {
    /// Notes what somebody has.
    pub(crate) fn note(&self, loot: Loot) {
        let mut all = self.0.lock();
        if all.len() == MOST_LOOT {
            all.pop_front();
        }
        all.push_back(loot);
    }

    fn any(&self, chance: &mut impl rand::Rng) -> Option<Loot> {
        let all = self.0.lock();
        (!all.is_empty()).then(|| all[chance.random_range(0..all.len())].clone())
    }
}

/// How an answer to an attack is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    Refused,
    /// Too busy to judge.
    Unheard,
    Breach,
}

/// Judges an answer: refused only by the problem that is due.
fn taken(answer: Option<&Answer>, due: Due) -> Taken {
    let Some(answer) = answer else { return Taken::Unheard };
    let is_due = answer.json()["type"] == format!("urn:onsale:problem:{}", due.kind);
    match answer.status.as_u16() {
        status if status == due.status && is_due => Taken::Refused,
        408 | 429 | 503 => Taken::Unheard,
        _ => Taken::Breach,
    }
}

impl Fan<'_> {
    /// Attacks the waiting room, and once it is open what others hold and pay.
    pub(crate) async fn attack(&mut self) -> End {
        let opens_ms = self.world.plan.opens_at_ms;
        if self.world.now_ms() < opens_ms - BEFORE_MS {
            if self.chance.random_bool(0.5) {
                self.attack_claims().await;
            } else {
                self.join_like_a_scalper().await;
            }
        }
        let after = self.chance.random_range(AFTER_MS);
        self.world.sleep_until(opens_ms + after).await;
        self.attack_sale().await;
        End::Attacked
    }

    /// With a place of one's own: forged, for somebody else's, and before the turn.
    async fn attack_claims(&mut self) {
        let people = self.world.plan.scenario.people;
        let Some(place) = self.join(&people).await else { return };
        let claim = |id: &str, token: &str| {
            Call::post(format!("/api/waiting-room/places/{id}/claim"), &json!({}))
                .header("onsale-place", token)
        };
        self.strike("a forged place", claim(&place.id, &forged(&place.token)), UNAUTHORIZED).await;
        let other = Uuid::now_v7().to_string();
        self.strike("another's place", claim(&other, &place.token), NOT_YOURS).await;
        if self.world.now_ms() < self.world.plan.opens_at_ms - BEFORE_MS {
            let early = self.world.wire.once(self.number, claim(&place.id, &place.token)).await.ok();
            // A call that took until the opening was not early when it was heard.
            let early = early.filter(|_| self.world.now_ms() < self.world.plan.opens_at_ms);
            self.judge("coming in early", early.as_ref(), EARLY);
        }
        self.leave(&place).await;
    }

    /// One device, as fast as it goes, at one API, until it is held back.
    async fn join_like_a_scalper(&mut self) {
        let (begun, mut device, mut place) = (Instant::now(), None, None);
        let mut joins = 0;
        while joins < SCALPER_JOINS {
            joins += 1;
            let call = self.joining(device.as_deref());
            let Ok(answer) = self.world.wire.once(self.number, call).await else { break };
            if let Some(token) = answer.headers.get("onsale-device").and_then(|token| token.to_str().ok()) {
                device = Some(token.to_owned());
            }
            place = Place::read(&answer).or(place);
            if taken(Some(&answer), HELD_BACK) == Taken::Refused {
                self.judge("joining again and again", Some(&answer), HELD_BACK);
                break;
            }
            if answer.status.as_u16() != 202 || begun.elapsed() > SCALPER_PATIENCE {
                self.world.tally.count("attacks unheard", 1);
                break;
            }
        }
        if joins == SCALPER_JOINS {
            self.world.tally.count(UNHINDERED, 1);
        }
        if let Some(place) = place {
            self.leave(&place).await;
        }
    }

    /// As a guest: without a pass, with a forged one, and with what others hold.
    async fn attack_sale(&mut self) {
        let Some(token) = buyer::sign_in(self).await else { return };
        let best = json!({"best_available": {"quantity": 1}});
        let hold = || Call::post(format!("/api/events/{}/holds", self.world.plan.event), &best).by(&token);
        let (bare, forged) = (hold(), hold().header("onsale-pass", forged(&token)));
        self.strike("no pass", bare, NO_PASS).await;
        self.strike("a forged pass", forged, BAD_PASS).await;
        let Some(Loot { hold, paid }) = self.world.overheard.any(&mut self.chance) else {
            self.world.tally.count("attackers who found nobody to rob", 1);
            return;
        };
        let (booking, key) = paid.unwrap_or_else(|| (Uuid::now_v7().to_string(), Uuid::new_v4().to_string()));
        let card = json!({"hold": hold, "payment_method": {"type": "sandbox_card", "number": buyer::CARD}});
        let path = |rest: &str| format!("/api/holds/{hold}{rest}");
        let attacks = [
            ("another's hold, looked at", Call::get(path(""))),
            ("another's hold, given back", Call::new(Method::DELETE, path(""))),
            ("another's hold, at the checkout", Call::post(path("/checkout"), &json!({}))),
            (
                "another's hold, with its idempotency key",
                Call::post("/api/bookings", &card).header("idempotency-key", key),
            ),
            ("another's booking, looked at", Call::get(format!("/api/bookings/{booking}"))),
            (
                "another's booking, cancelled",
                Call::post(format!("/api/bookings/{booking}/cancel"), &json!({})),
            ),
        ];
        for (what, call) in attacks {
            self.strike(what, call.by(&token), NOT_YOURS).await;
        }
    }

    /// Makes an attack once, and judges the answer.
    async fn strike(&self, what: &str, call: Call, due: Due) {
        let answer = self.world.wire.once(self.number, call).await.ok();
        self.judge(what, answer.as_ref(), due);
    }

    fn judge(&self, what: &str, answer: Option<&Answer>, due: Due) {
        let tally = &self.world.tally;
        match taken(answer, due) {
            Taken::Refused => {
                tally.count("attacks refused", 1);
                tally.count(&format!("attack refused: {what}"), 1);
            }
            Taken::Unheard => tally.count("attacks unheard", 1),
            Taken::Breach => {
                tally.count("attacks accepted", 1);
                let (status, problem) =
                    answer.map_or((0, Value::Null), |answer| (answer.status.as_u16(), answer.json()));
                let kind = &problem["type"];
                tally.breach(format!(
                    "attack “{what}”: {status} {kind} instead of {} {}",
                    due.status, due.kind
                ));
            }
        }
    }
}

/// A token with another letter in the middle of its signature.
fn forged(token: &str) -> String {
    let at = token.len().saturating_sub(12);
    let letter = |(position, letter)| match (position == at, letter) {
        (true, 'A') => 'B',
        (true, _) => 'A',
        (false, letter) => letter,
    };
    token.chars().enumerate().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;

    fn answer(status: u16, kind: &str) -> Answer {
        let body = json!({"type": format!("urn:onsale:problem:{kind}")}).to_string().into();
        Answer { status: StatusCode::from_u16(status).unwrap(), headers: HeaderMap::new(), body }
    }

    #[test]
    fn only_the_problem_that_is_due_counts_as_refused() {
        let of = |status, kind| taken(Some(&answer(status, kind)), NOT_YOURS);
        assert_eq!(of(404, "not-found"), Taken::Refused);
        assert_eq!(of(204, ""), Taken::Breach, "it was accepted");
        assert_eq!(of(404, "internal"), Taken::Breach, "the wrong problem");
        assert_eq!(of(403, "not-found"), Taken::Breach, "the wrong status");
        assert_eq!((of(503, "unavailable"), of(429, "too-many-requests")), (Taken::Unheard, Taken::Unheard));
        assert_eq!(taken(None, NOT_YOURS), Taken::Unheard);
        assert_eq!(taken(Some(&answer(429, "held-back")), HELD_BACK), Taken::Refused);
    }

    #[test]
    fn a_forged_token_differs_in_one_letter() {
        let token = "aaaa.bbbb.AAAAAAAAAAAAAAAAAAAAAAA";
        let differ = token.chars().zip(forged(token).chars()).filter(|(a, b)| a != b).count();
        assert_eq!((differ, forged(token).len()), (1, token.len()));
    }

    #[test]
    fn what_is_overheard_is_bounded() {
        let overheard = Overheard::default();
        let mut chance = rand::rng();
        assert!(overheard.any(&mut chance).is_none());
        for hold in 0..2 * MOST_LOOT {
            overheard.note(Loot { hold: hold.to_string(), paid: None });
        }
        assert_eq!(overheard.0.lock().len(), MOST_LOOT);
        assert!(
            overheard.any(&mut chance).is_some_and(|loot| loot.hold.parse::<usize>().unwrap() >= MOST_LOOT)
        );
    }
}
