//! The messages on the wire, versioned JSON. Fields may be added; a change of meaning is a new version.
//!
//! | module | travels by | from → to |
//! |---|---|---|
//! | [`process_booking`] | RabbitMQ, queue | queue-api → registration-worker |
//! | [`places`] | RabbitMQ, queues of one event | queue-api → the releasing queue-api |
//! | [`events`] | RabbitMQ, topic exchange | worker, queue-api → notifier |
//! | [`live`] | Redis channels | queue-api, worker → notifier → WebSockets |

pub mod events;
pub mod live;
pub mod places;
pub mod process_booking;

pub use events::{Event, EventKind};
pub use places::PlacesJoined;
pub use process_booking::ProcessBooking;
