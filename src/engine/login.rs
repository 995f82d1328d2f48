//! Connecting: finds tor, authenticates, and says what was tried when that fails.

use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::call::Call;
use super::controller::{Controller, Dialogue, State};
use super::link::{dial, Address, DialError, Link, Waiting};
use super::park::{lock, Parker};
use super::request::{Timeout, Write};
use super::role::Own;
use super::settings::Target;
use super::slot::Slot;
use super::{cookie, find};
use crate::error::{expect_ok, io_text, Cause, Error};
use crate::proto::auth::{self, Credentials, Failure, Method, ProtocolInfo, Report};
use crate::proto::encode::Command;
use crate::proto::reason::Reason;
use crate::proto::reply::Reply;
use crate::proto::result::Rejection;
use crate::session::Ticket;

/// One attempt to get in: how it waits, and where.
struct Login<'a> {
    controller: &'a Arc<Controller>,
    parker: Arc<Parker>,
    call: &'a Arc<Call>,
    limit: Timeout,
    /// None for a descriptor, which cannot be dialled again.
    address: Option<Address>,
    credentials: Credentials,
}

impl Controller {
    /// Connects and authenticates. Blocks until that is done or has failed, the timeout of the call
    /// or else the connect timeout has passed, the call is cancelled, or the controller is closed.
    /// After a failure it can be called again.
    pub fn connect(self: &Arc<Self>, call: &Arc<Call>) -> Result<(), Error> {
        let parker = Arc::default();
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
            core.connecting = Some(Arc::clone(&parker));
        }
        self.publish_state(State::Connecting.word());
        let result = self.log_in(parker, call).map_err(Error::or_lack);
        if result.is_err() {
            self.give_up_login();
            if let Some(cause) = self.closed_cause() {
                return Err(Error::Closed(cause));
            }
        }
        result
    }

    fn log_in(self: &Arc<Self>, parker: Arc<Parker>, call: &Arc<Call>) -> Result<(), Error> {
        let settings = &self.settings;
        let timeout = call.timeout().unwrap_or(settings.connect_timeout);
        let mut login = Login {
            controller: self,
            parker,
            call,
            limit: Timeout::new(timeout),
            address: None,
            credentials: Credentials {
                method: settings.auth,
                password: settings.password.clone(),
                cookie_file: settings.cookie_file.as_ref().map(|it| bytes_of(it)),
            },
        };
        match &settings.target {
            Target::Address(address) => {
                login.address = Some(address.clone());
                login.at_address()
            }
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
                login.attach(fd)?;
                if *is_authenticated {
                    login.finish()
                } else {
                    login.authenticate()
                }
            }
            Target::Find => login.anywhere(),
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

impl Login<'_> {
    /// Tries the usual places until one is a tor with which it can authenticate.
    fn anywhere(&mut self) -> Result<(), Error> {
        self.credentials.password = self
            .credentials
            .password
            .take()
            .or_else(|| find::password().map(zeroize::Zeroizing::new));
        if self.credentials.cookie_file.is_none() {
            self.credentials.cookie_file = find::cookie_file().map(|it| bytes_of(&it));
        }
        let mut tried = Vec::new();
        let mut refused = None;
        let mut is_over = false;
        for place in find::places() {
            self.address = Some(place.clone());
            let error = match self.at_address().map_err(Error::or_lack) {
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
            _ if is_over => self.overdue(message),
            _ => Error::Connect { message, errno: 0 },
        })
    }

    fn at_address(&self) -> Result<(), Error> {
        self.dial()?;
        self.authenticate()
    }

    fn place(&self) -> String {
        let address = self.address.as_ref();
        address.map_or("the descriptor".to_string(), Address::to_string)
    }

    fn dial(&self) -> Result<(), Error> {
        let Some(address) = &self.address else {
            return Err(Error::Closed(Cause::Eof));
        };
        let waiting = Waiting {
            deadline: self.limit.deadline,
            parker: &self.parker,
            call: self.call,
            is_stopped: &|| self.is_stopped(),
        };
        match dial(address, &waiting) {
            Ok(fd) => self.attach(fd),
            Err(DialError::Timeout) => Err(self.timeout()),
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
        }
    }

    fn is_stopped(&self) -> bool {
        self.call.is_cancelled() || self.controller.state() == State::Closed
    }

    fn timeout(&self) -> Error {
        let timeout_ms = self.limit.timeout_ms();
        let place = self.place();
        self.overdue(match lock(&self.controller.core).link.is_some() {
            true => format!("authentication with tor at {place} took longer than {timeout_ms} ms"),
            false => format!("{place} could not be reached within {timeout_ms} ms"),
        })
    }

    fn overdue(&self, message: String) -> Error {
        Error::Overdue {
            message,
            reason: String::new(),
            why: Reason::Unknown,
        }
    }

    /// The connection ended before tor had answered, which it does when tor ends or starts anew.
    fn lost(&self, step: &str, cause: Cause) -> Error {
        let message = format!(
            "{} was reached, but the connection ended before {step} was answered: {cause}",
            self.place()
        );
        Error::Lost { message, cause }
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

    /// Like [`Controller::request`], before the controller is ready and until our deadline.
    fn request(&self, command: Command) -> Result<Reply, Error> {
        if self.call.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let slot = Slot::new();
        let may_in = &|state| matches!(state, State::Connecting | State::Connected);
        let controller = self.controller;
        let ticket = controller.send(command, &slot, may_in, Write::Now)?;
        self.wait(&slot, ticket)
    }

    /// Waits for the reply.
    fn wait(&self, slot: &Arc<Slot>, ticket: Ticket) -> Result<Reply, Error> {
        let controller = self.controller;
        controller.write_and_await(ticket);
        let is_done = &mut || slot.is_complete() || self.call.is_cancelled();
        // A close ends the connection, and with it a receive.
        let own = Own {
            queues: 0,
            requests: 0,
            keep: Duration::ZERO,
            only_reads: !self.call.can_be_cancelled(),
        };
        let deadline = self.limit.deadline;
        controller.wait_again_until(own, slot.parker(), self.call, deadline, is_done);
        controller.abandon(ticket);
        slot.take()
            .unwrap_or_else(|| match self.call.is_cancelled() {
                true => Err(Error::Cancelled),
                false => Err(self.timeout()),
            })
    }

    /// PROTOCOLINFO, which also proves that this is a tor.
    fn protocol_info(&self) -> Result<ProtocolInfo, Error> {
        let not_tor = |why: &str| {
            Error::NotTor(format!(
                "{} answers, but not as tor's control port: {why}",
                self.place()
            ))
        };
        let reply = match self.ask(auth::protocol_info()) {
            Ok(reply) => reply,
            Err(Error::Lost {
                cause: Cause::Protocol(text),
                ..
            }) => return Err(not_tor(&text)),
            Err(other) => return Err(other),
        };
        if Rejection::of(&reply).is_some_and(|it| it.is_filtered()) {
            // A filter before tor lets in whom it likes, and need not have this question answered.
            return Ok(ProtocolInfo {
                methods: vec![Method::Null, Method::Password],
                ..ProtocolInfo::default()
            });
        }
        ProtocolInfo::parse(&reply).map_err(|failure| not_tor(&failure.to_string()))
    }

    fn authenticate(&self) -> Result<(), Error> {
        let info = self.protocol_info()?;
        let (methods, skipped) = auth::plan(&info, &self.credentials);
        let mut report = Report::new(&info);
        report.attempts.extend(skipped);
        for method in methods {
            // tor ends the connection after each failure.
            if lock(&self.controller.core).link.is_none() {
                if self.address.is_none() {
                    let why =
                        "not tried: the descriptor's connection has ended and cannot be made anew";
                    report.add(method, Failure::Other(why.to_string()));
                    continue;
                }
                self.dial()?;
            }
            match self.try_method(method, &info) {
                Ok(()) => return self.finish(),
                Err(Tried::Failed(failure)) => report.add(method, failure),
                Err(Tried::Ended(error)) => return Err(error),
            }
        }
        let rejection = report.rejection();
        Err(Error::Auth {
            message: format!("authentication with {} failed: {report}", self.place()),
            why: report.reason(),
            rejection: rejection.map(|it| (it.code, it.text.clone())),
            errno: report.errno(),
        })
    }

    fn try_method(&self, method: Method, info: &ProtocolInfo) -> Result<(), Tried> {
        let command = match method {
            Method::Null => auth::authenticate_null(),
            Method::Password => {
                let password = self.credentials.password.as_deref();
                let password = password.map_or(&[][..], Vec::as_slice);
                auth::authenticate_password(password)
                    .map_err(|error| Tried::Ended(Error::Invalid(error.to_string())))?
            }
            Method::Cookie => auth::authenticate_cookie(&self.cookie(info)?),
            Method::SafeCookie => {
                let cookie = self.cookie(info)?;
                let mut nonce = [0; 32];
                getrandom::fill(&mut nonce).map_err(|error| {
                    Tried::Failed(Failure::Other(format!("no randomness: {error}")))
                })?;
                let challenge = self.ask(auth::auth_challenge(&nonce))?;
                let response = auth::check_challenge(&challenge, &cookie, &nonce)
                    .map_err(|failure| self.failed(failure))?;
                auth::authenticate_safe_cookie(&response)
            }
        };
        let reply = self.ask(command)?;
        let password = self.credentials.password.as_deref();
        let is_hash = method == Method::Password
            && password.is_some_and(|password| auth::is_password_hash(password));
        auth::check_authenticated(&reply).map_err(|failure| {
            self.failed(match failure {
                Failure::Rejected(rejection) if is_hash => Failure::HashGiven(rejection),
                failure => failure,
            })
        })
    }

    /// What follows a failure must be a new connection, whether tor has ended this one yet or not.
    fn failed(&self, failure: Failure) -> Tried {
        self.drop_link();
        Tried::Failed(failure)
    }

    fn cookie(&self, info: &ProtocolInfo) -> Result<auth::Cookie, Tried> {
        let path = self.credentials.cookie_path(info).unwrap_or_default();
        cookie::read(Path::new(OsStr::from_bytes(path))).map_err(|problem| {
            Tried::Failed(Failure::Cookie {
                path: path.to_vec(),
                problem,
            })
        })
    }

    /// An end of the connection is no refusal: whoever asks again may be let in.
    fn ask(&self, command: Command) -> Result<Reply, Error> {
        let step = String::from_utf8_lossy(command.keyword()).into_owned();
        self.request(command)
            .map_err(|error| self.during(&step, error))
    }

    fn during(&self, step: &str, error: Error) -> Error {
        match error {
            Error::Closed(cause) if cause != Cause::Local => self.lost(step, cause),
            other => other,
        }
    }

    /// The last step: asks for all events that are wanted, and is ready.
    fn finish(&self) -> Result<(), Error> {
        let slot = Slot::new();
        let may_in = &|state| matches!(state, State::Connecting | State::Connected);
        let finish = |dialogue: &mut Dialogue| dialogue.finish_login(Arc::clone(&slot));
        let asked = self.controller.begin(finish, may_in, Write::Now);
        let agreed = asked.and_then(|asked| match asked {
            Some(ticket) => expect_ok(self.wait(&slot, ticket)?).map(drop),
            None => Ok(()),
        });
        agreed.map_err(|error| self.during("SETEVENTS", error))?;
        self.controller.become_ready()
    }
}

impl From<Error> for Tried {
    fn from(error: Error) -> Tried {
        Tried::Ended(error)
    }
}

/// Why authentication by a method failed.
enum Tried {
    /// The next may.
    Failed(Failure),
    /// No other need be tried.
    Ended(Error),
}

fn bytes_of(path: &Path) -> Vec<u8> {
    path.as_os_str().as_bytes().to_vec()
}
