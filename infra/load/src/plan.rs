//! What a herd of fans needs to know: written by the director, read by every herd.

use std::net::{IpAddr, Ipv4Addr};

use rand::{SeedableRng as _, rngs::StdRng};
use serde::{Deserialize, Serialize};

use crate::scenario::Scenario;

/// Most fans of one herd: each has a socket, and a process may be held to 20,000 open files.
const HERD: u32 = 14_500;

/// The opening as it is played now.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) scenario: Scenario,
    /// Of everything that is left to chance.
    pub(crate) seed: u64,
    /// Addresses of the APIs.
    pub(crate) apis: Vec<String>,
    pub(crate) event: String,
    /// When the sale opens, Unix ms.
    pub(crate) opens_at_ms: i64,
}

/// The fans of one process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Herd {
    pub(crate) number: u32,
    pub(crate) first: u32,
    pub(crate) count: u32,
}

impl Plan {
    /// Splits the fans into as many herds as it takes.
    pub(crate) fn herds(&self) -> Vec<Herd> {
        let fans = self.scenario.fans;
        let herds = fans.div_ceil(HERD);
        let begin = |herd: u32| u32::try_from(u64::from(fans) * u64::from(herd) / u64::from(herds));
        let begin = |herd: u32| begin(herd).unwrap_or(fans);
        let herd =
            |number: u32| Herd { number, first: begin(number), count: begin(number + 1) - begin(number) };
        (0..herds).map(herd).collect()
    }

    /// What is left to chance in the life of a fan: the same in each run with this seed.
    pub(crate) fn chance(&self, fan: u32) -> StdRng {
        StdRng::seed_from_u64(self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ u64::from(fan))
    }
}

impl Herd {
    /// The address of this machine that the herd's calls come from.
    pub(crate) fn address(&self) -> IpAddr {
        self.loopback(0)
    }

    /// The address that a fan's sockets come from: there are two for a herd, since looking for a free port takes Linux
    /// milliseconds once an address has some 14,000 connections.
    pub(crate) fn address_of_sockets(&self, fan: u32) -> IpAddr {
        self.loopback(if fan.is_multiple_of(2) { 1 } else { 2 })
    }

    fn loopback(&self, third: u8) -> IpAddr {
        let last = u8::try_from(self.number % 200).unwrap_or(0) + 2;
        Ipv4Addr::new(127, 0, third, last).into()
    }
}
