//! Who may join, on the page without JavaScript.

use serde_json::json;

use super::{
    Fixture, Wishes,
    page::{Visitor, goes_to, shown},
};

#[tokio::test]
async fn an_invitation_s_link_brings_its_code_along_and_leaves_it_nowhere() {
    let room = Fixture::new(Wishes::default()).await;
    room.set_access("invited").await;
    let code = room.make_codes(json!({"label": "Press"})).await.remove(0);
    let fan = Visitor::new(&room);
    let page = fan.see().await;
    assert!(
        page.contains("This sale is by invitation") && page.contains("name=\"code\" value=\"\""),
        "{page}"
    );

    let link = fan.browser.get(&format!("{}?code={}&lang=de", fan.address(), code.to_lowercase())).await;
    assert_eq!(goes_to(&link), format!("{}?lang=de", fan.address()));
    let kept = fan.browser.cookie(&format!("onsale_code_{}", room.event.0.simple())).unwrap();
    assert!(kept.line.contains("HttpOnly") && kept.line.contains("SameSite=Lax"), "{}", kept.line);
    let page = fan.see().await;
    let typed = page.split("name=\"code\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(typed.to_uppercase(), code.replace('-', ""));
    assert_eq!(goes_to(&fan.press(&format!("join&code={typed}")).await), fan.address());
    let page = fan.see().await;
    assert_eq!(shown(&page), ["lobby"]);
    assert!(!page.contains("class=\"note\" data-when=\"before\" >"), "{page}");
    // Who left comes back with the same code.
    fan.press("leave").await;
    fan.press(&format!("join&code={typed}")).await;
    assert_eq!(shown(&fan.see().await), ["lobby"]);
    room.finish().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_code_stands_at_its_field() {
    let room = Fixture::new(Wishes::default()).await;
    room.set_access("invited").await;
    let code = room.make_codes(json!({"label": "Press"})).await.remove(0);
    let fan = Visitor::new(&room);
    for (typed, kind, text) in [
        ("", "invitation-needed", "Please type the code of your invitation."),
        ("no-such-code", "invitation-unknown", "This code does not exist here"),
    ] {
        let answer = fan.press(&format!("join&code={typed}")).await;
        assert_eq!(goes_to(&answer), format!("{}?refused={kind}", fan.address()));
        let page = fan.browser.get(goes_to(&answer)).await;
        let page = String::from_utf8(page.bytes.to_vec()).unwrap();
        assert_eq!(shown(&page), ["join"]);
        assert!(
            page.contains(text) && page.contains("aria-invalid=\"true\" aria-describedby=\"wrong\""),
            "{page}"
        );
        assert!(page.contains(&format!("value=\"{}\"", typed.replace('-', ""))), "{page}");
    }
    fan.press(&format!("join&code={code}")).await;
    assert_eq!(shown(&fan.see().await), ["lobby"]);
    let late = Visitor::new(&room);
    let answer = late.press(&format!("join&code={code}")).await;
    assert_eq!(goes_to(&answer), format!("{}?refused=invitation-used", late.address()));
    room.finish().await;
}

#[tokio::test]
async fn who_needs_an_account_is_told_before_the_lobby_opens() {
    let room = Fixture::new(Wishes { lobby_open: false, ..Wishes::default() }).await;
    let fan = Visitor::new(&room);
    assert!(!fan.see().await.contains("Only people with an account"));
    room.set_access("accounts").await;
    let page = fan.see().await;
    assert_eq!(shown(&page), ["soon"]);
    let next = format!("?next={}\"", fan.address());
    for way in ["sign-in", "register"] {
        assert!(page.contains(&format!("href=\"/{way}{next}")), "{page}");
    }
    assert!(!page.contains("data-join>"), "there is nothing to press: {page}");
    let guest = room.app.post("/api/auth/guest", None, json!({})).await.expect(201);
    fan.browser.put("onsale_access", guest["access_token"].as_str());
    assert!(fan.see().await.contains("Only people with an account"), "a guest has none");
    fan.browser.put("onsale_access", Some(&room.app.fan().await.access_token));
    let page = fan.see().await;
    assert!(!page.contains("Only people with an account") && page.contains("data-join>"), "{page}");
    room.finish().await;
}

#[tokio::test]
async fn a_code_that_is_not_needed_may_be_given_where_there_are_any() {
    let room = Fixture::new(Wishes::default()).await;
    let fan = Visitor::new(&room);
    assert!(!fan.see().await.contains("name=\"code\""));
    let code = room.make_codes(json!({"label": "Presale"})).await.remove(0);
    let page = fan.see().await;
    assert!(page.contains("Code, if you have one") && page.contains("No account needed."), "{page}");
    assert_eq!(goes_to(&fan.press("join&code=").await), fan.address());
    assert_eq!(shown(&fan.see().await), ["lobby"]);
    let other = Visitor::new(&room);
    other.press(&format!("join&code={code}")).await;
    assert_eq!(shown(&other.see().await), ["lobby"]);
    assert_eq!(room.view().await.joined, 2);
    room.finish().await;
}
