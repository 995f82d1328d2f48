//! The values of fields of directory documents, for torctl_router_read() and its like.

use super::args::empty;
use super::document::amount as signed;
use super::guard::guard_or;
use super::read::torctl_field_shape;
use super::value::*;
use crate::dir::{Entry, EntryFields};
use crate::proto::text::until_nul;

/// Reads many fields of an entry.
///
/// # Safety
/// `fields` and `values` are NULL or have that size.
#[inline]
pub(super) unsafe fn read<F>(
    entry: Option<&Entry<F>>,
    fields: *const i32,
    count: usize,
    values: *mut torctl_value,
    value: impl Fn(&Entry<F>, i32) -> torctl_value,
) -> usize {
    if fields.is_null() || values.is_null() {
        return 0;
    }
    let mut present = 0;
    for index in 0..count {
        // SAFETY: by this function's contract there are `count` numbers.
        let field = unsafe { *fields.add(index) };
        let value = match entry {
            Some(entry) => value(entry, field),
            None => none(field),
        };
        present += usize::from(value.state == TORCTL_VALUE_PRESENT);
        // SAFETY: by this function's contract there is room for `count` values.
        unsafe { values.add(index).write(value) };
    }
    present
}

/// Of a field that the object does not have, or that is none at all.
#[cold]
pub(super) fn none(field: i32) -> torctl_value {
    absent(torctl_field_shape(field))
}

/// Of a text with a NUL behind it.
#[inline]
pub(super) fn text(text: Option<&[u8]>) -> torctl_value {
    with_text(TORCTL_SHAPE_TEXT, 0, text)
}

/// Of flags and their words.
#[inline]
pub(super) fn flags(flags: u64, words: Option<&[u8]>) -> torctl_value {
    with_text(TORCTL_SHAPE_FLAGS, flags, words)
}

#[inline]
fn with_text(shape: i32, bits: u64, text: Option<&[u8]>) -> torctl_value {
    match text {
        Some(text) => torctl_value {
            state: TORCTL_VALUE_PRESENT,
            shape,
            number: torctl_number { u64: bits },
            text: text.as_ptr().cast(),
            size_bytes: until_nul(text).len(),
        },
        None => absent(shape),
    }
}

#[inline(always)]
fn absent(shape: i32) -> torctl_value {
    value(shape, TORCTL_VALUE_ABSENT, 0)
}

#[inline(always)]
fn value(shape: i32, state: i32, bits: u64) -> torctl_value {
    torctl_value {
        state,
        shape,
        number: torctl_number { u64: bits },
        text: empty(),
        size_bytes: 0,
    }
}

#[inline]
pub(super) fn time(time: Option<i64>) -> torctl_value {
    number(TORCTL_SHAPE_TIME, time.map(|time| time as u64))
}

#[inline]
pub(super) fn unsigned(count: Option<impl Into<u64>>) -> torctl_value {
    number(TORCTL_SHAPE_UNSIGNED, count.map(Into::into))
}

/// Of a number whose function gives -1 for none.
#[inline]
pub(super) fn amount(count: Option<impl Into<u64>>) -> torctl_value {
    let count = signed(count.map(Into::into));
    number(TORCTL_SHAPE_SIGNED, u64::try_from(count).ok())
}

#[inline]
pub(super) fn truth(truth: bool) -> torctl_value {
    value(TORCTL_SHAPE_BOOLEAN, TORCTL_VALUE_PRESENT, truth.into())
}

#[inline]
pub(super) fn list(count: usize) -> torctl_value {
    value(TORCTL_SHAPE_LIST, TORCTL_VALUE_PRESENT, count as u64)
}

/// Of the whole entry, which has to be put together first.
pub(super) fn raw<F: EntryFields>(entry: &Entry<F>) -> torctl_value {
    let raw = guard_or(None, || Some(entry.raw_with_nul()));
    torctl_value {
        size_bytes: raw.map_or(0, |_| entry.raw_size()),
        ..text(raw)
    }
}

#[inline]
fn number(shape: i32, bits: Option<u64>) -> torctl_value {
    match bits {
        Some(bits) => value(shape, TORCTL_VALUE_PRESENT, bits),
        None => absent(shape),
    }
}
