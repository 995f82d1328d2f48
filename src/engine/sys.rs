//! What the engine asks of the operating system: sends without SIGPIPE, wake-up descriptors, masked
//! and named threads, which process this is. The only unsafe code of the engine.

mod descriptor;
mod origin;

use std::ffi::{CString, OsString};
use std::fs::File;
use std::io::{self, IoSlice, Seek, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicU64;
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags};
use smallvec::SmallVec;

pub(crate) use descriptor::{close_inherited, Descriptor, Note};
pub use origin::Origin;
pub(crate) use origin::PerProcess;

/// Sends what the socket takes now of the slices. A gone peer is an error and never a SIGPIPE.
pub(crate) fn send_all(fd: impl AsFd, slices: &[IoSlice<'_>]) -> io::Result<usize> {
    let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
    loop {
        let sent = match slices {
            [slice] => rustix::net::send(&fd, slice, flags),
            _ => rustix::net::sendmsg(&fd, slices, &mut Default::default(), flags),
        };
        match sent {
            Err(Errno::INTR) => continue,
            other => return Ok(other?),
        }
    }
}

/// Receives what has arrived; 0 at the end of the stream.
pub(crate) fn recv(fd: impl AsFd, buf: &mut [u8]) -> io::Result<usize> {
    loop {
        match rustix::net::recv(&fd, &mut *buf, RecvFlags::DONTWAIT) {
            Err(Errno::INTR) => continue,
            other => return Ok(other?.0),
        }
    }
}

/// The same, but waits for something to arrive, until [`set_receive_timeout`] or a signal ends it.
pub(crate) fn recv_waiting(fd: impl AsFd, buf: &mut [u8]) -> io::Result<usize> {
    match rustix::net::recv(&fd, buf, RecvFlags::empty()) {
        Err(Errno::INTR) => Err(io::ErrorKind::WouldBlock.into()),
        other => Ok(other?.0),
    }
}

/// Waits like [`recv_waiting`], and leaves what has arrived where it is.
pub(crate) fn wait_readable(fd: impl AsFd) -> io::Result<()> {
    match rustix::net::recv(&fd, &mut [0; 1], RecvFlags::PEEK) {
        Err(Errno::INTR) => Err(io::ErrorKind::WouldBlock.into()),
        other => Ok(other.map(|_| ())?),
    }
}

/// How many bytes lie in the socket, ready to be received.
pub(crate) fn readable_bytes(fd: impl AsFd) -> u64 {
    // It fails for nothing that can be received from.
    rustix::io::ioctl_fionread(fd).unwrap_or(0)
}

/// How long [`recv_waiting`] waits.
pub(crate) fn set_receive_timeout(fd: impl AsFd, timeout: Duration) -> io::Result<()> {
    let receive = rustix::net::sockopt::Timeout::Recv;
    Ok(rustix::net::sockopt::set_socket_timeout(
        fd,
        receive,
        Some(timeout),
    )?)
}

/// Ends the conversation in both directions: whoever polls or reads the socket is woken.
pub(crate) fn shutdown(fd: impl AsFd) {
    // It fails only when the peer was faster, which is as good.
    let _ = rustix::net::shutdown(fd, rustix::net::Shutdown::Both);
}

/// What is waited for where something is to be read.
pub(crate) const READABLE: PollFlags = PollFlags::IN;

/// Waits until the socket has any of the events (or hung up), one of `wakes` is readable, or the
/// deadline has passed. A signal may end it early. Whether the socket has something.
pub(crate) fn wait_ready(
    socket: Option<(BorrowedFd<'_>, PollFlags)>,
    wakes: &[BorrowedFd<'_>],
    deadline: Option<Instant>,
) -> io::Result<bool> {
    let mut fds: SmallVec<[PollFd<'_>; 3]> = SmallVec::new();
    fds.extend(socket.map(|(fd, events)| PollFd::from_borrowed_fd(fd, events)));
    let wakes = wakes.iter();
    fds.extend(wakes.map(|fd| PollFd::from_borrowed_fd(*fd, READABLE)));
    let timeout = deadline.map(|at| timespec(at.saturating_duration_since(Instant::now())));
    match rustix::event::poll(&mut fds, timeout.as_ref()) {
        Ok(_) => Ok(socket.is_some() && !fds[0].revents().is_empty()),
        Err(Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// As which user this program may read and write.
pub(crate) fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Whether the program has more rights than who started it, as one that is setuid: then what that one
/// has put into the environment must not be believed.
#[cfg(target_os = "linux")]
fn is_privileged() -> bool {
    // SAFETY: it takes a number, looks something up, and cannot fail.
    unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
}

#[cfg(not(target_os = "linux"))]
fn is_privileged() -> bool {
    rustix::process::geteuid() != rustix::process::getuid()
        || rustix::process::getegid() != rustix::process::getgid()
}

/// A variable of the environment, unless the program is privileged: like secure_getenv(). The library
/// reads the environment only here.
pub(crate) fn variable(name: &str) -> Option<OsString> {
    match is_privileged() {
        true => None,
        false => std::env::var_os(name),
    }
}

/// Where temporary files are made.
pub(crate) fn temp_dir() -> PathBuf {
    let named = variable("TMPDIR").filter(|named| !named.is_empty());
    named.map_or_else(|| PathBuf::from("/tmp"), PathBuf::from)
}

/// The environment of a program that is started: ours, or if that must not be believed, almost none.
pub(crate) fn set_environment(command: &mut Command) {
    if is_privileged() {
        let usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        command.env_clear().env("PATH", usual);
    }
}

/// A duration as the system takes it.
pub(crate) fn timespec(duration: Duration) -> Timespec {
    // A duration too long for the system's type is as good as endless: a century is enough.
    Timespec::try_from(duration.min(Duration::from_secs(100 * 365 * 86_400))).unwrap_or(Timespec {
        tv_sec: 1 << 31,
        tv_nsec: 0,
    })
}

/// The two clocks at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// CLOCK_MONOTONIC in nanoseconds.
    pub(crate) mono_ns: u64,
    /// Microseconds since 1970 in UTC.
    pub(crate) unix_us: i64,
}

impl Stamp {
    pub(crate) fn now() -> Stamp {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH);
        Stamp {
            mono_ns: mono_ns(),
            unix_us: unix.map_or(0, |since| since.as_micros() as i64),
        }
    }
}

/// CLOCK_MONOTONIC in nanoseconds.
pub(crate) fn mono_ns() -> u64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `now` is a valid place for the result; the clock exists everywhere we run.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut now) };
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// A descriptor that is readable from [`WakeFd::set`] until [`WakeFd::clear`].
#[derive(Debug)]
pub(crate) struct WakeFd {
    read: Descriptor,
    /// The writing end where there is no eventfd.
    #[cfg(not(target_os = "linux"))]
    write: Descriptor,
}

#[cfg(target_os = "linux")]
impl WakeFd {
    fn with(read: impl FnOnce(OwnedFd) -> Descriptor) -> io::Result<WakeFd> {
        use rustix::event::EventfdFlags;
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        let fd = rustix::event::eventfd(0, flags)?;
        Ok(WakeFd { read: read(fd) })
    }

    fn writer(&self) -> &Descriptor {
        &self.read
    }
}

#[cfg(not(target_os = "linux"))]
impl WakeFd {
    fn with(reader: impl FnOnce(OwnedFd) -> Descriptor) -> io::Result<WakeFd> {
        // A pair of std's is non-blocking and close-on-exec on every system with that choice.
        let (read, write) = std::os::unix::net::UnixStream::pair()?;
        read.set_nonblocking(true)?;
        write.set_nonblocking(true)?;
        Ok(WakeFd {
            read: reader(read.into()),
            write: Descriptor::new(write.into()),
        })
    }

    fn writer(&self) -> &Descriptor {
        &self.write
    }
}

impl WakeFd {
    pub(crate) fn new() -> io::Result<WakeFd> {
        static IDENTITY: AtomicU64 = AtomicU64::new(0);
        let all_alike = cfg!(target_os = "linux");
        WakeFd::with(|fd| match all_alike {
            true => Descriptor::like(fd, &IDENTITY),
            false => Descriptor::new(fd),
        })
    }

    /// One whose number the program may know.
    pub(crate) fn shown() -> io::Result<WakeFd> {
        WakeFd::with(Descriptor::shown)
    }

    /// See [`Descriptor::close_copy`].
    pub(crate) fn close_copy(&self) {
        self.read.close_copy();
    }

    /// In a child, which shares this one with its parent: makes its copy readable, for good and for
    /// nobody else.
    pub(crate) fn set_copy(&self) -> io::Result<()> {
        let other = WakeFd::new()?;
        other.set();
        self.read.replace_copy(other.as_fd())
    }

    pub(crate) fn set(&self) {
        // It fails only when the counter or the buffer is full, and then it is readable already.
        let _ = rustix::io::write(self.writer().as_fd(), &1u64.to_ne_bytes());
    }

    pub(crate) fn clear(&self) {
        let mut buf = [0; 512];
        while matches!(rustix::io::read(self.as_fd(), &mut buf), Ok(512)) {}
    }
}

impl AsFd for WakeFd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.read.as_fd()
    }
}

/// Runs something of a signal handler, after which errno is what it was for the interrupted thread.
pub(crate) fn keeping_errno(work: impl FnOnce()) {
    #[cfg(target_os = "linux")]
    // SAFETY: it takes nothing, cannot fail, and gives this thread's own place.
    let place = unsafe { libc::__errno_location() };
    #[cfg(any(target_vendor = "apple", target_os = "freebsd"))]
    // SAFETY: as above.
    let place = unsafe { libc::__error() };
    #[cfg(any(target_os = "openbsd", target_os = "netbsd", target_os = "android"))]
    // SAFETY: as above.
    let place = unsafe { libc::__errno() };
    // SAFETY: the place is valid for as long as this thread lives.
    let errno = unsafe { place.read() };
    work();
    // SAFETY: as above.
    unsafe { place.write(errno) };
}

/// A thread of this process. Not std's, which would leave something behind in a foreign thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ThreadId(libc::pthread_t);

impl ThreadId {
    pub(crate) fn current() -> ThreadId {
        // SAFETY: it takes nothing and cannot fail.
        ThreadId(unsafe { libc::pthread_self() })
    }
}

/// A thread of the library, which goes on when this is dropped. In a forked child there is no such
/// thread: neither is it waited for there nor touched in any other way.
#[derive(Debug)]
pub(crate) struct Thread {
    handle: Option<JoinHandle<()>>,
    origin: Origin,
}

impl Thread {
    /// Waits for its end.
    pub(crate) fn join(mut self) {
        if self.origin.is_here() {
            let _ = self.handle.take().map(JoinHandle::join);
        }
    }

    pub(crate) fn id(&self) -> Option<ThreadId> {
        use std::os::unix::thread::JoinHandleExt;
        let handle = self.handle.as_ref();
        handle.map(|handle| ThreadId(handle.as_pthread_t() as libc::pthread_t))
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        if !self.origin.is_here() {
            std::mem::forget(self.handle.take());
        }
    }
}

/// While it lives, pthread_cancel() waits: it would unwind through the library, which ends the process.
#[derive(Debug)]
pub(crate) struct Uncancelled(libc::c_int);

extern "C" {
    fn pthread_setcancelstate(state: libc::c_int, old: *mut libc::c_int) -> libc::c_int;
}

impl Uncancelled {
    /// PTHREAD_CANCEL_DISABLE, where it is not the same everywhere.
    const DISABLE: libc::c_int = cfg!(not(target_vendor = "apple")) as libc::c_int;

    pub(crate) fn begin() -> Uncancelled {
        let mut old = 0;
        // SAFETY: `old` is a place for the result; this concerns the calling thread only.
        unsafe { pthread_setcancelstate(Uncancelled::DISABLE, &mut old) };
        Uncancelled(old)
    }
}

impl Drop for Uncancelled {
    fn drop(&mut self) {
        let mut old = 0;
        // SAFETY: the state is the one that the thread had.
        unsafe { pthread_setcancelstate(self.0, &mut old) };
    }
}

/// Ends this thread where it stands, and with it a process that has no other. For the child of a fork
/// that a function of the program made while the library had called it: what called it is the parent's.
pub(crate) fn end_here() -> ! {
    #[cfg(target_os = "linux")]
    // SAFETY: a system call without pointers, which does not return.
    unsafe {
        libc::syscall(libc::SYS_exit, 0)
    };
    // SAFETY: it takes no pointers and does not return.
    unsafe { libc::_exit(0) }
}

/// A file with this content and without a name, open at its beginning. In memory, so that secrets
/// stay off the disk.
#[cfg(target_os = "linux")]
pub(crate) fn nameless_file(content: &[u8]) -> io::Result<File> {
    use rustix::fs::{memfd_create, MemfdFlags};
    let mut file = File::from(memfd_create("torctl", MemfdFlags::CLOEXEC)?);
    file.write_all(content)?;
    file.rewind()?;
    Ok(file)
}

/// The same, where there are no files in memory. Who opens it anew there goes on where the last one
/// has stopped.
#[cfg(not(target_os = "linux"))]
pub(crate) fn nameless_file(content: &[u8]) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let path = loop {
        let mut name = [0; 8];
        getrandom::fill(&mut name).map_err(io::Error::other)?;
        let name = data_encoding::HEXLOWER.encode(&name);
        let path = temp_dir().join(format!("torctl-{name}"));
        if !path.exists() {
            break path;
        }
    };
    let mut options = File::options();
    options.read(true).write(true).create_new(true).mode(0o600);
    let mut file = options.open(&path)?;
    std::fs::remove_file(&path)?;
    file.write_all(content)?;
    file.rewind()?;
    Ok(file)
}

/// Has the command run as a program that has nothing of its starter's: no terminal whose Ctrl-C would
/// reach it, no ignored signal, and of this process's open files only `inherited`, which the child
/// finds under the same number. In this process that one stays close-on-exec. A remover is started with it.
pub(crate) fn set_apart(command: &mut Command, inherited: Option<RawFd>, remover: Option<Remover>) {
    // Between fork and exec of a process with threads only system calls are safe: a lock that
    // another thread held stays locked for ever.
    let prepare = move || {
        // SAFETY: a system call without pointers. It fails only for who leads a group already.
        unsafe { libc::setsid() };
        for signal in 1..32 {
            // SAFETY: a system call without pointers; what cannot be set stays as it is.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
        close_on_exec_from(3);
        if let Some(remover) = &remover {
            remover.start()?;
        }
        if let Some(fd) = inherited {
            // SAFETY: a system call without pointers, on a descriptor that the caller keeps open.
            if unsafe { libc::fcntl(fd, libc::F_SETFD, 0) } < 0 {
                return Err(io::Error::last_os_error());
            }
        }
        Ok(())
    };
    // SAFETY: all that the closure does is system calls, as said above.
    unsafe { command.pre_exec(prepare) };
}

/// Removes a directory when a program has ended, also when by then nobody is left who started it: a shell
/// that waits for the end of a pipe, whose other end only the program holds.
///
/// It is a child of the program, not of this process, which gets no SIGCHLD for it and holds no descriptor
/// for it; and it is another program, so that none of this process's memory stays in it.
pub(crate) struct Remover {
    directory: CString,
    path: CString,
}

impl Remover {
    /// None if no system could name the directory.
    pub(crate) fn new(directory: &Path) -> Option<Remover> {
        let mut path = OsString::from("PATH=/usr/bin:/bin");
        if let Some(ours) = variable("PATH") {
            path.push(":");
            path.push(ours);
        }
        Some(Remover {
            directory: CString::new(directory.as_os_str().as_bytes()).ok()?,
            path: CString::new(path.into_vec()).ok()?,
        })
    }

    /// Starts it from the process that is about to become the program: between fork and exec.
    fn start(&self) -> io::Result<()> {
        let mut ends = [-1; 2];
        // SAFETY: there is room for two descriptors.
        if unsafe { libc::pipe(ends.as_mut_ptr()) } < 0 {
            return Err(io::Error::last_os_error());
        }
        let [wait, hold] = ends;
        match fork_plainly() {
            0 => self.become_one(wait),
            error if error < 0 => Err(io::Error::last_os_error()),
            _ => {
                // SAFETY: a system call without pointers, on a descriptor of ours.
                unsafe { libc::close(wait) };
                // The other end stays open in the program.
                let _ = hold;
                Ok(())
            }
        }
    }

    fn become_one(&self, wait: RawFd) -> ! {
        // What ends all processes of a service or a session ends the program too, which is waited for.
        for signal in [libc::SIGHUP, libc::SIGINT, libc::SIGTERM, libc::SIGPIPE] {
            // SAFETY: a system call without pointers.
            unsafe { libc::signal(signal, libc::SIG_IGN) };
        }
        // SAFETY: a system call with a string.
        let null = unsafe { libc::open(c"/dev/null".as_ptr(), libc::O_RDWR) };
        for (from, to) in [(wait, 0), (null, 1), (null, 2)] {
            // SAFETY: a system call without pointers.
            unsafe { libc::dup2(from, to) };
        }
        close_from(3);
        // SAFETY: a system call with a string.
        unsafe { libc::chdir(c"/".as_ptr()) };
        let args = [
            c"sh".as_ptr(),
            c"-c".as_ptr(),
            c"read line; exec rm -rf -- \"$1\"".as_ptr(),
            c"torctl-remover".as_ptr(),
            self.directory.as_ptr(),
            std::ptr::null(),
        ];
        let environment = [self.path.as_ptr(), std::ptr::null()];
        // SAFETY: both lists hold strings and end with NULL.
        unsafe { libc::execve(c"/bin/sh".as_ptr(), args.as_ptr(), environment.as_ptr()) };
        // SAFETY: it ends this process and runs nothing of the host's.
        unsafe { libc::_exit(127) }
    }
}

/// Forks without the functions that a host has had registered for that: it may be the child of a fork of
/// a process with threads that does so.
#[cfg(target_os = "linux")]
fn fork_plainly() -> libc::c_long {
    let (none, signal) = (0 as libc::c_long, libc::SIGCHLD as libc::c_long);
    #[cfg(not(target_arch = "s390x"))]
    let (first, second) = (signal, none);
    #[cfg(target_arch = "s390x")]
    let (first, second) = (none, signal);
    // SAFETY: with no stack and no memory shared this is fork(2). The child only makes system calls.
    unsafe { libc::syscall(libc::SYS_clone, first, second, none, none, none) }
}

#[cfg(not(target_os = "linux"))]
fn fork_plainly() -> libc::c_long {
    // SAFETY: the child only makes system calls.
    unsafe { libc::fork() as libc::c_long }
}

/// Takes the status of what has come to this process because it collects orphans, as the first process
/// of a container does: the remover of a program that has ended. Nothing happens in any other process.
#[cfg(target_os = "linux")]
pub(crate) fn take_orphans(program: u32) {
    let mut collects: libc::c_int = 0;
    // SAFETY: there is room for the number.
    unsafe { libc::prctl(libc::PR_GET_CHILD_SUBREAPER, &mut collects) };
    if collects == 0 && std::process::id() != 1 {
        return;
    }
    let Ok(group) = libc::pid_t::try_from(program) else {
        return;
    };
    // The program led this group; its number is no other's while anybody is in it. Others of it, as a
    // pluggable transport, may stay for ever.
    for _ in 0..200 {
        // SAFETY: a system call without pointers, but for a status that nobody wants.
        match unsafe { libc::waitpid(-group, std::ptr::null_mut(), libc::WNOHANG) } {
            0 => std::thread::sleep(Duration::from_millis(10)),
            error if error < 0 => return,
            _ => {}
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn take_orphans(_program: u32) {}

#[cfg(target_os = "linux")]
fn close_from(first: libc::c_uint) {
    // SAFETY: a system call without pointers.
    if unsafe { libc::syscall(libc::SYS_close_range, first, libc::c_uint::MAX, 0) } == 0 {
        return;
    }
    close_some(first);
}

#[cfg(not(target_os = "linux"))]
fn close_from(first: libc::c_uint) {
    close_some(first);
}

fn close_some(first: libc::c_uint) {
    for fd in first..4096 {
        // SAFETY: a system call without pointers.
        unsafe { libc::close(fd as RawFd) };
    }
}

/// So that the child holds none of the host's files open, as a listening socket whose port would
/// stay taken. Not closed at once: std tells by one of these that the program could not be run.
#[cfg(target_os = "linux")]
fn close_on_exec_from(first: libc::c_uint) {
    let last = libc::c_uint::MAX;
    let flags = libc::CLOSE_RANGE_CLOEXEC;
    // SAFETY: a system call without pointers. A kernel that does not know it changes nothing.
    unsafe { libc::syscall(libc::SYS_close_range, first, last, flags) };
}

#[cfg(not(target_os = "linux"))]
fn close_on_exec_from(_first: libc::c_uint) {}

/// Starts a named thread that takes no signal meant for the host. The synchronous fault signals
/// stay with the host's crash handler.
pub(crate) fn spawn(
    name: &str,
    stack_bytes: usize,
    body: impl FnOnce() + Send + 'static,
) -> io::Result<Thread> {
    let mask = SignalMask::block_all();
    let thread = std::thread::Builder::new()
        .name(name.to_string())
        .stack_size(stack_bytes)
        .spawn(body);
    drop(mask);
    Ok(Thread {
        handle: Some(thread?),
        origin: Origin::here(),
    })
}

/// The caller's signal mask, restored when dropped. The new thread inherits the blocked one.
struct SignalMask(libc::sigset_t);

impl SignalMask {
    fn block_all() -> SignalMask {
        // SAFETY: an all-zero sigset_t is a valid value; the calls below fill it.
        let mut all: libc::sigset_t = unsafe { std::mem::zeroed() };
        let mut old = all;
        // SAFETY: `all` is a valid set.
        unsafe { libc::sigfillset(&mut all) };
        for fault in [
            libc::SIGSEGV,
            libc::SIGBUS,
            libc::SIGFPE,
            libc::SIGILL,
            libc::SIGTRAP,
        ] {
            // SAFETY: `all` is a valid set and the number a valid signal.
            unsafe { libc::sigdelset(&mut all, fault) };
        }
        // SAFETY: both sets are valid; this concerns the calling thread only.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut old) };
        SignalMask(old)
    }
}

impl Drop for SignalMask {
    fn drop(&mut self) {
        // SAFETY: the set is the one that the system gave us for this thread.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.0, std::ptr::null_mut()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixStream;

    #[test]
    fn a_gone_peer_is_an_error() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        drop(theirs);
        assert_eq!(
            send_all(&ours, &[IoSlice::new(b"x")]).unwrap_err().kind(),
            io::ErrorKind::BrokenPipe
        );
    }

    #[test]
    fn a_wake_descriptor_is_readable_until_cleared() {
        let (quiet, _other) = UnixStream::pair().unwrap();
        let wake = WakeFd::new().unwrap();
        let is_readable = |wake: &WakeFd| {
            let now = Some(Instant::now());
            wait_ready(Some((wake.as_fd(), READABLE)), &[quiet.as_fd()], now).unwrap()
        };
        assert!(!is_readable(&wake));
        wake.set();
        wake.set();
        assert!(is_readable(&wake));
        wake.clear();
        assert!(!is_readable(&wake));
    }
}
