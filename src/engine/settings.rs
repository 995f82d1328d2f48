//! What a program can choose for a controller before it connects.

use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use zeroize::Zeroizing;

use super::backoff::Policy;
use super::conversation::Watched;
use super::link::Address;
use super::queue::Capacity;
use super::replay::Replay;
use super::starter::Starter;
use super::trace::{Recorder, Trace, TraceFunction};
use super::Origin;
use crate::error::Error;
use crate::proto::auth::Method;
use crate::proto::decoder::Limits;
use crate::proto::recording::Recording;

/// Where tor is.
#[derive(Clone, Debug, Default)]
pub enum Target {
    /// Look in the usual places.
    #[default]
    Find,
    /// Connect to this address.
    Address(Address),
    /// Connect to an address that tor writes into this file.
    PortFile(PathBuf),
    /// Use this descriptor, which is connected already. The first connect takes it.
    Descriptor {
        /// The descriptor, until it is taken.
        fd: Arc<Mutex<Option<OwnedFd>>>,
        /// Whether tor regards it as authenticated, as with an owning controller's descriptor.
        is_authenticated: bool,
        /// A forked child does not take it: its parent may.
        origin: Origin,
    },
    /// Play this recording in place of a tor.
    Replay(Arc<Recording>),
    /// Start one.
    Launched(Arc<dyn Starter>),
}

/// See the module's comment.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where tor is.
    pub target: Target,
    /// For connecting and authenticating together.
    pub connect_timeout: Duration,
    /// For a request, unless the call says otherwise.
    pub timeout: Duration,
    /// The one method to authenticate with; none means automatic.
    pub auth: Option<Method>,
    /// For the password method.
    pub password: Option<Zeroizing<Vec<u8>>>,
    /// In place of the path that tor names.
    pub cookie_file: Option<PathBuf>,
    /// For replies and events from the wire.
    pub limits: Limits,
    /// Of the listeners' queue.
    pub listener_capacity: Capacity,
    /// Is shown each line.
    pub trace: Option<TraceFunction>,
    /// Where a recording is made.
    pub record_file: Option<PathBuf>,
    /// The recording that is being made.
    pub recorder: Option<Arc<Recorder>>,
    /// Whether the controller makes a new connection when one is lost.
    pub reconnects: bool,
    /// How long it waits before that.
    pub backoff: Policy,
    /// Whether the controller starts no thread.
    pub is_thread_free: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            target: Target::Find,
            connect_timeout: Duration::from_secs(30),
            timeout: Duration::from_secs(30),
            auth: None,
            password: None,
            cookie_file: None,
            limits: Limits::default(),
            listener_capacity: Capacity::default(),
            trace: None,
            record_file: None,
            recorder: None,
            reconnects: false,
            backoff: Policy::default(),
            is_thread_free: false,
        }
    }
}

impl Settings {
    /// Makes the file of the recording, if there is to be one: for one controller.
    pub fn begin_record(&mut self) -> Result<(), Error> {
        if let Some(path) = &self.record_file {
            self.recorder = Some(Arc::new(Recorder::create(path)?));
        }
        Ok(())
    }

    /// Who watches the controller from outside.
    pub(super) fn watched(&self) -> Watched {
        Watched {
            trace: Trace::new(self.trace.clone(), self.recorder.clone()),
            replay: match &self.target {
                Target::Replay(recording) => Some(Replay::new(Arc::clone(recording))),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests;
