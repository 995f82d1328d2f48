//! Where a tor that the library starts keeps its data, and what else is there.

use std::path::{Path, PathBuf};

use super::options::Launch;
use crate::engine::file::{self, Directory};
use crate::engine::link::Address;
use crate::engine::port_file;
use crate::engine::process::Scratch;
use crate::error::{is_lack, Error};

/// Where tor is to keep its data. It exists from now on, and nobody else can change what is in it.
pub(super) fn data_directory(launch: &Launch) -> Result<(Directory, Option<Scratch>), Error> {
    let (path, scratch) = match &launch.data_directory {
        Some(named) => {
            let path = std::path::absolute(named).map_err(|error| {
                let named = named.display();
                Error::connect(format!("there is no directory {named}: {error}"), &error)
            })?;
            file::make_directory(&path)?;
            (path, None)
        }
        None => {
            let path = file::make_temporary_directory()?;
            // One that is to be there for the next tor does not go with the first.
            let scratch = Scratch::new(path.clone(), launch.settings.reconnects);
            let cannot = |error| Error::system("no means to remove a directory", &error);
            (path, Some(scratch.map_err(cannot)?))
        }
    };
    Ok((open(launch, &path)?, scratch))
}

/// The directory, if nobody else can change what is in it.
pub(super) fn open(launch: &Launch, path: &Path) -> Result<Directory, Error> {
    Directory::open(path, other_user(launch))
}

/// As whom a tor that root starts goes on. Its directory and files are that user's.
pub(super) fn other_user(launch: &Launch) -> Option<u32> {
    let mut options = launch.options.iter().rev();
    let (_, name) = options.find(|(name, _)| name.eq_ignore_ascii_case(b"User"))?;
    file::user_number(name)
}

/// Where tor writes its port, and the cookie.
pub(super) const PORT_FILE: &str = "torctl-control-port";
pub(super) const COOKIE_FILE: &str = "torctl-control-cookie";
const COOKIE_BYTES: usize = 32;

/// What an earlier tor has left in the directory would be taken for the new one's.
pub(super) fn remove_stale(directory: &Directory) -> Result<(), Error> {
    for name in [PORT_FILE, COOKIE_FILE] {
        directory.remove(name).map_err(|error| {
            let path = directory.path().join(name);
            let message = format!("cannot remove the old {}: {error}", path.display());
            Error::connect(message, &error)
        })?;
    }
    Ok(())
}

/// Writes the file that tor takes for its torrc: one line, which says that the options come from
/// standard input. Told to read that directly, tor would believe that its torrc is the system's,
/// and SAVECONF would write over it. It reads the included one twice when TestingTorNetwork is set.
pub(super) fn write_torrc(directory: &Directory) -> Result<PathBuf, Error> {
    const NAME: &str = "torctl-torrc";
    let path = directory.path().join(NAME);
    match directory.write(NAME, b"%include /dev/stdin\n") {
        Ok(()) => Ok(path),
        Err(error) => {
            let message = format!("cannot write {}: {error}", path.display());
            Err(Error::connect(message, &error))
        }
    }
}

/// Which port tor took, once it has written down that and its cookie.
pub(super) fn port(directory: &Directory) -> Result<Option<Address>, Error> {
    let read = |name, limit| match directory.read(name, limit) {
        Ok(content) => Ok(Some(content)),
        Err(error) if is_lack(error.raw_os_error().unwrap_or(0)) => {
            Err(Error::system("cannot read what tor wrote", &error))
        }
        // Not there yet.
        Err(_) => Ok(None),
    };
    let port = read(PORT_FILE, port_file::MOST_BYTES)?;
    let addresses = port.map_or(Vec::new(), |text| port_file::addresses(&text));
    let is_tcp = |address: &Address| matches!(address, Address::Tcp(..));
    let Some(address) = addresses.into_iter().find(is_tcp) else {
        return Ok(None);
    };
    let cookie = read(COOKIE_FILE, COOKIE_BYTES + 1)?;
    let is_whole = cookie.is_some_and(|cookie| cookie.len() == COOKIE_BYTES);
    Ok(is_whole.then_some(address))
}
