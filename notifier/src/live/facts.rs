//! Facts from RabbitMQ to the sockets they concern.

use std::sync::Arc;

use lapin::options::BasicAckOptions;
use shared::{
    broker::{BrokerAddress, Consumer, answered, topology::Queue},
    contracts::{
        Event, EventKind,
        events::{BookingFact, OfferFact, PlacesAdmitted},
    },
    domain::{BookingStatus, MessageId, TicketStatus},
};
use tokio_util::sync::CancellationToken;

use crate::sockets::{
    Hub, Topic,
    protocol::{PlaceState, Reply},
};

/// Facts that may be on their way to this process.
const PREFETCH: u16 = 500;
/// So many are acknowledged by one word.
const ACKNOWLEDGED: usize = 100;

/// Pushes facts until `shutdown`. The queue lives as long as its connection: after each new one, sockets look
/// again at what they may have missed.
pub(crate) async fn push_facts(broker: BrokerAddress, hub: Arc<Hub>, shutdown: CancellationToken) {
    // A name of its own each time the process starts: the broker may still hold the old queue for a dead connection.
    let queue = Queue::Push { instance: MessageId::new().to_string() };
    let mut consumer = Consumer::new(broker, queue, PREFETCH, shutdown);
    let mut opened = consumer.opened();
    let mut pushed: usize = 0;
    loop {
        let delivery = tokio::select! {
            delivery = consumer.recv() => delivery,
            Ok(()) = opened.changed() => {
                hub.refresh();
                continue;
            }
        };
        let Some(delivery) = delivery else { return };
        match serde_json::from_slice::<Event>(&delivery.data) {
            Ok(event) => push(&hub, &event.kind),
            // Another version may know more kinds.
            Err(error) => tracing::warn!(%error, "live: a fact that cannot be read"),
        }
        pushed += 1;
        if pushed.is_multiple_of(ACKNOWLEDGED) {
            // Of a connection that is gone: nothing to acknowledge, and it is not delivered again.
            let _ = answered(delivery.ack(BasicAckOptions { multiple: true })).await;
        }
    }
}

fn push(hub: &Hub, kind: &EventKind) {
    match kind {
        EventKind::BookingConfirmed(fact) => push_booking(hub, fact, BookingStatus::Confirmed),
        EventKind::BookingRejected(fact) => push_booking(hub, fact, BookingStatus::Rejected),
        EventKind::BookingCancelled(fact) => push_booking(hub, fact, BookingStatus::Cancelled),
        EventKind::PlaceAdmitted(admitted) => push_places(hub, admitted),
        EventKind::TicketUsed(fact) => {
            let reply = Reply::Ticket {
                ticket: fact.ticket_id,
                booking: fact.booking_id,
                event: fact.event_id,
                status: TicketStatus::Used,
            };
            push_if_wanted(hub, Topic::Bookings(fact.user_id), &reply);
        }
        EventKind::OfferMade(fact) => push_offer(hub, fact, "offered"),
        EventKind::OfferLapsed(fact) => push_offer(hub, fact, "lapsed"),
        // A mail, no news.
        EventKind::MailRequested(_) => {}
    }
}

fn push_booking(hub: &Hub, fact: &BookingFact, status: BookingStatus) {
    let (booking, event) = (fact.booking_id, fact.event_id);
    let reply = Reply::Booking { booking, event, status, reason: fact.reason.clone() };
    push_if_wanted(hub, Topic::Bookings(fact.user_id), &reply);
}

fn push_offer(hub: &Hub, fact: &OfferFact, state: &'static str) {
    let (event, hold, until_ms) = (fact.event_id, fact.hold_id, fact.until_ms);
    push_if_wanted(hub, Topic::Bookings(fact.user_id), &Reply::Offer { event, hold, state, until_ms });
}

fn push_places(hub: &Hub, admitted: &PlacesAdmitted) {
    for place in admitted.places.iter().copied() {
        let reply = Reply::Place {
            place,
            event: admitted.event_id,
            state: PlaceState::Admitted,
            until_ms: Some(admitted.claim_until_ms),
        };
        push_if_wanted(hub, Topic::Place(place), &reply);
    }
}

fn push_if_wanted(hub: &Hub, topic: Topic, reply: &Reply) {
    if hub.has_audience(topic) {
        hub.push(topic, &reply.encode());
    }
}
