//! Version

use std::ffi::{c_char, c_int};

/// The major version of this header.
pub const TORCTL_VERSION_MAJOR: i32 = 0;
/// The minor version of this header.
pub const TORCTL_VERSION_MINOR: i32 = 1;
/// The patch version of this header.
pub const TORCTL_VERSION_PATCH: i32 = 0;
/// The number of the binary interface, which is also that of the library's file name.
pub const TORCTL_ABI: i32 = 0;

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
