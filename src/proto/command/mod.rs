//! Every command of tor as a function that makes its bytes, one file for each topic.

pub mod conf;
pub mod info;
pub mod raw;
pub mod session;
pub mod signal;
