//! Files that must be ours: looked at before they are believed, and made so that nobody can slip
//! another file or another target in.
//!
//! Each file that the library writes is made here: beside its final name, new, never through a
//! link, with its final mode, and then renamed. What is looked at is what was opened, not what
//! bears the name a moment later.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags};
use zeroize::Zeroizing;

use super::cookie::name_of;
use super::sys;
use crate::error::{io_text, Error};

/// What stands for a file in a directory that others can change.
const GROUP_AND_OTHERS_WRITE: u32 = 0o022;
const OTHERS_WRITE: u32 = 0o002;
const STICKY: u32 = 0o1000;
/// As many links as the system follows.
const MOST_LINKS: usize = 40;

/// What to do when there is a file of this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Put {
    /// It stays, which is an error.
    New,
    /// It goes; if it is a link, the link goes and not what it points to.
    Replace,
}

/// Makes a file of mode 0600 in this directory, which appears under its name when it is whole.
fn put(directory: BorrowedFd<'_>, name: &OsStr, content: &[&[u8]], put: Put) -> io::Result<()> {
    let temporary = beside(name)?;
    let written = write_private(directory, &temporary, content, put).and_then(|()| match put {
        Put::New => give_name(directory, &temporary, name),
        Put::Replace => Ok(rustix::fs::renameat(
            directory, &temporary, directory, name,
        )?),
    });
    let removed = match rustix::fs::unlinkat(directory, &temporary, AtFlags::empty()) {
        // It was renamed, or not even made.
        Err(rustix::io::Errno::NOENT) => Ok(()),
        removed => removed,
    };
    written.and(removed.map_err(io::Error::from))
}

/// The name of a file beside this one, which is gone again soon.
fn beside(name: &OsStr) -> io::Result<OsString> {
    let number = getrandom::u64()
        .map_err(|error| io::Error::from_raw_os_error(error.raw_os_error().unwrap_or(libc::EIO)))?;
    let mut temporary = OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{number:016x}"));
    Ok(temporary)
}

fn write_private(
    directory: BorrowedFd<'_>,
    name: &OsStr,
    content: &[&[u8]],
    put: Put,
) -> io::Result<()> {
    let new = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL;
    let flags = new | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = rustix::fs::openat(directory, name, flags, Mode::RUSR | Mode::WUSR)?;
    let mut file = File::from(file);
    for part in content {
        file.write_all(part)?;
    }
    match put {
        // It cannot be had again.
        Put::New => file.sync_all(),
        Put::Replace => Ok(()),
    }
}

/// Gives the file its name, if no other has it.
fn give_name(directory: BorrowedFd<'_>, temporary: &OsStr, name: &OsStr) -> io::Result<()> {
    use rustix::io::Errno;
    match rustix::fs::linkat(directory, temporary, directory, name, AtFlags::empty()) {
        Ok(()) => Ok(()),
        Err(Errno::EXIST) => Err(Errno::EXIST.into()),
        // A file system without links.
        Err(error) => match rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => Ok(rustix::fs::renameat(directory, temporary, directory, name)?),
            _ => Err(error.into()),
        },
    }
}

/// Writes a new file that only its owner may read, and that a loss of power does not take away. One
/// that is there stays as it is, which is an error.
pub fn write_new(path: &Path, content: &[&[u8]]) -> io::Result<()> {
    let Some(name) = path.file_name() else {
        return Err(io::Error::from_raw_os_error(libc::EISDIR));
    };
    let parent = path.parent().filter(|it| !it.as_os_str().is_empty());
    // To be gone through and not to be listed.
    #[cfg(target_os = "linux")]
    let how = OFlags::PATH;
    #[cfg(not(target_os = "linux"))]
    let how = OFlags::RDONLY;
    let flags = how | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let directory = rustix::fs::open(parent.unwrap_or(Path::new(".")), flags, Mode::empty())?;
    put(directory.as_fd(), name, content, Put::New)?;
    // Some file systems cannot; the file is written all the same.
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    if let Ok(directory) = rustix::fs::openat(&directory, ".", flags, Mode::empty()) {
        let _ = rustix::fs::fsync(directory);
    }
    Ok(())
}

/// Makes a file that only its owner may read, to be written to as long as something comes. One that
/// is there stays as it is, which is an error.
pub fn create_new(path: &Path) -> io::Result<File> {
    let new = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL;
    let flags = new | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR)?;
    Ok(File::from(file))
}

/// Opens a regular file for reading. Never waits, as it would at a pipe that nobody writes to.
fn open_regular(directory: BorrowedFd<'_>, path: &Path, how: OFlags) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY | how;
    let file = File::from(rustix::fs::openat(directory, path, flags, Mode::empty())?);
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::from_raw_os_error(libc::EINVAL)),
    }
}

fn read_some(file: File, limit: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    // Room for all of it: growing would leave copies behind.
    let mut content = Zeroizing::new(Vec::with_capacity(limit + 1));
    file.take(limit as u64).read_to_end(&mut content)?;
    Ok(content)
}

/// The beginning of a file, whoever it belongs to.
pub fn read_any(path: &Path, limit: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let file = open_regular(rustix::fs::CWD, path, OFlags::empty())?;
    read_some(file, limit)
}

/// The beginning of a file that holds a secret: it must belong to this user, and nobody else may be
/// allowed anything. `what` names it, for example "the key file".
pub fn read_secret(what: &str, path: &Path, limit: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
    let failed = |error: io::Error| Error::Host {
        message: format!(
            "cannot read {what} \"{}\": {}",
            path.display(),
            io_text(&error)
        ),
        errno: error.raw_os_error().unwrap_or(0),
    };
    let file = open_regular(rustix::fs::CWD, path, OFlags::empty()).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    let refused = |why: String| Error::Host {
        message: format!("{what} \"{}\" {why}", path.display()),
        errno: libc::EPERM,
    };
    let owner = metadata.uid();
    if owner != sys::user() {
        let (owner, user) = (user_text(owner), user_text(sys::user()));
        return Err(refused(format!(
            "belongs to {owner}, and this program runs as {user}: a key that somebody else has is no secret"
        )));
    }
    let mode = metadata.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(refused(format!(
            "has mode {mode:04o}, so others may use it: take that away with chmod 600, and use a new key if they may have read this one"
        )));
    }
    read_some(file, limit).map_err(failed)
}

/// A user for people: the name, if /etc/passwd has it, and the number.
fn user_text(uid: u32) -> String {
    match name_of("/etc/passwd", uid) {
        Some(name) => format!("{name} (uid {uid})"),
        None => format!("uid {uid}"),
    }
}

/// The number of the user of this name in /etc/passwd.
pub fn user_number(name: &[u8]) -> Option<u32> {
    let text = fs::read("/etc/passwd").ok()?;
    text.split(|byte| *byte == b'\n').find_map(|line| {
        let mut fields = line.split(|byte| *byte == b':');
        let is_it = fields.next()? == name;
        let number = std::str::from_utf8(fields.nth(1)?).ok()?;
        number.parse().ok().filter(|_| is_it)
    })
}

/// A directory for files that somebody trusts: it belongs to this user, and nobody else may change
/// what is in it.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    fd: OwnedFd,
    /// Another user that owns files in it.
    other: Option<u32>,
}

impl Directory {
    /// Looks at the directory and opens it. It may belong to `other` instead, as whom a program of
    /// root's goes on.
    ///
    /// The owner is what tor demands as well. tor would take away others' right to write, and trust
    /// what they have put there before; here that is refused. Others' right to read is left to tor,
    /// which takes it away unless DataDirectoryGroupReadable allows it.
    pub fn open(path: &Path, other: Option<u32>) -> Result<Directory, Error> {
        let refused = |why: String| Error::Host {
            message: format!("the data directory {} {why}", path.display()),
            errno: libc::EPERM,
        };
        check_way(path)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let failed = |error: io::Error| match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_symlink() => {
                refused("is a symbolic link, which tor refuses: name the directory itself".into())
            }
            Ok(metadata) if !metadata.is_dir() => refused("is not a directory".into()),
            _ => Error::Host {
                message: format!(
                    "cannot open the data directory {}: {}",
                    path.display(),
                    io_text(&error)
                ),
                errno: error.raw_os_error().unwrap_or(0),
            },
        };
        let fd = rustix::fs::open(path, flags, Mode::empty());
        let fd = fd.map_err(|error| failed(error.into()))?;
        let stat = rustix::fs::fstat(&fd).map_err(|error| failed(error.into()))?;
        let (owner, mode) = (stat.st_uid, stat.st_mode & 0o7777);
        if owner != sys::user() && Some(owner) != other {
            let (owner, user) = (user_text(owner), user_text(sys::user()));
            return Err(refused(format!(
                "belongs to {owner}, and this program runs as {user} (mode {mode:04o}): name a directory of its own, or change the owner"
            )));
        }
        if mode & GROUP_AND_OTHERS_WRITE != 0 {
            let owner = user_text(owner);
            return Err(refused(format!(
                "can be written to by others (mode {mode:04o}, owner {owner}), who may have put anything there: make sure that they have not, and chmod 700 it"
            )));
        }
        let path = path.to_path_buf();
        Ok(Directory { path, fd, other })
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file that only its owner may read. An older one of this name is replaced.
    pub fn write(&self, name: &str, content: &[u8]) -> io::Result<()> {
        put(self.fd.as_fd(), OsStr::new(name), &[content], Put::Replace)
    }

    /// Removes a file or a link, if there is one.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        match rustix::fs::unlinkat(&self.fd, name, AtFlags::empty()) {
            Err(rustix::io::Errno::NOENT) => Ok(()),
            removed => Ok(removed?),
        }
    }

    /// The beginning of a file that the program wrote which works here: a regular one, of the
    /// directory's owner, and not at the other end of a link.
    pub fn read(&self, name: &str, limit: usize) -> io::Result<Zeroizing<Vec<u8>>> {
        let file = open_regular(self.fd.as_fd(), Path::new(name), OFlags::NOFOLLOW)?;
        let owner = file.metadata()?.uid();
        if owner != sys::user() && Some(owner) != self.other {
            return Err(io::Error::from_raw_os_error(libc::EPERM));
        }
        read_some(file, limit)
    }
}

/// Makes the directory, and what is missing on the way to it, for this user alone.
pub fn make_directory(path: &Path) -> Result<(), Error> {
    check_way(path)?;
    let mut builder = fs::DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(path);
    made.map_err(|error| not_made(path, &error))
}

/// Makes a directory for this user alone where temporary files are, with a name that nobody can
/// guess.
pub fn make_temporary_directory() -> Result<PathBuf, Error> {
    let random = |error: getrandom::Error| Error::System {
        what: "no randomness for the name of a directory",
        errno: error.raw_os_error().unwrap_or(0),
    };
    let parent = sys::temp_dir();
    let parent = std::path::absolute(&parent).map_err(|error| not_made(&parent, &error))?;
    let mut builder = fs::DirBuilder::new();
    builder.mode(0o700);
    loop {
        let mut name = [0; 8];
        getrandom::fill(&mut name).map_err(random)?;
        let name = data_encoding::HEXLOWER.encode(&name);
        let path = parent.join(format!("torctl-{name}"));
        match builder.create(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(not_made(&path, &error)),
        }
    }
}

fn not_made(path: &Path, error: &io::Error) -> Error {
    let path = path.display();
    Error::connect(
        format!("cannot make the data directory {path}: {}", io_text(error)),
        error,
    )
}

/// Refuses a path on which everybody could put another directory in the place of the last: through
/// a directory that all may write to without the sticky bit, or by a link of somebody else's in one
/// that has it.
fn check_way(path: &Path) -> Result<(), Error> {
    let refused = |place: &Path, why: String| Error::Host {
        message: format!(
            "the data directory {} is not safe: {} {why}",
            path.display(),
            place.display()
        ),
        errno: libc::EPERM,
    };
    let failed = |place: &Path, error: io::Error| Error::Host {
        message: format!("cannot look at {}: {}", place.display(), io_text(&error)),
        errno: error.raw_os_error().unwrap_or(0),
    };
    let mut at = PathBuf::new();
    let mut is_shared = false;
    let mut links = 0;
    let mut rest = reversed(path);
    while let Some(name) = rest.pop() {
        let next = match name == ".." {
            true => at.parent().unwrap_or(Path::new("/")).to_path_buf(),
            false => at.join(&name),
        };
        let metadata = match fs::symlink_metadata(&next) {
            // From here on it is made.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            metadata => metadata.map_err(|error| failed(&next, error))?,
        };
        let (owner, mode) = (metadata.uid(), metadata.mode() & 0o7777);
        if metadata.is_symlink() {
            if is_shared && owner != 0 && owner != sys::user() {
                let owner = user_text(owner);
                return Err(refused(&next, format!("is a link that belongs to {owner}")));
            }
            links += 1;
            if links > MOST_LINKS {
                let error = io::Error::from_raw_os_error(libc::ELOOP);
                return Err(failed(path, error));
            }
            let target = fs::read_link(&next).map_err(|error| failed(&next, error))?;
            rest.extend(reversed(&target));
            continue;
        }
        // The last is looked at by itself, and more closely.
        if !rest.is_empty() && mode & OTHERS_WRITE != 0 && mode & STICKY == 0 {
            let owner = user_text(owner);
            return Err(refused(
                &next,
                format!("can be written to by everybody (mode {mode:04o}, owner {owner}): chmod o-w it, or name another directory"),
            ));
        }
        is_shared = mode & OTHERS_WRITE != 0;
        at = next;
    }
    Ok(())
}

/// The parts of a path, the last one first. A path that begins at the root begins with "/".
fn reversed(path: &Path) -> Vec<OsString> {
    let parts = path.components().rev();
    let parts = parts.filter(|part| !matches!(part, Component::CurDir));
    parts.map(|part| part.as_os_str().to_os_string()).collect()
}

#[cfg(test)]
mod tests;
