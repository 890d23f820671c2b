//! Answers what no route of the API answers.

use std::path::Path;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use tower_http::services::{ServeDir, ServeFile};

use super::{
    headers::{PageHeaders, Policy},
    shell::Shell,
};
use crate::{config::Config, problem::Problem};

/// Addresses the application has no pages at: what is unknown there is a problem document.
const API: [&str; 3] = ["/api", "/health", "/metrics"];
/// Where the application has pages: the folders of `web/src/routes`.
const PAGES: [&str; 10] =
    ["", "account", "bookings", "door", "events", "holds", "organiser", "register", "sign-in", "tickets"];
/// Files of the build; names below `IMMUTABLE` carry a hash of the content.
const BUILT: &str = "/_app/";
const IMMUTABLE: &str = "/_app/immutable/";
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><title>Onsale</title>\
    <h1>The web application is not built</h1>\
    <p>The API runs. To build the application: <code>cd queue-api/web &amp;&amp; npm ci &amp;&amp; npm run build</code>, \
    then reload this page. <code>ONSALE_WEB_FOLDER</code> names the folder it is served from.</p>\
    <p><a href=\"/api/docs/\">The API's documentation</a></p></html>";

/// The folder of the application.
#[derive(Debug)]
pub struct WebFiles {
    files: ServeDir,
    shell: Shell,
    headers: PageHeaders,
}

impl WebFiles {
    /// Serves the configured folder; it may be made later.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let folder = Path::new(&config.web_folder);
        let files = ServeDir::new(folder)
            .precompressed_br()
            .precompressed_gzip()
            .append_index_html_on_directories(false)
            .redirect_to_trailing_slash(false);
        Self { files, shell: Shell::new(folder), headers: PageHeaders::new(config) }
    }

    /// A file, the application, or that there is no such page.
    pub async fn answer(&self, request: Request) -> Response {
        let path = request.uri().path().to_owned();
        if !matches!(*request.method(), Method::GET | Method::HEAD) || API.iter().any(|api| below(&path, api))
        {
            return Problem::not_found("page").into_response();
        }
        let (mut parts, _) = request.into_parts();
        let asked = Request::from_parts(parts.clone(), Body::empty());
        let found = self.files.clone().try_call(asked).await;
        match found.map(|response| response.map(Body::new)) {
            Ok(mut response) if response.status() != StatusCode::NOT_FOUND => {
                if path == "/index.html" {
                    return self.page(response, &path).await.unwrap_or_else(unreadable);
                }
                let status = response.status();
                let there = status.is_success() || status == StatusCode::NOT_MODIFIED;
                let caching = if there && path.starts_with(IMMUTABLE) { FOR_EVER } else { ASK_AGAIN };
                response.headers_mut().insert(header::CACHE_CONTROL, caching);
                response
            }
            Err(error) if !is_no_file(&error) => unreadable(error),
            _ if !is_page(&path, &parts.headers) => Problem::not_found("page").into_response(),
            _ => {
                // A page is small and comes whole.
                parts.headers.remove(header::RANGE);
                self.application(Request::from_parts(parts, Body::empty()), &path)
                    .await
                    .unwrap_or_else(unreadable)
            }
        }
    }

    /// The page that is the application; it also says so where it has no page.
    async fn application(&self, request: Request, path: &str) -> std::io::Result<Response> {
        if self.shell.hashes().await?.is_none() {
            let mut response = (StatusCode::NOT_FOUND, Html(NOT_BUILT)).into_response();
            self.headers.add(response.headers_mut(), Policy::default());
            return Ok(response);
        }
        let mut file = ServeFile::new(self.shell.file()).precompressed_br().precompressed_gzip();
        let mut response = file.try_call(request).await?.map(Body::new);
        let folder = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        if response.status() == StatusCode::OK && !PAGES.contains(&folder) {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        self.page(response, path).await
    }

    /// Also "not modified" carries the policy: the notifiers may be others by now.
    async fn page(&self, mut response: Response, path: &str) -> std::io::Result<Response> {
        let hashes = self.shell.hashes().await?.unwrap_or_default();
        let policy = Policy { scripts: &hashes.scripts, styles: &hashes.styles, wasm: below(path, "/door") };
        self.headers.add(response.headers_mut(), policy);
        response.headers_mut().insert(header::CACHE_CONTROL, ASK_AGAIN);
        Ok(response)
    }
}

/// Whether the address may be one of the application's and the client wants to see it: scripts and pictures that are
/// gone must not turn into a page.
fn is_page(path: &str, headers: &HeaderMap) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let accepted = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("*/*");
    let html = ["text/html", "*/*"].iter().any(|kind| accepted.contains(kind));
    html && !name.contains('.') && !path.starts_with(BUILT)
}

fn below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_no_file(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{InvalidFilename, NotADirectory, NotFound, PermissionDenied};
    matches!(error.kind(), NotFound | NotADirectory | PermissionDenied | InvalidFilename)
}

fn unreadable(error: std::io::Error) -> Response {
    Problem::internal(error).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_are_those_that_the_application_has() {
        let routes = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/src/routes");
        let entries = routes.read_dir().unwrap().map(|entry| entry.unwrap());
        let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
        let mut pages: Vec<String> =
            folders.map(|folder| folder.file_name().into_string().unwrap()).collect();
        pages.push(String::new());
        pages.sort();
        assert_eq!(pages, PAGES);
    }
}
