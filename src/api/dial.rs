//! Connections through tor: where its SOCKS port is, the handshake with it, and the stream that
//! tor makes of it.

mod follow;

use std::os::fd::OwnedFd;
use std::sync::Arc;

use self::follow::{Follower, Progress};
use super::attach::Pin;
use super::stream_key::StreamKey;
use super::Tor;
use crate::engine::link::{Address, DialError, Waiting};
use crate::engine::operation::Operation;
use crate::engine::queue::{Capacity, Overflow};
use crate::engine::socks::{HandshakeError, SocksLink};
use crate::engine::watch::{check_ready, Deadline, Watch};
use crate::error::{expect_ok, io_text, Cause, Error};
use crate::proto::command::stream::attach_stream;
use crate::proto::command::{conf, info};
use crate::proto::encode::Command;
use crate::proto::event::{Kind, KindSet};
use crate::proto::info::listeners;
use crate::proto::onion_address::OnionAddress;
use crate::proto::quote::printable;
use crate::proto::reason::Reason;
use crate::proto::reply::Reply;
use crate::proto::result::Values;
use crate::proto::socks::{Handshake, Login, SocksError, Target};

/// Events that nobody takes: they are looked at when they come.
const CAPACITY: Capacity = Capacity {
    events: 256,
    bytes: 1 << 16,
    overflow: Overflow::DropOldest,
};

/// With which other streams a connection may share a circuit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Isolation {
    /// With none.
    #[default]
    Own,
    /// With those of the same tag.
    Tag(Vec<u8>),
    /// With those that name no tag either.
    Shared,
}

impl Isolation {
    /// What tor keeps streams apart by.
    fn login(&self) -> Result<Option<Login>, Error> {
        let (user, password) = match self {
            Isolation::Shared => return Ok(None),
            Isolation::Tag(tag) => ("torctl-tag", tag.clone()),
            Isolation::Own => {
                let mut number = [0; 16];
                getrandom::fill(&mut number).map_err(|error| Error::System {
                    what: "no randomness for the tag",
                    errno: error.raw_os_error().unwrap_or(0),
                })?;
                let number = data_encoding::HEXLOWER.encode(&number);
                ("torctl-own", number.into_bytes())
            }
        };
        Ok(Some(Login {
            user: user.into(),
            password,
        }))
    }
}

/// How to dial.
#[derive(Clone, Debug, Default)]
pub struct DialOptions {
    /// See there.
    pub isolation: Isolation,
    /// The circuit that it leaves by; tor's choice if nothing is said.
    pub circuit: Option<u64>,
    /// The descriptor does not block.
    pub is_nonblocking: bool,
    /// Where the SOCKS port is; tor is asked if nothing is said.
    pub socks: Option<Address>,
}

/// What became of the connection inside tor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dialed {
    /// Its stream; 0 if that is not known.
    pub stream: u64,
    /// The circuit of that.
    pub circuit: u64,
}

/// Connects to host and port through tor. With `is_followed`, what is known of the stream is told.
pub async fn dial(
    tor: &Arc<Tor>,
    target: Target,
    options: DialOptions,
    is_followed: bool,
    timeout_ms: Option<u64>,
    call: &Operation,
) -> Result<(OwnedFd, Dialed), Error> {
    tor.check_here()?;
    let follower = Follower::new(call.parker());
    tor.add_subscriber(&follower)?;
    let dialing = Dialing {
        tor,
        target,
        deadline: Deadline::after(timeout_ms),
        call,
        follower,
    };
    dialing.dial(&options, is_followed).await
}

struct Dialing<'a> {
    tor: &'a Arc<Tor>,
    target: Target,
    deadline: Deadline,
    call: &'a Operation,
    follower: Arc<Follower>,
}

impl Drop for Dialing<'_> {
    fn drop(&mut self) {
        self.tor.remove_subscriber(&self.follower);
    }
}

impl Dialing<'_> {
    async fn dial(
        &self,
        options: &DialOptions,
        is_followed: bool,
    ) -> Result<(OwnedFd, Dialed), Error> {
        check_ready(self.tor, self.call).await?;
        let places = match &options.socks {
            Some(place) => vec![place.clone()],
            None => self.places().await?,
        };
        let kinds = KindSet::of(Kind::Stream);
        let watch = match (options.circuit, is_followed) {
            (Some(_), _) => Some(Watch::new(self.tor, kinds, CAPACITY, self.call).await?),
            (None, true) => {
                let watch = Watch::if_allowed(self.tor, kinds, CAPACITY, self.call);
                Some(watch.await?.0)
            }
            (None, false) => None,
        };
        // The connection is closed before the pin is given up: its stream goes nowhere then.
        let mut pin = match options.circuit {
            Some(_) => Some(self.pin().await?),
            None => None,
        };
        let (mut link, key) = self.open(&places, options).await?;
        if let Some(pin) = &mut pin {
            pin.claim(&key);
        }
        self.follower.follow(key);
        self.shake_hands(&mut link, watch.as_ref(), options.circuit)
            .await?;
        let dialed = self.dialed(watch.as_ref()).await?;
        let fd = link.into_fd(options.is_nonblocking);
        let fd = fd.map_err(|error| Error::system("the connection cannot be set up", &error))?;
        Ok((fd, dialed))
    }

    async fn pin(&self) -> Result<Pin<'_>, Error> {
        let is_over = || self.follower.has_ended();
        match Pin::begin(self.tor, self.deadline, &is_over, self.call).await? {
            Some(pin) => Ok(pin),
            None if self.is_stopped() => Err(self.stopped()),
            None => Err(self.overdue()),
        }
    }

    async fn ask(&self, command: Command) -> Result<Reply, Error> {
        let until = self.deadline.at();
        let reply = self.tor.ask_before(command, self.call, until).await;
        reply.map_err(|error| match error {
            Error::Timeout(_) if self.deadline.is_over() => self.overdue(),
            error => error,
        })
    }

    /// Where tor's SOCKS ports are.
    async fn places(&self) -> Result<Vec<Address>, Error> {
        let asked = info::get_info(&["net/listeners/socks"])?;
        let values = Values::from_get_info(self.ask(asked).await?)?;
        let places = listeners(values.value(0).unwrap_or_default());
        let places: Vec<Address> = places.filter_map(|it| Address::of_endpoint(&it)).collect();
        if !places.is_empty() {
            return Ok(places);
        }
        let asked = conf::get_conf(&["DisableNetwork"])?;
        let is_disabled = match self.ask(asked).await.map(Values::from_get_conf) {
            Ok(values) => values?.value(0) == Some(&b"1"[..]),
            // It cannot be known here.
            Err(Error::Rejected { .. }) => false,
            Err(error) => return Err(error),
        };
        Err(match is_disabled {
            true => self.failed(
                "tor has closed its SOCKS port, because its option DisableNetwork is 1",
                Reason::NetworkDisabled,
            ),
            false => self.failed("tor has no SOCKS port", Reason::NoSocksPort),
        })
    }

    /// A connection to the first place that takes one, and how its stream is known.
    async fn open(
        &self,
        places: &[Address],
        options: &DialOptions,
    ) -> Result<(SocksLink, StreamKey), Error> {
        let waiting = Waiting {
            operation: self.call,
            may_start_thread: !self.tor.home().is_thread_free(),
            deadline: self.deadline.at(),
            is_stopped: &|| self.is_stopped(),
        };
        let mut tried = Vec::new();
        let mut last = std::io::ErrorKind::NotFound.into();
        for place in places {
            // Of two streams over a Unix socket that say the same, nobody knows which is which.
            let login = match (place, options.circuit) {
                (Address::Unix(_) | Address::Abstract(_), Some(_)) => Isolation::Own.login()?,
                _ => options.isolation.login()?,
            };
            let handshake = Handshake::new(self.target.clone(), login.clone());
            match SocksLink::open(place, handshake, &waiting).await {
                Ok(link) => {
                    let key = StreamKey {
                        source: link.source(),
                        login,
                        target: self.target.clone(),
                    };
                    return Ok((link, key));
                }
                Err(DialError::Timeout) => return Err(self.overdue()),
                Err(DialError::Stopped) => return Err(self.stopped()),
                Err(DialError::Operation(error)) => return Err(error),
                Err(DialError::Io(error)) => {
                    tried.push(format!("{place}: {}", io_text(&error)));
                    last = error;
                }
                Err(DialError::Each(each)) => {
                    for (address, error) in each {
                        tried.push(format!("{address}: {}", io_text(&error)));
                        last = error;
                    }
                }
            }
        }
        let message = format!("no SOCKS port takes a connection: {}", tried.join("; "));
        Err(Error::connect(message, &last))
    }

    async fn shake_hands(
        &self,
        link: &mut SocksLink,
        watch: Option<&Watch>,
        circuit: Option<u64>,
    ) -> Result<(), Error> {
        let mut is_attached = false;
        loop {
            match link.advance() {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(error) => return Err(self.explain(error, watch).await),
            }
            if let Some(circuit) = circuit {
                self.attach(circuit, &mut is_attached).await?;
            }
            if self.is_stopped() {
                return Err(self.stopped());
            }
            if self.deadline.is_over() {
                return Err(self.overdue());
            }
            let has_news = || self.is_stopped() || self.follower.take_news();
            link.ready(self.call, self.deadline.at(), &has_news).await?;
            if let Some(watch) = watch {
                watch.catch_up(&mut |_| {})?;
            }
        }
    }

    /// Attaches the stream to its circuit, as soon as tor has told of it; to that one or to none.
    async fn attach(&self, circuit: u64, is_attached: &mut bool) -> Result<(), Error> {
        let progress = self.follower.progress();
        match progress.stream {
            Some(stream) if !*is_attached => {
                *is_attached = true;
                let asked = attach_stream(stream, Some(circuit), None)?;
                expect_ok(self.ask(asked).await?)?;
                Ok(())
            }
            _ if progress.is_detached => {
                let what = format!("circuit {circuit} did not carry it");
                Err(self.failed(&what, Reason::DialDetached))
            }
            _ => Ok(()),
        }
    }

    /// What is known of the stream by now.
    async fn dialed(&self, watch: Option<&Watch>) -> Result<Dialed, Error> {
        if watch.is_none() {
            return Ok(Dialed::default());
        }
        if !self.follower.progress().is_connected {
            self.catch_up().await?;
        }
        let Progress {
            stream, circuit, ..
        } = self.follower.progress();
        Ok(Dialed {
            stream: stream.unwrap_or(0),
            circuit: circuit.unwrap_or(0),
        })
    }

    /// tor tells of a stream before it answers on it, but here the answer may be first. What was
    /// told before is there when tor has answered something else.
    async fn catch_up(&self) -> Result<(), Error> {
        match self.ask(info::get_info(&["version"])?).await {
            Ok(_) | Err(Error::Rejected { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn is_stopped(&self) -> bool {
        self.follower.has_ended() || self.call.call().is_cancelled()
    }

    fn stopped(&self) -> Error {
        match self.call.call().is_cancelled() {
            true => Error::Cancelled,
            // A controller that makes a new connection is not closed.
            false => Error::Closed(self.tor.closed_cause().unwrap_or(Cause::Eof)),
        }
    }

    fn shown(&self) -> String {
        printable(&self.target.text()).into_owned()
    }

    fn overdue(&self) -> Error {
        let progress = self.follower.progress();
        let mut what = format!("there was no connection to {}", self.shown());
        if !progress.word().is_empty() {
            what += &format!(" (tor says {})", printable(progress.word()));
        }
        self.deadline.error(&what)
    }

    fn failed(&self, what: &str, why: Reason) -> Error {
        let progress = self.follower.progress();
        let word = printable(progress.word());
        let mut message = format!("no connection to {}: {what}", self.shown());
        if !word.is_empty() {
            message += &format!(" (tor says {word})");
        }
        Error::Failed {
            message,
            reason: word.into_owned(),
            why,
        }
    }

    /// The error for a handshake that failed.
    async fn explain(&self, error: HandshakeError, watch: Option<&Watch>) -> Error {
        if watch.is_some() {
            // Without its answer less is known, and the failure is the same.
            let _ = self.catch_up().await;
        }
        let error = match error {
            HandshakeError::Socks(error) => error,
            HandshakeError::Io(_) if self.is_stopped() => return self.stopped(),
            HandshakeError::Io(error) => {
                let what = match error.raw_os_error() {
                    Some(_) => format!("its SOCKS port: {}", io_text(&error)),
                    None => "tor closed the connection to its SOCKS port".to_string(),
                };
                return self.failed(&what, Reason::DialFailed);
            }
        };
        // Without ExtendedErrors tor says no more of an onion service than that it failed.
        let is_vague = matches!(error, SocksError::Refused(1 | 4));
        let Some(address) = onion_address(self.target.host()).filter(|_| is_vague) else {
            return self.failed(error.text(), error.reason());
        };
        match OnionAddress::parse(address) {
            Err(wrong) => self.failed(&format!("it {wrong}"), Reason::OnionBadAddress),
            Ok(_) => {
                let what = "the onion service cannot be reached; tor says why where its option \
                            SocksPort has the flag ExtendedErrors";
                self.failed(what, error.reason())
            }
        }
    }
}

/// The part of a host that is the address of an onion service, if it is one.
fn onion_address(host: &[u8]) -> Option<&[u8]> {
    let size = host.len().checked_sub(b".onion".len())?;
    let (name, end) = host.split_at(size);
    if !end.eq_ignore_ascii_case(b".onion") {
        return None;
    }
    name.rsplit(|byte| *byte == b'.').next()
}

#[cfg(test)]
mod tests;
