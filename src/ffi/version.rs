//! Version

use std::ffi::{c_char, c_int};

include!(concat!(env!("OUT_DIR"), "/version_numbers.rs"));

/// The version of the library that is running, for example "0.1.0".
///
/// The string is static.
#[no_mangle]
pub extern "C" fn torctl_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The TORCTL_ABI of the library that is running. A program that was compiled with another number
/// must not use it.
#[no_mangle]
pub extern "C" fn torctl_abi_version() -> c_int {
    TORCTL_ABI
}
