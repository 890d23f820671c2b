//! What fans are like, and what each is going to do.

use std::ops::RangeInclusive;

use anyhow::ensure;
use rand::{Rng, RngExt as _};
use serde::{Deserialize, Serialize};

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
    /// Attack: forge, steal, and join at a scalper's speed.
    pub(crate) hostile: f64,
    /// Press twice, when joining and when paying (beside the above).
    pub(crate) double_clicks: f64,
    /// Close the tab and join again on the same device (beside the above).
    pub(crate) returners: f64,
    /// Have no socket and ask when they are told to (beside the above).
    pub(crate) pollers: f64,
    /// Buyers who choose seats on the map themselves, instead of the best there are; they lose some to others, and
    /// pick again.
    pub(crate) pickers: f64,
    /// Buyers who give their seats back once, and take others.
    pub(crate) changers: f64,
    /// Buyers whose first card is declined; they have another.
    pub(crate) declined: f64,
    /// Buyers none of whose cards pays.
    pub(crate) cardless: f64,
    /// Buyers who go away from the checkout without a word.
    pub(crate) abandoned: f64,
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
            hostile: 0.0,
            pickers: 0.0,
            changers: 0.0,
            declined: 0.0,
            cardless: 0.0,
            abandoned: 0.0,
            think_ms: (500, 3_000),
            tickets: 2,
        }
    }
}

/// What a fan is going to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Intent {
    NoShow,
    Leave,
    Browse,
    Buy,
    Attack,
}

impl People {
    /// What a fan does.
    pub(crate) fn intent(&self, rng: &mut impl Rng) -> Intent {
        let at: f64 = rng.random();
        let shares = [
            (self.no_shows, Intent::NoShow),
            (self.leavers, Intent::Leave),
            (self.browsers, Intent::Browse),
            (self.hostile, Intent::Attack),
        ];
        let mut below = 0.0;
        let intent = shares.into_iter().find_map(|(share, intent)| {
            below += share;
            (at < below).then_some(intent)
        });
        intent.unwrap_or(Intent::Buy)
    }

    pub(crate) fn thinking(&self) -> RangeInclusive<u64> {
        self.think_ms.0..=self.think_ms.1
    }

    /// Refuses what cannot be.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        ensure!(self.tickets > 0, "people.tickets: must be one at least");
        ensure!(self.think_ms.0 <= self.think_ms.1, "people.think_ms: the least is above the most");
        let shares = [self.no_shows, self.leavers, self.browsers, self.hostile];
        ensure!(shares.iter().sum::<f64>() <= 1.0, "people: the shares are more than all");
        let beside = [self.double_clicks, self.returners, self.pollers];
        let buyers = [self.pickers, self.changers, self.declined, self.cardless, self.abandoned];
        let fits = |share: &f64| (0.0..=1.0).contains(share);
        ensure!(
            shares.iter().chain(&beside).chain(&buyers).all(fits),
            "people: a share lies between 0 and 1"
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;

    #[test]
    fn intents_are_shared_out_as_the_scenario_says() {
        let people =
            People { no_shows: 0.1, leavers: 0.2, browsers: 0.3, hostile: 0.15, ..People::default() };
        let mut chance = StdRng::seed_from_u64(7);
        let intents: Vec<Intent> = (0..10_000).map(|_| people.intent(&mut chance)).collect();
        let of = |wanted: Intent| intents.iter().filter(|intent| **intent == wanted).count();
        let all = [Intent::NoShow, Intent::Leave, Intent::Browse, Intent::Attack, Intent::Buy].map(of);
        for (seen, due) in all.into_iter().zip([1_000_usize, 2_000, 3_000, 1_500, 2_500]) {
            assert!(seen.abs_diff(due) < 150, "{all:?}");
        }
    }
}
