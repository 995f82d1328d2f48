//! Authentication as a state machine: what tor, the system and the clock say goes in, what is to be
//! done comes out.
//!
//! After each input, [`Login::poll_step`] is called until it says [`Step::Wait`]. A refused method ends
//! its connection, so that the next one begins with [`Demand::Connect`]; PROTOCOLINFO is not asked
//! again then, for tor answers it only once before authentication.

use zeroize::Zeroizing;

use crate::error::{expect_ok, Cause, Error};
use crate::proto::auth::{self, Cookie, CookieProblem, Credentials, Failure, Method};
use crate::proto::auth::{ProtocolInfo, Report};
use crate::proto::encode::Command;
use crate::proto::reason::Reason;
use crate::proto::reply::Reply;
use crate::proto::result::Rejection;
use crate::proto::tor_text::TorText;

/// What is to be done next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Nothing, until the next input.
    Wait,
    /// Send this and give the reply to [`Login::handle_reply`].
    Send(Command),
    /// tor has let us in: say which events are wanted, to [`Login::handle_events`].
    Subscribe,
    /// The same, without those that tor refuses with these words.
    SubscribeWithout(TorText),
    /// Have this done.
    Demand(Demand),
}

/// What only the outside of a session can do, or has to know.
#[derive(Debug)]
pub(crate) enum Demand {
    /// Drop the connection, if there is one, make a new one and call [`Login::handle_connected`].
    Connect,
    /// Read the cookie file at this path and call [`Login::handle_cookie`].
    ReadCookie(Vec<u8>),
    /// Get 32 random bytes and call [`Login::handle_nonce`].
    MakeNonce,
    /// tor has let the controller in again: before any event can come, mark where some are missing,
    /// and call [`Login::handle_marked`].
    MarkUnheard,
    /// The login is over, and the connection ready or not.
    End(Result<(), Error>),
}

/// What was asked and is not answered.
#[derive(Debug)]
enum Asked {
    ProtocolInfo,
    /// The cookie is kept for the time of one answer: to check tor's proof and to make ours.
    Challenge {
        cookie: Cookie,
        nonce: [u8; 32],
    },
    Authenticate {
        method: Method,
        /// What was sent as the password looks like the hash of one.
        is_hash: bool,
    },
    Events,
}

impl Asked {
    fn keyword(&self) -> &'static str {
        match self {
            Asked::ProtocolInfo => "PROTOCOLINFO",
            Asked::Challenge { .. } => "AUTHCHALLENGE",
            Asked::Authenticate { .. } => "AUTHENTICATE",
            Asked::Events => "SETEVENTS",
        }
    }
}

/// Which input comes next.
#[derive(Debug, Default)]
enum State {
    /// A connection: the first one, or one for this method.
    Connecting(Option<Method>),
    Asking(Asked),
    /// The cookie at this path.
    ReadingCookie(Method, Vec<u8>),
    /// The nonce. The cookie was read before, so that no challenge is begun in vain.
    MakingNonce(Cookie),
    /// That is marked where events are missing.
    Marking,
    /// The wanted events.
    Subscribing,
    /// None.
    #[default]
    Over,
}

/// See the module's comment.
#[derive(Debug)]
pub(crate) struct Login {
    state: State,
    /// What [`Login::poll_step`] says.
    step: Step,
    credentials: Credentials,
    /// The name of the other side in messages.
    place: String,
    can_reconnect: bool,
    is_authenticated: bool,
    /// Events that tor refuses are done without.
    is_content: bool,
    /// Why the connection has ended, if it has.
    ended: Option<Cause>,
    info: ProtocolInfo,
    /// Those to be tried yet.
    methods: std::vec::IntoIter<Method>,
    report: Report,
}

impl Login {
    /// Begins with [`Demand::Connect`]. `place` names the other side in messages. A connection that
    /// `is_authenticated` is only subscribed.
    pub(crate) fn new(
        credentials: Credentials,
        place: String,
        can_reconnect: bool,
        is_authenticated: bool,
    ) -> Login {
        Login {
            state: State::Connecting(None),
            step: Step::Demand(Demand::Connect),
            credentials,
            place,
            can_reconnect,
            is_authenticated,
            is_content: false,
            ended: None,
            info: ProtocolInfo::default(),
            methods: Vec::new().into_iter(),
            report: Report::default(),
        }
    }

    /// The same with a tor that takes the place of another, and that may know fewer events: a login
    /// does not fail for them.
    pub(crate) fn with_fewer_events(mut self) -> Login {
        self.is_content = true;
        self
    }

    /// tor's version, "" if it has not said.
    pub(crate) fn peer_version(&self) -> &str {
        &self.info.tor_version
    }

    /// What is to be done, each step once.
    pub(crate) fn poll_step(&mut self) -> Step {
        std::mem::replace(&mut self.step, Step::Wait)
    }

    /// A connection was made.
    pub(crate) fn handle_connected(&mut self) {
        match std::mem::take(&mut self.state) {
            State::Connecting(method) => {
                self.ended = None;
                match method {
                    Some(method) => self.try_method(method),
                    None if self.is_authenticated => self.subscribe(),
                    None => self.ask(Asked::ProtocolInfo, auth::protocol_info()),
                }
            }
            other => self.state = other,
        }
    }

    /// The command was answered, or could not be.
    pub(crate) fn handle_reply(&mut self, outcome: Result<Reply, Error>) {
        let asked = match std::mem::take(&mut self.state) {
            State::Asking(asked) => asked,
            other => {
                self.state = other;
                return;
            }
        };
        let reply = match outcome {
            Ok(reply) => reply,
            Err(Error::Closed(cause)) => return self.fail(self.lost(&asked, cause)),
            Err(error) => return self.fail(error),
        };
        match asked {
            Asked::ProtocolInfo => self.read_info(&reply),
            Asked::Challenge { cookie, nonce } => {
                match auth::check_challenge(&reply, &cookie, &nonce) {
                    // The proof is wiped with the response, and in the command after the writing.
                    Ok(response) => self.ask(
                        Asked::Authenticate {
                            method: Method::SafeCookie,
                            is_hash: false,
                        },
                        auth::authenticate_safe_cookie(&response),
                    ),
                    Err(failure) => self.refuse(Method::SafeCookie, failure),
                }
            }
            Asked::Authenticate { method, is_hash } => match auth::check_authenticated(&reply) {
                Ok(()) => self.subscribe(),
                Err(Failure::Rejected(rejection)) if is_hash => {
                    self.refuse(method, Failure::HashGiven(rejection));
                }
                Err(failure) => self.refuse(method, failure),
            },
            Asked::Events => match expect_ok(reply) {
                Ok(_) => self.end(Ok(())),
                Err(Error::Rejected { text, .. }) if self.is_content => {
                    self.state = State::Subscribing;
                    self.step = Step::SubscribeWithout(text);
                }
                Err(error) => self.fail(error),
            },
        }
    }

    /// The cookie file was read, or could not be.
    pub(crate) fn handle_cookie(&mut self, outcome: Result<Cookie, CookieProblem>) {
        match (std::mem::take(&mut self.state), outcome) {
            (State::ReadingCookie(Method::SafeCookie, _), Ok(cookie)) => {
                self.state = State::MakingNonce(cookie);
                self.step = Step::Demand(Demand::MakeNonce);
            }
            (State::ReadingCookie(method, _), Ok(cookie)) => {
                let is_hash = false;
                self.ask(
                    Asked::Authenticate { method, is_hash },
                    auth::authenticate_cookie(&cookie),
                );
            }
            (State::ReadingCookie(method, path), Err(problem)) => {
                self.skip(method, Failure::Cookie { path, problem });
            }
            (other, _) => self.state = other,
        }
    }

    /// There is randomness, or none and why.
    pub(crate) fn handle_nonce(&mut self, outcome: Result<[u8; 32], String>) {
        match (std::mem::take(&mut self.state), outcome) {
            (State::MakingNonce(cookie), Ok(nonce)) => {
                let command = auth::auth_challenge(&nonce);
                self.ask(Asked::Challenge { cookie, nonce }, command);
            }
            (State::MakingNonce(_), Err(error)) => {
                let failure = Failure::Other(format!("no randomness: {error}"));
                self.skip(Method::SafeCookie, failure);
            }
            (other, _) => self.state = other,
        }
    }

    /// The SETEVENTS for all that is wanted; none if nothing is.
    pub(crate) fn handle_events(&mut self, outcome: Result<Option<Command>, Error>) {
        match (std::mem::take(&mut self.state), outcome) {
            (State::Subscribing, Ok(Some(command))) => self.ask(Asked::Events, command),
            (State::Subscribing, Ok(None)) => self.end(Ok(())),
            (State::Subscribing, Err(error)) => self.fail(error),
            (other, _) => self.state = other,
        }
    }

    /// The connection has ended. That is no refusal: whoever asks again may be let in.
    pub(crate) fn handle_end(&mut self, cause: Cause) {
        match &self.state {
            State::Asking(asked) => self.fail(self.lost(asked, cause)),
            // Seen when the next command is to be sent.
            _ => self.ended = Some(cause),
        }
    }

    /// The time for all of it is over.
    pub(crate) fn handle_timeout(&mut self, timeout_ms: u64) {
        let place = &self.place;
        let message = match &self.state {
            State::Over => return,
            State::Connecting(_) => {
                format!("{place} could not be reached within {timeout_ms} ms")
            }
            _ => format!("authentication with tor at {place} took longer than {timeout_ms} ms"),
        };
        self.fail(Error::Overdue {
            message,
            reason: String::new(),
            why: Reason::Unknown,
        });
    }

    /// PROTOCOLINFO's reply, which also proves that this is a tor.
    fn read_info(&mut self, reply: &Reply) {
        let info = match Rejection::of(reply).is_some_and(|it| it.is_filtered()) {
            // A filter before tor lets in whom it likes, and need not have this question answered.
            true => Ok(ProtocolInfo {
                methods: vec![Method::Null, Method::Password],
                ..ProtocolInfo::default()
            }),
            false => ProtocolInfo::parse(reply),
        };
        self.info = match info {
            Ok(info) => info,
            Err(failure) => return self.fail(self.not_tor(&failure.to_string())),
        };
        let (methods, skipped) = auth::plan(&self.info, &self.credentials);
        if !methods.contains(&Method::Password) {
            // Wiped: it will not be sent.
            self.credentials.password = None;
        }
        self.report = Report::new(&self.info);
        self.report.attempts.extend(skipped);
        self.methods = methods.into_iter();
        self.try_next();
    }

    fn try_next(&mut self) {
        while let Some(method) = self.methods.next() {
            if self.ended.is_none() {
                return self.try_method(method);
            }
            if self.can_reconnect {
                self.state = State::Connecting(Some(method));
                self.step = Step::Demand(Demand::Connect);
                return;
            }
            let why = "not tried: the descriptor's connection has ended and cannot be made anew";
            self.report.add(method, Failure::Other(why.to_string()));
        }
        let rejection = self.report.rejection();
        self.fail(Error::Auth {
            message: format!("authentication with {} failed: {}", self.place, self.report),
            why: self.report.reason(),
            rejection: rejection.map(|it| (it.code, it.text.clone())),
            errno: self.report.errno(),
        });
    }

    fn try_method(&mut self, method: Method) {
        match method {
            Method::Null => {
                let is_hash = false;
                let asked = Asked::Authenticate { method, is_hash };
                self.ask(asked, auth::authenticate_null());
            }
            Method::Password => {
                // Tried once: it is wiped here, and in the command after the writing.
                let password: Zeroizing<Vec<u8>> =
                    self.credentials.password.take().unwrap_or_default();
                let is_hash = auth::is_password_hash(&password);
                match auth::authenticate_password(&password) {
                    Ok(command) => self.ask(Asked::Authenticate { method, is_hash }, command),
                    Err(error) => self.fail(error.into()),
                }
            }
            Method::Cookie | Method::SafeCookie => {
                let path = self.credentials.cookie_path(&self.info);
                let path = path.unwrap_or_default().to_vec();
                self.step = Step::Demand(Demand::ReadCookie(path.clone()));
                self.state = State::ReadingCookie(method, path);
            }
        }
    }

    fn ask(&mut self, asked: Asked, command: Command) {
        match self.ended.take() {
            Some(cause) => self.fail(self.lost(&asked, cause)),
            None => {
                self.state = State::Asking(asked);
                self.step = Step::Send(command);
            }
        }
    }

    /// Fails without a word to tor, so that the connection is as good as before.
    fn skip(&mut self, method: Method, failure: Failure) {
        self.report.add(method, failure);
        self.try_next();
    }

    /// What follows must be a new connection, whether tor has ended this one yet or not.
    fn refuse(&mut self, method: Method, failure: Failure) {
        self.ended = Some(Cause::Local);
        self.skip(method, failure);
    }

    /// It is marked where events are missing.
    pub(crate) fn handle_marked(&mut self) {
        if matches!(self.state, State::Marking) {
            self.ask_for_events();
        }
    }

    fn subscribe(&mut self) {
        match self.is_content {
            true => {
                self.state = State::Marking;
                self.step = Step::Demand(Demand::MarkUnheard);
            }
            false => self.ask_for_events(),
        }
    }

    fn ask_for_events(&mut self) {
        self.state = State::Subscribing;
        self.step = Step::Subscribe;
    }

    /// The connection ended before tor had answered, which it does when tor ends or starts anew.
    fn lost(&self, asked: &Asked, cause: Cause) -> Error {
        match (asked, cause) {
            (_, cause @ Cause::Local) => Error::Closed(cause),
            (Asked::ProtocolInfo, Cause::Protocol(text)) => self.not_tor(&text),
            (asked, cause) => {
                let message = format!(
                    "{} was reached, but the connection ended before {} was answered: {cause}",
                    self.place,
                    asked.keyword()
                );
                Error::Lost { message, cause }
            }
        }
    }

    fn not_tor(&self, why: &str) -> Error {
        let place = &self.place;
        Error::NotTor(format!(
            "{place} answers, but not as tor's control port: {why}"
        ))
    }

    fn fail(&mut self, error: Error) {
        self.end(Err(error));
    }

    /// All that is left of the secrets is wiped: the password, and in the state the cookie.
    fn end(&mut self, outcome: Result<(), Error>) {
        self.credentials = Credentials::default();
        self.state = State::Over;
        self.step = Step::Demand(Demand::End(outcome));
    }
}

#[cfg(test)]
mod tests;
