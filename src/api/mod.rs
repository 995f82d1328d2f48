//! What can be asked of tor, one file for each topic.

pub mod address;
pub mod bootstrap;
pub mod circuit;
pub mod conf;
pub mod document;
pub mod info;
pub mod launch;
pub mod results;
pub mod session;
pub mod signal;
pub mod stream;
