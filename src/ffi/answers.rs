//! The objects with the answers to questions, which build.rs makes of src/tables.
// A field that is called after its function has no comment.
#![allow(missing_docs)]

use std::ffi::{c_char, c_int, CString};

use zeroize::Zeroizing;

use super::args::{c_string, empty};
use super::error::torctl_error;
use super::event_fields::*;
use super::guard::{free, Freed};
use super::status::*;
use crate::engine::event::Event;
use crate::proto::event::words;
use crate::{api, dir, onion, proto};

/// The constant of torctl.h for a variant of an enum.
pub(super) trait Constant {
    fn constant(&self) -> i32;
}

/// What may be there or not.
trait Maybe<T> {
    fn or(self, absent: T) -> T;
}

impl<T> Maybe<T> for T {
    fn or(self, _: T) -> T {
        self
    }
}

impl<T> Maybe<T> for Option<T> {
    fn or(self, absent: T) -> T {
        self.unwrap_or(absent)
    }
}

/// The number, or what stands for one that is absent.
fn or<T>(number: impl Maybe<T>, absent: T) -> T {
    number.or(absent)
}

fn raw<T: AsRef<[u8]> + ?Sized>(text: &T) -> &[u8] {
    text.as_ref()
}

// Once in the library is enough.

/// Bytes with a NUL behind them.
#[inline(never)]
fn with_nul(bytes: &[u8]) -> Vec<u8> {
    [bytes, b"\0"].concat()
}

/// A text for C.
#[inline(never)]
fn text(bytes: &[u8]) -> CString {
    c_string(bytes)
}

/// Texts for C.
fn texts<T: AsRef<[u8]>>(all: impl IntoIterator<Item = T>) -> Vec<CString> {
    all.into_iter().map(|it| text(raw(&it))).collect()
}

include!(concat!(env!("OUT_DIR"), "/answers.rs"));
