//! Deciding and withdrawing bookings, one after the other.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use shared::{
    clock::Clock,
    contracts::{ProcessBooking, process_booking::Admission},
    domain::{BookingStatus, Demand, PaymentId, PaymentStatus, RejectionReason},
    payments::settle,
    store::bookings::{self, Command, Outcome, cancel::cancel},
    testing::{TestEngines, sale::Sale},
};

const SEAT_1: Admission = Admission::Seat(1);
const SEAT_2: Admission = Admission::Seat(2);
const SEAT_3: Admission = Admission::Seat(3);
const PIT: Admission = Admission::Area(0);
const BALCONY: Admission = Admission::Area(1);

async fn decide(sale: &Sale, batch: &[&ProcessBooking]) -> Vec<Outcome> {
    let commands: Vec<Command<'_>> = batch.iter().map(|booking| Command { booking, refused: None }).collect();
    bookings::commit(&sale.pool, &commands, Clock::System.now()).await.unwrap()
}

fn reasons(outcomes: &[Outcome]) -> Vec<Option<RejectionReason>> {
    let reason = |outcome: &Outcome| match outcome {
        Outcome::Decided(decided) => decided.reason,
        Outcome::Invalid(why) => panic!("{why}"),
    };
    outcomes.iter().map(reason).collect()
}

#[tokio::test]
async fn a_batch_is_confirmed_whole_and_says_so_once() {
    let engines = TestEngines::start().await;
    let sale = Sale::open(&engines.pool, Demand::Queue, 4).await;
    let seats = sale.accepted(sale.fan().await, &[SEAT_1, SEAT_2]).await;
    let standing = sale.accepted(sale.fan().await, &[PIT, PIT, BALCONY]).await;
    let outcomes = decide(&sale, &[&seats, &standing]).await;
    for outcome in &outcomes {
        let Outcome::Decided(decided) = outcome else { panic!("{outcome:?}") };
        assert!(decided.fresh && decided.status == BookingStatus::Confirmed);
        assert_eq!(decided.payment, PaymentStatus::Authorized);
    }
    let again = decide(&sale, &[&standing, &seats, &seats]).await;
    assert!(again.iter().all(|outcome| matches!(outcome, Outcome::Decided(decided)
        if !decided.fresh && decided.status == BookingStatus::Confirmed)));
    assert_eq!(sale.count("SELECT count(*) FROM bookings WHERE status = 'confirmed'").await, 2);
    assert_eq!(sale.count("SELECT count(*) FROM tickets WHERE status = 'valid'").await, 5);
    assert_eq!(sale.count("SELECT sum(tickets) FROM buyers").await, 5);
    assert_eq!(sale.count("SELECT sum(sold)::bigint FROM area_stock").await, 3);
    assert_eq!(sale.count("SELECT count(*) FROM outbox WHERE topic = 'booking.confirmed'").await, 2);
    engines.finish().await;
}

#[tokio::test]
async fn one_that_cannot_be_had_is_rejected_and_the_others_are_not_touched() {
    let engines = TestEngines::start().await;
    let sale = Sale::open(&engines.pool, Demand::Queue, 4).await;
    sale.commit(&sale.accepted(sale.fan().await, &[SEAT_1]).await).await;
    let loser = sale.accepted(sale.fan().await, &[SEAT_1, SEAT_2]).await;
    // The loser must not keep seat 2 from this one.
    let winner = sale.accepted(sale.fan().await, &[SEAT_2]).await;
    let late = sale.accepted(sale.fan().await, &[SEAT_2, SEAT_3]).await;
    let greedy = sale.accepted(sale.fan().await, &[PIT; 5]).await;
    let crowd = sale.accepted(sale.fan().await, &[BALCONY; 4]).await;
    let crowded_out = sale.accepted(sale.fan().await, &[BALCONY; 2]).await;
    let nowhere = sale.accepted(sale.fan().await, &[Admission::Area(7)]).await;
    let batch = [&loser, &winner, &late, &greedy, &crowd, &crowded_out, &nowhere];
    assert_eq!(
        reasons(&decide(&sale, &batch).await),
        [
            Some(RejectionReason::SeatTaken),
            None,
            Some(RejectionReason::SeatTaken),
            Some(RejectionReason::LimitReached),
            None,
            Some(RejectionReason::AreaFull),
            Some(RejectionReason::AreaFull),
        ]
    );
    assert_eq!(sale.count("SELECT count(*) FROM outbox WHERE topic = 'booking.rejected'").await, 5);
    assert_eq!(sale.count("SELECT sum(sold)::bigint FROM area_stock").await, 4);
    engines.finish().await;
}

#[tokio::test]
async fn a_limit_counts_what_the_person_already_has() {
    let engines = TestEngines::start().await;
    let sale = Sale::open(&engines.pool, Demand::Queue, 3).await;
    let fan = sale.fan().await;
    let first = sale.accepted(fan, &[SEAT_1, SEAT_2]).await;
    let second = sale.accepted(fan, &[SEAT_3, PIT]).await;
    let third = sale.accepted(fan, &[PIT]).await;
    assert_eq!(
        reasons(&decide(&sale, &[&first, &second, &third]).await),
        [None, Some(RejectionReason::LimitReached), None]
    );
    engines.finish().await;
}

#[tokio::test]
async fn a_booking_without_money_or_without_an_event_on_sale_is_rejected() {
    let engines = TestEngines::start().await;
    let sale = Sale::open(&engines.pool, Demand::Queue, 4).await;
    let unpaid = sale.accepted(sale.fan().await, &[SEAT_1]).await;
    let charge = shared::payments::Charge { payment_id: unpaid.payment_id, reference: None };
    settle::void(&sale.pool, &sale.gateway, &[charge]).await.unwrap();
    let lost = sale.accepted(sale.fan().await, &[SEAT_2]).await;
    let commands = [
        Command { booking: &unpaid, refused: None },
        Command { booking: &lost, refused: Some(RejectionReason::HoldLost) },
    ];
    let outcomes = bookings::commit(&sale.pool, &commands, Clock::System.now()).await.unwrap();
    assert_eq!(reasons(&outcomes), [Some(RejectionReason::PaymentVoided), Some(RejectionReason::HoldLost)]);
    let too_late = sale.accepted(sale.fan().await, &[SEAT_3]).await;
    sqlx::query("UPDATE events SET status = 'cancelled'").execute(&sale.pool).await.unwrap();
    assert_eq!(sale.commit(&too_late).await.reason, Some(RejectionReason::EventNotOnSale));
    engines.finish().await;
}

#[tokio::test]
async fn a_command_that_fits_no_payment_makes_no_booking() {
    let engines = TestEngines::start().await;
    let sale = Sale::open(&engines.pool, Demand::Queue, 4).await;
    let good = sale.accepted(sale.fan().await, &[SEAT_1]).await;
    let unknown = ProcessBooking { payment_id: PaymentId::new(), ..good.clone() };
    let mut dearer = sale.accepted(sale.fan().await, &[SEAT_2]).await;
    dearer.items[0].price_minor += 1;
    let stranger =
        ProcessBooking { user_id: sale.fan().await, ..sale.accepted(sale.fan().await, &[SEAT_3]).await };
    let mut odd = sale.accepted(sale.fan().await, &[Admission::Seat(u32::MAX)]).await;
    odd.items[0].what = Admission::Seat(u32::MAX);
    for wrong in [unknown, dearer, stranger, odd] {
        let outcomes = decide(&sale, &[&wrong]).await;
        assert!(matches!(outcomes[..], [Outcome::Invalid(_)]), "{outcomes:?}");
    }
    assert_eq!(sale.count("SELECT count(*) FROM bookings").await, 0);
    assert_eq!(sale.commit(&good).await.status, BookingStatus::Confirmed);
    engines.finish().await;
}

#[tokio::test]
async fn a_cancelled_booking_returns_everything_once() {
    let engines = TestEngines::start().await;
    let sale = Sale::open(&engines.pool, Demand::Queue, 4).await;
    let fan = sale.fan().await;
    let booking = sale.accepted(fan, &[SEAT_1, PIT, PIT, BALCONY]).await;
    let decided = sale.commit(&booking).await;
    settle::capture(&sale.pool, &sale.gateway, &[decided.charge]).await.unwrap();

    let mut tx = sale.pool.begin().await.unwrap();
    let cancelled = cancel(&mut tx, &[booking.booking_id], Clock::System.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((cancelled[0].seats.as_slice(), cancelled[0].areas.len()), ([1].as_slice(), 2));
    assert_eq!(cancelled[0].payment, PaymentStatus::Captured);
    for _ in 0..2 {
        settle::refund(&sale.pool, &sale.gateway, &[cancelled[0].charge.clone()]).await.unwrap();
    }
    let mut tx = sale.pool.begin().await.unwrap();
    assert!(cancel(&mut tx, &[booking.booking_id], Clock::System.now()).await.unwrap().is_empty());
    tx.commit().await.unwrap();

    assert_eq!(sale.count("SELECT count(*) FROM bookings WHERE status = 'refunded'").await, 1);
    assert_eq!(sale.count("SELECT sum(tickets) FROM buyers").await, 0);
    assert_eq!(sale.count("SELECT sum(sold)::bigint FROM area_stock").await, 0);
    assert_eq!(sale.count("SELECT refunded_minor FROM sandbox_gateway.charges").await, 4 * 4_500);
    assert_eq!(sale.count("SELECT count(*) FROM outbox WHERE topic = 'booking.cancelled'").await, 1);
    let next = sale.accepted(sale.fan().await, &[SEAT_1]).await;
    assert_eq!(sale.commit(&next).await.status, BookingStatus::Confirmed, "the seat is free again");
    engines.finish().await;
}
