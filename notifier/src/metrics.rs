//! What operators see of a notifier.

use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use crate::turns::Channel;

/// Counters and gauges.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    /// Open sockets.
    pub(crate) sockets: Gauge,
    /// Texts put into the queues of sockets.
    pub(crate) pushes: Counter,
    /// Sockets closed because they fell behind.
    pub(crate) dropped_slow: Counter,
    /// Mails by what became of them.
    pub(crate) mails: Family<MailLabels, Counter>,
    /// Notices of turns by channel and what became of them.
    pub(crate) turns: Family<TurnLabels, Counter>,
}

/// Labels of a notice of a turn.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct TurnLabels {
    /// email or push.
    pub(crate) channel: &'static str,
    /// What became of it.
    pub(crate) outcome: TurnOutcome,
}

/// What became of a try to tell a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum TurnOutcome {
    /// Told.
    Told,
    /// The browser is gone.
    Gone,
    /// Will be tried again.
    Retried,
    /// Given up.
    Failed,
    /// Not told in time.
    Late,
}

/// Labels of a mail.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct MailLabels {
    /// What became of it.
    pub(crate) outcome: MailOutcome,
}

/// What became of a mail's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum MailOutcome {
    /// Handed over.
    Sent,
    /// Had been sent before, or given up.
    Duplicate,
    /// Will be tried again.
    Retried,
    /// Given up: a dead letter.
    Failed,
}

impl Metrics {
    /// Makes them known.
    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register("notifier_sockets", "Open sockets", self.sockets.clone());
        registry.register("notifier_pushes", "Texts put into the queues of sockets", self.pushes.clone());
        let slow = "Sockets closed because they fell behind";
        registry.register("notifier_sockets_too_slow", slow, self.dropped_slow.clone());
        registry.register("notifier_mails", "Mails by what became of them", self.mails.clone());
        let turns = "Notices of turns by channel and what became of them";
        registry.register("notifier_turns", turns, self.turns.clone());
    }

    /// Counts notices of turns.
    pub(crate) fn turns(&self, channel: Channel, outcome: TurnOutcome, count: u64) {
        let labels = TurnLabels { channel: channel.as_str(), outcome };
        self.turns.get_or_create(&labels).inc_by(count);
    }

    /// Counts one mail.
    pub(crate) fn mail(&self, outcome: MailOutcome) {
        self.mails.get_or_create(&MailLabels { outcome }).inc();
    }
}
