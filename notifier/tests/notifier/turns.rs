//! Telling turns to those who asked, by mail into a real mailbox and by pushes to a push service that opens them.

use std::sync::atomic::Ordering;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use mail_parser::MessageParser;
use notifier::config::Config;
use serde_json::Value;
use shared::{
    clock::Clock,
    contracts::{Event, EventKind, events::PlacesAdmitted},
    domain::{Demand, EventId, PlaceId},
    testing::{eventually, sale::Sale, vapid_key},
};
use sqlx::PgPool;

use crate::{
    push_service::{Browser, PushService, SILENCE},
    support::{Notifier, World, mails_to},
};

/// One room whose places come in.
struct Room {
    sale: Sale,
    pool: PgPool,
}

impl Room {
    async fn new(world: &World) -> Self {
        let pool = world.engines.pool.clone();
        Self { sale: Sale::open(&pool, Demand::Queue, 4).await, pool }
    }

    fn event(&self) -> EventId {
        self.sale.event_id
    }

    async fn mail_wanted(&self, email: &str, locale: &str) -> PlaceId {
        let place = PlaceId::new();
        sqlx::query(
            "INSERT INTO turn_notices (id, event_id, place_id, ordinal, channel, locale, email)
             VALUES (gen_random_uuid(), $1, $2, 7, 'email', $3, $4)",
        )
        .bind(self.event())
        .bind(place)
        .bind(locale)
        .bind(email)
        .execute(&self.pool)
        .await
        .unwrap();
        place
    }

    async fn push_wanted(&self, browser: &Browser) -> PlaceId {
        let place = PlaceId::new();
        sqlx::query(
            "INSERT INTO turn_notices (id, event_id, place_id, ordinal, channel, locale, endpoint, p256dh, auth)
             VALUES (gen_random_uuid(), $1, $2, 7, 'push', 'de', $3, $4, $5)",
        )
        .bind(self.event())
        .bind(place)
        .bind(&browser.endpoint)
        .bind(browser.public_key())
        .bind(&browser.auth[..])
        .execute(&self.pool)
        .await
        .unwrap();
        place
    }

    fn admitted(&self, places: &[PlaceId]) -> Event {
        let claim_until_ms = Clock::System.now_s() * 1_000 + 120_000;
        let fact = PlacesAdmitted { event_id: self.event(), places: places.to_vec(), claim_until_ms };
        World::fact(EventKind::PlaceAdmitted(fact))
    }

    async fn left(&self) -> i64 {
        self.sale.count("SELECT count(*) FROM turn_notices").await
    }

    /// Waits until nothing is left to be told.
    async fn told(&self) {
        eventually("everything is told", || async { (self.left().await == 0).then_some(()) }).await;
    }
}

fn pushing(config: &mut Config) {
    config.push.vapid_key = Some(vapid_key());
    config.push.push_loopback = true;
    config.turns.push_retry_waits_ms = vec![50; 4];
}

/// How often something became of notices, from the metrics.
async fn counted(notifier: &Notifier, outcome: &str) -> u64 {
    let (_, text) = crate::support::get(&format!("http://{}/metrics", notifier.address), &[]).await;
    let text = String::from_utf8_lossy(&text).into_owned();
    let lines = text.lines().filter(|line| {
        line.starts_with("onsale_notifier_turns_total") && line.contains(&format!("\"{outcome}\""))
    });
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}

#[tokio::test]
async fn who_asked_is_told_by_mail_once_and_the_address_is_gone() {
    let world = World::new().await;
    let room = Room::new(&world).await;
    let address = format!("{}@example.test", uuid::Uuid::new_v4());
    let place = room.mail_wanted(&address, "de").await;
    let other = room.mail_wanted("not-yet@example.test", "en").await;
    let notifiers = [world.notifier().await, world.notifier().await];
    let mut places: Vec<PlaceId> = (0..400).map(|_| PlaceId::new()).collect();
    places[200] = place;
    let fact = room.admitted(&places);
    for _ in 0..5 {
        world.publish(&fact).await;
    }
    eventually("it is told", || async { (room.left().await == 1).then_some(()) }).await;
    world.publish(&fact).await;
    world.publish(&room.admitted(&[other])).await;
    room.told().await;

    let mails = mails_to(&address).await;
    assert_eq!(mails.len(), 1, "however often the fact comes");
    let mail = MessageParser::default().parse(&mails[0]).unwrap();
    assert_eq!(mail.subject(), Some("Sie sind an der Reihe: Hamlet"));
    let text = mail.body_text(0).unwrap();
    let link = format!("https://tickets.example/events/{}/waiting-room?resume=", room.event());
    assert!(text.contains(&link) && text.contains("Globe, London"), "{text}");
    assert!(mail.body_html(0).unwrap().contains("<html lang=\"de\">"));
    let token = text.split("?resume=").nth(1).unwrap().split_whitespace().next().unwrap();
    let claims = world.tokens.verify_place(token).unwrap();
    assert_eq!((claims.sub, claims.event, claims.ordinal), (place, room.event(), 7));
    world.finish(notifiers).await;
}

#[tokio::test]
async fn an_account_is_told_at_its_own_address() {
    let world = World::new().await;
    let room = Room::new(&world).await;
    let fan = room.sale.fan().await;
    let place = PlaceId::new();
    sqlx::query(
        "INSERT INTO turn_notices (id, event_id, place_id, ordinal, channel, locale, user_id)
         VALUES (gen_random_uuid(), $1, $2, 7, 'email', 'fr', $3)",
    )
    .bind(room.event())
    .bind(place)
    .bind(fan)
    .execute(&room.pool)
    .await
    .unwrap();
    let notifier = world.notifier().await;
    world.publish(&room.admitted(&[place])).await;
    room.told().await;
    let mails = mails_to(&format!("{fan}@example.test")).await;
    let mail = MessageParser::default().parse(&mails[0]).unwrap();
    assert_eq!(mail.subject(), Some("C’est votre tour : Hamlet"));
    world.finish([notifier]).await;
}

#[tokio::test]
async fn a_push_can_be_opened_by_its_browser_and_says_who_sent_it() {
    let world = World::new().await;
    let room = Room::new(&world).await;
    let service = PushService::start(&[201]).await;
    let browser = Browser::new(&service);
    let place = room.push_wanted(&browser).await;
    let notifier = world.notifier_with(pushing).await;
    for _ in 0..3 {
        world.publish(&room.admitted(&[PlaceId::new(), place])).await;
    }
    room.told().await;

    let pushed = service.pushed();
    assert_eq!(pushed.len(), 1);
    let message = browser.open(&pushed[0].body);
    assert_eq!((&message["type"], &message["lang"]), (&"turn".into(), &"de".into()), "{message}");
    assert_eq!(message["title"], "Sie sind an der Reihe");
    assert!(message["body"].as_str().unwrap().starts_with("Hamlet: bis "), "{message}");
    assert_eq!(message["url"], format!("/events/{}/waiting-room", room.event()));
    let header = |name: &str| pushed[0].headers[name].to_str().unwrap().to_owned();
    assert_eq!((header("content-encoding"), header("urgency")), ("aes128gcm".into(), "high".into()));
    assert!((60..=120).contains(&header("ttl").parse::<u32>().unwrap()));
    assert_eq!(header("topic"), place.0.simple().to_string());
    let authorization = header("authorization");
    let claims = authorization.strip_prefix("vapid t=").unwrap().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert_eq!(claims["aud"], format!("http://{}", service.address));
    assert_eq!(claims["sub"], "mailto:tickets@onsale.example");
    world.finish([notifier]).await;
}

#[tokio::test]
async fn a_browser_that_is_gone_is_forgotten_everywhere() {
    let world = World::new().await;
    let room = Room::new(&world).await;
    let service = PushService::start(&[410]).await;
    let browser = Browser::new(&service);
    let place = room.push_wanted(&browser).await;
    // It waits elsewhere too, and belongs to an account.
    room.push_wanted(&browser).await;
    sqlx::query(
        "INSERT INTO push_subscriptions (id, user_id, endpoint, p256dh, auth)
         VALUES (gen_random_uuid(), $1, $2, $3, $4)",
    )
    .bind(room.sale.fan().await)
    .bind(&browser.endpoint)
    .bind(browser.public_key())
    .bind(&browser.auth[..])
    .execute(&room.pool)
    .await
    .unwrap();
    let notifier = world.notifier_with(pushing).await;
    world.publish(&room.admitted(&[place])).await;
    room.told().await;
    assert_eq!(room.sale.count("SELECT count(*) FROM push_subscriptions").await, 0);
    assert_eq!(service.asked.load(Ordering::SeqCst), 1);
    world.finish([notifier]).await;
}

#[tokio::test]
async fn a_push_service_that_stumbles_is_tried_again_but_not_for_ever() {
    let world = World::new().await;
    let room = Room::new(&world).await;
    let (stumbles, fails) = (PushService::start(&[503, 500, 201]).await, PushService::start(&[503]).await);
    let refuses = PushService::start(&[403]).await;
    let mut places = Vec::new();
    for service in [&stumbles, &fails, &refuses] {
        places.push(room.push_wanted(&Browser::new(service)).await);
    }
    let notifier = world.notifier_with(pushing).await;
    world.publish(&room.admitted(&places)).await;
    room.told().await;
    assert_eq!(stumbles.pushed().len(), 1);
    let asked = [&stumbles, &fails, &refuses].map(|service| service.asked.load(Ordering::SeqCst));
    assert_eq!(asked, [3, 5, 1]);
    eventually("it is counted", || async { (counted(&notifier, "Failed").await == 2).then_some(()) }).await;
    world.finish([notifier]).await;
}

#[tokio::test]
async fn a_silent_push_service_keeps_neither_mails_nor_other_pushes_waiting() {
    let world = World::new().await;
    let room = Room::new(&world).await;
    let (silent, good) = (PushService::start(&[SILENCE]).await, PushService::start(&[201]).await);
    let mut places = Vec::new();
    for _ in 0..8 {
        places.push(room.push_wanted(&Browser::new(&silent)).await);
    }
    places.push(room.push_wanted(&Browser::new(&good)).await);
    let address = format!("{}@example.test", uuid::Uuid::new_v4());
    places.push(room.mail_wanted(&address, "en").await);
    let notifier = world
        .notifier_with(|config| {
            pushing(config);
            config.turns.push_timeout_ms = 20_000;
        })
        .await;
    world.publish(&room.admitted(&places)).await;
    eventually("the others are told", || async { (room.left().await == 8).then_some(()) }).await;
    assert_eq!((good.pushed().len(), mails_to(&address).await.len()), (1, 1));
    let asked = || silent.asked.load(Ordering::SeqCst);
    eventually("the silent one was asked", || async { (asked() == 8).then_some(()) }).await;
    assert_eq!(counted(&notifier, "Retried").await, 0, "they are still waited for");
    silent.speaks.cancel();
    room.told().await;
    world.finish([notifier]).await;
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_one_more_try() {
    let world = World::new().await;
    let room = Room::new(&world).await;
    let service = PushService::start(&[SILENCE, 201]).await;
    let place = room.push_wanted(&Browser::new(&service)).await;
    let notifier = world
        .notifier_with(|config| {
            pushing(config);
            config.turns.push_timeout_ms = 300;
        })
        .await;
    world.publish(&room.admitted(&[place])).await;
    room.told().await;
    assert_eq!((service.asked.load(Ordering::SeqCst), service.pushed().len()), (2, 1));
    world.finish([notifier]).await;
}

#[tokio::test]
async fn in_production_no_address_of_ours_is_pushed_to() {
    let world = World::new().await;
    let room = Room::new(&world).await;
    let service = PushService::start(&[201]).await;
    let place = room.push_wanted(&Browser::new(&service)).await;
    let notifier = world
        .notifier_with(|config| {
            pushing(config);
            config.push.push_loopback = false;
        })
        .await;
    world.publish(&room.admitted(&[place])).await;
    room.told().await;
    assert_eq!(service.asked.load(Ordering::SeqCst), 0);
    world.finish([notifier]).await;
}

#[tokio::test]
async fn what_is_too_late_is_told_to_nobody_and_forgotten() {
    let world = World::new().await;
    let room = Room::new(&world).await;
    let address = format!("{}@example.test", uuid::Uuid::new_v4());
    let place = room.mail_wanted(&address, "en").await;
    // As left by a notifier that died long ago, for a place that had been admitted.
    sqlx::query(
        "UPDATE turn_notices SET come_in_by = now() - '1 second'::interval, next_try_at = now() WHERE place_id = $1",
    )
    .bind(place)
    .execute(&room.pool)
    .await
    .unwrap();
    let notifier = world.notifier().await;
    room.told().await;
    eventually("it is counted", || async { (counted(&notifier, "Late").await == 1).then_some(()) }).await;
    assert_eq!(mails_to(&address).await.len(), 0);
    world.finish([notifier]).await;
}

#[tokio::test]
async fn a_notifier_that_died_over_a_notice_is_replaced() {
    let world = World::new().await;
    let room = Room::new(&world).await;
    let address = format!("{}@example.test", uuid::Uuid::new_v4());
    let place = room.mail_wanted(&address, "en").await;
    // As left by one that died a moment ago: claimed, its lease not over.
    sqlx::query(
        "UPDATE turn_notices SET come_in_by = now() + '1 minute', next_try_at = now() + '1 second'
         WHERE place_id = $1",
    )
    .bind(place)
    .execute(&room.pool)
    .await
    .unwrap();
    let notifier = world.notifier().await;
    room.told().await;
    assert_eq!(mails_to(&address).await.len(), 1);
    world.finish([notifier]).await;
}
