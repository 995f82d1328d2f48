//! Onion services of this connection's making: ADD_ONION, DEL_ONION, their lists.

use std::path::PathBuf;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::answer::{onion_added, OnionAdded};
use super::client_auth::site;
use super::collision;
use super::command::service::{self, AddOnion, KeyArgument, PortTarget, ServicePort};
use super::key_file;
use super::published::{Begun, Published, ServiceOrigin};
use crate::api::outcome::{ask_each, some_answered, Results};
use crate::engine::controller::Controller;
use crate::engine::operation::Operation;
use crate::engine::request::Request;
use crate::error::{expect_ok, Error};
use crate::proto::encode::Command;
use crate::proto::onion_address::OnionAddress;
use crate::proto::reply::Reply;
use crate::session::{Again, Part};

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
    /// The library does not keep its key for the time after a restart of tor.
    pub is_key_forgotten: bool,
}

impl NewOnion {
    /// Refuses a target that ADD_ONION would refuse.
    pub fn check_target(target: &[u8]) -> Result<(), Error> {
        PortTarget::parse(target)?;
        Ok(())
    }

    /// Refuses what no service can be made of, without a look into the key's file.
    fn check(&self) -> Result<(), Error> {
        let key = match &self.key {
            KeySource::Given(text) => Some(text.as_slice()),
            KeySource::New | KeySource::File(_) => None,
        };
        self.command(key, self.pow != Pow::Off).map(drop)
    }

    /// How the service is made again, with its key, if that is known.
    fn again(&self, key: Option<&[u8]>) -> Result<Again, Error> {
        let never = |why| {
            let is_detached = self.detach;
            Ok(Again::Never { why, is_detached })
        };
        if self.is_key_forgotten {
            return never("the program keeps its key to itself");
        }
        let Some(key) = key else {
            return never("tor kept its key to itself");
        };
        let simpler = match self.pow {
            Pow::IfPossible => Some(self.command(Some(key), false)?),
            Pow::Off | Pow::Required => None,
        };
        Ok(Again::Onion {
            command: self.command(Some(key), self.pow != Pow::Off)?,
            simpler,
            is_detached: self.detach,
        })
    }

    fn origin(&self) -> ServiceOrigin {
        match self.detach {
            true => ServiceOrigin::MadeDetached,
            false => ServiceOrigin::Made,
        }
    }

    fn command(&self, key: Option<&[u8]>, has_pow: bool) -> Result<Command, Error> {
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
    pub published: Option<Arc<Published>>,
}

/// So many services are asked for before the first answer is waited for.
const WINDOW: usize = 64;

/// A service on its way.
struct Making<'a> {
    new: &'a NewOnion,
    key: Option<Zeroizing<Vec<u8>>>,
    has_pow: bool,
    published: Option<Begun>,
    outcome: Option<Result<Reply, Error>>,
    mark: u64,
}

impl<'a> Making<'a> {
    async fn begin(
        controller: &Arc<Controller>,
        new: &'a NewOnion,
        call: &Operation,
    ) -> Making<'a> {
        let mut making = Making {
            new,
            key: None,
            has_pow: new.pow != Pow::Off,
            published: None,
            outcome: None,
            mark: controller.setup_mark(),
        };
        if let Err(error) = making.prepare(controller, call).await {
            making.outcome = Some(Err(error));
        }
        making
    }

    async fn prepare(
        &mut self,
        controller: &Arc<Controller>,
        call: &Operation,
    ) -> Result<(), Error> {
        self.key = match &self.new.key {
            KeySource::New => None,
            KeySource::Given(text) => Some(text.clone()),
            // In its file before there is a service with it: nothing can be lost.
            KeySource::File(path) => {
                let text = key_file::load_or_new(path)?.text();
                Some(Zeroizing::new(text.as_bytes().to_vec()))
            }
        };
        // Before the command: the first upload may be over soon.
        if !self.new.is_unwatched {
            self.published = Some(Published::begin(controller, call).await?);
        }
        Ok(())
    }

    fn key(&self) -> Option<&[u8]> {
        self.key.as_ref().map(|key| key.as_slice())
    }

    async fn start(
        &self,
        controller: &Arc<Controller>,
        call: &Operation,
    ) -> Result<Request, Error> {
        let command = self.new.command(self.key(), self.has_pow)?;
        match &self.published {
            Some(published) => published.start_anew(command, call).await,
            None => Request::start_for(controller, command, call).await,
        }
    }

    /// Older tors know the keyword for proof of work as little as any other (512), and a filter may
    /// not know it (510); what else may be wrong, is said again.
    fn take(&mut self, outcome: Result<Reply, Error>) {
        let code = outcome.as_ref().map_or(0, Reply::code);
        if self.has_pow && self.new.pow == Pow::IfPossible && matches!(code, 510 | 512) {
            self.has_pow = false;
        } else {
            self.outcome = Some(outcome);
        }
    }

    async fn end(self, controller: &Arc<Controller>, call: &Operation) -> Result<Onion, Error> {
        let key = self.key.as_ref().map(|key| key.as_slice());
        let missing = || Error::State("the service was not asked for".to_string());
        let reply = self.outcome.ok_or_else(missing)??;
        let OnionAdded {
            address,
            private_key,
            ..
        } = match onion_added(&reply) {
            Ok(added) => added,
            Err(error) => {
                return Err(collision::explain(error.into(), key, controller, call).await);
            }
        };
        let given = || {
            let text = std::str::from_utf8(key?).ok()?;
            Some(Zeroizing::new(text.to_owned()))
        };
        let private_key = private_key.or_else(given);
        if controller.keeps() {
            let key = private_key.as_ref().map(|key| key.as_bytes());
            let again = self.new.again(key)?;
            controller
                .keep(
                    (Part::Onion, &format!("{address}.onion")),
                    again,
                    self.mark,
                    call,
                )
                .await;
        }
        let origin = self.new.origin();
        Ok(Onion {
            address,
            private_key,
            has_pow: self.has_pow,
            published: self.published.map(|it| Arc::new(it.of(address, origin))),
        })
    }
}

/// Asks for all that have no outcome yet, together.
async fn ask(controller: &Arc<Controller>, all: &mut [Making<'_>], call: &Operation) {
    let open = all.iter_mut().filter(|it| it.outcome.is_none());
    let mut begun = Vec::new();
    for making in open {
        begun.push((making.start(controller, call).await, making));
    }
    for (request, making) in begun {
        making.take(match request {
            Ok(request) => request.answer(call).await,
            Err(error) => Err(error),
        });
    }
}

/// Makes a service. Its address is known when this returns; that it can be reached takes longer.
pub async fn add_onion(
    controller: &Arc<Controller>,
    new: &NewOnion,
    call: &Operation,
) -> Result<Onion, Error> {
    let mut one = [Making::begin(controller, new, call).await];
    // Perhaps without what this tor does not know.
    ask(controller, &mut one, call).await;
    ask(controller, &mut one, call).await;
    let [one] = one;
    one.end(controller, call).await
}

/// Makes services, each with an outcome of its own. What is wrong with the description of one is an
/// error before any is made.
pub async fn add_onions(
    controller: &Arc<Controller>,
    all: &[NewOnion],
    call: &Operation,
) -> Result<Vec<Result<Onion, Error>>, Error> {
    for (index, new) in all.iter().enumerate() {
        new.check()
            .map_err(|error| error.of_item("options", index))?;
    }
    let mut made = Vec::with_capacity(all.len());
    for window in all.chunks(WINDOW) {
        let mut making = Vec::with_capacity(window.len());
        for new in window {
            making.push(Making::begin(controller, new, call).await);
        }
        ask(controller, &mut making, call).await;
        ask(controller, &mut making, call).await;
        for making in making {
            made.push(making.end(controller, call).await);
        }
    }
    some_answered(made)
}

/// Follows a service that is there already, from now on.
pub async fn watch_onion(
    controller: &Arc<Controller>,
    address: &[u8],
    call: &Operation,
) -> Result<Onion, Error> {
    let address = OnionAddress::parse(address);
    let address = address.map_err(|error| Error::Invalid(format!("address: {error}")))?;
    let published = Published::begin(controller, call)
        .await?
        .of(address, ServiceOrigin::Other);
    Ok(Onion {
        address,
        private_key: None,
        has_pow: false,
        published: Some(Arc::new(published)),
    })
}

/// Removes services, each with an outcome of its own.
pub async fn del_onions(
    controller: &Arc<Controller>,
    addresses: &[&[u8]],
    call: &Operation,
) -> Result<Results, Error> {
    let command = |index: usize| service::del_onion(addresses[index]);
    let mark = controller.setup_mark();
    let read = |_, reply| expect_ok(reply).map(|_| "");
    let results = ask_each(controller, ("address", addresses), &command, &read, call).await?;
    for (address, result) in addresses.iter().zip(&results) {
        if is_gone(result.error()) {
            forget(controller, address, mark, call).await;
        }
    }
    Ok(results)
}

/// Removes a service.
pub async fn del_onion(
    controller: &Arc<Controller>,
    address: &[u8],
    call: &Operation,
) -> Result<(), Error> {
    let mark = controller.setup_mark();
    let reply = controller.ask(service::del_onion(address)?, call).await?;
    let outcome = expect_ok(reply);
    if is_gone(outcome.as_ref().err()) {
        forget(controller, address, mark, call).await;
    }
    outcome.map(drop)
}

/// Whether there is no such service after this. One that is not there is not to be made again either.
fn is_gone(error: Option<&Error>) -> bool {
    match error {
        None => true,
        Some(Error::Rejected { code, .. }) => *code == 552,
        Some(_) => false,
    }
}

async fn forget(controller: &Arc<Controller>, address: &[u8], mark: u64, call: &Operation) {
    let undo = || service::del_onion(address);
    let part = (Part::Onion, site(address));
    controller
        .forget((part.0, &part.1), mark, &undo, call)
        .await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::call::Call;
    use crate::engine::scripted;
    use crate::error::Cause;

    const SITE: &str = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid";

    fn new(pow: Pow) -> NewOnion {
        NewOnion {
            ports: vec![(80, Vec::new())],
            is_unwatched: true,
            pow,
            ..NewOnion::default()
        }
    }

    #[test]
    fn many_services_are_asked_for_before_the_first_answer() {
        let mut lines = 0;
        let controller = scripted::controller(move |_| {
            lines += 1;
            match lines {
                // The last of the first window brings all its answers.
                WINDOW => {
                    let one = format!("250-ServiceID={SITE}\r\n250 OK\r\n");
                    let refused = "551 Failed to add Onion Service\r\n";
                    one.repeat(WINDOW - 1) + refused
                }
                _ => String::new(),
            }
        });
        let all = vec![new(Pow::Off); WINDOW];
        let made = controller
            .wait_for(&Call::none(), async |call| {
                add_onions(&controller, &all, call).await
            })
            .unwrap();
        assert_eq!(made.len(), WINDOW);
        assert!(made[..WINDOW - 1].iter().all(Result::is_ok));
        assert!(matches!(
            made[WINDOW - 1],
            Err(Error::Rejected { code: 551, .. })
        ));
        controller.close();
        let none = controller.wait_for(&Call::none(), async |call| {
            add_onions(&controller, &all, call).await
        });
        assert!(matches!(none, Err(Error::Closed(Cause::Local))));
    }

    #[test]
    fn one_that_this_tor_does_not_know_is_asked_for_again_without_that() {
        let (send, lines) = std::sync::mpsc::channel();
        let controller = scripted::controller(move |line| {
            let is_new = line.contains("PoW");
            let _ = send.send(line.to_string());
            match is_new {
                true => "512 Unrecognized argument\r\n".to_string(),
                false => format!("250-ServiceID={SITE}\r\n250 OK\r\n"),
            }
        });
        let all = [new(Pow::IfPossible), new(Pow::Off), new(Pow::Required)];
        let made = controller
            .wait_for(&Call::none(), async |call| {
                add_onions(&controller, &all, call).await
            })
            .unwrap();
        assert!(made[0].as_ref().is_ok_and(|onion| !onion.has_pow));
        assert!(made[1].is_ok() && made[2].is_err());
        controller.close();
        let asked: Vec<String> = lines.iter().filter(|it| it.starts_with("ADD")).collect();
        let plain = "ADD_ONION NEW:BEST Port=80";
        let pow = "ADD_ONION NEW:BEST PoWDefensesEnabled=1 Port=80";
        assert_eq!(asked, [pow, plain, pow, plain]);
    }

    #[test]
    fn services_that_are_gone_hide_no_others() {
        let controller = scripted::controller(|line| match line.contains(SITE) {
            true => "250 OK\r\n".to_string(),
            false => "552 Unknown Onion Service id\r\n".to_string(),
        });
        let other = "wzy4yjthdpt7p4ugyut33qrcpazki2hfbye6nvxdhijdlzdyxjgvm5qd";
        let addresses = [other.as_bytes(), SITE.as_bytes()];
        let results = controller
            .wait_for(&Call::none(), async |call| {
                del_onions(&controller, &addresses, call).await
            })
            .unwrap();
        assert!(results[0].error().is_some() && results[1].error().is_none());
        let refused = controller.wait_for(&Call::none(), async |call| {
            del_onions(&controller, &[SITE.as_bytes(), b"a"], call).await
        });
        let message = refused.unwrap_err().to_string();
        assert!(message.starts_with("addresses[1]: "), "{message}");
        controller.close();
    }
}
