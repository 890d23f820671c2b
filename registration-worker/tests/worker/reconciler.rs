//! What a crash or a silent gateway leaves is found and finished.

use registration_worker::reconciler::reconcile;
use shared::{
    contracts::process_booking::Admission,
    domain::{BookingStatus, SeatState, UserId},
    payments::settle,
    testing::sale::GOOD_CARD,
};

use crate::support::Bench;

/// Everything is old enough at once.
const AT_ONCE: [&str; 3] =
    ["--abandon-after-seconds=0", "--settle-after-seconds=0", "--process-after-seconds=0"];
const SEAT: [Admission; 1] = [Admission::Seat(1)];

#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_that_was_never_accepted_is_given_up_with_its_money() {
    let bench = Bench::start().await;
    let command = bench.sale.authorized_with(bench.sale.fan().await, &SEAT, GOOD_CARD).await;
    // Its answer was lost: charged at the gateway, unknown here.
    let unheard = bench.sale.authorized_with(bench.sale.fan().await, &SEAT, GOOD_CARD).await;
    sqlx::query("UPDATE payments SET status = 'pending', gateway_reference = NULL WHERE id = $1")
        .bind(unheard.payment_id)
        .execute(&bench.engines.pool)
        .await
        .unwrap();
    reconcile(&bench.worker(&["--settle-after-seconds=0"])).await.unwrap();
    assert_eq!(bench.payment(&command).await, "authorized", "it is young");
    reconcile(&bench.worker(&AT_ONCE)).await.unwrap();
    assert_eq!(bench.payment(&command).await, "voided");
    assert_eq!(bench.payment(&unheard).await, "voided");
    let open = "SELECT count(*) FROM sandbox_gateway.charges WHERE status <> 'voided'";
    assert_eq!(bench.sale.count(open).await, 0);
    assert_eq!(bench.sale.count("SELECT count(*) FROM bookings").await, 0, "the fan was told nothing");
    // The command arrives after all: no booking, no money.
    assert_eq!(bench.sale.commit(&command).await.status, BookingStatus::Rejected);
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_booking_whose_command_was_lost_is_processed() {
    let bench = Bench::start().await;
    let command = bench.sale.accepted(bench.sale.fan().await, &SEAT).await;
    reconcile(&bench.worker(&AT_ONCE)).await.unwrap();
    assert_eq!(bench.status(&command).await, Some(BookingStatus::Confirmed));
    assert_eq!(bench.payment(&command).await, "captured");
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn decided_bookings_are_settled() {
    let bench = Bench::start().await;
    let confirmed = bench.sale.accepted(bench.sale.fan().await, &SEAT).await;
    let rejected = bench.sale.accepted(bench.sale.fan().await, &SEAT).await;
    bench.sale.commit(&confirmed).await;
    bench.sale.commit(&rejected).await;
    let worker = bench.worker(&AT_ONCE);
    let (first, second) = tokio::join!(reconcile(&worker), reconcile(&worker));
    first.unwrap();
    second.unwrap();
    assert_eq!(bench.payment(&confirmed).await, "captured");
    assert_eq!(bench.payment(&rejected).await, "voided");
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_booking_gets_its_money_whatever_was_captured() {
    let bench = Bench::start().await;
    let worker = bench.worker(&AT_ONCE);
    let mut commands = Vec::new();
    for seat in 0..3 {
        let command = bench.sale.accepted(bench.sale.fan().await, &[Admission::Seat(seat)]).await;
        let decided = bench.sale.commit(&command).await;
        match seat {
            // Captured.
            0 => {
                let captured =
                    settle::capture(&bench.sale.pool, &bench.sale.gateway, &[decided.charge]).await;
                assert_eq!(captured.unwrap().done.len(), 1);
            }
            // Captured at the gateway, its answer lost.
            1 => {
                use shared::payments::PaymentGateway as _;
                assert!(bench.sale.gateway.capture(&[decided.charge]).await[0].is_ok());
            }
            // Not captured yet.
            _ => {}
        }
        commands.push(command);
    }
    let ids: Vec<_> = commands.iter().map(|command| command.booking_id).collect();
    assert_eq!(worker.processor.cancel(&ids).await.unwrap().len(), 3);
    reconcile(&worker).await.unwrap();
    for command in &commands {
        assert_eq!(bench.status(command).await, Some(BookingStatus::Refunded));
    }
    let kept = "SELECT sum(captured_minor - refunded_minor)::bigint FROM sandbox_gateway.charges";
    assert_eq!(bench.sale.count(kept).await, 0);
    let held = "SELECT count(*) FROM sandbox_gateway.charges WHERE status = 'authorized'";
    assert_eq!(bench.sale.count(held).await, 0);
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_can_never_be_captured_cancels_the_booking() {
    let bench = Bench::start().await;
    let worker = bench.worker(&AT_ONCE);
    let command = bench.sale.accepted(bench.sale.fan().await, &SEAT).await;
    bench.sale.commit(&command).await;
    sqlx::query("UPDATE sandbox_gateway.charges SET status = 'voided'")
        .execute(&bench.sale.pool)
        .await
        .unwrap();
    reconcile(&worker).await.unwrap();
    reconcile(&worker).await.unwrap();
    assert_eq!(bench.status(&command).await, Some(BookingStatus::Refunded));
    assert_eq!(bench.payment(&command).await, "voided");
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_called_off_refunds_everybody() {
    let bench = Bench::start().await;
    let mut commands = Vec::new();
    for seat in 0..30 {
        let what = [Admission::Seat(seat), Admission::Area(0)];
        let command = bench.sale.accepted(bench.sale.fan().await, &what).await;
        bench.send(&command).await;
        commands.push(command);
    }
    let running = bench.run(&["--settle-after-seconds=1"]);
    for command in &commands {
        bench.eventually_payment(command, "captured").await;
    }
    sqlx::query("UPDATE events SET status = 'cancelled'").execute(&bench.sale.pool).await.unwrap();
    for command in &commands {
        bench.eventually_status(command, BookingStatus::Refunded).await;
    }
    assert_eq!(bench.sale.count("SELECT count(*) FROM tickets WHERE status = 'cancelled'").await, 60);
    assert_eq!(bench.sale.count("SELECT sum(sold)::bigint FROM area_stock").await, 0);
    bench.eventually_count("SELECT count(*) FROM outbox WHERE topic = 'booking.cancelled'", 30).await;
    assert_eq!(bench.seat(running.worker.processor.holds(), 0).await, SeatState::Available);
    running.stop().await;
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_forgotten_in_time_unless_it_bought() {
    let bench = Bench::start().await;
    let make = async |days: i32| -> UserId {
        let id = UserId::new();
        sqlx::query(
            "INSERT INTO users (id, guest, forget_at) VALUES ($1, true, now() + make_interval(days => $2))",
        )
        .bind(id)
        .bind(days)
        .execute(&bench.engines.pool)
        .await
        .unwrap();
        id
    };
    let (idle, young, buyer) = (make(-1).await, make(1).await, make(-1).await);
    sqlx::query(
        "INSERT INTO refresh_tokens (id, family_id, user_id, token_hash, expires_at)
         VALUES ($1, $1, $1, decode(repeat('00', 32), 'hex'), now())",
    )
    .bind(idle)
    .execute(&bench.engines.pool)
    .await
    .unwrap();
    bench.sale.accepted(buyer, &SEAT).await;
    let worker = bench.worker(&[]);
    let (first, second) = tokio::join!(reconcile(&worker), reconcile(&worker));
    first.and(second).unwrap();
    let kept: Vec<UserId> = sqlx::query_scalar("SELECT id FROM users WHERE guest ORDER BY id")
        .fetch_all(&bench.engines.pool)
        .await
        .unwrap();
    assert_eq!(kept, [young, buyer]);
    assert_eq!(bench.sale.count("SELECT count(*) FROM users WHERE forget_at IS NOT NULL").await, 1);
    bench.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_no_map_names_are_removed_in_time() {
    let bench = Bench::start().await;
    for (letter, days, named) in [("a", 8, false), ("b", 6, false), ("c", 800, true)] {
        sqlx::query(
            "INSERT INTO seat_map_files (hash, media_type, content, wanted_at, named)
             VALUES (repeat($1, 64), 'image/jpeg', '', now() - make_interval(days => $2), $3)",
        )
        .bind(letter)
        .bind(days)
        .bind(named)
        .execute(&bench.engines.pool)
        .await
        .unwrap();
    }
    let worker = bench.worker(&[]);
    let (first, second) = tokio::join!(reconcile(&worker), reconcile(&worker));
    first.and(second).unwrap();
    let kept: Vec<String> = sqlx::query_scalar("SELECT left(hash, 1) FROM seat_map_files ORDER BY hash")
        .fetch_all(&bench.engines.pool)
        .await
        .unwrap();
    assert_eq!(kept, ["b", "c"]);
    bench.finish().await;
}
