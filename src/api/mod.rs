//! What can be asked of tor, one file for each topic.

pub mod address;
pub mod attach;
pub mod bootstrap;
pub mod bridges;
pub mod circuit;
pub mod conf;
pub mod descriptor;
pub mod document;
pub mod exit_policy;
pub mod info;
pub mod launch;
mod logged;
pub mod question;
pub mod results;
pub mod session;
pub mod signal;
pub mod stream;
