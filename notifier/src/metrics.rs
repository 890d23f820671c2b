//! What operators see of a notifier.

use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

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
    }

    /// Counts one mail.
    pub(crate) fn mail(&self, outcome: MailOutcome) {
        self.mails.get_or_create(&MailLabels { outcome }).inc();
    }
}
