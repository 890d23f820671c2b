use proptest::prelude::*;

use super::*;

fn lanes(shares: &[u8]) -> Lanes {
    Lanes::by_shares(shares).unwrap()
}

/// Shares of up to three lanes besides everybody's.
fn shares() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(1_u8..19, 0..4)
        .prop_filter("everybody has a share", |steps| steps.iter().sum::<u8>() < 20)
        .prop_map(|steps| steps.into_iter().map(|step| step * SHARE_STEP_PERCENT).collect())
}

fn counts() -> impl Strategy<Value = PerLane> {
    prop::collection::vec(0_u64..200, MOST_LANES).prop_map(|counts| PerLane::from_slice(&counts))
}

#[test]
fn cycles_are_short_and_spread_evenly() {
    for (shares, cycle) in [
        (vec![], "0"),
        (vec![50], "10"),
        (vec![20], "00100"),
        (vec![25, 25], "0210"),
        (vec![5], "00000000010000000000"),
        (vec![30, 10], "0102010010"),
        (vec![40, 20, 20], "13201"),
    ] {
        let lanes = lanes(&shares);
        assert_eq!(lanes.to_string(), cycle, "{shares:?}");
        assert_eq!(cycle.parse(), Ok(lanes));
    }
}

#[test]
fn shares_that_leave_nothing_for_everybody_make_no_lanes() {
    for shares in [vec![100], vec![0], vec![7], vec![50, 50], vec![255], vec![5, 5, 5, 5]] {
        assert_eq!(Lanes::by_shares(&shares), Err(NoLanes), "{shares:?}");
    }
    for text in ["", "5", "1", "02", "000000000000000000000", "x"] {
        assert_eq!(text.parse::<Lanes>(), Err(NoLanes), "{text}");
    }
}

#[test]
fn one_lane_is_as_if_there_were_none() {
    let (one, next) = (Lanes::ONE, PerLane::one(7));
    for n in 0..20 {
        assert_eq!((one.lane_of(n), one.local_of(n), one.ordinal(0, n)), (0, n, n));
        assert_eq!((one.number(0, n), one.slot(n), one.below(0, n)), (n, (0, n), n));
        assert_eq!(one.is_vacant(n, &next), n >= 7);
    }
    assert_eq!((one.end(&next), one.ordinals(&next), one.waiting(3, &next)), (7, 7, 4));
    assert_eq!(next.text(&one), "7");
}

proptest! {
    #[test]
    fn every_cycle_has_the_shares_that_were_asked_for(shares in shares()) {
        let lanes = lanes(&shares);
        for (lane, share) in (1..).zip(&shares) {
            prop_assert_eq!(lanes.share_percent(lane), u64::from(*share));
        }
        // Evenly: whatever the stretch from the beginning, no lane is a whole slot away from its share.
        for slots in 1..=lanes.width() {
            for lane in lanes.all() {
                let given = lanes.below(lane, slots) * lanes.width();
                prop_assert!(given.abs_diff(lanes.slots(lane) * slots) < lanes.width() * 2);
            }
        }
    }

    #[test]
    fn numbers_and_slots_undo_each_other(shares in shares(), number in 0_u64..1 << 40) {
        let lanes = lanes(&shares);
        let (lane, rank) = lanes.slot(number);
        prop_assert_eq!(lanes.number(lane, rank), number);
        prop_assert_eq!(lanes.below(lane, number + 1), rank + 1);
        let (lane, local) = (lanes.lane_of(number), lanes.local_of(number));
        prop_assert_eq!(lanes.ordinal(lane, local), number);
        let all: u64 = lanes.all().map(|lane| lanes.below(lane, number)).sum();
        prop_assert_eq!(all, number);
    }

    /// The closed forms are what counting number by number gives.
    #[test]
    fn counting_agrees(shares in shares(), next in counts(), serving in 0_u64..300, further in 0_u64..300) {
        let lanes = lanes(&shares);
        let next = PerLane::from_slice(next.of(&lanes));
        let end = lanes.end(&next);
        let taken = |from: u64, to: u64| {
            u64::try_from((from..to).filter(|number| !lanes.is_vacant(*number, &next)).count()).unwrap()
        };
        prop_assert_eq!(taken(0, end), next.sum());
        prop_assert!(end == 0 || !lanes.is_vacant(end - 1, &next));
        prop_assert_eq!(lanes.waiting(serving, &next), taken(serving, end.max(serving)));
        let number = serving + further;
        prop_assert_eq!(lanes.ahead(serving, number, &next), taken(serving, number));
        let given = (0..lanes.ordinals(&next)).filter(|ordinal| lanes.is_given(*ordinal, &next)).count();
        prop_assert_eq!(u64::try_from(given).unwrap(), next.sum());
        // Who joins now gets the first slot that was not passed over and is behind all of the lane.
        let later = lanes.next_at(serving, &next);
        for lane in lanes.all() {
            let number = lanes.number(lane, later.get(lane));
            prop_assert!(number >= serving && later.get(lane) >= next.get(lane));
            prop_assert!(later.get(lane) == next.get(lane) || lanes.number(lane, later.get(lane) - 1) < serving);
        }
        prop_assert_eq!(next.text(&lanes).parse(), Ok(next));
    }
}
