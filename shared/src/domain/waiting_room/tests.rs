use proptest::prelude::*;

use super::*;
use crate::domain::Seed;

const SETTINGS: Settings = Settings {
    lobby_opens_at_ms: 1_000,
    opens_at_ms: 2_000,
    lease_cap: 2,
    rate_per_minute: 3,
    claim_window_ms: 500,
    pass_ttl_ms: 5_000,
    grace_ms: 0,
};

fn offers(room: &WaitingRoom, count: u64) -> Vec<Offer> {
    let draw = *room.draw().unwrap();
    let numbers = room.serving()..room.serving() + count;
    numbers.map(|number| Offer { number, ordinal: draw.ordinal(number), offered: Offered::Place }).collect()
}

fn open_room(places: u32) -> WaitingRoom {
    let mut room = WaitingRoom::new(SETTINGS);
    let names: Vec<String> = (0..places).map(|at| format!("fan {at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    room.join(1_000, &names).unwrap();
    room.confirm(&(0..u64::from(places)).collect::<Vec<_>>());
    room.advance(2_000);
    room.open(2_000, Seed::new([7; 32])).unwrap();
    room
}

#[test]
fn nobody_joins_before_the_lobby_opens_nor_after_the_end() {
    let mut room = WaitingRoom::new(SETTINGS);
    assert_eq!(room.join(999, &["a"]), Err(JoinError::NotYet));
    assert_eq!(room.join(1_000, &["a"]).unwrap()[0], Joined { ordinal: 0, confirmed: false });
    room.configure(1_000, SETTINGS, Some(RoomPhase::Closed)).unwrap();
    assert_eq!(room.join(1_001, &["b"]), Err(JoinError::Closed));
}

#[test]
fn joining_again_gives_the_same_place_until_it_is_over() {
    let mut room = open_room(1);
    assert_eq!(room.join(2_000, &["fan 0"]).unwrap()[0], Joined { ordinal: 0, confirmed: true });
    room.release(2_000, &offers(&room, 1));
    assert_eq!(room.join(2_001, &["fan 0"]).unwrap()[0].ordinal, 0);
    // The offer was not claimed: the next join is a new place, at the end.
    assert_eq!(room.join(2_500, &["fan 0"]).unwrap()[0], Joined { ordinal: 1, confirmed: false });
}

#[test]
fn a_join_at_the_opening_is_not_drawn() {
    let mut room = WaitingRoom::new(SETTINGS);
    room.join(1_999, &["early"]).unwrap();
    room.join(2_000, &["late"]).unwrap();
    assert_eq!((room.lobby_count(), room.phase()), (Some(1), RoomPhase::Lobby));
    room.open(2_000, Seed::new([1; 32])).unwrap();
    assert_eq!(room.phase(), RoomPhase::Open);
    assert!(room.open(2_000, Seed::new([1; 32])).is_err());
}

#[test]
fn cap_and_rate_bound_what_comes_in() {
    let mut room = open_room(6);
    let release = room.release(2_000, &offers(&room, 6));
    assert_eq!((release.released, release.stop, release.room), (vec![0, 1], Stop::Cap, 0));
    // Both offers lapse; the rate leaves one of three.
    let release = room.release(2_500, &offers(&room, 4));
    assert_eq!((release.released, release.stop), (vec![2], Stop::Rate));
    let release = room.release(61_999, &offers(&room, 3));
    assert_eq!((release.released, release.stop), (vec![], Stop::Rate));
    let release = room.release(62_000, &offers(&room, 3));
    assert_eq!((release.released, release.stop), (vec![3, 4], Stop::Cap));
}

#[test]
fn an_operator_exceeds_the_rate_but_never_the_cap() {
    let mut room = open_room(6);
    room.release(2_000, &offers(&room, 2));
    room.release(2_500, &offers(&room, 1));
    room.configure(2_500, SETTINGS, Some(RoomPhase::Paused)).unwrap();
    assert_eq!(room.admit(2_500, 5), Ok(5));
    let release = room.release(2_500, &offers(&room, 3));
    assert_eq!((release.released, release.stop), (vec![3], Stop::Cap));
    assert!(matches!(room.log().last(), Some(LogEntry::Release { extra: true, .. })));
    room.configure(2_500, SETTINGS, Some(RoomPhase::Open)).unwrap();
    assert_eq!(room.release(12_500, &offers(&room, 2)).stop, Stop::Rate);
}

#[test]
fn a_release_that_is_repeated_changes_nothing() {
    let mut room = open_room(3);
    let asked = offers(&room, 2);
    let first = room.release(2_000, &asked);
    let again = room.release(2_000, &asked);
    assert_eq!((first.released, again.released), (vec![0, 1], vec![]));
    assert_eq!(again.serving, 2);
}

#[test]
fn an_unconfirmed_place_is_forfeited_a_confirmed_one_is_waited_for() {
    let mut room = open_room(1);
    room.join(2_000, &["b", "c"]).unwrap();
    room.release(2_000, &offers(&room, 1));
    room.confirm(&[2]);
    let gap = |number, offered| Offer { number, ordinal: number, offered };
    assert_eq!(room.release(2_000, &[gap(1, Offered::Missing)]).stop, Stop::Missing);
    assert_eq!(room.release(2_000, &[gap(1, Offered::Forfeit)]).serving, 2);
    assert_eq!(room.confirm(&[1]), [false]);
    assert_eq!(room.release(2_000, &[gap(2, Offered::Forfeit)]).stop, Stop::Missing);
    assert_eq!(room.join(2_000, &["b"]).unwrap()[0], Joined { ordinal: 3, confirmed: false });
}

#[test]
fn claiming_leaving_and_their_refusals() {
    let mut room = open_room(3);
    let first = room.draw().unwrap().ordinal(0);
    let second = room.draw().unwrap().ordinal(1);
    let third = room.draw().unwrap().ordinal(2);
    assert_eq!(room.claim(2_000, first), Err(ClaimError::NotYet));
    assert!(room.leave(2_000, third));
    assert_eq!(room.claim(2_000, third), Err(ClaimError::Left));
    room.release(2_000, &offers(&room, 3));
    assert_eq!(room.claim(2_100, first), Ok(7_100));
    assert_eq!(room.claim(2_200, first), Ok(7_100));
    assert_eq!(room.claim(2_500, second), Err(ClaimError::Over));
    assert!(room.leave(2_600, first) && !room.leave(2_600, first));
    assert_eq!(room.claim(2_600, first), Err(ClaimError::Over));
    let given_back = LogEntry::End { at_ms: 2_600, ordinal: first, outcome: LeaseEnd::GivenBack };
    assert!(room.log().contains(&given_back));
    assert_eq!(room.release(2_600, &offers(&room, 1)).serving, 3);
}

/// A room with a lane of 20 % that opened with `everybody` and `others` in its lanes.
fn room_with_lane(everybody: usize, others: usize) -> WaitingRoom {
    let settings = Settings { lease_cap: 1_000, rate_per_minute: 1_000, ..SETTINGS };
    let mut room = WaitingRoom::with_lanes(settings, Lanes::by_shares(&[20]).unwrap());
    let names: Vec<String> = (0..everybody + others).map(|fan| format!("fan {fan}")).collect();
    let lane = |at| u8::from(at >= everybody);
    let joiners: Vec<_> = (0..).zip(&names).map(|(at, name)| (name.as_str(), lane(at))).collect();
    room.join_lanes(1_000, &joiners).unwrap();
    room.advance(2_000);
    room.open(2_000, Seed::new([7; 32])).unwrap();
    room
}

/// What a releaser offers: numbers that somebody has.
fn taken(room: &WaitingRoom, count: usize) -> Vec<Offer> {
    let (draw, lanes, next) = (*room.draw().unwrap(), *room.lanes(), room.next());
    let numbers = (room.serving()..room.end()).filter(|number| !lanes.is_vacant(*number, &next));
    let offer = |number| Offer { number, ordinal: draw.ordinal(number), offered: Offered::Place };
    numbers.take(count).map(offer).collect()
}

#[test]
fn shares_are_kept_while_all_lanes_have_people() {
    let mut room = room_with_lane(80, 20);
    let mut lanes = Vec::new();
    for _ in 0..20 {
        for number in room.release(2_000, &taken(&room, 5)).released {
            lanes.push(room.lanes().lane_of(room.draw().unwrap().ordinal(number)));
        }
    }
    assert_eq!(lanes, [0, 0, 1, 0, 0].repeat(20));
    assert_eq!((room.serving(), room.end()), (100, 100));
}

#[test]
fn an_empty_lane_costs_nobody_anything() {
    let mut room = room_with_lane(8, 0);
    let release = room.release(2_000, &taken(&room, 8));
    assert_eq!((release.released, release.room), (vec![0, 1, 3, 4, 5, 6, 8, 9], 992));
    assert_eq!((room.serving(), room.end(), room.joined()), (10, 10, 8));
    // Nobody waits: the line stands, and repeating changes nothing.
    assert_eq!(room.release(2_000, &[]).serving, 10);
}

#[test]
fn who_joins_a_lane_late_gets_its_first_slot_that_is_to_come() {
    let mut room = room_with_lane(8, 0);
    room.release(2_000, &taken(&room, 6));
    assert_eq!(room.serving(), 7);
    // Slots 2 was passed over; 7 is the next of lane 1, though nobody was there when the line came to it.
    let late = room.join_lanes(2_000, &[("late", 1), ("everybody", 0), ("later", 1)]).unwrap();
    let numbers: Vec<u64> = late.iter().map(|place| room.draw().unwrap().number(place.ordinal)).collect();
    assert_eq!(numbers, [7, 10, 12]);
    assert!(room.log().contains(&LogEntry::Gap { at_ms: 2_000, lane: 1, from: 0, to: 1 }));
    assert_eq!((room.joined(), room.gaps()), (11, 1));
    // A releaser that has not heard of it yet skips nobody.
    let unheard = Offer { number: 8, ordinal: room.draw().unwrap().ordinal(8), offered: Offered::Place };
    assert_eq!(room.release(2_000, &[unheard]).stop, Stop::Stale);
    assert_eq!(room.release(2_000, &taken(&room, 9)).released, [7, 8, 9, 10, 12]);
    // Joining again in another lane finds the same place.
    assert_eq!(room.join_lanes(2_000, &[("late", 0)]).unwrap()[0].ordinal, late[0].ordinal);
}

#[test]
fn a_clock_that_steps_back_never_opens_a_limit() {
    let mut room = open_room(6);
    room.release(70_000, &offers(&room, 2));
    let release = room.release(5_000, &offers(&room, 2));
    assert_eq!((release.released, release.stop), (vec![], Stop::Cap));
}

proptest! {
    /// Whatever leaves, whatever the batches: numbers come in rising order, all that stayed come in.
    #[test]
    fn releases_follow_the_draw(places in 1_u32..40, leavers in prop::collection::vec(any::<bool>(), 40)) {
        let mut room = open_room(places);
        let stays = |ordinal: u64| !leavers[usize::try_from(ordinal).unwrap()];
        for ordinal in (0..u64::from(places)).filter(|ordinal| !stays(*ordinal)) {
            room.leave(2_000, ordinal);
        }
        let expected: Vec<u64> =
            (0..u64::from(places)).filter(|number| stays(room.draw().unwrap().ordinal(*number))).collect();
        let mut released = Vec::new();
        let mut now_ms = 2_000;
        while room.serving() < u64::from(places) {
            now_ms += 20_000;
            let count = (u64::from(places) - room.serving()).min(4);
            released.extend(room.release(now_ms, &offers(&room, count)).released);
        }
        prop_assert_eq!(released, expected);
    }
}
