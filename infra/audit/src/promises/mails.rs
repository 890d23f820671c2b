//! Promise 8: a confirmed booking produces one logical mail.

use std::collections::HashMap;

use sqlx::PgPool;
use uuid::Uuid;

use crate::{Finding, mailbox};

/// The template of the mail that a confirmed booking makes.
pub const TEMPLATE: &str = "booking-confirmed";

/// Looks at every confirmed booking, what the store says of its mail, and what arrived.
///
/// # Errors
/// When PostgreSQL or the mailbox cannot be read.
pub async fn look(pool: &PgPool, mailbox: Option<&str>) -> anyhow::Result<Finding> {
    let mut finding = Finding::new(8, "a confirmed booking makes one mail");
    let rows = sqlx::query!(
        r#"SELECT b.id AS booking, coalesce(u.email, '') AS "email!", n.id AS "mail?", n.status AS "status?"
           FROM bookings b JOIN users u ON u.id = b.user_id
           LEFT JOIN notifications n ON n.booking_id = b.id AND n.channel = 'email' AND n.template = $1
           WHERE b.status = 'confirmed'"#,
        TEMPLATE,
    )
    .fetch_all(pool)
    .await?;
    let mut mails: HashMap<Uuid, Vec<(Uuid, String)>> = HashMap::new();
    let mut sent = 0;
    for row in rows {
        let of_booking = mails.entry(row.booking).or_default();
        match (row.mail, row.status.as_deref()) {
            (Some(mail), Some("sent")) => {
                sent += 1;
                of_booking.push((mail, row.email));
            }
            (Some(_), Some("failed")) => {
                finding.breaches.push(format!("the mail of booking {} was given up", row.booking));
            }
            _ => finding.unsettled.push(format!("the mail of booking {} was not sent", row.booking)),
        }
    }
    finding.count("bookings", i64::try_from(mails.len())?);
    finding.count("mails sent", sent);
    for (booking, sent) in mails.iter().filter(|(_, sent)| sent.len() > 1) {
        finding.breaches.push(format!("booking {booking} made {} mails", sent.len()));
    }
    if let Some(address) = mailbox {
        compare(&mut finding, mails, mailbox::read(address).await?);
    }
    Ok(finding)
}

/// Holds what was sent against what arrived. Copies of one mail carry one Message-ID and count once.
fn compare(finding: &mut Finding, sent: HashMap<Uuid, Vec<(Uuid, String)>>, arrived: Vec<mailbox::Mail>) {
    let mut by_id: HashMap<String, Vec<String>> = HashMap::new();
    for mail in arrived {
        let id = mail.message_id.trim_matches(['<', '>']).split('@').next().unwrap_or_default().to_owned();
        by_id.entry(id).or_default().push(mail.to);
    }
    let (mut found, mut copies) = (0, 0);
    for (booking, mails) in sent {
        for (mail, email) in mails {
            match by_id.get(&mail.to_string()) {
                None => finding.unsettled.push(format!("the mail of booking {booking} did not arrive")),
                Some(to) if !to.iter().all(|to| to.contains(&email)) => {
                    finding.breaches.push(format!("the mail of booking {booking} went to somebody else"));
                }
                Some(to) => {
                    found += 1;
                    copies += i64::try_from(to.len()).unwrap_or(i64::MAX) - 1;
                }
            }
        }
    }
    finding.count("mails arrived", found);
    finding.count("further copies of them", copies);
}
