//! What can be asked of tor, one file for each topic.

pub mod conf;
pub mod info;
pub mod signal;
