//! A tor as the program sees it: the conversation with it, and what topics keep beside that.

use std::ops::Deref;
use std::sync::Arc;

use super::attach::{Pins, Watched};
use super::health::Tracker;
use super::launch::{self, Launched};
use super::new_identity::NewIdentities;
use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::engine::process::Process;
use crate::engine::settings::Settings;
use crate::engine::watch::Deadline;
use crate::error::Error;
use crate::proto::event::Text;

/// See the module's comment. Whatever wants a controller takes it too. The state of topics is here
/// and not in the controller, so that routing and closing know of none of them: a topic that has to
/// know of events or of the end is a subscriber.
#[derive(Debug)]
pub struct Tor {
    controller: Arc<Controller>,
    pub(super) watched: Watched,
    pub(super) pins: Pins,
    pub(super) new_identities: NewIdentities,
    pub(super) health: Arc<Tracker>,
    /// None if the library did not start it.
    pub(super) launched: Option<Arc<Launched>>,
}

impl Tor {
    /// One that is not connected.
    pub fn new(settings: Settings) -> Arc<Tor> {
        Arc::new(Tor::of(Controller::new(settings)))
    }

    pub(super) fn of(controller: Arc<Controller>) -> Tor {
        let health = Tracker::new(&controller);
        Tor {
            controller,
            health,
            watched: Watched::default(),
            pins: Pins::default(),
            new_identities: NewIdentities::default(),
            launched: None,
        }
    }

    /// One that is not connected, whose process is started when it connects.
    pub(super) fn launched(launched: Arc<Launched>) -> Result<Arc<Tor>, Error> {
        let mut tor = Tor::of(Controller::new(launched.settings()?));
        tor.add_subscriber(&launched)?;
        tor.launched = Some(launched);
        Ok(Arc::new(tor))
    }

    /// The process that runs, or ran last, if the library started it.
    pub fn process(&self) -> Option<Arc<Process>> {
        self.launched.as_ref()?.process()
    }

    /// Where that keeps its data.
    pub fn process_directory(&self) -> Option<Text<'_>> {
        self.launched.as_ref()?.directory()
    }

    pub(super) fn controller(&self) -> &Arc<Controller> {
        &self.controller
    }

    /// Connects and authenticates, to a tor that is started for it if it is to be.
    pub async fn connect_for(self: &Arc<Self>, call: &Operation) -> Result<(), Error> {
        match &self.launched {
            Some(launched) => launch::connect(self, launched, call).await,
            None => self.controller.connect_for(call).await,
        }
    }

    /// Waits until the controller is ready.
    pub(crate) async fn wait_ready(
        &self,
        timeout_ms: Option<u64>,
        call: &Operation,
    ) -> Result<(), Error> {
        self.check_here()?;
        let deadline = Deadline::after(timeout_ms);
        match self.until_ready(call, deadline.at()).await? {
            true => Ok(()),
            false => Err(deadline.error("the controller was not ready")),
        }
    }

    /// Closes the controller, and waits until no code of the program is called any more and nothing
    /// is left that was started for it. Inside a callback it does not wait for that.
    pub fn close_and_wait(&self) {
        self.close();
        self.join_listeners();
        if let Some(launched) = &self.launched {
            launched.join(self);
        }
        self.end_trace();
    }
}

impl Deref for Tor {
    type Target = Arc<Controller>;

    fn deref(&self) -> &Arc<Controller> {
        &self.controller
    }
}
