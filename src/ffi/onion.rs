//! What stands behind src/tables/onion.rs.

use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use super::generated::*;
use super::onion_options::torctl_onion_options;
use crate::onion::published::Published;
use crate::onion::service::{self, NewOnion, Onion};
use crate::onion::services;

/// A service that was made or is followed. It is notified of the service's uploads until it is
/// freed; freeing it does not end the service. With a controller that reconnects it goes on when tor
/// is started anew, and so does the service. Freed by torctl_onion_free(), before or after the
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
    pub(super) fn address(&self) -> *const c_char {
        self.address.as_ptr()
    }

    /// Drops it, unless a thread that a forked child does not have is using it.
    pub(super) fn give_back(self) {
        match self.watched().is_ok_and(|it| it.is_in_use()) {
            true => std::mem::forget(self),
            false => drop(self),
        }
    }

    pub(super) fn published(&self) -> Result<Arc<Published>, Error> {
        let published = self.watched()?;
        published.check_here()?;
        Ok(Arc::clone(published))
    }

    fn watched(&self) -> Result<&Arc<Published>, Error> {
        self.onion.published.as_ref().ok_or_else(|| {
            let message = "the service was made without torctl_onion_options_set_watch()";
            Error::State(message.to_string())
        })
    }
}

/// The results of torctl_add_onions(). Freed by torctl_onions_free(), before or after the controller.
/// One thread at a time may use it.
pub struct torctl_onions(Vec<Mutex<Made>>);

/// What became of one.
enum Made {
    Onion(Box<torctl_onion>),
    Failed(Error),
    Taken,
}

impl torctl_onions {
    fn take(&self, index: usize) -> Result<torctl_onion, Error> {
        let not_found = || Error::NotFound(format!("there is no result {index}"));
        let place = self.0.get(index).ok_or_else(not_found)?;
        let mut place = place.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *place, Made::Taken) {
            Made::Onion(onion) => Ok(*onion),
            Made::Taken => Err(Error::State("the service was taken already".to_string())),
            Made::Failed(error) => {
                *place = Made::Failed(error.clone());
                Err(error)
            }
        }
    }
}

fn new_onions(options: &[&torctl_onion_options]) -> Result<Vec<NewOnion>, Error> {
    let all = options.iter().enumerate().map(|(index, options)| {
        let new = options.new_onion();
        let new = new.map(|it| *it);
        new.map_err(|error| error.of_item("options", index))
    });
    all.collect()
}

impl From<Vec<Result<Onion, Error>>> for torctl_onions {
    fn from(made: Vec<Result<Onion, Error>>) -> torctl_onions {
        let results = made.into_iter().map(|made| {
            Mutex::new(match made {
                Ok(onion) => Made::Onion(Box::new(onion.into())),
                Err(error) => Made::Failed(error),
            })
        });
        torctl_onions(results.collect())
    }
}

fn free(onion: Option<Box<torctl_onion>>) {
    if let Some(onion) = onion {
        onion.give_back();
    }
}

generated!("onion");
