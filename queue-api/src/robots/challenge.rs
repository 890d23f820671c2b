//! The puzzle in front of a waiting room, and the slow door beside it. `docs/robots.md` specifies both.
//!
//! Nothing is kept of a puzzle that was given: it is signed, and bound to the event and to who asked. What was
//! redeemed is remembered until it would have expired, so that it works once.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use rand::RngExt as _;
use serde::Serialize;
use shared::{
    clock::from_unix_ms,
    domain::EventId,
    tokens::{Tokens, from_hex, hex, sha256},
};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// A puzzle must be solved within this, seconds.
const LIFE_S: i64 = 180;
/// The slow door stays open so long, seconds.
const OPEN_S: i64 = 600;
const SIGNATURE_BYTES: usize = 16;
/// What the tokens begin with.
const PUZZLE: &str = "1";
const SLOW: &str = "slow";

/// A puzzle: find the number up to `max_number` for which the hash of `salt` and the number in decimal is `target`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Challenge {
    /// Always `SHA-256`.
    pub algorithm: &'static str,
    /// Text before the number.
    pub salt: String,
    /// The hash to be found, hex.
    pub target: String,
    /// The number is not above this.
    pub max_number: u32,
    /// What to send back, a dot and the number behind it, in the header `Onsale-Proof`.
    pub token: String,
    /// Until when.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// For those who would rather wait.
    pub slow: SlowDoor,
}

/// The way in without a puzzle: to wait.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SlowDoor {
    /// What to send in the header `Onsale-Proof`, or the cookie that came along, after waiting.
    pub token: String,
    /// How long.
    pub wait_seconds: u32,
}

/// A proof that is good, if it was not redeemed before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Names it.
    pub nonce: String,
    /// When it expires, Unix seconds.
    pub expires_s: i64,
}

/// Why a proof is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not made here, or changed, or given to another device or for another event.
    #[error("the proof is not one that was given to this device for this event")]
    Foreign,
    /// Too late.
    #[error("the proof has expired")]
    Expired,
    /// The number is not the one.
    #[error("the number does not solve the puzzle")]
    Wrong,
    /// The slow door is not open yet.
    #[error("the waiting time is not over")]
    Early,
    /// Redeemed before.
    #[error("the proof was used before")]
    Spent,
}

impl ProofError {
    /// The word for clients.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Foreign => "foreign",
            Self::Expired => "expired",
            Self::Wrong => "wrong",
            Self::Early => "early",
            Self::Spent => "spent",
        }
    }
}

/// Who is to solve it, and where.
#[derive(Clone, Copy, Debug)]
pub struct Bound<'a> {
    /// The event.
    pub event: EventId,
    /// The joiner, as the room knows it.
    pub who: &'a str,
}

impl Challenge {
    /// A new puzzle, with a slow door of so many seconds beside it.
    #[must_use]
    pub fn new(tokens: &Tokens, bound: Bound<'_>, max_number: u32, wait_seconds: u32, now_s: i64) -> Self {
        let expires_s = now_s + LIFE_S;
        // The dot at the end: no digit of the number can become one of the salt.
        let salt = format!("{PUZZLE}.{expires_s}.{max_number}.{}.", nonce());
        let target = hash(&salt, rand::rng().random_range(0..=max_number));
        let token = signed(tokens, bound, format!("{salt}{}", hex(&target)));
        let slow = SlowDoor::new(tokens, bound, wait_seconds, now_s);
        let (target, expires_at) = (hex(&target), from_unix_ms(expires_s * 1_000));
        Self { algorithm: "SHA-256", salt, target, max_number, token, expires_at, slow }
    }

    /// The number, found by trying; what clients do.
    #[must_use]
    pub fn solve(&self) -> Option<u32> {
        let target = from_hex(&self.target)?;
        (0..=self.max_number).find(|number| hash(&self.salt, *number) == target[..])
    }
}

impl SlowDoor {
    fn new(tokens: &Tokens, bound: Bound<'_>, wait_seconds: u32, now_s: i64) -> Self {
        let opens_s = now_s + i64::from(wait_seconds);
        let text = format!("{SLOW}.{}.{opens_s}.{}", opens_s + OPEN_S, nonce());
        Self { token: signed(tokens, bound, text), wait_seconds }
    }
}

/// Checks what a request shows as its proof.
///
/// # Errors
/// When it is not good, or not yet.
pub fn verify(tokens: &Tokens, bound: Bound<'_>, shown: &str, now_s: i64) -> Result<Proof, ProofError> {
    let parts: Vec<&str> = shown.split('.').collect();
    let proof = |expires: &str, nonce: &str| {
        let expires_s = expires.parse().map_err(|_| ProofError::Foreign)?;
        if expires_s <= now_s {
            return Err(ProofError::Expired);
        }
        Ok(Proof { nonce: nonce.to_owned(), expires_s })
    };
    match *parts.as_slice() {
        [PUZZLE, expires, max_number, nonce, target, signature, number] => {
            let salt = format!("{PUZZLE}.{expires}.{max_number}.{nonce}.");
            check(tokens, bound, &format!("{salt}{target}"), signature)?;
            let proof = proof(expires, nonce)?;
            let number: u32 = number.parse().map_err(|_| ProofError::Wrong)?;
            let solved = from_hex(target).is_some_and(|target| target[..] == hash(&salt, number));
            if solved { Ok(proof) } else { Err(ProofError::Wrong) }
        }
        [SLOW, expires, opens, nonce, signature] => {
            check(tokens, bound, &format!("{SLOW}.{expires}.{opens}.{nonce}"), signature)?;
            let proof = proof(expires, nonce)?;
            let opens_s: i64 = opens.parse().map_err(|_| ProofError::Foreign)?;
            if opens_s <= now_s { Ok(proof) } else { Err(ProofError::Early) }
        }
        _ => Err(ProofError::Foreign),
    }
}

/// In how many seconds a slow door opens, 0 when it stands open; none for what is none of this device.
#[must_use]
pub fn opens_in_s(tokens: &Tokens, bound: Bound<'_>, token: &str, now_s: i64) -> Option<u64> {
    match verify(tokens, bound, token, now_s) {
        Ok(_) if token.starts_with(SLOW) => Some(0),
        Err(ProofError::Early) => {
            let opens_s: i64 = token.split('.').nth(2)?.parse().ok()?;
            u64::try_from(opens_s - now_s).ok()
        }
        _ => None,
    }
}

fn nonce() -> String {
    hex(&rand::rng().random::<[u8; 12]>())
}

fn hash(salt: &str, number: u32) -> [u8; 32] {
    let mut text = String::with_capacity(salt.len() + 10);
    text.push_str(salt);
    // Writing to a string cannot fail.
    let _ = std::fmt::Write::write_fmt(&mut text, format_args!("{number}"));
    sha256(text.as_bytes())
}

fn signed(tokens: &Tokens, bound: Bound<'_>, text: String) -> String {
    let signature = hex(&signature(tokens, bound, &text));
    text + "." + &signature
}

fn check(tokens: &Tokens, bound: Bound<'_>, text: &str, shown: &str) -> Result<(), ProofError> {
    let shown = from_hex(shown).ok_or(ProofError::Foreign)?;
    verify_slices_are_equal(&signature(tokens, bound, text), &shown).map_err(|_| ProofError::Foreign)
}

fn signature(tokens: &Tokens, bound: Bound<'_>, text: &str) -> [u8; SIGNATURE_BYTES] {
    let message = format!("{} {} {text}", bound.event, bound.who);
    let whole = tokens.keyed_hash("challenge", message.as_bytes());
    let mut signature = [0; SIGNATURE_BYTES];
    signature.copy_from_slice(&whole[..SIGNATURE_BYTES]);
    signature
}

#[cfg(test)]
mod tests {
    use shared::testing::tokens;

    use super::*;

    const NOW_S: i64 = 1_700_000_000;

    #[test]
    fn a_puzzle_is_solved_by_whom_it_was_given_to_in_time_and_nobody_else() {
        let (tokens, event) = (tokens(), EventId::new());
        let bound = Bound { event, who: "ada" };
        let challenge = Challenge::new(&tokens, bound, 2_000, 30, NOW_S);
        let number = challenge.solve().unwrap();
        let proof = format!("{}.{number}", challenge.token);
        let good = verify(&tokens, bound, &proof, NOW_S + LIFE_S - 1).unwrap();
        assert_eq!(good.expires_s, NOW_S + LIFE_S);
        let refused = |bound, proof: &str, now_s| verify(&tokens, bound, proof, now_s).unwrap_err();
        assert_eq!(refused(bound, &proof, NOW_S + LIFE_S), ProofError::Expired);
        let wrong = format!("{}.{}", challenge.token, (number + 1) % 2_001);
        assert_eq!(refused(bound, &wrong, NOW_S), ProofError::Wrong);
        assert_eq!(refused(Bound { event, who: "bob" }, &proof, NOW_S), ProofError::Foreign);
        assert_eq!(refused(Bound { event: EventId::new(), who: "ada" }, &proof, NOW_S), ProofError::Foreign);
        // An easier puzzle, a longer life, digits moved from the number to the salt.
        for (from, to) in [(".2000.", ".1."), (&*format!("{}", NOW_S + LIFE_S), "1900000000")] {
            assert_eq!(refused(bound, &proof.replacen(from, to, 1), NOW_S), ProofError::Foreign);
        }
        for nonsense in ["", ".", "1......", "slow....", &challenge.token] {
            assert_eq!(refused(bound, nonsense, NOW_S), ProofError::Foreign, "{nonsense}");
        }
    }

    #[test]
    fn the_slow_door_opens_after_its_time_for_its_time() {
        let tokens = tokens();
        let bound = Bound { event: EventId::new(), who: "ada" };
        let slow = Challenge::new(&tokens, bound, 10, 30, NOW_S).slow;
        assert_eq!(verify(&tokens, bound, &slow.token, NOW_S + 29).unwrap_err(), ProofError::Early);
        assert_eq!(opens_in_s(&tokens, bound, &slow.token, NOW_S + 10), Some(20));
        assert!(verify(&tokens, bound, &slow.token, NOW_S + 30).is_ok());
        assert_eq!(opens_in_s(&tokens, bound, &slow.token, NOW_S + 31), Some(0));
        let late = NOW_S + 30 + OPEN_S;
        assert_eq!(verify(&tokens, bound, &slow.token, late).unwrap_err(), ProofError::Expired);
        assert_eq!(opens_in_s(&tokens, bound, &slow.token, late), None);
        let other = Bound { who: "bob", ..bound };
        assert_eq!(verify(&tokens, other, &slow.token, NOW_S + 60).unwrap_err(), ProofError::Foreign);
        let sooner = slow.token.replace(&format!("{}", NOW_S + 30), &format!("{NOW_S}"));
        assert_eq!(verify(&tokens, bound, &sooner, NOW_S + 1).unwrap_err(), ProofError::Foreign);
    }
}
