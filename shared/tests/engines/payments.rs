//! The sandbox gateway: every card, and nothing twice.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use shared::{
    domain::{Money, PaymentId},
    payments::{
        Authorization, Charge, ChargeReference, Decline, GatewayError, PaymentGateway as _, PaymentMethod,
        authorize, sandbox::SandboxGateway,
    },
    testing::TestEngines,
};

fn wish(card: &str, attempt: i32, payment_id: PaymentId) -> Authorization {
    let amount = Money::new(9_000, "EUR".parse().unwrap());
    Authorization { payment_id, attempt, amount, method: PaymentMethod::SandboxCard { number: card.into() } }
}

fn charge(payment_id: PaymentId, reference: &ChargeReference) -> Charge {
    Charge { payment_id, reference: Some(reference.clone()) }
}

#[tokio::test]
async fn a_key_reserves_once_however_often_it_is_asked() {
    let engines = TestEngines::start().await;
    let gateway = SandboxGateway::new(engines.pool.clone());
    let wish = wish("4242 4242 4242 4242", 0, PaymentId::new());
    let first = gateway.authorize(&wish).await.unwrap();
    let again = futures_util::future::join_all((0..20).map(|_| gateway.authorize(&wish))).await;
    assert!(again.into_iter().all(|reference| reference.unwrap() == first));
    let charges: i64 = sqlx::query_scalar("SELECT count(*) FROM sandbox_gateway.charges")
        .fetch_one(&engines.pool)
        .await
        .unwrap();
    assert_eq!(charges, 1);
    engines.finish().await;
}

#[tokio::test]
async fn a_declined_card_says_why_and_the_next_attempt_takes_another() {
    let engines = TestEngines::start().await;
    let gateway = SandboxGateway::new(engines.pool.clone());
    let payment = PaymentId::new();
    for (attempt, card, reason) in [
        (0, "4000000000000002", Decline::CardDeclined),
        (1, "4000000000009995", Decline::InsufficientFunds),
        (2, "1", Decline::UnknownCard),
    ] {
        for _ in 0..2 {
            let declined = gateway.authorize(&wish(card, attempt, payment)).await;
            assert!(matches!(declined, Err(GatewayError::Declined(said)) if said == reason));
        }
    }
    gateway.authorize(&wish("4242424242424242", 3, payment)).await.unwrap();
    engines.finish().await;
}

#[tokio::test]
async fn a_lost_answer_is_found_by_asking_again() {
    let engines = TestEngines::start().await;
    let gateway = SandboxGateway::new(engines.pool.clone());
    let lost = wish("4000000000000259", 0, PaymentId::new());
    let error = gateway.authorize(&lost).await.unwrap_err();
    assert!(error.retryable());
    gateway.authorize(&lost).await.unwrap();
    authorize(&gateway, &wish("4000000000000259", 0, PaymentId::new())).await.unwrap();
    engines.finish().await;
}

#[tokio::test]
async fn money_moves_once_and_only_the_way_it_may() {
    let engines = TestEngines::start().await;
    let gateway = SandboxGateway::new(engines.pool.clone());
    let (kept, let_go) = (PaymentId::new(), PaymentId::new());
    let kept = charge(kept, &gateway.authorize(&wish("4242424242424242", 0, kept)).await.unwrap());
    let let_go = charge(let_go, &gateway.authorize(&wish("4242424242424242", 0, let_go)).await.unwrap());
    // By its payment alone: the answer with the reference may have been lost.
    let unnamed = Charge { reference: None, ..let_go.clone() };
    for _ in 0..2 {
        assert!(gateway.void(std::slice::from_ref(&unnamed)).await[0].is_ok());
    }
    let both = [kept.clone(), let_go.clone()];
    for _ in 0..2 {
        let captured = gateway.capture(&both).await;
        assert!(captured[0].is_ok());
        assert!(matches!(captured[1], Err(GatewayError::Permanent(_))), "what was let go is gone");
    }
    assert!(matches!(gateway.void(&both).await[..], [Err(GatewayError::Permanent(_)), Ok(())]));
    for _ in 0..2 {
        assert!(gateway.refund(std::slice::from_ref(&kept)).await[0].is_ok());
    }
    let (captured, refunded): (i64, i64) = sqlx::query_as(
        "SELECT sum(captured_minor)::bigint, sum(refunded_minor)::bigint FROM sandbox_gateway.charges",
    )
    .fetch_one(&engines.pool)
    .await
    .unwrap();
    assert_eq!((captured, refunded), (9_000, 9_000));
    engines.finish().await;
}
