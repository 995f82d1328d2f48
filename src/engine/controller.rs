//! A controller: a conversation with one tor, how it connects, and who listens.

use std::io::ErrorKind;
use std::ops::Deref;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::Instant;

use once_cell::sync::OnceCell;

use super::call::Call;
use super::connect;
use super::conversation::Conversation;
use super::dispatch::{Callback, FailureCallback, Listeners};
use super::operation::Operation;
use super::queue::Counts;
use super::reactor::Reactor;
use super::settings::Settings;
use super::trace;
use crate::error::Error;
use crate::proto::event::KindSet;
use crate::session::check_name;

pub use super::conversation::State;
pub(crate) use super::conversation::Undo;

/// See the module's comment.
#[derive(Debug)]
pub struct Controller {
    conversation: Arc<Conversation>,
    settings: Settings,
    /// None before the first is added.
    listeners: OnceCell<Arc<Listeners>>,
}

impl Controller {
    /// One that is not connected.
    pub fn new(settings: Settings) -> Arc<Controller> {
        let returner = connect::returner(&settings);
        let conversation = Conversation::new(settings.limits, settings.timeout, returner);
        conversation.set_watched(settings.watched());
        if settings.is_thread_free {
            conversation.home().set_thread_free();
        }
        Arc::new(Controller {
            conversation,
            settings,
            listeners: OnceCell::new(),
        })
    }

    /// Connects and authenticates. Blocks until that is done or has failed, the timeout of the call
    /// or else the connect timeout has passed, the call is cancelled, or the controller is closed.
    /// After a failure it can be called again.
    pub fn connect(&self, call: &Arc<Call>) -> Result<(), Error> {
        let conversation = &self.conversation;
        conversation.wait_for(call, async |call| self.connect_for(call).await)
    }

    /// The same for an operation.
    pub(crate) async fn connect_for(&self, call: &Operation) -> Result<(), Error> {
        connect::connect(&self.conversation, &self.settings, call).await
    }

    /// Begins to connect, and goes on trying until the controller is ready or closed. Does not block.
    pub fn start(&self) -> Result<(), Error> {
        if !self.settings.reconnects {
            let message = "starting needs options with which the controller reconnects";
            return Err(Error::Invalid(message.to_string()));
        }
        self.conversation.start()
    }

    /// Sees to all that can be seen to now, and calls the listeners: for a controller that starts no
    /// thread. Does not block.
    pub fn run_round(&self) -> Result<(), Error> {
        self.check_here()?;
        let reactor = self.own_reactor()?;
        if self.is_in_trace() {
            return Err(trace::refused());
        }
        reactor.clear_alarm();
        match self.listeners.get() {
            Some(listeners) => listeners.process(&self.conversation, || reactor.run_round())?,
            None => reactor.run_round(),
        }
        Ok(())
    }

    /// Readable when [`Controller::run_round`] has something to do, timers aside.
    pub fn fd(&self) -> Option<BorrowedFd<'_>> {
        match self.is_here() {
            true => self.own_reactor().ok()?.shown_fd(),
            false => None,
        }
    }

    /// When [`Controller::run_round`] is to be called at the latest; none if only the descriptor
    /// says.
    pub fn next_timer(&self) -> Option<Instant> {
        match self.is_here() {
            true => self.own_reactor().ok()?.next_timer(),
            false => None,
        }
    }

    fn own_reactor(&self) -> Result<&Arc<Reactor>, Error> {
        let home = self.conversation.home();
        if !home.is_thread_free() {
            let message = "the controller has threads: its options do not say that it starts none";
            return Err(Error::State(message.to_string()));
        }
        home.own()
            .ok_or_else(|| Error::system("no descriptor", &ErrorKind::OutOfMemory.into()))
    }

    /// The number of a listener that is to be added.
    pub fn new_listener(&self) -> Result<u64, Error> {
        self.start_listeners()?.new_number(&self.conversation)
    }

    /// Adds a listener with a new number. It is dropped if that fails.
    pub async fn add_listener(
        &self,
        id: u64,
        kinds: KindSet,
        callback: Callback,
        call: &Operation,
    ) -> Result<(), Error> {
        let listeners = self.start_listeners()?;
        listeners
            .add(&self.conversation, id, kinds, callback, call)
            .await
    }

    /// Has a listener also get the events with this name, of a kind that this version may not know.
    pub async fn add_listener_name(
        &self,
        id: u64,
        name: &[u8],
        call: &Operation,
    ) -> Result<(), Error> {
        self.check_here()?;
        check_name(name)?;
        let listeners = self.listeners_with(id)?;
        listeners.add_name(&self.conversation, id, name, call).await
    }

    /// Removes a listener. From outside a callback, it is not running any more when this is over;
    /// from inside, the present callback is the last. Only a call that is cancelled does not wait
    /// for the callback.
    pub async fn remove_listener(&self, id: u64, call: &Operation) -> Result<(), Error> {
        let listeners = self.listeners_with(id)?;
        listeners.remove(&self.conversation, id, call).await
    }

    /// Sets what is called when a listener fails, in place of what was. Waits as for the removal of
    /// a listener.
    pub async fn set_failure_callback(
        &self,
        callback: Option<FailureCallback>,
        call: &Operation,
    ) -> Result<(), Error> {
        let listeners = self.start_listeners()?;
        listeners
            .set_failure_callback(&self.conversation, callback, call)
            .await
    }

    /// The figures of the listeners' queue, and how many callbacks failed.
    pub fn listener_counts(&self) -> (Counts, u64) {
        let listeners = self.listeners.get();
        listeners.map_or_else(Default::default, |listeners| listeners.counts())
    }

    /// Waits until no callback runs or will run, unless called from a callback. After a close.
    pub fn join_listeners(&self) {
        if let Some(listeners) = self.listeners.get() {
            listeners.join(&self.conversation);
        }
    }

    fn start_listeners(&self) -> Result<&Arc<Listeners>, Error> {
        let capacity = self.settings.listener_capacity;
        self.listeners
            .get_or_try_init(|| Listeners::start(&self.conversation, capacity))
    }

    fn listeners_with(&self, id: u64) -> Result<&Arc<Listeners>, Error> {
        let not_found = || Error::NotFound(format!("there is no listener {id}"));
        self.listeners.get().ok_or_else(not_found)
    }
}

/// Whatever can be asked of the conversation can be asked of its controller.
impl Deref for Controller {
    type Target = Arc<Conversation>;

    fn deref(&self) -> &Arc<Conversation> {
        &self.conversation
    }
}

#[cfg(test)]
mod tests;
