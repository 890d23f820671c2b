//! Where pushes come from: Redis channels for what changes all the time ([`Feed`]), RabbitMQ for facts
//! ([`facts`]), and the stores for what was true before a socket asked ([`Lookups`]).

mod facts;
mod feed;
mod line_teller;
mod lookups;
mod seat_batch;
mod seat_flow;

pub(crate) use facts::push_facts;
pub(crate) use feed::Feed;
pub(crate) use lookups::{LookupError, Lookups};
