//! Limits against robots. All are generous: many real fans share an address, and some are quick.

use clap::Args;

/// What `queue-api serve` takes against robots.
#[derive(Args, Clone, Debug)]
pub struct RobotArgs {
    /// Header in which a proxy in front of this API says where a call comes from, e.g. `x-forwarded-for`; its last
    /// entry counts. Set it only where nobody reaches the API past that proxy.
    #[arg(long, env = "ONSALE_CLIENT_ADDRESS_HEADER")]
    pub client_address_header: Option<http::HeaderName>,
    /// Numbers to try at most for a puzzle of level 1; each level doubles it.
    #[arg(long, env = "ONSALE_CHALLENGE_NUMBERS", default_value_t = 25_000)]
    pub challenge_numbers: u32,
    /// Arrivals a second at one event, seen by one process, above which puzzles get harder: a level there, one more
    /// for each doubling, four at most.
    #[arg(long, env = "ONSALE_CHALLENGE_RAISE_AT", default_value_t = 500)]
    pub challenge_raise_at: u32,
    /// Arrivals in a minute from one address block (/24, /48) at one event, seen by one process, above which its
    /// puzzles get harder: a level there, one more for each doubling, three at most. Never a refusal.
    #[arg(long, env = "ONSALE_BLOCK_ARRIVALS", default_value_t = 1_000)]
    pub block_arrivals: u32,
    /// How long those wait who would rather wait than solve a puzzle, seconds; longer where the puzzle is harder.
    #[arg(long, env = "ONSALE_SLOW_DOOR_SECONDS", default_value_t = 30)]
    pub slow_door_seconds: u32,
    /// Joins, holds and checkouts, each, that one device or account may begin in a minute at one event.
    #[arg(long, env = "ONSALE_DEVICE_ATTEMPTS", default_value_t = 120)]
    pub device_attempts: u32,
    /// Codes that do not exist that one device or account may try in five minutes at one event.
    #[arg(long, env = "ONSALE_CODE_GUESSES", default_value_t = 20)]
    pub code_guesses: u32,
    /// The same for one address block (/24, /48). Codes that exist do not count.
    #[arg(long, env = "ONSALE_BLOCK_CODE_GUESSES", default_value_t = 500)]
    pub block_code_guesses: u32,
    /// Less time than this from coming in to the first hold is taken for a robot, milliseconds; 0: not looked at.
    #[arg(long, env = "ONSALE_LEAST_CHOOSING_MS", default_value_t = 0)]
    pub least_choosing_ms: u32,
    /// Less time than this from the hold to paying is taken for a robot, milliseconds; 0: not looked at.
    #[arg(long, env = "ONSALE_LEAST_PAYING_MS", default_value_t = 0)]
    pub least_paying_ms: u32,
}
