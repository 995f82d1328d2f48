//! The numbers of the version and of the binary interface, which Cargo.toml has.

use std::path::{Path, PathBuf};

/// `abi` of `[package.metadata.torctl]`.
pub(crate) fn abi(manifest: &str) -> u32 {
    let section = manifest.split("[package.metadata.torctl]").nth(1);
    let mut lines = section.unwrap_or_default().lines();
    let number = lines.find_map(|line| line.strip_prefix("abi = "));
    number
        .and_then(|it| it.parse().ok())
        .expect("Cargo.toml has the ABI number in [package.metadata.torctl]")
}

/// Where the constants are written.
pub(crate) fn numbers_file(out: &Path) -> PathBuf {
    out.join("version_numbers.rs")
}

/// The numbers as constants, for src/ffi/version.rs and for the header.
pub(crate) fn constants(version: &str, abi: u32) -> String {
    let parts: Vec<&str> = version.split('.').collect();
    let [major, minor, patch] = parts[..] else {
        panic!("the version has three numbers: {version}");
    };
    format!(
        "/// The major version of this header.\n\
         pub const TORCTL_VERSION_MAJOR: i32 = {major};\n\
         /// The minor version of this header.\n\
         pub const TORCTL_VERSION_MINOR: i32 = {minor};\n\
         /// The patch version of this header.\n\
         pub const TORCTL_VERSION_PATCH: i32 = {patch};\n\
         /// The number of the binary interface, which is also that of the library's file name.\n\
         pub const TORCTL_ABI: i32 = {abi};\n"
    )
}
