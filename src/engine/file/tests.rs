use super::*;
use std::os::unix::fs::{symlink, PermissionsExt};

const CONTENT: &[u8] = b"%include /dev/stdin\n";

struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        let id = std::process::id();
        let path = PathBuf::from(format!("/tmp/torctl-file-{name}-{id}"));
        fs::create_dir(&path).unwrap();
        set_mode(&path, 0o700);
        Place(path)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn directory(&self, name: &str, mode: u32) -> PathBuf {
        let path = self.at(name);
        fs::create_dir(&path).unwrap();
        set_mode(&path, mode);
        path
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn is_root() -> bool {
    sys::user() == 0
}

fn refusal(path: &Path, other: Option<u32>) -> String {
    match Directory::open(path, other).unwrap_err() {
        Error::Host { message, errno } => {
            assert!(errno != 0, "{message}");
            assert!(message.contains(path.to_str().unwrap()), "{message}");
            message
        }
        error => panic!("{error:?}"),
    }
}

#[test]
fn a_link_in_the_way_is_replaced_and_its_target_left_alone() {
    let place = Place::new("link");
    let victim = place.at("victim");
    fs::write(&victim, "precious").unwrap();
    symlink(&victim, place.at("file")).unwrap();
    let directory = Directory::open(&place.0, None).unwrap();
    directory.write("file", CONTENT).unwrap();
    assert_eq!(fs::read(&victim).unwrap(), b"precious");
    assert_eq!(fs::read(place.at("file")).unwrap(), CONTENT);
    let made = fs::symlink_metadata(place.at("file")).unwrap();
    assert!(made.is_file());
    assert_eq!(made.mode() & 0o7777, 0o600);
    // A link to nowhere is no invitation to make a file there.
    symlink(place.at("nowhere"), place.at("other")).unwrap();
    directory.write("other", CONTENT).unwrap();
    assert!(!place.at("nowhere").exists());
    // Nor does a hard link's other name change.
    fs::hard_link(&victim, place.at("hard")).unwrap();
    directory.write("hard", CONTENT).unwrap();
    assert_eq!(fs::read(&victim).unwrap(), b"precious");
    // Nothing is left over, also not after a failure.
    fs::create_dir(place.at("taken")).unwrap();
    assert!(directory.write("taken", CONTENT).is_err());
    let mut names: Vec<_> = fs::read_dir(&place.0)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["file", "hard", "other", "taken", "victim"]);
    // Of a link that is removed the target stays.
    symlink(&victim, place.at("stale")).unwrap();
    directory.remove("stale").unwrap();
    directory.remove("stale").unwrap();
    assert!(victim.exists() && !place.at("stale").exists());
    assert!(directory.remove("taken").is_err());
}

#[test]
fn a_new_file_takes_no_name_that_is_taken() {
    let place = Place::new("new");
    let victim = place.at("victim");
    write_new(&victim, &[b"one", b"two"]).unwrap();
    assert_eq!(fs::read(&victim).unwrap(), b"onetwo");
    assert_eq!(fs::metadata(&victim).unwrap().mode() & 0o7777, 0o600);
    symlink(place.at("nowhere"), place.at("link")).unwrap();
    for name in ["victim", "link"] {
        let error = write_new(&place.at(name), &[b"x"]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    }
    assert!(!place.at("nowhere").exists());
    assert_eq!(fs::read_dir(&place.0).unwrap().count(), 2);
    assert!(write_new(Path::new("/"), &[b"x"]).is_err());
}

#[test]
fn only_a_file_of_the_directorys_owner_is_read() {
    let place = Place::new("read");
    let directory = Directory::open(&place.0, None).unwrap();
    fs::write(place.at("file"), "PORT=1").unwrap();
    assert_eq!(**directory.read("file", 100).unwrap(), *b"PORT=1");
    assert_eq!(**directory.read("file", 4).unwrap(), *b"PORT");
    symlink(place.at("file"), place.at("link")).unwrap();
    assert!(directory.read("link", 100).is_err());
    // This would hang for ever.
    let pipe = place.at("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, Mode::RUSR | Mode::WUSR).unwrap();
    assert!(directory.read("pipe", 100).is_err());
    assert!(read_any(&pipe, 100).is_err());
    assert!(read_secret("the key file", &pipe, 100).is_err());
    assert!(directory.read("nothing", 100).is_err());
    if is_root() {
        std::os::unix::fs::chown(place.at("file"), Some(65534), None).unwrap();
        assert!(directory.read("file", 100).is_err());
        let other = Directory::open(&place.0, Some(65534)).unwrap();
        assert!(other.read("file", 100).is_ok());
    }
}

#[test]
fn a_directory_that_others_may_change_is_refused() {
    let place = Place::new("mode");
    for mode in [0o720, 0o702, 0o777, 0o1777, 0o770, 0o775] {
        let path = place.directory(&format!("{mode:o}"), mode);
        let message = refusal(&path, None);
        let mode = format!("mode {mode:04o}");
        assert!(message.contains(&mode), "{message}");
        assert!(
            message.contains("owner ") && message.contains("chmod 700"),
            "{message}"
        );
    }
    // tor itself takes away what others may read.
    for mode in [0o700, 0o750, 0o755] {
        let path = place.directory(&format!("{mode:o}"), mode);
        Directory::open(&path, None).unwrap();
    }
    let link = place.at("link");
    symlink(place.at("700"), &link).unwrap();
    assert!(refusal(&link, None).contains("symbolic link"));
    fs::write(place.at("file"), "").unwrap();
    assert!(refusal(&place.at("file"), None).contains("not a directory"));
    if is_root() {
        let path = place.directory("theirs", 0o700);
        std::os::unix::fs::chown(&path, Some(65534), None).unwrap();
        let message = refusal(&path, None);
        assert!(
            message.contains("belongs to nobody (uid 65534)"),
            "{message}"
        );
        assert!(message.contains("(mode 0700)"), "{message}");
        assert!(refusal(&path, Some(1)).contains("belongs to"));
        // tor is going to be that user.
        Directory::open(&path, Some(65534)).unwrap();
    }
}

#[test]
fn a_way_that_everybody_can_change_is_refused() {
    let place = Place::new("way");
    let shared = place.directory("shared", 0o777);
    fs::create_dir(shared.join("data")).unwrap();
    set_mode(&shared.join("data"), 0o700);
    let message = refusal(&shared.join("data"), None);
    assert!(message.contains("mode 0777"), "{message}");
    assert!(make_directory(&shared.join("new")).is_err());
    assert!(!shared.join("new").exists());
    // Neither behind a link, nor by a detour.
    symlink(&shared, place.at("link")).unwrap();
    refusal(&place.at("link/data"), None);
    refusal(&place.at("shared/data/../data"), None);
    // Where only owners may rename, as in /tmp, all is well.
    set_mode(&shared, 0o1777);
    Directory::open(&shared.join("data"), None).unwrap();
    Directory::open(&place.at("link/data"), None).unwrap();
    make_directory(&shared.join("a/b")).unwrap();
    assert_eq!(
        fs::metadata(shared.join("a")).unwrap().mode() & 0o777,
        0o700
    );
    symlink("again", place.at("again")).unwrap();
    assert!(refusal(&place.at("again/data"), None).contains("symbolic links"));
    if is_root() {
        // A link there that somebody else can point anywhere.
        symlink(&place.0, shared.join("theirs")).unwrap();
        std::os::unix::fs::lchown(shared.join("theirs"), Some(65534), None).unwrap();
        let message = refusal(&shared.join("theirs/shared/data"), None);
        assert!(
            message.contains("a link that belongs to nobody"),
            "{message}"
        );
    }
}

#[test]
fn users_have_numbers() {
    assert_eq!(user_number(b"root"), Some(0));
    assert_eq!(user_number(b"no such user"), None);
    assert_eq!(user_text(0), "root (uid 0)");
    assert_eq!(user_text(4_000_000_000), "uid 4000000000");
}
