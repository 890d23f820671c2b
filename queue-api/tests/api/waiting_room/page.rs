//! The waiting-room page as a browser without JavaScript uses it.

use http::{Method, StatusCode};
use queue_api::web::headers::hash_source;
use serde_json::json;
use shared::testing::eventually;

use super::{Fixture, Wishes};
use crate::{browser::Browser, support::Answer};

/// One browser on the page of one room.
pub(super) struct Visitor<'a> {
    room: &'a Fixture,
    pub(super) browser: Browser<'a>,
}

impl<'a> Visitor<'a> {
    pub(super) fn new(room: &'a Fixture) -> Self {
        Self { room, browser: Browser::new(&room.app) }
    }

    pub(super) fn address(&self) -> String {
        format!("/events/{}/waiting-room", self.room.event)
    }

    pub(super) async fn see(&self) -> String {
        let answer = self.browser.get(&self.address()).await;
        assert_eq!(answer.status, StatusCode::OK);
        String::from_utf8(answer.bytes.to_vec()).unwrap()
    }

    /// Sends a form as browsers do.
    pub(super) async fn press(&self, action: &str) -> Answer {
        self.browser.submit(&self.address(), &format!("action={action}")).await
    }

    /// Reloads until it says this: what is public of a room may be half a second old.
    pub(super) async fn until_told(&self, text: &str) -> String {
        eventually(text, || async { Some(self.see().await).filter(|page| page.contains(text)) }).await
    }

    /// Reloads until this screen is shown.
    pub(super) async fn until(&self, screen: &str) -> String {
        eventually(screen, || async { Some(self.see().await).filter(|page| shown(page) == [screen]) }).await
    }
}

/// The screens that are not hidden.
pub(super) fn shown(page: &str) -> Vec<&str> {
    let sections = page.split("<section id=\"").skip(1);
    let visible = sections.filter(|section| !section.split('>').next().unwrap().contains("hidden"));
    visible.map(|section| section.split('"').next().unwrap()).collect()
}

pub(super) fn goes_to(answer: &Answer) -> &str {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{answer:?}");
    answer.headers["location"].to_str().unwrap()
}

#[tokio::test]
async fn a_fan_without_javascript_comes_from_the_lobby_to_the_seats() {
    let room = Fixture::new(Wishes::default()).await;
    let fan = Visitor::new(&room);
    let page = fan.see().await;
    assert_eq!(shown(&page), ["join"]);
    assert!(page.contains("Everyone who is here at") && page.contains("Join the waiting room"), "{page}");

    assert_eq!(goes_to(&fan.press("join").await), fan.address());
    let page = fan.until_told("1 person is here").await;
    assert_eq!(shown(&page), ["lobby"]);
    assert!(page.contains("<noscript><meta http-equiv=\"refresh\" content=\""), "{page}");
    assert!(page.contains("your place stays"), "{page}");

    room.open().await;
    let page = fan.until("turn").await;
    assert!(page.contains("Come in and choose seats"), "{page}");
    assert_eq!(goes_to(&fan.press("claim").await), format!("/events/{}/seats", room.event));
    let pass = format!("onsale_pass_{}", room.event.0.simple());
    assert!(fan.browser.cookie(&pass).is_some());
    fan.until("shopping").await;

    assert_eq!(goes_to(&fan.press("leave").await), format!("{}?left=1", fan.address()));
    assert!(fan.browser.cookie(&pass).is_none_or(|pass| pass.value.is_empty()));
    let left = fan.browser.get(&format!("{}?left=1", fan.address())).await;
    let left = String::from_utf8(left.bytes.to_vec()).unwrap();
    assert_eq!(shown(&left), ["join"]);
    assert!(left.contains("You left the waiting room") && left.contains("The draw is over"));
    room.finish().await;
}

#[tokio::test]
async fn who_waits_sees_the_place_the_wait_and_why_it_stands() {
    let room = Fixture::new(Wishes { cap: 2, claim_window_s: 600, ..Wishes::default() }).await;
    room.join_many(0..30).await;
    room.open().await;
    room.until("two come in", |view| view.serving == 2).await;
    // After the draw: the last place.
    let fan = Visitor::new(&room);
    fan.press("join").await;
    let page = fan.until_told("Called so far: up to 2").await;
    assert_eq!(shown(&page), ["line"]);
    assert!(page.contains("Your number is 31") && page.contains("28</strong>"), "{page}");
    assert!(page.contains("<progress max=\"31\" value=\"2\""), "{page}");
    let answer = room.change(json!({"phase": "paused", "pause_reason": "A lift is <stuck>"})).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    let page = fan.until_told("The line is paused").await;
    assert!(page.contains("A lift is &#60;stuck&#62;. Everybody keeps their place."), "{page}");
    assert!(!page.contains("<stuck>"));
    let answer = room.change(json!({"phase": "closed"})).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    let other = Visitor::new(&room);
    let page = other.until("closed").await;
    assert!(page.contains("To the event page"));
    assert_eq!(goes_to(&other.press("join").await), other.address());
    room.finish().await;
}

#[tokio::test]
async fn before_the_lobby_it_counts_down_and_after_a_missed_turn_one_may_join_again() {
    let room = Fixture::new(Wishes { lobby_open: false, ..Wishes::default() }).await;
    let fan = Visitor::new(&room);
    let page = fan.see().await;
    assert_eq!(shown(&page), ["soon"]);
    assert!(page.contains("The waiting room opens in") && page.contains("role=\"timer\">"), "{page}");
    assert_eq!(goes_to(&fan.press("join").await), fan.address(), "too early changes nothing");
    assert_eq!(shown(&fan.see().await), ["soon"]);
    room.finish().await;

    let room = Fixture::new(Wishes { claim_window_s: 5, ..Wishes::default() }).await;
    let fan = Visitor::new(&room);
    fan.press("join").await;
    room.open().await;
    let page = fan.until("over").await;
    assert!(page.contains("Join again"), "{page}");
    fan.press("join").await;
    let page = fan.see().await;
    assert!(["line", "turn"].contains(&shown(&page)[0]), "{:?}", shown(&page));
    room.finish().await;
}

#[tokio::test]
async fn the_page_speaks_the_fan_s_language_and_remembers_the_choice() {
    let room = Fixture::new(Wishes::default()).await;
    let fan = Visitor::new(&room);
    let with = |header: (&'static str, &'static str), query: &'static str| {
        let address = format!("{}{query}", fan.address());
        let browser = &fan.browser;
        async move {
            let answer = browser.call_with(Method::GET, &address, &[header], None).await;
            String::from_utf8(answer.bytes.to_vec()).unwrap()
        }
    };
    let page = with(("accept-language", "fr-CH, en;q=0.5"), "").await;
    assert!(page.contains("<html lang=\"fr\" dir=\"ltr\">") && page.contains("Salle d’attente"), "{page}");
    let page = with(("accept-language", "fr"), "?lang=de").await;
    assert!(page.contains("<html lang=\"de\"") && page.contains("Warteraum betreten"), "{page}");
    let page = with(("accept-language", "fr"), "").await;
    assert!(page.contains("<html lang=\"de\""), "the choice is kept");
    let page = with(("accept-language", "fr"), "?lang=ar-XB").await;
    assert!(page.contains("dir=\"rtl\"") && page.contains("Jöín thé wáítíng rööm ~~"), "{page}");
    room.finish().await;
}

#[tokio::test]
async fn the_page_is_one_small_response_that_runs_nothing_but_its_own_script() {
    let room = Fixture::new(Wishes::default()).await;
    room.join_many(0..3).await;
    let fan = Visitor::new(&room);
    fan.press("join").await;
    room.open().await;
    for language in ["en", "de", "fr"] {
        let address = format!("{}?lang={language}", fan.address());
        let headers = [("accept-encoding", "gzip")];
        let answer = fan.browser.call_with(Method::GET, &address, &headers, None).await;
        assert_eq!(answer.headers["content-encoding"], "gzip");
        assert!(answer.bytes.len() < 14_000, "{language}: {} bytes", answer.bytes.len());
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
    let answer = fan.browser.get(&fan.address()).await;
    let page = String::from_utf8(answer.bytes.to_vec()).unwrap();
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    let between = |open: &str, close: &str| {
        page.split_once(open).and_then(|(_, rest)| rest.split_once(close)).unwrap().0.to_owned()
    };
    let script = between("<script type=\"module\">", "</script>");
    assert!(policy.contains(&format!("script-src 'self' {};", hash_source(&script))), "{policy}");
    let style = between("<style>", "</style>");
    assert!(policy.contains(&format!("style-src 'self' {};", hash_source(&style))), "{policy}");
    assert!(!policy.contains("unsafe") && policy.contains("ws://127.0.0.1:24100"), "{policy}");
    // Nothing else is loaded, and no attribute needs what the policy forbids.
    for loads in [" src=", "stylesheet", "@import", "url(", " style=", " onclick="] {
        assert!(!page.contains(loads), "{loads}");
    }
    room.finish().await;
}

#[tokio::test]
async fn while_the_room_cannot_be_reached_the_page_says_so_and_tries_again() {
    let room = Fixture::new(Wishes::default()).await;
    let fan = Visitor::new(&room);
    fan.press("join").await;
    room.app.kill_releasing();
    room.app.engines.lose_redis().await;
    let page = fan.see().await;
    assert_eq!(shown(&page), ["away"]);
    assert!(page.contains("content=\"5;url=?\""), "{page}");
    let busy = fan.press("join").await;
    assert_eq!(busy.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(busy.headers.contains_key("retry-after"));
    assert!(String::from_utf8_lossy(&busy.bytes).contains("Please press the button again in"));
    room.finish().await;
}

#[tokio::test]
async fn an_event_without_a_room_has_its_own_page_and_other_sites_press_nothing() {
    let room = Fixture::new(Wishes::default()).await;
    let unknown = uuid::Uuid::now_v7();
    let answer = room.app.get(&format!("/events/{unknown}/waiting-room?lang=de"), None).await;
    assert_eq!(goes_to(&answer), format!("/events/{unknown}?lang=de"));
    let answer = room.app.get("/events/nonsense%2F%2Fevil.example/waiting-room", None).await;
    assert_eq!(goes_to(&answer), "/events/-");

    let fan = Visitor::new(&room);
    fan.press("join").await;
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")];
    let foreign = fan.browser.call_with(Method::POST, &fan.address(), &headers, None).await;
    foreign.problem(403, "cross-site");
    assert_eq!(shown(&fan.see().await), ["lobby"]);
    room.finish().await;
}

#[tokio::test]
async fn the_page_speaks_the_language_of_the_account_unless_another_was_chosen() {
    let room = Fixture::new(Wishes::default()).await;
    let visitor = Visitor::new(&room);
    assert!(visitor.see().await.contains("<html lang=\"en\""));
    let fan = room.app.fan().await;
    sqlx::query("UPDATE users SET locale = 'de' WHERE id = $1")
        .bind(fan.id.0)
        .execute(&room.app.app.pool)
        .await
        .unwrap();
    visitor.browser.put("onsale_access", Some(&fan.access_token));
    assert!(visitor.see().await.contains("<html lang=\"de\""));
    let french = visitor.browser.get(&format!("{}?lang=fr", visitor.address())).await;
    assert!(String::from_utf8_lossy(&french.bytes).contains("<html lang=\"fr\""));
    assert!(visitor.see().await.contains("<html lang=\"fr\""), "what was chosen here stays");
    room.finish().await;
}

#[tokio::test]
async fn without_javascript_one_waits_instead_of_solving_the_puzzle() {
    let app = crate::support::TestApp::start_with(|config| config.robots.slow_door_seconds = 2).await;
    let room = Fixture::on(app, Wishes::default()).await;
    let path = format!("/api/events/{}/robots", room.event);
    let level = Some(json!({"level": 4}));
    room.app.call(Method::PATCH, &path, Some(&room.organiser), level).await.expect(200);
    let fan = Visitor::new(&room);
    assert_eq!(goes_to(&fan.press("join").await), fan.address());
    let page = fan.see().await;
    assert_eq!(shown(&page), ["join"]);
    assert!(page.contains("press the button again in "), "{page}");
    fan.press("join").await;
    fan.until_told("Thank you for waiting.").await;
    fan.press("join").await;
    let page = fan.see().await;
    assert_eq!(shown(&page), ["lobby"]);
    assert!(!page.contains("Thank you for waiting."), "{page}");

    let script = page.split("\"proof\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let worker = room.app.get(script, None).await;
    assert_eq!(worker.status, StatusCode::OK);
    assert_eq!(worker.headers["cache-control"], "public, max-age=31536000, immutable");
    assert!(!String::from_utf8_lossy(&worker.bytes).contains("export "));
    room.finish().await;
}

#[tokio::test]
async fn who_is_held_back_sees_why_and_what_came_of_the_appeal() {
    let app = crate::support::TestApp::start_with(|config| config.robots.device_attempts = 1).await;
    let room = Fixture::on(app, Wishes::default()).await;
    let fan = Visitor::new(&room);
    for _ in 0..2 {
        fan.press("join").await;
        fan.press("leave").await;
    }
    fan.press("join").await;
    let page = fan.see().await;
    assert_eq!(shown(&page), ["join"]);
    assert!(page.contains("This device joined very often.") && page.contains("tell the organiser"), "{page}");
    let code = page.split("this code: ").nth(1).unwrap()[..9].to_owned();
    let path = format!("/api/events/{}/appeals/{code}", room.event);
    let decision = Some(json!({"status": "let_in", "note": "Welcome."}));
    room.app.call(Method::PATCH, &path, Some(&room.organiser), decision).await.expect(200);
    assert!(fan.see().await.contains("The organiser has let you in: press the button to join. Welcome."));
    fan.press("join").await;
    assert_eq!(shown(&fan.see().await), ["lobby"]);
    room.finish().await;
}
