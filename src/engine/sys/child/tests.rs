use super::*;
use crate::engine::scripted::until;
use std::io::Read;
use std::os::fd::AsRawFd;
use std::process::Stdio;

/// Runs a script as a program that has nothing of this one's; what it says.
fn say(script: &str, inherited: Option<RawFd>, remover: Option<Remover>) -> String {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script]);
    set_environment(&mut command);
    set_apart(&mut command, inherited, remover);
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_child_leads_a_session_of_its_own() {
    let said = say("echo $$; ps -o sid= -p $$", None, None);
    let mut numbers = said.split_whitespace();
    let (own, session) = (numbers.next(), numbers.next());
    assert!(own.is_some() && own == session, "{said}");
}

#[test]
fn a_child_ignores_no_signal_that_the_program_ignores() {
    // As a shell has it that was started by nohup or in the background.
    // SAFETY: system calls without pointers.
    let old = unsafe { libc::signal(libc::SIGTTOU, libc::SIG_IGN) };
    let said = say("grep SigIgn /proc/self/status", None, None);
    // SAFETY: what was there before.
    unsafe { libc::signal(libc::SIGTTOU, old) };
    let mask = said.split_whitespace().nth(1).unwrap();
    let mask = u64::from_str_radix(mask, 16).unwrap();
    assert_eq!(mask & ((1 << 31) - 1), 0, "{said}");
}

#[test]
fn a_child_blocks_no_signal_that_its_starter_blocks() {
    let (said, say_it) = std::sync::mpsc::channel();
    crate::engine::sys::spawn("torctl-test", 512 << 10, move || {
        let _ = said.send(say("grep SigBlk /proc/self/status", None, None));
    })
    .unwrap()
    .join();
    let said = say_it.recv().unwrap();
    let mask = said.split_whitespace().nth(1).unwrap();
    assert_eq!(u64::from_str_radix(mask, 16), Ok(0), "{said}");
}

#[test]
fn a_child_has_of_the_open_files_only_the_one_that_it_is_to_have() {
    let file = std::fs::File::open("/dev/null").unwrap();
    let [kept, other] = [200, 200].map(|from| rustix::io::fcntl_dupfd_cloexec(&file, from));
    let (kept, other) = (kept.unwrap(), other.unwrap());
    // As a library that does not know better.
    rustix::io::fcntl_setfd(&other, rustix::io::FdFlags::empty()).unwrap();
    let (kept_raw, other_raw) = (kept.as_raw_fd(), other.as_raw_fd());
    let script = format!(
        "for fd in {kept_raw} {other_raw}; do test -e /proc/self/fd/$fd && echo $fd; done; true"
    );
    let said = say(&script, Some(kept_raw), None);
    assert_eq!(said, format!("{kept_raw}\n"));
    // Here it stays closed for every other program.
    let flags = rustix::io::fcntl_getfd(&kept).unwrap();
    assert!(flags.contains(rustix::io::FdFlags::CLOEXEC));
    drop((kept, other));
}

#[test]
fn a_directory_goes_with_the_program() {
    let name = format!("torctl-remover-{}", std::process::id());
    let directory = std::env::temp_dir().join(name);
    std::fs::create_dir_all(directory.join("data")).unwrap();
    std::fs::write(directory.join("data/file"), "x").unwrap();
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "read line"]).stdin(Stdio::piped());
    set_apart(&mut command, None, Remover::new(&directory, None));
    let mut child = command.spawn().unwrap();
    assert!(directory.join("data/file").exists());
    drop(child.stdin.take());
    let _ = child.wait();
    until(|| !directory.exists());
}

#[test]
fn a_directory_goes_also_when_the_program_is_killed() {
    let name = format!("torctl-remover-killed-{}", std::process::id());
    let directory = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&directory).unwrap();
    let mut command = Command::new("/bin/sh");
    // A remover that does not wait would be faster than that.
    command.args(["-c", "sleep 0.1; echo begun; read line"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    set_apart(&mut command, None, Remover::new(&directory, None));
    let mut child = command.spawn().unwrap();
    let mut begun = [0; 6];
    child.stdout.take().unwrap().read_exact(&mut begun).unwrap();
    assert!(directory.exists());
    child.kill().unwrap();
    let _ = child.wait();
    until(|| !directory.exists());
}

#[test]
fn a_directory_with_a_nul_has_no_remover() {
    use std::ffi::OsStr;
    let path = Path::new(OsStr::from_bytes(b"/tmp/a\0b"));
    assert!(Remover::new(path, None).is_none());
}
