//! Random histories, run against Redis and against the model; they must agree after every step.

use proptest::{prelude::*, test_runner::TestRunner};
use shared::{
    domain::{HoldId, SeatState, UserId},
    locks::{Claim, Extended, HoldOutcome, HoldRequest},
    testing::TestEngines,
};

use super::{
    model::{LIMIT, Model},
    world::{World, users},
};

const SEATS: u32 = 9;
const CAPACITIES: [u32; 2] = [4, 3];
const USERS: usize = 3;
const WISHES: usize = 4;

/// What one fan wants; asked for again and again under the same hold id.
#[derive(Clone, Debug)]
struct Wish {
    user: usize,
    seats: Vec<u32>,
    areas: Vec<(u16, u32)>,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Hold,
    LetExpire,
    Release,
    ReleaseAsAnother,
    Extend,
    Pin,
    Commit,
    SettleSold,
    SettleRejected,
    Cancel,
    Sweep,
    LoseRedis,
}

fn wish() -> impl Strategy<Value = Wish> {
    let seats = prop::collection::btree_set(0..SEATS, 0..4);
    let areas = prop::collection::btree_map(0..2_u16, 1..3_u32, 0..2);
    (0..USERS, seats, areas)
        .prop_filter("something is wanted", |(_, seats, areas)| !seats.is_empty() || !areas.is_empty())
        .prop_map(|(user, seats, areas)| Wish {
            user,
            seats: seats.into_iter().collect(),
            areas: areas.into_iter().collect(),
        })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => Just(Step::Hold),
        2 => Just(Step::LetExpire),
        2 => Just(Step::Release),
        1 => Just(Step::ReleaseAsAnother),
        2 => Just(Step::Extend),
        2 => Just(Step::Pin),
        4 => Just(Step::Commit),
        4 => Just(Step::SettleSold),
        1 => Just(Step::SettleRejected),
        2 => Just(Step::Cancel),
        2 => Just(Step::Sweep),
        1 => Just(Step::LoseRedis),
    ]
}

struct Pair<'a> {
    world: &'a World,
    model: Model,
    claims: Vec<Claim>,
    users: &'a [UserId],
    last_fence: i64,
    last_version: u64,
}

impl Pair<'_> {
    async fn take(&mut self, step: Step, index: usize) {
        let claim = self.claims[index].clone();
        let (id, user, event) = (claim.hold_id, claim.user_id, self.world.event);
        let holds = &self.world.holds;
        match step {
            Step::Hold => self.hold(index).await,
            Step::LetExpire => {
                self.world.let_expire(id).await;
                self.model.let_expire(id);
            }
            Step::Release | Step::ReleaseAsAnother => {
                let another = *self.users.iter().find(|other| **other != user).unwrap();
                let by = if matches!(step, Step::Release) { user } else { another };
                assert_eq!(holds.release(event, id, by).await.unwrap(), self.model.release(id, by));
            }
            Step::Extend | Step::Pin => {
                let pin = matches!(step, Step::Pin);
                let answer = if pin {
                    holds.pin(event, id, user, 900_000).await.unwrap()
                } else {
                    holds.extend(event, id, user, 900_000).await.unwrap()
                };
                let answer = match answer {
                    Extended::Done { .. } => Extended::Done { deadline_ms: 0 },
                    Extended::Already { .. } => Extended::Already { deadline_ms: 0 },
                    Extended::Gone => Extended::Gone,
                };
                assert_eq!(answer, self.model.extend(id, user, pin));
            }
            Step::Commit => self.commit(&claim).await,
            Step::SettleSold => {
                if self.model.committed(id).is_some() {
                    holds.settle_sold(std::slice::from_ref(&claim)).await.unwrap();
                    self.model.settle_sold(&claim);
                }
            }
            Step::SettleRejected => {
                if self.model.committed(id).is_none() {
                    holds.settle_rejected(std::slice::from_ref(&claim)).await.unwrap();
                    self.model.settle_rejected(id);
                }
            }
            Step::Cancel => self.cancel(&claim).await,
            Step::Sweep => {
                holds.sweep(event).await.unwrap();
                self.model.sweep();
            }
            Step::LoseRedis => {
                self.world.lose_redis().await;
                self.model.lose_redis();
            }
        }
    }

    async fn hold(&mut self, index: usize) {
        let claim = &mut self.claims[index];
        if self.model.committed(claim.hold_id).is_some() {
            return;
        }
        let request = HoldRequest {
            hold_id: claim.hold_id,
            event_id: claim.event_id,
            user_id: claim.user_id,
            seats: claim.seats.clone(),
            areas: claim.areas.clone(),
            limit: LIMIT,
            ttl_ms: 600_000,
            lease: None,
        };
        let mut outcome = self.world.holds.hold(&request).await.unwrap();
        let mut given = None;
        if let HoldOutcome::Held { fence, deadline_ms } = &mut outcome {
            *deadline_ms = 0;
            assert!(*fence > self.last_fence || *fence == claim.fence, "the fence only grows");
            self.last_fence = self.last_fence.max(*fence);
            claim.fence = *fence;
            given = Some(*fence);
        }
        assert_eq!(outcome, self.model.hold(claim.clone(), given));
    }

    async fn commit(&mut self, claim: &Claim) {
        if claim.fence == 0 || self.model.committed(claim.hold_id).is_some() {
            return;
        }
        let claimed = self.world.holds.claim(std::slice::from_ref(claim)).await.unwrap()[0];
        assert_eq!(claimed, self.model.claim(claim));
        if claimed != shared::locks::Claimed::Lost {
            assert_eq!(self.world.commit(claim).await, self.model.commit(claim));
        }
    }

    async fn cancel(&mut self, claim: &Claim) {
        if let Some((_, cancelled)) = self.model.committed(claim.hold_id) {
            if !cancelled {
                self.world.cancel(claim).await;
            }
            let Claim { event_id, hold_id, user_id, seats, areas, .. } = claim;
            self.world.holds.return_seats(*event_id, *hold_id, *user_id, seats, areas).await.unwrap();
            self.model.cancel(claim);
        }
    }

    /// `swept`: nothing expired may be shown as held any more.
    async fn agree(&mut self, swept: bool) {
        let before = self.world.holds.snapshot(self.world.event).await.unwrap();
        assert!(before.version >= self.last_version, "the version never falls");
        self.last_version = before.version;
        let states = self.world.states().await;
        for seat in 0..SEATS {
            let (shown, meant) = (states.get(seat), self.model.state(seat));
            let stale = !swept && shown == SeatState::Held && meant == SeatState::Available;
            assert!(shown == meant || stale, "seat {seat} is shown {shown:?} and should be {meant:?}");
        }
        let stock = self.world.holds.stock(self.world.event).await.unwrap();
        assert_eq!(stock.seats, u64::from(states.count(SeatState::Available)));
        for area in &stock.areas {
            let (sold, held) = self.model.area(area.area);
            assert!(area.sold == sold && (area.held == held || (!swept && area.held > held)), "{area:?}");
        }
    }
}

#[test]
fn scripts_and_model_agree_on_random_histories() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let engines = runtime.block_on(TestEngines::start());
    let users = runtime.block_on(users(&engines, USERS));
    let history = (prop::collection::vec(wish(), WISHES), prop::collection::vec((step(), 0..WISHES), 1..80));
    let config =
        ProptestConfig { cases: 96, max_shrink_iters: 200, failure_persistence: None, ..Default::default() };
    let outcome = TestRunner::new(config).run(&history, |(wishes, steps)| {
        runtime.block_on(async {
            let world = World::new(&engines, SEATS, &CAPACITIES).await;
            let claims = wishes
                .into_iter()
                .map(|wish| Claim {
                    event_id: world.event,
                    hold_id: HoldId::new(),
                    user_id: users[wish.user],
                    fence: 0,
                    lease: None,
                    seats: wish.seats,
                    areas: wish.areas,
                })
                .collect();
            let model = Model::new(SEATS, &CAPACITIES);
            let mut pair =
                Pair { world: &world, model, claims, users: &users, last_fence: 0, last_version: 0 };
            for (step, index) in steps {
                pair.take(step, index).await;
                pair.agree(matches!(step, Step::Sweep)).await;
            }
            world.holds.sweep(world.event).await.unwrap();
            pair.model.sweep();
            pair.agree(true).await;
        });
        Ok(())
    });
    outcome.unwrap();
    runtime.block_on(engines.finish());
}
