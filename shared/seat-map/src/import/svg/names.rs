//! What an id, a class or a group says about a seat.

use roxmltree::Node;

const INKSCAPE: &str = "http://www.inkscape.org/namespaces/inkscape";
/// Longest text that is taken for a name.
const LONGEST: usize = 200;

/// What an element says of the seats that it is or holds; what it does not say it inherits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) section: Option<String>,
    pub(super) row: Option<String>,
    pub(super) seat: Option<String>,
    pub(super) tier: Option<String>,
}

impl Said {
    /// Itself, and where it says nothing, the other.
    pub(super) fn or(self, other: &Self) -> Self {
        let either = |own: Option<String>, other: &Option<String>| own.or_else(|| other.clone());
        Self {
            section: either(self.section, &other.section),
            row: either(self.row, &other.row),
            seat: either(self.seat, &other.seat),
            tier: either(self.tier, &other.tier),
        }
    }
}

/// The first of these attributes that is there and says something.
pub(super) fn data(node: Node<'_, '_>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| node.attribute(*name)).and_then(text)
}

/// Attributes that make an element a seat.
pub(super) const SEAT: [&str; 3] = ["data-seat", "data-seat-number", "data-seat-seat"];

/// The `data-` attributes of an element.
pub(super) fn said_by_data(node: Node<'_, '_>) -> Said {
    let section = data(node, &["data-section", "data-seat-section", "data-block", "data-zone"]);
    let row = data(node, &["data-row", "data-seat-row", "data-row-name"]);
    // Other things have numbers too: one is that of a seat where the row is said beside it.
    let number = || row.as_ref().and_then(|_| data(node, &["data-number", "data-num", "data-place"]));
    let seat = data(node, &SEAT).or_else(number);
    Said { section, row, seat, tier: data(node, &["data-tier", "data-category", "data-price"]) }
}

/// What somebody called an element with this id in the program it was drawn with.
pub(super) fn name_of(node: Node<'_, '_>, id: Option<&str>) -> Option<String> {
    let label = node.attribute((INKSCAPE, "label")).or_else(|| node.attribute("data-name"));
    label.and_then(text).or_else(|| id.and_then(|id| text(&unescaped(id))))
}

/// Names of an element with this id that a pattern may be about, most telling first.
pub(super) fn candidates(node: Node<'_, '_>, id: Option<&str>) -> impl Iterator<Item = String> {
    let id = id.map(unescaped);
    let data_name = node.attribute("data-name").map(str::to_owned);
    let label = node.attribute((INKSCAPE, "label")).map(str::to_owned);
    let title = node.children().find(|child| child.tag_name().name() == "title");
    let title = title.and_then(|title| title.text()).map(str::to_owned);
    [id, data_name, label, title].into_iter().flatten().filter_map(|name| text(&name))
}

fn text(text: &str) -> Option<String> {
    let text = text.trim();
    let is_name = !text.is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control);
    is_name.then(|| text.to_owned())
}

/// Illustrator writes what an id may not have as `_x20_`.
fn unescaped(id: &str) -> String {
    let mut plain = String::with_capacity(id.len());
    let mut rest = id;
    while let Some(at) = rest.find("_x") {
        plain.push_str(&rest[..at]);
        let code = rest[at + 2..].split_once('_').filter(|(code, _)| (2..=4).contains(&code.len()));
        let letter = code.and_then(|(code, _)| char::from_u32(u32::from_str_radix(code, 16).ok()?));
        match (letter, code) {
            (Some(letter), Some((_, after))) => {
                plain.push(letter);
                rest = after;
            }
            _ => {
                plain.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// Words for a row.
const ROW: [&str; 8] = ["row", "reihe", "rangée", "rangee", "rang", "rij", "fila", "rząd"];

/// A row's name without the word for it: "row-A", "Reihe 12", "A".
pub(super) fn row_name(name: &str) -> Option<String> {
    if let Some(rest) = after_row_word(name) {
        return (!rest.is_empty()).then(|| rest.to_owned());
    }
    let is_short = name.chars().count() <= 3 && name.chars().all(char::is_alphanumeric);
    is_short.then(|| name.to_owned())
}

/// Whether a name is a word for a row and what it is called: "row-A", "Reihe 12".
pub(super) fn has_row_word(name: &str) -> bool {
    after_row_word(name).is_some_and(|rest| !rest.is_empty())
}

/// Whether a name is nothing but a word for a row.
pub(super) fn is_row_word(name: &str) -> bool {
    after_row_word(name).is_some_and(str::is_empty)
}

fn after_row_word(name: &str) -> Option<&str> {
    let lower = name.to_lowercase();
    let word = ROW.into_iter().find(|word| lower.starts_with(word))?;
    Some(name.get(word.len()..)?.trim_matches(|letter: char| !letter.is_alphanumeric()))
}

impl Said {
    /// Without the words for a row and a seat that names are put together with: "rowA" and "seat1", "r7" and "s12".
    pub(super) fn without_words(self) -> Self {
        let numbered = |text: &str, letter: char| {
            let rest = text.strip_prefix([letter, letter.to_ascii_uppercase()]).unwrap_or_default();
            (!rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit())).then(|| rest.to_owned())
        };
        let row = self.row.map(|row| match row_name(&row) {
            Some(name) if name != row => name,
            _ => numbered(&row, 'r')
                .filter(|_| self.seat.as_deref().is_some_and(|seat| numbered(seat, 's').is_some()))
                .unwrap_or(row),
        });
        let seat = self.seat.map(|seat| {
            let bare = seat.trim_start_matches(|letter: char| !letter.is_ascii_digit());
            let word = seat[..seat.len() - bare.len()].trim_end_matches(['-', '_', ' ']).to_lowercase();
            let is_word = ["seat", "sitz", "platz", "place", "s"].contains(&word.as_str());
            if is_word && !bare.is_empty() { bare.to_owned() } else { seat }
        });
        let section = self.section.map(|section| {
            let rest = ["seat-", "seat_"].iter().find_map(|word| section.strip_prefix(word));
            rest.filter(|rest| !rest.is_empty()).map_or(section.clone(), str::to_owned)
        });
        Self { section, row, seat, ..self }
    }
}

/// A rule for ids, such as `{section}-{row}-{seat}`.
///
/// Text stands for itself; `{section}`, `{row}`, `{seat}` and `{tier}` are what the id says, `{_}` is anything. The
/// whole id has to fit. It is read from its end: a placeholder reaches back to the last occurrence of the text
/// before it, the first one takes the rest; where two placeholders meet, the later one begins where the last digits
/// do. `{row:2}` is two letters or digits.
#[derive(Clone, Debug)]
pub(super) struct Pattern(Vec<Token>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Text(String),
    Field(String, Option<usize>),
}

impl Pattern {
    pub(super) fn parse(pattern: &str) -> Result<Self, String> {
        let mut tokens = Vec::new();
        let mut rest = pattern;
        while let Some(at) = rest.find('{') {
            if at > 0 {
                tokens.push(Token::Text(rest[..at].to_owned()));
            }
            let (field, after) =
                rest[at + 1..].split_once('}').ok_or_else(|| format!("{pattern:?}: a {{ without }}"))?;
            let (field, width) = match field.split_once(':') {
                Some((field, width)) => (field, Some(width)),
                None => (field, None),
            };
            let width = width.map(|width| width.parse().ok().filter(|width| (1..=LONGEST).contains(width)));
            if width == Some(None) {
                return Err(format!("{pattern:?}: a width is a number of letters, as in {{row:2}}"));
            }
            if !["section", "row", "seat", "tier", "_"].contains(&field) {
                return Err(format!(
                    "{pattern:?}: there is no {{{field}}}, but section, row, seat, tier and _"
                ));
            }
            tokens.push(Token::Field(field.to_owned(), width.flatten()));
            rest = after;
        }
        if !rest.is_empty() {
            tokens.push(Token::Text(rest.to_owned()));
        }
        let is_named = |token: &Token, name: &str| matches!(token, Token::Field(field, _) if field == name);
        let named = |name: &str| tokens.iter().filter(|token| is_named(token, name)).count();
        if pattern.len() > LONGEST || ["section", "row", "seat", "tier"].iter().any(|name| named(name) > 1) {
            return Err(format!("{pattern:?} is too long or names something twice"));
        }
        if named("seat") == 0 {
            return Err(format!("{pattern:?} has no {{seat}}"));
        }
        Ok(Self(tokens))
    }

    pub(super) fn read(&self, id: &str) -> Option<Said> {
        let mut said = Said::default();
        let mut rest = id;
        let mut tokens = self.0.iter().rev().peekable();
        while let Some(token) = tokens.next() {
            let (field, width) = match token {
                Token::Text(text) => {
                    rest = rest.strip_suffix(text.as_str())?;
                    continue;
                }
                Token::Field(field, width) => (field, width),
            };
            let from = match (width, tokens.peek()) {
                (Some(width), _) => rest.char_indices().rev().nth(width - 1)?.0,
                (None, None) => 0,
                (None, Some(Token::Text(text))) => rest.rfind(text.as_str())? + text.len(),
                (None, Some(Token::Field(..))) => last_digits(rest)?,
            };
            let value = Some(&rest[from..]).filter(|value| !value.is_empty())?.to_owned();
            rest = &rest[..from];
            match field.as_str() {
                "section" => said.section = Some(value),
                "row" => said.row = Some(value),
                "seat" => said.seat = Some(value),
                "tier" => said.tier = Some(value),
                _ => {}
            }
        }
        rest.is_empty().then_some(said)
    }
}

/// Where the last group of digits begins.
fn last_digits(text: &str) -> Option<usize> {
    let end = text.rfind(|letter: char| letter.is_ascii_digit())? + 1;
    let before = text[..end].rfind(|letter: char| !letter.is_ascii_digit());
    Some(before.map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_read_ids_from_their_end() {
        let read = |pattern: &str, id: &str| {
            let said = Pattern::parse(pattern).unwrap().read(id)?;
            Some([said.section, said.row, said.seat].map(Option::unwrap_or_default).join("/"))
        };
        assert_eq!(read("{section}-{row}-{seat}", "Stalls-F-12").as_deref(), Some("Stalls/F/12"));
        assert_eq!(read("{section}-{row}-{seat}", "block-a-F-12a").as_deref(), Some("block-a/F/12a"));
        assert_eq!(read("{row}{seat}", "AA12").as_deref(), Some("/AA/12"));
        assert_eq!(read("{row}{seat}", "F12a").as_deref(), Some("/F/12a"));
        assert_eq!(read("seat_{_}_{seat}", "seat_x7_9").as_deref(), Some("//9"));
        assert_eq!(read("seat{row:2}{seat:2}", "seat0112").as_deref(), Some("/01/12"));
        assert_eq!(read("seat{row:2}{seat:2}", "seat112"), None);
        assert_eq!(read("s{seat}", "t9"), None);
        assert_eq!(read("{row}-{seat}", "-9"), None);
        assert_eq!(read("{row}-{seat}", "A9"), None);
        for wrong in ["{row}", "{seat:0}", "{seat:x}", "{seat", "{seat}{seat}", "{sitz}", ""] {
            assert!(Pattern::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn words_for_rows_and_seats_are_no_part_of_their_names() {
        let plain = |section: &str, row: &str, seat: &str| {
            let [section, row, seat] = [section, row, seat].map(|text| Some(text.to_owned()));
            let said = Said { section, row, seat, tier: None }.without_words();
            [said.section, said.row, said.seat].map(Option::unwrap).join("/")
        };
        assert_eq!(plain("orchestra", "rowA", "seat1"), "orchestra/A/1");
        assert_eq!(plain("seat-west", "r7", "s12"), "west/7/12");
        assert_eq!(plain("west", "r7", "12"), "west/r7/12");
        assert_eq!(plain("S", "R", "Sitz 4a"), "S/R/4a");
    }

    #[test]
    fn ids_are_unescaped_and_rows_lose_their_word() {
        assert_eq!(unescaped("Block_x20_A_x2F_1"), "Block A/1");
        assert_eq!(unescaped("max_x"), "max_x");
        assert_eq!(unescaped("a_xzz_b_x41_"), "a_xzz_bA");
        assert_eq!(row_name("row-A").as_deref(), Some("A"));
        assert_eq!(row_name("Reihe 12").as_deref(), Some("12"));
        assert_eq!(row_name("AA").as_deref(), Some("AA"));
        assert_eq!(row_name("Stage"), None);
        assert_eq!(row_name("Row"), None);
    }
}
