//! Keys for onion services that ask their clients for one: ONION_CLIENT_AUTH_ADD, _REMOVE, _VIEW.

use std::sync::Arc;

use super::answer::{self, ClientAuth, ClientAuthAdded};
use super::command::client_auth;
use crate::api::outcome::{ask_each, Results};
use crate::engine::controller::{Controller, Undo};
use crate::engine::operation::Operation;
use crate::error::Error;
use crate::session::{Again, Part};

/// Gives tor the private key for a service.
pub async fn add(
    controller: &Arc<Controller>,
    address: &[u8],
    key: &[u8],
    name: Option<&[u8]>,
    permanent: bool,
    call: &Operation,
) -> Result<ClientAuthAdded, Error> {
    let command = client_auth::add(address, key, name, permanent)?;
    let mark = controller.setup_mark();
    let reply = controller.ask(command, call).await?;
    let added = answer::client_auth_added(&reply)?;
    let again = || client_auth::add(address, key, name, permanent);
    keep(controller, address, permanent, &again, mark, call).await;
    Ok(added)
}

/// Keeps how the key is given again. One that tor keeps itself takes the place of one that is kept here.
async fn keep(
    controller: &Arc<Controller>,
    address: &[u8],
    is_permanent: bool,
    again: Undo<'_>,
    mark: u64,
    call: &Operation,
) {
    let site = site(address);
    if is_permanent {
        controller
            .forget((Part::ClientAuth, &site), mark, again, call)
            .await;
    } else if let Some(Ok(command)) = controller.keeps().then(again) {
        controller
            .keep((Part::ClientAuth, &site), Again::By(command), mark, call)
            .await;
    }
}

/// An address with its end, which a program may leave out.
pub(super) fn site(address: &[u8]) -> String {
    let address = String::from_utf8_lossy(address).to_ascii_lowercase();
    format!("{}.onion", address.trim_end_matches(".onion"))
}

/// Gives tor private keys, each for a service, and each with an outcome of its own: the word for what
/// it changed.
pub async fn add_each(
    controller: &Arc<Controller>,
    addresses: &[&[u8]],
    keys: &[&[u8]],
    names: &[Option<&[u8]>],
    permanent: bool,
    call: &Operation,
) -> Result<Results, Error> {
    let command = |index: usize| {
        let (address, key, name) = (addresses[index], keys[index], names[index]);
        client_auth::add(address, key, name, permanent)
    };
    let mark = controller.setup_mark();
    let read = |_, reply| Ok(answer::client_auth_added(&reply)?.word());
    let results = ask_each(controller, ("address", addresses), &command, &read, call).await?;
    for (index, result) in results.iter().enumerate() {
        if result.error().is_none() {
            let again = || command(index);
            keep(controller, addresses[index], permanent, &again, mark, call).await;
        }
    }
    Ok(results)
}

/// Takes it back; whether tor had one.
pub async fn remove(
    controller: &Arc<Controller>,
    address: &[u8],
    call: &Operation,
) -> Result<bool, Error> {
    let command = client_auth::remove(address)?;
    let mark = controller.setup_mark();
    let reply = controller.ask(command, call).await?;
    let removed = answer::client_auth_removed(&reply)?;
    let undo = || client_auth::remove(address);
    controller
        .forget((Part::ClientAuth, &site(address)), mark, &undo, call)
        .await;
    Ok(removed)
}

/// The keys that tor has, for all services or for one.
pub async fn view(
    controller: &Arc<Controller>,
    address: Option<&[u8]>,
    call: &Operation,
) -> Result<Vec<ClientAuth>, Error> {
    let command = client_auth::view(address)?;
    let reply = controller.ask(command, call).await?;
    Ok(answer::client_auths(&reply)?)
}
