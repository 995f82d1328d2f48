//! A request on its way: begun in one step, waited for in another.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::call::Call;
use super::conversation::{Conversation, State, Write};
use super::queue::Queue;
use super::role::{Terms, LEASE};
use super::slot::Slot;
use crate::error::Error;
use crate::proto::encode::Command;
use crate::proto::reply::Reply;
use crate::session::{Ticket, CORK};

/// How long a call waits for all that it has to wait for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeout {
    duration: Duration,
    /// None if it is too far away for the clock.
    pub(crate) deadline: Option<Instant>,
}

impl Timeout {
    /// That of a call which begins now.
    pub(crate) fn of(conversation: &Conversation, call: &Call) -> Timeout {
        Timeout::new(call.timeout().unwrap_or_else(|| conversation.timeout()))
    }

    /// So long from now.
    pub(crate) fn new(duration: Duration) -> Timeout {
        Timeout {
            duration,
            deadline: Instant::now().checked_add(duration),
        }
    }

    /// The same, but not beyond that moment.
    pub(crate) fn until(self, at: Option<Instant>) -> Timeout {
        let Some(at) = at.filter(|at| self.deadline.is_none_or(|own| *at < own)) else {
            return self;
        };
        Timeout {
            duration: at.saturating_duration_since(Instant::now()),
            deadline: Some(at),
        }
    }

    pub(crate) fn error(&self) -> Error {
        Error::Timeout(self.timeout_ms())
    }

    pub(crate) fn timeout_ms(&self) -> u64 {
        self.duration.as_millis() as u64
    }
}

/// A request that was begun. Dropping it gives up its reply, which is then discarded when it comes.
#[derive(Debug)]
pub struct Request {
    conversation: Arc<Conversation>,
    slot: Arc<Slot>,
    ticket: Ticket,
    call: Arc<Call>,
    timeout: Timeout,
}

impl Request {
    /// Begins a request on a conversation that is ready.
    pub(crate) fn begin(
        conversation: &Arc<Conversation>,
        command: Command,
        call: Arc<Call>,
        write: Write,
    ) -> Result<Request, Error> {
        let timeout = Timeout::of(conversation, &call);
        Request::begin_before(conversation, command, call, write, timeout)
    }

    /// Likewise, for a call that has begun already.
    pub(crate) fn begin_before(
        conversation: &Arc<Conversation>,
        command: Command,
        call: Arc<Call>,
        write: Write,
        timeout: Timeout,
    ) -> Result<Request, Error> {
        Request::begin_with(conversation, command, Slot::new(), call, write, timeout)
    }

    fn begin_with(
        conversation: &Arc<Conversation>,
        command: Command,
        slot: Arc<Slot>,
        call: Arc<Call>,
        write: Write,
        timeout: Timeout,
    ) -> Result<Request, Error> {
        if call.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let may_in = &|state| state == State::Ready;
        let ticket = conversation.send(command, &slot, may_in, write)?;
        Ok(Request::begun(conversation, slot, ticket, call, timeout))
    }

    /// One that is on its way.
    pub(super) fn begun(
        conversation: &Arc<Conversation>,
        slot: Arc<Slot>,
        ticket: Ticket,
        call: Arc<Call>,
        timeout: Timeout,
    ) -> Request {
        Request {
            conversation: Arc::clone(conversation),
            slot,
            ticket,
            call,
            timeout,
        }
    }

    /// Begins a request that is written together with those that follow. What is not written when
    /// somebody waits, or soon after, the I/O thread writes.
    pub fn start(
        conversation: &Arc<Conversation>,
        command: Command,
        call: Arc<Call>,
    ) -> Result<Request, Error> {
        Request::begin(conversation, command, call, Write::Soon)
    }

    /// The conversation that it is of.
    pub fn conversation(&self) -> &Arc<Conversation> {
        &self.conversation
    }

    /// Whether [`Request::wait`] would return immediately.
    pub fn is_complete(&self) -> bool {
        !self.conversation.is_here() || self.slot.is_complete()
    }

    /// Waits for the reply, which is given once.
    pub fn wait(&self) -> Result<Reply, Error> {
        self.conversation.check_here()?;
        if !self.slot.is_complete() {
            self.conversation.write_and_await(self.ticket);
            let is_done = &mut || self.slot.is_complete() || self.call.is_cancelled();
            // Of several that were begun the next will be waited for as well.
            let terms = Terms {
                consumers: 0,
                requests: 0,
                lease: CORK,
                only_reads: !self.call.can_be_cancelled(),
            };
            let deadline = self.timeout.deadline;
            let parker = self.slot.parker();
            self.conversation
                .wait_again_until(terms, parker, &self.call, deadline, is_done);
        }
        if let Some(outcome) = self.slot.take() {
            return outcome;
        }
        if self.slot.is_complete() {
            let message = "the reply of this request was given already";
            return Err(Error::State(message.to_string()));
        }
        self.conversation.abandon(self.ticket);
        // The reply may have come between the last look and the giving up.
        match self.slot.take() {
            Some(outcome) => outcome,
            None if self.call.is_cancelled() => Err(Error::Cancelled),
            None => Err(self.timeout.error()),
        }
    }
}

/// A request whose data comes in pieces, as tor sends it, and is nowhere held as a whole.
#[derive(Debug)]
pub struct Stream {
    request: Request,
}

impl Stream {
    /// Begins the request.
    pub fn begin(
        conversation: &Arc<Conversation>,
        command: Command,
        call: &Arc<Call>,
    ) -> Result<Stream, Error> {
        let request = Request::begin_with(
            conversation,
            command,
            Slot::streaming(),
            Arc::clone(call),
            Write::Now,
            Timeout::of(conversation, call),
        )?;
        Ok(Stream { request })
    }

    /// Puts the next piece behind the text: whole lines, each ended by LF. False, and nothing put
    /// there, when the reply is there.
    pub fn next_piece(&self, text: &mut Vec<u8>) -> Result<bool, Error> {
        self.request.conversation.check_here()?;
        let Request {
            conversation,
            slot,
            ticket,
            call,
            timeout,
        } = &self.request;
        conversation.write_and_await(*ticket);
        let is_done = &mut || slot.has_data() || slot.is_complete() || call.is_cancelled();
        let terms = Terms {
            consumers: 0,
            requests: 1,
            lease: LEASE,
            only_reads: false,
        };
        let deadline = timeout.deadline;
        slot.lend(text);
        let parker = slot.parker();
        let is_done = conversation.wait_again_until(terms, parker, call, deadline, is_done);
        match slot.take_text(text) {
            _ if call.is_cancelled() => Err(Error::Cancelled),
            true => {
                conversation.resume();
                Ok(true)
            }
            false if is_done => Ok(false),
            false => Err(timeout.error()),
        }
    }

    /// The reply, without the data.
    pub fn finish(&self) -> Result<Reply, Error> {
        self.request.wait()
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let conversation = &self.request.conversation;
        if conversation.is_here() {
            conversation.end_lease();
        }
    }
}

impl Conversation {
    /// Asks tor and waits for the answer, whatever it says.
    pub fn request(self: &Arc<Self>, command: Command, call: &Arc<Call>) -> Result<Reply, Error> {
        Request::begin(self, command, Arc::clone(call), Write::Now)?.wait()
    }

    /// The same, with a deadline beside that of the call.
    pub(crate) fn request_before(
        self: &Arc<Self>,
        command: Command,
        call: &Arc<Call>,
        deadline: Option<Instant>,
    ) -> Result<Reply, Error> {
        let timeout = Timeout::of(self, call).until(deadline);
        Request::begin_before(self, command, Arc::clone(call), Write::Now, timeout)?.wait()
    }

    /// The same, and at the moment of the reply the queue is emptied: what is in it afterwards came
    /// after the reply.
    pub(crate) fn request_cutting(
        self: &Arc<Self>,
        command: Command,
        queue: &Arc<Queue>,
        call: &Arc<Call>,
        deadline: Option<Instant>,
    ) -> Result<Reply, Error> {
        let timeout = Timeout::of(self, call).until(deadline);
        let (slot, call) = (Slot::cutting(queue), Arc::clone(call));
        Request::begin_with(self, command, slot, call, Write::Now, timeout)?.wait()
    }

    /// Asks tor all of these in one step and waits for all the answers. Each has its own outcome,
    /// in the order of the commands.
    pub fn request_many(
        self: &Arc<Self>,
        commands: Vec<Command>,
        call: &Arc<Call>,
    ) -> Result<Vec<Result<Reply, Error>>, Error> {
        let begun = commands
            .into_iter()
            .map(|command| Request::start(self, command, Arc::clone(call)));
        let begun: Result<Vec<Request>, Error> = begun.collect();
        Ok(begun?.iter().map(Request::wait).collect())
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        if self.conversation.is_here() && !self.slot.is_complete() {
            self.conversation.abandon(self.ticket);
        }
    }
}
