//! Connecting: finds tor, makes connections to it, and does for the login what only someone with
//! files and a clock can; and does all of it again when the connection is lost.
//!
//! The login itself is the session's, and goes on in whichever thread reads. Connecting is an
//! operation ([`super::operation`]): the thread that waits for it reads while it waits for the next
//! [`Demand`]; for one that comes back nobody waits, and the I/O thread reads.

use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use zeroize::Zeroizing;

use super::backoff::Backoff;
use super::call::Call;
use super::conversation::{Conversation, Returner, State};
use super::link::{dial, Address, DialError, Link, Waiting};
use super::operation::Operation;
use super::park::lock;
use super::settings::{Settings, Target};
use super::slot::Slot;
use super::starter::{Place, Starter};
use super::tasks::Work;
use super::timeout::Timeout;
use super::{cookie, find, port_file};
use crate::error::{expect_ok, io_text, Cause, Error};
use crate::proto::auth::Credentials;
use crate::proto::command::connection;
use crate::proto::command::info::get_info;
use crate::proto::encode::Command;
use crate::proto::info::number;
use crate::proto::reason::Reason;
use crate::proto::reply::Reply;
use crate::proto::result::Values;
use crate::session::{Demand, Login};

/// Who connects, and how that is waited for.
struct Connecting<'a> {
    conversation: &'a Arc<Conversation>,
    operation: &'a Operation,
    /// Where the operation is woken for the login.
    slot: Arc<Slot>,
    limit: Timeout,
    /// Whether it is a connection in place of one that was lost.
    is_return: bool,
    /// What has started tor, if the library did.
    starter: Option<&'a dyn Starter>,
}

/// A request on its way, or why it is not.
struct Begun(Result<Arc<Slot>, Error>);

/// Where connections come from.
enum Source<'a> {
    Address(&'a Address),
    /// One connection, until it is taken.
    Descriptor(Option<OwnedFd>),
}

/// See [`super::controller::Controller::connect`].
pub(super) async fn connect(
    conversation: &Arc<Conversation>,
    settings: &Settings,
    operation: &Operation,
) -> Result<(), Error> {
    conversation.check_here()?;
    attempt(conversation, settings, operation, State::New).await
}

/// Tries once to become ready, from this state, in which it is again if that fails.
async fn attempt(
    conversation: &Arc<Conversation>,
    settings: &Settings,
    operation: &Operation,
    from: State,
) -> Result<(), Error> {
    conversation.begin_login(operation.parker(), from)?;
    let result = log_in(conversation, settings, operation).await;
    let result = result.map_err(Error::or_lack);
    if result.is_err() {
        conversation.give_up_login(from);
        if let Some(cause) = conversation.closed_cause() {
            return Err(Error::Closed(cause));
        }
    }
    result
}

/// What brings a conversation back that has lost its connection.
pub(super) fn returner(settings: &Settings) -> Option<Returner> {
    if !settings.reconnects {
        return None;
    }
    let settings = Arc::new(settings.clone());
    Some(Returner::new(move |conversation, why| {
        let its_conversation = Arc::clone(conversation);
        let settings = Arc::clone(&settings);
        let work = |operation: Arc<Operation>| {
            let work = async move {
                let backoff = Backoff::new(settings.backoff);
                come_back(&its_conversation, &settings, &operation, backoff, why).await;
            };
            Box::pin(work) as Work
        };
        conversation.tasks().spawn(Call::none(), Box::new(work));
    }))
}

/// Waits and tries until the conversation is ready again, or closed.
async fn come_back(
    conversation: &Arc<Conversation>,
    settings: &Settings,
    operation: &Operation,
    mut backoff: Backoff,
    mut why: Option<Error>,
) {
    loop {
        if let Target::Launched(starter) = &settings.target {
            if let Some(error) = why.take() {
                match starter.after_loss(error, operation).await {
                    Ok(better) => why = Some(better),
                    Err(cause) => return conversation.give_up(cause),
                }
            }
        }
        if let Some(why) = &why {
            let delay = backoff.next(getrandom::u32().unwrap_or(0));
            let at = Instant::now().checked_add(delay);
            conversation.publish_waiting(why, delay);
            let is_closed = || (conversation.state() == State::Closed).then_some(());
            match operation.until(at, is_closed).await {
                Ok(None) => {}
                Ok(Some(())) => return,
                // There is nobody who could wake it.
                Err(error) => return conversation.give_up(Cause::System(error.errno())),
            }
        }
        match attempt(conversation, settings, operation, State::Waiting).await {
            Ok(()) => return,
            Err(_) if conversation.state() == State::Closed => return,
            Err(error) => why = Some(error),
        }
    }
}

async fn log_in(
    conversation: &Arc<Conversation>,
    settings: &Settings,
    operation: &Operation,
) -> Result<(), Error> {
    let starter = match &settings.target {
        Target::Launched(starter) => Some(&**starter),
        _ => None,
    };
    let timeout = match starter {
        // The call is that of what it asks as well.
        Some(_) => None,
        None => operation.call().timeout(),
    };
    let connecting = Connecting {
        conversation,
        operation,
        slot: Slot::woken_by(operation.parker()),
        limit: Timeout::new(timeout.unwrap_or(settings.connect_timeout)),
        is_return: conversation.incarnation() > 0,
        starter,
    };
    let credentials = Credentials {
        method: settings.auth,
        password: settings.password.clone(),
        cookie_file: settings.cookie_file.as_ref().map(|it| bytes_of(it)),
    };
    match &settings.target {
        Target::Address(address) => connecting.log_in_at(address, credentials).await,
        Target::PortFile(path) => {
            let places = port_file::read(path)?;
            match &*places {
                [address] => connecting.log_in_at(address, credentials).await,
                _ => connecting.log_in_anywhere(places, credentials).await,
            }
        }
        Target::Descriptor {
            fd,
            is_authenticated,
            origin,
        } => {
            if settings.reconnects {
                let message = "the connection of a descriptor cannot be made anew: it goes with \
                    no reconnecting";
                return Err(Error::Invalid(message.to_string()));
            }
            if !origin.is_here() {
                return Err(Error::forked());
            }
            let Some(fd) = lock(fd).take() else {
                let message = "the descriptor was used by an earlier connect";
                return Err(Error::State(message.to_string()));
            };
            let place = "the descriptor".to_string();
            let login = Login::new(credentials, place, false, *is_authenticated);
            let source = Source::Descriptor(Some(fd));
            connecting.log_in(login, source).await
        }
        Target::Find => {
            let credentials = found_credentials(credentials);
            connecting
                .log_in_anywhere(find::places(), credentials)
                .await
        }
        Target::Launched(starter) => {
            let tasks = conversation.tasks();
            let deadline = connecting.limit.deadline;
            match starter.start(tasks, operation, deadline).await? {
                Place::Descriptor(fd) => {
                    let login = Login::new(credentials, "tor".to_string(), false, true);
                    connecting.log_in(login, Source::Descriptor(Some(fd))).await
                }
                Place::Port(address, cookie_file) => {
                    let credentials = Credentials {
                        cookie_file: Some(bytes_of(&cookie_file)),
                        ..credentials
                    };
                    connecting.log_in_at(&address, credentials).await
                }
            }
        }
        Target::Replay(_) => {
            let fd = conversation.connect_to_replay()?;
            // The secrets of the recorded login are not there.
            let login = Login::new(credentials, "the recording".to_string(), false, true);
            connecting.log_in(login, Source::Descriptor(Some(fd))).await
        }
    }
}

impl Connecting<'_> {
    /// Tries the places until one is a tor with which it can authenticate.
    async fn log_in_anywhere(
        &self,
        places: Vec<Address>,
        credentials: Credentials,
    ) -> Result<(), Error> {
        let mut tried = Vec::new();
        let mut refused = None;
        let mut is_over = false;
        for place in places {
            let logged_in = self.log_in_at(&place, credentials.clone()).await;
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

    async fn log_in_at(&self, address: &Address, credentials: Credentials) -> Result<(), Error> {
        let login = Login::new(credentials, address.to_string(), true, false);
        self.log_in(login, Source::Address(address)).await
    }

    async fn log_in(&self, login: Login, mut source: Source<'_>) -> Result<(), Error> {
        let login = match self.is_return {
            true => login.with_fewer_events(),
            false => login,
        };
        lock(&self.conversation.core)
            .dialogue
            .begin_login(login, Arc::clone(&self.slot));
        loop {
            match self.next_demand().await? {
                Demand::Connect => {
                    self.drop_link();
                    match self.connect(&mut source).await {
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
                Demand::MarkUnheard => {
                    self.conversation.mark_unheard();
                    self.tell(Login::handle_marked);
                }
                Demand::End(Ok(())) => {
                    self.restore().await?;
                    return self.conversation.become_ready();
                }
                Demand::End(Err(error)) => return Err(error),
            }
        }
    }

    /// Waits until the login demands something.
    async fn next_demand(&self) -> Result<Demand, Error> {
        let poll = || lock(&self.conversation.core).dialogue.poll_login();
        self.conversation.ensure_answers(self.operation);
        if let Some(demand) = self
            .operation
            .until_answered(self.limit.deadline, poll)
            .await?
        {
            return Ok(demand);
        }
        self.tell_timeout();
        poll().ok_or(Error::Cancelled)
    }

    /// What a controller that reconnects asks of each tor before the program can: which process it
    /// is, and of one in place of another what the program had set up. The other end of a pair takes
    /// what is written before tor is there, so one that was started is asked, too.
    async fn restore(&self) -> Result<(), Error> {
        if !self.conversation.comes_back() && self.starter.is_none() {
            return Ok(());
        }
        let pid = self.begin(get_info(&["process/pid"])?);
        let pid = self.answer(pid).await?;
        let pid = pid.ok().and_then(|reply| Values::from_get_info(reply).ok());
        self.conversation
            .set_peer_pid(pid.and_then(|values| number(values.value(0)?)));
        if let Some(starter) = self.starter {
            if let Some(keyword) = starter.ownership() {
                let told = self.begin(connection::plain(keyword));
                expect_ok(self.answer(told).await??)?;
            }
            starter.settle();
        }
        match self.is_return {
            true => self.conversation.restore(self.operation).await,
            false => Ok(()),
        }
    }

    fn begin(&self, command: Command) -> Begun {
        let slot = Slot::woken_by(self.operation.parker());
        let may_in = &|state| state == State::Connected;
        let sent = self.conversation.send(command, &slot, may_in);
        Begun(sent.map(|_| slot))
    }

    /// The outcome of a request; fails if there will be none.
    async fn answer(&self, Begun(begun): Begun) -> Result<Result<Reply, Error>, Error> {
        let slot = match begun {
            Ok(slot) => slot,
            Err(error) => return Ok(Err(error)),
        };
        self.conversation.ensure_answers(self.operation);
        let deadline = self.limit.deadline;
        let answer = self.operation.until_answered(deadline, || slot.take());
        match answer.await? {
            Some(Err(error @ Error::Closed(_))) => Err(error),
            Some(outcome) => Ok(outcome),
            None => Err(self.limit.error()),
        }
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
    async fn connect(&self, source: &mut Source<'_>) -> Option<Result<(), Error>> {
        let address = match source {
            Source::Address(address) => *address,
            Source::Descriptor(fd) => {
                return Some(match fd.take() {
                    Some(fd) => self.attach(fd),
                    None => Err(Error::Closed(Cause::Eof)),
                });
            }
        };
        let is_stopped = || self.is_stopped();
        let waiting = Waiting {
            operation: self.operation,
            may_start_thread: !self.conversation.home().is_thread_free(),
            deadline: self.limit.deadline,
            is_stopped: &is_stopped,
        };
        Some(match dial(address, &waiting).await {
            Ok(fd) => self.attach(fd),
            Err(DialError::Timeout) => return None,
            Err(DialError::Operation(error)) => Err(error),
            Err(DialError::Stopped) if self.operation.call().is_cancelled() => {
                Err(Error::Cancelled)
            }
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
        self.operation.call().is_cancelled() || self.conversation.state() == State::Closed
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

/// With what the environment says where the program says nothing.
fn found_credentials(mut credentials: Credentials) -> Credentials {
    credentials.password = credentials
        .password
        .or_else(|| find::password().map(Zeroizing::new));
    if credentials.cookie_file.is_none() {
        credentials.cookie_file = find::cookie_file().map(|it| bytes_of(&it));
    }
    credentials
}

fn bytes_of(path: &Path) -> Vec<u8> {
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(test)]
mod return_tests;
#[cfg(test)]
mod tests;
