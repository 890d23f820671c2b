//! Who may join: everybody, accounts, invited people.

use http::Method;
use queue_api::waiting_room::who::DEVICE_HEADER;
use serde_json::{Value, json};

use super::{Fixture, Wishes};
use crate::support::Answer;

impl Fixture {
    /// As the organiser.
    pub(super) async fn set_access(&self, access: &str) {
        let change = json!({ "waiting_access": access });
        let path = format!("/api/events/{}", self.event);
        let answer = self.app.call(Method::PATCH, &path, Some(&self.organiser), Some(change)).await;
        assert_eq!(answer.expect(200)["waiting_access"], access);
    }

    /// Joins as an account, as a device that is known, or as a new one; with a code or without.
    pub(super) async fn join_as(
        &self,
        token: Option<&str>,
        device: Option<&str>,
        code: Option<&str>,
    ) -> Answer {
        let path = format!("/api/events/{}/waiting-room/places", self.event);
        let headers: Vec<_> = device.map(|device| (DEVICE_HEADER, device)).into_iter().collect();
        let body = code.map(|code| json!({ "code": code }));
        self.app.call_with(Method::POST, &path, token, &headers, body).await
    }

    /// What the log of the room says.
    pub(super) async fn log(&self) -> Vec<Value> {
        sqlx::query_scalar("SELECT change FROM waiting_room_changes WHERE event_id = $1 ORDER BY id")
            .bind(self.event)
            .fetch_all(&self.app.app.pool)
            .await
            .unwrap()
    }
}

pub(super) fn device_of(answer: &Answer) -> String {
    answer.headers[DEVICE_HEADER].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn where_an_account_is_needed_only_accounts_join() {
    let room = Fixture::new(Wishes::default()).await;
    room.set_access("accounts").await;
    let public = room.app.get(&format!("/api/events/{}/waiting-room", room.event), None).await;
    assert_eq!(public.expect(200)["access"], "accounts");
    assert_eq!(public.headers["cache-control"], "public, max-age=1, stale-while-revalidate=2");
    let event = room.app.get(&format!("/api/events/{}", room.event), None).await;
    assert_eq!(event.expect(200)["waiting_access"], "accounts");

    room.join_as(None, None, None).await.problem(403, "account-needed");
    let guest = room.app.post("/api/auth/guest", None, json!({})).await;
    let guest = guest.expect(201)["access_token"].as_str().unwrap().to_owned();
    room.join_as(Some(&guest), None, None).await.problem(403, "account-needed");
    let fan = room.app.fan().await.access_token;
    let place = room.join_as(Some(&fan), None, None).await.expect(202);
    let elsewhere = room.join_as(Some(&fan), None, None).await.expect(202);
    assert_eq!(elsewhere["id"], place["id"], "the same place on another device");

    let input =
        json!({"email": "ada@example.test", "name": "Ada Lovelace", "password": "correct horse battery"});
    let registered = room.app.post("/api/auth/register", Some(&guest), input).await;
    let registered = registered.expect(201)["access_token"].as_str().unwrap().to_owned();
    let place = room.join_as(Some(&registered), None, None).await;
    assert_eq!(place.status, 202, "a guest who registers has an account");
    assert_eq!(room.view().await.joined, 2);
    room.finish().await;
}

#[tokio::test]
async fn a_change_binds_those_who_join_from_then_on_and_places_stay() {
    let room = Fixture::new(Wishes::default()).await;
    let first = room.join_as(None, None, None).await;
    let (place, device) = (first.expect(202), device_of(&first));
    room.set_access("invited").await;
    let again = room.join_as(None, Some(&device), None).await.expect(202);
    assert_eq!(again["id"], place["id"], "by the device alone");
    let typed = room.join_as(None, Some(&device), Some("NOSUCHCODE")).await.expect(202);
    assert_eq!(typed["id"], place["id"]);
    let refused = room.join_as(None, None, None).await.problem(403, "invitation-needed");
    assert_eq!(refused["errors"][0]["field"], "code");

    // What was given up is no place any more.
    assert_eq!(room.place(Method::DELETE, &place, "").await.status, 204);
    room.join_as(None, Some(&device), None).await.problem(403, "invitation-needed");
    room.set_access("accounts").await;
    room.join_as(None, Some(&device), None).await.problem(403, "account-needed");
    room.set_access("everyone").await;
    assert_eq!(room.join_as(None, Some(&device), None).await.status, 202);
    let changes: Vec<_> =
        room.log().await.iter().filter_map(|change| change.get("waiting_access").cloned()).collect();
    assert_eq!(changes, ["invited", "accounts", "everyone"]);

    let path = format!("/api/events/{}", room.event);
    let wrong = Some(json!({ "waiting_access": "friends" }));
    let wrong = room.app.call(Method::PATCH, &path, Some(&room.organiser), wrong).await;
    wrong.problem(422, "invalid");
    room.finish().await;
}
