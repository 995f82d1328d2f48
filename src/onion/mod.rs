//! Onion services: those that this connection makes, those of tor's configuration, their
//! descriptors, their keys and the keys of their clients.
//!
//! Bytes alone are `command`, `answer`, `key` and `key_text`; the others ask tor, or open files.
//! The address is in `proto`, which reads it in refusals; the outer layer of a descriptor is a
//! directory document, in `dir`.

pub mod answer;
pub mod client_auth;
mod collision;
pub mod command;
pub mod configured;
pub mod fetch;
pub mod key;
pub mod key_file;
pub mod key_text;
pub mod listener;
pub mod published;
pub mod service;
pub mod services;
