//! What stands behind src/tables/onion_listener.rs.

use std::os::fd::{AsRawFd, IntoRawFd};

use super::generated::*;
use super::onion::torctl_onion;
use super::onion_options::torctl_onion_options;
use crate::onion::listener::OnionListener;
use crate::onion::published::Published;
use crate::onion::service::{NewOnion, Onion};

/// An onion service and the socket that its visitors come to. Freed by torctl_onion_listener_free(),
/// before or after the controller. Several threads may use it concurrently.
pub struct torctl_onion_listener {
    listener: OnionListener,
    onion: torctl_onion,
}

impl From<(OnionListener, Onion)> for torctl_onion_listener {
    fn from((listener, onion): (OnionListener, Onion)) -> torctl_onion_listener {
        torctl_onion_listener {
            listener,
            onion: onion.into(),
        }
    }
}

fn new_onion(options: Option<&torctl_onion_options>) -> Result<Box<NewOnion>, Error> {
    options.map_or_else(|| Ok(Box::default()), torctl_onion_options::new_onion)
}

fn published(listener: &torctl_onion_listener) -> Result<Arc<Published>, Error> {
    listener.onion.published()
}

fn accept(
    listener: &torctl_onion_listener,
    timeout_ms: Option<u64>,
    call: &Arc<Call>,
    fd: &mut Out<'_, c_int>,
) -> Result<torctl_status, Error> {
    if !fd.is_wanted() {
        return Err(null("fd"));
    }
    match listener.listener.accept(timeout_ms, call)? {
        Some(visitor) => {
            fd.put(visitor.into_raw_fd());
            Ok(TORCTL_OK)
        }
        None => Ok(TORCTL_EMPTY),
    }
}

fn free_listener(listener: Option<Box<torctl_onion_listener>>) {
    let Some(listener) = listener else { return };
    let torctl_onion_listener { listener, onion } = *listener;
    drop(listener);
    onion.give_back();
}

generated!("onion_listener");
