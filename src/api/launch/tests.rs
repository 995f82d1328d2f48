use super::directory::{
    data_directory, other_user, remove_stale, write_torrc, COOKIE_FILE, PORT_FILE,
};
use super::torrc::torrc;
use super::*;
use std::fs;
use std::path::Path;

#[test]
fn what_the_library_says_comes_last() {
    let mut launch = Launch::default();
    launch.add_option(b"Log", b"info file /x").unwrap();
    launch.add_option(b"SocksPort", b"auto # \"").unwrap();
    let text = torrc(&launch, Path::new("/d"), Some(7)).unwrap();
    let text = String::from_utf8(text.to_vec()).unwrap();
    let pid = std::process::id();
    assert_eq!(
        text,
        format!(
            "DormantCanceledByStartup \"1\"\nLog \"info file /x\"\nSocksPort \"auto # \\\"\"\nDataDirectory \"/d\"\n\
             RunAsDaemon \"0\"\n__ReloadTorrcOnSIGHUP \"0\"\nLog \"notice stdout\"\n__OwningControllerFD \"7\"\n\
             __OwningControllerProcess \"{pid}\"\n"
        )
    );
    launch.is_kept = true;
    launch.control = Control::Port;
    launch
        .add_option(b"dormantcanceledbystartup", b"0")
        .unwrap();
    let text = torrc(&launch, Path::new("/d"), None).unwrap();
    let text = String::from_utf8(text.to_vec()).unwrap();
    assert!(text.contains("ControlPort \"auto\"\n") && !text.contains("__Owning"));
    assert!(text.contains("dormantcanceledbystartup \"0\"\n") && !text.contains("DormantC"));
}

#[test]
fn options_that_are_the_librarys_are_refused() {
    let mut launch = Launch::default();
    for name in ["datadirectory", "RunAsDaemon", "__owningcontrollerfd"] {
        let error = launch.add_option(name.as_bytes(), b"x").unwrap_err();
        assert!(error.to_string().starts_with("name: "), "{error}");
    }
    assert!(launch.add_option(b"Log", b"a\nb").is_err());
    launch.add_option(b"ControlPort", b"9051").unwrap();
    launch.control = Control::Port;
    let error = prepare(launch, None).unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error}");
}

/// A launch with this data directory.
fn at(path: &Path) -> Launch {
    Launch {
        data_directory: Some(path.to_path_buf()),
        ..Launch::default()
    }
}

#[test]
fn directories_are_private_and_go() {
    use std::os::unix::fs::MetadataExt;
    let (directory, scratch) = data_directory(&Launch::default()).unwrap();
    let path = directory.path().to_path_buf();
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o700);
    let below = path.join("a/b");
    let (named, none) = data_directory(&at(&below)).unwrap();
    assert_eq!((named.path(), none.is_none()), (below.as_path(), true));
    assert_eq!(fs::metadata(&below).unwrap().mode() & 0o777, 0o700);
    // One that is there stays as it is.
    let (named, _) = data_directory(&at(&below)).unwrap();
    let victim = path.join("victim");
    fs::write(&victim, "precious").unwrap();
    std::os::unix::fs::symlink(&victim, below.join(PORT_FILE)).unwrap();
    fs::write(below.join(COOKIE_FILE), "old").unwrap();
    remove_stale(&named).unwrap();
    assert!(fs::symlink_metadata(below.join(PORT_FILE)).is_err());
    assert!(!below.join(COOKIE_FILE).exists());
    std::os::unix::fs::symlink(&victim, below.join("torctl-torrc")).unwrap();
    write_torrc(&named).unwrap();
    assert_eq!(fs::read(&victim).unwrap(), b"precious");
    let error = data_directory(&at(Path::new("/proc/nowhere"))).unwrap_err();
    assert!(error.to_string().contains("/proc/nowhere"), "{error}");
    assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    drop(scratch);
    assert!(!path.exists());
}

#[test]
fn the_user_that_tor_becomes_is_known() {
    let mut launch = Launch::default();
    assert_eq!(other_user(&launch), None);
    launch.add_option(b"user", b"root").unwrap();
    assert_eq!(other_user(&launch), Some(0));
    launch.add_option(b"User", b"no such user").unwrap();
    assert_eq!(other_user(&launch), None);
}
