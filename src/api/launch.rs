//! Starting a tor of the program's own.
//!
//! It gets its options through its standard input and reads no other. By default its control
//! connection is one end of a socket pair (`__OwningControllerFD`): there is no port that another
//! program could take first or connect to, no password, and when that connection ends, whatever
//! ends it, so does tor.

mod launched;
mod output;

use std::ffi::OsString;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

pub use self::launched::wait_end;
pub(super) use self::launched::Launched;
pub(super) use self::output::complaint;
use self::output::last_words;
use super::bootstrap::{wait_bootstrapped, Progress, WaitLimits};
use super::bridges;
use super::switches::plain;
use super::Tor;
use crate::engine::call::Call;
use crate::engine::file::{self, Directory};
use crate::engine::link::Address;
use crate::engine::operation::Operation;
use crate::engine::port_file;
use crate::engine::process::{Process, Scratch, Start, GRACE};
use crate::engine::settings::{Settings, Target};
use crate::engine::watch::Deadline;
use crate::engine::Origin;
use crate::error::{expect_ok, is_lack, Cause, Error};
use crate::proto::bridge::Bridge;
use crate::proto::command::info;
use crate::proto::reason::Reason;
use crate::proto::torrc::option_line;

/// How the library talks with the tor that it starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Control {
    /// Through a descriptor that tor is born with.
    #[default]
    Descriptor,
    /// Through a port of 127.0.0.1 that tor chooses, with a cookie. Others may connect there, too.
    Port,
}

/// What to start, and how.
#[derive(Clone, Debug)]
pub struct Launch {
    /// A path, or a name to look for in PATH.
    pub program: OsString,
    /// None for a temporary one.
    pub data_directory: Option<PathBuf>,
    /// Names and values, as in a torrc.
    pub options: Vec<(Vec<u8>, Vec<u8>)>,
    /// What tor reaches the network through, behind those; none leaves that to the options.
    pub bridges: Option<Vec<Bridge>>,
    /// How to talk with it.
    pub control: Control,
    /// It goes on when the controller closes.
    pub is_kept: bool,
    /// Until it answers.
    pub start_timeout_ms: u64,
    /// Whether to wait until it is bootstrapped, and how long.
    pub bootstrap: Option<WaitLimits>,
    /// Of the controller. Where tor is and how to authenticate is known without.
    pub settings: Settings,
}

impl Default for Launch {
    fn default() -> Launch {
        Launch {
            program: "tor".into(),
            data_directory: None,
            options: Vec::new(),
            bridges: None,
            control: Control::default(),
            is_kept: false,
            start_timeout_ms: 30_000,
            bootstrap: None,
            settings: Settings::default(),
        }
    }
}

/// What only the library can say to a tor that it starts, and where the program is to say it.
const OWN: [(&str, &str); 5] = [
    (
        "DataDirectory",
        "is not set as an option of tor: name the data directory to the library",
    ),
    ("RunAsDaemon", "would hide tor's end from the library"),
    ("__OwningControllerFD", "is the library's to set"),
    ("__OwningControllerProcess", "is the library's to set"),
    ("__ReloadTorrcOnSIGHUP", "is the library's to set"),
];

/// The same where tor chooses the port.
const OWN_OF_PORT: [(&str, &str); 4] = [
    (
        "ControlPort",
        "is the library's to set, as it was told to use a port that tor chooses",
    ),
    ("ControlPortWriteToFile", "is the library's to set"),
    ("CookieAuthentication", "is the library's to set"),
    ("CookieAuthFile", "is the library's to set"),
];

impl Launch {
    /// Adds an option. Refuses what could be more than one.
    pub fn add_option(&mut self, name: &[u8], value: &[u8]) -> Result<(), Error> {
        option_line("name", name, value, &mut Vec::new())?;
        check_own(&OWN, name)?;
        self.options.push((name.to_vec(), value.to_vec()));
        Ok(())
    }
}

fn check_own(own: &[(&str, &str)], name: &[u8]) -> Result<(), Error> {
    let same = |(other, _): &&(&str, &str)| other.as_bytes().eq_ignore_ascii_case(name);
    match own.iter().find(same) {
        Some((name, reason)) => Err(Error::Invalid(format!("name: {name} {reason}"))),
        None => Ok(()),
    }
}

/// Starts a tor and gives a controller that is ready. When that fails, what was started has ended
/// and what was made is gone.
pub fn launch(
    launch: &Launch,
    call: &Arc<Call>,
    progress: &mut Progress<'_>,
) -> Result<Arc<Tor>, Error> {
    if launch.control == Control::Port {
        for (name, _) in &launch.options {
            check_own(&OWN_OF_PORT, name)?;
        }
    }
    if launch.settings.is_thread_free {
        let message = "a tor that is launched takes a thread, and the controller is to start none";
        return Err(Error::State(message.to_string()));
    }
    if launch.is_kept && launch.data_directory.is_none() {
        let message = "a tor that goes on needs a data directory that does, too";
        return Err(Error::Invalid(message.to_string()));
    }
    let deadline = Deadline::after(Some(launch.start_timeout_ms));
    let (directory, scratch) = data_directory(launch)?;
    let (process, target) = match launch.control {
        Control::Descriptor => with_descriptor(launch, &directory, scratch)?,
        Control::Port => {
            remove_stale(&directory)?;
            let process = start(launch, &directory, scratch, None)?;
            (process, None)
        }
    };
    let mut attempt = Attempt {
        process,
        tor: None,
        deadline,
        call,
    };
    let result = attempt.finish(launch, &directory, target, progress);
    result.map_err(|error| attempt.give_up(error))
}

/// Where tor is to keep its data. It exists from now on, and nobody else can change what is in it.
fn data_directory(launch: &Launch) -> Result<(Directory, Option<Scratch>), Error> {
    let (path, scratch) = match &launch.data_directory {
        Some(named) => {
            let path = std::path::absolute(named).map_err(|error| {
                let named = named.display();
                Error::connect(format!("there is no directory {named}: {error}"), &error)
            })?;
            file::make_directory(&path)?;
            (path, None)
        }
        None => {
            let path = file::make_temporary_directory()?;
            (path.clone(), Some(Scratch::new(path)))
        }
    };
    Ok((Directory::open(&path, other_user(launch))?, scratch))
}

/// As whom a tor that root starts goes on. Its directory and files are that user's.
fn other_user(launch: &Launch) -> Option<u32> {
    let mut options = launch.options.iter().rev();
    let (_, name) = options.find(|(name, _)| name.eq_ignore_ascii_case(b"User"))?;
    file::user_number(name)
}

/// Where tor writes its port, and the cookie.
const PORT_FILE: &str = "torctl-control-port";
const COOKIE_FILE: &str = "torctl-control-cookie";
const COOKIE_BYTES: usize = 32;

/// What an earlier tor has left in the directory would be taken for the new one's.
fn remove_stale(directory: &Directory) -> Result<(), Error> {
    for name in [PORT_FILE, COOKIE_FILE] {
        directory.remove(name).map_err(|error| {
            let path = directory.path().join(name);
            let message = format!("cannot remove the old {}: {error}", path.display());
            Error::connect(message, &error)
        })?;
    }
    Ok(())
}

/// Writes the file that tor takes for its torrc: one line, which says that the options come from
/// standard input. Told to read that directly, tor would believe that its torrc is the system's,
/// and SAVECONF would write over it. It reads the included one twice when TestingTorNetwork is set.
fn write_torrc(directory: &Directory) -> Result<PathBuf, Error> {
    const NAME: &str = "torctl-torrc";
    let path = directory.path().join(NAME);
    match directory.write(NAME, b"%include /dev/stdin\n") {
        Ok(()) => Ok(path),
        Err(error) => {
            let message = format!("cannot write {}: {error}", path.display());
            Err(Error::connect(message, &error))
        }
    }
}

fn with_descriptor(
    launch: &Launch,
    directory: &Directory,
    scratch: Option<Scratch>,
) -> Result<(Arc<Process>, Option<Target>), Error> {
    let pair = UnixStream::pair();
    let (ours, theirs) = pair.map_err(|error| Error::system("no descriptor for tor", &error))?;
    // Not a number that is for standard input or output, even where the host has none of these.
    let theirs = rustix::io::fcntl_dupfd_cloexec(&theirs, 3)
        .map_err(|error| Error::system("no descriptor for tor", &error.into()))?;
    let process = start(launch, directory, scratch, Some(theirs))?;
    let target = Target::Descriptor {
        fd: Arc::new(Mutex::new(Some(ours.into()))),
        is_authenticated: true,
        origin: Origin::here(),
    };
    Ok((process, Some(target)))
}

fn start(
    launch: &Launch,
    directory: &Directory,
    scratch: Option<Scratch>,
    control: Option<OwnedFd>,
) -> Result<Arc<Process>, Error> {
    let fd = control.as_ref().map(|fd| fd.as_raw_fd());
    let input = torrc(launch, directory.path(), fd)?;
    let torrc = write_torrc(directory)?;
    Process::start(Start {
        program: launch.program.clone(),
        args: vec![
            "-f".into(),
            torrc.into(),
            "--defaults-torrc".into(),
            directory.path().join("torctl-no-defaults").into(),
        ],
        input,
        inherited: control,
        scratch,
        directory: directory.path().to_path_buf(),
    })
}

/// What tor reads. What the library says comes last, and so it counts.
fn torrc(launch: &Launch, directory: &Path, fd: Option<i32>) -> Result<Zeroizing<Vec<u8>>, Error> {
    let own = own_options(launch, directory, fd);
    let defaults = defaults(launch);
    let bridges = launch.bridges.as_deref().map(bridges::options);
    let bridges = bridges.unwrap_or_default();
    let given = launch.options.iter().chain(&bridges);
    let all = defaults.iter().chain(given).chain(&own);
    // Values may be secrets: the buffer must not leave copies of itself as it grows.
    let size: usize = all
        .clone()
        .map(|(name, value)| name.len() + value.len() * 4 + 4)
        .sum();
    let mut text = Zeroizing::new(Vec::with_capacity(size));
    for (name, value) in all {
        option_line("name", name, value, &mut text)?;
    }
    Ok(text)
}

/// What is set unless the program sets it.
fn defaults(launch: &Launch) -> Vec<(Vec<u8>, Vec<u8>)> {
    // Whoever starts a tor wants it active, also after it was idle for a day in its last run.
    let defaults = [(&b"DormantCanceledByStartup"[..], &b"1"[..])];
    let mut options = launch.options.iter();
    let mut is_set = |name: &[u8]| options.any(|(other, _)| other.eq_ignore_ascii_case(name));
    let unset = defaults.into_iter().filter(|(name, _)| !is_set(name));
    unset
        .map(|(name, value)| (name.to_vec(), value.to_vec()))
        .collect()
}

fn own_options(launch: &Launch, directory: &Path, fd: Option<i32>) -> Vec<(Vec<u8>, Vec<u8>)> {
    let bytes = |path: &Path| path.as_os_str().as_bytes().to_vec();
    let mut own = vec![
        ("DataDirectory", bytes(directory)),
        ("RunAsDaemon", b"0".to_vec()),
        // There is no torrc to be read again.
        ("__ReloadTorrcOnSIGHUP", b"0".to_vec()),
        // What it prints is kept for when it ends unexpectedly.
        ("Log", b"notice stdout".to_vec()),
    ];
    match fd {
        Some(fd) => own.push(("__OwningControllerFD", fd.to_string().into_bytes())),
        None => {
            own.push(("ControlPort", b"auto".to_vec()));
            own.push(("ControlPortWriteToFile", bytes(&directory.join(PORT_FILE))));
            own.push(("CookieAuthentication", b"1".to_vec()));
            own.push(("CookieAuthFile", bytes(&directory.join(COOKIE_FILE))));
        }
    }
    if !launch.is_kept {
        // A child of this process that keeps the connection open must not keep tor.
        let pid = std::process::id().to_string();
        own.push(("__OwningControllerProcess", pid.into_bytes()));
    }
    let own = own.into_iter();
    own.map(|(name, value)| (name.as_bytes().to_vec(), value))
        .collect()
}

/// A tor that has been started and is not handed out yet.
struct Attempt<'a> {
    process: Arc<Process>,
    tor: Option<Arc<Tor>>,
    deadline: Deadline,
    call: &'a Arc<Call>,
}

impl Attempt<'_> {
    fn tell(&self, tor: &Arc<Tor>, keyword: &'static str) -> Result<(), Error> {
        tor.wait_for(self.call, async |call| plain(tor, keyword, call).await)
    }

    fn finish(
        &mut self,
        launch: &Launch,
        directory: &Directory,
        target: Option<Target>,
        progress: &mut Progress<'_>,
    ) -> Result<Arc<Tor>, Error> {
        let mut settings = launch.settings.clone();
        settings.begin_record()?;
        settings.auth = None;
        settings.password = None;
        settings.cookie_file = None;
        // There is no other tor to come back to.
        settings.reconnects = false;
        settings.target = match target {
            Some(target) => target,
            None => {
                settings.cookie_file = Some(directory.path().join(COOKIE_FILE));
                Target::Address(self.wait_for_port(directory)?)
            }
        };
        let tor = Tor::launched(settings, Arc::clone(&self.process))?;
        self.tor = Some(Arc::clone(&tor));
        tor.connect(self.call)?;
        // The other end of a pair takes what is written before tor is there, so ask something.
        let at = self.deadline.at();
        let version = info::get_info(&["version"])?;
        expect_ok(tor.request_before(version, self.call, at)?)?;
        match (launch.control, launch.is_kept) {
            (Control::Descriptor, true) => self.tell(&tor, "DROPOWNERSHIP")?,
            (Control::Port, false) => self.tell(&tor, "TAKEOWNERSHIP")?,
            _ => {}
        }
        if let Some(limits) = launch.bootstrap {
            let wait =
                async |call: &Operation| wait_bootstrapped(&tor, limits, call, progress).await;
            tor.wait_for(self.call, wait)?;
        }
        if launch.is_kept {
            self.process.keep();
        }
        Ok(tor)
    }

    /// Waits until tor has written down which port it took, and its cookie.
    fn wait_for_port(&self, directory: &Directory) -> Result<Address, Error> {
        let read = |name, limit| match directory.read(name, limit) {
            Ok(content) => Ok(Some(content)),
            Err(error) if is_lack(error.raw_os_error().unwrap_or(0)) => {
                Err(Error::system("cannot read what tor wrote", &error))
            }
            // Not there yet.
            Err(_) => Ok(None),
        };
        // tor does not announce that it has written a file.
        let mut pause = Duration::from_millis(2);
        loop {
            let port = read(PORT_FILE, port_file::MOST_BYTES)?;
            let addresses = port.map_or(Vec::new(), |text| port_file::addresses(&text));
            let is_tcp = |address: &Address| matches!(address, Address::Tcp(..));
            if let Some(address) = addresses.into_iter().find(is_tcp) {
                let cookie = read(COOKIE_FILE, COOKIE_BYTES + 1)?;
                if cookie.is_some_and(|cookie| cookie.len() == COOKIE_BYTES) {
                    return Ok(address);
                }
            }
            if self.call.is_cancelled() {
                return Err(Error::Cancelled);
            }
            if self
                .process
                .wait_end(Some(Instant::now() + pause))
                .is_some()
            {
                return Err(Error::Closed(Cause::Eof));
            }
            if self.deadline.is_over() {
                return Err(self.deadline.error("tor did not open its control port"));
            }
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }

    /// Ends what was started; the error, with tor's own words if it ended by itself.
    fn give_up(&mut self, error: Error) -> Error {
        // It is about to end, or has ended, if it was not us who closed the connection.
        let is_gone = match &error {
            Error::Closed(cause) => *cause != Cause::Local,
            Error::Connect { .. } | Error::Lost { .. } | Error::NotTor(_) | Error::Auth { .. } => {
                true
            }
            _ => false,
        };
        let timeout = if is_gone { GRACE / 2 } else { Duration::ZERO };
        let exit = self.process.wait_end(Some(Instant::now() + timeout));
        if let Some(tor) = self.tor.take() {
            tor.close();
        }
        self.process.end();
        self.process.wait_end(Some(Instant::now() + 2 * GRACE));
        let words = last_words(&self.process.output());
        let Some(exit) = exit else {
            return error;
        };
        let message = match words.is_empty() {
            true => format!("tor {exit} and said nothing"),
            false => format!("tor {exit}: {words}"),
        };
        Error::Failed {
            message,
            reason: words,
            why: Reason::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;
