//! Styles and script as they stand in the page, and the hashes that allow them.

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use shared::tokens::{hex, sha256};

use crate::web::headers::{Policy, hash_source};

const STYLE: &str = include_str!("../../../web/waiting-room/page.css");
const DRAW: &str = include_str!("../../../web/waiting-room/draw.js");
const PROOF: &str = include_str!("../../../web/waiting-room/proof.js");
/// The parts of the page's script, in their order.
const SCRIPTS: [&str; 7] = [
    include_str!("../../../web/waiting-room/words.js"),
    include_str!("../../../web/waiting-room/line.js"),
    include_str!("../../../web/waiting-room/screens.js"),
    include_str!("../../../web/waiting-room/turn.js"),
    include_str!("../../../web/waiting-room/join.js"),
    include_str!("../../../web/waiting-room/news.js"),
    include_str!("../../../web/waiting-room/page.js"),
];

static ASSETS: LazyLock<Assets> = LazyLock::new(Assets::new);

/// What stands inline in every page.
pub(super) struct Assets {
    pub(super) style: String,
    pub(super) script: String,
    /// Solves puzzles; loaded only when there is one.
    pub(super) worker: String,
    /// Where the worker is: its content is in the name.
    pub(super) worker_path: String,
    styles: Vec<String>,
    scripts: Vec<String>,
}

impl Assets {
    pub(super) fn get() -> &'static Self {
        &ASSETS
    }

    fn new() -> Self {
        // One module: what the draw exports for its tests is simply there for the page.
        let script = dense(&format!("{}\n{}", DRAW.replace("export ", ""), SCRIPTS.join("\n")));
        let (script, style) = (tight(&script), tight_style(&dense(STYLE)));
        let worker = dense(&PROOF.replace("export ", ""));
        let hash = hex(&sha256(worker.as_bytes())[..8]);
        Self {
            styles: vec![hash_source(&style)],
            scripts: vec![hash_source(&script)],
            style,
            script,
            worker,
            worker_path: format!("/waiting-room/proof-{hash}.js"),
        }
    }

    pub(super) fn policy(&self) -> Policy<'_> {
        Policy { scripts: &self.scripts, styles: &self.styles, wasm: false }
    }
}

/// The script that solves puzzles.
pub(super) async fn worker() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, Assets::get().worker.as_str()).into_response()
}

/// Without indentation and lines that are comments: neither file has texts over several lines.
fn dense(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let comment = |line: &str| line.starts_with("//") || line.starts_with("/*") && line.ends_with("*/");
    lines.filter(|line| !line.is_empty() && !comment(line)).collect::<Vec<_>>().join("\n")
}

/// A script without the spaces that only people need: those in strings stay, and those between two words.
fn tight(script: &str) -> String {
    let word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$');
    let mut tight = String::with_capacity(script.len());
    let (mut quote, mut escaped, mut last) = (None, false, '\n');
    let mut letters = script.chars().peekable();
    while let Some(letter) = letters.next() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if letter == '\\' => escaped = true,
            Some(end) if letter == end => quote = None,
            Some(_) => {}
            None if matches!(letter, '\'' | '"' | '`') => quote = Some(letter),
            None if letter == ' ' => {
                let next = letters.peek().copied().unwrap_or('\n');
                let sign = last == next && matches!(last, '+' | '-');
                if !(sign || word(last) && word(next)) {
                    continue;
                }
            }
            None => {}
        }
        tight.push(letter);
        last = letter;
    }
    tight
}

/// Styles on one line, without the spaces that only people need.
fn tight_style(style: &str) -> String {
    let spaces = [("\n", ""), (": ", ":"), (" {", "{"), (", ", ","), (";}", "}")];
    spaces.iter().fold(style.to_owned(), |style, (long, short)| style.replace(long, short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_spaces_that_matter_stay() {
        let script = "const a = b + +c ? 'x : \\' y' : `z ${ d } e`;\nreturn a in b";
        assert_eq!(tight(script), "const a=b+ +c?'x : \\' y':`z ${ d } e`;\nreturn a in b");
        assert_eq!(tight_style("a,\nb > c {\ncolor: red;\n}"), "a,b > c{color:red}");
    }

    #[test]
    fn the_script_is_one_module_without_imports() {
        let Assets { style, script, .. } = Assets::get();
        assert!(!script.contains("export ") && !script.contains("import "));
        assert!(!script.contains("</script") && !style.contains("</style"));
        assert!(!script.contains("/*") && script.contains("numberOf"));
    }
}
