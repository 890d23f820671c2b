//! Standing: places in an area, by count.

use anyhow::{Context as _, ensure};
use serde_json::json;

use crate::{
    World, door,
    people::Person,
    stage::{self, GOOD_CARD, text},
    steps::Steps,
};

pub(crate) async fn journey(world: &World, steps: &mut Steps) -> anyhow::Result<()> {
    steps.chapter("Standing: the open air, by count");
    let event = stage::event("Open air", &json!({"category": "festival"}))?;
    let seat_map = demo::venues::open_air();
    let publish = world.publish(&event, &seat_map);
    let event = steps.take("the open air is published", publish).await?;
    let fan = steps.take("a fan signs up", Person::fan(&world.api, "Stan D. Ing")).await?;
    let wanted = json!({"areas": [{"area": 0, "quantity": 4}]});
    let hold = async { world.try_hold(&event, &fan, None, &wanted).await?.expect(201) };
    let hold = text(&steps.take("four places in an area are held", hold).await?["id"])?;
    steps.take("the fan checks out", world.check_out(&fan, &hold)).await?;
    let pay = async {
        let booking = world.pay(&fan, &hold, None, GOOD_CARD).await?.expect(201)?;
        let tickets = booking["items"].as_array().context("items")?.len();
        ensure!(tickets == 4, "{tickets} tickets: {booking}");
        Ok(())
    };
    steps.take("the fan pays: four tickets", pay).await?;
    let too_many = async {
        let answer =
            world.try_hold(&event, &fan, None, &json!({"areas": [{"area": 0, "quantity": 3}]})).await?;
        answer.expect_problem(409, "limit-reached")
    };
    steps.take("three more would be over the limit of six a person", too_many).await?;
    door::from_mail_to_door(world, steps, &event, &fan, 4).await
}
