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
const SCRIPT: &str = include_str!("../../../web/waiting-room/page.js");

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
        let script = dense(&format!("{}\n{SCRIPT}", DRAW.replace("export ", "")));
        let style = dense(STYLE);
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
