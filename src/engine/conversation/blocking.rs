//! How a thread of the program waits for an operation of several steps.

use std::future::Future;
use std::os::fd::AsFd;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::Conversation;
use crate::engine::operation::Operation;
use crate::engine::park::lock;
use crate::engine::role::Terms;
use crate::error::Error;

impl Conversation {
    /// Runs the operation in this thread, which reads meanwhile if nobody else does. Fails only in a
    /// forked child.
    pub(crate) fn block_on<T>(
        self: &Arc<Self>,
        operation: &Operation,
        terms: Terms,
        work: impl Future<Output = T>,
    ) -> Result<T, Error> {
        let mut work = pin!(work);
        let mut context = Context::from_waker(Waker::noop());
        let (parker, call) = (operation.parker(), operation.call());
        loop {
            // A wake from now on is one more reason to look.
            parker.expect_wake();
            if let Poll::Ready(outcome) = work.as_mut().poll(&mut context) {
                return Ok(outcome);
            }
            self.check_here()?;
            let needs = operation.needs();
            match &needs.fd {
                Some((fd, events)) => {
                    if let Err(error) = parker.park_on(fd.as_fd(), *events, call, needs.deadline) {
                        operation.fail(Error::system("cannot wait for a descriptor", &error));
                    }
                }
                None => {
                    let is_done = &mut || parker.is_signalled() || call.is_cancelled();
                    self.wait_again_until(terms, parker, call, needs.deadline, is_done);
                }
            }
        }
    }

    /// Has what the operation asked answered, if no thread waits for it that reads.
    pub(crate) fn ensure_answers(self: &Arc<Self>, operation: &Operation) {
        if !operation.parker().has_thread() {
            self.report_unawaited(&mut lock(&self.core));
        }
    }
}
