//! What stands behind src/tables/onion.rs.

use std::ffi::CString;

use zeroize::Zeroizing;

use super::generated::*;
use super::onion_options::torctl_onion_options;
use crate::onion::published::Published;
use crate::onion::service::{self, Onion};
use crate::onion::services;

/// A service that was made or is followed. It is notified of the service's uploads until it is
/// freed; freeing it does not end the service. Freed by torctl_onion_free(), before or after the
/// controller. Several threads may use it concurrently.
pub struct torctl_onion {
    onion: Onion,
    address: CString,
    // With a NUL behind it.
    private_key: Zeroizing<Vec<u8>>,
}

impl From<Onion> for torctl_onion {
    fn from(onion: Onion) -> torctl_onion {
        let key = onion.private_key.as_ref();
        let key = key.map_or("", |key| key.as_str());
        let mut private_key = Zeroizing::new(Vec::with_capacity(key.len() + 1));
        private_key.extend_from_slice(key.as_bytes());
        private_key.push(0);
        torctl_onion {
            address: CString::new(format!("{}.onion", onion.address)).unwrap_or_default(),
            private_key,
            onion,
        }
    }
}

impl torctl_onion {
    fn published(&self) -> Result<&Published, Error> {
        let published = self.watched()?;
        published.check_here()?;
        Ok(published)
    }

    fn watched(&self) -> Result<&Published, Error> {
        self.onion.published.as_ref().ok_or_else(|| {
            let message = "the service was made without torctl_onion_options_set_watch()";
            Error::State(message.to_string())
        })
    }
}

fn free(onion: Option<Box<torctl_onion>>) {
    let Some(onion) = onion else { return };
    match onion.watched().is_ok_and(Published::is_in_use) {
        // By a thread that a forked child does not have.
        true => std::mem::forget(onion),
        false => drop(onion),
    }
}

generated!("onion");
