//! A request on its way: begun in one step, waited for in another.

use std::sync::Arc;
use std::time::Instant;

use super::call::Call;
use super::conversation::{Conversation, State, Write};
use super::operation::Operation;
use super::queue::Queue;
use super::role::{Terms, LEASE};
use super::slot::{Observer, Slot};
use super::timeout::Timeout;
use crate::error::Error;
use crate::proto::encode::Command;
use crate::proto::reply::Reply;
use crate::session::{Ticket, CORK};

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
        let timeout = conversation.timeout_of(&call);
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
        conversation.await_ready(&call, &timeout)?;
        Request::begin_now(conversation, command, slot, call, write, timeout)
    }

    fn begin_now(
        conversation: &Arc<Conversation>,
        command: Command,
        slot: Arc<Slot>,
        call: Arc<Call>,
        write: Write,
        timeout: Timeout,
    ) -> Result<Request, Error> {
        let may_in = &|state| state == State::Ready;
        let ticket = match write {
            Write::Now => conversation.send(command, &slot, may_in)?,
            Write::Corked => conversation.send_corked(command, &slot, may_in, &timeout)?,
        };
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

    /// Begins a request of an operation, which waits for the reply by [`Request::answer`].
    async fn begin_for(
        conversation: &Arc<Conversation>,
        command: Command,
        slot: Arc<Slot>,
        operation: &Operation,
        write: Write,
        timeout: Timeout,
    ) -> Result<Request, Error> {
        conversation.check_here()?;
        let call = Arc::clone(operation.call());
        if call.is_cancelled() {
            return Err(Error::Cancelled);
        }
        conversation
            .until_ready_if_asked(operation, &timeout)
            .await?;
        let slot = slot.wake_by(operation.parker());
        Request::begin_now(conversation, command, slot, call, write, timeout)
    }

    /// Begins a request that is written together with those that follow. What is not written when
    /// somebody waits, or soon after, the I/O thread writes.
    pub fn start(
        conversation: &Arc<Conversation>,
        command: Command,
        call: Arc<Call>,
    ) -> Result<Request, Error> {
        Request::begin(conversation, command, call, Write::Corked)
    }

    /// Begins a request whose reply empties the queue, together with those that follow.
    pub(crate) async fn start_cutting(
        conversation: &Arc<Conversation>,
        command: Command,
        queue: &Arc<Queue>,
        operation: &Operation,
    ) -> Result<Request, Error> {
        let timeout = conversation.timeout_of(operation.call());
        let (slot, write) = (Slot::cutting(queue), Write::Corked);
        Request::begin_for(conversation, command, slot, operation, write, timeout).await
    }

    /// Begins a request, together with those that follow.
    pub(crate) async fn start_for(
        conversation: &Arc<Conversation>,
        command: Command,
        operation: &Operation,
    ) -> Result<Request, Error> {
        let timeout = conversation.timeout_of(operation.call());
        let (slot, write) = (Slot::new(), Write::Corked);
        Request::begin_for(conversation, command, slot, operation, write, timeout).await
    }

    /// The same, and an observer is told of the outcome.
    pub(crate) async fn start_observed(
        conversation: &Arc<Conversation>,
        command: Command,
        observer: Box<dyn Observer>,
        operation: &Operation,
    ) -> Result<Request, Error> {
        let timeout = conversation.timeout_of(operation.call());
        let (slot, write) = (Slot::observed(observer), Write::Corked);
        Request::begin_for(conversation, command, slot, operation, write, timeout).await
    }

    /// The conversation that it is of.
    pub fn conversation(&self) -> &Arc<Conversation> {
        &self.conversation
    }

    /// Whether [`Request::wait`] would return immediately.
    pub fn is_complete(&self) -> bool {
        !self.conversation.is_here() || self.slot.is_complete() || self.call.is_cancelled()
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
        self.finish()
    }

    /// The same for an operation, with which the request was begun.
    pub(crate) async fn answer(&self, operation: &Operation) -> Result<Reply, Error> {
        if operation.parker().has_thread() {
            // It would wait further out, too; here that costs less.
            return self.wait();
        }
        self.conversation.check_here()?;
        self.conversation.ensure_written(operation);
        let is_complete = || self.slot.is_complete().then_some(());
        let deadline = self.timeout.deadline;
        match operation.until_answered(deadline, is_complete).await {
            Ok(_) | Err(Error::Cancelled) => {}
            // There is nobody who could bring it.
            Err(error) => {
                self.conversation.abandon(self.ticket);
                return Err(error);
            }
        }
        self.finish()
    }

    /// The outcome of a request that is not waited for any more.
    fn finish(&self) -> Result<Reply, Error> {
        if let Some(outcome) = self.slot.take() {
            return outcome;
        }
        if self.slot.is_taken() {
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
            conversation.timeout_of(call),
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
        self.wait_for(call, async |call| self.ask(command, call).await)
    }

    /// Asks tor; the observer is told of the answer, and nobody waits for it.
    pub(crate) fn ask_for(
        self: &Arc<Self>,
        command: Command,
        observer: Box<dyn Observer>,
    ) -> Result<(), Error> {
        let timeout = self.timeout_of(&Call::none());
        let may_in = &|state| state == State::Ready;
        self.send_corked(command, &Slot::observed(observer), may_in, &timeout)
            .map(drop)
    }

    /// Asks tor and waits for the answer, whatever it says.
    pub(crate) async fn ask(
        self: &Arc<Self>,
        command: Command,
        operation: &Operation,
    ) -> Result<Reply, Error> {
        self.ask_before(command, operation, None).await
    }

    /// The same, with a deadline beside that of the call.
    pub(crate) async fn ask_before(
        self: &Arc<Self>,
        command: Command,
        operation: &Operation,
        deadline: Option<Instant>,
    ) -> Result<Reply, Error> {
        let slot = Slot::new();
        self.ask_with(command, slot, operation, deadline).await
    }

    /// The same, and at the moment of the reply the queue is emptied: what is in it afterwards came
    /// after the reply.
    pub(crate) async fn ask_cutting(
        self: &Arc<Self>,
        command: Command,
        queue: &Arc<Queue>,
        operation: &Operation,
        deadline: Option<Instant>,
    ) -> Result<Reply, Error> {
        let slot = Slot::cutting(queue);
        self.ask_with(command, slot, operation, deadline).await
    }

    async fn ask_with(
        self: &Arc<Self>,
        command: Command,
        slot: Arc<Slot>,
        operation: &Operation,
        deadline: Option<Instant>,
    ) -> Result<Reply, Error> {
        let timeout = self.timeout_of(operation.call()).until(deadline);
        let write = Write::Now;
        let request = Request::begin_for(self, command, slot, operation, write, timeout);
        request.await?.answer(operation).await
    }

    /// Asks tor all of these in one step and waits for all the answers. Each has its own outcome,
    /// in the order of the commands.
    pub(crate) async fn ask_many(
        self: &Arc<Self>,
        commands: Vec<Command>,
        operation: &Operation,
    ) -> Result<Vec<Result<Reply, Error>>, Error> {
        let timeout = self.timeout_of(operation.call());
        let mut begun = Vec::with_capacity(commands.len());
        for command in commands {
            let (slot, write) = (Slot::new(), Write::Corked);
            let request = Request::begin_for(self, command, slot, operation, write, timeout);
            begun.push(request.await?);
        }
        let mut replies = Vec::with_capacity(begun.len());
        for request in &begun {
            replies.push(request.answer(operation).await);
        }
        Ok(replies)
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        if self.conversation.is_here() && !self.slot.is_complete() {
            self.conversation.abandon(self.ticket);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::scripted;
    use std::time::Duration;

    fn command() -> Command {
        Command::raw(b"GETINFO version", None).unwrap()
    }

    fn call(timeout_ms: i64) -> Arc<Call> {
        let call = Call::default();
        call.set_timeout_ms(timeout_ms);
        Arc::new(call)
    }

    #[test]
    fn a_request_that_nobody_waits_for_is_over_at_its_deadline() {
        let controller = scripted::controller(|_| String::new());
        let later = Request::start(&controller, command(), call(3_600_000)).unwrap();
        let sooner = Request::start(&controller, command(), call(20)).unwrap();
        while !sooner.is_complete() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let outcome = sooner.wait();
        assert!(matches!(outcome, Err(Error::Timeout(20))), "{outcome:?}");
        assert!(!later.is_complete());
        later.call.cancel();
        assert!(later.is_complete());
        assert!(matches!(later.wait(), Err(Error::Cancelled)));
        let later = Request::start(&controller, command(), call(3_600_000)).unwrap();
        controller.close();
        assert!(matches!(later.wait(), Err(Error::Closed(_))));
    }

    #[test]
    fn a_reply_is_given_once() {
        let controller = scripted::controller(|_| "250 OK\r\n".to_string());
        let request = Request::start(
            &controller,
            Command::raw(b"SIGNAL DUMP", None).unwrap(),
            Call::none(),
        );
        let request = request.unwrap();
        assert!(request.wait().unwrap().is_ok());
        assert!(matches!(request.wait(), Err(Error::State(_))));
        let gone = Call::default();
        gone.cancel();
        let cancelled = Request::start(&controller, command(), Arc::new(gone));
        assert!(matches!(cancelled, Err(Error::Cancelled)));
        controller.close();
    }
}
