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
use super::conversation::{Conversation, State};
use super::link::{dial, Address, DialError, Link, Waiting};
use super::park::lock;
use super::role::Terms;
use super::settings::{Settings, Target};
use super::slot::Slot;
use super::timeout::Timeout;
use super::{cookie, find};
use crate::error::{io_text, Cause, Error};
use crate::proto::auth::Credentials;
use crate::proto::reason::Reason;
use crate::session::{Demand, Login};

/// The thread that connects, and how it waits.
struct Connecting<'a> {
    conversation: &'a Arc<Conversation>,
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

/// See [`super::controller::Controller::connect`].
pub(super) fn connect(
    conversation: &Arc<Conversation>,
    settings: &Settings,
    call: &Arc<Call>,
) -> Result<(), Error> {
    let slot = Slot::new();
    conversation.begin_login(slot.parker())?;
    let result = log_in(conversation, settings, slot, call).map_err(Error::or_lack);
    if result.is_err() {
        conversation.give_up_login();
        if let Some(cause) = conversation.closed_cause() {
            return Err(Error::Closed(cause));
        }
    }
    result
}

fn log_in(
    conversation: &Arc<Conversation>,
    settings: &Settings,
    slot: Arc<Slot>,
    call: &Arc<Call>,
) -> Result<(), Error> {
    let timeout = call.timeout().unwrap_or(settings.connect_timeout);
    let connecting = Connecting {
        conversation,
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
        Target::Replay(_) => {
            let fd = conversation.connect_to_replay()?;
            // The secrets of the recorded login are not there.
            let login = Login::new(credentials, "the recording".to_string(), false, true);
            connecting.log_in(login, Source::Descriptor(Some(fd)))
        }
        Target::Find => connecting.log_in_anywhere(find::places(), credentials),
    }
}

impl Connecting<'_> {
    /// Tries the places until one is a tor with which it can authenticate.
    fn log_in_anywhere(
        &self,
        places: Vec<Address>,
        mut credentials: Credentials,
    ) -> Result<(), Error> {
        credentials.password = credentials
            .password
            .or_else(|| find::password().map(Zeroizing::new));
        if credentials.cookie_file.is_none() {
            credentials.cookie_file = find::cookie_file().map(|it| bytes_of(&it));
        }
        let mut tried = Vec::new();
        let mut refused = None;
        let mut is_over = false;
        for place in places {
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
        lock(&self.conversation.core)
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
                Demand::End(Ok(())) => return self.conversation.become_ready(),
                Demand::End(Err(error)) => return Err(error),
            }
        }
    }

    /// Waits until the login demands something.
    fn wait(&self) -> Result<Demand, Error> {
        let conversation = self.conversation;
        let mut demand = None;
        let is_done = &mut || {
            demand = demand
                .take()
                .or_else(|| lock(&conversation.core).dialogue.poll_login());
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
        if !conversation.wait_again_until(terms, parker, self.call, deadline, is_done) {
            self.tell_timeout();
            demand = lock(&conversation.core).dialogue.poll_login();
        }
        demand.ok_or(Error::Cancelled)
    }

    fn tell_timeout(&self) {
        self.tell(|login| login.handle_timeout(self.limit.timeout_ms()));
    }

    /// Tells the login something, and writes what it says to that.
    fn tell(&self, tell: impl FnOnce(&mut Login)) {
        let wants_transmit = {
            let mut core = lock(&self.conversation.core);
            core.dialogue.with_login(tell);
            core.dialogue.wants_transmit()
        };
        if wants_transmit {
            self.conversation.write_more();
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
        self.call.is_cancelled() || self.conversation.state() == State::Closed
    }

    fn attach(&self, fd: OwnedFd) -> Result<(), Error> {
        let link = Link::new(fd, self.conversation.limits);
        let link = link.map_err(|error| Error::Connect {
            message: format!("the descriptor cannot be used: {}", io_text(&error)),
            errno: error.raw_os_error().unwrap_or(0),
        })?;
        if !self.conversation.set_link(link) {
            return Err(Error::Closed(Cause::Local));
        }
        Ok(())
    }

    fn drop_link(&self) {
        let link = lock(&self.conversation.core).link.clone();
        if let Some(link) = link {
            self.conversation.lose_link(&link, Cause::Local);
        }
    }
}

fn bytes_of(path: &Path) -> Vec<u8> {
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(test)]
mod tests;
