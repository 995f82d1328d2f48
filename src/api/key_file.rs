//! Keys in files: made whole or not at all, and for their owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::engine::error::Error;
use crate::proto::keys::{ClientKey, ServiceKey};

/// The longest file that is read; tor's own has 96 bytes.
const LIMIT: u64 = 4096;

/// 32 bytes that nobody can guess.
fn random() -> Result<Zeroizing<[u8; 32]>, Error> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).map_err(|error| Error::System {
        what: "no randomness for a key",
        errno: error.raw_os_error().unwrap_or(0),
    })?;
    Ok(bytes)
}

/// A new key for a service.
pub fn new_service_key() -> Result<ServiceKey, Error> {
    Ok(ServiceKey::from_seed(&*random()?))
}

/// A new pair of keys for a client.
pub fn new_client_key() -> Result<ClientKey, Error> {
    Ok(ClientKey::from_random(&*random()?))
}

/// The key in this file.
pub fn load(path: &Path) -> Result<ServiceKey, Error> {
    let text = read(path).map_err(|error| failed("cannot read the key file", path, &error))?;
    ServiceKey::parse(&text).ok_or_else(|| {
        let path = path.display();
        Error::Invalid(format!(
            "the file \"{path}\" holds no key of an onion service"
        ))
    })
}

/// The key in this file; if there is no such file, a new key, in a new file of this name.
pub fn load_or_new(path: &Path) -> Result<ServiceKey, Error> {
    match fs::symlink_metadata(path) {
        Ok(_) => return load(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed("cannot read the key file", path, &error)),
    }
    let key = new_service_key()?;
    match write_new(path, key.text().as_bytes()) {
        Ok(()) => Ok(key),
        // Somebody else was faster, and has a whole key there.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => load(path),
        Err(error) => Err(failed("cannot write the key file", path, &error)),
    }
}

/// Writes a line into a new file that only its owner may read. A file that is there stays as it
/// is, which is an error.
pub fn save(path: &Path, text: &str) -> Result<(), Error> {
    write_new(path, text.as_bytes())
        .map_err(|error| failed("cannot write the key file", path, &error))
}

fn failed(what: &'static str, path: &Path, error: &io::Error) -> Error {
    Error::File {
        what,
        path: path.display().to_string(),
        errno: error.raw_os_error().unwrap_or(0),
    }
}

fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    // Not to hang at a pipe.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_CLOEXEC)
        .open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::from_raw_os_error(libc::EINVAL));
    }
    // Room for all of it: growing would leave copies behind.
    let mut text = Zeroizing::new(Vec::with_capacity(LIMIT as usize + 1));
    file.take(LIMIT).read_to_end(&mut text)?;
    Ok(text)
}

/// The name of a file beside this one, which is gone again soon.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let Some(name) = path.file_name() else {
        return Err(io::Error::from_raw_os_error(libc::EISDIR));
    };
    let number = getrandom::u64()
        .map_err(|error| io::Error::from_raw_os_error(error.raw_os_error().unwrap_or(libc::EIO)))?;
    let mut temporary = std::ffi::OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{number:016x}"));
    Ok(path.with_file_name(temporary))
}

fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let temporary = beside(path)?;
    let written = write_private(&temporary, text).and_then(|()| put(&temporary, path));
    let removed = match fs::remove_file(&temporary) {
        // It was renamed.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    };
    written.and(removed)?;
    let directory = path.parent().filter(|it| !it.as_os_str().is_empty());
    // Some file systems cannot; the key is written all the same.
    let _ = File::open(directory.unwrap_or(Path::new("."))).and_then(|it| it.sync_all());
    Ok(())
}

fn write_private(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text)?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// Gives the file its name, if no other has it.
fn put(temporary: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(temporary, path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // A file system without links.
        Err(_) if fs::symlink_metadata(path).is_err() => fs::rename(temporary, path),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    struct Directory(PathBuf);

    impl Directory {
        fn new(name: &str) -> Directory {
            let id = std::process::id();
            let path = std::env::temp_dir().join(format!("torctl-key-{name}-{id}"));
            fs::create_dir(&path).unwrap();
            Directory(path)
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_key_is_made_once() {
        let directory = Directory::new("once");
        let path = directory.0.join("key");
        let key = load_or_new(&path).unwrap();
        assert_eq!(load_or_new(&path).unwrap(), key);
        assert_eq!(load(&path).unwrap(), key);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(&directory.0).unwrap().count(), 1);
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            format!("{}\n", key.text().as_str())
        );
        assert_ne!(new_service_key().unwrap(), key);
    }

    #[test]
    fn many_at_once_get_the_same_key() {
        let directory = Directory::new("race");
        let path = directory.0.join("key");
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || load_or_new(&path).unwrap())
            })
            .collect();
        let keys: Vec<_> = threads.into_iter().map(|it| it.join().unwrap()).collect();
        assert!(keys.iter().all(|key| *key == keys[0]));
        assert_eq!(fs::read_dir(&directory.0).unwrap().count(), 1);
    }

    #[test]
    fn what_is_there_is_not_lost() {
        let directory = Directory::new("kept");
        let path = directory.0.join("key");
        fs::write(&path, "something else").unwrap();
        let error = load_or_new(&path).unwrap_err();
        assert!(matches!(error, Error::Invalid(_)), "{error}");
        let error = save(&path, "text").unwrap_err();
        assert!(
            matches!(error, Error::File { errno, .. } if errno == libc::EEXIST),
            "{error}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "something else");
        let nowhere = directory.0.join("no/where");
        let error = load_or_new(&nowhere).unwrap_err();
        assert!(error.to_string().contains("cannot write the key file"));
        assert!(load(&directory.0).is_err());
        assert!(load(&nowhere).is_err());
    }
}
