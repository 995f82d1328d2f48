//! tor's control protocol: bytes in, messages out, and requests to bytes.
//!
//! Nothing here does input or output, so all of it can be fuzzed, split at every byte and run
//! without a socket.
#![forbid(unsafe_code)]

pub mod auth;
pub mod bridge;
pub mod command;
pub mod decoder;
pub mod encode;
pub mod event;
pub mod info;
pub mod lines;
pub(crate) mod mask;
pub mod onion_address;
pub mod quote;
pub mod reason;
pub mod recording;
pub mod redacted;
pub mod refusal;
pub mod relay;
pub mod reply;
pub mod result;
pub mod shown;
pub mod socks;
pub(crate) mod sorted;
pub(crate) mod step_count;
pub mod text;
pub mod tor_text;
pub mod torrc;
pub mod trouble;

#[cfg(test)]
pub(crate) mod mutate;
