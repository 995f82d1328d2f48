//! The tor that was started for a controller: how one comes after the other, when it is to end, and
//! who waits for that.

use std::collections::VecDeque;
use std::fmt;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use once_cell::sync::OnceCell;

use super::directory::{self, COOKIE_FILE};
use super::options::{Control, Launch, Restarts};
use super::output::last_words;
use super::torrc::torrc;
use crate::api::bootstrap::Progress;
use crate::api::Tor;
use crate::engine::call::Call;
use crate::engine::file::Directory;
use crate::engine::lock;
use crate::engine::operation::Operation;
use crate::engine::process::{Exit, NoEnd, Patience, Process, Scratch, Start, GRACE};
use crate::engine::settings::{Settings, Target};
use crate::engine::starter::{Place, Starter, Step};
use crate::engine::subscriber::Subscriber;
use crate::engine::tasks::Tasks;
use crate::engine::watch::Deadline;
use crate::error::{Cause, Error};
use crate::proto::event::Text;
use crate::proto::reason::Reason;

/// See the module's comment. Dropped with a controller that nobody closed.
pub(in crate::api) struct Launched {
    launch: Launch,
    progress: Mutex<Option<Box<Progress<'static>>>>,
    /// Of each tor, with a NUL behind it; empty until there is the first.
    directory: OnceCell<Vec<u8>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// A program has begun to connect.
    is_begun: bool,
    has_started: bool,
    /// The tor that runs, or ran last.
    process: Option<Arc<Process>>,
    /// A directory that is to be there for the next.
    scratch: Option<Arc<Scratch>>,
    /// When one was started in place of another.
    restarts: VecDeque<Instant>,
    /// The program has told tor to end.
    is_told_to_end: bool,
    /// The program has closed the controller.
    is_closed: bool,
    /// The conversation is over.
    is_over: bool,
}

impl fmt::Debug for Launched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Launched").finish_non_exhaustive()
    }
}

impl Subscriber for Launched {
    fn begin_close(&self, _commands: &mut Vec<u8>) {
        lock(&self.state).is_closed = true;
        if let Some(process) = self.process() {
            process.wake_waiting();
        }
    }

    fn end(&self) {
        let (process, scratch) = {
            let mut state = lock(&self.state);
            state.is_over = true;
            (state.process.clone(), state.scratch.take())
        };
        // It is removed now, or by the end of the tor that has it.
        drop(scratch);
        if let Some(process) = process {
            process.expect_end();
        }
    }
}

impl Drop for Launched {
    fn drop(&mut self) {
        if let Some(process) = self.process() {
            process.expect_end();
        }
    }
}

impl Launched {
    pub(super) fn new(launch: Launch, progress: Option<Box<Progress<'static>>>) -> Launched {
        Launched {
            launch,
            progress: Mutex::new(progress),
            directory: OnceCell::new(),
            state: Mutex::default(),
        }
    }

    /// Of the controller, which has no login to make and finds tor here.
    pub(in crate::api) fn settings(self: &Arc<Self>) -> Result<Settings, Error> {
        let mut settings = self.launch.settings.clone();
        settings.begin_record()?;
        settings.auth = None;
        settings.password = None;
        settings.cookie_file = None;
        settings.connect_timeout = Duration::from_millis(self.launch.start_timeout_ms);
        let starter: Arc<dyn Starter> = Arc::<Launched>::clone(self);
        settings.target = Target::Launched(starter);
        Ok(settings)
    }

    pub(super) fn launch(&self) -> &Launch {
        &self.launch
    }

    /// Whom to tell of the first tor's progress.
    pub(super) fn take_progress(&self) -> Option<Box<Progress<'static>>> {
        lock(&self.progress).take()
    }

    /// Whether nobody has begun to connect yet.
    pub(super) fn begin(&self) -> bool {
        !std::mem::replace(&mut lock(&self.state).is_begun, true)
    }

    /// The tor that runs, or ran last.
    pub(in crate::api) fn process(&self) -> Option<Arc<Process>> {
        lock(&self.state).process.clone()
    }

    /// Where tor keeps its data.
    pub(in crate::api) fn directory(&self) -> Option<Text<'_>> {
        self.directory.get().map(|path| Text::from_terminated(path))
    }

    /// The program tells tor to end, or tor has refused that.
    pub(in crate::api) fn set_told_to_end(&self, is_told: bool) {
        lock(&self.state).is_told_to_end = is_told;
    }

    /// No other tor is wanted.
    fn is_over(&self) -> bool {
        let state = lock(&self.state);
        state.is_closed || state.is_over
    }

    /// Waits until it has ended, if it ends with the controller. After a close; it takes twice the
    /// grace at the most.
    pub(in crate::api) fn join(&self, tor: &Tor) {
        let Some(process) = self.process() else {
            return;
        };
        if process.is_kept() {
            if self.launch.settings.is_thread_free {
                process.abandon();
            }
            return;
        }
        let operation = Operation::blocking(&Call::none());
        let at = Some(Instant::now() + 2 * GRACE);
        let end = process.wait_end(&operation, Patience::Always, at, &|| false);
        // It fails in a forked child alone, which has nothing to wait for.
        let _ = tor.block_on(&operation, end);
    }

    /// Waits until it has ended. A close ends the waiting, for a program that is kept may never
    /// end; but a wait that begins after the close is for an end that is about to come.
    async fn wait_end(
        &self,
        call: &Operation,
        deadline: Option<Instant>,
    ) -> Result<Result<Exit, NoEnd>, Error> {
        let Some(process) = self.process() else {
            let message = "tor was not started yet";
            return Err(Error::State(message.to_string()));
        };
        // Not the end of the conversation, which may be that of the process.
        let is_closed = || lock(&self.state).is_closed;
        let is_about_to_end = is_closed() && !process.is_kept();
        let is_over = || is_closed() && !is_about_to_end;
        let end = process.wait_end(call, Patience::OfCall, deadline, &is_over);
        end.await
    }

    /// Ends what was started for a controller that is not handed out; the error, with tor's own words
    /// if it ended by itself.
    pub(super) async fn give_up(&self, tor: &Tor, error: Error, call: &Operation) -> Error {
        let Some(process) = self.process() else {
            tor.close();
            return error;
        };
        // It is about to end, or has ended, if it was not us who closed the connection.
        let is_gone = match &error {
            Error::Closed(cause) => *cause != Cause::Local,
            Error::Connect { .. } | Error::Lost { .. } | Error::NotTor(_) | Error::Auth { .. } => {
                true
            }
            _ => false,
        };
        let timeout = if is_gone { GRACE / 2 } else { Duration::ZERO };
        let never = || false;
        let at = Some(Instant::now() + timeout);
        let end = process.wait_end(call, Patience::Always, at, &never);
        let exit = end.await;
        tor.close();
        process.end();
        let at = Some(Instant::now() + 2 * GRACE);
        let end = process.wait_end(call, Patience::Always, at, &never);
        let _ = end.await;
        let Ok(Ok(exit)) = exit else {
            return error;
        };
        let (message, reason) = told(&process, exit);
        Error::Failed {
            message,
            reason,
            why: Reason::Unknown,
        }
    }

    /// The directory of the next tor, and what removes it if it is temporary.
    fn prepare(&self) -> Result<(Directory, Option<Arc<Scratch>>), Error> {
        let scratch = lock(&self.state).scratch.clone();
        if let (Some(scratch), Some(path)) = (scratch, self.directory()) {
            let path = Path::new(std::ffi::OsStr::from_bytes(path.bytes()));
            return Ok((directory::open(&self.launch, path)?, Some(scratch)));
        }
        let (directory, scratch) = directory::data_directory(&self.launch)?;
        let path = directory.path().as_os_str().as_bytes();
        self.directory.get_or_init(|| [path, b"\0"].concat());
        let scratch = scratch.map(Arc::new);
        if self.launch.settings.reconnects {
            lock(&self.state).scratch.clone_from(&scratch);
        }
        Ok((directory, scratch))
    }

    /// Starts the next tor, in place of the last one if there was one.
    fn start_process(
        &self,
        directory: &Directory,
        scratch: Option<Arc<Scratch>>,
        control: Option<OwnedFd>,
        tasks: &Arc<Tasks>,
    ) -> Result<Arc<Process>, Error> {
        let fd = control.as_ref().map(|fd| fd.as_raw_fd());
        let input = torrc(&self.launch, directory.path(), fd)?;
        let torrc = directory::write_torrc(directory)?;
        let start = Start {
            program: self.launch.program.clone(),
            args: vec![
                "-f".into(),
                torrc.into(),
                "--defaults-torrc".into(),
                directory.path().join("torctl-no-defaults").into(),
            ],
            input,
            inherited: control,
            scratch,
        };
        let process = Process::start(start, tasks)?;
        let is_over = {
            let mut state = lock(&self.state);
            state.process = Some(Arc::clone(&process));
            state.is_over
        };
        if is_over {
            process.end();
            return Err(Error::Closed(Cause::Local));
        }
        Ok(process)
    }

    async fn start_tor(
        &self,
        tasks: &Arc<Tasks>,
        operation: &Operation,
        deadline: Option<Instant>,
    ) -> Result<Place, Error> {
        if let Some(process) = self.process().filter(|it| it.exit().is_none()) {
            // One that is kept, and with which the connection was lost.
            let (directory, _) = self.prepare()?;
            return self.port(&process, &directory, operation, deadline).await;
        }
        {
            let mut state = lock(&self.state);
            if std::mem::replace(&mut state.has_started, true) {
                state.restarts.push_back(Instant::now());
            }
        }
        let (directory, scratch) = self.prepare()?;
        match self.launch.control {
            Control::Descriptor => {
                let pair = UnixStream::pair();
                let (ours, theirs) =
                    pair.map_err(|error| Error::system("no descriptor for tor", &error))?;
                // Not a number that is for standard input or output, even where the host has none of
                // these.
                let theirs = rustix::io::fcntl_dupfd_cloexec(&theirs, 3)
                    .map_err(|error| Error::system("no descriptor for tor", &error.into()))?;
                self.start_process(&directory, scratch, Some(theirs), tasks)?;
                Ok(Place::Descriptor(ours.into()))
            }
            Control::Port => {
                directory::remove_stale(&directory)?;
                let process = self.start_process(&directory, scratch, None, tasks)?;
                self.port(&process, &directory, operation, deadline).await
            }
        }
    }

    /// Waits until tor has written down which port it took, and its cookie.
    async fn port(
        &self,
        process: &Process,
        directory: &Directory,
        operation: &Operation,
        deadline: Option<Instant>,
    ) -> Result<Place, Error> {
        // tor does not announce that it has written a file.
        let mut pause = Duration::from_millis(2);
        loop {
            if let Some(address) = directory::port(directory)? {
                return Ok(Place::Port(address, directory.path().join(COOKIE_FILE)));
            }
            let at = Some(Instant::now() + pause);
            let is_over = || self.is_over();
            let end = process.wait_end(operation, Patience::OfCall, at, &is_over);
            match end.await? {
                Ok(_) => return Err(Error::Closed(Cause::Eof)),
                Err(NoEnd::Unwanted) => return Err(Error::Closed(Cause::Local)),
                Err(NoEnd::Overdue) => {}
            }
            if deadline.is_some_and(|at| Instant::now() >= at) {
                let started = Deadline::after(Some(self.launch.start_timeout_ms));
                return Err(started.error("tor did not open its control port"));
            }
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }

    /// Why tor is not started once more, if it was too often.
    fn excess(&self, last: &str) -> Option<Cause> {
        let Restarts { most, within } = self.launch.restarts;
        let mut state = lock(&self.state);
        let is_old = |at: &Instant| at.elapsed() >= within;
        while state.restarts.front().is_some_and(is_old) {
            state.restarts.pop_front();
        }
        let count = state.restarts.len();
        (count >= most as usize).then(|| {
            let within = within.as_millis();
            Cause::Ended(format!(
                "{last}; it was started again {count} times within {within} ms, and is not once more"
            ))
        })
    }

    async fn see_end(&self, why: Error, operation: &Operation) -> Result<Error, Cause> {
        let mut why = why;
        if let Some(process) = self.process() {
            if self.launch.control == Control::Port && process.is_kept() && process.exit().is_none()
            {
                // It goes on without its connection, and may be reached by another.
                return Ok(why);
            }
            match &why {
                // It ends with its connection.
                Error::Closed(_) if !process.is_kept() => process.expect_end(),
                _ => process.end(),
            }
            let is_over = || self.is_over();
            let end = process.wait_end(operation, Patience::OfCall, None, &is_over);
            match end.await {
                Ok(Ok(exit)) => why = Error::Closed(Cause::Ended(told(&process, exit).0)),
                Ok(Err(_)) => return Ok(why),
                Err(error) => return Err(Cause::System(error.errno())),
            }
        }
        if lock(&self.state).is_told_to_end {
            return Err(Cause::Ended(why.to_string()));
        }
        match self.excess(&why.to_string()) {
            Some(cause) => Err(cause),
            None => Ok(why),
        }
    }
}

impl Starter for Launched {
    fn start<'a>(
        &'a self,
        tasks: &'a Arc<Tasks>,
        operation: &'a Operation,
        deadline: Option<Instant>,
    ) -> Step<'a, Result<Place, Error>> {
        Box::pin(self.start_tor(tasks, operation, deadline))
    }

    fn ownership(&self) -> Option<&'static str> {
        match (self.launch.control, self.launch.is_kept) {
            (Control::Descriptor, true) => Some("DROPOWNERSHIP"),
            (Control::Port, false) => Some("TAKEOWNERSHIP"),
            _ => None,
        }
    }

    fn settle(&self) {
        if let Some(process) = self.process().filter(|_| self.launch.is_kept) {
            process.keep();
        }
    }

    fn after_loss<'a>(
        &'a self,
        why: Error,
        operation: &'a Operation,
    ) -> Step<'a, Result<Error, Cause>> {
        Box::pin(self.see_end(why, operation))
    }
}

/// How tor ended, with its last words, and those alone.
fn told(process: &Process, exit: Exit) -> (String, String) {
    let words = last_words(&process.output());
    let message = match words.is_empty() {
        true => format!("tor {exit} and said nothing"),
        false => format!("tor {exit}: {words}"),
    };
    (message, words)
}

/// Waits until the tor that the library started has ended.
pub async fn wait_end(tor: &Tor, timeout_ms: Option<u64>, call: &Operation) -> Result<Exit, Error> {
    let Some(launched) = &tor.launched else {
        let message = "the library did not start this tor";
        return Err(Error::State(message.to_string()));
    };
    let deadline = Deadline::after(timeout_ms);
    let end = launched.wait_end(call, deadline.at()).await?;
    end.map_err(|why| match why {
        NoEnd::Unwanted => Error::Closed(Cause::Local),
        NoEnd::Overdue => deadline.error("tor did not end"),
    })
}

#[cfg(test)]
mod tests;
