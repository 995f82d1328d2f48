//! A connection to tor's SOCKS port, while the handshake runs over it.

use std::io::{self, IoSlice};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Instant;

use rustix::event::PollFlags;

use super::link::{dial, Address, DialError, Waiting};
use super::operation::Operation;
use super::sys::{self, Registration};
use crate::error::Error;
use crate::proto::info::Endpoint;
use crate::proto::socks::{Handshake, SocksError};

impl Address {
    /// Where to connect to, for a place where tor listens. None if it is nothing to connect to.
    pub(crate) fn of_endpoint(endpoint: &Endpoint) -> Option<Address> {
        match endpoint {
            // One that listens everywhere listens here.
            Endpoint::Tcp(ip, port) => {
                let ip = match ip {
                    IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
                    IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
                    ip => *ip,
                };
                Some(Address::Tcp(ip.to_string(), *port))
            }
            Endpoint::Unix(path) => Address::parse([b"unix:", path.as_slice()].concat()).ok(),
            Endpoint::Other(_) => None,
        }
    }
}

/// Why a handshake ended.
#[derive(Debug)]
pub(crate) enum HandshakeError {
    /// The connection broke, or was closed.
    Io(io::Error),
    /// The proxy's answer.
    Socks(SocksError),
}

/// See the module's comment.
#[derive(Debug)]
pub(crate) struct SocksLink {
    /// Gone before the descriptor is.
    registration: Registration,
    fd: Arc<OwnedFd>,
    handshake: Handshake,
}

impl SocksLink {
    /// Connects to tor; nothing is sent yet.
    pub(crate) async fn open(
        address: &Address,
        handshake: Handshake,
        waiting: &Waiting<'_>,
    ) -> Result<SocksLink, DialError> {
        Ok(SocksLink::of(dial(address, waiting).await?, handshake))
    }

    fn of(fd: OwnedFd, handshake: Handshake) -> SocksLink {
        SocksLink {
            registration: Registration::of(fd.as_fd()),
            fd: Arc::new(fd),
            handshake,
        }
    }

    /// Where the connection comes from, as tor sees it; None for a Unix socket.
    pub(crate) fn source(&self) -> Option<SocketAddr> {
        let name = rustix::net::getsockname(&*self.fd).ok()?;
        SocketAddr::try_from(name).ok()
    }

    /// Sends and receives what can be now. Whether the handshake is over.
    pub(crate) fn advance(&mut self) -> Result<bool, HandshakeError> {
        loop {
            while !self.handshake.output().is_empty() {
                match sys::send_all(&*self.fd, &[IoSlice::new(self.handshake.output())]) {
                    Ok(size) => self.handshake.sent(size),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                    Err(error) => return Err(HandshakeError::Io(error)),
                }
            }
            if self.handshake.is_done() {
                return Ok(true);
            }
            // Not one byte more than the handshake has: what follows is the target's.
            let mut buffer = [0; 512];
            let wanted = self.handshake.wanted().min(buffer.len());
            match sys::recv(&*self.fd, &mut buffer[..wanted]) {
                Ok(0) => {
                    let error = io::ErrorKind::UnexpectedEof.into();
                    return Err(HandshakeError::Io(error));
                }
                Ok(size) => {
                    let taken = self.handshake.receive(&buffer[..size]);
                    taken.map_err(HandshakeError::Socks)?;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(HandshakeError::Io(error)),
            }
        }
    }

    /// Waits until [`SocksLink::advance`] has something to do. False when the deadline has passed, or
    /// `is_over` says that something else is to be looked at.
    pub(crate) async fn ready(
        &self,
        operation: &Operation,
        deadline: Option<Instant>,
        is_over: &(dyn Fn() -> bool + Sync),
    ) -> Result<bool, Error> {
        let events = match self.handshake.output().is_empty() {
            true => PollFlags::IN,
            false => PollFlags::OUT,
        };
        let ready = operation.until_ready(&self.fd, events, deadline, is_over);
        ready.await
    }

    /// The connection, which blocks or not.
    pub(crate) fn into_fd(self, is_nonblocking: bool) -> io::Result<OwnedFd> {
        rustix::io::ioctl_fionbio(&*self.fd, is_nonblocking)?;
        drop(self.registration);
        // Nobody else has it: what watched it has let go.
        Arc::into_inner(self.fd).ok_or_else(|| io::ErrorKind::ResourceBusy.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::socks::Target;
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;

    fn pair() -> (SocksLink, UnixStream) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let handshake = Handshake::new(Target::new(b"a.test", 80).unwrap(), None);
        (SocksLink::of(ours.into(), handshake), theirs)
    }

    #[test]
    fn what_follows_the_handshake_stays_in_the_socket() {
        let (mut link, mut theirs) = pair();
        assert!(!link.advance().unwrap());
        theirs.write_all(b"\x05\x00").unwrap();
        assert!(!link.advance().unwrap());
        theirs
            .write_all(b"\x05\x00\x00\x01\0\0\0\0\0\0hello")
            .unwrap();
        assert!(link.advance().unwrap());
        let mut stream = UnixStream::from(link.into_fd(false).unwrap());
        let mut hello = [0; 5];
        // It blocks: there would be nothing to wait for otherwise.
        stream.read_exact(&mut hello).unwrap();
        assert_eq!(&hello, b"hello");
        assert!(stream.write(b"x").is_ok());
    }

    #[test]
    fn the_end_and_an_answer_that_is_none_are_errors() {
        let (mut link, theirs) = pair();
        drop(theirs);
        assert!(matches!(link.advance(), Err(HandshakeError::Io(_))));
        let (mut link, mut theirs) = pair();
        theirs.write_all(b"HTTP/1.0").unwrap();
        let end = link.advance();
        let is_it = matches!(end, Err(HandshakeError::Socks(SocksError::NotSocks)));
        assert!(is_it, "{end:?}");
    }

    #[test]
    fn places() {
        let tcp = |host: &str| Endpoint::Tcp(host.parse().unwrap(), 9050);
        let shown = |endpoint| Address::of_endpoint(&endpoint).map(|it| it.to_string());
        assert_eq!(shown(tcp("0.0.0.0")).as_deref(), Some("127.0.0.1:9050"));
        assert_eq!(shown(tcp("::")).as_deref(), Some("[::1]:9050"));
        assert_eq!(shown(tcp("192.0.2.1")).as_deref(), Some("192.0.2.1:9050"));
        let unix = Endpoint::Unix(b"/run/tor/socks".to_vec());
        assert_eq!(shown(unix).as_deref(), Some("unix:/run/tor/socks"));
        assert_eq!(shown(Endpoint::Other(b"what".to_vec())), None);
        assert_eq!(shown(Endpoint::Unix(vec![b'/'; 200])), None);
    }
}
