//! The order of one lobby: a Feistel network with cycle walking, as the parent module describes it.

use super::Seed;
use crate::tokens::sha256;

/// Rounds of the Feistel network; even, so that both halves are changed equally often.
const ROUNDS: u8 = 12;
/// Fewest bits that are permuted, so that a lobby of three is mixed as well as one of three thousand.
const FEWEST_BITS: u32 = 8;
const TAG: &[u8; 6] = b"draw/1";

/// The order of one lobby. Who joined after the draw keeps the place of joining.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Permutation {
    seed: Seed,
    lobby_count: u64,
    left_bits: u32,
    right_bits: u32,
}

impl Permutation {
    /// The order of a lobby of `lobby_count` places (below 2^62) by `seed`.
    pub(super) fn new(seed: Seed, lobby_count: u64) -> Self {
        let bits = (u64::BITS - lobby_count.saturating_sub(1).leading_zeros()).max(FEWEST_BITS);
        Self { seed, lobby_count, left_bits: bits / 2, right_bits: bits - bits / 2 }
    }

    /// How many places were drawn.
    pub(super) fn lobby_count(&self) -> u64 {
        self.lobby_count
    }

    /// The seed.
    pub(super) fn seed(&self) -> &Seed {
        &self.seed
    }

    /// The number of the place that joined as `ordinal`.
    pub(super) fn number(&self, ordinal: u64) -> u64 {
        self.walk(ordinal, Self::forward)
    }

    /// The ordinal of the place that has `number`.
    pub(super) fn ordinal(&self, number: u64) -> u64 {
        self.walk(number, Self::backward)
    }

    fn walk(&self, value: u64, step: fn(&Self, u64) -> u64) -> u64 {
        if value >= self.lobby_count || self.lobby_count < 2 {
            return value;
        }
        let mut walked = step(self, value);
        while walked >= self.lobby_count {
            walked = step(self, walked);
        }
        walked
    }

    fn forward(&self, value: u64) -> u64 {
        (0..ROUNDS).fold(value, |value, round| self.round(round, value))
    }

    fn backward(&self, value: u64) -> u64 {
        (0..ROUNDS).rev().fold(value, |value, round| self.round(round, value))
    }

    /// One round; it is its own inverse.
    fn round(&self, round: u8, value: u64) -> u64 {
        let right_mask = (1 << self.right_bits) - 1;
        let (left, right) = (value >> self.right_bits, value & right_mask);
        if round.is_multiple_of(2) {
            let left_mask = (1 << self.left_bits) - 1;
            value ^ ((self.mix(round, right) & left_mask) << self.right_bits)
        } else {
            value ^ (self.mix(round, left) & right_mask)
        }
    }

    /// `F` of the module's description.
    fn mix(&self, round: u8, half: u64) -> u64 {
        // 55 bytes: as much as one block of SHA-256 takes.
        let mut input = [0; 55];
        input[..6].copy_from_slice(TAG);
        input[6..38].copy_from_slice(&self.seed.0);
        input[38..46].copy_from_slice(&self.lobby_count.to_be_bytes());
        input[46] = round;
        input[47..].copy_from_slice(&half.to_be_bytes());
        let [.., a, b, c, d, e, f, g, h] = sha256(&input);
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seed_of(number: u64) -> Seed {
        Seed::new(sha256(&number.to_be_bytes()))
    }

    #[test]
    fn later_joins_keep_their_ordinal() {
        let draw = Permutation::new(seed_of(1), 10);
        assert_eq!((draw.number(10), draw.ordinal(1_000_000)), (10, 1_000_000));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn it_is_a_bijection_and_the_inverse_undoes_it(n in 0_u64..3_000, seed in any::<[u8; 32]>()) {
            let draw = Permutation::new(Seed::new(seed), n);
            let mut seen = vec![false; usize::try_from(n).unwrap()];
            for ordinal in 0..n {
                let number = draw.number(ordinal);
                let seen = &mut seen[usize::try_from(number).unwrap()];
                prop_assert!(!*seen, "number {number} given twice");
                *seen = true;
                prop_assert_eq!(draw.ordinal(number), ordinal);
            }
        }

        #[test]
        fn it_stays_within_large_lobbies(n in 1_u64..1 << 40, at in any::<u64>(), seed in any::<[u8; 32]>()) {
            let draw = Permutation::new(Seed::new(seed), n);
            let number = draw.number(at % n);
            prop_assert!(number < n);
            prop_assert_eq!(draw.ordinal(number), at % n);
        }
    }

    /// Pearson's statistic of `counts` against equal shares.
    fn chi_square(counts: &[u32]) -> f64 {
        let expected =
            f64::from(counts.iter().sum::<u32>()) / f64::from(u32::try_from(counts.len()).unwrap());
        counts.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum()
    }

    /// Beyond this a fair draw falls once in a million: mean + 5 standard deviations and some skew.
    fn improbable(degrees: usize) -> f64 {
        let degrees = f64::from(u32::try_from(degrees).unwrap());
        degrees + 5.5 * (2.0 * degrees).sqrt() + 10.0
    }

    #[test]
    fn every_order_of_a_small_lobby_is_equally_likely() {
        for (n, orders, draws) in [(2_u64, 2_usize, 400_u64), (3, 6, 600), (4, 24, 1_000), (5, 120, 1_500)] {
            let mut counts = std::collections::HashMap::new();
            for number in 0..draws {
                let draw = Permutation::new(seed_of(number), n);
                let order: Vec<u64> = (0..n).map(|ordinal| draw.number(ordinal)).collect();
                *counts.entry(order).or_insert(0_u32) += 1;
            }
            let counts: Vec<u32> = counts.into_values().collect();
            assert_eq!(counts.len(), orders, "not every order of {n} occurs");
            assert!(chi_square(&counts) < improbable(orders - 1), "n={n}: {}", chi_square(&counts));
        }
    }

    #[test]
    fn every_place_gets_every_number_equally_often() {
        for n in [7_u64, 16, 33] {
            let size = usize::try_from(n).unwrap();
            let mut counts = vec![0_u32; size * size];
            for number in 0..1_000_u64 {
                let draw = Permutation::new(seed_of(number), n);
                for ordinal in 0..n {
                    let number = draw.number(ordinal);
                    counts[usize::try_from(ordinal * n + number).unwrap()] += 1;
                }
            }
            let statistic = chi_square(&counts);
            // Rows and columns have fixed sums: (n - 1)² degrees of freedom.
            assert!(statistic < improbable((size - 1) * (size - 1)), "n={n}: {statistic}");
        }
    }
}
