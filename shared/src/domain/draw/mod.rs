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
//!
//! Each lane of a room is drawn by itself: lane 0 by the seed, lane k by `SHA-256("lane/1" ‖ seed ‖ k as 1 byte)`, each
//! with the count of its own lobby. The rank that comes out is a slot of the lane, see [`super::lanes`].

mod permutation;

use self::permutation::Permutation;
use super::lanes::{LaneIndex, Lanes, MOST_LANES, PerLane};
use crate::tokens::sha256;

const LANE_TAG: &[u8; 6] = b"lane/1";

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

    /// What the places of a lane are drawn by.
    fn of_lane(self, lane: LaneIndex) -> Self {
        if lane == 0 {
            return self;
        }
        let mut input = [0; 39];
        input[..6].copy_from_slice(LANE_TAG);
        input[6..38].copy_from_slice(&self.0);
        input[38] = lane;
        Self(sha256(&input))
    }
}

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed(secret)")
    }
}

/// The outcome of a draw. Who joined after it keeps the place of joining, behind all of the same lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    lanes: Lanes,
    lobbies: [Permutation; MOST_LANES],
}

impl Draw {
    /// The draw of a room with one lane, of `lobby_count` places (below 2^62) by `seed`.
    #[must_use]
    pub fn new(seed: Seed, lobby_count: u64) -> Self {
        Self::of_lanes(seed, Lanes::ONE, PerLane::one(lobby_count))
    }

    /// The draw of a room with lanes, of so many places in each (below 2^62) by `seed`.
    #[must_use]
    pub fn of_lanes(seed: Seed, lanes: Lanes, lobby: PerLane) -> Self {
        let mut lobbies = [Permutation::new(seed, 0); MOST_LANES];
        for (lane, drawn) in lanes.all().zip(&mut lobbies) {
            *drawn = Permutation::new(seed.of_lane(lane), lobby.get(lane));
        }
        Self { lanes, lobbies }
    }

    /// The lanes.
    #[must_use]
    pub fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    /// How many places were drawn.
    #[must_use]
    pub fn lobby_count(&self) -> u64 {
        self.lobbies.iter().map(Permutation::lobby_count).sum()
    }

    /// How many places were drawn in each lane.
    #[must_use]
    pub fn lobby(&self) -> PerLane {
        PerLane::from_slice(&self.lobbies.map(|drawn| drawn.lobby_count()))
    }

    /// Whether the place of an ordinal was drawn.
    #[must_use]
    pub fn is_drawn(&self, ordinal: u64) -> bool {
        self.lanes.is_given(ordinal, &self.lobby())
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> &Seed {
        self.lobbies[0].seed()
    }

    /// The number of the place that joined as `ordinal`.
    #[must_use]
    pub fn number(&self, ordinal: u64) -> u64 {
        let lane = self.lanes.lane_of(ordinal);
        self.lanes.number(lane, self.lobbies[usize::from(lane)].number(self.lanes.local_of(ordinal)))
    }

    /// The ordinal of the place that has `number`.
    #[must_use]
    pub fn ordinal(&self, number: u64) -> u64 {
        let (lane, rank) = self.lanes.slot(number);
        self.lanes.ordinal(lane, self.lobbies[usize::from(lane)].ordinal(rank))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::{from_hex, hex};

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
            serde_json::from_str(include_str!("../../../../docs/draw-vectors.json")).unwrap();
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
        let documentation = include_str!("../../../../docs/draw.md");
        let seed = Seed::new(std::array::from_fn(|index| u8::try_from(index).unwrap()));
        assert!(documentation.contains(&hex(&seed.commitment())));
        for (n, shown) in [(10, 10), (100_000, 8)] {
            let numbers: Vec<String> =
                (0..shown).map(|at| Draw::new(seed, n).number(at).to_string()).collect();
            assert!(documentation.contains(&numbers.join(", ")), "docs/draw.md lacks {numbers:?}");
        }
    }

    #[derive(serde::Deserialize)]
    struct LaneVector {
        seed: String,
        /// Of every lane, everybody's first.
        shares: Vec<u8>,
        cycle: String,
        lobby_counts: Vec<u64>,
        numbers: Vec<(u64, u64)>,
    }

    #[test]
    fn the_vectors_of_rooms_with_lanes_hold() {
        let vectors: Vec<LaneVector> =
            serde_json::from_str(include_str!("../../../../docs/lane-vectors.json")).unwrap();
        assert!(vectors.len() > 3);
        for vector in vectors {
            let seed = Seed::from_slice(&from_hex(&vector.seed).unwrap()).unwrap();
            let lanes = Lanes::by_shares(&vector.shares[1..]).unwrap();
            assert_eq!(lanes.to_string(), vector.cycle);
            let draw = Draw::of_lanes(seed, lanes, PerLane::from_slice(&vector.lobby_counts));
            for (ordinal, number) in vector.numbers {
                assert_eq!((draw.number(ordinal), draw.ordinal(number)), (number, ordinal));
            }
        }
    }

    #[test]
    fn lanes_are_drawn_apart_and_nobody_moves_when_others_join_another_lane() {
        let (seed, lanes) = (Seed::new([5; 32]), Lanes::by_shares(&[20, 20]).unwrap());
        let draw = Draw::of_lanes(seed, lanes, PerLane::from_slice(&[100, 40, 40]));
        let one = Draw::new(seed, 100);
        for local in 0..100 {
            let number = draw.number(lanes.ordinal(0, local));
            assert_eq!(lanes.slot(number), (0, one.number(local)));
        }
        let rank = |lane, local| lanes.slot(draw.number(lanes.ordinal(lane, local))).1;
        assert!((0..40).any(|local| rank(1, local) != rank(2, local)));
        for ordinal in 0..300 {
            assert_eq!(draw.ordinal(draw.number(ordinal)), ordinal);
        }
        assert_eq!((draw.lobby_count(), draw.lobby()), (180, PerLane::from_slice(&[100, 40, 40])));
    }
}
