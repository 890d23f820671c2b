//! Lanes on real engines.

use std::path::Path;

use http::Method;
use serde_json::{Value, json};
use shared::testing::eventually;
use tokio::process::Command;

use super::{Fixture, Wishes, assert_in_order, evidence::lines};

fn a_lane_of(share_percent: u8) -> Value {
    json!([{"name": "Members", "share_percent": share_percent, "entry": "open"}])
}

/// Lanes of those who came in, in the order of their numbers, in a room of two.
async fn lanes_of_admitted(room: &Fixture, count: usize) -> Vec<i64> {
    room.until_admitted(count).await.iter().map(|place| place.ordinal % 2).collect()
}

#[tokio::test]
async fn every_lane_has_its_share_of_those_who_come_in() {
    let room = Fixture::new(Wishes { lanes: a_lane_of(20), ..Wishes::default() }).await;
    let mut joined = room.join_many(0..64).await;
    joined.extend(room.join_lane(1, 64..80).await);
    // Who has a place keeps it, whatever the lane.
    assert_eq!(room.join_lane(1, 0..1).await[0].place.place, joined[0].place.place);
    room.open().await;
    assert_eq!(lanes_of_admitted(&room, 80).await, [0, 0, 1, 0, 0].repeat(16));
    let view = room.view().await;
    assert_in_order(&room.admitted().await, &view, &joined);
    assert_eq!((view.joined, view.serving, view.lobby_count, view.waiting()), (80, 80, Some(80), 0));

    let path = format!("/api/events/{}/waiting-room", room.event);
    let document = eventually("the draw is told", || async {
        let document = room.app.get(&path, None).await.expect(200);
        document["seed"].is_string().then_some(document)
    })
    .await;
    assert_eq!((&document["cycle"], &document["lane_next"]), (&json!([0, 0, 1, 0, 0]), &json!([64, 16])));
    assert_eq!(
        (&document["lanes"][1]["name"], &document["lanes"][1]["lobby_count"]),
        (&json!("Members"), &16.into())
    );
    let checker = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/draw-check");
    let page = format!("{}/events/{}", room.app.base, room.event);
    let said = Command::new("python3").arg("-B").arg(checker).arg(page).arg("--all").output().await.unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let said = String::from_utf8(said.stdout).unwrap();
    for place in &joined {
        let line =
            format!("\n{},{}\n", place.place.ordinal, view.draw().unwrap().number(place.place.ordinal));
        assert!(said.contains(&line), "{line} is not in {said}");
    }
    room.finish().await;
}

/// A lane that nobody joined gives its turns to the others; who joins it late, and who loses Redis then, keeps a place
/// that is next in its lane.
#[tokio::test]
async fn an_empty_lane_gives_way_and_who_joins_it_late_is_next() {
    let wishes = Wishes { cap: 10, lanes: a_lane_of(20), ..Wishes::default() };
    let room = Fixture::new(wishes).await;
    let mut joined = room.join_many(0..30).await;
    room.open().await;
    let numbers: Vec<i64> = room.until_admitted(10).await.iter().map(|place| place.number).collect();
    assert_eq!(numbers, [0, 1, 3, 4, 5, 6, 8, 9, 10, 11]);

    let late = room.join_lane(1, 100..102).await;
    let view = room.until("they are in line", |view| view.joined == 32).await;
    let draw = view.draw().unwrap();
    assert_eq!(late.iter().map(|place| draw.number(place.place.ordinal)).max(), Some(17));
    assert_eq!((view.serving, view.waiting()), (12, 22));
    let gap: (i64, i64, i16) = eventually("the gap is written down", || async {
        let gap =
            sqlx::query_as("SELECT first, beyond, lane FROM lane_gaps WHERE event_id = $1").bind(room.event);
        gap.fetch_optional(&room.app.app.pool).await.unwrap()
    })
    .await;
    assert_eq!(gap, (0, 2, 1));
    joined.extend(late.clone());

    room.app.engines.lose_redis().await;
    let view = room.until("the room is made again", |view| view.epoch > 1).await;
    assert_eq!((view.joined, view.serving, view.waiting()), (32, 12, 22));
    assert_eq!(room.join_lane(0, 100..101).await[0].place.place, late[0].place.place);
    let next = room.join_lane(1, 200..201).await;
    assert_eq!(draw.number(next[0].place.ordinal), 22);
    joined.extend(next);
    room.change(json!({"lease_cap": 100})).await.expect(200);
    let admitted = room.until_admitted(33).await;
    assert_in_order(&admitted, &room.view().await, &joined);
    assert_eq!(admitted[10].ordinal % 2, 1, "the late one was next");
    room.finish().await;
}

#[tokio::test]
async fn a_pack_explains_what_stayed_nobodys() {
    let wishes = Wishes { cap: 10, lanes: a_lane_of(25), ..Wishes::default() };
    let room = Fixture::new(wishes).await;
    room.join_many(0..20).await;
    room.open().await;
    room.until_admitted(10).await;
    room.join_lane(1, 20..24).await;
    room.change(json!({"lease_cap": 21})).await.expect(200);
    room.until_admitted(21).await;
    let interim = room.pack().await;
    room.accepted(&interim).await;
    for ordinal in room.admitted().await.iter().map(|place| place.ordinal.unsigned_abs()) {
        room.app
            .app
            .waiting_rooms
            .room(room.event)
            .leave(ordinal, shared::domain::PlaceId::new())
            .await
            .unwrap();
    }
    room.until_admitted(24).await;
    for place in &room.admitted().await[21..] {
        let ordinal = place.ordinal.unsigned_abs();
        room.app.app.waiting_rooms.room(room.event).leave(ordinal, place.place_id).await.unwrap();
    }
    room.closed().await;
    let pack = room.pack().await;
    let said = room.accepted(&pack).await;
    assert!(said.contains("24 places, 20 of them drawn; 24 came in"), "{said}");
    let gaps = lines(&pack, "gap");
    assert_eq!((gaps.len(), &gaps[0]["lane"], &gaps[0]["from"]), (1, &1.into(), &0.into()), "{gaps:?}");
    assert_eq!(lines(&pack, "draw")[0]["lanes"][1]["share_percent"], 25);
    room.finish().await;
}

#[tokio::test]
async fn a_fan_sees_the_place_in_the_own_lane() {
    let wishes = Wishes { cap: 1, lanes: a_lane_of(50), ..Wishes::default() };
    let room = Fixture::new(wishes).await;
    let fan = room.join_by_http(None).await.expect(202);
    assert_eq!((&fan["lane"], &fan["ordinal"]), (&0.into(), &0.into()));
    room.join_lane(1, 0..6).await;
    room.join_many(6..12).await;
    room.open().await;
    room.until_admitted(1).await;
    let place = room.place(Method::GET, &fan, "").await.expect(200);
    let (number, serving) = (place["number"].as_u64().unwrap(), place["serving"].as_u64().unwrap());
    // Of seven in its lane, whose slots are every second number.
    assert_eq!(place["position"], number / 2 - serving / 2, "{place}");
    room.finish().await;
}

#[tokio::test]
async fn who_asks_for_a_lane_gets_it_when_it_is_open() {
    let mut lanes = a_lane_of(20);
    let code = json!({"name": "Members", "share_percent": 30, "entry": "code"});
    lanes.as_array_mut().unwrap().push(code);
    let room = Fixture::new(Wishes { lanes, ..Wishes::default() }).await;
    let path = format!("/api/events/{}/waiting-room/places", room.event);
    let place = room.app.post(&path, None, json!({"lane": 1})).await.expect(202);
    assert_eq!((&place["lane"], &place["ordinal"]), (&1.into(), &1.into()));
    room.app.post(&path, None, json!({"lane": 2})).await.problem(403, "lane-needs-code");
    let nowhere = room.app.post(&path, None, json!({"lane": 3})).await;
    assert_eq!(nowhere.json()["errors"][0]["field"], "lane", "{}", nowhere.json());
    assert_eq!(room.app.post(&path, None, json!({})).await.expect(202)["lane"], 0);

    let code = room.make_codes(json!({"label": "Members", "lane": 2})).await.remove(0);
    let place = room.app.post(&path, None, json!({"code": code, "lane": 1})).await.expect(202);
    assert_eq!(place["lane"], 2, "{place}");
    room.finish().await;
}
