//! Whether there will be tickets for somebody who waits: the stock against the people ahead.

/// A plain judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odds {
    /// Even if everybody ahead, and everybody who shops, buys as many as they may, some are left.
    Likely,
    /// That depends on how many they buy.
    Uncertain,
    /// There are not more tickets than people ahead.
    Unlikely,
}

impl Odds {
    /// With `available` tickets left and `ahead` people ahead in the line, while `shopping` others are in; each may buy
    /// up to `most`.
    #[must_use]
    pub fn of(available: u64, ahead: u64, shopping: u64, most: u32) -> Self {
        if available <= ahead {
            Self::Unlikely
        } else if available > ahead.saturating_add(shopping).saturating_mul(most.into()) {
            Self::Likely
        } else {
            Self::Uncertain
        }
    }
}

/// A number as one says it: two digits that count, from 100 on.
#[must_use]
pub fn about(number: u64) -> u64 {
    let unit = 10_u64.pow(number.checked_ilog10().unwrap_or(0).saturating_sub(1));
    if number < 100 { number } else { (number + unit / 2) / unit * unit }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same cases as in `line.test.ts`.
    #[test]
    fn the_odds_are_the_stock_against_those_ahead() {
        let cases = [
            (1_201, 280, 20, 4, Odds::Likely),
            (1_200, 280, 20, 4, Odds::Uncertain),
            (281, 280, 20, 4, Odds::Uncertain),
            (280, 280, 20, 4, Odds::Unlikely),
            (1, 0, 0, 4, Odds::Likely),
            (4, 0, 1, 4, Odds::Uncertain),
            (0, 0, 0, 4, Odds::Unlikely),
        ];
        for (available, ahead, shopping, most, odds) in cases {
            assert_eq!(Odds::of(available, ahead, shopping, most), odds, "{available} {ahead} {shopping}");
        }
    }

    #[test]
    fn large_numbers_are_rounded() {
        for (exact, said) in [(0, 0), (99, 99), (104, 100), (1_249, 1_200), (1_250, 1_300), (98_765, 99_000)]
        {
            assert_eq!(about(exact), said);
        }
    }
}
