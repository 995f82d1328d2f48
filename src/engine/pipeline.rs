//! Many requests at once: all on their way before the first answer is waited for.

use std::sync::Arc;
use std::time::Instant;

use super::call::Call;
use super::controller::{Controller, State};
use super::error::Error;
use super::park::{lock, Parker};
use super::pending::Slot;
use crate::proto::encode::Command;
use crate::proto::reply::Reply;

impl Controller {
    /// Asks tor all of these, one behind the other with nothing in between, and waits for all the
    /// answers. Each has its own outcome, in the order of the commands.
    pub fn request_many(
        self: &Arc<Self>,
        commands: Vec<Command>,
        call: &Call,
    ) -> Result<Vec<Result<Reply, Error>>, Error> {
        let parker: Arc<Parker> = Arc::default();
        let slots: Vec<Arc<Slot>> = commands
            .iter()
            .map(|_| Slot::with_parker(&parker))
            .collect();
        let timeout = self.timeout(call);
        let deadline = Instant::now().checked_add(timeout);
        let watch = call.watch(&parker);
        if call.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let requests = commands.into_iter().zip(&slots);
        self.send(requests, &|state| state == State::Ready)?;
        // Answers come in order: what is before `complete` needs no second look.
        let mut complete = 0;
        let is_done = &mut || {
            complete += slots[complete..]
                .iter()
                .take_while(|slot| slot.is_complete())
                .count();
            complete == slots.len() || call.is_cancelled()
        };
        self.wait_until(&parker, deadline, is_done);
        drop(watch);
        if complete < slots.len() {
            let mut core = lock(&self.core);
            for slot in &slots[complete..] {
                core.pending.abandon(slot);
            }
        }
        let outcomes = slots.iter().map(|slot| match slot.take() {
            Some(outcome) => outcome,
            None if call.is_cancelled() => Err(Error::Cancelled),
            None => Err(Error::Timeout(timeout.as_millis() as u64)),
        });
        Ok(outcomes.collect())
    }
}
