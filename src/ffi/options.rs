//! What stands behind src/tables/options.rs.

use std::ffi::OsStr;
use std::ops::RangeInclusive;
use std::os::fd::{FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use zeroize::Zeroizing;

use super::generated::*;
use crate::engine::link::Address;
use crate::engine::queue::Overflow;
use crate::engine::settings::{Settings, Target};
use crate::engine::Origin;
use crate::proto::auth::Method;

/// What to choose before connecting. Everything has a default. Independent of every controller: one
/// is made from a copy. Any thread may use it.
///
/// A setter that refuses a value leaves the old one, and the options remember it:
/// torctl_controller_new() and torctl_launch_options_set_controller() then fail, with the status
/// and the message of the first setter that did. A later valid value for the same setter clears
/// that failure, and so does torctl_options_clear_failure().
#[derive(Default)]
pub struct torctl_options(OptionsCell<Settings>);

impl HasOptions for torctl_options {
    type Value = Settings;

    fn cell(&self) -> &OptionsCell<Settings> {
        &self.0
    }
}

impl torctl_options {
    /// A copy, to make a controller from.
    fn settings(&self) -> Result<Settings, Error> {
        Ok(self.0.whole()?.clone())
    }
}

/// The target that an address names.
pub(super) fn target(bytes: &[u8]) -> Result<Target, Error> {
    Address::parse(bytes)
        .map(Target::Address)
        .map_err(|reason| Error::Invalid(format!("address: {reason}")))
}

pub(super) fn duration(timeout_ms: i32) -> Result<Duration, Error> {
    milliseconds(timeout_ms, "timeout_ms")
}

fn milliseconds(ms: i32, name: &str) -> Result<Duration, Error> {
    u64::try_from(ms)
        .map(Duration::from_millis)
        .map_err(|_| Error::Invalid(format!("{name} is {ms}, which is negative")))
}

fn percent(value: i32, name: &str, allowed: RangeInclusive<u32>) -> Result<u32, Error> {
    let valid = u32::try_from(value).ok();
    valid.filter(|it| allowed.contains(it)).ok_or_else(|| {
        let (least, most) = (allowed.start(), allowed.end());
        Error::Invalid(format!(
            "{name} is {value} and must be from {least} to {most}"
        ))
    })
}

/// The most that a limit may be: positions in a message are counted in 32 bits.
const MOST_BYTES: usize = 1 << 30;

pub(super) fn limit(value: usize, name: &str, least: usize) -> Result<usize, Error> {
    match (least..=MOST_BYTES).contains(&value) {
        true => Ok(value),
        false => Err(Error::Invalid(format!(
            "{name} is {value} and must be from {least} to {MOST_BYTES}"
        ))),
    }
}

/// The settings that options stand for; the defaults without options.
pub(super) fn settings_of(options: Option<&torctl_options>) -> Result<Settings, Error> {
    let settings = options.map(torctl_options::settings).transpose()?;
    Ok(settings.unwrap_or_default())
}

/// The target that is a descriptor, which is ours from now on.
fn descriptor(fd: c_int, is_authenticated: bool) -> Result<Target, Error> {
    // SAFETY: only a question about a number.
    if fd < 0 || unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
        return Err(Error::Invalid(format!("fd {fd} is not an open descriptor")));
    }
    // SAFETY: it is open, and by the header it is ours from now on.
    let fd = unsafe { OwnedFd::from_raw_fd(fd) };
    Ok(Target::Descriptor {
        fd: Arc::new(Mutex::new(Some(fd))),
        is_authenticated,
        origin: Origin::here(),
    })
}

/// The path that a text is, which must not be empty.
pub(super) fn not_empty<'a>(text: &'a [u8], name: &str) -> Result<&'a Path, Error> {
    match text.is_empty() {
        true => Err(Error::Invalid(format!("{name} is empty"))),
        false => Ok(Path::new(OsStr::from_bytes(text))),
    }
}

generated!("options");
