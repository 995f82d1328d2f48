//! How a thread of the program waits for an operation of several steps.

use std::future::Future;
use std::os::fd::AsFd;
use std::pin::{pin, Pin};
use std::sync::Arc;
use std::task::{Context, Waker};

use super::Conversation;
use crate::engine::call::{Call, Destination, Given};
use crate::engine::operation::Operation;
use crate::engine::park::lock;
use crate::engine::tasks::Work;
use crate::error::{Cause, Error};

/// What a call is to do for which nobody waits.
pub(crate) type Begun = Pin<Box<dyn Future<Output = Result<Given, Error>> + Send>>;

/// An outcome that somebody expects: if the operation ends without one, it was ended.
struct Promise(Option<Destination>);

impl Promise {
    fn keep(&mut self, outcome: Result<Given, Error>) {
        if let Some(Destination { to, tag }) = self.0.take() {
            to.complete(tag, outcome);
        }
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        self.keep(Err(Error::Closed(Cause::Local)));
    }
}

impl Conversation {
    /// Runs the operation in this thread, which reads meanwhile if nobody else does. Fails only in a
    /// forked child.
    pub(crate) fn block_on<T>(
        self: &Arc<Self>,
        operation: &Operation,
        work: impl Future<Output = T>,
    ) -> Result<T, Error> {
        let mut outcome = None;
        let work = async { outcome = Some(work.await) };
        self.drive(operation, pin!(work))?;
        outcome.ok_or_else(Error::forked)
    }

    /// Not generic, or it would be in the library once for each request.
    #[inline(never)]
    fn drive(
        self: &Arc<Self>,
        operation: &Operation,
        mut work: Pin<&mut dyn Future<Output = ()>>,
    ) -> Result<(), Error> {
        let mut context = Context::from_waker(Waker::noop());
        let parker = operation.parker();
        let no_call = Call::none();
        loop {
            // A wake from now on is one more reason to look.
            parker.expect_wake();
            if work.as_mut().poll(&mut context).is_ready() {
                return Ok(());
            }
            self.check_here()?;
            let needs = operation.needs();
            let call = match needs.ignores_cancel {
                true => &no_call,
                false => operation.call(),
            };
            match &needs.fd {
                Some((fd, events)) => {
                    let socket = Some((fd.as_fd(), *events));
                    if let Err(error) = self.park(parker, socket, call, needs.deadline) {
                        operation.fail(Error::system("cannot wait for a descriptor", &error));
                    }
                }
                None => {
                    let is_done = &mut || parker.is_signalled() || call.is_cancelled();
                    match needs.terms {
                        Some(terms) => {
                            self.wait_again_until(terms, parker, call, needs.deadline, is_done)
                        }
                        None => self.wait_until(parker, call, needs.deadline, is_done),
                    };
                }
            }
        }
    }

    /// The same for one that the call is for.
    pub fn wait_for<T>(
        self: &Arc<Self>,
        call: &Arc<Call>,
        work: impl AsyncFnOnce(&Operation) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let operation = Operation::blocking(call);
        self.block_on(&operation, work(&operation))?
    }

    /// Writes what requests that were begun have left to be written, for an operation without a thread
    /// that is about to wait for one of them.
    pub(crate) fn ensure_written(self: &Arc<Self>, operation: &Operation) {
        if lock(&self.core).dialogue.has_unwritten() {
            self.write_more();
        }
        self.ensure_answers(operation);
    }

    /// Begins an operation for which nobody waits; its outcome goes to the call's destination.
    /// `names` are as for [`Error::called`].
    pub(crate) fn begin_call(
        self: &Arc<Self>,
        call: &Arc<Call>,
        destination: Destination,
        names: &'static [(&'static str, &'static str)],
        begin: Box<dyn FnOnce(Arc<Operation>) -> Begun + '_>,
    ) -> Result<(), Error> {
        self.check_here()?;
        if !destination.to.expect() {
            let message = "the queue of the call has ended";
            return Err(Error::State(message.to_string()));
        }
        let mut promise = Promise(Some(destination));
        let work = |operation| {
            let work = begin(operation);
            let work = async move {
                let outcome = work.await;
                promise.keep(outcome.map_err(|error| error.called(names)));
            };
            Box::pin(work) as Work
        };
        self.tasks().spawn(Arc::clone(call), Box::new(work));
        Ok(())
    }

    /// Has what the operation asked answered, if no thread waits for it that reads.
    pub(crate) fn ensure_answers(self: &Arc<Self>, operation: &Operation) {
        if !operation.parker().has_thread() {
            self.report_unawaited(&mut lock(&self.core));
        }
    }
}
