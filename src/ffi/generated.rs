//! What the functions that build.rs makes of src/tables stand on. Each stands in the module of its
//! topic, as `generated!("topic")` puts it there, so that it can use what that module has of its own.

pub(super) use std::ffi::{c_char, c_int, c_void};
pub(super) use std::mem::MaybeUninit;
pub(super) use std::sync::Arc;

pub(super) use super::answers::*;
pub(super) use super::args::*;
pub(super) use super::begun::{given, status_of, Asked};
pub(super) use super::error::torctl_error;
pub(super) use super::guard::*;
pub(super) use super::options_cell::{set_option, HasOptions, OptionsCell, Setter};
pub(super) use super::status::*;
pub(super) use crate::api::{switches, Tor};
pub(super) use crate::engine::call::Call;
pub(super) use crate::engine::event::Event;
pub(super) use crate::error::Error;

/// The functions and constants of a table.
macro_rules! generated {
    ($topic:literal) => {
        include!(concat!(env!("OUT_DIR"), "/functions_", $topic, ".rs"));
    };
}
pub(super) use generated;
