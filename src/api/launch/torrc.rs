//! What a tor that the library starts gets to read.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use zeroize::Zeroizing;

use super::directory::{COOKIE_FILE, PORT_FILE};
use super::options::Launch;
use crate::api::bridges;
use crate::error::Error;
use crate::proto::torrc::option_line;

/// What tor reads. What the library says comes last, and so it counts.
pub(super) fn torrc(
    launch: &Launch,
    directory: &Path,
    fd: Option<i32>,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let own = own_options(launch, directory, fd);
    let defaults = defaults(launch);
    let bridges = launch.bridges.as_deref().map(bridges::options);
    let bridges = bridges.unwrap_or_default();
    let options = launch.options.iter();
    let options = options.map(|(name, value)| (name.as_slice(), value.as_slice()));
    let all = slices(&defaults).chain(options);
    let all = all.chain(slices(&bridges)).chain(slices(&own));
    // Values may be secrets: the buffer must not leave copies of itself as it grows.
    let size: usize = all
        .clone()
        .map(|(name, value)| name.len() + value.len() * 4 + 4)
        .sum();
    let mut text = Zeroizing::new(Vec::with_capacity(size));
    for (name, value) in all {
        option_line("name", name, value, &mut text)?;
    }
    Ok(text)
}

fn slices(options: &[(Vec<u8>, Vec<u8>)]) -> impl Iterator<Item = (&[u8], &[u8])> + Clone {
    let options = options.iter();
    options.map(|(name, value)| (name.as_slice(), value.as_slice()))
}

/// What is set unless the program sets it.
fn defaults(launch: &Launch) -> Vec<(Vec<u8>, Vec<u8>)> {
    // Whoever starts a tor wants it active, also after it was idle for a day in its last run.
    let defaults = [(&b"DormantCanceledByStartup"[..], &b"1"[..])];
    let mut options = launch.options.iter();
    let mut is_set = |name: &[u8]| options.any(|(other, _)| other.eq_ignore_ascii_case(name));
    let unset = defaults.into_iter().filter(|(name, _)| !is_set(name));
    unset
        .map(|(name, value)| (name.to_vec(), value.to_vec()))
        .collect()
}

fn own_options(launch: &Launch, directory: &Path, fd: Option<i32>) -> Vec<(Vec<u8>, Vec<u8>)> {
    let bytes = |path: &Path| path.as_os_str().as_bytes().to_vec();
    let mut own = vec![
        ("DataDirectory", bytes(directory)),
        ("RunAsDaemon", b"0".to_vec()),
        // There is no torrc to be read again.
        ("__ReloadTorrcOnSIGHUP", b"0".to_vec()),
        // What it prints is kept for when it ends unexpectedly.
        ("Log", b"notice stdout".to_vec()),
    ];
    match fd {
        Some(fd) => own.push(("__OwningControllerFD", fd.to_string().into_bytes())),
        None => {
            own.push(("ControlPort", b"auto".to_vec()));
            own.push(("ControlPortWriteToFile", bytes(&directory.join(PORT_FILE))));
            own.push(("CookieAuthentication", b"1".to_vec()));
            own.push(("CookieAuthFile", bytes(&directory.join(COOKIE_FILE))));
        }
    }
    if !launch.is_kept {
        // A child of this process that keeps the connection open must not keep tor.
        let pid = std::process::id().to_string();
        own.push(("__OwningControllerProcess", pid.into_bytes()));
    }
    let own = own.into_iter();
    own.map(|(name, value)| (name.as_bytes().to_vec(), value))
        .collect()
}
