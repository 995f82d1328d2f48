//! Keys for onion services that ask their clients for one: ONION_CLIENT_AUTH_ADD, _REMOVE, _VIEW.

use std::sync::Arc;

use super::answer::{self, ClientAuth, ClientAuthAdded};
use super::command::client_auth;
use crate::api::outcome::{ask_each, Results};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::error::Error;

/// Gives tor the private key for a service.
pub fn add(
    controller: &Arc<Controller>,
    address: &[u8],
    key: &[u8],
    name: Option<&[u8]>,
    permanent: bool,
    call: &Arc<Call>,
) -> Result<ClientAuthAdded, Error> {
    let command = client_auth::add(address, key, name, permanent)?;
    let reply = controller.request(command, call)?;
    Ok(answer::client_auth_added(&reply)?)
}

/// Gives tor private keys, each for a service, and each with an outcome of its own: the word for what
/// it changed.
pub fn add_each(
    controller: &Arc<Controller>,
    addresses: &[&[u8]],
    keys: &[&[u8]],
    names: &[Option<&[u8]>],
    permanent: bool,
    call: &Arc<Call>,
) -> Result<Results, Error> {
    let command = |index: usize| {
        let (address, key, name) = (addresses[index], keys[index], names[index]);
        client_auth::add(address, key, name, permanent)
    };
    let read = |reply| Ok(answer::client_auth_added(&reply)?.word());
    ask_each(controller, ("address", addresses), &command, &read, call)
}

/// Takes it back; whether tor had one.
pub fn remove(
    controller: &Arc<Controller>,
    address: &[u8],
    call: &Arc<Call>,
) -> Result<bool, Error> {
    let command = client_auth::remove(address)?;
    let reply = controller.request(command, call)?;
    Ok(answer::client_auth_removed(&reply)?)
}

/// The keys that tor has, for all services or for one.
pub fn view(
    controller: &Arc<Controller>,
    address: Option<&[u8]>,
    call: &Arc<Call>,
) -> Result<Vec<ClientAuth>, Error> {
    let command = client_auth::view(address)?;
    let reply = controller.request(command, call)?;
    Ok(answer::client_auths(&reply)?)
}
