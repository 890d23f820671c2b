//! The draw: which number each place of a lobby gets, decided by one secret seed that is published afterwards.
//!
//! The places of a lobby have ordinals 0..n-1 in the order of their joining. The draw maps them to numbers 0..n-1
//! by a keyed permutation that costs O(1) a place, in both directions, and that anybody can recompute:
//!
//! 1. Before anybody joins, a random seed of 32 bytes is chosen and `SHA-256(seed)`, its commitment, is public.
//! 2. When the lobby closes, n is fixed; with the seed it decides everything. Both are published.
//! 3. `b = max(8, bits of (n - 1))`. A value of b bits is split into `left` (its upper ⌊b/2⌋ bits) and `right`
//!    (its lower ⌈b/2⌉ bits).
//! 4. For round i = 0..11: if i is even, `left ^= F(i, right)`, cut to the bits of `left`; if i is odd,
//!    `right ^= F(i, left)`, cut to the bits of `right`. `F(i, half)` is the last 8 bytes, big-endian, of
//!    `SHA-256("draw/1" ‖ seed ‖ n as 8 bytes ‖ i as 1 byte ‖ half as 8 bytes)`, numbers big-endian.
//! 5. The result is joined again; while it is not below n, step 4 is applied to it again (cycle walking).
//!
//! The inverse runs the rounds from 11 to 0. With n of 0 or 1 nothing is permuted. `docs/draw.md` says the same
//! with test vectors. The seed has no other use, so publishing it tells nothing else.

use crate::tokens::sha256;

/// Rounds of the Feistel network; even, so that both halves are changed equally often.
const ROUNDS: u8 = 12;
/// Fewest bits that are permuted, so that a lobby of three is mixed as well as one of three thousand.
const FEWEST_BITS: u32 = 8;
const TAG: &[u8; 6] = b"draw/1";

/// The secret of a draw until it is drawn; public afterwards.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Seed([u8; 32]);

impl Seed {
    /// A seed from its bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A seed from the operating system's random numbers.
    #[must_use]
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// A seed as stored; `None` unless it has 32 bytes.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What is published before the draw: SHA-256 of the seed.
    #[must_use]
    pub fn commitment(&self) -> [u8; 32] {
        sha256(&self.0)
    }
}

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed(secret)")
    }
}

/// The outcome of a draw. Places that joined after it keep their ordinal as number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    seed: Seed,
    lobby_count: u64,
    left_bits: u32,
    right_bits: u32,
}

impl Draw {
    /// The draw of a lobby of `lobby_count` places (below 2^62) by `seed`.
    #[must_use]
    pub fn new(seed: Seed, lobby_count: u64) -> Self {
        let bits = (u64::BITS - lobby_count.saturating_sub(1).leading_zeros()).max(FEWEST_BITS);
        Self { seed, lobby_count, left_bits: bits / 2, right_bits: bits - bits / 2 }
    }

    /// How many places were drawn.
    #[must_use]
    pub fn lobby_count(&self) -> u64 {
        self.lobby_count
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> &Seed {
        &self.seed
    }

    /// The number of the place that joined as `ordinal`.
    #[must_use]
    pub fn number(&self, ordinal: u64) -> u64 {
        self.walk(ordinal, Self::forward)
    }

    /// The ordinal of the place that has `number`.
    #[must_use]
    pub fn ordinal(&self, number: u64) -> u64 {
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
    use crate::tokens::{from_hex, hex};

    fn seed_of(number: u64) -> Seed {
        Seed::new(sha256(&number.to_be_bytes()))
    }

    /// `infra/tests` runs the same on another implementation.
    #[derive(serde::Deserialize)]
    struct Vector {
        seed: String,
        seed_commitment: String,
        lobby_count: u64,
        numbers: Vec<(u64, u64)>,
    }

    #[test]
    fn the_vectors_of_the_documentation_hold() {
        let vectors: Vec<Vector> =
            serde_json::from_str(include_str!("../../../docs/draw-vectors.json")).unwrap();
        assert!(vectors.len() > 5);
        for vector in vectors {
            let seed = Seed::from_slice(&from_hex(&vector.seed).unwrap()).unwrap();
            assert_eq!(hex(&seed.commitment()), vector.seed_commitment);
            let draw = Draw::new(seed, vector.lobby_count);
            for (ordinal, number) in vector.numbers {
                assert_eq!((draw.number(ordinal), draw.ordinal(number)), (number, ordinal));
            }
        }
    }

    /// What the page shows for reading is what the vectors say.
    #[test]
    fn the_documentation_shows_the_vectors() {
        let documentation = include_str!("../../../docs/draw.md");
        let seed = Seed::new(std::array::from_fn(|index| u8::try_from(index).unwrap()));
        assert!(documentation.contains(&hex(&seed.commitment())));
        for (n, shown) in [(10, 10), (100_000, 8)] {
            let numbers: Vec<String> =
                (0..shown).map(|at| Draw::new(seed, n).number(at).to_string()).collect();
            assert!(documentation.contains(&numbers.join(", ")), "docs/draw.md lacks {numbers:?}");
        }
    }

    #[test]
    fn later_joins_keep_their_ordinal() {
        let draw = Draw::new(seed_of(1), 10);
        assert_eq!((draw.number(10), draw.ordinal(1_000_000)), (10, 1_000_000));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn it_is_a_bijection_and_the_inverse_undoes_it(n in 0_u64..3_000, seed in any::<[u8; 32]>()) {
            let draw = Draw::new(Seed::new(seed), n);
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
            let draw = Draw::new(Seed::new(seed), n);
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
                let draw = Draw::new(seed_of(number), n);
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
                let draw = Draw::new(seed_of(number), n);
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
