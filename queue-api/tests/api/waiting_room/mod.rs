//! The waiting room on real engines.

mod scripts;
