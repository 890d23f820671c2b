//! What goes wrong in life: a declined card, an expired hold, a cancelled booking.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use client::Call;
use serde_json::{Value, json};

use crate::{
    World, door,
    mail::read_codes,
    people::Person,
    stage::{self, DECLINED_CARD, GOOD_CARD, now_ms, text},
    steps::Steps,
};

/// How long the holds of this chapter's event live.
const HOLD_SECONDS: u64 = 6;

pub(crate) async fn journey(world: &World, steps: &mut Steps) -> anyhow::Result<()> {
    steps.chapter("Trouble: a declined card, an expired hold, a cancelled booking");
    let event = stage::event("Trouble", &json!({"hold_seconds": HOLD_SECONDS}))?;
    let seat_map = demo::venues::theatre();
    let publish = world.publish(&event, &seat_map);
    let event = steps.take("a theatre with short holds is published", publish).await?;
    let fan = steps.take("a fan signs up", Person::fan(&world.api, "Murphy")).await?;

    let first = steps.take("two seats are held", hold(world, &event, &fan)).await?;
    let id = text(&first["id"])?;
    steps.take("the hold runs out and its seats are free again", runs_out(world, &event, &first)).await?;
    let late = async {
        world.api.call(Call::post(format!("/api/holds/{id}/checkout"), &json!({})).by(&fan.token)).await
    };
    let late = steps.take("checking out comes too late", late).await?;
    ensure!([404, 410].contains(&late.status.as_u16()), "an expired hold checks out: {}", late.json());

    let second = text(&steps.take("the same seats are held again", hold(world, &event, &fan)).await?["id"])?;
    steps.take("the fan checks out", world.check_out(&fan, &second)).await?;
    let decline = async {
        world.pay(&fan, &second, None, DECLINED_CARD).await?.expect_problem(402, "payment-declined")
    };
    steps.take("the first card is declined, the seats stay held", decline).await?;
    let pay = async { world.pay(&fan, &second, None, GOOD_CARD).await?.expect(201) };
    let booking = text(&steps.take("the second card pays", pay).await?["id"])?;

    let mail = steps.take("the mail comes", world.mailbox.wait_for(&fan.email, "")).await?;
    let codes = read_codes(mail.pdf.as_deref().context("no PDF")?).await?;
    steps.take("the booking is cancelled", cancel(world, &fan, &booking)).await?;
    let refunded =
        steps.take("the money is returned", world.booking_becomes(&fan, &booking, "refunded")).await?;
    ensure!(refunded["id"] == booking, "another booking: {refunded}");
    let code = codes.first().context("a code")?;
    steps.take("the door refuses its ticket", door::scan(world, &event, code, "cancelled")).await?;
    let again = async { hold(world, &event, &fan).await };
    steps.take("its seats can be held again", again).await.map(|_| ())
}

async fn hold(world: &World, event: &str, fan: &Person) -> anyhow::Result<Value> {
    world.try_hold(event, fan, None, &json!({"seats": [10, 11]})).await?.expect(201)
}

/// Waits until the live map shows the seats free, which must not be before the deadline.
async fn runs_out(world: &World, event: &str, hold: &Value) -> anyhow::Result<()> {
    let deadline_ms = hold["deadline_ms"].as_i64().context("a deadline")?;
    let give_up_ms = deadline_ms + 10_000;
    loop {
        let states = world.seat_states(event).await?;
        if states.get(10..12) == Some(&[0, 0][..]) {
            // The clocks of Redis and of this program may differ by a little.
            ensure!(now_ms() > deadline_ms - 1_000, "the seats came free before their deadline");
            return Ok(());
        }
        ensure!(now_ms() < give_up_ms, "the seats are still {:?}", states.get(10..12));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn cancel(world: &World, fan: &Person, booking: &str) -> anyhow::Result<()> {
    let call = Call::post(format!("/api/bookings/{booking}/cancel"), &json!({})).by(&fan.token);
    let answer = world.api.call(call).await?;
    ensure!(answer.status.is_success(), "cancelling: {} {}", answer.status, answer.json());
    Ok(())
}
