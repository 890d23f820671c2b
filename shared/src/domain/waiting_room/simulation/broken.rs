//! Negative control: releases that are wrong in ways the simulation must see.

use super::{
    super::{Checkpoint, KnownPlace, KnownState, Offer, Offered, Release, Settings, Stop, WaitingRoom},
    Releasing, Simulation,
    checker::Shares,
    play, simulate,
};
use crate::domain::{Draw, Lanes, RoomPhase};

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

/// Lets somebody in from each lane but everybody's first, whatever the numbers.
fn lanes_before_numbers(room: &mut WaitingRoom, now_ms: i64, offers: &[Offer]) -> Release {
    let mut sorted = offers.to_vec();
    sorted.sort_by_key(|offer| room.lanes.lane_of(offer.ordinal) == 0);
    if let Some(first) = sorted.first().filter(|first| first.number > room.serving && room.draw.is_some()) {
        room.serving = first.number;
    }
    room.release(now_ms, &sorted)
}

/// Passes over a lane's slots as if nobody had joined it.
fn blind_for_lanes(room: &mut WaitingRoom, now_ms: i64, offers: &[Offer]) -> Release {
    let lanes = room.lanes;
    let everybodys = offers.iter().copied().filter(|offer| lanes.lane_of(offer.ordinal) == 0);
    let mut release = room.release(now_ms, &[]);
    for offer in everybodys {
        if room.draw.is_some() && offer.number > room.serving {
            room.serving = offer.number;
        }
        release = room.release(now_ms, &[offer]);
    }
    release
}

/// Makes every offer that was not taken up anew, also those whose window has ended.
fn offers_afresh(
    settings: Settings,
    lanes: Lanes,
    phase: RoomPhase,
    draw: Option<Draw>,
    checkpoint: Checkpoint,
    known: &[KnownPlace],
    now_ms: i64,
) -> WaitingRoom {
    let mut known = known.to_vec();
    for place in &mut known {
        if let KnownState::Admitted { at_ms, claimed_at_ms: None, ended: false, .. } = &mut place.state {
            *at_ms = now_ms;
        }
    }
    WaitingRoom::rebuild(settings, lanes, phase, draw, checkpoint, &known, now_ms)
}

fn may(count: u64, limit: u32, stop: Stop) -> Result<(), Stop> {
    if count < u64::from(limit) { Ok(()) } else { Err(stop) }
}

/// Negative control: the simulation sees what it is there to see.
#[test]
fn every_broken_release_is_caught() {
    let broken: [(&str, Releasing, &str); 7] = [
        ("cap asked once", cap_asked_once, "leases live"),
        ("cap asked outside the step", cap_asked_outside, "leases live"),
        ("cap before expiry", cap_before_expiry, "held back"),
        ("rate on stale data", rate_on_stale_data, "admissions in 60 s"),
        ("impatient", impatient, "passed over"),
        ("lanes before numbers", lanes_before_numbers, "passed over"),
        ("blind for lanes", blind_for_lanes, "passed over"),
    ];
    for (name, releasing, breach) in broken {
        let mut breaches = (0..100).filter_map(|seed| simulate(seed, releasing).err());
        assert!(breaches.any(|said| said.contains(breach)), "{name}: not caught");
    }
}

/// A rebuild that makes offers live again is one too many fans for the cap.
#[test]
fn offers_that_are_brought_back_are_caught() {
    let breaches = (0..200).filter_map(|seed| {
        let mut simulation = Simulation::new(seed, WaitingRoom::release);
        simulation.rebuilding = offers_afresh;
        play(simulation).err()
    });
    assert!(breaches.into_iter().any(|said| said.contains("brought back")), "not caught");
}

/// The room gives its lanes other shares than were asked for.
#[test]
fn shares_that_are_not_kept_are_caught() {
    let breaches = (0..100).filter_map(|seed| {
        let mut simulation = Simulation::new(seed, WaitingRoom::release);
        let lanes = Lanes::by_shares(&[45]).unwrap();
        simulation.checker.shares = Shares::new(&[40]);
        simulation.room = WaitingRoom::with_lanes(simulation.settings, lanes);
        play(simulation).err()
    });
    assert!(breaches.into_iter().any(|said| said.contains("its share is")), "not caught");
}
