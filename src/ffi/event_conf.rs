//! Changed options: CONF_CHANGED.
//!
//! By hand: its lines are options of tor's configuration, not fields that one could list.

use std::ffi::{c_char, c_int};

use super::field_access::{fields, text};
use crate::engine::event::Event;
use crate::proto::event::{Fields, Kind, KindSet, Pair, Text};

/// One kind.
const CONF: KindSet = KindSet::of(Kind::ConfChanged);

/// How many lines the event has.
#[no_mangle]
pub extern "C" fn torctl_conf_changed_count(event: Option<&Event>) -> usize {
    fields(event, CONF).map_or(0, Fields::pair_count)
}

fn line(event: Option<&Event>, index: usize) -> Option<Pair<'_>> {
    fields(event, CONF)?.pair(index)
}

/// The name of the option of a line.
#[no_mangle]
pub extern "C" fn torctl_conf_changed_name(event: Option<&Event>, index: usize) -> *const c_char {
    text(line(event, index).map_or(Text::EMPTY, |line| line.name))
}

/// The value of a line, unquoted if tor quoted it.
#[no_mangle]
pub extern "C" fn torctl_conf_changed_value(event: Option<&Event>, index: usize) -> *const c_char {
    text(line(event, index).map_or(Text::EMPTY, |line| line.value))
}

/// The size of torctl_conf_changed_value().
#[no_mangle]
pub extern "C" fn torctl_conf_changed_value_size_bytes(
    event: Option<&Event>,
    index: usize,
) -> usize {
    line(event, index).map_or(0, |line| line.value.bytes().len())
}

/// 1 if the option of a line is unset now and has its default; 0 if it has a value, even an empty
/// one.
#[no_mangle]
pub extern "C" fn torctl_conf_changed_is_unset(event: Option<&Event>, index: usize) -> c_int {
    line(event, index).map_or(0, |line| c_int::from(!line.is_set))
}
