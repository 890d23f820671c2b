//! Search, filters and pages.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::domain::Role;

use super::{a_seat_map, an_event, in_hours, published};
use crate::support::{Account, TestApp};

fn titles(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

async fn three(app: &TestApp, organiser: &Account) {
    for (title, category, city, hours) in [
        ("The Seagull", "theatre", "Mürzsteg", 30),
        ("Northern Lights: The Arena Night", "concert", "Hamburg", 20),
        ("Meadow Sounds", "festival", "Bath", 50),
    ] {
        let mut event = an_event(title);
        event["category"] = json!(category);
        event["city"] = json!(city);
        event["starts_at"] = json!(in_hours(hours));
        published(app, organiser, event, a_seat_map()).await;
    }
}

#[tokio::test]
async fn events_are_found_by_words_place_kind_and_time() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    three(&app, &organiser).await;
    super::draft(&app, &organiser, an_event("Seagull, the draft")).await;
    let all = ["Northern Lights: The Arena Night", "The Seagull", "Meadow Sounds"];
    let after = in_hours(40).replace('+', "%2B");
    let queries = [
        (String::new(), &all[..]),
        ("sort=-starts_at&limit=1".into(), &["Meadow Sounds"]),
        ("q=seagull".into(), &["The Seagull"]),
        ("q=the%20arena%20ni".into(), &all[..1]),
        ("q=m%C3%BCrzst".into(), &["The Seagull"]),
        ("q=segull".into(), &["The Seagull"]),
        ("q=medow%20sonds".into(), &["Meadow Sounds"]),
        ("q=xylophone".into(), &[]),
        ("q=%26%7C%21%28%29%3A%2A%00%27".into(), &all[..]),
        ("category=concert".into(), &all[..1]),
        ("place=bath".into(), &["Meadow Sounds"]),
        ("place=%25".into(), &[]),
        (format!("from={after}"), &["Meadow Sounds"]),
        (format!("to={after}&category=theatre"), &["The Seagull"]),
    ];
    for (query, expected) in queries {
        let list = app.get(&format!("/api/events?{query}"), None).await.json();
        assert_eq!(titles(&list), expected, "{query}: {list}");
    }
    let own = app.get("/api/events?mine=true", Some(&organiser.access_token)).await.json();
    assert_eq!(own["items"].as_array().unwrap().len(), 4, "drafts too");
    for (query, field) in [
        ("cursor=nonsense", "cursor"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=many", "query"),
        ("category=circus", "query"),
        ("from=today", "query"),
        ("colour=red", "query"),
    ] {
        let problem = app.get(&format!("/api/events?{query}"), None).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{query}");
    }
    app.get("/api/events?mine=true", None).await.problem(401, "unauthorized");
    app.finish().await;
}

#[tokio::test]
async fn pages_show_every_event_once_while_others_come_and_go() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let same_time = in_hours(30);
    for number in 0..23 {
        let mut event = an_event(&format!("Show {number:02}"));
        if number % 2 == 0 {
            event["starts_at"] = json!(same_time);
        }
        published(&app, &organiser, event, a_seat_map()).await;
    }
    for sort in ["starts_at", "-starts_at", "sale_opens_at"] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let list = app.get(&format!("/api/events?limit=5&sort={sort}{cursor}"), None).await.json();
            seen.extend(titles(&list).into_iter().map(str::to_owned));
            // One that lies before the page that comes next.
            let mut early = an_event("Early");
            early["starts_at"] = json!(in_hours(if sort == "-starts_at" { 100 } else { 1 }));
            early["sale_opens_at"] = json!(in_hours(-100));
            published(&app, &organiser, early, a_seat_map()).await;
            match list["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let shows: Vec<_> = seen.iter().filter(|title| title.starts_with("Show")).collect();
        assert_eq!(shows.len(), 23, "{sort}: {seen:?}");
        assert_eq!(shows.iter().collect::<BTreeSet<_>>().len(), 23, "{sort}");
    }
    app.finish().await;
}
