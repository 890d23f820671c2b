//! Drawings, plans and tables that become seat maps.

use http::Method;
use http_body_util::Full;
use image::ImageFormat;
use serde_json::{Value, json};
use shared::domain::Role;

use super::{a_seat_map, an_event, draft, published};
use crate::{
    posters::picture,
    support::{Account, Answer, TestApp},
};

const DRAWING: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">
<rect id="stage" x="60" y="0" width="80" height="10" fill="#ccc"/>
<g data-section="Stalls" data-tier="Gold">
<g data-row="A">
<circle data-seat="1" cx="50" cy="40" r="4"/><circle data-seat="2" cx="60" cy="40" r="4"/><circle data-seat="3" cx="70" cy="40" r="4"/>
</g>
<g data-row="B" transform="translate(0 12)">
<circle data-seat="1" cx="50" cy="40" r="4"/><circle data-seat="2" cx="60" cy="40" r="4" data-tier="Silver"/>
</g>
</g>
</svg>"##;

async fn import(app: &TestApp, who: &Account, query: &str, kind: &str, file: &str) -> Answer {
    let request = http::Request::post(format!("{}/api/seat-maps/import?{query}", app.base))
        .header("authorization", format!("Bearer {}", who.access_token))
        .header("content-type", kind)
        .body(Full::new(file.to_owned().into()))
        .unwrap();
    app.send(request).await
}

#[tokio::test]
async fn a_large_drawing_is_read_with_an_idempotency_key_too() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let large = DRAWING.replace("</svg>", &format!("<!--{}--></svg>", " ".repeat(300 * 1024)));
    for _ in 0..2 {
        let request = http::Request::post(format!("{}/api/seat-maps/import?format=svg", app.base))
            .header("authorization", format!("Bearer {}", organiser.access_token))
            .header("content-type", "image/svg+xml")
            .header("idempotency-key", "one-drawing")
            .body(Full::new(large.clone().into()))
            .unwrap();
        let read = app.send(request).await;
        assert_eq!(read.status, 200, "{read:?}");
        assert!(!read.headers.contains_key("idempotency-replayed"), "an import is read anew");
    }
}

#[tokio::test]
async fn a_drawing_becomes_an_event_that_sells() {
    let app = TestApp::start().await;
    let (organiser, fan) = (app.account(Role::Organiser).await, app.fan().await);
    let read = import(&app, &organiser, "format=svg", "image/svg+xml", DRAWING).await;
    assert_eq!(read.status, 200, "{read:?}");
    let read = read.json();
    assert_eq!((&read["seat_count"], &read["tiers"]), (&json!(5), &json!(["Gold", "Silver"])), "{read}");

    let background = read["document"]["background"]["file"].as_str().expect("what is left of the drawing");
    let drawn = app.get(&format!("/api/seat-map-files/{background}"), None).await;
    assert_eq!(drawn.headers["content-type"], "image/svg+xml");
    assert!(drawn.headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    let text = String::from_utf8(drawn.bytes.to_vec()).unwrap();
    assert!(!text.contains("<circle"), "the seats are drawn by the map: {text}");

    let named = async || {
        sqlx::query_scalar::<_, bool>("SELECT named FROM seat_map_files WHERE hash = $1")
            .bind(background)
            .fetch_one(&app.engines.pool)
            .await
            .unwrap()
    };
    assert!(!named().await, "nothing was saved with it yet");
    let address = published(&app, &organiser, an_event("Hamlet"), read["document"].clone()).await;
    assert!(named().await, "it stays as long as the map");
    let held = app.post(&format!("{address}/holds"), Some(&fan.access_token), json!({"seats": [1, 4]})).await;
    assert_eq!(held.status, 201, "{held:?}");
    let labels: Vec<_> =
        held.json()["seats"].as_array().unwrap().iter().map(|seat| seat["label"].clone()).collect();
    assert_eq!(labels, ["Stalls · Row A · 2", "Stalls · Row B · 2"]);
    app.finish().await;
}

#[tokio::test]
async fn what_was_read_is_written_and_read_again() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let table = "section,row,seat,x,y,tier,id\nStalls,A,1,0,0,Gold,guid-1\nStalls,A,2,55,0,Gold,guid-2\nStalls,B,7,3,92,Silver,x\n";
    let read = import(&app, &organiser, "format=csv", "text/csv", table).await.json();
    let address = draft(&app, &organiser, an_event("Hamlet")).await;
    let token = Some(organiser.access_token.as_str());
    let put =
        app.call(Method::PUT, &format!("{address}/seat-map"), token, Some(read["document"].clone())).await;
    assert_eq!(put.status, 200, "{put:?}");
    let map = put.json()["href"].as_str().unwrap().to_owned();
    for (format, kind) in
        [("pretix", "application/json"), ("csv", "text/csv"), ("onsale", "application/json")]
    {
        let written = app.get(&format!("{map}/export?format={format}"), None).await;
        assert_eq!(written.status, 200, "{format}");
        let file = String::from_utf8(written.bytes.to_vec()).unwrap();
        assert_eq!(format != "onsale", file.contains("guid-2"), "{format}: {file}");
        let again = import(&app, &organiser, &format!("format={format}"), kind, &file).await;
        assert_eq!(
            (again.status.as_u16(), &again.json()["seat_count"]),
            (200, &json!(3)),
            "{format}: {again:?}"
        );
    }
    app.get(&format!("/api/seat-maps/{}/export?format=csv", "0".repeat(64)), None)
        .await
        .problem(404, "not-found");
    app.finish().await;
}

#[tokio::test]
async fn what_is_wrong_in_a_file_is_told_at_once_with_element_and_line() {
    let app = TestApp::start().await;
    let (organiser, fan) = (app.account(Role::Organiser).await, app.fan().await);
    let twice = DRAWING.replace(
        r#"data-seat="2" cx="60" cy="40" r="4"/>"#,
        r#"id="twin" data-seat="1" cx="60" cy="40" r="4"/>"#,
    );
    let problem =
        import(&app, &organiser, "format=svg", "image/svg+xml", &twice).await.problem(422, "bad-drawing");
    let error: &Value = &problem["errors"][0];
    assert_eq!((&error["severity"], &error["line"]), (&json!("error"), &json!(5)), "{problem}");
    assert!(error["field"].as_str().unwrap().contains("twin"), "{problem}");
    let hostile = DRAWING.replace("</svg>", "<script>alert(1)</script></svg>");
    let answer = import(&app, &organiser, "format=svg", "image/svg+xml", &hostile).await;
    let shown = String::from_utf8_lossy(&answer.bytes).into_owned();
    assert!(answer.status == 422 || !shown.contains("script"), "{shown}");
    for (format, kind, file) in [
        ("pretix", "application/json", "{"),
        ("csv", "text/csv", "a,b\n1,2\n"),
        ("onsale", "application/json", r#"{"sections": 1}"#),
        ("svg", "image/svg+xml", "<svg"),
    ] {
        let answer = import(&app, &organiser, &format!("format={format}"), kind, file).await;
        assert_eq!(answer.status, 422, "{format}");
        assert!(!answer.json()["errors"].as_array().unwrap().is_empty(), "{format}");
    }
    assert_eq!(import(&app, &organiser, "format=dwg", "image/svg+xml", DRAWING).await.status, 422);
    assert_eq!(import(&app, &fan, "format=svg", "image/svg+xml", DRAWING).await.status, 403);
    app.finish().await;
}

#[tokio::test]
async fn a_section_shows_the_view_from_its_seats() {
    let app = TestApp::start().await;
    let (organiser, fan) = (app.account(Role::Organiser).await, app.fan().await);
    let post = async |by: &Account, kind: &str, body: Vec<u8>| {
        let request = http::Request::post(format!("{}/api/seat-map-files", app.base))
            .header("authorization", format!("Bearer {}", by.access_token))
            .header("content-type", kind);
        app.send(request.body(Full::new(body.into())).unwrap()).await
    };
    let png = picture(2_000, 1_000, ImageFormat::Png);
    let kept = post(&organiser, "image/png", png.clone()).await;
    let view = kept.expect(201);
    assert_eq!((&view["width"], &view["height"]), (&json!(1_600), &json!(800)));
    assert_eq!(kept.headers["location"].to_str().ok(), view["href"].as_str());
    let shown = app.get(view["href"].as_str().unwrap(), None).await;
    assert_eq!(shown.headers["content-type"], "image/jpeg");

    let mut map = a_seat_map();
    map["sections"][0]["view"] = view["hash"].clone();
    let address = published(&app, &organiser, an_event("Hamlet"), map).await;
    let geometry = app.get(&format!("{address}/seat-map"), None).await.json();
    assert_eq!(geometry["sections"][0]["view"], view["hash"]);

    assert_eq!(post(&fan, "image/png", png.clone()).await.status, 403);
    post(&organiser, "text/plain", png).await.problem(415, "not-a-picture");
    post(&organiser, "image/png", b"no picture".to_vec()).await.problem(422, "bad-picture");
    post(&organiser, "image/png", vec![0; 6 * 1024 * 1024]).await.problem(413, "too-large");
    app.finish().await;
}
