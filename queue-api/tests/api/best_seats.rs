//! The best seats there are.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::json;
use shared::domain::Role;
use tokio::task::JoinSet;

use crate::{
    events::{a_seat_map, an_event, published},
    holds::{hold, on_sale, seats_of},
    support::TestApp,
};

#[tokio::test]
async fn best_seats_are_neighbours_of_the_tier_and_nobody_elses() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let address = Arc::new(published(&app, &organiser, an_event("Rush"), a_seat_map()).await);
    let app = Arc::new(app);
    let mut fans = JoinSet::new();
    for _ in 0..40 {
        let (app, address) = (app.clone(), address.clone());
        fans.spawn(async move {
            let fan = app.fan().await;
            let wish = json!({"best_available": {"quantity": 2, "tier": 0, "max_price_minor": 4500}});
            hold(&app, &fan, &address, wish).await
        });
    }
    let mut seen = BTreeSet::new();
    for answer in fans.join_all().await {
        assert_eq!(answer.status, 201, "80 of 99 seats are enough for all: {answer:?}");
        for seat in seats_of(&answer.json()) {
            assert!(seen.insert(seat), "seat {seat} is held twice");
        }
    }
    assert_eq!(seen.len(), 80);
    let wish = |quantity: u32| json!({"best_available": {"quantity": quantity}});
    for _ in 0..3 {
        assert_eq!(hold(&app, &app.fan().await, &address, wish(6)).await.status, 201);
    }
    let fan = app.fan().await;
    hold(&app, &fan, &address, wish(2)).await.problem(409, "not-enough-seats");
    assert_eq!(hold(&app, &fan, &address, wish(1)).await.status, 201, "the last one");
    Arc::into_inner(app).unwrap().finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_ask_for_the_best_seats_at_once_do_not_get_in_each_others_way() {
    let app = Arc::new(TestApp::start().await);
    let address = on_sale(&app).await;
    let mut fans = Vec::new();
    for _ in 0..40 {
        fans.push(app.fan().await);
    }
    let mut asking = JoinSet::new();
    for fan in fans {
        let (app, address) = (Arc::clone(&app), address.clone());
        asking.spawn(async move {
            hold(&app, &fan, &address, json!({"best_available": {"quantity": 2, "tier": 0}})).await
        });
    }
    let mut seats = BTreeSet::new();
    for answer in asking.join_all().await {
        assert_eq!(answer.status, 201, "{answer:?}");
        seats.extend(seats_of(&answer.json()));
    }
    assert_eq!(seats.len(), 80);
    assert_eq!(app.app.chooser.metrics.chosen_again.get(), 0, "everybody's first choice was free");
    Arc::into_inner(app).unwrap().finish().await;
}

#[tokio::test]
async fn places_for_wheelchairs_are_for_those_who_ask_for_them() {
    let app = TestApp::start().await;
    let organiser = app.account(Role::Organiser).await;
    let mut map = a_seat_map();
    map["sections"][0]["rows"] = json!([{"count": 1, "seats": 4, "tier": 0}]);
    map["sections"][0]["aisles"] = json!([]);
    map["sections"][0]["marks"] =
        json!([{"seats": [[0, 0]], "kind": "wheelchair"}, {"seats": [[1, 1]], "kind": "companion"}]);
    map["blocked"] = json!([]);
    let address = published(&app, &organiser, an_event("Hamlet"), map).await;
    let best = async |quantity: u32, wheelchair: u32| {
        let fan = app.fan().await;
        let wish = json!({"best_available": {"quantity": quantity, "wheelchair": wheelchair}});
        hold(&app, &fan, &address, wish).await
    };
    best(3, 0).await.problem(409, "not-enough-seats");
    assert_eq!(seats_of(&best(2, 1).await.json()), [0, 1]);
    assert_eq!(seats_of(&best(2, 0).await.json()), [2, 3]);
    assert_eq!(best(1, 2).await.problem(422, "invalid")["errors"][0]["field"], "best_available.wheelchair");
    app.finish().await;
}
