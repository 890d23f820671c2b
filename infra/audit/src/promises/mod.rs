//! One module a promise.

pub mod admissions;
pub mod bookings;
pub mod doors;
pub mod mails;
pub mod money;
pub mod order;
pub mod seats;
pub mod waiting_list;
