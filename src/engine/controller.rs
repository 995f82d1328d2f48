//! A controller: a conversation with one tor, how it connects, and who listens.

use std::ops::Deref;
use std::sync::Arc;

use once_cell::sync::OnceCell;

use super::call::Call;
use super::connect;
use super::conversation::Conversation;
use super::dispatch::{Callback, FailureCallback, Listeners};
use super::operation::Operation;
use super::queue::Counts;
use super::settings::Settings;
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

    /// Adds a listener; its number, which `announce` is called with before the first event is. The
    /// listener is dropped if that fails.
    pub fn add_listener(
        &self,
        kinds: KindSet,
        callback: Callback,
        announce: &mut dyn FnMut(u64),
        call: &Arc<Call>,
    ) -> Result<u64, Error> {
        let listeners = self.start_listeners()?;
        listeners.add(&self.conversation, kinds, callback, announce, call)
    }

    /// Has a listener also get the events with this name, of a kind that this version may not know.
    pub fn add_listener_name(&self, id: u64, name: &[u8], call: &Arc<Call>) -> Result<(), Error> {
        self.check_here()?;
        check_name(name)?;
        self.listeners_with(id)?
            .add_name(&self.conversation, id, name, call)
    }

    /// Removes a listener. From outside a callback, it is not running any more when this returns;
    /// from inside, the present callback is the last. Only a call that is cancelled does not wait
    /// for the callback.
    pub fn remove_listener(&self, id: u64, call: &Arc<Call>) -> Result<(), Error> {
        self.listeners_with(id)?
            .remove(&self.conversation, id, call)
    }

    /// Sets what is called when a listener fails, in place of what was. Waits as for the removal of
    /// a listener.
    pub fn set_failure_callback(
        &self,
        callback: Option<FailureCallback>,
        call: &Arc<Call>,
    ) -> Result<(), Error> {
        let listeners = self.start_listeners()?;
        listeners.set_failure_callback(&self.conversation, callback, call)
    }

    /// The figures of the listeners' queue, and how many callbacks failed.
    pub fn listener_counts(&self) -> (Counts, u64) {
        let listeners = self.listeners.get();
        listeners.map_or_else(Default::default, |listeners| listeners.counts())
    }

    /// Waits until no callback runs or will run, unless called from a callback. After a close.
    pub fn join_listeners(&self) {
        if let Some(listeners) = self.listeners.get() {
            listeners.join();
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
