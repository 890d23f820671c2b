//! Low demand: seats, payment, confirmed in the same response; the same mail, the same ticket.

use anyhow::ensure;
use serde_json::json;

use crate::{
    World, door,
    people::Person,
    stage::{self, GOOD_CARD, text},
    steps::Steps,
};

pub(crate) async fn journey(world: &World, steps: &mut Steps) -> anyhow::Result<()> {
    steps.chapter("Low demand: the theatre, booked directly");
    let event = stage::event("Theatre", &json!({"category": "theatre"}))?;
    let seat_map = demo::venues::theatre();
    let publish = world.publish(&event, &seat_map);
    let event = steps.take("the theatre is published", publish).await?;
    let fan = steps.take("a fan signs up", Person::fan(&world.api, "Gréta Ελληνική")).await?;
    let wanted = json!({"seats": [3, 4, 5]});
    let hold = async { world.try_hold(&event, &fan, None, &wanted).await?.expect(201) };
    let hold = text(&steps.take("three seats are held", hold).await?["id"])?;
    let checkout = steps.take("the fan checks out", world.check_out(&fan, &hold)).await?;
    let pay = async {
        let booking = world.pay(&fan, &hold, None, GOOD_CARD).await?.expect(201)?;
        ensure!(booking["status"] == "confirmed", "not confirmed at once: {booking}");
        ensure!(booking["id"] == checkout["booking_id"], "another booking: {booking}");
        Ok(())
    };
    steps.take("the fan pays: 201, confirmed at once", pay).await?;
    door::from_mail_to_door(world, steps, &event, &fan, 3).await
}
