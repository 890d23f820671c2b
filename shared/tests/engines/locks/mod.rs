//! The lock scripts on a real Redis, and on a cluster of three.

mod differential;
mod loss;
mod model;
mod races;
mod repair;
mod rules;
mod world;
