use super::*;
use std::io::Read;
use std::os::fd::AsFd;

#[test]
fn a_nameless_file_is_read_from_its_beginning_and_stays_in_this_program() {
    let mut file = nameless_file(b"a secret\n").unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    assert_eq!(text, "a secret\n");
    let flags = rustix::io::fcntl_getfd(file.as_fd()).unwrap();
    assert!(flags.contains(rustix::io::FdFlags::CLOEXEC));
    assert_eq!(rustix::fs::fstat(&file).unwrap().st_nlink, 0);
}

#[test]
fn the_clocks_go_forward() {
    let (first, second) = (Stamp::now(), Stamp::now());
    assert!(first.mono_ns > 0 && first.mono_ns <= second.mono_ns);
    // Microseconds of this century.
    assert!((946_684_800_000_000..4_102_444_800_000_000).contains(&first.unix_us));
}

#[test]
fn temporary_files_have_an_absolute_place() {
    assert!(temp_dir().is_absolute());
    assert_eq!(variable("TORCTL_NO_SUCH_VARIABLE"), None);
    assert!(variable("PATH").is_some());
}
