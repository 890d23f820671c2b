//! A client of Onsale's API and sockets, for what runs or checks the system from outside.

mod api;
mod connect;
mod pool;
mod socket;

pub use api::{Answer, Api, Call};
pub use socket::Socket;
