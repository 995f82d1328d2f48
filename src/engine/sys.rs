//! What the engine asks of the operating system: sends without SIGPIPE, wake-up descriptors, masked
//! and named threads, which process this is. The only unsafe code of the engine.

mod child;
mod descriptor;
mod either;
mod origin;
mod socket;
mod thread;
mod wake;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) use child::{set_apart, set_environment, take_orphans, Remover};
pub(crate) use descriptor::{close_inherited, Descriptor, Registration};
pub(crate) use either::either;
pub use origin::Origin;
pub(crate) use origin::PerProcess;
pub(crate) use socket::{
    readable_bytes, recv, recv_waiting, send_all, set_receive_timeout, shutdown, wait_each,
    wait_readable, wait_ready, Ready,
};
pub(crate) use thread::{end_here, keeping_errno, spawn, Thread, ThreadId, Uncancelled};
pub(crate) use wake::WakeFd;

/// As which user this program may read and write.
pub(crate) fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Whether the program has more rights than who started it, as one that is setuid: then what that
/// one has put into the environment must not be believed.
#[cfg(target_os = "linux")]
fn is_privileged() -> bool {
    // SAFETY: it takes a number, looks something up, and cannot fail.
    unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
}

#[cfg(not(target_os = "linux"))]
fn is_privileged() -> bool {
    rustix::process::geteuid() != rustix::process::getuid()
        || rustix::process::getegid() != rustix::process::getgid()
}

/// A variable of the environment, unless the program is privileged: like secure_getenv(). The
/// library reads the environment only here.
pub(crate) fn variable(name: &str) -> Option<OsString> {
    match is_privileged() {
        true => None,
        false => std::env::var_os(name),
    }
}

/// Where temporary files are made.
pub(crate) fn temp_dir() -> PathBuf {
    let named = variable("TMPDIR").filter(|named| !named.is_empty());
    named.map_or_else(|| PathBuf::from("/tmp"), PathBuf::from)
}

/// The two clocks at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// CLOCK_MONOTONIC in nanoseconds.
    pub(crate) mono_ns: u64,
    /// Microseconds since 1970 in UTC.
    pub(crate) unix_us: i64,
}

impl Stamp {
    pub(crate) fn now() -> Stamp {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH);
        Stamp {
            mono_ns: mono_ns(),
            unix_us: unix.map_or(0, |since| since.as_micros() as i64),
        }
    }
}

/// CLOCK_MONOTONIC in nanoseconds.
pub(crate) fn mono_ns() -> u64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `now` is a valid place for the result; the clock exists everywhere we run.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut now) };
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// A file with this content and without a name, open at its beginning. In memory, so that secrets
/// stay off the disk.
#[cfg(target_os = "linux")]
pub(crate) fn nameless_file(content: &[u8]) -> io::Result<File> {
    use rustix::fs::{memfd_create, MemfdFlags};
    let mut file = File::from(memfd_create("torctl", MemfdFlags::CLOEXEC)?);
    file.write_all(content)?;
    file.rewind()?;
    Ok(file)
}

/// The same, where there are no files in memory. Who opens it anew there goes on where the last one
/// has stopped.
#[cfg(not(target_os = "linux"))]
pub(crate) fn nameless_file(content: &[u8]) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let path = loop {
        let mut name = [0; 8];
        getrandom::fill(&mut name).map_err(io::Error::other)?;
        let name = data_encoding::HEXLOWER.encode(&name);
        let path = temp_dir().join(format!("torctl-{name}"));
        if !path.exists() {
            break path;
        }
    };
    let mut options = File::options();
    options.read(true).write(true).create_new(true).mode(0o600);
    let mut file = options.open(&path)?;
    std::fs::remove_file(&path)?;
    file.write_all(content)?;
    file.rewind()?;
    Ok(file)
}

#[cfg(test)]
mod tests;
