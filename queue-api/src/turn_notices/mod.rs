//! Being told when one's turn in a waiting room comes, by mail and by Web Push.
//!
//! A place's notices are rows that wait for the place to be admitted; notifiers tell and delete them. Accounts have a
//! standing wish, which every place they join takes over ([`StandingWishes`]), and browsers that may be pushed to.

mod account;
mod http;
mod service;
mod standing;
mod store;

pub use http::routes;
pub(crate) use service::{
    MailNotice, TurnNotices, ask_by_mail, forget_event, forget_place, of_place, stop_all, stop_mail,
};
pub use standing::StandingWishes;
