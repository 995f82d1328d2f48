//! Programs that are started: apart from the one that starts them, and what removes their
//! directory.

use std::ffi::{CString, OsString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::{is_privileged, variable};

/// The environment of a program that is started: ours, or if that must not be believed, almost
/// none.
pub(crate) fn set_environment(command: &mut Command) {
    if is_privileged() {
        let usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        command.env_clear().env("PATH", usual);
    }
}

/// Makes the command run as a program that has nothing of its starter's: no terminal whose Ctrl-C
/// would reach it, no ignored or blocked signal, and of this process's open files only `inherited`, which the
/// child finds under the same number. In this process that one stays close-on-exec. A remover is
/// started with it.
pub(crate) fn set_apart(command: &mut Command, inherited: Option<RawFd>, remover: Option<Remover>) {
    // Between fork and exec of a process with threads only system calls are safe: a lock that
    // another thread held stays locked.
    let prepare = move || {
        // SAFETY: a system call without pointers. It fails only for who leads a group already.
        unsafe { libc::setsid() };
        for signal in 1..32 {
            // SAFETY: a system call without pointers; what cannot be set stays as it is.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
        unblock_signals();
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

/// It may be a thread of ours that starts the program, in which all are blocked.
fn unblock_signals() {
    let mut none = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: there is room for the set, which is whole then.
    unsafe { libc::sigemptyset(none.as_mut_ptr()) };
    // SAFETY: as above. Nobody asks for the old one.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, none.as_ptr(), std::ptr::null_mut()) };
}

/// Removes a directory when a program has ended, also when by then nobody is left who started it: a
/// shell that waits for the end of a pipe, whose other end only the program holds.
///
/// It is a child of the program, not of this process, which gets no SIGCHLD for it; and it is another
/// program, so that none of this process's memory stays in it.
pub(crate) struct Remover {
    directory: CString,
    path: CString,
    /// The ends of the pipe: that for the remover, if there is none yet, and that for the program,
    /// which this process holds open too. Without, the program alone has a pipe.
    pipe: Option<(Option<RawFd>, RawFd)>,
}

impl Remover {
    /// None if no system could name the directory. The descriptors are the caller's, and open.
    pub(crate) fn new(directory: &Path, pipe: Option<(Option<RawFd>, RawFd)>) -> Option<Remover> {
        let mut path = OsString::from("PATH=/usr/bin:/bin");
        if let Some(ours) = variable("PATH") {
            path.push(":");
            path.push(ours);
        }
        Some(Remover {
            directory: CString::new(directory.as_os_str().as_bytes()).ok()?,
            path: CString::new(path.into_vec()).ok()?,
            pipe,
        })
    }

    /// Starts it from the process that is about to become the program: between fork and exec.
    fn start(&self) -> io::Result<()> {
        let (wait, hold) = match self.pipe {
            Some(pipe) => pipe,
            None => {
                let mut ends = [-1; 2];
                // SAFETY: there is room for two descriptors.
                if unsafe { libc::pipe(ends.as_mut_ptr()) } < 0 {
                    return Err(io::Error::last_os_error());
                }
                (Some(ends[0]), ends[1])
            }
        };
        if let Some(wait) = wait {
            match fork_plainly() {
                0 => self.become_one(wait),
                error if error < 0 => return Err(io::Error::last_os_error()),
                // SAFETY: a system call without pointers, on a descriptor of ours.
                _ => unsafe { libc::close(wait) },
            };
        }
        // It stays open in the program.
        // SAFETY: a system call without pointers, on a descriptor of ours.
        match unsafe { libc::fcntl(hold, libc::F_SETFD, 0) } {
            0.. => Ok(()),
            _ => Err(io::Error::last_os_error()),
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

/// Forks without the functions that a host has had registered for that: it may be the child of a
/// fork of a process with threads that does so.
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

/// Takes the status of what has come to this process because it collects orphans, as the first
/// process of a container does: the remover of a program that has ended. Nothing happens in any
/// other process. Whether all is done; others of the program's, as a pluggable transport, may never
/// end.
#[cfg(target_os = "linux")]
pub(crate) fn take_orphans(program: u32) -> bool {
    let mut collects: libc::c_int = 0;
    // SAFETY: there is room for the number.
    unsafe { libc::prctl(libc::PR_GET_CHILD_SUBREAPER, &mut collects) };
    if collects == 0 && std::process::id() != 1 {
        return true;
    }
    let Ok(group) = libc::pid_t::try_from(program) else {
        return true;
    };
    // The program led this group; its number is no other's while anybody is in it.
    loop {
        // SAFETY: a system call without pointers, but for a status that nobody wants.
        match unsafe { libc::waitpid(-group, std::ptr::null_mut(), libc::WNOHANG) } {
            0 => return false,
            error if error < 0 => return true,
            _ => {}
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn take_orphans(_program: u32) -> bool {
    true
}

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
/// stay taken. Not closed immediately: std tells by one of these that the program could not be run.
#[cfg(target_os = "linux")]
fn close_on_exec_from(first: libc::c_uint) {
    let last = libc::c_uint::MAX;
    let flags = libc::CLOSE_RANGE_CLOEXEC;
    // SAFETY: a system call without pointers. A kernel that does not know it changes nothing.
    unsafe { libc::syscall(libc::SYS_close_range, first, last, flags) };
}

#[cfg(not(target_os = "linux"))]
fn close_on_exec_from(_first: libc::c_uint) {}

#[cfg(test)]
mod tests;
