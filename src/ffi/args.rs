//! Pointers and strings from C to Rust, checked.

use std::ffi::{c_char, c_void, CStr, CString, OsStr};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

use crate::api::Tor;
use crate::engine::call::Call;
use crate::engine::event_queue::EventQueue;
use crate::engine::request::Request;
use crate::error::Error;

/// A place for a result, or none if the caller does not want it. Written before anything else is
/// looked at.
pub(super) struct Out<'a, T>(Option<&'a mut MaybeUninit<T>>);

impl<'a, T> Out<'a, T> {
    /// The place, holding `initial`.
    pub(super) fn new(mut place: Option<&'a mut MaybeUninit<T>>, initial: T) -> Out<'a, T> {
        if let Some(place) = &mut place {
            place.write(initial);
        }
        Out(place)
    }

    pub(super) fn is_wanted(&self) -> bool {
        self.0.is_some()
    }

    /// Writes it now, and perhaps again later.
    pub(super) fn put(&mut self, value: T) {
        if let Some(place) = &mut self.0 {
            place.write(value);
        }
    }

    pub(super) fn check(&self, name: &str) -> Result<(), Error> {
        match self.is_wanted() {
            true => Ok(()),
            false => Err(null(name)),
        }
    }

    pub(super) fn set(self, value: T) {
        if let Some(place) = self.0 {
            place.write(value);
        }
    }

    pub(super) fn set_from(self, value: impl Into<T>) {
        self.set(value.into());
    }
}

impl<'a, T> Out<'a, *mut T> {
    /// A place for a new object, which the caller must want.
    pub(super) fn object(place: Option<&'a mut MaybeUninit<*mut T>>) -> Out<'a, *mut T> {
        Out::new(place, std::ptr::null_mut())
    }

    /// One that the caller does not want is dropped.
    pub(super) fn set_box(self, value: T) {
        if self.is_wanted() {
            self.set(Box::into_raw(Box::new(value)));
        }
    }

    pub(super) fn set_new(self, value: impl Into<T>) {
        self.set_box(value.into());
    }
}

// These are in nearly every export: once in the library is enough.

#[cold]
#[inline(never)]
pub(super) fn null(name: &str) -> Error {
    Error::Invalid(format!("{name} is NULL"))
}

/// A wait's timeout in milliseconds; -1 is without end.
#[inline(never)]
pub(super) fn timeout(timeout_ms: i32, name: &str) -> Result<Option<u64>, Error> {
    match timeout_ms {
        -1 => Ok(None),
        0.. => Ok(Some(timeout_ms as u64)),
        _ => Err(Error::Invalid(format!(
            "{name} is {timeout_ms}, and only -1 is endless"
        ))),
    }
}

/// For a number that is no constant of the set which an argument is chosen from.
#[cold]
#[inline(never)]
pub(super) fn no_constant(number: i32, name: &str, set: &str) -> Error {
    Error::Invalid(format!("{name} is {number}, which is no {set} constant"))
}

/// The object behind a handle, which must not be NULL.
pub(super) fn required<'a, T>(handle: Option<&'a T>, name: &str) -> Result<&'a T, Error> {
    handle.ok_or_else(|| null(name))
}

/// What a forked child inherits and cannot use: behind it stands a conversation, a thread or a lock
/// of the process that made it.
pub(super) trait Local {
    /// Whether this process made it.
    fn is_here(&self) -> bool;
}

impl Local for Tor {
    fn is_here(&self) -> bool {
        (**self).is_here()
    }
}

impl Local for Call {
    fn is_here(&self) -> bool {
        self.is_here()
    }
}

impl Local for EventQueue {
    fn is_here(&self) -> bool {
        self.controller().is_here()
    }
}

impl Local for Request {
    fn is_here(&self) -> bool {
        self.conversation().is_here()
    }
}

fn local<T: Local>(object: &T) -> Result<&T, Error> {
    match object.is_here() {
        true => Ok(object),
        false => Err(Error::forked()),
    }
}

/// The object behind a handle, which must not be NULL and must be this process's.
#[inline(never)]
pub(super) fn own<'a, T: Local>(handle: Option<&'a T>, name: &str) -> Result<&'a T, Error> {
    local(required(handle, name)?)
}

/// A share in the object behind a handle, which must be this process's, so that a free in another
/// thread does not pull it away.
///
/// # Safety
/// The handle came from `Arc::into_raw` and is not freed before this returns.
#[inline(never)]
pub(super) unsafe fn share<T: Local>(handle: *const T, name: &str) -> Result<Arc<T>, Error> {
    // SAFETY: by this function's contract the handle is that of a living `Arc`.
    own(unsafe { handle.as_ref() }, name)?;
    // SAFETY: as above.
    unsafe { Arc::increment_strong_count(handle) };
    // SAFETY: this takes over the count that was just added.
    Ok(unsafe { Arc::from_raw(handle) })
}

/// The handle's own share, given up by who frees it. None for NULL.
///
/// # Safety
/// As for [`share`], and the handle is not used any more.
pub(super) unsafe fn give_up<T>(handle: *const T) -> Option<Arc<T>> {
    // SAFETY: by this function's contract the handle is that of a living `Arc`.
    (!handle.is_null()).then(|| unsafe { Arc::from_raw(handle) })
}

/// Like [`share`], for an optional call that is waited for: without one, the defaults.
///
/// # Safety
/// As for [`share`].
#[inline(never)]
pub(super) unsafe fn share_call(handle: *const Call) -> Result<Arc<Call>, Error> {
    // SAFETY: passed on.
    let call = unsafe { share_any_call(handle) }?;
    match call.begins_in() {
        None => Ok(call),
        // Whoever begins calls does not want to wait.
        Some(_) => Err(Error::Invalid(
            "call has a queue, and this function cannot be begun".to_string(),
        )),
    }
}

/// The same for one that need not be waited for.
///
/// # Safety
/// As for [`share`].
#[inline(never)]
pub(super) unsafe fn share_any_call(handle: *const Call) -> Result<Arc<Call>, Error> {
    if handle.is_null() {
        return Ok(Call::none());
    }
    // SAFETY: passed on.
    unsafe { share(handle, "call") }
}

/// The bytes of a string, which must not be NULL.
///
/// # Safety
/// The pointer is NULL or that of a NUL-terminated string that lives as long as the result.
#[inline(never)]
pub(super) unsafe fn bytes<'a>(text: *const c_char, name: &str) -> Result<&'a [u8], Error> {
    // SAFETY: passed on.
    unsafe { optional_bytes(text) }.ok_or_else(|| null(name))
}

/// A part of a key, which tor has only as text.
pub(super) fn kind_text(kind: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(kind).map_err(|_| Error::Invalid("kind is not text".to_string()))
}

/// The path that a string is, which must not be NULL.
///
/// # Safety
/// As for [`bytes`].
pub(super) unsafe fn path_of<'a>(text: *const c_char, name: &str) -> Result<&'a Path, Error> {
    // SAFETY: passed on.
    let bytes = unsafe { bytes(text, name) }?;
    Ok(Path::new(OsStr::from_bytes(bytes)))
}

/// The bytes of a string, if there is one.
///
/// # Safety
/// As for [`bytes`].
pub(super) unsafe fn optional_bytes<'a>(text: *const c_char) -> Option<&'a [u8]> {
    if text.is_null() {
        return None;
    }
    // SAFETY: by this function's contract it is a NUL-terminated string.
    Some(unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// An array of strings; NULL is as good as empty.
///
/// # Safety
/// The pointer is NULL or that of `count` strings for which [`bytes`] holds.
pub(super) unsafe fn strings<'a>(
    array: *const *const c_char,
    count: usize,
    name: &str,
) -> Result<Vec<Option<&'a [u8]>>, Error> {
    if count == 0 {
        return Ok(Vec::new());
    }
    if array.is_null() {
        return Err(null(name));
    }
    // SAFETY: by this function's contract there are `count` pointers.
    let pointers = unsafe { std::slice::from_raw_parts(array, count) };
    let strings = pointers.iter().map(|pointer| {
        // SAFETY: passed on.
        unsafe { optional_bytes(*pointer) }
    });
    Ok(strings.collect())
}

/// Likewise, where NULL for the array is as good as that many NULLs.
///
/// # Safety
/// As for [`strings`].
pub(super) unsafe fn strings_or_none<'a>(
    array: *const *const c_char,
    count: usize,
    name: &str,
) -> Result<Vec<Option<&'a [u8]>>, Error> {
    match array.is_null() {
        true => Ok(vec![None; count]),
        // SAFETY: passed on.
        false => unsafe { strings(array, count, name) },
    }
}

/// An array of strings none of which may be NULL.
///
/// # Safety
/// As for [`strings`].
pub(super) unsafe fn all_strings<'a>(
    array: *const *const c_char,
    count: usize,
    name: &str,
) -> Result<Vec<&'a [u8]>, Error> {
    // SAFETY: passed on.
    let strings = unsafe { strings(array, count, name) }?;
    let strings = strings.into_iter().enumerate();
    strings
        .map(|(index, string)| string.ok_or_else(|| null(&format!("{name}[{index}]"))))
        .collect()
}

/// An array of objects none of which may be NULL.
///
/// # Safety
/// The pointer is NULL or that of `count` pointers, each of them NULL or that of an object that lives
/// as long as the result.
pub(super) unsafe fn all_objects<'a, T>(
    array: *const *const T,
    count: usize,
    name: &str,
) -> Result<Vec<&'a T>, Error> {
    if count == 0 {
        return Ok(Vec::new());
    }
    if array.is_null() {
        return Err(null(name));
    }
    // SAFETY: by this function's contract there are `count` pointers.
    let pointers = unsafe { std::slice::from_raw_parts(array, count) };
    let objects = pointers.iter().enumerate().map(|(index, pointer)| {
        // SAFETY: passed on.
        let object = unsafe { pointer.as_ref() };
        object.ok_or_else(|| null(&format!("{name}[{index}]")))
    });
    objects.collect()
}

/// Two arrays as one of pairs.
pub(super) fn zip<A: Copy, B: Copy>(first: &[A], second: &[B]) -> Vec<(A, B)> {
    first.iter().copied().zip(second.iter().copied()).collect()
}

/// A block of memory; NULL only with a size of 0.
///
/// # Safety
/// The pointer is NULL or that of `size` readable bytes that live as long as the result.
pub(super) unsafe fn memory<'a>(
    data: *const c_void,
    size: usize,
    name: &str,
) -> Result<Option<&'a [u8]>, Error> {
    match (data.is_null(), size) {
        (true, 0) => Ok(None),
        (true, _) => Err(null(name)),
        // SAFETY: by this function's contract there are `size` bytes.
        (false, _) => Ok(Some(unsafe {
            std::slice::from_raw_parts(data.cast(), size)
        })),
    }
}

/// A text for C of its own, up to the first NUL.
pub(super) fn c_string(text: &[u8]) -> CString {
    let end = memchr::memchr(0, text).unwrap_or(text.len());
    CString::new(&text[..end]).unwrap_or_default()
}

/// A pointer for C to text that has a NUL behind it.
pub(super) fn c_text(with_nul: &[u8]) -> *const c_char {
    debug_assert_eq!(with_nul.last(), Some(&0));
    with_nul.as_ptr().cast()
}

/// The empty string, which is static.
pub(super) fn empty() -> *const c_char {
    c"".as_ptr()
}
