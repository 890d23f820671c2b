//! The sandbox's test cards.
//!
//! | number | does |
//! |---|---|
//! | 4242 4242 4242 4242 | succeeds |
//! | 4000 0000 0000 0002 | is declined (`card_declined`) |
//! | 4000 0000 0000 9995 | is declined (`insufficient_funds`) |
//! | 4000 0000 0000 0077 | succeeds after 2 s |
//! | 4000 0000 0000 0259 | is charged, but the first answer is lost; asking again finds the charge |
//! | 4000 0000 0000 0341 | succeeds; capturing happens at once but its answer takes 3 s |
//! | any other | is declined (`unknown_card`) |

use crate::payments::Decline;

/// What a test card does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    /// Succeeds.
    Success,
    /// Refused.
    Declined(Decline),
    /// Succeeds, slowly.
    Slow,
    /// Succeeds, but nobody hears of it the first time.
    LostAnswer,
    /// Succeeds; the answer to its capture is slow.
    SlowCapture,
}

impl Card {
    /// The card with this number; spaces are allowed, as people type them.
    #[must_use]
    pub fn from_number(number: &str) -> Self {
        let digits: String = number.chars().filter(|c| !c.is_whitespace()).collect();
        match digits.as_str() {
            "4242424242424242" => Self::Success,
            "4000000000000002" => Self::Declined(Decline::CardDeclined),
            "4000000000009995" => Self::Declined(Decline::InsufficientFunds),
            "4000000000000077" => Self::Slow,
            "4000000000000259" => Self::LostAnswer,
            "4000000000000341" => Self::SlowCapture,
            _ => Self::Declined(Decline::UnknownCard),
        }
    }

    /// The name under which the ledger knows it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Declined(reason) => reason.as_str(),
            Self::Slow => "slow",
            Self::LostAnswer => "lost_answer",
            Self::SlowCapture => "slow_capture",
        }
    }

    /// The card the ledger knows under this name.
    pub(super) fn from_name(name: &str) -> Self {
        match name {
            "success" => Self::Success,
            "slow" => Self::Slow,
            "lost_answer" => Self::LostAnswer,
            "slow_capture" => Self::SlowCapture,
            "card_declined" => Self::Declined(Decline::CardDeclined),
            "insufficient_funds" => Self::Declined(Decline::InsufficientFunds),
            _ => Self::Declined(Decline::UnknownCard),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_found_by_its_number_and_by_the_name_in_the_ledger() {
        let numbers = [
            "4242 4242 4242 4242",
            "4000000000000002",
            "4000000000009995",
            "4000000000000077",
            "4000000000000259",
            "4000000000000341",
            "1234",
        ];
        let cards: Vec<Card> = numbers.iter().map(|number| Card::from_number(number)).collect();
        assert_eq!(cards[0], Card::Success);
        assert_eq!(cards[6], Card::Declined(Decline::UnknownCard));
        for card in cards {
            assert_eq!(Card::from_name(card.name()), card);
        }
    }
}
