//! The web application's files as browsers ask for them.

use std::{fs, path::Path};

use http::{Method, StatusCode};
use http_body_util::Full;
use queue_api::web::headers::hash_source;
use tempfile::TempDir;

use crate::support::{Answer, TestApp};

const BOOT: &str = "\n import('/_app/immutable/start.abc.js') \n";
const HTML: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

/// A build as Vite leaves it; variants say which they are.
fn build(folder: &Path) {
    let immutable = folder.join("_app/immutable");
    fs::create_dir_all(&immutable).unwrap();
    for (file, text) in [("start.abc.js", "plain"), ("start.abc.js.br", "br"), ("start.abc.js.gz", "gzip")] {
        fs::write(immutable.join(file), text).unwrap();
    }
    fs::write(folder.join("service-worker.js"), "// worker").unwrap();
    fs::write(folder.join("index.html"), format!("<!doctype html><script>{BOOT}</script>")).unwrap();
}

async fn served(folder: &Path) -> TestApp {
    TestApp::start_with(|config| {
        config.web_folder = folder.to_owned();
        config.public_url = "https://tickets.example".into();
        config.notifier_urls = vec!["wss://live.example/ws".into()];
    })
    .await
}

async fn get(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Answer {
    app.call_with(Method::GET, path, None, headers, None).await
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_come_compressed() {
    let folder = TempDir::new().unwrap();
    build(folder.path());
    let app = served(folder.path()).await;
    let script = "/_app/immutable/start.abc.js";
    for (accepted, encoding) in [("br, gzip", Some("br")), ("gzip", Some("gzip")), ("identity", None)] {
        let answer = get(&app, script, &[("accept-encoding", accepted)]).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers.get("content-encoding").map(|e| e.to_str().unwrap()), encoding);
        assert_eq!(answer.bytes, encoding.unwrap_or("plain"), "{accepted}");
        assert_eq!(answer.headers["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(answer.headers["content-type"], "text/javascript");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert!(answer.headers["vary"].to_str().unwrap().contains("accept-encoding"));
    }
    let worker = get(&app, "/service-worker.js", &[]).await;
    assert_eq!(worker.headers["cache-control"], "no-cache");
    let tag = worker.headers["etag"].to_str().unwrap().to_owned();
    let again = get(&app, "/service-worker.js", &[("if-none-match", &tag)]).await;
    assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
    app.finish().await;
}

#[tokio::test]
async fn the_applications_addresses_get_its_page_and_others_do_not() {
    let folder = TempDir::new().unwrap();
    build(folder.path());
    let app = served(folder.path()).await;
    for path in ["/", "/bookings/0190?key=1", "/events/0190/seats", "/organiser/events/new", "/index.html"] {
        let answer = get(&app, path, &[HTML]).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/html"), "{path}");
        assert_eq!(answer.headers["cache-control"], "no-cache");
        assert!(answer.bytes.ends_with(b"</script>"), "{path}");
    }
    for path in ["/nothing", "/nothing/events", "/Events/0190"] {
        let answer = get(&app, path, &[HTML]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.bytes.ends_with(b"</script>"), "the application says so: {path}");
        let tag = answer.headers["etag"].to_str().unwrap();
        let again = get(&app, path, &[HTML, ("if-none-match", tag)]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
    }
    let head = app.call_with(Method::HEAD, "/tickets", None, &[HTML], None).await;
    assert_eq!((head.status, head.bytes.len()), (StatusCode::OK, 0));
    for path in ["/api/nothing", "/api", "/health/nothing", "/metrics/nothing", "/_app/nothing", "/gone.js"] {
        get(&app, path, &[HTML]).await.problem(404, "not-found");
    }
    get(&app, "/tickets", &[("accept", "application/json")]).await.problem(404, "not-found");
    app.call_with(Method::POST, "/tickets", None, &[HTML], None).await.problem(404, "not-found");
    app.finish().await;
}

#[tokio::test]
async fn nothing_outside_the_folder_is_served() {
    let folder = TempDir::new().unwrap();
    let build_folder = folder.path().join("build");
    build(&build_folder);
    fs::write(folder.path().join("secret.txt"), "secret").unwrap();
    let app = served(&build_folder).await;
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/_app/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/%2fetc/passwd",
        "//etc/hostname.txt",
        "/secret.txt%00",
        "/_app/immutable/start.abc.js/secret.txt",
    ] {
        let request = http::Request::get(format!("{}{path}", app.base)).header(HTML.0, HTML.1);
        let answer = app.send(request.body(Full::default()).unwrap()).await;
        // What looks like a page's address is the application's to answer.
        let page = path == "/%2fetc/passwd";
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!page || answer.bytes.starts_with(b"<!doctype html>"), "{path}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_page_runs_only_the_scripts_it_was_built_with() {
    let folder = TempDir::new().unwrap();
    build(folder.path());
    let app = served(folder.path()).await;
    let page = get(&app, "/", &[HTML]).await;
    let policy = page.headers["content-security-policy"].to_str().unwrap().to_owned();
    let scripts = format!("script-src 'self' {};", hash_source(BOOT));
    assert!(policy.contains(&scripts), "{policy}");
    assert!(policy.contains("connect-src 'self' wss://live.example;"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.headers["cross-origin-opener-policy"], "same-origin");
    assert_eq!(page.headers["referrer-policy"], "strict-origin-when-cross-origin");
    assert!(page.headers["permissions-policy"].to_str().unwrap().starts_with("camera=(self)"));
    assert!(page.headers.contains_key("strict-transport-security"));
    let tag = page.headers["etag"].to_str().unwrap().to_owned();
    let again = get(&app, "/", &[HTML, ("if-none-match", &tag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(again.headers["content-security-policy"], policy.as_str());

    let door = get(&app, "/door/0190", &[HTML]).await;
    let door = door.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(door.contains("'wasm-unsafe-eval'") && !door.contains("'unsafe-"), "{door}");

    // Built again while it is served: the new page's scripts are the ones that may run.
    fs::write(folder.path().join("index.html"), "<!doctype html><script>rebuilt()</script>").unwrap();
    let rebuilt = get(&app, "/", &[HTML]).await;
    let policy = rebuilt.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains(&hash_source("rebuilt()")) && !policy.contains(&hash_source(BOOT)), "{policy}");

    let docs = get(&app, "/api/docs/", &[HTML]).await;
    assert_eq!(docs.status, StatusCode::OK);
    assert!(
        docs.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("style-src 'self' 'unsafe-inline'")
    );
    app.finish().await;
}

#[tokio::test]
async fn without_a_build_the_api_runs_and_says_how_to_build() {
    let folder = TempDir::new().unwrap();
    let missing = folder.path().join("build");
    let app = served(&missing).await;
    let page = get(&app, "/", &[HTML]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(String::from_utf8_lossy(&page.bytes).contains("npm run build"));
    assert_eq!(app.get("/api/events", None).await.status, StatusCode::OK);
    build(&missing);
    assert_eq!(get(&app, "/", &[HTML]).await.status, StatusCode::OK);
    app.finish().await;
}
