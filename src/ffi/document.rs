//! What the exports for directory documents have in common. Those of src/tables call these
//! functions.

use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;
use std::net::IpAddr;

use super::args::{memory, null, optional_bytes, Out};
use super::error::torctl_error;
use super::guard::{guard, guard_or};
use super::status::*;
use crate::api::document::other_document;
use crate::dir::{Entry, EntryFields, List, Reader, Walk};
use crate::error::Error;
use crate::proto::text;

/// A function of the program that is called for each entry.
pub(super) type Each<F> =
    Option<unsafe extern "C-unwind" fn(entry: *const Entry<F>, user_data: *mut c_void) -> i32>;

/// All the entries of a text.
///
/// # Safety
/// The text has that size.
pub(super) unsafe fn parse<F: EntryFields>(
    text: *const c_void,
    size_bytes: usize,
    out: Option<&mut MaybeUninit<*mut List<F>>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let out = Out::object(out);
    guard(Out::object(err), || {
        out.check("out")?;
        // SAFETY: passed on.
        let list = list_of::<F>(unsafe { document(text, size_bytes) }?.to_vec())?;
        if list.is_other_document() {
            return Err(other_document::<F>("text", list.skipped()));
        }
        out.set_box(list);
        Ok(TORCTL_OK)
    })
}

/// All the entries of a text that becomes the list's own.
pub(super) fn list_of<F: EntryFields>(text: Vec<u8>) -> Result<List<F>, Error> {
    let too_long = || Error::Invalid("text is of 4 GiB or more".to_string());
    List::from_bytes(text).ok_or_else(too_long)
}

/// Shows the entries of a text one by one.
///
/// # Safety
/// The text has that size, and the function takes `user_data`.
pub(super) unsafe fn walk<F: EntryFields>(
    text: *const c_void,
    size_bytes: usize,
    each: Each<F>,
    user_data: *mut c_void,
    count: Option<&mut MaybeUninit<usize>>,
    err: Option<&mut MaybeUninit<*mut torctl_error>>,
) -> torctl_status {
    let count = Out::new(count, 0);
    guard(Out::object(err), || {
        // SAFETY: passed on.
        let text = unsafe { document(text, size_bytes) }?;
        let each = each.ok_or_else(|| null("each"))?;
        let mut walk = Walk::<F>::new(text);
        let mut shown = 0;
        while let Some(entry) = walk.next() {
            shown += 1;
            // SAFETY: by the header the function takes this pointer, and the object until it returns.
            if unsafe { each(entry, user_data) } != 0 {
                break;
            }
        }
        if walk.is_other_document() {
            return Err(other_document::<F>("text", walk.skipped()));
        }
        count.set(shown);
        Ok(TORCTL_OK)
    })
}

/// The entry that this string finds.
///
/// # Safety
/// The pointer is NULL or that of a string.
pub(super) unsafe fn find<F>(
    list: Option<&List<F>>,
    wanted: *const c_char,
    find: for<'a> fn(&'a List<F>, &[u8]) -> Option<&'a Entry<F>>,
) -> *const Entry<F> {
    guard_or(std::ptr::null(), || {
        // SAFETY: passed on.
        let wanted = unsafe { optional_bytes(wanted) };
        lend(
            list.zip(wanted)
                .and_then(|(list, wanted)| find(list, wanted)),
        )
    })
}

/// Gives a reader the next piece.
///
/// # Safety
/// The piece has that size.
pub(super) unsafe fn push<F: EntryFields>(
    reader: Option<&mut Reader<F>>,
    piece: *const c_void,
    size_bytes: usize,
) {
    guard_or((), || {
        // SAFETY: passed on.
        if let (Some(reader), Ok(piece)) = (reader, unsafe { document(piece, size_bytes) }) {
            reader.push(piece);
        }
    });
}

/// The string at the beginning of the text, which has a NUL in it; "" for none.
#[inline]
pub(super) fn string(text: Option<&[u8]>) -> *const c_char {
    text.unwrap_or(&[0]).as_ptr().cast()
}

/// A number of which 0 means something; -1 for none.
#[inline]
pub(super) fn amount(number: Option<u64>) -> i64 {
    number.and_then(|it| i64::try_from(it).ok()).unwrap_or(-1)
}

/// A text from C; NULL only with a size of 0.
///
/// # Safety
/// The pointer is NULL or that of `size` readable bytes that live as long as the result.
pub(super) unsafe fn document<'a>(text: *const c_void, size: usize) -> Result<&'a [u8], Error> {
    // SAFETY: passed on.
    Ok(unsafe { memory(text, size, "text") }?.unwrap_or_default())
}

/// An IP address from C, or none: NULL and "" stand for any. `None` if the text is not an address.
///
/// # Safety
/// The pointer is NULL or that of a string.
pub(super) unsafe fn target(address: *const c_char) -> Option<Option<IpAddr>> {
    // SAFETY: passed on.
    match unsafe { optional_bytes(address) } {
        None | Some(b"") => Some(None),
        Some(address) => text::address(address).map(Some),
    }
}

/// Hands an object to C, or NULL.
pub(super) fn give<T>(object: Option<T>) -> *mut T {
    object.map_or(std::ptr::null_mut(), |object| {
        Box::into_raw(Box::new(object))
    })
}

/// Lends an object to C, or NULL.
#[inline]
pub(super) fn lend<T>(object: Option<&T>) -> *const T {
    object.map_or(std::ptr::null(), std::ptr::from_ref)
}
