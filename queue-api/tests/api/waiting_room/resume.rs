//! A place that comes along to another device, and what somebody who waits is told of the stock.

use super::{
    Fixture, Wishes,
    page::{Visitor, goes_to, shown},
};

/// The token in the link that the page shows.
fn token_in(page: &str) -> &str {
    page.split_once("waiting-room?resume=").unwrap().1.split_once('"').unwrap().0
}

#[tokio::test]
async fn a_link_brings_the_place_to_another_device_but_not_over_one_that_waits() {
    let room = Fixture::new(Wishes::default()).await;
    let [phone, laptop, other] = [(); 3].map(|()| Visitor::new(&room));
    phone.press("join").await;
    let page = phone.see().await;
    let link = format!("{}?resume={}", phone.address(), token_in(&page));
    let name = format!("onsale_place_{}", room.event.0.simple());
    let kept = |visitor: &Visitor<'_>| visitor.browser.cookie(&name).map(|cookie| cookie.value);

    assert_eq!(goes_to(&laptop.browser.get(&link).await), laptop.address());
    assert_eq!(kept(&laptop), kept(&phone));
    assert_eq!(shown(&laptop.see().await), ["lobby"]);
    assert_eq!(goes_to(&laptop.browser.get(&link).await), laptop.address(), "the same once more");

    other.press("join").await;
    let own = kept(&other);
    let back = goes_to(&other.browser.get(&format!("{link}&lang=de")).await).to_owned();
    assert_eq!(back, format!("{}?kept=own&lang=de", other.address()));
    let said = other.browser.get(&format!("{}?kept=own", other.address())).await;
    assert!(String::from_utf8_lossy(&said.bytes).contains("has a place of its own"));
    assert_eq!(kept(&other), own);
    other.press("leave").await;
    assert_eq!(goes_to(&other.browser.get(&link).await), other.address());
    assert_eq!(kept(&other), kept(&phone));

    let stranger = Visitor::new(&room);
    let back = goes_to(&stranger.browser.get(&format!("{link}x")).await).to_owned();
    assert_eq!(back, format!("{}?kept=none", stranger.address()));
    let said = stranger.browser.get(&back).await;
    assert!(String::from_utf8_lossy(&said.bytes).contains("leads to no place"));
    assert_eq!(kept(&stranger), None);
    assert_eq!(room.view().await.joined, 2);
    room.finish().await;
}

#[tokio::test]
async fn a_place_that_waits_gives_way_to_one_whose_turn_it_is() {
    let room = Fixture::new(Wishes { cap: 1, ..Wishes::default() }).await;
    let [first, second] = [(); 2].map(|()| Visitor::new(&room));
    first.press("join").await;
    room.open().await;
    let page = first.until("turn").await;
    second.press("join").await;
    second.until("line").await;
    let link = format!("{}?resume={}", first.address(), token_in(&page));
    assert_eq!(goes_to(&second.browser.get(&link).await), second.address());
    assert_eq!(shown(&second.see().await), ["turn"]);
    room.finish().await;
}

#[tokio::test]
async fn the_link_is_there_as_a_qr_code_for_those_who_have_the_place() {
    let room = Fixture::new(Wishes::default()).await;
    let fan = Visitor::new(&room);
    let code = format!("{}/link.svg", fan.address());
    fan.browser.get(&code).await.problem(404, "no-place");
    fan.press("join").await;
    let svg = fan.browser.get(&code).await;
    assert_eq!((svg.status.as_u16(), &svg.headers["cache-control"]), (200, &"no-store".parse().unwrap()));
    assert_eq!(svg.headers["content-type"], "image/svg+xml");
    assert!(svg.bytes.starts_with(b"<?xml") || svg.bytes.starts_with(b"<svg"), "{svg:?}");
    room.finish().await;
}

/// Some 1,100 tickets for up to four each.
#[tokio::test]
async fn who_waits_is_told_whether_it_will_be_enough() {
    let room = Fixture::new(Wishes { cap: 1, ..Wishes::default() }).await;
    let [early, near, far, last] = [(); 4].map(|()| Visitor::new(&room));
    room.app.get(&format!("/api/events/{}/seats", room.event), None).await.expect(200);
    early.press("join").await;
    let page = early.until_told("That is enough for all.").await;
    assert!(page.contains("Still on sale: £45.00"), "{page}");
    room.open().await;
    room.until("one comes in", |view| view.serving == 1).await;
    near.press("join").await;
    near.until_told("It will very likely be enough for you.").await;
    room.join_many(0..280).await;
    far.press("join").await;
    let page = far.until_told("It may be enough for you.").await;
    let facts = "00 tickets are left, about 280 people are ahead of you, who may buy up to 4 each.";
    assert!(page.contains("About 1,") && page.contains(facts), "{page}");
    room.join_many(300..1_200).await;
    last.press("join").await;
    last.until_told("It will hardly be enough for you").await;
    let status = room.app.get(&format!("/api/events/{}/waiting-room", room.event), None).await.json();
    assert_eq!((&status["tickets_per_person"], &status["currency"]), (&4.into(), &"GBP".into()), "{status}");
    assert_eq!(status["tiers"][0]["price_minor"], 4_500, "{status}");
    room.finish().await;
}
