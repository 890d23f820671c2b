//! How fans reach Onsale: one of its APIs, another when that one is away, again when they are told to.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use client::{Answer, Api, Call};
use http::{StatusCode, header};
use rand::RngExt as _;
use tokio::sync::Semaphore;

use crate::{
    plan::{Herd, Plan},
    tally::Tally,
};

/// Most calls of one herd at once, and thereby most of its connections to each API.
const IN_FLIGHT: usize = 2_000;
/// Refusals that fans must expect: a declined card, seats that others took, a time that is over.
const HONEST: [u16; 3] = [402, 409, 410];
/// A fan who is not answered for so long gives up.
const PATIENCE: Duration = Duration::from_secs(90);

/// The way to Onsale.
pub(crate) struct Wire {
    apis: Vec<Api>,
    in_flight: Semaphore,
    /// An API is killed, so that some calls must be made to another one.
    loses_apis: bool,
    tally: Arc<Tally>,
}

impl Wire {
    pub(crate) fn new(plan: &Plan, herd: &Herd, tally: Arc<Tally>) -> Self {
        let from = Some(herd.address());
        let apis = plan.apis.iter().map(|api| Api::from(api, from)).collect();
        let loses_apis = plan.scenario.kills_apis();
        Self { apis, in_flight: Semaphore::new(IN_FLIGHT), loses_apis, tally }
    }

    /// Asks until there is an answer that is one; none: the fan has given up. Each answer's time counts from when the
    /// fan first asked or was told to come again.
    pub(crate) async fn ask(&self, step: &str, fan: u32, call: Call) -> Option<Answer> {
        let deadline = Instant::now() + PATIENCE;
        let call = call.header("x-forwarded-for", address(fan));
        for attempt in usize::try_from(fan).unwrap_or(0).. {
            let begun = Instant::now();
            let pause = match self.attempt(attempt, call.clone()).await {
                Ok(answer) if is_busy(answer.status) => {
                    self.tally.later(step, answer.status.as_u16());
                    retry_after(&answer)
                }
                Ok(answer) => {
                    self.tally.since(step, begun);
                    self.note(step, &answer);
                    return Some(answer);
                }
                Err(_) => {
                    if self.loses_apis {
                        self.tally.count(&format!("{step}: another API was asked"), 1);
                    } else {
                        self.tally.error(step, "no answer");
                    }
                    Duration::from_millis(200)
                }
            };
            let jitter = rand::rng().random_range(0..=pause.as_millis().try_into().unwrap_or(1_000_u64));
            if Instant::now() + pause > deadline {
                break;
            }
            tokio::time::sleep(pause + Duration::from_millis(jitter)).await;
        }
        self.tally.error(step, "gave up");
        None
    }

    /// What was refused is counted; it is an error where nobody who behaves should meet it.
    fn note(&self, step: &str, answer: &Answer) {
        let status = answer.status.as_u16();
        if answer.status.is_server_error() {
            self.tally.breach(format!("{step}: {} {}", answer.status, answer.json()));
            self.tally.error(step, &status.to_string());
        } else if HONEST.contains(&status) {
            self.tally.count(&format!("{step}: {status}"), 1);
        } else if answer.status.is_client_error() {
            let problem = answer.json()["type"].as_str().unwrap_or_default().to_owned();
            let kind = problem.strip_prefix("urn:onsale:problem:").unwrap_or("refused");
            self.tally.error(step, &format!("{status} {kind}"));
        }
    }

    /// Asks once, always the same API, whatever it answers; nothing is counted.
    pub(crate) async fn once(&self, fan: u32, call: Call) -> anyhow::Result<Answer> {
        let call = call.header("x-forwarded-for", address(fan));
        self.attempt(usize::try_from(fan).unwrap_or(0), call).await
    }

    async fn attempt(&self, attempt: usize, call: Call) -> anyhow::Result<Answer> {
        let _permit = self.in_flight.acquire().await?;
        self.apis[attempt % self.apis.len()].call(call).await
    }
}

fn is_busy(status: StatusCode) -> bool {
    matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS)
}

fn retry_after(answer: &Answer) -> Duration {
    let seconds = answer.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    Duration::from_secs(seconds.unwrap_or(1))
}

/// Where a fan seems to live, for an Onsale that believes its proxy.
fn address(fan: u32) -> String {
    let [_, a, b, c] = fan.to_be_bytes();
    format!("10.{a}.{b}.{c}")
}
