use super::*;
use std::io::Error;
use std::sync::mpsc::channel;

/// Whether the calling thread has the signal blocked.
fn is_blocked(signal: libc::c_int) -> bool {
    // SAFETY: an all-zero sigset_t is a valid value.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: the set is a place for the result, and nothing is changed.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, std::ptr::null(), &mut set) };
    // SAFETY: the set is valid and the number a signal.
    unsafe { libc::sigismember(&set, signal) == 1 }
}

const MEANT_FOR_THE_HOST: [libc::c_int; 5] = [
    libc::SIGINT,
    libc::SIGTERM,
    libc::SIGCHLD,
    libc::SIGPIPE,
    libc::SIGUSR1,
];
const FAULTS: [libc::c_int; 5] = [
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
    libc::SIGTRAP,
];

#[test]
fn a_thread_of_the_library_takes_no_signal_of_the_host() {
    let before = MEANT_FOR_THE_HOST.map(is_blocked);
    let (send, receive) = channel();
    let thread = spawn("torctl-test", 64 << 10, move || {
        let name = std::thread::current().name().map(str::to_string);
        let blocked = (MEANT_FOR_THE_HOST.map(is_blocked), FAULTS.map(is_blocked));
        send.send((name, blocked, ThreadId::current())).unwrap();
    });
    let thread = thread.unwrap();
    let id = thread.id();
    assert!(id.is_some() && id != Some(ThreadId::current()));
    let (name, (host, faults), its_own) = receive.recv().unwrap();
    assert_eq!(name.as_deref(), Some("torctl-test"));
    assert_eq!((host, faults), ([true; 5], [false; 5]));
    assert_eq!(Some(its_own), id);
    // And the caller has its own mask again.
    assert_eq!(MEANT_FOR_THE_HOST.map(is_blocked), before);
    thread.join();
}

#[test]
fn a_thread_is_waited_for_or_goes_on() {
    let (send, receive) = channel();
    let (go, wait) = channel::<()>();
    drop(spawn("torctl-test", 64 << 10, move || {
        let _ = wait.recv();
        let _ = send.send(());
    }));
    assert!(receive.try_recv().is_err());
    go.send(()).unwrap();
    receive.recv().unwrap();
    let (send, receive) = channel();
    let thread = spawn("torctl-test", 64 << 10, move || send.send(()).unwrap());
    thread.unwrap().join();
    assert_eq!(receive.try_recv(), Ok(()));
}

#[test]
fn a_child_touches_no_thread_of_its_parent() {
    let (go, wait) = channel::<()>();
    let (send, receive) = channel();
    let body = move || {
        let _ = wait.recv();
        let _ = send.send(());
    };
    let mut thread = spawn("torctl-test", 64 << 10, body).unwrap();
    thread.origin = Origin::elsewhere();
    // It would wait for ever: the thread waits for this one.
    thread.join();
    assert!(receive.try_recv().is_err());
    drop(go);
    receive.recv().unwrap();
}

#[test]
fn what_runs_in_a_signal_handler_leaves_errno_alone() {
    let open = || std::fs::File::open("/nonexistent");
    assert!(open().is_err());
    let before = Error::last_os_error().raw_os_error();
    assert_eq!(before, Some(libc::ENOENT));
    keeping_errno(|| {
        assert!(std::fs::File::open("/proc/self/mem/x").is_err());
        assert_eq!(Error::last_os_error().raw_os_error(), Some(libc::ENOTDIR));
    });
    assert_eq!(Error::last_os_error().raw_os_error(), before);
}

/// Whether pthread_cancel() waits in this thread.
fn is_uncancelled() -> bool {
    let Uncancelled(state) = &Uncancelled::begin();
    *state == Uncancelled::DISABLE
}

#[test]
fn a_thread_can_be_cancelled_again_when_the_library_is_left() {
    assert!(!is_uncancelled());
    let outer = Uncancelled::begin();
    let inner = Uncancelled::begin();
    assert!(is_uncancelled());
    drop(inner);
    assert!(is_uncancelled());
    drop(outer);
    assert!(!is_uncancelled());
}
