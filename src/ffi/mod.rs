//! The C boundary: one file for each noun of `include/torctl.h`, whose comments are its manual.
//!
//! Every export is thin: check the arguments, make one call into the layers below, hand out the
//! result. Objects cross as pointers to the engine's own types; `build.rs` gives them their C
//! names.
#![allow(non_camel_case_types)] // C's names.

mod generated;

pub mod address;
pub mod address_mappings;
pub mod answers;
mod args;
pub mod attach;
mod begun;
pub mod bridges;
pub mod call;
pub mod circuit;
pub mod client_auth;
pub mod config_options;
pub mod controller;
pub mod decoder;
pub mod dial;
pub mod directory;
mod document;
pub mod document_kind;
mod document_value;
pub mod documents;
pub mod endpoints;
pub mod entry_guards;
pub mod error;
pub mod event;
pub mod event_cells;
pub mod event_conf;
pub mod event_fields;
pub mod exit_policy;
pub mod fetch;
mod field_access;
mod guard;
pub mod health;
pub mod index;
pub mod launch;
pub mod listener;
pub mod onion;
pub mod onion_descriptor;
pub mod onion_key;
pub mod onion_listener;
pub mod onion_options;
pub mod options;
mod options_cell;
pub mod pending;
pub mod preface;
pub mod process_info;
pub mod question;
pub mod queue;
pub mod read;
pub mod reason;
pub mod reply;
pub mod request;
pub mod result;
pub mod router;
pub mod services;
pub mod status;
pub mod switches;
pub mod tor_version;
pub mod trace;
pub mod value;
pub mod values;
pub mod version;
pub mod view;
pub mod wait;
