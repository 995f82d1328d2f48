//! Reads tor's cookie file, and says what stands in the way when it cannot.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use zeroize::Zeroizing;

use crate::proto::auth::{Cookie, CookieProblem, FileOwner};

/// A cookie has 32 bytes; one more tells a longer file.
const ENOUGH_BYTES: usize = 33;

/// Reads the cookie. It changes at every start of tor, so it is never kept.
pub(crate) fn read(path: &Path) -> Result<Cookie, CookieProblem> {
    let unreadable = |error: &io::Error| CookieProblem::Unreadable {
        errno: error.raw_os_error().unwrap_or(0),
        owner: obstacle(path),
    };
    // Without waiting, for the path may name a pipe that nobody writes to.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_CLOEXEC | libc::O_NOCTTY)
        .open(path);
    let file = file.map_err(|error| unreadable(&error))?;
    let metadata = file.metadata().map_err(|error| unreadable(&error))?;
    if !metadata.is_file() {
        return Err(CookieProblem::NotRegular);
    }
    if metadata.len() > ENOUGH_BYTES as u64 {
        return Err(CookieProblem::Size(metadata.len()));
    }
    let mut bytes = Zeroizing::new([0; ENOUGH_BYTES]);
    let count = fill(file, bytes.as_mut_slice()).map_err(|error| unreadable(&error))?;
    Cookie::new(&bytes[..count])
}

fn fill(mut file: File, buf: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while count < buf.len() {
        match file.read(&mut buf[count..]) {
            Ok(0) => break,
            Ok(more) => count += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

/// Whose the file is, or the first directory on the way that lets us not through.
fn obstacle(path: &Path) -> Option<FileOwner> {
    let mut ancestors: Vec<&Path> = path.ancestors().collect();
    ancestors.reverse();
    let mut last = None;
    for place in ancestors {
        if place.as_os_str().is_empty() {
            continue;
        }
        match fs::metadata(place) {
            Ok(metadata) => last = Some((place, metadata)),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => break,
            // Missing, which the error number says.
            Err(_) => return None,
        }
    }
    let (place, metadata) = last?;
    let directory = (place != path).then(|| place.as_os_str().as_bytes().to_vec());
    Some(FileOwner {
        directory,
        uid: metadata.uid(),
        user: name_of("/etc/passwd", metadata.uid()),
        gid: metadata.gid(),
        group: name_of("/etc/group", metadata.gid()),
        mode: metadata.mode(),
    })
}

/// The name with this number in a file of `name:password:number:...` lines. The system's own
/// look-up may ask servers, which is too much for an error message.
pub(super) fn name_of(file: &str, number: u32) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let number = number.to_string();
    text.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == number).then(|| name.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_directory(name: &str, test: impl FnOnce(&Path)) {
        let directory = std::env::temp_dir().join(format!("torctl-{name}-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        test(&directory);
        fs::remove_dir_all(&directory).unwrap();
    }

    #[test]
    fn only_a_regular_file_of_32_bytes_is_a_cookie() {
        in_directory("cookie", |directory| {
            let path = directory.join("cookie");
            for (size, is_cookie) in [
                (0, false),
                (31, false),
                (32, true),
                (33, false),
                (99, false),
            ] {
                fs::write(&path, vec![0xff; size]).unwrap();
                match read(&path) {
                    Ok(_) => assert!(is_cookie, "{size}"),
                    Err(problem) => {
                        assert!(!is_cookie, "{size}");
                        assert_eq!(problem, CookieProblem::Size(size as u64));
                    }
                }
            }
            assert_eq!(read(directory).unwrap_err(), CookieProblem::NotRegular);
        });
    }

    #[test]
    fn nobody_waits_for_a_pipe() {
        in_directory("pipe", |directory| {
            let path = directory.join("cookie");
            let path_c = std::ffi::CString::new(path.as_os_str().as_bytes()).unwrap();
            rustix::fs::mkfifoat(rustix::fs::CWD, &path_c, rustix::fs::Mode::RUSR).unwrap();
            let (send, receive) = std::sync::mpsc::channel();
            let thread = std::thread::spawn(move || send.send(read(&path).unwrap_err()));
            let problem = receive.recv_timeout(std::time::Duration::from_secs(60));
            assert_eq!(problem, Ok(CookieProblem::NotRegular));
            thread.join().unwrap().unwrap();
        });
    }

    #[test]
    fn a_missing_file_is_told() {
        let problem = read(Path::new("/nonexistent/cookie")).unwrap_err();
        let expected = CookieProblem::Unreadable {
            errno: libc::ENOENT,
            owner: None,
        };
        assert_eq!(problem, expected);
    }

    #[test]
    fn names_are_looked_up() {
        assert_eq!(name_of("/etc/passwd", 0).as_deref(), Some("root"));
        assert_eq!(name_of("/etc/passwd", 4_000_000_000), None);
    }
}
