//! Against robots, without punishing people: a puzzle in front of waiting rooms that gets harder when very many
//! arrive, limits for each device, a look at the speed of choosing and paying; and for who is held back a reason and
//! a code with which the organiser can let them in. `docs/robots.md` says what is promised.

pub(crate) mod address;
mod appeals;
pub mod challenge;
mod code;
pub mod config;
mod door;
mod guesses;
mod http;
mod pace;
mod seats;
mod state;
mod store;

pub(crate) use appeals::{Appeal, overcome, remembered};
pub(crate) use door::{admit_to_join, give_back, waiting_s};
pub(crate) use guesses::{admit_to_guess, guessed_wrong};
pub use http::routes;
pub(crate) use seats::{admit_to_checkout, admit_to_hold, admit_to_pay};
pub use state::Robots;

/// Header that carries the proof that a puzzle was solved, or waited out.
pub const PROOF_HEADER: &str = "onsale-proof";
/// No puzzle is harder, whatever comes together.
const HARDEST: u8 = 10;
