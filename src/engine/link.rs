//! A connected socket with the decoder behind it, and how to get one.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use once_cell::sync::OnceCell;
use rustix::event::PollFlags;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};

use super::operation::Operation;
use super::role::POLL_INTERVAL;
use super::sys::{self, Descriptor};
use super::trace::Tap;
use crate::error::Error;
use crate::proto::decoder::{Decoder, Limits};
use crate::proto::quote::printable;

/// Where a control port is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A host, by name or number, and a port.
    Tcp(String, u16),
    /// The path of a Unix socket.
    Unix(PathBuf),
    /// The name of a Unix socket that has no path: Linux's abstract namespace.
    Abstract(Vec<u8>),
}

/// The longest path that a Unix socket's address holds.
const UNIX_PATH_BYTES: usize = 107;

impl Address {
    /// Reads `host:port`, `[v6]:port`, `unix:/path`, `/path` or, on Linux, `unix:@name`. A path is
    /// bytes, as is a name without one; everything else is text.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Address, String> {
        let text = text.as_ref();
        if let Some(path) = text
            .strip_prefix(b"unix:")
            .or(text.starts_with(b"/").then_some(text))
        {
            return Address::parse_unix(path);
        }
        let Ok(text) = std::str::from_utf8(text) else {
            return Err("is not UTF-8".to_string());
        };
        let wrong = || format!("\"{text}\" is not host:port, [v6]:port or unix:/path");
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let port: u16 = port
            .parse()
            .ok()
            .filter(|port| *port > 0)
            .ok_or_else(wrong)?;
        let host = match host.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            Some(v6) => {
                v6.parse::<std::net::Ipv6Addr>().map_err(|_| wrong())?;
                v6
            }
            None if host.contains([':', '[', ']']) => return Err(wrong()),
            None => host,
        };
        let is_printable = host.bytes().all(|byte| byte.is_ascii_graphic());
        if host.is_empty() || !is_printable {
            return Err(wrong());
        }
        Ok(Address::Tcp(host.to_string(), port))
    }

    fn parse_unix(path: &[u8]) -> Result<Address, String> {
        let (what, bytes) = match path.strip_prefix(b"@") {
            Some(name) => ("name of the abstract Unix socket", name),
            None => ("path of the Unix socket", path),
        };
        if bytes.is_empty() {
            return Err(format!("the {what} is empty"));
        }
        if bytes.len() > UNIX_PATH_BYTES {
            return Err(format!(
                "the {what} has {} bytes and the system takes at most {UNIX_PATH_BYTES}",
                bytes.len()
            ));
        }
        if bytes.len() == path.len() {
            return Ok(Address::Unix(OsStr::from_bytes(path).into()));
        }
        match cfg!(target_os = "linux") {
            true => Ok(Address::Abstract(bytes.to_vec())),
            false => Err("only Linux has Unix sockets without a path".to_string()),
        }
    }
}

#[cfg(target_os = "linux")]
fn abstract_address(name: &[u8]) -> rustix::io::Result<SocketAddrUnix> {
    SocketAddrUnix::new_abstract_name(name)
}

#[cfg(not(target_os = "linux"))]
fn abstract_address(_name: &[u8]) -> rustix::io::Result<SocketAddrUnix> {
    Err(rustix::io::Errno::AFNOSUPPORT)
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Tcp(host, port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Address::Tcp(host, port) => write!(f, "{host}:{port}"),
            Address::Unix(path) => write!(f, "unix:{}", path.display()),
            Address::Abstract(name) => write!(f, "unix:@{}", printable(name)),
        }
    }
}

/// One connection. Whoever holds the decoder's lock may read the socket and routes what it brought;
/// [`super::role`] says who does.
#[derive(Debug)]
pub(crate) struct Link {
    fd: Descriptor,
    pub(crate) decoder: Mutex<Decoder>,
    /// Whether events come over it: one did, or they were asked for.
    pub(crate) brings_events: AtomicBool,
    /// Whether a small buffer was ever too small for what was there to read.
    pub(crate) brings_much: AtomicBool,
    /// How many bytes were received and routed. This and what follows is changed under the
    /// decoder's lock.
    pub(crate) routed: AtomicU64,
    /// How many reads have begun, and ended.
    pub(crate) reads_begun: AtomicU64,
    pub(crate) reads_ended: AtomicU64,
    /// Whoever has the decoder's lock waits for the socket, and has taken nothing out of it.
    pub(crate) is_waiting: AtomicBool,
    /// Nothing more is to be read: it ended, or what came makes no sense. Changed under the
    /// decoder's lock.
    pub(crate) is_over: AtomicBool,
    /// Set before anything is written or read, if somebody watches from outside.
    pub(crate) tap: OnceCell<Tap>,
}

impl Link {
    pub(crate) fn new(fd: OwnedFd, limits: Limits) -> io::Result<Arc<Link>> {
        // Every call says for itself whether it waits, and one that does comes back to look around.
        rustix::io::ioctl_fionbio(&fd, false)?;
        sys::set_receive_timeout(&fd, POLL_INTERVAL)?;
        rustix::io::fcntl_setfd(&fd, rustix::io::FdFlags::CLOEXEC)?;
        // Requests are small and waited for. A Unix socket has no such option.
        let _ = rustix::net::sockopt::set_tcp_nodelay(&fd, true);
        #[cfg(target_vendor = "apple")]
        rustix::net::sockopt::set_socket_nosigpipe(&fd, true)?;
        Ok(Arc::new(Link {
            fd: Descriptor::new(fd),
            decoder: Mutex::new(Decoder::new(limits)),
            brings_events: AtomicBool::new(false),
            brings_much: AtomicBool::new(false),
            routed: AtomicU64::new(0),
            reads_begun: AtomicU64::new(0),
            reads_ended: AtomicU64::new(0),
            is_waiting: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            tap: OnceCell::new(),
        }))
    }
}

/// How long it takes about to route what a receive brought.
pub(crate) const READ_BACKOFF: Duration = Duration::from_micros(20);

/// What has arrived and is not known to be routed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unrouted {
    /// Bytes that lay in the socket.
    pub(crate) bytes: u64,
    /// The last read that may have taken some out of it before.
    pub(crate) read: u64,
}

impl Link {
    /// What is to be routed before all is that has arrived by now; None if nothing.
    pub(crate) fn unrouted(&self) -> Option<Unrouted> {
        let bytes = sys::readable_bytes(&self.fd);
        // Looked at second: what is no longer in the socket was taken by a read that has begun.
        let read = self.reads_begun.load(Ordering::SeqCst);
        let is_routed = bytes == 0 && self.has_ended(read);
        (!is_routed).then_some(Unrouted { bytes, read })
    }

    /// Whether that read has routed what it took out of the socket, or has taken nothing yet.
    pub(crate) fn has_ended(&self, read: u64) -> bool {
        self.is_waiting.load(Ordering::SeqCst) || self.reads_ended.load(Ordering::SeqCst) >= read
    }
}

impl AsFd for Link {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Why no connection was made.
#[derive(Debug)]
pub(crate) enum DialError {
    Io(io::Error),
    /// A name's addresses, each with its own failure.
    Each(Vec<(SocketAddr, io::Error)>),
    Timeout,
    /// Woken because the controller is closing.
    Stopped,
    /// The operation cannot go on.
    Operation(Error),
}

impl From<io::Error> for DialError {
    fn from(error: io::Error) -> DialError {
        DialError::Io(error)
    }
}

impl From<rustix::io::Errno> for DialError {
    fn from(error: rustix::io::Errno) -> DialError {
        DialError::Io(error.into())
    }
}

/// How a dial waits: until when, and who can end it.
pub(crate) struct Waiting<'a> {
    pub(crate) operation: &'a Operation,
    /// Whether a thread may be started to look up a name. Without, the resolver is waited for.
    pub(crate) may_start_thread: bool,
    /// None if it is too far away for the clock.
    pub(crate) deadline: Option<Instant>,
    pub(crate) is_stopped: &'a (dyn Fn() -> bool + Sync),
}

impl Waiting<'_> {
    fn check(&self) -> Result<(), DialError> {
        if (self.is_stopped)() {
            Err(DialError::Stopped)
        } else if self.deadline.is_some_and(|at| Instant::now() >= at) {
            Err(DialError::Timeout)
        } else {
            Ok(())
        }
    }

    /// Waits until `look` finds something, but not beyond that moment.
    async fn until<T>(
        &self,
        at: Option<Instant>,
        mut look: impl FnMut() -> Option<T>,
    ) -> Result<Option<T>, DialError> {
        let look = || match (self.is_stopped)() {
            true => Some(None),
            false => look().map(Some),
        };
        let found = self.operation.until(at, look).await;
        found.map(Option::flatten).map_err(DialError::Operation)
    }
}

/// Connects.
pub(crate) async fn dial(address: &Address, waiting: &Waiting<'_>) -> Result<OwnedFd, DialError> {
    match address {
        Address::Unix(path) => {
            let fd = socket(AddressFamily::UNIX)?;
            let address = SocketAddrUnix::new(path.as_path())?;
            connect(fd, &address, waiting).await
        }
        Address::Abstract(name) => {
            let fd = socket(AddressFamily::UNIX)?;
            connect(fd, &abstract_address(name)?, waiting).await
        }
        Address::Tcp(host, port) => {
            let mut tried = Vec::new();
            for address in resolve(host, *port, waiting).await? {
                let family = match address {
                    SocketAddr::V4(_) => AddressFamily::INET,
                    SocketAddr::V6(_) => AddressFamily::INET6,
                };
                match connect(socket(family)?, &address, waiting).await {
                    Err(DialError::Io(error)) => tried.push((address, error)),
                    other => return other,
                }
            }
            // An address that was given needs no other name.
            if let ([_], Ok(_)) = (tried.as_slice(), host.parse::<IpAddr>()) {
                return Err(tried.remove(0).1.into());
            }
            match tried.is_empty() {
                true => {
                    Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address").into())
                }
                false => Err(DialError::Each(tried)),
            }
        }
    }
}

fn socket(family: AddressFamily) -> io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    Ok(rustix::net::socket_with(
        family,
        SocketType::STREAM,
        flags,
        None,
    )?)
}

async fn connect(
    fd: OwnedFd,
    address: &impl rustix::net::addr::SocketAddrArg,
    waiting: &Waiting<'_>,
) -> Result<OwnedFd, DialError> {
    use rustix::io::Errno;
    loop {
        waiting.check()?;
        match rustix::net::connect(&fd, address) {
            Ok(()) | Err(Errno::ISCONN) => return Ok(fd),
            Err(Errno::INTR) => {}
            // A Unix listener's backlog is full, and there is nothing to poll for.
            Err(Errno::AGAIN) => {
                let soon = Instant::now() + Duration::from_millis(20);
                let until = waiting.deadline.map_or(soon, |at| at.min(soon));
                waiting.until(Some(until), || None::<()>).await?;
            }
            Err(Errno::INPROGRESS | Errno::ALREADY) => break,
            Err(error) => return Err(error.into()),
        }
    }
    let fd = Arc::new(fd);
    let is_stopped = waiting.is_stopped;
    let ready = waiting
        .operation
        .until_ready(&fd, PollFlags::OUT, waiting.deadline, is_stopped);
    let is_ready = ready.await.map_err(DialError::Operation)?;
    if !is_ready {
        waiting.check()?;
        return Err(DialError::Timeout);
    }
    rustix::net::sockopt::socket_error(&fd)??;
    // Nobody else has it: what watched it has let go.
    Arc::into_inner(fd).ok_or_else(|| io::Error::from(io::ErrorKind::ResourceBusy).into())
}

/// The addresses of a host. A name is looked up by a thread that is left behind if it takes too
/// long, for the system's resolver cannot be interrupted.
async fn resolve(
    host: &str,
    port: u16,
    waiting: &Waiting<'_>,
) -> Result<Vec<SocketAddr>, DialError> {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    if !waiting.may_start_thread {
        let found = (host, port).to_socket_addrs().map(Iterator::collect);
        return found.map_err(blamed);
    }
    let (sender, receiver) = crossbeam_channel::bounded(1);
    let parker = Arc::clone(waiting.operation.parker());
    let name = host.to_string();
    // What waits for it may go on in that thread.
    sys::spawn("torctl-resolve", 512 << 10, move || {
        let found = (name.as_str(), port).to_socket_addrs();
        let _ = sender.send(found.map(Iterator::collect));
        parker.wake_from_outside();
    })?;
    let look = || receiver.try_recv().ok();
    let found: Option<io::Result<Vec<SocketAddr>>> = waiting.until(waiting.deadline, look).await?;
    let Some(found) = found else {
        waiting.check()?;
        return Err(DialError::Timeout);
    };
    found.map_err(blamed)
}

/// Why a name was not found. The resolver, if it could open nothing, blames the name.
fn blamed(error: io::Error) -> DialError {
    match sys::WakeFd::new() {
        Err(lack) => lack.into(),
        Ok(_) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses() {
        let tcp = |host: &str, port| Ok(Address::Tcp(host.to_string(), port));
        assert_eq!(Address::parse("127.0.0.1:9051"), tcp("127.0.0.1", 9051));
        assert_eq!(Address::parse("[::1]:9051"), tcp("::1", 9051));
        assert_eq!(Address::parse("localhost:1"), tcp("localhost", 1));
        let unix = Ok(Address::Unix("/run/tor/a b".into()));
        assert_eq!(Address::parse("unix:/run/tor/a b"), unix);
        assert_eq!(Address::parse("/run/tor/a b"), unix);
        let long = format!("/{}", "x".repeat(107));
        let long_name = format!("unix:@{}", "x".repeat(108));
        let name = Ok(Address::Abstract(b"tor/a@b".to_vec()));
        assert_eq!(Address::parse("unix:@tor/a@b"), name);
        let bytes = Ok(Address::Unix(OsStr::from_bytes(b"/\xff").into()));
        assert_eq!(Address::parse(b"unix:/\xff"), bytes);
        assert!(Address::parse(b"\xff:1").is_err());
        for wrong in [
            "",
            "host",
            "host:",
            "host:0",
            "host:65536",
            "host:-1",
            ":9051",
            "::1:9051",
            "[::1]",
            "[x]:1",
            "a b:1",
            "a\r\nb:1",
            "unix:",
            "unix:@",
            "@tor",
            long.as_str(),
            long_name.as_str(),
        ] {
            assert!(Address::parse(wrong).is_err(), "{wrong:?}");
        }
        for text in [
            "127.0.0.1:9051",
            "[::1]:9051",
            "unix:/run/tor/control",
            "unix:@tor",
        ] {
            assert_eq!(Address::parse(text).unwrap().to_string(), text);
        }
    }
}
