//! The cookies Onsale sets and reads: what the web application has instead of tokens in its own hands. No script
//! can read them, and none leaves for another site with anything but a plain visit.

use std::borrow::Cow;

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use cookie::{Cookie, SameSite, time::Duration};
use shared::domain::EventId;

use crate::{app::App, problem::Problem};

/// Carries the access token.
pub const ACCESS: &str = "onsale_access";
/// Carries the refresh token, to `/api/auth` only.
pub const REFRESH: &str = "onsale_refresh";
/// Carries the device token of a fan without an account.
pub const DEVICE: &str = "onsale_device";
/// What the names of the cookies with places begin with; the event follows.
pub const PLACE_PREFIX: &str = "onsale_place_";
const PASS_PREFIX: &str = "onsale_pass_";
const PREFIX: &str = "onsale_";
/// A device is known for a year.
const DEVICE_LIFE_S: i64 = 365 * 24 * 3_600;

/// Name of the cookie with one's place in the waiting room of `event`.
#[must_use]
pub fn place(event: EventId) -> String {
    format!("{PLACE_PREFIX}{}", event.0.simple())
}

/// Name of the cookie with the pass that lets one shop at `event`.
#[must_use]
pub fn pass(event: EventId) -> String {
    format!("{PASS_PREFIX}{}", event.0.simple())
}

/// Name of the cookie with which one waits at the slow door of `event`.
#[must_use]
pub fn slow_door(event: EventId) -> String {
    format!("onsale_door_{}", event.0.simple())
}

/// Name of the cookie with the code of one who was held back at `event`.
#[must_use]
pub fn appeal(event: EventId) -> String {
    format!("onsale_appeal_{}", event.0.simple())
}

/// Name of the cookie with the code with which one joins the waiting room of `event`.
#[must_use]
pub fn code(event: EventId) -> String {
    format!("onsale_code_{}", event.0.simple())
}

/// A cookie that goes with every request to Onsale, also when somebody comes by a link from elsewhere.
#[must_use]
pub fn everywhere(
    name: impl Into<Cow<'static, str>>,
    value: impl Into<Cow<'static, str>>,
    life_s: i64,
) -> Cookie<'static> {
    made(name, value, life_s).path("/").same_site(SameSite::Lax).build()
}

/// The cookie of a device.
#[must_use]
pub fn device(token: String) -> Cookie<'static> {
    everywhere(DEVICE, token, DEVICE_LIFE_S)
}

/// A cookie that goes to `path` only, and never with a request that another site began.
#[must_use]
pub fn only_to(
    path: &'static str,
    name: &'static str,
    value: impl Into<Cow<'static, str>>,
    life_s: i64,
) -> Cookie<'static> {
    made(name, value, life_s).path(path).same_site(SameSite::Strict).build()
}

fn made(
    name: impl Into<Cow<'static, str>>,
    value: impl Into<Cow<'static, str>>,
    life_s: i64,
) -> cookie::CookieBuilder<'static> {
    Cookie::build((name, value)).http_only(true).max_age(Duration::seconds(life_s))
}

/// Takes a cookie away: the one with the same name, path and rules.
#[must_use]
pub fn removed(mut cookie: Cookie<'static>) -> Cookie<'static> {
    cookie.set_value("");
    cookie.set_max_age(Duration::ZERO);
    cookie
}

/// Sets a cookie with an answer, in the place of one of the same name that was to be set; `Secure` where Onsale is
/// reached by https.
///
/// # Errors
/// When its value cannot stand in a header, which ours can.
pub fn set(app: &App, headers: &mut HeaderMap, mut cookie: Cookie<'static>) -> Result<(), Problem> {
    cookie.set_secure(app.config.public_url.starts_with("https:"));
    let value = HeaderValue::from_str(&cookie.to_string()).map_err(Problem::internal)?;
    let same = format!("{}=", cookie.name());
    let earlier: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    for other in earlier.into_iter().filter(|other| !other.as_bytes().starts_with(same.as_bytes())) {
        headers.append(header::SET_COOKIE, other);
    }
    headers.append(header::SET_COOKIE, value);
    Ok(())
}

/// Sets several cookies with an answer.
///
/// # Errors
/// See [`set`].
pub fn set_all(
    app: &App,
    mut answer: Response,
    cookies: impl IntoIterator<Item = Cookie<'static>>,
) -> Result<Response, Problem> {
    for cookie in cookies {
        set(app, answer.headers_mut(), cookie)?;
    }
    Ok(answer)
}

/// The value of a cookie of a request.
#[must_use]
pub fn value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    all(headers).find_map(|(own, value)| (own == name && !value.is_empty()).then_some(value))
}

/// The values of all cookies whose names begin so.
pub fn values<'h>(headers: &'h HeaderMap, prefix: &str) -> impl Iterator<Item = &'h str> {
    all(headers).filter_map(move |(name, value)| name.starts_with(prefix).then_some(value))
}

/// Whether a request carries any cookie of Onsale.
#[must_use]
pub fn any_of_ours(headers: &HeaderMap) -> bool {
    all(headers).any(|(name, _)| name.starts_with(PREFIX))
}

/// Names and values of the cookies of a request.
fn all(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.filter_map(|cookie| Some((cookie.name_raw()?, cookie.value_raw()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carrying(lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (header::COOKIE, HeaderValue::from_static(line))).collect()
    }

    #[test]
    fn cookies_are_found_in_any_line_and_between_foreign_ones() {
        let headers = carrying(&["a=b; onsale_access=one", " ;;=; x; onsale_device=two"]);
        assert_eq!(value(&headers, ACCESS), Some("one"));
        assert_eq!(value(&headers, DEVICE), Some("two"));
        assert_eq!(value(&headers, REFRESH), None);
        assert!(any_of_ours(&headers));
        assert!(!any_of_ours(&carrying(&["a=b; not_onsale_x=1"])));
    }

    #[test]
    fn an_emptied_cookie_is_none() {
        assert_eq!(value(&carrying(&["onsale_access="]), ACCESS), None);
    }

    #[test]
    fn cookies_are_written_with_their_rules() {
        let access = everywhere(ACCESS, "t", 60).to_string();
        assert_eq!(access, "onsale_access=t; HttpOnly; SameSite=Lax; Path=/; Max-Age=60");
        let refresh = removed(only_to("/api/auth", REFRESH, "t", 60)).to_string();
        assert_eq!(refresh, "onsale_refresh=; HttpOnly; SameSite=Strict; Path=/api/auth; Max-Age=0");
    }
}
