//! Posters: made anew from what is uploaded, kept for ever by browsers, gone with the last event that has them.

use std::io::Cursor;

use http::Method;
use http_body_util::Full;
use image::{DynamicImage, GenericImageView as _, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use shared::domain::Role;

use crate::{
    events::{a_seat_map, an_event, draft, published},
    support::{Account, Answer, TestApp},
};

pub(crate) fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_pixel(width, height, Rgb([200, 30, 60]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

async fn put(app: &TestApp, event: &str, by: Option<&Account>, kind: &str, body: Vec<u8>) -> Answer {
    let mut request = http::Request::put(format!("{}{event}/poster", app.base)).header("content-type", kind);
    if let Some(by) = by {
        request = request.header("authorization", format!("Bearer {}", by.access_token));
    }
    app.send(request.body(Full::new(body.into())).unwrap()).await
}

#[tokio::test]
async fn a_poster_is_made_anew_shown_and_kept() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let mut event = an_event("Hamlet");
    event["poster_alt"] = json!("A skull");
    let address = published(&app, &organiser, event, a_seat_map()).await;
    assert_eq!(app.get(&address, None).await.json()["poster"], Value::Null);
    let mut upload = picture(2_000, 1_000, ImageFormat::Png);
    upload.extend_from_slice(b"a secret behind the picture");
    let hung = put(&app, &address, Some(&organiser), "image/png", upload).await;
    assert_eq!(hung.status, 200, "{hung:?}");
    let poster = hung.json();
    assert_eq!((&poster["width"], &poster["height"]), (&json!(1_600), &json!(800)));
    assert_eq!(poster["alt"], "A skull");
    assert_eq!(app.get(&address, None).await.json()["poster"], poster, "in the event");
    let list = app.get("/api/events", None).await.json();
    assert_eq!(list["items"][0]["poster"], poster, "in the list");

    for (href, size) in [("href", (1_600, 800)), ("href_small", (640, 320))] {
        let href = poster[href].as_str().unwrap();
        let answer = app.get(href, None).await;
        assert_eq!(answer.headers["content-type"], "image/jpeg");
        assert_eq!(answer.headers["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(image::load_from_memory(&answer.bytes).unwrap().dimensions(), size);
        assert!(!answer.bytes.windows(8).any(|part| part == b"a secret"));
        let tag = answer.headers["etag"].to_str().unwrap();
        let again = app.call_with(Method::GET, href, None, &[("if-none-match", tag)], None).await;
        assert_eq!(again.status, 304);
    }

    let before = app.get(&address, None).await.json()["version"].clone();
    let jpeg = picture(800, 800, ImageFormat::Jpeg);
    assert_eq!(put(&app, &address, Some(&organiser), "image/jpeg", jpeg).await.status, 200);
    let after = app.get(&address, None).await.json();
    assert_ne!((&after["version"], &after["poster"]["href"]), (&before, &poster["href"]));
    let count = "SELECT count(*) FROM posters";
    let posters: i64 = sqlx::query_scalar(count).fetch_one(&app.app.pool).await.unwrap();
    assert_eq!(posters, 1, "the one before is forgotten");
    let token = Some(organiser.access_token.as_str());
    for _ in 0..2 {
        let gone = app.call(Method::DELETE, &format!("{address}/poster"), token, None).await;
        assert_eq!(gone.status, 204);
    }
    assert_eq!(app.get(&address, None).await.json()["poster"], Value::Null);
    let posters: i64 = sqlx::query_scalar(count).fetch_one(&app.app.pool).await.unwrap();
    assert_eq!(posters, 0);
    app.finish().await;
}

#[tokio::test]
async fn what_is_no_good_picture_is_refused_and_said_why() {
    let app = TestApp::start().await;
    let [owner, other] = [app.account(Role::Organiser).await, app.account(Role::Organiser).await];
    let address = draft(&app, &owner, an_event("Hamlet")).await;
    let good = picture(400, 300, ImageFormat::WebP);
    put(&app, &address, None, "image/webp", good.clone()).await.problem(401, "unauthorized");
    for stranger in [&other, &app.fan().await] {
        put(&app, &address, Some(stranger), "image/webp", good.clone()).await.problem(404, "not-found");
    }
    let png = picture(400, 300, ImageFormat::Png);
    for (kind, body, status, problem, said) in [
        ("image/svg+xml", b"<svg/>".to_vec(), 415, "not-a-picture", "image/jpeg"),
        ("application/json", b"{}".to_vec(), 415, "not-a-picture", "image/jpeg"),
        ("image/jpeg", png.clone(), 422, "bad-picture", "Content-Type"),
        ("image/png", Vec::new(), 422, "bad-picture", "Content-Type"),
        ("image/png", png[..120].to_vec(), 422, "bad-picture", "cannot be read"),
        ("image/png", picture(100, 100, ImageFormat::Png), 422, "bad-picture", "100 × 100"),
        ("image/png", picture(321, 1_200, ImageFormat::Png), 422, "bad-picture", "three times"),
        ("image/png", vec![0; 6 * 1024 * 1024], 413, "too-large", "larger"),
    ] {
        let refused = put(&app, &address, Some(&owner), kind, body).await.problem(status, problem);
        assert!(refused["detail"].as_str().unwrap().contains(said), "{kind}: {refused}");
    }
    assert_eq!(put(&app, &address, Some(&owner), "image/webp", good).await.status, 200);
    let unknown = format!("/api/posters/{}", "0".repeat(64));
    for nothing in [unknown.as_str(), "/api/posters/nonsense", "/api/posters/nonsense/small"] {
        app.get(nothing, None).await.problem(404, "not-found");
    }
    let mut event = an_event("Wordy");
    event["poster_alt"] = json!("x".repeat(301));
    let problem = app.post("/api/events", Some(&owner.access_token), event).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "poster_alt");
    app.finish().await;
}
