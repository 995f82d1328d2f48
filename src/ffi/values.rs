//! Values

use std::ffi::c_char;

use super::args::{c_text, optional_bytes};
use super::guard::guard_or;
use crate::proto::result::Values;

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
