//! The functions and constants that build.rs makes of src/tables.
// A word that says all of itself has no comment, and not every family needs all of its sets.
#![allow(missing_docs, dead_code)]

use std::ffi::{c_char, c_int};

use super::field_access::*;
use crate::engine::event::Event;
use crate::proto::event::{words, Key, Kind, KindSet, PartList};

include!(concat!(env!("OUT_DIR"), "/fields.rs"));
