//! What is played: a file below `infra/load/scenarios`, in TOML.

use std::path::Path;

use anyhow::{Context as _, ensure};
use rand::{Rng, RngExt as _};
use serde::{Deserialize, Serialize};
use shared::domain::SeatMapDocument;

use crate::{people::People, thresholds::Thresholds};

/// An opening.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// What it shows.
    pub(crate) title: String,
    /// How many fans take part.
    pub(crate) fans: u32,
    pub(crate) venue: Venue,
    pub(crate) room: Room,
    /// How long seats are held for whoever does not pay.
    #[serde(default = "hold_seconds")]
    pub(crate) hold_seconds: u32,
    pub(crate) arrival: Arrival,
    pub(crate) people: People,
    /// What must not be exceeded.
    #[serde(default)]
    pub(crate) thresholds: Thresholds,
    /// What happens besides, in any order.
    #[serde(default)]
    pub(crate) incidents: Vec<Incident>,
    /// Who still waits so long after the opening is sent home.
    pub(crate) most_seconds: u64,
}

fn hold_seconds() -> u32 {
    600
}

/// One of the demo's houses.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Venue {
    /// 180 seats.
    Theatre,
    /// 20,000 seats.
    Arena,
    /// 12,000 standing.
    OpenAir,
}

/// Settings of the waiting room, as the API takes them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Room {
    pub(crate) lease_cap: u32,
    pub(crate) rate_per_minute: u32,
    pub(crate) claim_window_seconds: u32,
    #[serde(default)]
    pub(crate) grace_seconds: u32,
    pub(crate) pass_ttl_seconds: u32,
}

impl Room {
    /// How long a pass lasts, milliseconds.
    pub(crate) fn pass_ms(&self) -> i64 {
        i64::from(self.pass_ttl_seconds) * 1_000
    }

    /// How long an offer stands, milliseconds.
    pub(crate) fn offer_ms(&self) -> i64 {
        i64::from(self.claim_window_seconds + self.grace_seconds) * 1_000
    }
}

/// When fans come.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arrival {
    /// They come to the lobby during so many seconds before the opening.
    pub(crate) lobby_seconds: u32,
    /// The share of those who come after the opening instead.
    #[serde(default)]
    pub(crate) late: f64,
    /// They come during so many seconds.
    #[serde(default)]
    pub(crate) late_seconds: u32,
}

/// Something that breaks, or that the organiser does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Incident {
    /// When, seconds from the opening.
    pub(crate) at_seconds: i64,
    #[serde(flatten)]
    pub(crate) what: What,
}

/// What happens.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    /// This process of Onsale's is killed (SIGKILL), and not started again.
    Kill(String),
    /// Everything in it is deleted.
    Flush(Memory),
    /// So many are let in now.
    Admit(u32),
    /// The room's settings or phase are changed, as the API takes it.
    Change(serde_json::Value),
}

/// What can be emptied.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Memory {
    Redis,
}

impl Scenario {
    /// A lobby that nothing happens in.
    pub(crate) fn lobby() -> Self {
        Self {
            title: "A lobby to be measured".into(),
            fans: 0,
            venue: Venue::Theatre,
            room: Room {
                grace_seconds: 0,
                lease_cap: 1,
                rate_per_minute: 1,
                claim_window_seconds: 60,
                pass_ttl_seconds: 60,
            },
            hold_seconds: hold_seconds(),
            arrival: Arrival { lobby_seconds: 3_600, late: 0.0, late_seconds: 0 },
            people: People::default(),
            thresholds: Thresholds::default(),
            incidents: Vec::new(),
            most_seconds: 0,
        }
    }

    /// Whether APIs break while it is played.
    pub(crate) fn kills_apis(&self) -> bool {
        let is_api = |what: &What| matches!(what, What::Kill(process) if process.starts_with("api"));
        self.incidents.iter().any(|incident| is_api(&incident.what))
    }

    /// Reads and checks a scenario.
    ///
    /// # Errors
    /// When it cannot be read, or says what cannot be.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        let scenario: Self = toml::from_str(&text).with_context(|| path.display().to_string())?;
        let people = &scenario.people;
        ensure!(scenario.fans > 0, "fans: there must be one at least");
        people.check()?;
        ensure!((0.0..=1.0).contains(&scenario.arrival.late), "arrival.late lies between 0 and 1");
        Ok(scenario)
    }
}

impl Venue {
    /// Tickets that can be sold.
    pub(crate) fn capacity(self) -> u32 {
        match self {
            Self::Theatre => 180,
            Self::Arena => 20_000,
            Self::OpenAir => 12_000,
        }
    }

    pub(crate) fn seat_map(self) -> SeatMapDocument {
        match self {
            Self::Theatre => demo::venues::theatre(),
            Self::Arena => demo::venues::arena(),
            Self::OpenAir => demo::venues::open_air(),
        }
    }
}

impl Arrival {
    /// When a fan comes, milliseconds from the opening.
    pub(crate) fn of(&self, rng: &mut impl Rng) -> i64 {
        let late = rng.random_bool(self.late);
        let within = |seconds: u32| i64::from(seconds.max(1)) * 1_000;
        if late {
            rng.random_range(0..within(self.late_seconds))
        } else {
            -rng.random_range(1..=within(self.lobby_seconds))
        }
    }
}

#[cfg(test)]
mod tests {

    use shared::domain::SeatMap;

    use super::*;

    fn folder() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
    }

    #[test]
    fn every_scenario_is_one_and_has_thresholds() {
        for file in std::fs::read_dir(folder()).unwrap() {
            let path = file.unwrap().path();
            let scenario = Scenario::read(&path).unwrap();
            assert!(scenario.thresholds.joins_p99_ms.is_some(), "{}", path.display());
        }
    }

    #[test]
    fn a_house_holds_what_its_map_holds() {
        for venue in [Venue::Theatre, Venue::Arena, Venue::OpenAir] {
            let standing: u32 = venue.seat_map().areas.iter().map(|area| area.capacity).sum();
            let seats = SeatMap::new(venue.seat_map()).unwrap().seat_count();
            assert_eq!(seats + standing, venue.capacity(), "{venue:?}");
        }
    }
}
