//! Against robots: the puzzle, the slow door, limits, appeals.

use futures_util::{StreamExt as _, stream};
use http::Method;
use queue_api::robots::challenge::{Bound, Challenge};
use serde_json::{Value, json};
use shared::testing::eventually;

use super::{Fixture, Wishes};
use crate::support::{Answer, TestApp};

/// A room with puzzles that are solved in no time.
async fn guarded(change: impl FnOnce(&mut queue_api::robots::config::RobotArgs)) -> Fixture {
    let app = TestApp::start_with(|config| {
        config.robots.challenge_numbers = 200;
        change(&mut config.robots);
    })
    .await;
    let room = Fixture::on(app, Wishes::default()).await;
    set_level(&room, 1).await;
    room
}

async fn set_level(room: &Fixture, level: u8) {
    let path = format!("/api/events/{}/robots", room.event);
    let change = Some(json!({ "level": level }));
    let set = room.app.call(Method::PATCH, &path, Some(&room.organiser), change).await;
    assert_eq!(set.expect(200)["level"], level);
}

/// Joins as a device, with or without a proof.
async fn join(room: &Fixture, device: Option<&str>, proof: Option<&str>) -> Answer {
    let mut headers = Vec::new();
    headers.extend(device.map(|token| ("onsale-device", token)));
    headers.extend(proof.map(|proof| ("onsale-proof", proof)));
    let path = format!("/api/events/{}/waiting-room/places", room.event);
    room.app.call_with(Method::POST, &path, None, &headers, None).await
}

fn device_of(answer: &Answer) -> String {
    answer.headers["onsale-device"].to_str().unwrap().to_owned()
}

fn solved(problem: &Value) -> String {
    let challenge = &problem["challenge"];
    let (salt, target) = (challenge["salt"].as_str().unwrap(), challenge["target"].as_str().unwrap());
    let hash =
        |number: &u64| shared::tokens::hex(&shared::tokens::sha256(format!("{salt}{number}").as_bytes()));
    let number =
        (0..=challenge["max_number"].as_u64().unwrap()).find(|number| hash(number) == target).unwrap();
    format!("{}.{number}", challenge["token"].as_str().unwrap())
}

#[tokio::test]
async fn a_puzzle_is_solved_once_by_whom_it_was_given_to() {
    let room = guarded(|_| {}).await;
    let asked = join(&room, None, None).await;
    let problem = asked.problem(403, "challenge-needed");
    assert_eq!((&problem["refused"], &problem["challenge"]["max_number"]), (&Value::Null, &json!(200)));
    let (device, proof) = (device_of(&asked), solved(&problem));

    let other = device_of(&join(&room, None, None).await);
    let refused = |answer: &Answer| answer.problem(403, "challenge-needed")["refused"].clone();
    assert_eq!(refused(&join(&room, Some(&other), Some(&proof)).await), "foreign");
    assert_eq!(refused(&join(&room, Some(&device), Some("1.2.3")).await), "foreign");
    let forged = proof.replacen(".200.", ".1.", 1);
    assert_eq!(refused(&join(&room, Some(&device), Some(&forged)).await), "foreign");
    let wrong = proof.rsplit_once('.').unwrap().0.to_owned() + ".4294967295";
    assert_eq!(refused(&join(&room, Some(&device), Some(&wrong)).await), "wrong");
    // A puzzle of half an hour ago.
    let who = who(&room, &device);
    let bound = Bound { event: room.event, who: &who };
    let old = Challenge::new(&room.app.app.tokens, bound, 200, 30, room.app.app.clock.now_s() - 1_800);
    let expired = format!("{}.{}", old.token, old.solve().unwrap());
    assert_eq!(refused(&join(&room, Some(&device), Some(&expired)).await), "expired");

    let place = join(&room, Some(&device), Some(&proof)).await.expect(202);
    // Who shows the place needs no other proof; whoever gave it up does.
    let again = room.place(Method::GET, &place, "").await;
    assert_eq!(again.status, 200, "{again:?}");
    assert_eq!(room.place(Method::DELETE, &place, "").await.status, 204);
    assert_eq!(refused(&join(&room, Some(&device), Some(&proof)).await), "spent");
    set_level(&room, 0).await;
    assert_eq!(join(&room, Some(&device), None).await.status, 202, "no puzzle any more");
    room.finish().await;
}

fn who(room: &Fixture, device: &str) -> String {
    let headers = http::HeaderMap::from_iter([(
        http::HeaderName::from_static("onsale-device"),
        device.parse().unwrap(),
    )]);
    let joiner = queue_api::waiting_room::who::joiner(&room.app.app.tokens, room.event, None, &headers);
    joiner.who.to_string()
}

#[tokio::test]
async fn who_solves_nothing_waits() {
    let room = guarded(|robots| robots.slow_door_seconds = 2).await;
    let asked = join(&room, None, None).await;
    let (problem, device) = (asked.problem(403, "challenge-needed"), device_of(&asked));
    assert_eq!(problem["challenge"]["slow"]["wait_seconds"], 2);
    let slow = problem["challenge"]["slow"]["token"].as_str().unwrap();
    let early = join(&room, Some(&device), Some(slow)).await;
    assert_eq!(early.problem(403, "challenge-needed")["refused"], "early");
    let waited = eventually("the slow door opens", || async {
        let answer = join(&room, Some(&device), Some(slow)).await;
        (answer.status == 202).then_some(answer)
    })
    .await;
    let place = waited.json();
    assert_eq!(room.place(Method::DELETE, &place, "").await.status, 204);
    let spent = join(&room, Some(&device), Some(slow)).await;
    assert_eq!(spent.problem(403, "challenge-needed")["refused"], "spent");
    room.finish().await;
}

#[tokio::test]
async fn puzzles_get_harder_while_many_arrive_and_easier_again() {
    let room = guarded(|robots| robots.challenge_raise_at = 1).await;
    let most = |answer: &Answer| answer.problem(403, "challenge-needed")["challenge"]["max_number"].clone();
    assert_eq!(most(&join(&room, None, None).await), 200);
    let mut hardest = json!(0);
    for _ in 0..500 {
        hardest = most(&join(&room, None, None).await);
        if hardest == 3_200 {
            break;
        }
    }
    assert_eq!(hardest, 3_200, "four levels above the first, and no more");
    let path = format!("/api/events/{}/robots", room.event);
    let report = room.app.get(&path, Some(&room.organiser)).await.expect(200);
    // It may have begun to fade.
    let (level, now) = (report["level"].as_u64(), report["level_now"].as_u64());
    assert!(level == Some(1) && (Some(2)..=Some(5)).contains(&now), "{report}");
    // Nobody arrives for a while; looking is no arrival.
    eventually("nobody arrives", || async {
        let report = room.app.get(&path, Some(&room.organiser)).await.json();
        (report["arrivals_per_second"] == 0 && report["level_now"] == 1).then_some(())
    })
    .await;
    assert_eq!(most(&join(&room, None, None).await), 200);
    room.finish().await;
}

#[tokio::test]
async fn five_hundred_fans_behind_one_address_all_get_in() {
    let room = guarded(|robots| {
        robots.block_arrivals = 50;
        robots.challenge_numbers = 20;
    })
    .await;
    let joined = stream::iter(0..500).map(|_| async {
        let asked = join(&room, None, None).await;
        let (problem, device) = (asked.problem(403, "challenge-needed"), device_of(&asked));
        let most = problem["challenge"]["max_number"].as_u64().unwrap();
        (most, join(&room, Some(&device), Some(&solved(&problem))).await.status)
    });
    let joined: Vec<_> = joined.buffer_unordered(32).collect().await;
    assert!(joined.iter().all(|(_, status)| *status == 202), "nobody is refused");
    assert_eq!(joined.iter().map(|(most, _)| *most).max(), Some(160), "harder by three levels at most");
    assert_eq!(joined.iter().map(|(most, _)| *most).min(), Some(20));
    assert_eq!(room.view().await.joined, 500);
    room.finish().await;
}

#[tokio::test]
async fn a_hostile_device_is_held_back_until_the_organiser_lets_it_in() {
    let app = TestApp::start_with(|config| config.robots.device_attempts = 5).await;
    let room = Fixture::on(app, Wishes::default()).await;
    let first = join(&room, None, None).await;
    let device = device_of(&first);
    room.place(Method::DELETE, &first.expect(202), "").await;
    for _ in 0..5 {
        let place = join(&room, Some(&device), None).await.expect(202);
        room.place(Method::DELETE, &place, "").await;
    }
    let held = join(&room, Some(&device), None).await;
    let problem = held.problem(429, "held-back");
    assert_eq!((&problem["reason"], &problem["appeal"]["status"]), (&json!("joined_often"), &json!("open")));
    assert!(held.headers.contains_key("retry-after"));
    let code = problem["code"].as_str().unwrap();
    assert!(code.len() == 9 && problem["detail"].as_str().unwrap().contains(code), "{problem}");
    assert_eq!(join(&room, None, None).await.status, 202, "others go on");
    let again = join(&room, Some(&device), None).await.problem(429, "held-back");
    assert_eq!(again["code"], code, "one code for one device");

    let appeals = format!("/api/events/{}/appeals", room.event);
    room.app.get(&appeals, None).await.problem(401, "unauthorized");
    let fan = room.app.fan().await.access_token;
    room.app.get(&appeals, Some(&fan)).await.problem(404, "not-found");
    let typed = code.to_lowercase().replace('-', "%20");
    let found = room.app.get(&format!("{appeals}?status=open&code={typed}"), Some(&room.organiser)).await;
    let found = found.expect(200);
    let appeal = &found["items"][0];
    assert_eq!((&appeal["code"], &appeal["facts"]["limit"]), (&json!(code), &json!(5)), "{found}");
    let none = room.app.get(&format!("{appeals}?code=nonsense"), Some(&room.organiser)).await;
    assert_eq!(none.expect(200)["items"], json!([]));

    let own = format!("{appeals}/{code}");
    let decide = |token: Option<String>, decision: Value| {
        let (own, app) = (own.clone(), &room.app);
        async move { app.call(Method::PATCH, &own, token.as_deref(), Some(decision)).await }
    };
    let organiser = || Some(room.organiser.clone());
    decide(Some(fan), json!({"status": "let_in"})).await.problem(403, "role-needed");
    decide(organiser(), json!({"status": "open"})).await.problem(422, "invalid");
    let refused = decide(organiser(), json!({"status": "refused", "note": "One place is enough."})).await;
    assert_eq!(refused.expect(200)["status"], "refused");
    let state = room.app.get(&own, None).await.expect(200);
    assert_eq!((&state["status"], &state["note"]), (&json!("refused"), &json!("One place is enough.")));
    join(&room, Some(&device), None).await.problem(429, "held-back");
    assert_eq!(decide(organiser(), json!({"status": "let_in"})).await.expect(200)["status"], "let_in");
    assert_eq!(join(&room, Some(&device), None).await.status, 202, "no limit holds it back any more");
    room.finish().await;
}

#[tokio::test]
async fn who_chooses_faster_than_people_can_is_held_back_until_let_in() {
    let app = TestApp::start_with(|config| config.robots.least_choosing_ms = 600_000).await;
    let room = Fixture::on(app, Wishes::default()).await;
    let place = join(&room, None, None).await.expect(202);
    room.open().await;
    let pass = eventually("it may come in", || async {
        let claimed = room.place(Method::POST, &place, "/claim").await;
        (claimed.status == 200).then(|| claimed.json()["pass"].as_str().unwrap().to_owned())
    })
    .await;
    let fan = room.app.fan().await.access_token;
    let holds = format!("/api/events/{}/holds", room.event);
    let hold = || {
        let headers = [("onsale-pass", &*pass)];
        let (app, holds, fan) = (&room.app, &holds, &fan);
        async move { app.call_with(Method::POST, holds, Some(fan), &headers, Some(json!({"seats": [7]}))).await }
    };
    let held = hold().await.problem(429, "held-back");
    assert_eq!(held["reason"], "held_fast");
    let path = format!("/api/events/{}/appeals/{}", room.event, held["code"].as_str().unwrap());
    let decision = Some(json!({"status": "let_in"}));
    let decided = room.app.call(Method::PATCH, &path, Some(&room.organiser), decision).await.expect(200);
    assert_eq!(decided["facts"]["least_ms"], 600_000);
    assert_eq!(hold().await.status, 201);
    room.finish().await;
}
