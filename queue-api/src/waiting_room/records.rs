//! The log of a room on its way into PostgreSQL, and out of it again for recovery.

use std::{collections::HashMap, sync::Arc};

use shared::domain::{
    EventId, PlaceId,
    waiting_room::{KnownPlace, KnownState, LeaseEnd},
};
use sqlx::PgPool;

use super::store::{signed, timestamp, unix_ms};

/// Places that still waited at the end, written by one statement.
const UNSERVED_PAGE: usize = 5_000;

/// One entry of the log, as `release.lua` describes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A place came in.
    Release(Admission),
    /// An offer was taken up.
    Claim {
        /// When, Unix ms.
        at_ms: i64,
        /// The place.
        ordinal: u64,
    },
    /// A lease ended.
    End {
        /// When, Unix ms.
        at_ms: i64,
        /// The place.
        ordinal: u64,
        /// Why.
        outcome: LeaseEnd,
    },
    /// A place left before its turn.
    Leave {
        /// When, Unix ms.
        at_ms: i64,
        /// Which.
        ordinal: u64,
        /// The place.
        place: PlaceId,
    },
    /// A place whose join was never confirmed was passed over.
    Forfeit {
        /// When, Unix ms.
        at_ms: i64,
        /// Which.
        ordinal: u64,
    },
}

/// A place that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// When, Unix ms.
    pub at_ms: i64,
    /// Its number.
    pub number: u64,
    /// Its ordinal.
    pub ordinal: u64,
    /// The place.
    pub place: PlaceId,
    /// Who joined.
    pub who: Arc<str>,
    /// Beyond the rate, by an operator.
    pub extra: bool,
}

impl Entry {
    /// Reads an entry; `None` when it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let (kind, at_ms) = (words.next()?, words.next()?.parse().ok()?);
        match kind {
            "release" => Some(Self::Release(Admission {
                at_ms,
                number: words.next()?.parse().ok()?,
                ordinal: words.next()?.parse().ok()?,
                place: words.next()?.parse().ok()?,
                who: words.next()?.into(),
                extra: words.next()? == "1",
            })),
            "claim" => Some(Self::Claim { at_ms, ordinal: words.next()?.parse().ok()? }),
            "end" => {
                let ordinal = words.next()?.parse().ok()?;
                Some(Self::End { at_ms, ordinal, outcome: LeaseEnd::parse(words.next()?)? })
            }
            "leave" => {
                let ordinal = words.next()?.parse().ok()?;
                Some(Self::Leave { at_ms, ordinal, place: words.next()?.parse().ok()? })
            }
            "forfeit" => Some(Self::Forfeit { at_ms, ordinal: words.next()?.parse().ok()? }),
            _ => None,
        }
    }
}

/// Writes entries down, in one transaction. Doing it again changes nothing.
///
/// # Errors
/// When PostgreSQL does not answer; nothing was written then.
pub async fn save(pool: &PgPool, event: EventId, entries: &[Entry]) -> Result<(), sqlx::Error> {
    let mut transaction = pool.begin().await?;
    let admitted = entries.iter().filter_map(|entry| match entry {
        Entry::Release(admission) => Some(admission),
        _ => None,
    });
    save_admissions(&mut transaction, event, &admitted.collect::<Vec<_>>()).await?;
    let (mut claimed, mut claimed_at) = (Vec::new(), Vec::new());
    let (mut ended, mut ended_at, mut outcomes) = (Vec::new(), Vec::new(), Vec::new());
    let mut departed = Vec::new();
    for entry in entries {
        match *entry {
            Entry::Release(_) => {}
            Entry::Claim { at_ms, ordinal } => {
                claimed.push(signed(ordinal));
                claimed_at.push(timestamp(at_ms));
            }
            Entry::End { at_ms, ordinal, outcome } => {
                ended.push(signed(ordinal));
                ended_at.push(timestamp(at_ms));
                outcomes.push(outcome.as_str().to_owned());
            }
            Entry::Leave { at_ms, ordinal, place } => departed.push((at_ms, ordinal, Some(place), "left")),
            Entry::Forfeit { at_ms, ordinal } => departed.push((at_ms, ordinal, None, "forfeited")),
        }
    }
    sqlx::query!(
        "UPDATE admissions SET claimed_at = coalesce(admissions.claimed_at, claim.at)
         FROM UNNEST($2::bigint[], $3::timestamptz[]) AS claim (ordinal, at)
         WHERE event_id = $1 AND admissions.ordinal = claim.ordinal",
        event.0,
        &claimed,
        &claimed_at,
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query!(
        "UPDATE admissions SET ended_at = lease.at, outcome = lease.outcome
         FROM UNNEST($2::bigint[], $3::timestamptz[], $4::text[]) AS lease (ordinal, at, outcome)
         WHERE event_id = $1 AND admissions.ordinal = lease.ordinal AND ended_at IS NULL",
        event.0,
        &ended,
        &ended_at,
        &outcomes,
    )
    .execute(&mut *transaction)
    .await?;
    save_departures(&mut transaction, event, &departed).await?;
    transaction.commit().await
}

/// Places that will never come in: when, ordinal, place, why.
type Departure = (i64, u64, Option<PlaceId>, &'static str);

async fn save_departures(
    connection: &mut sqlx::PgConnection,
    event: EventId,
    departed: &[Departure],
) -> Result<(), sqlx::Error> {
    let at: Vec<_> = departed.iter().map(|departure| timestamp(departure.0)).collect();
    let ordinals: Vec<_> = departed.iter().map(|departure| signed(departure.1)).collect();
    let places: Vec<_> = departed.iter().map(|departure| departure.2.map(|place| place.0)).collect();
    let reasons: Vec<_> = departed.iter().map(|departure| departure.3.to_owned()).collect();
    sqlx::query!(
        "INSERT INTO departures (event_id, left_at, ordinal, place_id, reason)
         SELECT $1, * FROM UNNEST($2::timestamptz[], $3::bigint[], $4::uuid[], $5::text[])
         ON CONFLICT DO NOTHING",
        event.0,
        &at,
        &ordinals,
        &places as &[Option<uuid::Uuid>],
        &reasons,
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Writes down who still waited when the room closed. Doing it again changes nothing.
///
/// # Errors
/// When PostgreSQL does not answer; those before were written then.
pub async fn save_unserved(
    pool: &PgPool,
    event: EventId,
    closed_ms: i64,
    places: &[(u64, PlaceId)],
) -> Result<(), sqlx::Error> {
    for page in places.chunks(UNSERVED_PAGE) {
        let departed: Vec<Departure> =
            page.iter().map(|(ordinal, place)| (closed_ms, *ordinal, Some(*place), "closed")).collect();
        save_departures(&mut *pool.acquire().await?, event, &departed).await?;
    }
    Ok(())
}

async fn save_admissions(
    connection: &mut sqlx::PgConnection,
    event: EventId,
    admissions: &[&Admission],
) -> Result<(), sqlx::Error> {
    let column = |of: fn(&Admission) -> u64| admissions.iter().map(|a| signed(of(a))).collect::<Vec<_>>();
    let places: Vec<_> = admissions.iter().map(|a| a.place.0).collect();
    let who: Vec<_> = admissions.iter().map(|a| a.who.to_string()).collect();
    let extra: Vec<_> = admissions.iter().map(|a| a.extra).collect();
    let at: Vec<_> = admissions.iter().map(|a| timestamp(a.at_ms)).collect();
    sqlx::query!(
        "INSERT INTO admissions (event_id, number, ordinal, place_id, who, extra, admitted_at)
         SELECT $1, * FROM UNNEST($2::bigint[], $3::bigint[], $4::uuid[], $5::text[], $6::bool[],
                                  $7::timestamptz[])
         ON CONFLICT DO NOTHING",
        event.0,
        &column(|a| a.number),
        &column(|a| a.ordinal),
        &places,
        &who,
        &extra,
        &at,
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Every place that came in or left, with the ids of those that came in.
///
/// # Errors
/// When PostgreSQL does not answer.
pub async fn known(
    pool: &PgPool,
    event: EventId,
) -> Result<(HashMap<u64, KnownPlace>, HashMap<u64, PlaceId>), sqlx::Error> {
    let admitted = sqlx::query!(
        r#"SELECT number, ordinal, place_id AS "place_id: PlaceId", who, extra, admitted_at, claimed_at,
                  ended_at IS NOT NULL AS "ended!"
           FROM admissions WHERE event_id = $1"#,
        event.0
    )
    .fetch_all(pool)
    .await?;
    let left = sqlx::query_scalar!(
        "SELECT ordinal FROM departures WHERE event_id = $1 AND reason <> 'closed'",
        event.0
    )
    .fetch_all(pool)
    .await?;
    let mut known = HashMap::new();
    let mut places = HashMap::new();
    for ordinal in left.into_iter().map(i64::unsigned_abs) {
        known.insert(ordinal, KnownPlace { ordinal, who: String::new(), state: KnownState::Left });
    }
    for row in admitted {
        let ordinal = row.ordinal.unsigned_abs();
        let state = KnownState::Admitted {
            number: row.number.unsigned_abs(),
            at_ms: unix_ms(row.admitted_at),
            claimed_at_ms: row.claimed_at.map(unix_ms),
            ended: row.ended,
            extra: row.extra,
        };
        known.insert(ordinal, KnownPlace { ordinal, who: row.who, state });
        places.insert(ordinal, row.place_id);
    }
    Ok((known, places))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_the_scripts_write_them() {
        let place = PlaceId::new();
        let release = Entry::parse(&format!("release 5 1 2 {place} abc 1")).unwrap();
        let admission = Admission { at_ms: 5, number: 1, ordinal: 2, place, who: "abc".into(), extra: true };
        assert_eq!(release, Entry::Release(admission));
        assert_eq!(Entry::parse("claim 5 2"), Some(Entry::Claim { at_ms: 5, ordinal: 2 }));
        let end = Entry::End { at_ms: 5, ordinal: 2, outcome: LeaseEnd::GivenBack };
        assert_eq!(Entry::parse("end 5 2 given_back"), Some(end));
        let leave = Entry::Leave { at_ms: 5, ordinal: 2, place };
        assert_eq!(Entry::parse(&format!("leave 5 2 {place}")), Some(leave));
        assert_eq!(Entry::parse(&format!("leave five 2 {place}")), None);
        assert_eq!(Entry::parse("forfeit 5 2"), Some(Entry::Forfeit { at_ms: 5, ordinal: 2 }));
    }
}
