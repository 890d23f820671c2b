//! What was judged, in words.

use serde::{Deserialize, Serialize};

use super::{Check, Report, nice};

/// One thing that was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Verdict {
    /// The threshold or check.
    pub(crate) name: String,
    pub(crate) holds: bool,
    /// A sentence for whoever has never met Onsale.
    pub(crate) said: String,
}

impl Verdict {
    pub(crate) fn new(name: &str, holds: bool, said: impl Into<String>) -> Self {
        Self { name: name.to_owned(), holds, said: said.into() }
    }

    /// Whether something was seen that should never be.
    pub(crate) fn of_breaches(report: &Report) -> Self {
        let fans = nice::count(report.fans.into());
        let said = match report.breach_count {
            0 => format!(
                "What each of {fans} fans saw agrees with the signed record of the sale: nobody was passed over, no line went \
                 backwards, no accepted booking was lost."
            ),
            some => {
                let some = nice::count(i64::try_from(some).unwrap_or(i64::MAX));
                format!("{some} times fans saw what must never be; each is named below.")
            }
        };
        Self::new("fans", report.breach_count == 0, said)
    }

    /// What attackers achieved; none where nobody attacked.
    pub(crate) fn of_attacks(refused: i64, accepted: i64) -> Option<Self> {
        let made = refused + accepted;
        let said = match accepted {
            _ if made == 0 => return None,
            0 => format!("{} attacks were made, and all were refused.", nice::count(made)),
            some => format!("{} of {} attacks were not refused.", nice::count(some), nice::count(made)),
        };
        Some(Self::new("attacks", accepted == 0, said))
    }

    /// What a check said afterwards.
    pub(super) fn of_check(check: &Check) -> Self {
        let said = match (check.name.as_str(), check.holds) {
            ("evidence-check", true) => {
                "The evidence pack was checked as anybody can: draw, order, rate and cap were kept."
            }
            ("evidence-check", false) => "The evidence pack was refused; its check says why below.",
            ("audit", true) => {
                "The audit of the stores found every promise kept: no seat twice, no cent and no mail too many or too few."
            }
            ("audit", false) => "The audit of the stores found a broken promise; it is named below.",
            (_, true) => "A check that was made afterwards found nothing.",
            (_, false) => "A check that was made afterwards failed; it says why below.",
        };
        Self::new(&check.name, check.holds, said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attack_that_was_let_through_is_a_breach() {
        assert_eq!(Verdict::of_attacks(0, 0), None);
        assert!(Verdict::of_attacks(5, 0).is_some_and(|verdict| verdict.holds));
        assert!(Verdict::of_attacks(5, 1).is_some_and(|verdict| !verdict.holds));
    }
}
