//! What every page is sent with: what it may load, where it may connect, what it may use.
//!
//! Pages carry no inline script but those whose hash is in the policy, so text that found its way into a page cannot
//! become a program.

use std::fmt::Write as _;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use shared::tokens::sha256;

use crate::config::Config;

/// Two years, as browsers' preload lists ask for.
const HSTS: &str = "max-age=63072000; includeSubDomains";
/// The camera reads tickets at the door; nothing else is used.
const PERMISSIONS: &str = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=()";

/// What is the same for every page of this process.
#[derive(Clone, Debug)]
pub struct PageHeaders {
    connect: String,
    https: bool,
}

/// What one page may do beyond loading files of its own origin.
#[derive(Clone, Copy, Debug, Default)]
pub struct Policy<'a> {
    /// Sources of the inline scripts, as [`hash_source`] makes them.
    pub scripts: &'a [String],
    /// Sources of the inline styles.
    pub styles: &'a [String],
    /// May compile WebAssembly: the door, where it reads QR codes.
    pub wasm: bool,
}

impl PageHeaders {
    /// Pages may connect to this API and its notifiers.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let mut connect = String::from("'self'");
        for origin in config.notifier_urls.iter().filter_map(|url| origin(url)) {
            if !connect.split(' ').any(|known| known == origin) {
                let _ = write!(connect, " {origin}");
            }
        }
        Self { connect, https: config.public_url.starts_with("https:") }
    }

    /// Adds the headers of a page.
    pub fn add(&self, headers: &mut HeaderMap, policy: Policy<'_>) {
        let fixed = [
            (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (HeaderName::from_static("permissions-policy"), PERMISSIONS),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        ];
        headers.extend(fixed.map(|(name, value)| (name, HeaderValue::from_static(value))));
        if self.https {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
        }
        // Only origins that parsed and hashes are in it; should it ever not be a header, nothing may run.
        let policy = HeaderValue::from_str(&self.policy(policy))
            .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }

    fn policy(&self, policy: Policy<'_>) -> String {
        let sources = |extra: &[String]| extra.iter().fold("'self'".to_owned(), |all, one| all + " " + one);
        let (scripts, styles) = (sources(policy.scripts), sources(policy.styles));
        let wasm = if policy.wasm { " 'wasm-unsafe-eval'" } else { "" };
        format!(
            "default-src 'none'; script-src {scripts}{wasm}; style-src {styles}; connect-src {connect}; \
             img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; worker-src 'self'; \
             manifest-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
            connect = self.connect,
        )
    }
}

/// The source that allows exactly this inline script or style.
#[must_use]
pub fn hash_source(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(sha256(text.as_bytes())))
}

/// Scheme and authority of an address.
fn origin(url: &str) -> Option<String> {
    let url: Uri = url.trim().parse().ok()?;
    Some(format!("{}://{}", url.scheme_str()?, url.authority()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_the_hashes_and_the_notifiers() {
        // The example of the CSP specification, section 8.3 has the same form.
        assert_eq!(
            hash_source("alert('Hello, world.');"),
            "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
        );
        assert_eq!(origin("wss://live.example:8443/ws").as_deref(), Some("wss://live.example:8443"));
        assert_eq!(origin("/ws"), None);
        let headers = PageHeaders { connect: "'self' wss://live.example".into(), https: true };
        let policy = headers.policy(Policy { scripts: &["'sha256-x'".into()], ..Policy::default() });
        assert!(
            policy.contains("script-src 'self' 'sha256-x'; style-src 'self'; connect-src 'self' wss://live")
        );
        assert!(!policy.contains("unsafe") && !policy.contains("wasm"), "{policy}");
        let mut map = HeaderMap::new();
        headers.add(&mut map, Policy::default());
        assert!(map.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }
}
