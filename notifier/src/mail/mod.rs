//! One mail a booking and occasion.
//!
//! The facts come from a queue that all notifiers share; the same fact may come several times. A row of
//! `notifications`, unique per booking, channel and template, is claimed with a lease before anything is sent and
//! marked afterwards, so only one notifier sends at a time and only once. Only a process that dies between the
//! mail server's "accepted" and the mark can cause a second copy: it has the same Message-ID, by which mail
//! programs drop it.

mod claims;
mod compose;
pub mod dead_letters;
mod letters;
mod mailer;
mod material;
mod offers;
mod rush;
mod templates;
mod transport;
mod turn;
mod words;
mod writers;

pub(crate) use compose::automatic;
pub(crate) use mailer::Mailer;
pub(crate) use rush::Rush;
pub(crate) use templates::Texts;
pub(crate) use transport::{SendError, Transport};
pub(crate) use turn::{TurnLetter, clock_time};
pub(crate) use words::turn_words;
