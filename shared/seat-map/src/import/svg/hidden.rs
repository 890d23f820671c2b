//! What a drawing hides: layers that are switched off.

use roxmltree::Node;
use simplecss::{Rule, StyleSheet};

use super::styles::{is_simple, matches, rules_that};
use crate::import::Report;

/// Most rules of a drawing that hide.
const MAX_RULES: usize = 30;

/// The rules that hide elements.
pub(super) struct Hidden<'a>(Vec<Rule<'a>>);

impl<'a> Hidden<'a> {
    pub(super) fn of(sheet: &StyleSheet<'a>, report: &mut Report) -> Self {
        let mut rules = rules_that(
            sheet,
            |said| said.name == "display" && said.value.trim() == "none",
            (MAX_RULES, "hide"),
            report,
        );
        rules.retain(is_simple);
        Self(rules)
    }

    pub(super) fn is_hidden(&self, node: Node<'_, '_>) -> bool {
        let by_style = || {
            let style = node.attribute("style").unwrap_or_default();
            let mut declarations = style.split(';').filter_map(|said| said.split_once(':'));
            declarations.any(|(name, value)| name.trim() == "display" && value.trim() == "none")
        };
        node.attribute("display") == Some("none")
            || by_style()
            || self.0.iter().any(|rule| matches(rule, node))
    }
}
