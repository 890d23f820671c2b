//! The log of a room on its way into PostgreSQL, and out of it again for recovery.

use std::collections::HashMap;

use shared::domain::{
    EventId, Lanes, PlaceId,
    waiting_room::{KnownPlace, KnownState},
};
use sqlx::PgPool;

pub use super::entries::{Admission, Entry, Gap};
use super::{
    gaps,
    store::{signed, timestamp, unix_ms},
};

/// Places that still waited at the end, written by one statement.
const UNSERVED_PAGE: usize = 5_000;

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
            Entry::Release(_) | Entry::Gap(_) => {}
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
    let gaps = entries.iter().filter_map(|entry| match entry {
        Entry::Gap(gap) => Some(*gap),
        _ => None,
    });
    gaps::save(&mut transaction, event, &gaps.collect::<Vec<_>>()).await?;
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
    lanes: &Lanes,
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
    for gap in gaps::of(pool, event).await? {
        for ordinal in (gap.from..gap.to).map(|local| lanes.ordinal(gap.lane, local)) {
            known.insert(ordinal, KnownPlace { ordinal, who: String::new(), state: KnownState::Gap });
        }
    }
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
