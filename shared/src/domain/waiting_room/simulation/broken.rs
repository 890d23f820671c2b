//! Negative control: releases that are wrong in ways the simulation must see.

use super::{
    super::{Offer, Offered, Release, Stop, WaitingRoom},
    Releasing, simulate,
};
use crate::domain::RoomPhase;

/// A release that differs from the real one in how it asks for permission.
fn release_by(
    room: &mut WaitingRoom,
    now_ms: i64,
    offers: &[Offer],
    permitted: impl Fn(&WaitingRoom, usize) -> Result<(), Stop>,
) -> Release {
    let mut released = Vec::new();
    let mut stop = Stop::Done;
    room.advance(now_ms);
    for offer in offers {
        let there = offer.offered == Offered::Place && offer.number == room.serving;
        if !there || room.phase != RoomPhase::Open || room.places[offer.ordinal as usize].left {
            // Everything but admitting is as in the real one.
            let passed = room.release(now_ms, &[Offer { offered: offer.offered, ..*offer }]);
            released.extend(passed.released);
            continue;
        }
        if let Err(why) = permitted(room, released.len()) {
            stop = why;
            break;
        }
        room.admit_place(*offer, false);
        released.push(offer.number);
    }
    Release { released, serving: room.serving, room: 0, stop }
}

/// Asks for the cap once, before the batch.
fn cap_asked_once(room: &mut WaitingRoom, now_ms: i64, offers: &[Offer]) -> Release {
    release_by(room, now_ms, offers, |room, done| {
        if done == 0 { may(room.live_leases(), room.settings.lease_cap, Stop::Cap) } else { Ok(()) }
    })
}

/// Asks for the cap outside the atomic step, as two processes do that both look first and both act then.
fn cap_asked_outside(room: &mut WaitingRoom, now_ms: i64, offers: &[Offer]) -> Release {
    room.advance(now_ms);
    let seen = u64::from(room.settings.lease_cap).saturating_sub(room.live_leases());
    release_by(room, now_ms, offers, |room, done| {
        may(u64::try_from(done).unwrap(), u32::try_from(2 * seen).unwrap(), Stop::Cap)?;
        may(u64::try_from(room.admissions.len()).unwrap(), room.settings.rate_per_minute, Stop::Rate)
    })
}

/// Counts leases before the expired ones have ended.
fn cap_before_expiry(room: &mut WaitingRoom, now_ms: i64, offers: &[Offer]) -> Release {
    release_by(room, now_ms, offers, |room, _| {
        may(u64::try_from(room.leases.len()).unwrap(), room.settings.lease_cap, Stop::Cap)?;
        room.permit().map(|_| ())
    })
}

/// Knows the admissions of before the batch only.
fn rate_on_stale_data(room: &mut WaitingRoom, now_ms: i64, offers: &[Offer]) -> Release {
    room.advance(now_ms);
    room.end_expired();
    room.forget_old_admissions();
    let known = u64::try_from(room.admissions.len()).unwrap();
    release_by(room, now_ms, offers, move |room, _| {
        may(room.live_leases(), room.settings.lease_cap, Stop::Cap)?;
        may(known, room.settings.rate_per_minute, Stop::Rate)
    })
}

/// Passes over a place whose message has not arrived, without asking whether it was confirmed.
fn impatient(room: &mut WaitingRoom, now_ms: i64, offers: &[Offer]) -> Release {
    let release = room.release(now_ms, offers);
    if release.stop == Stop::Missing {
        room.serving += 1;
    }
    release
}

fn may(count: u64, limit: u32, stop: Stop) -> Result<(), Stop> {
    if count < u64::from(limit) { Ok(()) } else { Err(stop) }
}

/// Negative control: the simulation sees what it is there to see.
#[test]
fn every_broken_release_is_caught() {
    let broken: [(&str, Releasing, &str); 5] = [
        ("cap asked once", cap_asked_once, "leases live"),
        ("cap asked outside the step", cap_asked_outside, "leases live"),
        ("cap before expiry", cap_before_expiry, "held back"),
        ("rate on stale data", rate_on_stale_data, "admissions in 60 s"),
        ("impatient", impatient, "passed over"),
    ];
    for (name, releasing, breach) in broken {
        let mut breaches = (0..100).filter_map(|seed| simulate(seed, releasing).err());
        assert!(breaches.any(|said| said.contains(breach)), "{name}: not caught");
    }
}
