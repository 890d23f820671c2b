//! Codes: made, redeemed, withdrawn, never used more often than they may be, not found by trying.

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, future::join_all, stream};
use http::Method;
use serde_json::{Value, json};
use shared::testing::RedisServer;
use tokio::sync::Barrier;

use super::{Fixture, Wishes, access::device_of};
use crate::support::{Answer, TestApp};

impl Fixture {
    /// One call on the codes of the event, as its organiser.
    async fn codes(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let path = format!("/api/events/{}/access-codes{path}", self.event);
        self.app.call(method, &path, Some(&self.organiser), body).await
    }

    /// Makes codes; as they are sent to people.
    pub(super) async fn make_codes(&self, wish: Value) -> Vec<String> {
        let made = self.codes(Method::POST, "", Some(wish)).await.expect(201);
        made["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
    }

    async fn invited(wish: Value) -> (Self, String) {
        let room = Self::new(Wishes::default()).await;
        room.set_access("invited").await;
        let code = room.make_codes(wish).await.remove(0);
        (room, code)
    }

    /// Uses counted, and bound, of all codes.
    async fn uses(&self) -> (i64, i64) {
        sqlx::query_as(
            "SELECT (SELECT coalesce(sum(uses), 0)::bigint FROM access_codes),
                    (SELECT count(*) FROM access_code_uses)",
        )
        .fetch_one(&self.app.app.pool)
        .await
        .unwrap()
    }
}

#[tokio::test]
async fn an_organiser_makes_codes_and_reads_what_became_of_them() {
    let lanes = json!([{"name": "Members", "share_percent": 20, "entry": "code"}]);
    let room = Fixture::new(Wishes { lanes, ..Wishes::default() }).await;
    let friends = room.make_codes(json!({"label": "Friends of the house", "count": 250})).await;
    let different: BTreeSet<_> = friends.iter().collect();
    assert_eq!(different.len(), 250);
    assert!(friends.iter().all(|code| code.len() == 17 && code.split('-').count() == 3), "{friends:?}");
    let own = json!({"label": "Fan club", "code": "Fan Club-2026", "most_uses": 5_000, "lane": 1});
    assert_eq!(room.make_codes(own.clone()).await, ["Fan Club-2026"]);
    room.codes(Method::POST, "", Some(own)).await.problem(409, "code-taken");
    for (field, wrong) in [
        ("label", json!({"label": ""})),
        ("label", json!({"label": "For FANCLUB 2027", "code": "fanclub2027"})),
        ("code", json!({"label": "x", "code": "short"})),
        ("count", json!({"label": "x", "code": "FANCLUB2028", "count": 2})),
        ("count", json!({"label": "x", "count": 10_001})),
        ("most_uses", json!({"label": "x", "most_uses": 0})),
        ("lane", json!({"label": "x", "lane": -1})),
        ("lane", json!({"label": "x", "lane": 2})),
    ] {
        let problem = room.codes(Method::POST, "", Some(wrong)).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }

    room.join_as(None, None, Some("fanclub2026")).await.expect(202);
    let (mut listed, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = room.codes(Method::GET, &format!("?limit=100{cursor}"), None).await.expect(200);
        listed.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(listed.len(), 251);
    let last = &listed[250];
    assert_eq!((&last["uses"], &last["most_uses"], &last["lane"]), (&json!(1), &json!(5_000), &json!(1)));
    let found = room.codes(Method::GET, "?code=fan%20club%202026", None).await.expect(200);
    assert_eq!(found["items"][0]["id"], last["id"]);
    let labels = room.codes(Method::GET, "/labels", None).await.expect(200);
    let of = |label: &str| labels.as_array().unwrap().iter().find(|group| group["label"] == label).unwrap();
    assert_eq!((&of("Fan club")["uses"], &of("Friends of the house")["codes"]), (&json!(1), &json!(250)));

    let table = room.codes(Method::GET, ".csv?label=Fan%20club", None).await;
    let text = String::from_utf8(table.bytes.to_vec()).unwrap();
    assert!(
        text.starts_with("code,label,most_uses,uses,made_at,withdrawn_at\r\nFan Club-2026,Fan club,5000,1,")
    );
    assert_eq!(
        (text.lines().count(), &table.headers["cache-control"]),
        (2, &"private, no-store".parse().unwrap())
    );
    let all = room.codes(Method::GET, ".csv", None).await;
    assert_eq!(String::from_utf8_lossy(&all.bytes).lines().count(), 252);

    let path = format!("/api/events/{}/access-codes", room.event);
    let stranger = room.app.account(shared::domain::Role::Organiser).await.access_token;
    for read in ["", "/labels", ".csv"] {
        room.app.get(&format!("{path}{read}"), Some(&stranger)).await.problem(404, "not-found");
        room.app.get(&format!("{path}{read}"), None).await.problem(401, "unauthorized");
    }
    let wish = json!({"label": "mine"});
    room.app.post(&path, Some(&stranger), wish).await.problem(403, "not-your-event");
    let log = serde_json::to_string(&room.log().await).unwrap();
    assert!(log.contains("Friends of the house") && log.contains("\"codes\":250"), "{log}");
    let folded = log.to_uppercase().replace(['-', ' '], "");
    assert!(!folded.contains("FANCLUB2026") && !log.contains(&friends[0]), "{log}");
    room.finish().await;
}

#[tokio::test]
async fn a_use_belongs_to_whoever_joined_with_it_first() {
    let (room, code) = Fixture::invited(json!({"label": "Press"})).await;
    room.join_as(None, None, Some("   ")).await.problem(403, "invitation-needed");
    let unknown = room.join_as(None, None, Some("CDFGH-JKMPQ-RTVWX")).await;
    assert_eq!(unknown.problem(403, "invitation-unknown")["errors"][0]["field"], "code");
    let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
    let first = room.join_as(None, None, Some(&typed)).await;
    let (place, device) = (first.expect(202), device_of(&first));
    let again = room.join_as(None, Some(&device), Some(&code)).await.expect(202);
    assert_eq!((&again["id"], room.uses().await), (&place["id"], (1, 1)));
    let other = room.join_as(None, None, Some(&code)).await.problem(403, "invitation-used");
    assert_eq!(other["errors"][0]["field"], "code");

    assert_eq!(room.place(Method::DELETE, &place, "").await.status, 204);
    room.join_as(None, None, Some(&code)).await.problem(403, "invitation-used");
    let anew = room.join_as(None, Some(&device), Some(&code)).await.expect(202);
    assert_ne!(anew["id"], place["id"]);
    assert_eq!(room.uses().await, (1, 1), "a place that was given up keeps its use");

    let id = room.codes(Method::GET, "", None).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        assert_eq!(room.codes(Method::DELETE, &format!("/{id}"), None).await.status, 204);
    }
    let found = room.join_as(None, Some(&device), Some(&code)).await.expect(202);
    assert_eq!(found["id"], anew["id"], "places stay");
    assert_eq!(room.place(Method::DELETE, &anew, "").await.status, 204);
    room.join_as(None, Some(&device), Some(&code)).await.problem(403, "invitation-unknown");
    let nowhere = format!("/{}", uuid::Uuid::now_v7());
    room.codes(Method::DELETE, &nowhere, None).await.problem(404, "not-found");
    room.finish().await;
}

#[tokio::test]
async fn all_codes_of_a_label_are_withdrawn_at_once() {
    let (room, code) = Fixture::invited(json!({"label": "Wave 1", "count": 20})).await;
    let second = room.make_codes(json!({"label": "Wave 2"})).await.remove(0);
    let withdraw = || room.codes(Method::POST, "/withdraw", Some(json!({"label": "Wave 1"})));
    assert_eq!(withdraw().await.expect(200)["withdrawn"], 20);
    assert_eq!(withdraw().await.expect(200)["withdrawn"], 0);
    room.join_as(None, None, Some(&code)).await.problem(403, "invitation-unknown");
    assert_eq!(room.join_as(None, None, Some(&second)).await.status, 202);
    let log = room.log().await;
    let withdrawn: Vec<_> = log.iter().filter_map(|change| change.get("codes_withdrawn")).collect();
    assert_eq!(withdrawn, [&json!({"label": "Wave 1", "codes": 20})]);
    room.finish().await;
}

#[tokio::test]
async fn where_everybody_may_join_a_code_is_used_or_refused() {
    let room = Fixture::new(Wishes::default()).await;
    let code = room.make_codes(json!({"label": "Presale", "most_uses": 2})).await.remove(0);
    room.join_as(None, None, None).await.expect(202);
    room.join_as(None, None, Some("WRONG2026")).await.problem(403, "invitation-unknown");
    room.join_as(None, None, Some(&code)).await.expect(202);
    assert_eq!(room.uses().await, (1, 1));
    room.set_access("accounts").await;
    room.join_as(None, None, Some(&code)).await.problem(403, "account-needed");
    let fan = room.app.fan().await.access_token;
    room.join_as(Some(&fan), None, Some(&code)).await.expect(202);
    assert_eq!(room.uses().await, (2, 2));
    room.finish().await;
}

#[tokio::test]
async fn a_code_is_not_used_up_where_nobody_can_join() {
    let room = Fixture::new(Wishes { lobby_open: false, ..Wishes::default() }).await;
    room.set_access("invited").await;
    let code = room.make_codes(json!({"label": "Press"})).await.remove(0);
    let early = room.join_as(None, None, Some(&code)).await.problem(409, "lobby-not-open");
    assert!(early["opens_at"].is_string(), "{early}");
    assert_eq!(room.uses().await, (0, 0));
    assert_eq!(room.change(json!({"phase": "closed"})).await.status, 200);
    room.until("it closes", |view| view.phase == shared::domain::RoomPhase::Closed).await;
    let late = room.join_as(None, None, Some(&code)).await;
    late.problem(410, "waiting-room-closed");
    assert_eq!(room.uses().await, (0, 0));
    room.finish().await;
}

#[tokio::test]
async fn of_five_hundred_who_want_the_last_use_one_gets_it() {
    let (room, code) = Fixture::invited(json!({"label": "One", "code": "LASTONE1"})).await;
    let joining = stream::iter(0..500).map(|_| room.join_as(None, None, Some(&code)));
    let answers: Vec<Answer> = joining.buffer_unordered(100).collect().await;
    let joined = answers.iter().filter(|answer| answer.status == 202).count();
    for refused in answers.iter().filter(|answer| answer.status != 202) {
        refused.problem(403, "invitation-used");
    }
    assert_eq!((joined, room.uses().await, room.view().await.joined), (1, (1, 1), 1));
    room.finish().await;
}

/// What the statement guards against: who looks first and counts afterwards gets too many in.
#[tokio::test]
async fn without_the_guard_the_last_use_is_used_more_than_once() {
    let (room, _) = Fixture::invited(json!({"label": "One", "code": "LASTONE1"})).await;
    let pool = &room.app.app.pool;
    sqlx::query("ALTER TABLE access_codes DROP CONSTRAINT access_codes_within_uses")
        .execute(pool)
        .await
        .unwrap();
    let all_have_looked = Barrier::new(5);
    let uses = join_all((0..5).map(|_| async {
        let left: i32 =
            sqlx::query_scalar("SELECT most_uses - uses FROM access_codes").fetch_one(pool).await.unwrap();
        all_have_looked.wait().await;
        if left > 0 {
            sqlx::query("UPDATE access_codes SET uses = uses + 1").execute(pool).await.unwrap();
        }
    }));
    uses.await;
    assert_eq!(room.uses().await.0, 5);
    room.finish().await;
}

#[tokio::test]
async fn one_fan_in_many_tabs_uses_a_code_once() {
    let (room, code) = Fixture::invited(json!({"label": "Some", "most_uses": 3})).await;
    let device = device_of(&room.join_as(None, None, None).await);
    let answers = join_all((0..40).map(|_| room.join_as(None, Some(&device), Some(&code)))).await;
    let places: BTreeSet<String> =
        answers.iter().map(|answer| answer.expect(202)["id"].to_string()).collect();
    assert_eq!((places.len(), room.uses().await), (1, (1, 1)));
    room.finish().await;
}

#[tokio::test]
async fn who_tries_many_codes_is_held_back_until_let_in() {
    let app = TestApp::start_with(|config| config.robots.code_guesses = 3).await;
    let room = Fixture::on(app, Wishes::default()).await;
    room.set_access("invited").await;
    let code = room.make_codes(json!({"label": "Many", "most_uses": 100})).await.remove(0);
    let device = device_of(&room.join_as(None, None, None).await);
    for guess in ["FANCLUB2025", "FANCLUB2026", "FANCLUB2027"] {
        room.join_as(None, Some(&device), Some(guess)).await.problem(403, "invitation-unknown");
    }
    let held = room.join_as(None, Some(&device), Some(&code)).await.problem(429, "held-back");
    assert_eq!(held["reason"], "guessed_often", "also with a code that is there");
    assert_eq!(room.join_as(None, None, Some(&code)).await.status, 202, "others go on");
    let path = format!("/api/events/{}/appeals/{}", room.event, held["code"].as_str().unwrap());
    let decision = Some(json!({"status": "let_in"}));
    let decided = room.app.call(Method::PATCH, &path, Some(&room.organiser), decision).await.expect(200);
    assert_eq!(decided["facts"]["limit"], 3);
    assert_eq!(room.join_as(None, Some(&device), Some(&code)).await.status, 202);
    room.finish().await;
}

#[tokio::test]
async fn many_devices_behind_one_address_do_not_find_a_code_either() {
    let app = TestApp::start_with(|config| config.robots.block_code_guesses = 5).await;
    let room = Fixture::on(app, Wishes::default()).await;
    room.set_access("invited").await;
    let code = room.make_codes(json!({"label": "Many", "most_uses": 100})).await.remove(0);
    // Codes that are there do not count.
    for _ in 0..10 {
        assert_eq!(room.join_as(None, None, Some(&code)).await.status, 202);
    }
    for guess in 0..5 {
        let guess = format!("GUESS{guess}");
        room.join_as(None, None, Some(&guess)).await.problem(403, "invitation-unknown");
    }
    let refused = room.join_as(None, None, Some("GUESS6")).await;
    refused.problem(429, "too-many-requests");
    assert!(refused.headers.contains_key("retry-after"));
    room.finish().await;
}

#[tokio::test]
async fn a_lost_redis_costs_neither_places_nor_uses() {
    let mut redis = RedisServer::start().await;
    let app = TestApp::start_with(|config| config.engines.redis_url = redis.url()).await;
    let room = Fixture::on(app, Wishes::default()).await;
    room.set_access("invited").await;
    let code = room.make_codes(json!({"label": "Press"})).await.remove(0);
    let first = room.join_as(None, None, Some(&code)).await;
    let (place, device) = (first.expect(202), device_of(&first));
    redis.replace_by_an_empty_one().await;
    let again = shared::testing::eventually("joining is possible again", || async {
        let answer = room.join_as(None, Some(&device), Some(&code)).await;
        assert!([202, 503].contains(&answer.status.as_u16()), "{}", answer.json());
        (answer.status == 202).then(|| answer.json())
    })
    .await;
    assert_eq!((&again["id"], room.uses().await), (&place["id"], (1, 1)));
    let found = room.join_as(None, Some(&device), None).await.expect(202);
    assert_eq!(found["id"], place["id"], "by the device alone");
    room.join_as(None, None, Some(&code)).await.problem(403, "invitation-used");
    room.finish().await;
}
