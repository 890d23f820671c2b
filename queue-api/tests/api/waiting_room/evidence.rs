//! The evidence pack of a sale on real engines, held against the stand-alone checker.

use std::{path::Path, process::Output};

use fred::interfaces::SortedSetsInterface as _;
use http::Method;
use queue_api::waiting_room::{joins::SafePlace, store};
use serde_json::{Value, json};
use shared::{
    domain::{HoldId, PlaceId, Role, SeatIndex, UserId},
    locks::Claim,
    testing::eventually,
};
use tokio::process::Command;

use super::{Fixture, Wishes, token};

impl Fixture {
    fn evidence(&self) -> String {
        format!("/api/events/{}/waiting-room/evidence", self.event)
    }

    pub(super) async fn pack(&self) -> Vec<u8> {
        let answer = self.app.get(&self.evidence(), Some(&self.organiser)).await;
        assert_eq!(answer.headers["content-type"], "application/x-ndjson", "{}", answer.json());
        answer.expect(200);
        answer.bytes.to_vec()
    }

    /// What the checker says of a pack, by the key and the draw that the site publishes.
    async fn check(&self, pack: &[u8]) -> Output {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pack.ndjson");
        tokio::fs::write(&file, pack).await.unwrap();
        let checker = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/evidence-check");
        let mut python = Command::new("python3");
        python.arg("-B").arg(checker).arg(&file).args(["--from", &self.app.base]);
        python.output().await.unwrap()
    }

    pub(super) async fn accepted(&self, pack: &[u8]) -> String {
        let said = self.check(pack).await;
        let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
        assert_eq!(said.status.code(), Some(0), "{out}{err}");
        out.into_owned()
    }

    /// Fans shop in no time: some buy, some give back, some decline, and every fifth does not come, until `serving`.
    async fn shop(&self, serving: u64) {
        let redis = self.app.app.waiting_rooms.room(self.event);
        eventually("fans come in", || async {
            for ordinal in self.leases().await {
                let place = PlaceId::new();
                match ordinal % 5 {
                    0 => continue,
                    1 => drop(redis.leave(ordinal, place).await.unwrap()),
                    2 => {
                        redis.claim(ordinal).await.unwrap().unwrap();
                        redis.leave(ordinal, place).await.unwrap();
                    }
                    _ => {
                        redis.claim(ordinal).await.unwrap().unwrap();
                        self.buy(ordinal).await;
                    }
                }
            }
            (self.view().await.serving >= serving).then_some(())
        })
        .await;
    }

    async fn leases(&self) -> Vec<u64> {
        let key = self.app.engines.redis.event(self.event).leases();
        let client = self.app.engines.redis.client();
        let leases: Vec<String> = client.zrange(key, 0, -1, None, false, None, false).await.unwrap();
        leases.iter().map(|ordinal| ordinal.parse().unwrap()).collect()
    }

    async fn buy(&self, ordinal: u64) {
        let claim = Claim {
            event_id: self.event,
            hold_id: HoldId::new(),
            fence: 1,
            user_id: UserId::new(),
            seats: vec![SeatIndex::try_from(i32::try_from(ordinal).unwrap()).unwrap()],
            areas: Vec::new(),
            lease: Some(ordinal),
        };
        self.app.app.holds.settle_sold(&[claim]).await.unwrap();
    }

    pub(super) async fn closed(&self) {
        self.change(json!({"phase": "closed"})).await.expect(200);
        eventually("the room is finished", || async {
            store::load(&self.app.app.pool, self.event).await.unwrap().filter(|record| record.finished)
        })
        .await;
    }
}

pub(super) fn lines(pack: &[u8], kind: &str) -> Vec<Value> {
    let lines = pack.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_slice(line).unwrap())
        .filter(|line: &Value| line["kind"] == kind)
        .collect()
}

fn outcomes(pack: &[u8], outcome: &str) -> Vec<Value> {
    lines(pack, "place").into_iter().filter(|place| place["outcome"] == outcome).collect()
}

/// A lobby of 122, of whom two were never told, one leaves; a cap, a pause, another rate, three beyond it; 78 more.
async fn sale(room: &Fixture) -> Vec<SafePlace> {
    let redis = room.app.app.waiting_rooms.room(room.event);
    let ghosts = ["ghost", "shade"].map(|who| (who.into(), PlaceId::new(), 0));
    redis.join(&ghosts).await.unwrap().unwrap();
    let mut joined = room.join_many(0..120).await;
    assert!(redis.leave(joined[7].place.ordinal, joined[7].place.place).await.unwrap());
    room.app.get(&room.evidence(), Some(&room.organiser)).await.problem(409, "not-drawn");
    room.open().await;
    room.shop(48).await;
    room.change(json!({"phase": "paused", "pause_reason": "A short break."})).await.expect(200);
    joined.extend(room.join_many(120..200).await);
    room.change(json!({"phase": "open", "rate_per_minute": 60})).await.expect(200);
    let admit = format!("/api/events/{}/waiting-room/admit", room.event);
    room.app.post(&admit, Some(&room.organiser), json!({"count": 15})).await.expect(200);
    joined
}

#[tokio::test]
async fn a_sale_leaves_a_pack_that_the_checker_accepts() {
    let wishes = Wishes { cap: 20, rate: 48, claim_window_s: 5, grace_s: 2, ..Wishes::default() };
    let room = Fixture::new(wishes).await;
    let joined = sale(&room).await;
    room.shop(72).await;
    let interim = room.pack().await;
    let head = &lines(&interim, "pack")[0];
    assert_eq!((&head["final"], &head["room"]["grace_seconds"]), (&false.into(), &2.into()), "{head}");
    assert!(room.accepted(&interim).await.contains("interim, as of"));

    room.closed().await;
    let pack = room.pack().await;
    let said = room.accepted(&pack).await;
    assert!(said.contains("Hamlet: final") && said.contains("signed with the known key"), "{said}");
    let summary = &lines(&pack, "summary")[0];
    assert_eq!((&summary["places"], &summary["inversions"]), (&202.into(), &0.into()), "{summary}");
    assert!(summary["no_shows"].as_u64().unwrap() > 0 && summary["extra"].as_u64().unwrap() > 0, "{summary}");
    for outcome in ["finished", "given_back", "declined", "no_show", "left", "waiting"] {
        assert!(!outcomes(&pack, outcome).is_empty(), "{outcome}: {summary}");
    }
    // Every fan finds its place by what it knows, and when it joined.
    let places = lines(&pack, "place");
    let draw = room.view().await.draw().unwrap();
    for place in joined.iter().map(|joined| joined.place) {
        let line = &places[usize::try_from(place.ordinal).unwrap()];
        assert_eq!(line["number"], draw.number(place.ordinal), "{line}");
        assert!(line["joined_ms"].is_i64(), "{line}");
    }
    assert_eq!(places[usize::try_from(joined[7].place.ordinal).unwrap()]["outcome"], "left");
    assert!(outcomes(&pack, "forfeited").iter().all(|place| place["ordinal"].as_u64().unwrap() < 2));

    let text = String::from_utf8(pack.clone()).unwrap();
    let changed = text.replacen("no_show", "expired", 1);
    let cut = text.lines().take(100).collect::<Vec<_>>().join("\n");
    for (pack, sentence) in [(changed, "the pack was changed"), (cut, "the pack is cut off")] {
        let said = room.check(pack.as_bytes()).await;
        assert_eq!(said.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&said.stderr).contains(sentence));
    }
    room.finish().await;
}

#[tokio::test]
async fn a_pack_names_nobody_and_is_for_the_organiser_only() {
    let room = Fixture::new(Wishes::default()).await;
    let joined = room.join("the keyed hash of a fan").await;
    room.open().await;
    room.until_admitted(1).await;
    let path = room.evidence();
    room.app.get(&path, None).await.problem(401, "unauthorized");
    let fan = room.app.fan().await.access_token;
    room.app.get(&path, Some(&fan)).await.problem(404, "not-found");
    let other = room.app.account(Role::Organiser).await.access_token;
    room.app.get(&path, Some(&other)).await.problem(404, "not-found");
    let admin = room.app.account(Role::Admin).await;
    let answer = room.app.get(&path, Some(&token(&room.app, admin.id, Role::Admin))).await;
    let text = String::from_utf8(answer.bytes.to_vec()).unwrap();
    let organiser: UserId = sqlx::query_scalar("SELECT organiser_id FROM events WHERE id = $1")
        .bind(room.event)
        .fetch_one(&room.app.app.pool)
        .await
        .unwrap();
    let place = joined.place.place.to_string();
    for secret in ["the keyed hash of a fan", &organiser.to_string(), &place] {
        assert!(!text.contains(secret), "{text}");
    }
    assert_eq!(lines(text.as_bytes(), "change")[0]["by"]["role"], "organiser");
    let keys = room.app.call(Method::GET, "/.well-known/jwks.json", None, None).await.expect(200);
    assert_eq!((&keys["keys"][0]["crv"], &keys["keys"][0]["kty"]), (&"Ed25519".into(), &"OKP".into()));
    room.finish().await;
}
