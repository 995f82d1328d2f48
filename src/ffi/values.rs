//! Values

use std::ffi::{c_char, c_int};

use super::args::{c_text, empty, optional_bytes};
use super::guard::guard_or;
use crate::proto::result::Values;

/// Keys and their values in order, as GETINFO and GETCONF answer them; a key may come more than
/// once. Freed by torctl_values_free(). Outlives the controller; two threads may read it at once.
/// An index that is too large gives 0 or "", as NULL does.
pub struct torctl_values(());

/// How many entries there are.
#[no_mangle]
pub extern "C" fn torctl_values_count(values: Option<&Values>) -> usize {
    values.map_or(0, Values::len)
}

/// The key of an entry, in tor's spelling.
///
/// Returns a string that lives in the values.
#[no_mangle]
pub extern "C" fn torctl_values_key(values: Option<&Values>, index: usize) -> *const c_char {
    let key = values.and_then(|values| values.key_with_nul(index));
    key.map_or(empty(), c_text)
}

/// The value of an entry, "" if it has none. A value of several lines has LF at the end of each.
///
/// Returns a string that lives in the values.
#[no_mangle]
pub extern "C" fn torctl_values_value(values: Option<&Values>, index: usize) -> *const c_char {
    let value = values.and_then(|values| values.value_with_nul(index));
    value.map_or(empty(), c_text)
}

/// The size of an entry's value, which may hold NULs.
#[no_mangle]
pub extern "C" fn torctl_values_value_size_bytes(values: Option<&Values>, index: usize) -> usize {
    let value = values.and_then(|values| values.value(index));
    value.map_or(0, <[u8]>::len)
}

/// Whether the entry is an option without a value, which is not the same as an empty value.
#[no_mangle]
pub extern "C" fn torctl_values_is_unset(values: Option<&Values>, index: usize) -> c_int {
    c_int::from(values.is_some_and(|values| values.is_unset(index)))
}

/// The value of the first entry with this key. Case counts only if it decides.
///
/// Returns a string that lives in the values, or NULL if there is no such key.
///
/// # Safety
/// The key is NULL or a string.
#[no_mangle]
pub unsafe extern "C" fn torctl_values_find(
    values: Option<&Values>,
    key: *const c_char,
) -> *const c_char {
    guard_or(std::ptr::null(), || {
        // SAFETY: passed on.
        let key = unsafe { optional_bytes(key) };
        let found = values.zip(key).and_then(|(values, key)| {
            let index = values.find(key)?;
            values.value_with_nul(index)
        });
        found.map_or(std::ptr::null(), c_text)
    })
}

/// Frees the values. Accepts NULL.
#[no_mangle]
pub extern "C" fn torctl_values_free(values: Option<Box<Values>>) {
    guard_or((), || drop(values));
}
