//! Keys in files: made whole or not at all, and for their owner alone.

use std::fs;
use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::key::{ClientKey, ServiceKey};
use crate::engine::file;
use crate::error::Error;

/// The longest file that is read; tor's own has 96 bytes.
const LIMIT: usize = 4096;

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

/// The key in this file, which must be this user's alone.
pub fn load(path: &Path) -> Result<ServiceKey, Error> {
    let text = file::read_secret("the key file", path, LIMIT)?;
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
    match file::write_new(path, &[key.text().as_bytes(), b"\n"]) {
        Ok(()) => Ok(key),
        // Somebody else was faster, and has a whole key there.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => load(path),
        Err(error) => Err(failed("cannot write the key file", path, &error)),
    }
}

/// Writes a line into a new file that only its owner may read. A file that is there stays as it
/// is, which is an error.
pub fn save(path: &Path, text: &str) -> Result<(), Error> {
    file::write_new(path, &[text.as_bytes(), b"\n"])
        .map_err(|error| failed("cannot write the key file", path, &error))
}

fn failed(what: &'static str, path: &Path, error: &io::Error) -> Error {
    Error::File {
        what,
        path: path.display().to_string(),
        errno: error.raw_os_error().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::path::PathBuf;

    struct ScratchDirectory(PathBuf);

    impl ScratchDirectory {
        fn new(name: &str) -> ScratchDirectory {
            let id = std::process::id();
            let path = std::env::temp_dir().join(format!("torctl-key-{name}-{id}"));
            fs::create_dir(&path).unwrap();
            ScratchDirectory(path)
        }
    }

    impl Drop for ScratchDirectory {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_key_is_made_once() {
        let directory = ScratchDirectory::new("once");
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
        let directory = ScratchDirectory::new("race");
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

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_key_that_others_may_use_is_refused() {
        let directory = ScratchDirectory::new("mode");
        let path = directory.0.join("key");
        let key = load_or_new(&path).unwrap();
        for mode in [0o640, 0o604, 0o620, 0o601, 0o644, 0o4610] {
            set_mode(&path, mode);
            for error in [load(&path).unwrap_err(), load_or_new(&path).unwrap_err()] {
                assert!(matches!(
                    error,
                    Error::Host {
                        errno: libc::EPERM,
                        ..
                    }
                ));
                let message = error.to_string();
                let words = format!("key\" has mode {mode:04o}");
                assert!(message.contains(&words), "{message}");
                assert!(message.contains("chmod 600"), "{message}");
            }
        }
        for mode in [0o600, 0o400, 0o700] {
            set_mode(&path, mode);
            assert_eq!(load(&path).unwrap(), key);
        }
        // Through a link it is the file that counts.
        let link = directory.0.join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(load_or_new(&link).unwrap(), key);
        set_mode(&path, 0o644);
        assert!(load_or_new(&link).is_err());
    }

    #[test]
    fn a_key_of_somebody_else_is_refused() {
        // Only root can give a file away.
        if fs::metadata("/proc/self").unwrap().uid() != 0 {
            return;
        }
        let directory = ScratchDirectory::new("owner");
        let path = directory.0.join("key");
        load_or_new(&path).unwrap();
        std::os::unix::fs::chown(&path, Some(65534), None).unwrap();
        let message = load(&path).unwrap_err().to_string();
        assert!(
            message.contains("belongs to nobody (uid 65534)"),
            "{message}"
        );
        assert!(message.contains("runs as root (uid 0)"), "{message}");
    }

    #[test]
    fn what_is_there_is_not_lost() {
        let directory = ScratchDirectory::new("kept");
        let path = directory.0.join("key");
        fs::write(&path, "something else").unwrap();
        set_mode(&path, 0o600);
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
