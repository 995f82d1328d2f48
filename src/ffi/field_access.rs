//! What the accessors of event fields have in common.
//!
//! All of them take an event of whatever kind, or none, and answer with the absent value when the
//! event is not of a kind that has the field: an accessor has no way to fail.

use std::ffi::{c_char, c_int};

use super::event_fields::TORCTL_SEVERITY_DEBUG;
use super::guard::guard_or;
use crate::engine::event::Event;
use crate::proto::event::number;
use crate::proto::event::{Fields, Key, Kind, KindSet, PartList, Parts, Text};

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

/// The value of a keyword; an argument where that is empty.
pub(super) fn value_or_arg(
    event: Option<&Event>,
    kinds: KindSet,
    key: Key,
    index: usize,
) -> Text<'_> {
    let keyword = value(event, kinds, key);
    match keyword.bytes().is_empty() {
        true => arg(event, kinds, index),
        false => keyword,
    }
}

/// The data block.
pub(super) fn data(event: Option<&Event>, kinds: KindSet) -> Text<'_> {
    let event = event.filter(|event| kinds.has(event.kind()));
    event.map_or(Text::EMPTY, |event| guard_or(Text::EMPTY, || event.data()))
}

/// How many parts a list has.
#[inline]
pub(super) fn part_count(event: Option<&Event>, kinds: KindSet, list: PartList) -> usize {
    parts(event, kinds).map_or(0, |parts| parts.count(list))
}

/// The first text of a part.
#[inline]
pub(super) fn first_part(
    event: Option<&Event>,
    kinds: KindSet,
    list: PartList,
    index: usize,
) -> Text<'_> {
    parts(event, kinds).map_or(Text::EMPTY, |parts| parts.item(list, index).0)
}

/// The second text of a part.
#[inline]
pub(super) fn second_part(
    event: Option<&Event>,
    kinds: KindSet,
    list: PartList,
    index: usize,
) -> Text<'_> {
    parts(event, kinds).map_or(Text::EMPTY, |parts| parts.item(list, index).1)
}

/// The second text of a part as a number.
pub(super) fn part_unsigned(
    event: Option<&Event>,
    kinds: KindSet,
    list: PartList,
    index: usize,
) -> u64 {
    unsigned(second_part(event, kinds, list, index))
}

/// Lives as long as the event and does not move.
#[inline]
pub(super) fn text(text: Text<'_>) -> *const c_char {
    text.with_nul().as_ptr().cast()
}

/// 0 when absent.
#[inline]
pub(super) fn unsigned(text: Text<'_>) -> u64 {
    number::unsigned_text(text).unwrap_or(0)
}

/// Like [`unsigned`], of what remains of a text after a prefix that it must have.
pub(super) fn unsigned_text(text: Option<&[u8]>) -> u64 {
    text.and_then(number::unsigned).unwrap_or(0)
}

/// 0 when absent.
#[inline]
pub(super) fn signed(text: Text<'_>) -> i64 {
    number::signed(text).unwrap_or(0)
}

/// A small number of which 0 means something: -1 when absent, or when it does not fit.
#[inline]
pub(super) fn small(text: Text<'_>) -> i32 {
    let number = number::unsigned_text(text);
    number
        .and_then(|number| i32::try_from(number).ok())
        .unwrap_or(-1)
}

/// 1 and 0 for two words, -1 for all others.
pub(super) fn yes_no(text: Text<'_>, yes: &[u8], no: &[u8]) -> c_int {
    match text.bytes() {
        word if word == yes => 1,
        word if word == no => 0,
        _ => -1,
    }
}

/// 0 when absent or too large for a port.
#[inline]
pub(super) fn port(text: Text<'_>) -> u16 {
    u16::try_from(unsigned(text)).unwrap_or(0)
}

/// 0 when absent.
#[inline]
pub(super) fn time_us(text: Text<'_>) -> i64 {
    number::time_us(text.bytes()).unwrap_or(0)
}

/// 0 when absent.
#[inline]
pub(super) fn float(text: Text<'_>) -> f64 {
    number::float(text.bytes()).unwrap_or(0.0)
}

/// One of the two numbers of a BW event, which come from a quicker parser.
#[inline(always)]
pub(super) fn bw_bytes(event: Option<&Event>, written: bool) -> u64 {
    let quick = event
        .filter(|event| event.kind() == Kind::Bw)
        .and_then(Event::bw);
    match quick {
        Some(numbers) => numbers[usize::from(written)],
        None => unusual_bw_bytes(event, written),
    }
}

/// The general parser takes over for lines that are not of the usual form.
#[cold]
#[inline(never)]
fn unusual_bw_bytes(event: Option<&Event>, written: bool) -> u64 {
    unsigned(arg(event, KindSet::of(Kind::Bw), usize::from(written)))
}

/// The severity of a log line.
pub(super) fn log_severity(event: Option<&Event>) -> i32 {
    const LOG: KindSet = KindSet::of(Kind::Debug)
        .union(KindSet::of(Kind::Info))
        .union(KindSet::of(Kind::Notice))
        .union(KindSet::of(Kind::Warn))
        .union(KindSet::of(Kind::Err));
    let event = event.filter(|event| LOG.has(event.kind()));
    // The kinds have the order of the severities.
    event.map_or(0, |event| {
        TORCTL_SEVERITY_DEBUG + event.kind() as i32 - Kind::Debug as i32
    })
}
