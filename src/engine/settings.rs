//! What a program can choose for a controller before it connects.

use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use zeroize::Zeroizing;

use super::link::Address;
use super::queue::Capacity;
use super::Origin;
use crate::proto::auth::Method;
use crate::proto::decoder::Limits;

/// Where tor is.
#[derive(Clone, Debug, Default)]
pub enum Target {
    /// Look in the usual places.
    #[default]
    Find,
    /// Connect to this address.
    Address(Address),
    /// Use this descriptor, which is connected already. The first connect takes it.
    Descriptor {
        /// The descriptor, until it is taken.
        fd: Arc<Mutex<Option<OwnedFd>>>,
        /// Whether tor regards it as authenticated, as with an owning controller's descriptor.
        is_authenticated: bool,
        /// A forked child does not take it: its parent may.
        origin: Origin,
    },
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
        }
    }
}

#[cfg(test)]
mod tests;
