//! What can be asked of tor, one file for each topic.

pub mod address;
pub mod attach;
pub mod bootstrap;
pub mod bridges;
pub mod circuit;
pub mod conf;
pub mod descriptor;
pub mod dial;
pub mod document;
pub mod endpoints;
pub mod entry_guards;
pub mod exit_policy;
pub mod health;
pub mod info;
pub mod launch;
mod logged;
pub mod new_identity;
pub mod outcome;
pub mod process_info;
pub mod signal;
pub mod snapshot;
pub mod stream;
mod stream_key;
pub mod switches;
mod tor;
pub mod traffic;
pub mod typed_info;
pub mod view;

pub use tor::Tor;
