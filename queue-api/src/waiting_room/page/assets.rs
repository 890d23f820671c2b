//! Styles and script as they stand in the page, and the hashes that allow them.

use std::sync::LazyLock;

use crate::web::headers::{Policy, hash_source};

const STYLE: &str = include_str!("../../../web/waiting-room/page.css");
const DRAW: &str = include_str!("../../../web/waiting-room/draw.js");
const SCRIPT: &str = include_str!("../../../web/waiting-room/page.js");

static ASSETS: LazyLock<Assets> = LazyLock::new(Assets::new);

/// What stands inline in every page.
pub(super) struct Assets {
    pub(super) style: String,
    pub(super) script: String,
    styles: Vec<String>,
    scripts: Vec<String>,
}

impl Assets {
    pub(super) fn get() -> &'static Self {
        &ASSETS
    }

    fn new() -> Self {
        // One module: what the draw exports for its tests is simply there for the page.
        let script = dense(&format!("{}\n{SCRIPT}", DRAW.replace("export ", "")));
        let style = dense(STYLE);
        Self { styles: vec![hash_source(&style)], scripts: vec![hash_source(&script)], style, script }
    }

    pub(super) fn policy(&self) -> Policy<'_> {
        Policy { scripts: &self.scripts, styles: &self.styles, wasm: false }
    }
}

/// Without indentation and lines that are comments: neither file has texts over several lines.
fn dense(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let comment = |line: &str| line.starts_with("//") || line.starts_with("/*") && line.ends_with("*/");
    lines.filter(|line| !line.is_empty() && !comment(line)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_one_module_without_imports() {
        let Assets { style, script, .. } = Assets::get();
        assert!(!script.contains("export ") && !script.contains("import "));
        assert!(!script.contains("</script") && !style.contains("</style"));
        assert!(!script.contains("/*") && script.contains("numberOf"));
    }
}
