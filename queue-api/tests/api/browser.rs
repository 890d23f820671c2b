//! The web application as the API sees it: a client with a cookie jar.

use std::{cell::RefCell, collections::BTreeMap};

use http::{HeaderMap, Method, header};
use http_body_util::Full;
use serde_json::Value;

use crate::support::{Answer, TestApp};

/// One browser.
pub(crate) struct Browser<'a> {
    api: &'a TestApp,
    jar: RefCell<BTreeMap<String, Kept>>,
}

/// A cookie as the API set it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) value: String,
    /// All that was said, for tests of the rules.
    pub(crate) line: String,
    path: String,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(api: &'a TestApp) -> Self {
        Self { api, jar: RefCell::default() }
    }

    /// A call as the web application makes it.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.call_with(method, path, &[("onsale-client", "web")], body).await
    }

    /// A call with these headers and the cookies that go there.
    pub(crate) async fn call_with(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let cookies = self.cookies_to(path);
        let mut headers = headers.to_vec();
        if !cookies.is_empty() {
            headers.push(("cookie", &cookies));
        }
        let answer = self.api.call_with(method, path, None, &headers, body).await;
        self.keep(&answer.headers);
        answer
    }

    /// Sends a form as browsers do from a page of Onsale.
    pub(crate) async fn submit(&self, path: &str, form: &str) -> Answer {
        let mut request = http::Request::post(format!("{}{path}", self.api.base))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        let cookies = self.cookies_to(path);
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        let answer = self.api.send(request.body(Full::new(form.to_owned().into())).unwrap()).await;
        self.keep(&answer.headers);
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Option<Value>) -> Answer {
        self.call(Method::POST, path, body).await
    }

    /// The cookie of this name, if there is one.
    pub(crate) fn cookie(&self, name: &str) -> Option<Kept> {
        self.jar.borrow().get(name).cloned()
    }

    /// Puts a cookie into the jar past the API, or takes it out.
    pub(crate) fn put(&self, name: &str, value: Option<&str>) {
        let mut jar = self.jar.borrow_mut();
        match value {
            Some(value) => {
                let kept = Kept { value: value.to_owned(), line: String::new(), path: "/".to_owned() };
                jar.insert(name.to_owned(), kept);
            }
            None => drop(jar.remove(name)),
        }
    }

    pub(crate) fn cookies_to(&self, path: &str) -> String {
        let jar = self.jar.borrow();
        let going = jar.iter().filter(|(_, kept)| path.starts_with(&kept.path));
        going.map(|(name, kept)| format!("{name}={}", kept.value)).collect::<Vec<_>>().join("; ")
    }

    pub(crate) fn keep(&self, headers: &HeaderMap) {
        let mut set = Vec::new();
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap().to_owned();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            assert!(!set.contains(&name.to_owned()), "{name} is set twice: {headers:?}");
            set.push(name.to_owned());
            let path = line.split("; ").find_map(|part| part.strip_prefix("Path=")).unwrap().to_owned();
            if line.contains("Max-Age=0") {
                self.jar.borrow_mut().remove(name);
            } else {
                let kept = Kept { value: value.to_owned(), line: line.clone(), path };
                self.jar.borrow_mut().insert(name.to_owned(), kept);
            }
        }
    }
}
