//! What is played: a file below `infra/load/scenarios`, in TOML.

use std::{ops::RangeInclusive, path::Path};

use anyhow::{Context as _, ensure};
use rand::{Rng, RngExt as _};
use serde::{Deserialize, Serialize};
use shared::domain::SeatMapDocument;

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
    pub(crate) arrival: Arrival,
    pub(crate) people: People,
    /// What happens besides, in any order.
    #[serde(default)]
    pub(crate) incidents: Vec<Incident>,
    /// Who still waits so long after the opening is sent home.
    pub(crate) most_seconds: u64,
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

/// What fans are like; shares of all. Who is none of it buys.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct People {
    /// Do not come in when their turn comes.
    pub(crate) no_shows: f64,
    /// Leave the line before their turn.
    pub(crate) leavers: f64,
    /// Come in, look, and give the pass back.
    pub(crate) browsers: f64,
    /// Press twice when joining (beside the above).
    pub(crate) double_clicks: f64,
    /// Close the tab and join again on the same device (beside the above).
    pub(crate) returners: f64,
    /// Have no socket and ask when they are told to (beside the above).
    pub(crate) pollers: f64,
    /// How long they think before each step, milliseconds: least and most.
    pub(crate) think_ms: (u64, u64),
    /// Tickets of one purchase.
    pub(crate) tickets: u32,
}

impl Default for People {
    fn default() -> Self {
        Self {
            no_shows: 0.0,
            leavers: 0.0,
            browsers: 0.0,
            double_clicks: 0.0,
            returners: 0.0,
            pollers: 0.0,
            think_ms: (500, 3_000),
            tickets: 2,
        }
    }
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

/// What a fan is going to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Intent {
    NoShow,
    Leave,
    Browse,
    Buy,
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
            arrival: Arrival { lobby_seconds: 3_600, late: 0.0, late_seconds: 0 },
            people: People::default(),
            incidents: Vec::new(),
            most_seconds: 0,
        }
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
        ensure!(people.tickets > 0, "people.tickets: must be one at least");
        ensure!(people.think_ms.0 <= people.think_ms.1, "people.think_ms: the least is above the most");
        let shares = [people.no_shows, people.leavers, people.browsers];
        ensure!(shares.iter().sum::<f64>() <= 1.0, "people: the shares are more than all");
        let beside = [people.double_clicks, people.returners, people.pollers, scenario.arrival.late];
        let fits = |share: &f64| (0.0..=1.0).contains(share);
        ensure!(shares.iter().chain(&beside).all(fits), "a share lies between 0 and 1");
        Ok(scenario)
    }
}

impl Venue {
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

impl People {
    /// What a fan does.
    pub(crate) fn intent(&self, rng: &mut impl Rng) -> Intent {
        let at: f64 = rng.random();
        match at {
            at if at < self.no_shows => Intent::NoShow,
            at if at < self.no_shows + self.leavers => Intent::Leave,
            at if at < self.no_shows + self.leavers + self.browsers => Intent::Browse,
            _ => Intent::Buy,
        }
    }

    pub(crate) fn thinking(&self) -> RangeInclusive<u64> {
        self.think_ms.0..=self.think_ms.1
    }
}
