//! (see the crate comment)
