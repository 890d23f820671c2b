//! Labels that follow a rule are told by the rule.

use crate::{RowEnd, SeatNumbers};

/// The rule that gives these labels in a row with these aisles, if there is one.
pub(super) fn rule_of(labels: &[String], aisles: &[u16]) -> Option<SeatNumbers> {
    let numbers: Option<Vec<u32>> = labels.iter().map(|label| plain_number(label)).collect();
    let numbers = numbers?;
    let seats = u32::try_from(numbers.len()).ok()?;
    let first = u16::try_from(*numbers.iter().min()?).ok()?;
    let rules =
        [(1, RowEnd::Left), (1, RowEnd::Right), (2, RowEnd::Left), (2, RowEnd::Right), (2, RowEnd::Aisle)];
    rules.map(|(step, from)| SeatNumbers { first, step, from }).into_iter().find(|rule| {
        (0..).zip(&numbers).all(|(column, number)| rule.number(column, seats, aisles) == *number)
    })
}

/// A number that is written as a rule would write it.
fn plain_number(label: &str) -> Option<u32> {
    label.parse().ok().filter(|number: &u32| number.to_string() == label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_recognised_and_irregular_labels_are_not() {
        let rule = |labels: &str, aisles: &[u16]| {
            let labels: Vec<_> = labels.split(' ').map(str::to_owned).collect();
            rule_of(&labels, aisles).map(|rule| (rule.first, rule.step, rule.from))
        };
        assert_eq!(rule("1 2 3", &[]), Some((1, 1, RowEnd::Left)));
        assert_eq!(rule("14 13 12 11", &[]), Some((11, 1, RowEnd::Right)));
        assert_eq!(rule("2 4 6", &[]), Some((2, 2, RowEnd::Left)));
        assert_eq!(rule("5 3 1", &[]), Some((1, 2, RowEnd::Right)));
        assert_eq!(rule("5 3 1 2 4", &[]), Some((1, 2, RowEnd::Aisle)));
        assert_eq!(rule("3 1 2 4 6", &[2]), Some((1, 2, RowEnd::Aisle)));
        for irregular in ["1 2 4", "1 02", "1 1a", "A B", "1 2 2", "4294967296", "70000"] {
            assert_eq!(rule(irregular, &[]), None, "{irregular}");
        }
    }
}
