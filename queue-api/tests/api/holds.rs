//! Holding seats and standing places over HTTP.

use fred::interfaces::SortedSetsInterface as _;
use http::Method;
use serde_json::{Value, json};
use shared::{
    domain::{EventId, PlaceId, Role},
    tokens::PassClaims,
};

use crate::{
    events::{a_seat_map, an_event, draft, in_hours, published},
    support::{Account, Answer, TestApp},
};

pub(crate) async fn on_sale(app: &TestApp) -> String {
    let organiser = app.account(Role::Organiser).await;
    published(app, &organiser, an_event("Hamlet"), a_seat_map()).await
}

pub(crate) async fn hold(app: &TestApp, fan: &Account, address: &str, body: Value) -> Answer {
    app.post(&format!("{address}/holds"), Some(&fan.access_token), body).await
}

pub(crate) fn seats_of(hold: &Value) -> Vec<u64> {
    hold["seats"].as_array().unwrap().iter().map(|seat| seat["seat"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_fan_holds_looks_and_gives_back() {
    let app = TestApp::start().await;
    let (address, fan, other) = (on_sale(&app).await, app.fan().await, app.fan().await);
    let made = hold(&app, &fan, &address, json!({"seats": [0, 25]})).await;
    assert_eq!(made.status, 201, "{made:?}");
    let view = made.json();
    assert_eq!(view["seats"][1]["label"], "Stalls · Row B · 6");
    assert_eq!(view["seats"][1]["tier_name"], "Stalls");
    assert_eq!(view["total"], json!({"amount_minor": 9000, "currency": "GBP"}));
    let left_ms = view["deadline_ms"].as_i64().unwrap() - app.app.clock.now_ms();
    assert!((290_000..=301_000).contains(&left_ms), "the event says 300 s, left are {left_ms} ms");

    let own = made.headers["location"].to_str().unwrap();
    let token = Some(fan.access_token.as_str());
    assert_eq!(app.get(own, token).await.json()["seats"], view["seats"]);
    app.get(own, Some(&other.access_token)).await.problem(404, "not-found");
    app.call(Method::DELETE, own, Some(&other.access_token), None).await.problem(404, "not-found");
    app.get(own, None).await.problem(401, "unauthorized");
    assert_eq!(app.get(&format!("{address}/seats"), None).await.bytes[0], 0b0100_0000, "seat 0 is held");
    assert_eq!(app.call(Method::DELETE, own, token, None).await.status, 204);
    app.call(Method::DELETE, own, token, None).await.problem(404, "not-found");
    assert_eq!(app.get(&format!("{address}/seats"), None).await.bytes[0], 0, "and is free again");
    app.finish().await;
}

#[tokio::test]
async fn a_conflict_names_the_seats_that_are_gone() {
    let app = TestApp::start().await;
    let (address, fan, other) = (on_sale(&app).await, app.fan().await, app.fan().await);
    assert_eq!(hold(&app, &other, &address, json!({"seats": [4, 5]})).await.status, 201);
    let conflict = hold(&app, &fan, &address, json!({"seats": [3, 4, 99]})).await;
    let problem = conflict.problem(409, "seats-taken");
    assert_eq!(problem["seats"], json!([4, 99]), "one is held, one is blocked");
    assert_eq!(problem["labels"][0], "Stalls · Row A · 5");
    assert_eq!(hold(&app, &fan, &address, json!({"seats": [3]})).await.status, 201, "nothing stayed locked");
    app.finish().await;
}

#[tokio::test]
async fn standing_places_are_held_by_count_up_to_the_capacity() {
    let app = TestApp::start().await;
    let address = on_sale(&app).await;
    for _ in 0..8 {
        let made =
            hold(&app, &app.fan().await, &address, json!({"areas": [{"area": 0, "quantity": 6}]})).await;
        assert_eq!(made.status, 201);
        assert_eq!(made.json()["total"]["amount_minor"], 9000);
    }
    let fan = app.fan().await;
    let full = hold(&app, &fan, &address, json!({"areas": [{"area": 0, "quantity": 3}]})).await;
    assert_eq!(full.problem(409, "area-full")["left"], 2);
    assert_eq!(hold(&app, &fan, &address, json!({"areas": [{"area": 0, "quantity": 2}]})).await.status, 201);
    assert_eq!(app.get(&address, None).await.json()["areas"][0]["available"], 0);
    app.finish().await;
}

#[tokio::test]
async fn nobody_holds_more_than_one_person_may_have() {
    let app = TestApp::start().await;
    let (address, fan) = (on_sale(&app).await, app.fan().await);
    assert_eq!(hold(&app, &fan, &address, json!({"seats": [0, 1, 2, 3]})).await.status, 201);
    let problem = hold(&app, &fan, &address, json!({"seats": [4, 5, 6]})).await.problem(409, "limit-reached");
    assert_eq!((&problem["has"], &problem["limit"]), (&json!(4), &json!(6)));
    app.finish().await;
}

#[tokio::test]
async fn what_cannot_be_held_is_named_and_changes_nothing() {
    let app = TestApp::start().await;
    let (address, fan) = (on_sale(&app).await, app.fan().await);
    let ten_thousand: Vec<u32> = (0..10_000).collect();
    let faults = [
        (json!({}), "seats"),
        (json!({"seats": [1], "areas": [{"area": 0, "quantity": 1}]}), "seats"),
        (json!({"seats": []}), "seats"),
        (json!({"seats": ten_thousand}), "seats"),
        (json!({"seats": [1, 100, 2, 4_000_000_000_u32]}), "seats[1]"),
        (json!({"seats": [1, 1]}), "seats[1]"),
        (json!({"areas": []}), "areas"),
        (json!({"areas": [{"area": 1, "quantity": 1}]}), "areas[0]"),
        (json!({"areas": [{"area": 0, "quantity": 0}, {"area": 0, "quantity": 1}]}), "areas[0]"),
        (json!({"areas": vec![json!({"area": 0, "quantity": 4_000_000_000_u32}); 2]}), "areas"),
        (json!({"areas": [{"area": 0, "quantity": 7}]}), "areas"),
        (json!({"best_available": {"quantity": 0}}), "best_available.quantity"),
        (json!({"best_available": {"quantity": 7}}), "best_available.quantity"),
        (json!({"best_available": {"quantity": 1, "tier": 1}}), "best_available.tier"),
        (
            json!({"best_available": {"quantity": 1, "max_price_minor": 4499}}),
            "best_available.max_price_minor",
        ),
    ];
    for (body, field) in faults {
        let problem = hold(&app, &fan, &address, body).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    for body in
        [json!({"seats": [-1]}), json!({"seats": "all"}), json!({"seats": [1.5]}), json!({"seet": [1]})]
    {
        hold(&app, &fan, &address, body).await.problem(422, "invalid");
    }
    let nowhere = format!("/api/events/{}", EventId::new());
    hold(&app, &fan, &nowhere, json!({"seats": [1]})).await.problem(404, "not-found");
    hold(&app, &fan, "/api/events/nonsense", json!({"seats": [1]})).await.problem(404, "not-found");
    app.post(&format!("{address}/holds"), None, json!({"seats": [1]})).await.problem(401, "unauthorized");
    app.get(&format!("/api/holds/{}", EventId::new()), Some(&fan.access_token))
        .await
        .problem(404, "not-found");
    let left = app.get(&address, None).await.json();
    assert_eq!(left["availability"]["total"], 149);
    app.finish().await;
}

#[tokio::test]
async fn only_what_is_on_sale_can_be_held() {
    let app = TestApp::start().await;
    let (organiser, fan) = (app.account(Role::Organiser).await, app.fan().await);
    let mut later = an_event("Later");
    later["sale_opens_at"] = json!(in_hours(1));
    let later = published(&app, &organiser, later, a_seat_map()).await;
    let problem = hold(&app, &fan, &later, json!({"seats": [1]})).await.problem(409, "sale-not-open");
    assert!(problem["sale_opens_at"].is_string());
    let hidden = draft(&app, &organiser, an_event("Draft")).await;
    hold(&app, &fan, &hidden, json!({"seats": [1]})).await.problem(404, "not-found");
    let cancelled = on_sale_by(&app, &organiser).await;
    app.post(&format!("{cancelled}/cancel"), Some(&organiser.access_token), json!({})).await;
    hold(&app, &fan, &cancelled, json!({"seats": [1]})).await.problem(409, "not-on-sale");
    app.finish().await;
}

async fn on_sale_by(app: &TestApp, organiser: &Account) -> String {
    published(app, organiser, an_event("Off"), a_seat_map()).await
}

#[tokio::test]
async fn behind_a_waiting_room_a_living_pass_of_this_event_is_needed() {
    let app = TestApp::start().await;
    let (organiser, fan) = (app.account(Role::Organiser).await, app.fan().await);
    let mut rush = an_event("Rush");
    rush["demand"] = json!("queue");
    let address = published(&app, &organiser, rush, a_seat_map()).await;
    let event: EventId = address.rsplit('/').next().unwrap().parse().unwrap();
    let (now_s, ordinal) = (app.app.clock.now_s(), 7);
    let pass = |event, expires_in_s: i64| {
        let claims = PassClaims::new(PlaceId::new(), event, ordinal, now_s + expires_in_s);
        app.app.tokens.sign_pass(&claims).unwrap()
    };
    let ask = async |pass: Option<String>, seat: u32| {
        let headers: Vec<_> = pass.iter().map(|pass| ("onsale-pass", pass.as_str())).collect();
        let (path, body) = (format!("{address}/holds"), json!({"seats": [seat]}));
        app.call_with(Method::POST, &path, Some(&fan.access_token), &headers, Some(body)).await
    };
    ask(None, 1).await.problem(403, "pass-needed");
    ask(Some("forged.pass.here".into()), 1).await.problem(403, "pass-invalid");
    ask(Some(pass(EventId::new(), 600)), 1).await.problem(403, "pass-invalid");
    ask(Some(pass(event, -600)), 1).await.problem(403, "pass-over");
    ask(Some(pass(event, 600)), 1).await.problem(403, "pass-over");
    let leases = app.app.redis.event(event).leases();
    let lease = (4e12, ordinal.to_string());
    app.app.redis.client().zadd::<(), _, _>(leases, None, None, false, false, lease).await.unwrap();
    let made = ask(Some(pass(event, 600)), 1).await;
    assert_eq!(made.status, 201, "{made:?}");
    let second = ask(Some(pass(event, 600)), 2).await;
    assert_eq!(second.problem(409, "hold-exists")["hold"], made.json()["id"]);
    app.finish().await;
}

#[tokio::test]
async fn a_repeated_request_with_its_key_gives_the_same_hold() {
    let app = TestApp::start().await;
    let (address, fan) = (on_sale(&app).await, app.fan().await);
    let ask = async |seat: u32| {
        let (path, body) = (format!("{address}/holds"), json!({"seats": [seat]}));
        let headers = [("idempotency-key", "one")];
        app.call_with(Method::POST, &path, Some(&fan.access_token), &headers, Some(body)).await
    };
    let first = ask(1).await;
    assert_eq!(first.status, 201);
    assert_eq!(ask(1).await.json(), first.json());
    ask(2).await.problem(422, "idempotency-key-reused");
    app.finish().await;
}

#[tokio::test]
async fn holds_and_the_view_come_back_after_redis_was_lost() {
    let app = TestApp::start().await;
    let (address, fan) = (on_sale(&app).await, app.fan().await);
    assert_eq!(hold(&app, &fan, &address, json!({"seats": [0]})).await.status, 201);
    app.engines.lose_redis().await;
    let seats = app.get(&format!("{address}/seats"), None).await;
    assert_eq!(seats.bytes[24], 0b11, "what is blocked is blocked");
    assert_eq!(
        hold(&app, &fan, &address, json!({"seats": [0, 99]})).await.problem(409, "seats-taken")["seats"],
        json!([99])
    );
    assert_eq!(hold(&app, &fan, &address, json!({"seats": [0]})).await.status, 201);
    app.finish().await;
}
