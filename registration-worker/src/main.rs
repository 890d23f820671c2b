//! Onsale.

fn main() {}
