//! Onsale.
