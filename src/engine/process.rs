//! A program that the library has started: what it reads and prints, and its end.
//!
//! A thread of its own ("torctl-tor") takes whatever the program prints, so that it never stands
//! still for a full pipe, and fetches its exit status, so that no zombie is left. Only this one
//! process is waited for: the host's other children, and its handling of SIGCHLD, are its own
//! business. A host that ignores SIGCHLD or waits for any child takes the status away; then the end
//! is known, the status is not.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use zeroize::Zeroizing;

use super::call::Call;
use super::park::{lock, Parker};
use super::sys::{self, Descriptor, Origin, Remover, Thread, WakeFd};
use crate::error::Error;
use crate::proto::event::Text;

/// How long a program may take to end after it was asked to.
pub const GRACE: Duration = Duration::from_secs(10);

/// How often to look after a program whose end the system does not announce.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What to start.
#[derive(Debug)]
pub struct Start {
    /// A path, or a name to look for in PATH.
    pub program: OsString,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// What it reads from its standard input, also if it opens that by name, and more than once.
    pub input: Zeroizing<Vec<u8>>,
    /// A descriptor that it finds open under the same number, which must be over 2.
    pub inherited: Option<OwnedFd>,
    /// A directory that goes when it has ended.
    pub scratch: Option<Scratch>,
    /// Where it keeps its data.
    pub directory: PathBuf,
}

/// A directory that is removed, with all that is in it, when this is dropped. When a program keeps
/// its data there, its end removes it too, for this may never be dropped: the host may call exit(),
/// or be killed.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    origin: Origin,
}

impl Scratch {
    /// The directory is there already.
    pub fn new(path: PathBuf) -> Scratch {
        let origin = Origin::here();
        Scratch { path, origin }
    }

    fn remover(&self) -> Option<Remover> {
        Remover::new(&self.path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Not that of the process which this one was forked from. An empty one goes without a descriptor,
        // of which there may be none left.
        if !self.origin.is_here() || std::fs::remove_dir(&self.path).is_ok() {
            return;
        }
        // The remover may be at work in it, so that one of both finds something gone.
        for _ in 0..100 {
            let _ = std::fs::remove_dir_all(&self.path);
            if std::fs::symlink_metadata(&self.path).is_err() {
                return;
            }
        }
    }
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// With this status.
    Code(i32),
    /// By this signal.
    Signal(i32),
    /// Somebody else in this process took the status.
    Unknown,
}

impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Exit {
        match (status.code(), status.signal()) {
            (Some(code), _) => Exit::Code(code),
            (None, Some(signal)) => Exit::Signal(signal),
            (None, None) => Exit::Unknown,
        }
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Code(code) => write!(f, "ended with status {code}"),
            Exit::Signal(signal) => write!(f, "was ended by signal {signal}"),
            Exit::Unknown => f.write_str("ended"),
        }
    }
}

/// A started program.
#[derive(Debug)]
pub struct Process {
    pid: u32,
    /// With a NUL behind it.
    directory: Vec<u8>,
    wake: WakeFd,
    state: Mutex<State>,
    thread: Mutex<Option<Thread>>,
    /// In another process nothing is asked of it and nothing waited for.
    origin: Origin,
}

#[derive(Debug, Default)]
struct State {
    output: Tail,
    exit: Option<Exit>,
    must_end: bool,
    /// When it is killed if it has not ended.
    kill_at: Option<Instant>,
    /// It goes on when its starter has no more use for it.
    is_kept: bool,
    /// Who waits for the end.
    waiting: Vec<Arc<Parker>>,
}

/// Why a wait for the end was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoEnd {
    /// The deadline passed.
    Overdue,
    /// The call was cancelled.
    Cancelled,
    /// Whoever waited wanted it no more.
    Unwanted,
}

impl Process {
    /// Starts a program.
    pub fn start(start: Start) -> Result<Arc<Process>, Error> {
        let cannot = |error: io::Error| Error::system("no means to start a program", &error);
        let wake = WakeFd::new().map_err(cannot)?;
        let (ours, theirs) = UnixStream::pair().map_err(cannot)?;
        ours.set_nonblocking(true).map_err(cannot)?;
        let theirs = OwnedFd::from(theirs);
        let mut command = Command::new(&start.program);
        command.args(&start.args);
        sys::set_environment(&mut command);
        command.stdin(Stdio::from(
            sys::nameless_file(&start.input).map_err(cannot)?,
        ));
        command.stdout(Stdio::from(theirs.try_clone().map_err(cannot)?));
        command.stderr(Stdio::from(theirs));
        sys::set_apart(
            &mut command,
            start.inherited.as_ref().map(|fd| fd.as_raw_fd()),
            start.scratch.as_ref().and_then(Scratch::remover),
        );
        let child = command.spawn();
        // What of the child's is open here would hide its end.
        drop(command);
        drop(start.inherited);
        let child = child.map_err(|error| no_program(&start.program, &error))?;
        let process = Arc::new(Process {
            pid: child.id(),
            directory: [start.directory.as_os_str().as_bytes(), b"\0"].concat(),
            wake,
            state: Mutex::default(),
            thread: Mutex::default(),
            origin: Origin::here(),
        });
        // Where the thread finds it, and where it is again should there be no thread.
        let care = Arc::new(Mutex::new(Some(Care {
            end: EndWatch::new(child),
            output: Some(Descriptor::new(ours.into())),
            scratch: start.scratch,
        })));
        let (for_thread, its_care) = (Arc::clone(&process), Arc::clone(&care));
        let thread = sys::spawn("torctl-tor", 256 << 10, move || {
            let care = lock(&its_care).take();
            if let Some(care) = care {
                for_thread.run(care);
            }
        });
        match thread {
            Ok(thread) => {
                *lock(&process.thread) = Some(thread);
                Ok(process)
            }
            Err(error) => {
                if let Some(mut care) = lock(&care).take() {
                    care.end.kill();
                    care.end.wait();
                }
                Err(Error::system("no thread for the program", &error))
            }
        }
    }

    /// Its number.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Where it keeps its data.
    pub fn directory(&self) -> Text<'_> {
        Text::from_terminated(&self.directory)
    }

    /// The end of what it has printed.
    pub fn output(&self) -> Vec<u8> {
        match self.origin.is_here() {
            true => lock(&self.state).output.bytes().to_vec(),
            false => Vec::new(),
        }
    }

    /// How it ended, if it has.
    pub fn exit(&self) -> Option<Exit> {
        if !self.origin.is_here() {
            return None;
        }
        lock(&self.state).exit
    }

    /// Waits until it has ended and all of it is cleared away; none when the deadline passes
    /// before.
    pub fn wait_end(&self, deadline: Option<Instant>) -> Option<Exit> {
        let is_unwanted = &|| false;
        self.wait_end_unless(&Call::none(), deadline, is_unwanted)
            .ok()
    }

    /// The same with a call, and with other reasons to wait no longer: `is_unwanted` is asked again
    /// whenever [`Process::wake_waiting`] is called.
    pub(crate) fn wait_end_unless(
        &self,
        call: &Call,
        deadline: Option<Instant>,
        is_unwanted: &dyn Fn() -> bool,
    ) -> Result<Exit, NoEnd> {
        if !self.origin.is_here() {
            return Err(NoEnd::Overdue);
        }
        let parker = Arc::default();
        lock(&self.state).waiting.push(Arc::clone(&parker));
        let result = loop {
            if let Some(exit) = self.exit() {
                break Ok(exit);
            }
            if call.is_cancelled() {
                break Err(NoEnd::Cancelled);
            }
            if is_unwanted() {
                break Err(NoEnd::Unwanted);
            }
            if deadline.is_some_and(|at| Instant::now() >= at) {
                break Err(NoEnd::Overdue);
            }
            parker.park(call, deadline);
        };
        let mut state = lock(&self.state);
        state.waiting.retain(|other| !Arc::ptr_eq(other, &parker));
        drop(state);
        if result.is_ok() {
            // It has nothing to do any more.
            let thread = lock(&self.thread).take();
            if let Some(thread) = thread {
                thread.join();
            }
        }
        result
    }

    /// Makes those who wait for the end look whether they still want it.
    pub(crate) fn wake_waiting(&self) {
        if self.origin.is_here() {
            lock(&self.state).wake_all();
        }
    }

    /// It goes on when its starter has no more use for it.
    pub fn keep(&self) {
        if self.origin.is_here() {
            lock(&self.state).is_kept = true;
        }
    }

    /// Whether it goes on then.
    pub fn is_kept(&self) -> bool {
        // A forked child has nothing to do with its end.
        !self.origin.is_here() || lock(&self.state).is_kept
    }

    /// Its starter has no more use for it and has told it so: if it has not ended after a while, it
    /// is killed, unless it is kept.
    pub fn expect_end(&self) {
        if !self.origin.is_here() {
            return;
        }
        let mut state = lock(&self.state);
        if !state.is_kept && state.kill_at.is_none() {
            state.kill_at = Some(Instant::now() + GRACE);
            drop(state);
            self.wake.set();
        }
    }

    #[cfg(test)]
    pub(crate) fn is_expected_to_end(&self) -> bool {
        lock(&self.state).kill_at.is_some()
    }

    /// Asks it to end by SIGTERM, and kills it if it has not done so after a while.
    pub fn end(&self) {
        if !self.origin.is_here() {
            return;
        }
        {
            let mut state = lock(&self.state);
            state.is_kept = false;
            state.must_end = true;
        }
        self.expect_end();
        self.wake.set();
    }

    fn run(&self, mut care: Care) {
        while !self.turn(&mut care) {}
        care.read(self);
        let exit = care.end.wait();
        let has_remover = care.scratch.is_some();
        // The directory goes before anybody is notified of the end.
        drop(care);
        if has_remover {
            sys::take_orphans(self.pid);
        }
        let mut state = lock(&self.state);
        state.exit = Some(exit);
        state.wake_all();
    }

    /// Waits for something to do and does it; whether the program has ended.
    fn turn(&self, care: &mut Care) -> bool {
        let kill_at = lock(&self.state).kill_at;
        let now = Instant::now();
        let mut wait = kill_at.map(|at| at.saturating_duration_since(now));
        if care.end.has_to_be_looked_for() && care.output.is_none() {
            wait = Some(wait.map_or(LOOK_EVERY, |wait| wait.min(LOOK_EVERY)));
        }
        let mut fds = vec![PollFd::from_borrowed_fd(self.wake.as_fd(), PollFlags::IN)];
        if let Some(output) = &care.output {
            fds.push(PollFd::from_borrowed_fd(output.as_fd(), PollFlags::IN));
        }
        if let Some(fd) = care.end.fd() {
            fds.push(PollFd::from_borrowed_fd(fd, PollFlags::IN));
        }
        let timeout = wait.map(sys::timespec);
        // An interrupted poll is one that found nothing.
        let _ = rustix::event::poll(&mut fds, timeout.as_ref());
        drop(fds);
        self.wake.clear();
        care.read(self);
        if care.end.is_there() {
            return true;
        }
        let (must_end, must_die) = {
            let mut state = lock(&self.state);
            let must_die = state.kill_at.is_some_and(|at| Instant::now() >= at);
            if must_die {
                state.kill_at = Some(Instant::now() + GRACE);
            }
            (std::mem::take(&mut state.must_end), must_die)
        };
        if must_die {
            care.end.kill();
        } else if must_end {
            care.end.ask();
        }
        false
    }
}

impl State {
    fn wake_all(&self) {
        for parker in &self.waiting {
            parker.wake();
        }
    }
}

fn no_program(program: &OsStr, error: &io::Error) -> Error {
    let program = program.to_string_lossy();
    Error::connect(format!("cannot start {program}: {error}"), error)
}

/// What the thread looks after.
struct Care {
    end: EndWatch,
    /// Where it prints to, by standard output and error, until it has closed both.
    output: Option<Descriptor>,
    /// Dropped when all is over.
    scratch: Option<Scratch>,
}

impl Care {
    /// Takes what the program has printed.
    fn read(&mut self, process: &Process) {
        let mut buf = [0; 4096];
        while let Some(output) = &self.output {
            match sys::recv(output, &mut buf) {
                Ok(0) => self.output = None,
                Ok(count) => lock(&process.state).output.push(&buf[..count]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => self.output = None,
            }
        }
    }
}

/// The process, until its status has been fetched.
struct EndWatch {
    child: Child,
    /// Readable when it has ended; names it even if its number is another's by then.
    #[cfg(target_os = "linux")]
    handle: Option<Descriptor>,
}

impl EndWatch {
    #[cfg(target_os = "linux")]
    fn new(child: Child) -> EndWatch {
        use rustix::process::{pidfd_open, Pid, PidfdFlags};
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        EndWatch {
            handle: pid
                .and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok())
                .map(Descriptor::new),
            child,
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn new(child: Child) -> EndWatch {
        EndWatch { child }
    }

    #[cfg(target_os = "linux")]
    fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.handle.as_ref().map(|fd| fd.as_fd())
    }

    #[cfg(not(target_os = "linux"))]
    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    fn has_to_be_looked_for(&self) -> bool {
        self.fd().is_none()
    }

    /// Whether it has ended. An error is the status that somebody else has taken.
    fn is_there(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    fn wait(&mut self) -> Exit {
        self.child.wait().map_or(Exit::Unknown, Exit::from)
    }

    fn ask(&mut self) {
        self.signal(rustix::process::Signal::TERM);
    }

    fn kill(&mut self) {
        self.signal(rustix::process::Signal::KILL);
    }

    fn signal(&mut self, signal: rustix::process::Signal) {
        #[cfg(target_os = "linux")]
        if let Some(handle) = &self.handle {
            let _ = rustix::process::pidfd_send_signal(handle.as_fd(), signal);
            return;
        }
        // Not a number that is another's by now: a process whose status is not fetched keeps it.
        if matches!(self.child.try_wait(), Ok(None)) {
            let pid = i32::try_from(self.child.id()).ok();
            if let Some(pid) = pid.and_then(rustix::process::Pid::from_raw) {
                let _ = rustix::process::kill_process(pid, signal);
            }
        }
    }
}

/// The end of a text that goes on, in whole lines.
#[derive(Debug, Default)]
struct Tail(Vec<u8>);

impl Tail {
    const KEEP_BYTES: usize = 16 << 10;

    fn push(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
        if self.0.len() > 2 * Tail::KEEP_BYTES {
            let cut = self.0.len() - Tail::KEEP_BYTES;
            let line = memchr::memchr(b'\n', &self.0[cut..]).map_or(0, |at| at + 1);
            self.0.drain(..cut + line);
        }
    }

    fn bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests;
