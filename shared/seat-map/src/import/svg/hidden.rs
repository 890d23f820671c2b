//! What a drawing hides: layers that are switched off.

use roxmltree::{Document, Node};
use simplecss::{AttributeOperator, Element, PseudoClass, Rule, StyleSheet};

use crate::import::{Origin, Report};

/// Most rules of a drawing that hide or show; each is tried on each element.
const MAX_RULES: usize = 30;
/// Most bytes of style sheets.
const MAX_STYLES: usize = 512 * 1024;

/// The rules that hide elements.
pub(super) struct Hidden<'a>(Vec<Rule<'a>>);

impl<'a> Hidden<'a> {
    pub(super) fn of(xml: &'a Document<'_>, report: &mut Report) -> Self {
        let styles = xml.descendants().filter(|node| node.tag_name().name() == "style");
        let mut rules = Vec::new();
        let mut bytes = 0;
        for text in styles.filter_map(|style| style.text()) {
            bytes += text.len();
            if bytes > MAX_STYLES {
                report.error(
                    "too-many-styles",
                    &Origin::file(),
                    format!("more than {MAX_STYLES} bytes of style"),
                );
                break;
            }
            let is_hiding = |rule: &Rule<'_>| {
                rule.declarations.iter().any(|said| said.name == "display" && said.value.trim() == "none")
            };
            // What depends on the elements around may take any time to find out.
            let is_simple = |rule: &Rule<'_>| {
                let selector = rule.selector.to_string();
                (1..=100).contains(&selector.len()) && !selector.contains([' ', '>', '+'])
            };
            let found = StyleSheet::parse(text).rules.into_iter().filter(is_hiding);
            rules.extend(found.filter(is_simple));
        }
        if rules.len() > MAX_RULES {
            report.error(
                "too-many-styles",
                &Origin::file(),
                format!("more than {MAX_RULES} rules that hide"),
            );
            rules.clear();
        }
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
            || self.0.iter().any(|rule| rule.selector.matches(&Styled(node)))
    }
}

struct Styled<'a, 'input>(Node<'a, 'input>);

impl Element for Styled<'_, '_> {
    fn parent_element(&self) -> Option<Self> {
        self.0.parent_element().map(Styled)
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.0.prev_sibling_element().map(Styled)
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.0.tag_name().name() == name
    }

    fn attribute_matches(&self, name: &str, operator: AttributeOperator<'_>) -> bool {
        self.0.attribute(name).is_some_and(|value| operator.matches(value))
    }

    fn pseudo_class_matches(&self, class: PseudoClass<'_>) -> bool {
        matches!(class, PseudoClass::FirstChild) && self.prev_sibling_element().is_none()
    }
}
