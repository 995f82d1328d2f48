//! Onion services of this connection's making: ADD_ONION, DEL_ONION, their lists.

use std::path::PathBuf;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::answer::{onion_added, OnionAdded};
use super::collision;
use super::command::service::{self, AddOnion, KeyArgument, PortTarget, ServicePort};
use super::key_file;
use super::published::{Published, ServiceOrigin};
use crate::engine::call::Call;
use crate::engine::controller::Controller;
use crate::error::{expect_ok, Error};
use crate::proto::onion_address::OnionAddress;

/// Where a new service's key comes from.
#[derive(Clone, Debug, Default)]
pub enum KeySource {
    /// tor makes one.
    #[default]
    New,
    /// The program has it, as ADD_ONION's text.
    Given(Zeroizing<Vec<u8>>),
    /// It is in this file, which is made with a new key if it is not there.
    File(PathBuf),
}

/// What a new key is asked for as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NewKey {
    /// The kind that tor thinks best.
    #[default]
    Best,
    /// That of a version 3 service.
    V3,
}

/// Whether a service has proof-of-work defences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pow {
    /// It has none.
    #[default]
    Off,
    /// If this tor can.
    IfPossible,
    /// Or else there is no service.
    Required,
}

/// A port of a service and, as text, where it leads.
pub type Port = (u16, Vec<u8>);

/// A service to be made.
#[derive(Clone, Debug, Default)]
pub struct NewOnion {
    /// Its key.
    pub key: KeySource,
    /// If tor makes the key, which.
    pub new_key: NewKey,
    /// Its ports.
    pub ports: Vec<Port>,
    /// tor does not tell a new key.
    pub discard_key: bool,
    /// The service outlives the connection.
    pub detach: bool,
    /// It hides nothing.
    pub non_anonymous: bool,
    /// How many streams a client's circuit may have.
    pub max_streams: Option<u16>,
    /// A circuit with more is closed.
    pub max_streams_close_circuit: bool,
    /// Proof-of-work defences.
    pub pow: Pow,
    /// Requests per second that they let through, and how many in one burst.
    pub pow_queue: Option<(u32, u32)>,
    /// The public keys of the only clients.
    pub clients: Vec<Vec<u8>>,
    /// What becomes of its descriptor is not followed.
    pub is_unwatched: bool,
}

impl NewOnion {
    /// Refuses a target that ADD_ONION would refuse.
    pub fn check_target(target: &[u8]) -> Result<(), Error> {
        PortTarget::parse(target)?;
        Ok(())
    }

    fn origin(&self) -> ServiceOrigin {
        match self.detach {
            true => ServiceOrigin::MadeDetached,
            false => ServiceOrigin::Made,
        }
    }

    fn command(
        &self,
        key: Option<&[u8]>,
        has_pow: bool,
    ) -> Result<crate::proto::encode::Command, Error> {
        let ports: Result<Vec<_>, _> = self
            .ports
            .iter()
            .map(|(port, target)| {
                PortTarget::parse(target).map(|target| ServicePort {
                    port: *port,
                    target,
                })
            })
            .collect();
        let clients: Vec<&[u8]> = self.clients.iter().map(Vec::as_slice).collect();
        let queue = self.pow_queue.filter(|_| has_pow);
        let add = AddOnion {
            key: match (key, self.new_key) {
                (Some(key), _) => KeyArgument::Given(key),
                (None, NewKey::Best) => KeyArgument::NewBest,
                (None, NewKey::V3) => KeyArgument::NewV3,
            },
            ports: &ports?,
            discard_key: self.discard_key,
            detach: self.detach,
            non_anonymous: self.non_anonymous,
            max_streams: self.max_streams,
            max_streams_close_circuit: self.max_streams_close_circuit,
            pow_defenses: has_pow.then_some(true),
            pow_queue_rate: queue.map(|(rate, _)| rate),
            pow_queue_burst: queue.map(|(_, burst)| burst),
            clients: &clients,
        };
        Ok(add.command()?)
    }
}

/// A service that was made or is followed.
#[derive(Debug)]
pub struct Onion {
    /// Its address.
    pub address: OnionAddress,
    /// Its key, unless tor kept it to itself.
    pub private_key: Option<Zeroizing<String>>,
    /// Whether it has proof-of-work defences, as far as is known.
    pub has_pow: bool,
    /// What becomes of its descriptor.
    pub published: Option<Published>,
}

/// Makes a service. Its address is known when this returns; that it can be reached takes longer.
pub fn add_onion(
    controller: &Arc<Controller>,
    new: &NewOnion,
    call: &Arc<Call>,
) -> Result<Onion, Error> {
    let key = match &new.key {
        KeySource::New => None,
        KeySource::Given(text) => Some(text.clone()),
        // In its file before there is a service with it: nothing can be lost.
        KeySource::File(path) => {
            let text = key_file::load_or_new(path)?.text();
            Some(Zeroizing::new(text.as_bytes().to_vec()))
        }
    };
    let key = key.as_ref().map(|key| key.as_slice());
    let wants_pow = new.pow != Pow::Off;
    let mut command = new.command(key, wants_pow)?;
    // Before the command: the first upload may be over soon.
    let published = match new.is_unwatched {
        true => None,
        false => Some(Published::begin(controller, call)?),
    };
    let ask = |command| match &published {
        Some(published) => published.request_anew(command, call),
        None => controller.request(command, call),
    };
    let mut has_pow = wants_pow;
    let mut reply = ask(command)?;
    // Older tors know the keyword as little as any other (512), and a filter may not know it (510); what
    // else may be wrong, is said again.
    if new.pow == Pow::IfPossible && matches!(reply.code(), 510 | 512) {
        has_pow = false;
        command = new.command(key, false)?;
        reply = ask(command)?;
    }
    let OnionAdded {
        address,
        private_key,
        ..
    } = onion_added(&reply)
        .map_err(|error| collision::explain(error.into(), key, controller, call))?;
    let given = || {
        let text = std::str::from_utf8(key?).ok()?;
        Some(Zeroizing::new(text.to_owned()))
    };
    Ok(Onion {
        address,
        private_key: private_key.or_else(given),
        has_pow,
        published: published.map(|published| published.of(address, new.origin())),
    })
}

/// Follows a service that is there already, from now on.
pub fn watch_onion(
    controller: &Arc<Controller>,
    address: &[u8],
    call: &Arc<Call>,
) -> Result<Onion, Error> {
    let address = OnionAddress::parse(address);
    let address = address.map_err(|error| Error::Invalid(format!("address: {error}")))?;
    let published = Published::begin(controller, call)?.of(address, ServiceOrigin::Other);
    Ok(Onion {
        address,
        private_key: None,
        has_pow: false,
        published: Some(published),
    })
}

/// Removes a service.
pub fn del_onion(
    controller: &Arc<Controller>,
    address: &[u8],
    call: &Arc<Call>,
) -> Result<(), Error> {
    expect_ok(controller.request(service::del_onion(address)?, call)?)?;
    Ok(())
}
