//! What the accessors of event fields have in common.
//!
//! All of them take an event of whatever kind, or none, and answer with the absent value when the
//! event is not of a kind that has the field: an accessor has no way to fail.

use std::ffi::c_char;

use super::guard::guard_or;
use crate::engine::event::Event;
use crate::proto::event::value;
use crate::proto::event::{Fields, Key, KindSet, List, Parts, Text};

/// The fields of an event that is of one of these kinds.
#[inline(always)]
pub(super) fn fields(event: Option<&Event>, kinds: KindSet) -> Option<&Fields> {
    let event = event.filter(|event| kinds.has(event.kind()))?;
    match event.parsed_fields() {
        Some(fields) => Some(fields),
        None => split(event),
    }
}

/// What is done once for each event is guarded; a guard around each field would cost as much as the
/// field.
#[cold]
fn split(event: &Event) -> Option<&Fields> {
    guard_or(None, || Some(event.fields()))
}

#[inline]
fn parts(event: Option<&Event>, kinds: KindSet) -> Option<&Parts> {
    let fields = fields(event, kinds)?;
    match fields.known_parts() {
        Some(parts) => Some(parts),
        None => guard_or(None, || Some(fields.parts())),
    }
}

/// A positional argument.
#[inline]
pub(super) fn arg(event: Option<&Event>, kinds: KindSet, index: usize) -> Text<'_> {
    fields(event, kinds).map_or(Text::EMPTY, |fields| fields.arg(index))
}

/// The value of a keyword.
#[inline]
pub(super) fn value(event: Option<&Event>, kinds: KindSet, key: Key) -> Text<'_> {
    fields(event, kinds)
        .and_then(|fields| fields.get(key))
        .unwrap_or_default()
}

/// The data block.
pub(super) fn data(event: Option<&Event>, kinds: KindSet) -> Text<'_> {
    let event = event.filter(|event| kinds.has(event.kind()));
    event.map_or(Text::EMPTY, |event| guard_or(Text::EMPTY, || event.data()))
}

/// How many parts a list has.
pub(super) fn part_count(event: Option<&Event>, kinds: KindSet, list: List) -> usize {
    parts(event, kinds).map_or(0, |parts| parts.count(list))
}

/// The first text of a part.
#[inline]
pub(super) fn first_part(
    event: Option<&Event>,
    kinds: KindSet,
    list: List,
    index: usize,
) -> Text<'_> {
    parts(event, kinds).map_or(Text::EMPTY, |parts| parts.item(list, index).0)
}

/// The second text of a part.
#[inline]
pub(super) fn second_part(
    event: Option<&Event>,
    kinds: KindSet,
    list: List,
    index: usize,
) -> Text<'_> {
    parts(event, kinds).map_or(Text::EMPTY, |parts| parts.item(list, index).1)
}

/// The second text of a part as a number.
pub(super) fn part_unsigned(
    event: Option<&Event>,
    kinds: KindSet,
    list: List,
    index: usize,
) -> u64 {
    unsigned(second_part(event, kinds, list, index))
}

/// The port of an address.
pub(super) fn part_port(event: Option<&Event>, kinds: KindSet, list: List) -> u16 {
    port(second_part(event, kinds, list, 0))
}

/// Lives as long as the event and does not move.
#[inline]
pub(super) fn text(text: Text<'_>) -> *const c_char {
    text.with_nul().as_ptr().cast()
}

/// 0 when absent.
#[inline]
pub(super) fn unsigned(text: Text<'_>) -> u64 {
    value::unsigned_text(text).unwrap_or(0)
}

/// Like [`unsigned`], of what remains of a text after a prefix that it must have.
pub(super) fn unsigned_text(text: Option<&[u8]>) -> u64 {
    text.and_then(value::unsigned).unwrap_or(0)
}

/// 0 when absent.
#[inline]
pub(super) fn signed(text: Text<'_>) -> i64 {
    value::signed(text).unwrap_or(0)
}

/// A small number of which 0 means something: -1 when absent, or when it does not fit.
#[inline]
pub(super) fn small(text: Text<'_>) -> i32 {
    let number = value::unsigned_text(text);
    number
        .and_then(|number| i32::try_from(number).ok())
        .unwrap_or(-1)
}

/// 0 when absent or too large for a port.
#[inline]
pub(super) fn port(text: Text<'_>) -> u16 {
    u16::try_from(unsigned(text)).unwrap_or(0)
}

/// 0 when absent.
#[inline]
pub(super) fn time_us(text: Text<'_>) -> i64 {
    value::time_us(text.bytes()).unwrap_or(0)
}

/// 0 when absent.
#[inline]
pub(super) fn float(text: Text<'_>) -> f64 {
    value::float(text.bytes()).unwrap_or(0.0)
}

/// For the tests of the accessors.
#[cfg(test)]
pub(super) mod testing {
    use std::ffi::{c_char, CStr};

    use crate::engine::block::Block;
    use crate::engine::event::Event;
    use crate::proto::event::Kind;

    /// The event of a line without its code and line end.
    pub(in crate::ffi) fn event(line: &str) -> Event {
        let kind = Kind::from_word(line.split(' ').next().unwrap().as_bytes());
        message(kind, &format!("650 {line}\r\n"))
    }

    /// The event of a whole message.
    pub(in crate::ffi) fn message(kind: Kind, raw: &str) -> Event {
        Event::new(Block::of_one(kind, raw.as_bytes().to_vec()), 0)
    }

    /// What a C program reads through a pointer.
    pub(in crate::ffi) fn read(text: *const c_char) -> String {
        assert!(!text.is_null());
        // SAFETY: an accessor returned it, for an event that is still there.
        let text = unsafe { CStr::from_ptr(text) };
        text.to_bytes().escape_ascii().to_string()
    }
}
