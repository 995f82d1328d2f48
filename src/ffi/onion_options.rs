//! What stands behind src/tables/onion_options.rs.

use zeroize::Zeroizing;

use super::generated::*;
use super::options::not_empty;
use crate::onion::key_text::{parse_service_key, parse_x25519};
use crate::onion::service::{KeySource, NewKey, NewOnion, Pow};

/// What an onion service is to be. Everything but a port has a default. Serves for any number of
/// services; any thread may use it.
///
/// A setter that refuses a value leaves the old one, and the options remember it:
/// torctl_add_onion() then fails, with the status and the message of the first setter that did. A
/// later valid value for the same setter clears that failure. A port or a client that was refused
/// stays missing, whatever is added later: torctl_onion_options_clear_failure() clears that
/// failure.
#[derive(Default)]
pub struct torctl_onion_options(OptionsCell<NewOnion>);

impl HasOptions for torctl_onion_options {
    type Value = NewOnion;

    fn cell(&self) -> &OptionsCell<NewOnion> {
        &self.0
    }
}

impl torctl_onion_options {
    /// A copy, to make a service from: the options are not locked while tor is asked.
    pub(super) fn new_onion(&self) -> Result<Box<NewOnion>, Error> {
        Ok(Box::new(self.0.whole()?.clone()))
    }
}

fn given_key(key: Option<&[u8]>) -> Result<KeySource, Error> {
    match key {
        None => Ok(KeySource::New),
        Some(key) if parse_service_key(key).is_none() => {
            let message = "key is not that of an onion service: ED25519-V3: and base64";
            Err(Error::Invalid(message.to_string()))
        }
        Some(key) => Ok(KeySource::Given(Zeroizing::new(key.to_vec()))),
    }
}

generated!("onion_options");
