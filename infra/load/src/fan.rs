//! One fan, from joining to the ticket or the way home.

use std::time::{Duration, Instant};

use client::{Answer, Call};
use http::Method;
use rand::{RngExt as _, rngs::StdRng};
use serde_json::{Value, json};

use crate::{
    buyer,
    herd::World,
    life::{End, Life},
    people::Intent,
    waiting::{self, Turn},
};

/// A fan.
pub(crate) struct Fan<'a> {
    pub(crate) number: u32,
    pub(crate) world: &'a World,
    pub(crate) chance: StdRng,
    pub(crate) life: Life,
    /// Has no socket and asks instead.
    pub(crate) polls: bool,
}

/// A place in the waiting room.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) socket_url: String,
    ordinal: u64,
}

impl<'a> Fan<'a> {
    /// Lives from arriving to the end, and tells.
    pub(crate) async fn live(number: u32, world: &'a World) -> Life {
        let mut chance = world.plan.chance(number);
        let scenario = &world.plan.scenario;
        let intent = scenario.people.intent(&mut chance);
        let arrives_ms = world.plan.opens_at_ms + scenario.arrival.of(&mut chance);
        let mut fan = Self { number, world, chance, life: Life::new(number, intent), polls: false };
        world.sleep_until(arrives_ms).await;
        fan.life.end = fan.attend().await;
        fan.life
    }

    async fn attend(&mut self) -> End {
        if self.life.intent == Intent::Attack {
            return self.attack().await;
        }
        let people = self.world.plan.scenario.people;
        let Some(place) = self.join(&people).await else { return End::NoPlace };
        let leaves = self.life.intent == Intent::Leave;
        self.polls = self.chance.random_bool(people.pollers);
        let turn = {
            let _waiting = self.world.gauge("waiting");
            let gives_up = self.world.opening() + Duration::from_millis(self.chance.random_range(0..60_000));
            tokio::select! {
                turn = waiting::turn(self.world, self.number, &place, self.polls) => turn,
                () = tokio::time::sleep_until(gives_up.into()), if leaves => Turn::Tired,
            }
        };
        match turn {
            Turn::Closed => return End::Waited,
            Turn::Over => return End::Missed,
            Turn::Tired => return if self.leave(&place).await { End::Left } else { End::Waited },
            Turn::Admitted => {}
        }
        self.life.admitted_ms = Some(self.world.now_ms());
        self.world.tally.count("admitted", 1);
        if self.life.intent == Intent::NoShow {
            return End::NoShow;
        }
        self.think().await;
        self.shop(&place).await
    }

    async fn shop(&mut self, place: &Place) -> End {
        let path = format!("/api/waiting-room/places/{}/claim", place.id);
        let call = Call::post(path, &json!({})).header("onsale-place", &place.token);
        let Some(claimed) = self.ask("claim", call).await else { return End::Missed };
        let Some(pass) = claimed.json()["pass"].as_str().map(ToOwned::to_owned) else {
            return End::Missed;
        };
        self.life.claimed_ms = Some(self.world.now_ms());
        let _shopping = self.world.gauge("shopping");
        self.think().await;
        let end = match self.life.intent {
            Intent::Buy => buyer::buy(self, place, &pass).await,
            _ => End::GaveBack,
        };
        if matches!(end, End::GaveBack | End::SoldOut | End::Declined) && !self.leave(place).await {
            return End::Missed;
        }
        end
    }

    /// Joins; some press twice, some come back. However often: one place.
    pub(crate) async fn join(&mut self, people: &crate::people::People) -> Option<Place> {
        let begun = Instant::now();
        let answer = self.ask("join", self.joining(None)).await?;
        let place = Place::read(&answer)?;
        self.world.tally.since("joined after", begun);
        self.world.tally.count("joined", 1);
        self.life.joined_ms = Some(self.world.now_ms());
        (self.life.ordinal, self.life.place) = (Some(place.ordinal), Some(place.id.clone()));
        let device = answer.headers.get("onsale-device").and_then(|token| token.to_str().ok());
        let device = device.map(ToOwned::to_owned);
        let twice = self.chance.random_bool(people.double_clicks);
        let again = self.chance.random_bool(people.returners);
        for _ in 0..u8::from(twice) + u8::from(again) {
            let answer = self.ask("join again", self.joining(device.as_deref())).await;
            let same = |other: Place| other.id == place.id && other.ordinal == place.ordinal;
            let another = answer.as_ref().and_then(Place::read).is_some_and(|other| !same(other));
            // Whose turn was over joins anew; who could not ask cannot tell.
            if another && self.state(&place).await.is_some_and(|state| state != "over") {
                self.world.tally.breach(format!("fan {}: joining again gave another place", self.number));
            }
        }
        Some(place)
    }

    /// Where the place is, as the API says.
    async fn state(&self, place: &Place) -> Option<String> {
        let call = Call::get(format!("/api/waiting-room/places/{}", place.id));
        let looked = self.ask("look", call.header("onsale-place", &place.token)).await?;
        looked.json()["state"].as_str().map(ToOwned::to_owned)
    }

    pub(crate) fn joining(&self, device: Option<&str>) -> Call {
        let path = format!("/api/events/{}/waiting-room/places", self.world.plan.event);
        let call = Call::post(path, &json!({}));
        match device {
            Some(device) => call.header("onsale-device", device),
            None => call,
        }
    }

    /// Gives the place or the pass back; whether that was heard.
    pub(crate) async fn leave(&mut self, place: &Place) -> bool {
        let call = Call::new(Method::DELETE, format!("/api/waiting-room/places/{}", place.id));
        let answer = self.ask("leave", call.header("onsale-place", &place.token)).await;
        let left = answer.is_some_and(|answer| answer.status.is_success());
        self.life.left_ms = left.then(|| self.world.now_ms());
        left
    }

    pub(crate) async fn ask(&self, step: &str, call: Call) -> Option<Answer> {
        self.world.wire.ask(step, self.number, call).await
    }

    pub(crate) async fn think(&mut self) {
        let ms = self.chance.random_range(self.world.plan.scenario.people.thinking());
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
}

impl Place {
    pub(crate) fn read(answer: &Answer) -> Option<Self> {
        let json = answer.json();
        let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
        Some(Self {
            id: text(&json["id"])?,
            token: text(&json["token"])?,
            socket_url: text(&json["socket_url"])?,
            ordinal: json["ordinal"].as_u64()?,
        })
    }
}
