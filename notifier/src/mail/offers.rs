//! Mails about offers of waiting lists: made, and lapsed.

use std::sync::Arc;

use askama::Template;
use shared::{
    contracts::EventKind,
    domain::{AreaIndex, EventId, HoldId, Locale, OfferId, SeatIndex},
    store::events::{EventCache, EventRecord},
    ticket_document::LocalTime,
};
use sqlx::PgPool;
use time::OffsetDateTime;

use super::{
    claims::About,
    material::MaterialError,
    templates::{Due, Texts, What},
    words::{Words, words},
};

/// The occasion of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occasion {
    Made,
    Lapsed,
}

/// An offer with everything a mail about it needs.
#[derive(Clone)]
pub(super) struct Offer {
    pub(super) hold_id: HoldId,
    /// A guest may have told none.
    pub(super) name: Option<String>,
    pub(super) email: String,
    pub(super) locale: Locale,
    /// Whether the mail must open the checkout by itself.
    pub(super) guest: bool,
    pub(super) deadline: OffsetDateTime,
    pub(super) event: Arc<EventRecord>,
    pub(super) seats: Vec<SeatIndex>,
    pub(super) places: Option<(AreaIndex, i32)>,
}

/// What the templates show.
struct OfferView<'a> {
    words: &'static Words,
    greeting: String,
    title: &'a str,
    date: String,
    time: String,
    location: String,
    until: String,
    what: Vec<String>,
    checkout_url: &'a str,
    event_url: &'a str,
}

macro_rules! templates {
    ($($name:ident, $path:literal;)*) => {$(
        #[derive(Template)]
        #[template(path = $path)]
        struct $name<'a> {
            mail: &'a OfferView<'a>,
        }
    )*};
}

templates! {
    MadeHtml, "offer_made.html";
    MadeText, "offer_made.txt";
    LapsedHtml, "offer_lapsed.html";
    LapsedText, "offer_lapsed.txt";
}

/// The mail that a fact about an offer asks for.
pub(super) fn due(kind: &EventKind) -> Option<Due> {
    let (occasion, fact, template) = match kind {
        EventKind::OfferMade(fact) => (Occasion::Made, fact, "offer-made"),
        EventKind::OfferLapsed(fact) => (Occasion::Lapsed, fact, "offer-lapsed"),
        _ => return None,
    };
    Some(Due { what: What::Offer(occasion), about: About::Offer(fact.offer_id), template: template.into() })
}

/// Reads it.
pub(super) async fn load(pool: &PgPool, events: &EventCache, offer: OfferId) -> Result<Offer, MaterialError> {
    let row = sqlx::query!(
        r#"SELECT o.event_id AS "event_id: EventId", o.hold_id AS "hold_id: HoldId", o.seats, o.area, o.places,
                  o.deadline, u.name AS "name?", u.email AS "email?", u.guest, u.locale AS "locale: Locale"
           FROM waiting_list_offers o JOIN users u ON u.id = o.user_id WHERE o.id = $1"#,
        offer.0
    )
    .fetch_optional(pool)
    .await
    .map_err(Arc::new)?
    .ok_or(MaterialError::Missing("there is no such offer"))?;
    Ok(Offer {
        hold_id: row.hold_id,
        name: row.name,
        email: row.email.ok_or(MaterialError::Missing("the guest has no address"))?,
        locale: row.locale,
        guest: row.guest,
        deadline: row.deadline.ok_or(MaterialError::Missing("the offer was never made"))?,
        event: events.get(row.event_id).await?.ok_or(MaterialError::Missing("there is no such event"))?,
        seats: row.seats.into_iter().filter_map(|seat| SeatIndex::try_from(seat).ok()).collect(),
        places: row.area.and_then(|area| AreaIndex::try_from(area).ok()).map(|area| (area, row.places)),
    })
}

/// Writes the texts.
pub(super) fn write(
    occasion: Occasion,
    offer: &Offer,
    checkout_url: &str,
    event_url: &str,
) -> Result<Texts, askama::Error> {
    let mail = &view(offer, checkout_url, event_url);
    match occasion {
        Occasion::Made => {
            Texts::of(mail.words.offer_subject, mail.title, &MadeHtml { mail }, &MadeText { mail })
        }
        Occasion::Lapsed => {
            Texts::of(mail.words.lapsed_subject, mail.title, &LapsedHtml { mail }, &LapsedText { mail })
        }
    }
}

fn view<'a>(offer: &'a Offer, checkout_url: &'a str, event_url: &'a str) -> OfferView<'a> {
    let (details, words) = (offer.event.details(), words(offer.locale));
    let LocalTime { date, time, zone } = details.local_start(offer.locale);
    let until = LocalTime::new(offer.deadline, &offer.event.time_zone, offer.locale);
    let map = offer.event.seat_map.as_ref();
    let seats = offer.seats.iter().filter_map(|seat| map?.seat_label_in(*seat, offer.locale));
    let places =
        offer.places.and_then(|(area, places)| Some(format!("{places} × {}", map?.area(area)?.name)));
    OfferView {
        words,
        greeting: match &offer.name {
            Some(name) => format!("{} {name},", words.hello),
            None => format!("{},", words.hello),
        },
        title: &offer.event.title,
        date,
        time: format!("{time} ({zone})"),
        location: details.location(),
        until: words
            .offer_until
            .replace("{time}", &format!("{} ({})", until.time, until.zone))
            .replace("{date}", &until.date),
        what: seats.chain(places).collect(),
        checkout_url,
        event_url,
    }
}

#[cfg(test)]
mod tests {
    use shared::{
        domain::{Category, Demand, EventStatus, UserId, WaitingAccess},
        store::events::PriceTier,
    };
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;

    fn offer(locale: Locale, name: Option<&str>) -> Offer {
        let event = EventRecord {
            id: EventId(Uuid::from_u128(1)),
            organiser_id: UserId(Uuid::from_u128(2)),
            title: "Rusalka".into(),
            description: String::new(),
            category: Category::Theatre,
            venue: "Národní divadlo".into(),
            city: "Praha".into(),
            time_zone: "Europe/Prague".into(),
            starts_at: datetime!(2026-03-14 18:30 UTC),
            sale_opens_at: datetime!(2026-01-01 10:00 UTC),
            demand: Demand::Direct,
            status: EventStatus::Published,
            currency: "EUR".parse().expect("a currency"),
            tickets_per_person: 4,
            hold_seconds: 300,
            cancel_until_minutes: None,
            poster: None,
            poster_alt: String::new(),
            waiting_access: WaitingAccess::Everyone,
            has_codes: false,
            tiers: vec![PriceTier { tier: 0, name: "Category A".into(), price_minor: 4_500 }],
            seat_map: None,
            lanes: Vec::new(),
            version: 1,
        };
        Offer {
            hold_id: HoldId(Uuid::from_u128(3)),
            name: name.map(str::to_owned),
            email: "zoe@example.org".into(),
            locale,
            guest: name.is_none(),
            deadline: datetime!(2026-02-01 17:05 UTC),
            event: Arc::new(event),
            seats: Vec::new(),
            places: None,
        }
    }

    #[test]
    fn an_offer_says_until_when_and_where_to_pay() {
        for (locale, until) in [
            (Locale::En, "Please pay by 18:05 (CET) on Sunday, 1 February 2026."),
            (Locale::De, "Bitte zahlen Sie bis 18:05 (CET) am Sonntag, 1. Februar 2026."),
            (Locale::Fr, "Veuillez payer avant 18:05 (CET), le dimanche 1er février 2026."),
        ] {
            let offer = offer(locale, None);
            let texts = write(
                Occasion::Made,
                &offer,
                "https://t.example/holds/3?offer=k",
                "https://t.example/events/1",
            );
            let Texts { subject, html, text } = texts.expect("texts");
            assert!(subject.contains("Rusalka"), "{subject}");
            assert!(text.contains(until), "{text}");
            assert!(
                text.contains("https://t.example/holds/3?offer=k") && html.contains("/holds/3?offer"),
                "{text}"
            );
            assert!(html.contains(&format!("<html lang=\"{locale}\">")), "{html}");
        }
    }

    #[test]
    fn a_lapsed_offer_leads_back_to_the_event_and_names_are_no_markup() {
        let offer = offer(Locale::En, Some("Zoë <b>"));
        let texts =
            write(Occasion::Lapsed, &offer, "https://t.example/holds/3", "https://t.example/events/1");
        let Texts { html, text, .. } = texts.expect("texts");
        assert!(text.starts_with("Hello Zoë <b>,") && text.contains("https://t.example/events/1"), "{text}");
        assert!(!html.contains("<b>") && !text.contains("/holds/3"), "{html}");
    }
}
