//! Connecting: finds tor, makes connections to it, and does for the login what only a thread with
//! files and a clock can.
//!
//! The login itself is the session's, and goes on in whichever thread reads. The thread that
//! connects reads while it waits for the next [`Demand`].

use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::call::Call;
use super::controller::{Controller, State};
use super::link::{dial, Address, DialError, Link, Waiting};
use super::park::lock;
use super::request::Timeout;
use super::role::Terms;
use super::settings::Target;
use super::slot::Slot;
use super::{cookie, find};
use crate::error::{io_text, Cause, Error};
use crate::proto::auth::Credentials;
use crate::proto::reason::Reason;
use crate::session::{Demand, Login};

/// The thread that connects, and how it waits.
struct Connecting<'a> {
    controller: &'a Arc<Controller>,
    /// Where it is woken for the login and by a close.
    slot: Arc<Slot>,
    call: &'a Arc<Call>,
    limit: Timeout,
}

/// Where connections come from.
enum Source<'a> {
    Address(&'a Address),
    /// One connection, until it is taken.
    Descriptor(Option<OwnedFd>),
}

impl Controller {
    /// Connects and authenticates. Blocks until that is done or has failed, the timeout of the call
    /// or else the connect timeout has passed, the call is cancelled, or the controller is closed.
    /// After a failure it can be called again.
    pub fn connect(self: &Arc<Self>, call: &Arc<Call>) -> Result<(), Error> {
        let slot = Slot::new();
        {
            let mut core = lock(&self.core);
            match core.state {
                State::New => {}
                State::Closed => {
                    return Err(Error::Closed(core.cause.clone().unwrap_or(Cause::Local)));
                }
                State::Connecting | State::Connected | State::Ready => {
                    return Err(Error::State(
                        "the controller is connected already".to_string(),
                    ));
                }
            }
            core.state = State::Connecting;
            core.connecting = Some(Arc::clone(slot.parker()));
        }
        self.publish_state(State::Connecting.word());
        let result = self.log_in(slot, call).map_err(Error::or_lack);
        if result.is_err() {
            self.give_up_login();
            if let Some(cause) = self.closed_cause() {
                return Err(Error::Closed(cause));
            }
        }
        result
    }

    fn log_in(self: &Arc<Self>, slot: Arc<Slot>, call: &Arc<Call>) -> Result<(), Error> {
        let settings = &self.settings;
        let timeout = call.timeout().unwrap_or(settings.connect_timeout);
        let connecting = Connecting {
            controller: self,
            slot,
            call,
            limit: Timeout::new(timeout),
        };
        let credentials = Credentials {
            method: settings.auth,
            password: settings.password.clone(),
            cookie_file: settings.cookie_file.as_ref().map(|it| bytes_of(it)),
        };
        match &settings.target {
            Target::Address(address) => connecting.log_in_at(address, credentials),
            Target::Descriptor {
                fd,
                is_authenticated,
                origin,
            } => {
                if !origin.is_here() {
                    return Err(Error::forked());
                }
                let Some(fd) = lock(fd).take() else {
                    let message = "the descriptor was used by an earlier connect";
                    return Err(Error::State(message.to_string()));
                };
                let place = "the descriptor".to_string();
                let login = Login::new(credentials, place, false, *is_authenticated);
                connecting.log_in(login, Source::Descriptor(Some(fd)))
            }
            Target::Find => connecting.log_in_anywhere(credentials),
        }
    }

    /// Back to where a new attempt can begin, unless the controller was closed meanwhile.
    fn give_up_login(self: &Arc<Self>) {
        let link = lock(&self.core).link.clone();
        if let Some(link) = link {
            self.lose_link(&link, Cause::Local);
        }
        let (reactor, number, was_open) = {
            let mut core = lock(&self.core);
            core.connecting = None;
            core.dialogue.end_login();
            let was_open = core.state != State::Closed;
            if was_open {
                core.state = State::New;
            }
            (core.reactor.take(), core.number, was_open)
        };
        if let Some(reactor) = reactor {
            reactor.leave(number);
        }
        if was_open {
            self.publish_state(State::New.word());
        }
    }

    /// The last step of connecting.
    pub(crate) fn become_ready(self: &Arc<Self>) -> Result<(), Error> {
        let wants_transmit = {
            let mut core = lock(&self.core);
            if core.state == State::Closed || core.link.is_none() {
                return Err(Error::Closed(core.cause.clone().unwrap_or(Cause::Local)));
            }
            core.state = State::Ready;
            core.connecting = None;
            core.dialogue.open();
            core.dialogue.wants_transmit()
        };
        if self.has_consumers() {
            self.ensure_read()?;
        }
        self.publish_state(State::Ready.word());
        lock(&self.core).has_settled = true;
        // What was subscribed to meanwhile.
        if wants_transmit {
            self.write_more();
        }
        Ok(())
    }
}

impl Connecting<'_> {
    /// Tries the usual places until one is a tor with which it can authenticate.
    fn log_in_anywhere(&self, mut credentials: Credentials) -> Result<(), Error> {
        credentials.password = credentials
            .password
            .or_else(|| find::password().map(Zeroizing::new));
        if credentials.cookie_file.is_none() {
            credentials.cookie_file = find::cookie_file().map(|it| bytes_of(&it));
        }
        let mut tried = Vec::new();
        let mut refused = None;
        let mut is_over = false;
        for place in find::places() {
            let logged_in = self.log_in_at(&place, credentials.clone());
            let error = match logged_in.map_err(Error::or_lack) {
                Ok(()) => return Ok(()),
                // Another place would be no better.
                Err(error @ (Error::Host { .. } | Error::System { .. })) => return Err(error),
                Err(error) => error,
            };
            self.drop_link();
            if self.is_stopped() {
                return Err(error);
            }
            tried.push(match &error {
                // These name their place.
                Error::Connect { .. }
                | Error::NotTor(_)
                | Error::Lost { .. }
                | Error::Auth { .. }
                | Error::Overdue { .. } => error.to_string(),
                other => format!("{place}: {other}"),
            });
            if matches!(error, Error::Auth { .. }) {
                refused = Some(error);
            }
            let deadline = self.limit.deadline;
            is_over = deadline.is_some_and(|at| Instant::now() >= at);
            if is_over {
                break;
            }
        }
        let message = format!("no tor was found: {}", tried.join("; "));
        Err(match refused {
            Some(Error::Auth {
                why,
                rejection,
                errno,
                ..
            }) => Error::Auth {
                message: format!("authentication failed: {}", tried.join("; ")),
                why,
                rejection,
                errno,
            },
            _ if is_over => Error::Overdue {
                message,
                reason: String::new(),
                why: Reason::Unknown,
            },
            _ => Error::Connect { message, errno: 0 },
        })
    }

    fn log_in_at(&self, address: &Address, credentials: Credentials) -> Result<(), Error> {
        let login = Login::new(credentials, address.to_string(), true, false);
        self.log_in(login, Source::Address(address))
    }

    fn log_in(&self, login: Login, mut source: Source<'_>) -> Result<(), Error> {
        lock(&self.controller.core)
            .dialogue
            .begin_login(login, Arc::clone(&self.slot));
        loop {
            match self.wait()? {
                Demand::Connect => {
                    self.drop_link();
                    match self.connect(&mut source) {
                        Some(connected) => connected?,
                        None => self.tell_timeout(),
                    }
                }
                Demand::ReadCookie(path) => {
                    let cookie = cookie::read(Path::new(OsStr::from_bytes(&path)));
                    self.tell(|login| login.handle_cookie(cookie));
                }
                Demand::MakeNonce => {
                    let mut nonce = [0; 32];
                    let filled = getrandom::fill(&mut nonce);
                    let nonce = filled.map(|()| nonce).map_err(|error| error.to_string());
                    self.tell(|login| login.handle_nonce(nonce));
                }
                Demand::End(Ok(())) => return self.controller.become_ready(),
                Demand::End(Err(error)) => return Err(error),
            }
        }
    }

    /// Waits until the login demands something.
    fn wait(&self) -> Result<Demand, Error> {
        let controller = self.controller;
        let mut demand = None;
        let is_done = &mut || {
            demand = demand
                .take()
                .or_else(|| lock(&controller.core).dialogue.poll_login());
            demand.is_some() || self.call.is_cancelled()
        };
        // A close ends the connection, and with it a receive.
        let terms = Terms {
            consumers: 0,
            requests: 0,
            lease: Duration::ZERO,
            only_reads: !self.call.can_be_cancelled(),
        };
        let (parker, deadline) = (self.slot.parker(), self.limit.deadline);
        if !controller.wait_again_until(terms, parker, self.call, deadline, is_done) {
            self.tell_timeout();
            demand = lock(&controller.core).dialogue.poll_login();
        }
        demand.ok_or(Error::Cancelled)
    }

    fn tell_timeout(&self) {
        self.tell(|login| login.handle_timeout(self.limit.timeout_ms()));
    }

    /// Tells the login something, and writes what it says to that.
    fn tell(&self, tell: impl FnOnce(&mut Login)) {
        let wants_transmit = {
            let mut core = lock(&self.controller.core);
            core.dialogue.with_login(tell);
            core.dialogue.wants_transmit()
        };
        if wants_transmit {
            self.controller.write_more();
        }
    }

    /// Makes a connection. None if the time is over before there is one.
    fn connect(&self, source: &mut Source<'_>) -> Option<Result<(), Error>> {
        let address = match source {
            Source::Address(address) => *address,
            Source::Descriptor(fd) => {
                return Some(match fd.take() {
                    Some(fd) => self.attach(fd),
                    None => Err(Error::Closed(Cause::Eof)),
                });
            }
        };
        let waiting = Waiting {
            deadline: self.limit.deadline,
            parker: self.slot.parker(),
            call: self.call,
            is_stopped: &|| self.is_stopped(),
        };
        Some(match dial(address, &waiting) {
            Ok(fd) => self.attach(fd),
            Err(DialError::Timeout) => return None,
            Err(DialError::Stopped) if self.call.is_cancelled() => Err(Error::Cancelled),
            Err(DialError::Stopped) => Err(Error::Closed(Cause::Local)),
            Err(DialError::Io(error)) => Err(Error::Connect {
                message: format!("cannot connect to {address}: {}", io_text(&error)),
                errno: error.raw_os_error().unwrap_or(0),
            }),
            Err(DialError::Each(tried)) => {
                let each = tried
                    .iter()
                    .map(|(at, error)| format!("{at}: {}", io_text(error)));
                let last = tried.last().and_then(|(_, error)| error.raw_os_error());
                Err(Error::Connect {
                    message: format!(
                        "cannot connect to {address}: {}",
                        each.collect::<Vec<_>>().join("; ")
                    ),
                    errno: last.unwrap_or(0),
                })
            }
        })
    }

    fn is_stopped(&self) -> bool {
        self.call.is_cancelled() || self.controller.state() == State::Closed
    }

    fn attach(&self, fd: OwnedFd) -> Result<(), Error> {
        let link = Link::new(fd, self.controller.settings.limits);
        let link = link.map_err(|error| Error::Connect {
            message: format!("the descriptor cannot be used: {}", io_text(&error)),
            errno: error.raw_os_error().unwrap_or(0),
        })?;
        if !self.controller.set_link(link) {
            return Err(Error::Closed(Cause::Local));
        }
        Ok(())
    }

    fn drop_link(&self) {
        let link = lock(&self.controller.core).link.clone();
        if let Some(link) = link {
            self.controller.lose_link(&link, Cause::Local);
        }
    }
}

fn bytes_of(path: &Path) -> Vec<u8> {
    path.as_os_str().as_bytes().to_vec()
}
