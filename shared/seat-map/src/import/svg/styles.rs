//! What the style sheets of a drawing say of its elements.

use roxmltree::{Document, Node};
use simplecss::{AttributeOperator, Declaration, Element, PseudoClass, Rule, StyleSheet};

use crate::import::{Origin, Report};

/// Most bytes of style sheets.
const MAX_STYLES: usize = 512 * 1024;
/// Longest selector.
const MAX_SELECTOR: usize = 100;

/// All style sheets of a drawing as one, the weakest rule first.
pub(super) fn sheet<'a>(xml: &'a Document<'_>, report: &mut Report) -> StyleSheet<'a> {
    let mut sheet = StyleSheet::new();
    let mut bytes = 0;
    let styles = xml.descendants().filter(|node| node.tag_name().name() == "style");
    for text in styles.filter_map(|style| style.text()) {
        bytes += text.len();
        if bytes > MAX_STYLES {
            let message = format!("more than {MAX_STYLES} bytes of style");
            report.error("too-many-styles", &Origin::file(), message);
            break;
        }
        sheet.parse_more(text);
    }
    sheet
}

/// The rules with such a declaration; more than so many are an error, since each is tried on each element.
pub(super) fn rules_that<'a>(
    sheet: &StyleSheet<'a>,
    says: impl Fn(&Declaration<'a>) -> bool,
    (most, what): (usize, &str),
    report: &mut Report,
) -> Vec<Rule<'a>> {
    let found = sheet.rules.iter().filter(|rule| rule.declarations.iter().any(&says));
    let rules: Vec<_> = found.take(most + 1).cloned().collect();
    if rules.len() > most {
        let message = format!("more than {most} rules that {what}");
        report.error("too-many-styles", &Origin::file(), message);
        return Vec::new();
    }
    rules
}

/// Whether a rule can be tried on an element by itself: what depends on the elements around may take any time.
pub(super) fn is_simple(rule: &Rule<'_>) -> bool {
    let selector = rule.selector.to_string();
    (1..=MAX_SELECTOR).contains(&selector.len()) && !selector.contains([' ', '>', '+'])
}

pub(super) fn matches(rule: &Rule<'_>, node: Node<'_, '_>) -> bool {
    rule.selector.matches(&Styled(node))
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
