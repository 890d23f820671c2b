//! `index.html`, the one page that is the application, and the inline scripts it may run.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use parking_lot::Mutex;

use super::headers::hash_source;

/// The page's hashes, kept as long as the file stays the same.
#[derive(Debug)]
pub(super) struct Shell {
    file: PathBuf,
    known: Mutex<Option<(Stamp, Arc<Hashes>)>>,
}

/// Sources for the policy of the page.
#[derive(Debug, Default)]
pub(super) struct Hashes {
    pub(super) scripts: Vec<String>,
    pub(super) styles: Vec<String>,
}

/// Tells one build of the file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    modified: SystemTime,
    size_bytes: u64,
}

impl Shell {
    pub(super) fn new(folder: &Path) -> Self {
        Self { file: folder.join("index.html"), known: Mutex::default() }
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// What the page may run; none: nothing was built yet.
    pub(super) async fn hashes(&self) -> std::io::Result<Option<Arc<Hashes>>> {
        let stamp = match tokio::fs::metadata(&self.file).await {
            Ok(metadata) => Stamp { modified: metadata.modified()?, size_bytes: metadata.len() },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if let Some((known, hashes)) = &*self.known.lock()
            && *known == stamp
        {
            return Ok(Some(Arc::clone(hashes)));
        }
        let hashes = Arc::new(Hashes::of(&tokio::fs::read_to_string(&self.file).await?));
        *self.known.lock() = Some((stamp, Arc::clone(&hashes)));
        Ok(Some(hashes))
    }
}

impl Hashes {
    fn of(html: &str) -> Self {
        let hash = |tag| inline(html, tag).into_iter().map(hash_source).collect();
        Self { scripts: hash("script"), styles: hash("style") }
    }
}

/// What stands inside the elements of a name that load nothing. The page is our own build's: attributes hold no `>`.
fn inline<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let (opening, closing) = (format!("<{name}"), format!("</{name}>"));
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find(&opening) {
        rest = &rest[at + opening.len()..];
        let Some((attributes, body)) = rest.split_once('>') else { break };
        if !attributes.is_empty() && !attributes.starts_with(char::is_whitespace) {
            continue;
        }
        let Some((text, after)) = body.split_once(&closing) else { break };
        if !attributes.split_whitespace().any(|attribute| attribute.starts_with("src=")) {
            found.push(text);
        }
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_found_and_loaded_ones_are_not() {
        let html = "<head><script src=\"/a.js\"></script><script type=\"module\" src=\"/b.js\"></script>\
                    <script>\n one() \n</script><scripted>no</scripted><style>a{}</style></head>\
                    <body><script type=\"module\">two('<b>')</script><script>cut off";
        assert_eq!(inline(html, "script"), ["\n one() \n", "two('<b>')"]);
        assert_eq!(inline(html, "style"), ["a{}"]);
    }
}
