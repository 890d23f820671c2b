//! Bookings, tickets and places: facts from RabbitMQ to the sockets of whom they concern.

use fred::interfaces::SortedSetsInterface as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use shared::{
    clock::Clock,
    contracts::{
        EventKind,
        events::{BookingFact, PlacesAdmitted, TicketFact},
        process_booking::Admission,
    },
    domain::{BookingId, Demand, EventId, PlaceId, TicketId, UserId},
    testing::{Link, eventually, sale::Sale},
    tokens::{PlaceClaims, SocketClaims},
};

use crate::support::{Notifier, Socket, World};

fn fact_of(user_id: UserId) -> BookingFact {
    BookingFact { booking_id: BookingId::new(), event_id: EventId::new(), user_id, reason: None }
}

async fn signed_in(world: &World, notifier: &Notifier, user: UserId) -> Socket {
    let mut socket = notifier.socket().await;
    let token = world.access_token(user, 600);
    socket.ask(json!({"type": "authenticate", "token": token}), "authenticated").await;
    socket.ask(json!({"type": "subscribe", "to": "bookings"}), "subscribed").await;
    socket
}

/// Publishes until the push arrives: the notifier's queue stands a moment after its sockets do.
async fn pushed(world: &World, socket: &mut Socket, kind: EventKind, heard: &str) -> serde_json::Value {
    let event = World::fact(kind);
    let mut beat = tokio::time::interval(std::time::Duration::from_millis(200));
    loop {
        tokio::select! {
            message = socket.await_type(heard) => return message,
            _ = beat.tick() => world.publish(&event).await,
        }
    }
}

#[tokio::test]
async fn every_notifier_pushes_to_the_owner_and_nobody_else() {
    let world = World::new().await;
    let notifiers = [world.notifier().await, world.notifier().await];
    let (owner, other) = (UserId::new(), UserId::new());
    let mut stranger = signed_in(&world, &notifiers[0], other).await;
    for notifier in &notifiers {
        let mut socket = signed_in(&world, notifier, owner).await;
        let fact = BookingFact { reason: Some("seat_taken".into()), ..fact_of(owner) };
        let push = pushed(&world, &mut socket, EventKind::BookingRejected(fact.clone()), "booking").await;
        assert_eq!(push["booking"], json!(fact.booking_id));
        assert_eq!((&push["status"], &push["reason"]), (&json!("rejected"), &json!("seat_taken")));
        let ticket = TicketFact {
            ticket_id: TicketId::new(),
            booking_id: fact.booking_id,
            event_id: fact.event_id,
            user_id: owner,
        };
        let push = pushed(&world, &mut socket, EventKind::TicketUsed(ticket), "ticket").await;
        assert_eq!(push["status"], "used");
    }
    stranger.ask(json!({"type": "ping"}), "pong").await;
    world.finish(notifiers).await;
}

#[tokio::test]
async fn what_was_decided_before_the_subscription_is_told() {
    let world = World::new().await;
    let sale = Sale::open(&world.engines.pool, Demand::Direct, 1).await;
    let user = sale.fan().await;
    let confirmed = sale.accepted(user, &[Admission::Seat(4)]).await;
    sale.commit(&confirmed).await;
    let rejected = sale.accepted(user, &[Admission::Seat(5)]).await;
    sale.commit(&rejected).await;
    let notifier = world.notifier().await;
    let mut socket = signed_in(&world, &notifier, user).await;
    for (booking, status) in [(&confirmed, "confirmed"), (&rejected, "rejected")] {
        let heard = socket.hear("booking").await;
        assert_eq!((&heard["booking"], &heard["status"]), (&json!(booking.booking_id), &json!(status)));
    }
    world.finish([notifier]).await;
}

#[tokio::test]
async fn what_happened_while_rabbitmq_was_away_is_told_afterwards() {
    let world = World::new().await;
    let sale = Sale::open(&world.engines.pool, Demand::Direct, 4).await;
    let user = sale.fan().await;
    let (link, url) = Link::to_url(world.engines.args.amqp_url.expose_secret()).await;
    let notifier = world.notifier_with(|config| config.engines.amqp_url = SecretString::from(url)).await;
    let mut socket = signed_in(&world, &notifier, user).await;
    pushed(&world, &mut socket, EventKind::BookingConfirmed(fact_of(user)), "booking").await;
    link.cut();
    let booking = sale.accepted(user, &[Admission::Seat(4)]).await;
    sale.commit(&booking).await;
    let confirmed = BookingFact {
        booking_id: booking.booking_id,
        event_id: booking.event_id,
        user_id: user,
        reason: None,
    };
    // Goes by: the notifier's queue is gone.
    world.publish(&World::fact(EventKind::BookingConfirmed(confirmed))).await;
    link.heal();
    loop {
        if socket.await_type("booking").await["booking"] == json!(booking.booking_id) {
            break;
        }
    }
    world.finish([notifier]).await;
}

#[tokio::test]
async fn a_place_is_told_when_it_is_admitted_before_and_after_subscribing() {
    let world = World::new().await;
    let notifier = world.notifier().await;
    let (place, event, now_ms) = (PlaceId::new(), EventId::new(), Clock::System.now_ms());
    let claims = PlaceClaims::new(place, event, 7, now_ms / 1000 + 600);
    let token = world.tokens.sign_place(&claims).unwrap();
    let subscribe = json!({"type": "subscribe", "to": "place", "token": token});
    let mut socket = notifier.socket().await;
    let subscribed = socket.ask(subscribe.clone(), "subscribed").await;
    assert_eq!(subscribed["place"], json!(place));
    assert!(!subscribed.to_string().contains(&token), "a token is never repeated");
    assert_eq!(socket.hear("place").await["state"], "waiting");
    let admitted = PlacesAdmitted {
        event_id: event,
        places: vec![PlaceId::new(), place],
        claim_until_ms: now_ms + 60_000,
    };
    let push = loop {
        let push = pushed(&world, &mut socket, EventKind::PlaceAdmitted(admitted.clone()), "place").await;
        // The queue's first connection makes sockets look again: still waiting by the store.
        if push["state"] == "admitted" {
            break push;
        }
    };
    assert_eq!((&push["place"], &push["until_ms"]), (&json!(place), &json!(now_ms + 60_000)));

    let leases = world.engines.redis.event(event).leases();
    let until_ms = now_ms + 90_000;
    #[expect(clippy::cast_precision_loss, reason = "milliseconds are far below 2^53")]
    let lease = (until_ms as f64, "7");
    let _: i64 = world.engines.redis.client().zadd(leases, None, None, false, false, lease).await.unwrap();
    let mut later = notifier.socket().await;
    later.ask(subscribe, "subscribed").await;
    let heard = later.hear("place").await;
    assert_eq!((&heard["state"], &heard["until_ms"]), (&json!("admitted"), &json!(until_ms)));
    world.finish([notifier]).await;
}

#[tokio::test]
async fn bookings_need_a_good_token_and_end_with_it() {
    let world = World::new().await;
    let notifier = world.notifier().await;
    let mut socket = notifier.socket().await;
    let bookings = json!({"type": "subscribe", "to": "bookings"});
    assert_eq!(socket.ask(bookings.clone(), "error").await["code"], "authentication-needed");
    for (token, code) in [("nonsense".to_owned(), "token-invalid"), (expired(&world), "token-expired")] {
        let authenticate = json!({"type": "authenticate", "token": token});
        assert_eq!(socket.ask(authenticate, "error").await["code"], code);
    }
    let user = UserId::new();
    let short = world.access_token(user, 1);
    socket.ask(json!({"type": "authenticate", "token": short}), "authenticated").await;
    socket.ask(bookings.clone(), "subscribed").await;
    assert_eq!(socket.hear("error").await["code"], "token-expired");
    assert_eq!(socket.ask(bookings, "error").await["code"], "authentication-needed");
    world.finish([notifier]).await;
}

fn expired(world: &World) -> String {
    world.access_token(UserId::new(), -60)
}

#[tokio::test]
async fn another_sign_in_on_the_same_socket_hears_only_its_own() {
    let world = World::new().await;
    let notifier = world.notifier().await;
    let (first, second) = (UserId::new(), UserId::new());
    let mut socket = signed_in(&world, &notifier, first).await;
    pushed(&world, &mut socket, EventKind::BookingConfirmed(fact_of(first)), "booking").await;
    let token = world.access_token(second, 600);
    socket.say(json!({"type": "authenticate", "token": token})).await;
    socket.await_type("authenticated").await;
    socket.ask(json!({"type": "subscribe", "to": "bookings"}), "subscribed").await;
    world.publish(&World::fact(EventKind::BookingConfirmed(fact_of(first)))).await;
    let fact = fact_of(second);
    let push = pushed(&world, &mut socket, EventKind::BookingConfirmed(fact.clone()), "booking").await;
    assert_eq!(push["booking"], json!(fact.booking_id));
    let metrics = format!("http://{}/metrics", notifier.address);
    eventually("the socket is counted", || async {
        let (_, metrics) = crate::support::get(&metrics, &[]).await;
        String::from_utf8_lossy(&metrics).contains("onsale_notifier_sockets 1").then_some(())
    })
    .await;
    world.finish([notifier]).await;
}

#[tokio::test]
async fn a_page_whose_session_is_in_cookies_listens_by_socket_token() {
    let world = World::new().await;
    let notifier = world.notifier().await;
    let (owner, until) = (UserId::new(), Clock::System.now_s() + 600);
    let token = world.tokens.sign_socket(&SocketClaims::new(owner, until)).unwrap();
    let mut socket = notifier.socket().await;
    let authenticate = json!({"type": "authenticate", "token": token});
    assert_eq!(socket.ask(authenticate, "authenticated").await["until"], until);
    socket.ask(json!({"type": "subscribe", "to": "bookings"}), "subscribed").await;
    let fact = fact_of(owner);
    let push = pushed(&world, &mut socket, EventKind::BookingConfirmed(fact.clone()), "booking").await;
    assert_eq!(push["booking"], json!(fact.booking_id));
    world.finish([notifier]).await;
}
