//! Refuses what another site makes a fan's browser do here: a request that changes something, arrives with a cookie
//! of ours, and was not begun by a page of ours. `SameSite` on the cookies is the first fence, this is the second.
//!
//! A request with `Authorization` passes: a browser sends that header for another site only after asking, and the
//! cookie for the account is not looked at then.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::{client, cookies, problem::Problem};

const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Middleware over everything that is served.
pub async fn refuse_cross_site(request: Request, next: Next) -> Response {
    if is_cross_site(request.method(), request.headers()) {
        let detail = "This was not asked for from a page of Onsale.";
        return Problem::forbidden("cross-site", detail).into_response();
    }
    next.run(request).await
}

fn is_cross_site(method: &Method, headers: &HeaderMap) -> bool {
    let by_cookie = !headers.contains_key(header::AUTHORIZATION) && cookies::any_of_ours(headers);
    !method.is_safe() && by_cookie && !is_own(headers)
}

/// Whether a page of ours, or nobody else's, began the request.
fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    match (text(SEC_FETCH_SITE), text(header::ORIGIN.as_str())) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => is_host(origin, text(header::HOST.as_str())),
        (None, None) => client::is_web(headers),
    }
}

fn is_host(origin: &str, host: Option<&str>) -> bool {
    let origin = origin.parse::<Uri>().ok();
    let origin = origin.as_ref().and_then(Uri::authority);
    origin.zip(host).is_some_and(|(origin, host)| origin.as_str().eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: (&str, &str) = ("cookie", "onsale_access=t");

    fn refused(method: &Method, headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        is_cross_site(method, &headers.collect())
    }

    fn post_refused(with: &[(&'static str, &'static str)]) -> bool {
        refused(&Method::POST, &[&[OURS, ("host", "on.example")], with].concat())
    }

    #[test]
    fn what_changes_nothing_passes() {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert!(!refused(&method, &[OURS, ("sec-fetch-site", "cross-site")]));
        }
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert!(refused(&method, &[OURS, ("sec-fetch-site", "cross-site")]), "{method}");
        }
    }

    #[test]
    fn without_a_cookie_of_ours_or_with_a_bearer_nothing_is_refused() {
        let foreign = ("sec-fetch-site", "cross-site");
        assert!(!refused(&Method::POST, &[foreign]));
        assert!(!refused(&Method::POST, &[foreign, ("cookie", "other=1")]));
        assert!(!refused(&Method::POST, &[foreign, OURS, ("authorization", "Bearer t")]));
        for ours in ["onsale_refresh=t", "onsale_device=t", "onsale_place_0=t", "a=b; onsale_pass_0=t"] {
            assert!(refused(&Method::POST, &[foreign, ("cookie", ours)]), "{ours}");
        }
    }

    #[test]
    fn the_browser_s_own_word_decides_first() {
        let ours = ("origin", "https://on.example");
        for site in ["same-origin", "none"] {
            assert!(!post_refused(&[("sec-fetch-site", site), ("origin", "https://evil.example")]), "{site}");
        }
        for site in ["same-site", "cross-site", "", "nonsense"] {
            assert!(post_refused(&[("sec-fetch-site", site), ours, ("onsale-client", "web")]), "{site}");
        }
    }

    #[test]
    fn then_the_origin_must_be_the_host() {
        assert!(!post_refused(&[("origin", "https://on.example")]));
        assert!(!post_refused(&[("origin", "https://ON.example")]));
        for origin in
            ["https://evil.example", "https://on.example:8443", "https://on.example.evil.example", "null", ""]
        {
            assert!(post_refused(&[("origin", origin), ("onsale-client", "web")]), "{origin}");
        }
        assert!(refused(&Method::POST, &[OURS, ("origin", "https://on.example")]), "no host at all");
    }

    #[test]
    fn without_either_the_header_of_the_web_application_must_be_there() {
        assert!(!post_refused(&[("onsale-client", "web")]));
        assert!(post_refused(&[]));
        assert!(post_refused(&[("onsale-client", "")]));
    }
}
