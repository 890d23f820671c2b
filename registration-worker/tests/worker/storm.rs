//! Everything at once: many fans for few seats, commands sent twice or lost, slow cards, cancellations, impatient
//! reconcilers beside the workers, and Redis forgetting everything in between. The audit is the judge.

use std::sync::Arc;

use audit::Audit;
use futures_util::{StreamExt as _, stream};
use shared::{
    contracts::process_booking::Admission,
    testing::{
        eventually, in_time,
        sale::{GOOD_CARD, SLOW_CAPTURE_CARD},
    },
};

use crate::support::Bench;

const FANS: u32 = 240;
const SEATS: u32 = 90;
/// More than there are connections, not so many that one waits for the rest of them.
const AT_ONCE: usize = 60;

/// One fan: pays for two seats, or a place in the small area, or in the large one.
async fn buy(bench: &Bench, number: u32) {
    let what = match number % 8 {
        0 => vec![Admission::Area(0); 2],
        1 => vec![Admission::Area(1)],
        _ => vec![Admission::Seat(number * 7 % SEATS), Admission::Seat((number * 7 + 1) % SEATS)],
    };
    let card = if number.is_multiple_of(40) { SLOW_CAPTURE_CARD } else { GOOD_CARD };
    let accepted = async { bench.sale.accepted_with(bench.sale.fan().await, &what, card).await };
    let command = in_time("a booking is accepted", accepted).await;
    match number % 10 {
        // Lost by the broker: the payment remembers it.
        0 => {}
        1 => {
            bench.send(&command).await;
            bench.send(&command).await;
        }
        _ => bench.send(&command).await,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_at_once_the_promises_hold() {
    let bench = Arc::new(Bench::start().await);
    let arguments = ["--settle-after-seconds=0", "--process-after-seconds=0", "--batch-size=20"];
    let workers = [bench.run(&arguments), bench.run(&arguments)];
    let fans = tokio::spawn({
        let bench = Arc::clone(&bench);
        async move {
            let fans = stream::iter(0..FANS).map(|number| buy(&bench, number));
            fans.buffer_unordered(AT_ONCE).for_each(|()| async {}).await;
        }
    });
    bench.eventually_count("SELECT (count(*) > 60)::integer::bigint FROM bookings", 1).await;
    bench.engines.lose_redis().await;
    let confirmed: Vec<uuid::Uuid> =
        sqlx::query_scalar("SELECT id FROM bookings WHERE status = 'confirmed' ORDER BY id LIMIT 20")
            .fetch_all(&bench.engines.pool)
            .await
            .unwrap();
    let processor = &workers[0].worker.processor;
    for id in confirmed {
        let ids = [shared::domain::BookingId(id)];
        let cancelled = in_time("a booking is cancelled", processor.cancel(&ids)).await.unwrap();
        // Half of the cancellations are left to the reconcilers.
        if id.as_u128().is_multiple_of(2) {
            in_time("its money returns", processor.return_cancelled(&cancelled)).await.unwrap();
        }
    }
    fans.await.unwrap();
    let audit = Audit { pool: bench.engines.pool.clone(), broker: bench.engines.broker(), mailbox: None };
    let findings = eventually("everything is settled", async || {
        let findings = audit.look().await.unwrap();
        findings[..3].iter().all(|finding| finding.unsettled.is_empty()).then_some(findings)
    })
    .await;
    // The first three promises are the workers'; no notifier runs here.
    for finding in &findings[..3] {
        assert!(finding.holds(), "{finding}");
    }
    assert_eq!(bench.sale.count("SELECT count(*) FROM bookings").await, i64::from(FANS));
    for worker in workers {
        worker.stop().await;
    }
    Arc::into_inner(bench).unwrap().finish().await;
}
