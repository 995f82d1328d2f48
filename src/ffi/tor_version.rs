//! Versions of tor
//!
//! As `GETINFO version` gives them, as relays state them, with or without "Tor " in front and a
//! remark behind: "0.4.9.11", "0.4.9.2-alpha-dev", "0.0.9pre1-cvs", "Tor 0.4.8.10 (git-0123456789abcdef)". Numbers
//! that are missing at the end are 0.

use std::ffi::{c_char, c_int};

use super::args::optional_bytes;
use super::guard::guard_or;
use crate::proto::info::Version;

/// Compares two versions of tor.
///
/// Returns -1 if the first is the older one, 1 if it is the newer one, 0 if they are the same. NULL
/// and what is not a version are older than any version.
///
/// # Safety
/// The versions are NULL or strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_tor_version_compare(
    version: *const c_char,
    other: *const c_char,
) -> c_int {
    guard_or(0, || {
        // SAFETY: passed on.
        let (version, other) = unsafe { (optional_bytes(version), optional_bytes(other)) };
        let parse = |text: Option<&[u8]>| text.and_then(Version::parse);
        parse(version).cmp(&parse(other)) as c_int
    })
}

/// Whether a version of tor is a certain one or a later one: ("0.4.9.11", "0.4.8") is. Words behind
/// the numbers, as in "-alpha", count only if the wanted version has them. 0 if either is NULL or
/// not a version.
///
/// # Safety
/// The versions are NULL or strings.
#[no_mangle]
pub unsafe extern "C" fn torctl_tor_version_is_at_least(
    version: *const c_char,
    wanted: *const c_char,
) -> c_int {
    guard_or(0, || {
        // SAFETY: passed on.
        let (version, wanted) = unsafe { (optional_bytes(version), optional_bytes(wanted)) };
        let version = version.and_then(Version::parse);
        let wanted = wanted.and_then(Version::parse);
        let both = version.zip(wanted);
        both.is_some_and(|(version, wanted)| version.is_at_least(&wanted))
            .into()
    })
}
