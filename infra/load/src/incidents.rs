//! What happens while the sale runs: things break, the organiser steers.

use std::{collections::BTreeMap, net::SocketAddr, path::Path, process::Command, time::Duration};

use anyhow::{Context as _, ensure};
use fred::interfaces::ClientLike as _;
use secrecy::SecretString;
use serde_json::Value;
use shared::redis::Redis;

use crate::{
    plan::Plan,
    report::say,
    scenario::{Incident, Memory, What},
    stage::{Stage, now_ms},
};

/// The system under the sale: what `infra/status --json` says, and where Redis is.
pub(crate) struct System {
    status: Value,
    pub(crate) redis_url: SecretString,
}

/// What happened at this time, Unix ms.
#[derive(Clone, Debug)]
pub(crate) struct Happened {
    pub(crate) at_ms: i64,
    pub(crate) what: What,
}

/// Processes that do nothing.
pub(crate) struct Still(Vec<u64>);

impl Drop for Still {
    fn drop(&mut self) {
        if !matches!(signal("-CONT", &self.0), Ok(true)) {
            say("processes stand still: infra/down ends them");
        }
    }
}

/// Whether all processes have got a signal.
fn signal(name: &str, pids: &[u64]) -> std::io::Result<bool> {
    let pids = pids.iter().map(ToString::to_string);
    Ok(Command::new("kill").arg(name).args(pids).status()?.success())
}

impl System {
    /// Reads what `infra/status --json` has said.
    pub(crate) fn read(status: &Path, redis_url: &SecretString) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(status).with_context(|| status.display().to_string())?;
        let status = serde_json::from_str(&text).with_context(|| status.display().to_string())?;
        Ok(Self { status, redis_url: redis_url.clone() })
    }

    /// Addresses of the APIs.
    pub(crate) fn apis(&self) -> Vec<String> {
        let apis = self.status["apis"].as_array().into_iter().flatten();
        apis.filter_map(|api| api.as_str().map(ToOwned::to_owned)).collect()
    }

    /// Addresses of the notifiers' sockets.
    pub(crate) fn websockets(&self) -> Vec<String> {
        let sockets = self.status["websockets"].as_array().into_iter().flatten();
        sockets.filter_map(|socket| socket.as_str().map(ToOwned::to_owned)).collect()
    }

    /// The processes of a kind that run.
    pub(crate) fn pids(&self, kind: &str) -> Vec<u64> {
        let processes = self.status["processes"].as_array().into_iter().flatten();
        processes.filter(|one| one["kind"] == kind).filter_map(|one| one["pid"].as_u64()).collect()
    }

    /// Stops the processes of a kind, as a debugger would, until what comes back is dropped.
    pub(crate) fn still(&self, kind: &str) -> anyhow::Result<Still> {
        let still = Still(self.pids(kind));
        ensure!(signal("-STOP", &still.0)?, "a {kind} cannot be stopped");
        Ok(still)
    }

    /// How many of each kind of process run.
    pub(crate) fn processes(&self) -> BTreeMap<String, usize> {
        let mut kinds = BTreeMap::new();
        let running = self.status["processes"].as_array().into_iter().flatten();
        for kind in running.filter(|one| one["running"] == true).filter_map(|one| one["kind"].as_str()) {
            *kinds.entry(kind.to_owned()).or_default() += 1;
        }
        kinds
    }

    /// Where one of its engines is.
    pub(crate) fn engine(&self, name: &str) -> anyhow::Result<SecretString> {
        let engines = self.status["engines"].as_array().into_iter().flatten();
        let url = engines.filter(|one| one["name"] == name).find_map(|one| one["url"].as_str());
        Ok(url.with_context(|| format!("no {name} runs"))?.into())
    }

    /// Where the first of its APIs listens.
    pub(crate) fn api(&self) -> anyhow::Result<SocketAddr> {
        let apis = self.apis();
        let api = apis.first().context("no API runs")?;
        api.trim_start_matches("http://").parse().context("the API's address")
    }

    /// Refuses what cannot happen here, before anybody joins.
    pub(crate) fn check(&self, incidents: &[Incident]) -> anyhow::Result<()> {
        for incident in incidents {
            if let What::Kill(process) = &incident.what {
                self.pid(process)?;
                let apis = self.apis().len();
                ensure!(
                    !process.starts_with("api") || apis > 1,
                    "{process} is the only API: infra/up --apis 2"
                );
            }
        }
        Ok(())
    }

    /// Lets everything happen in its time.
    pub(crate) async fn play(&self, stage: &Stage, plan: &Plan) -> anyhow::Result<Vec<Happened>> {
        let mut incidents = plan.scenario.incidents.clone();
        incidents.sort_by_key(|incident| incident.at_seconds);
        let mut happened = Vec::new();
        for Incident { at_seconds, what } in incidents {
            let wait_ms = plan.opens_at_ms + at_seconds * 1_000 - now_ms();
            tokio::time::sleep(Duration::from_millis(u64::try_from(wait_ms).unwrap_or(0))).await;
            let at_ms = now_ms();
            match &what {
                What::Admit(count) => stage.admit(&plan.event, *count).await?,
                What::Change(change) => stage.change(&plan.event, change).await?,
                broken => self.break_one(broken).await?,
            }
            happened.push(Happened { at_ms, what });
        }
        Ok(happened)
    }

    async fn break_one(&self, what: &What) -> anyhow::Result<()> {
        match what {
            What::Kill(process) => {
                let killed = signal("-KILL", &[self.pid(process)?])?;
                ensure!(killed, "{process} could not be killed");
                Ok(())
            }
            What::Flush(Memory::Redis) => {
                let redis = Redis::connect(&self.redis_url, "")?;
                redis.ready().await?;
                redis.client().flushall::<()>(false).await.context("flushing Redis")
            }
            What::Admit(_) | What::Change(_) => Ok(()),
        }
    }

    fn pid(&self, process: &str) -> anyhow::Result<u64> {
        let processes = self.status["processes"].as_array().into_iter().flatten();
        let found = processes.filter(|one| one["name"] == process).find_map(|one| one["pid"].as_u64());
        found.with_context(|| format!("{process}, which is to be killed, does not run"))
    }
}
