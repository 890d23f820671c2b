//! The lock scripts on a real Redis.

mod differential;
mod loss;
mod model;
mod races;
mod rules;
mod world;
