//! Onion services: made, published, reached, listed and removed, on the private network.

mod common;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use common::{Greeter, Network, Tor};
use torctl::api::info;
use torctl::engine::call::Call;
use torctl::engine::event::Event;
use torctl::engine::event_queue::EventQueue;
use torctl::engine::queue::Capacity;
use torctl::engine::watch::Deadline;
use torctl::error::Error;
use torctl::onion::answer::ClientAuthAdded;
use torctl::onion::published::{PublishStatus, Published};
use torctl::onion::service::{self, KeySource, NewOnion, Pow};
use torctl::onion::{client_auth, key_file, services};
use torctl::proto::event::{Kind, KindSet};
use torctl::proto::onion_address::OnionAddress;
use zeroize::Zeroizing;

const LONG: Option<u64> = Some(common::LONG_MS);
/// Two descriptors, each to all five relays. A client that asks one of them too early does not ask it
/// again for a long time.
const ALL_UPLOADS: u64 = 10;

fn client(network: &Network) -> Arc<torctl::api::Tor> {
    common::open(&network.control_socket())
}

fn to(port: u16) -> NewOnion {
    NewOnion {
        ports: vec![(80, port.to_string().into_bytes())],
        ..NewOnion::default()
    }
}

fn is_listed(controller: &torctl::api::Tor, address: OnionAddress, detached: bool) -> bool {
    let list = controller
        .wait_for(&Call::none(), async |call| {
            services::list_onions(controller, detached, call).await
        })
        .expect("tor lists them");
    list.contains(&address.to_string().into_bytes())
}

fn wait(
    published: &Published,
    uploads: u64,
    timeout_ms: Option<u64>,
    call: &Arc<Call>,
) -> Result<(), Error> {
    let conversation = published.conversation();
    conversation.wait_for(call, async |call| {
        published.wait(uploads, timeout_ms, call).await
    })
}

fn status_of(published: &Published, call: &Arc<Call>) -> Result<PublishStatus, Error> {
    let conversation = published.conversation();
    conversation.wait_for(call, async |call| published.status(call).await)
}

#[test]
fn a_service_is_published_and_reached() {
    let Some(network) = common::network() else {
        return;
    };
    let controller = client(network);
    let call = Call::none();
    let greeter = Greeter::start();
    let made = controller
        .wait_for(&call, async |call| {
            service::add_onion(&controller, &to(greeter.port()), call).await
        })
        .unwrap();
    assert!(is_listed(&controller, made.address, false));
    let published = made.published.as_ref().unwrap();
    wait(published, ALL_UPLOADS, LONG, &call).unwrap();
    let status = status_of(published, &call).unwrap();
    assert!(status.is_current && !status.is_detached);
    assert!(status.uploads.uploaded >= ALL_UPLOADS);
    assert!(status.uploads.begun >= ALL_UPLOADS);

    let host = format!("{}.onion", made.address);
    let socks = format!("127.0.0.1:{}", network.socks_port());
    let heard = common::reach(&socks, &host, 80);
    assert_eq!(heard, b"hello");

    controller
        .wait_for(&call, async |call| {
            service::del_onion(&controller, host.as_bytes(), call).await
        })
        .unwrap();
    assert!(!is_listed(&controller, made.address, false));
    assert!(!status_of(published, &call).unwrap().is_current);
    let error = controller.wait_for(&call, async |call| {
        service::del_onion(&controller, host.as_bytes(), call).await
    });
    assert!(matches!(error, Err(Error::Rejected { code: 552, .. })));
}

/// The words and relays of the events of a service that are there.
fn uploads(queue: &EventQueue, address: OnionAddress) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    let mut take = |event: &Event| {
        let fields = event.fields();
        if fields.arg(1).bytes() == address.to_string().as_bytes() {
            let pair = (
                fields.arg(0).bytes().to_vec(),
                fields.arg(3).bytes().to_vec(),
            );
            found.push(pair);
        }
        ControlFlow::Continue(())
    };
    queue
        .drain(usize::MAX, &mut take)
        .expect("nobody else drains it");
    found
}

#[test]
fn a_service_that_is_made_again_waits_for_an_upload_of_its_own() {
    let Some(network) = common::network() else {
        return;
    };
    let controller = client(network);
    let call = Call::none();
    let kinds = KindSet::of(Kind::HsDesc);
    let queue = controller
        .wait_for(&call, async |call| {
            EventQueue::new(&controller, kinds, Capacity::default(), call).await
        })
        .unwrap();
    let first = controller
        .wait_for(&call, async |call| {
            service::add_onion(&controller, &to(1), call).await
        })
        .unwrap();
    // Uploads are under way now.
    let mut has_begun = |event: &Event| {
        let fields = event.fields();
        fields.arg(0).bytes() == b"UPLOAD"
            && fields.arg(1).bytes() == first.address.to_string().as_bytes()
    };
    let begun = queue.next_that(&call, Deadline::after(LONG), &mut has_begun);
    assert!(begun.unwrap().is_some());
    let host = first.address.to_string();
    controller
        .wait_for(&call, async |call| {
            service::del_onion(&controller, host.as_bytes(), call).await
        })
        .unwrap();
    uploads(&queue, first.address);
    let again = NewOnion {
        key: KeySource::Given(Zeroizing::new(
            first.private_key.as_ref().unwrap().as_bytes().to_vec(),
        )),
        ..to(1)
    };
    let second = controller
        .wait_for(&call, async |call| {
            service::add_onion(&controller, &again, call).await
        })
        .unwrap();
    assert_eq!(second.address, first.address);
    wait(second.published.as_ref().unwrap(), 1, LONG, &call).unwrap();
    let seen = uploads(&queue, first.address);
    let has = |word: &[u8]| seen.iter().any(|(other, _)| other == word);
    assert!(has(b"UPLOAD") && has(b"UPLOADED"), "{seen:?}");
    controller
        .wait_for(&call, async |call| {
            service::del_onion(&controller, host.as_bytes(), call).await
        })
        .unwrap();
}

#[test]
fn a_wait_that_is_too_short_tells_what_there_is() {
    let Some(tor) = Tor::start("none") else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let call = Call::none();
    let made = controller
        .wait_for(&call, async |call| {
            service::add_onion(&controller, &to(1), call).await
        })
        .unwrap();
    let published = made.published.as_ref().unwrap();
    let error = wait(published, 0, Some(10), &call).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "{}.onion was not published 1 times, but 0 of 0 within 10 ms",
            made.address
        )
    );
    let unwatched = NewOnion {
        is_unwatched: true,
        ..to(1)
    };
    let made = controller
        .wait_for(&call, async |call| {
            service::add_onion(&controller, &unwatched, call).await
        })
        .unwrap();
    assert!(made.published.is_none());
}

#[test]
fn keys_are_kept_given_or_discarded() {
    let Some(tor) = Tor::start("none") else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let call = Call::none();
    let path: PathBuf = tor.directory().join("kept key");
    let kept = NewOnion {
        key: KeySource::File(path.clone()),
        ..to(8080)
    };
    let first = controller
        .wait_for(&call, async |call| {
            service::add_onion(&controller, &kept, call).await
        })
        .unwrap();
    let key = key_file::load(&path).unwrap();
    assert_eq!(key.address(), first.address);
    assert_eq!(first.private_key.as_ref(), Some(&key.text()));
    // The same address again, once the first has gone.
    let error = controller
        .wait_for(&call, async |call| {
            service::add_onion(&controller, &kept, call).await
        })
        .unwrap_err();
    assert!(
        matches!(error, Error::Rejected { code: 550, .. }),
        "{error}"
    );
    let address = first.address.to_string();
    controller
        .wait_for(&call, async |call| {
            service::del_onion(&controller, address.as_bytes(), call).await
        })
        .unwrap();
    let second = controller
        .wait_for(&call, async |call| {
            service::add_onion(&controller, &kept, call).await
        })
        .unwrap();
    assert_eq!(second.address, first.address);
    controller
        .wait_for(&call, async |call| {
            service::del_onion(&controller, address.as_bytes(), call).await
        })
        .unwrap();

    let given = NewOnion {
        key: KeySource::Given(Zeroizing::new(key.text().as_bytes().to_vec())),
        detach: true,
        max_streams: Some(7),
        max_streams_close_circuit: true,
        ..to(8080)
    };
    let third = controller
        .wait_for(&call, async |call| {
            service::add_onion(&controller, &given, call).await
        })
        .unwrap();
    assert_eq!(third.address, first.address);
    assert!(is_listed(&controller, third.address, true));
    let status = status_of(third.published.as_ref().unwrap(), &call).unwrap();
    assert!(status.is_detached && !status.is_current);
    // Another connection may remove it.
    let other = common::open(&tor.control_socket());
    other
        .wait_for(&call, async |call| {
            service::del_onion(&other, address.as_bytes(), call).await
        })
        .unwrap();

    let discarded = NewOnion {
        discard_key: true,
        ports: vec![
            (80, Vec::new()),
            (81, b"unix:/run/x".to_vec()),
            (82, b"[::1]:82".to_vec()),
        ],
        ..NewOnion::default()
    };
    let made = controller
        .wait_for(&call, async |call| {
            service::add_onion(&controller, &discarded, call).await
        })
        .unwrap();
    assert_eq!(made.private_key, None);
    let new = controller
        .wait_for(&call, async |call| {
            service::add_onion(&controller, &to(1), call).await
        })
        .unwrap();
    assert!(new.private_key.unwrap().starts_with("ED25519-V3:"));
    let neither = NewOnion {
        key: KeySource::File(path),
        discard_key: true,
        ..to(1)
    };
    let error = controller.wait_for(&call, async |call| {
        service::add_onion(&controller, &neither, call).await
    });
    assert!(matches!(error, Err(Error::Invalid(_))));
    let nowhere = NewOnion {
        key: KeySource::File("/nowhere/at/all".into()),
        ..to(1)
    };
    let error = controller.wait_for(&call, async |call| {
        service::add_onion(&controller, &nowhere, call).await
    });
    assert!(matches!(error, Err(Error::File { .. })));
}

#[test]
fn keys_of_our_own_make_make_the_addresses_that_tor_gives() {
    let Some(tor) = Tor::start("none") else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let call = Call::none();
    for _ in 0..10 {
        let key = key_file::new_service_key().unwrap();
        let given = NewOnion {
            key: KeySource::Given(Zeroizing::new(key.text().as_bytes().to_vec())),
            is_unwatched: true,
            ..to(1)
        };
        let made = controller
            .wait_for(&call, async |call| {
                service::add_onion(&controller, &given, call).await
            })
            .unwrap();
        assert_eq!(made.address, key.address());
    }
}

#[test]
fn defences_are_granted_or_done_without() {
    let Some(tor) = Tor::start("none") else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let call = Call::none();
    let has_pow = common::has_onion_argument(&controller, " PoWDefensesEnabled=1");
    for pow in [Pow::IfPossible, Pow::Required] {
        let new = NewOnion {
            pow,
            pow_queue: Some((250, 2500)),
            ..to(1)
        };
        let made = controller.wait_for(&call, async |call| {
            service::add_onion(&controller, &new, call).await
        });
        if pow == Pow::Required && !has_pow {
            assert!(matches!(made, Err(Error::Rejected { code: 512, .. })));
            continue;
        }
        assert_eq!(made.unwrap().has_pow, has_pow);
    }
    assert!(
        !controller
            .wait_for(&call, async |call| service::add_onion(
                &controller,
                &to(1),
                call
            )
            .await)
            .unwrap()
            .has_pow
    );
    // One that tor refuses for another reason is refused without defences, too.
    let wrong = NewOnion {
        pow: Pow::IfPossible,
        non_anonymous: true,
        ..to(1)
    };
    let error = controller.wait_for(&call, async |call| {
        service::add_onion(&controller, &wrong, call).await
    });
    assert!(matches!(error, Err(Error::Rejected { code: 512, .. })));
}

#[test]
fn only_clients_with_a_key_come_in() {
    let Some(network) = common::network() else {
        return;
    };
    let controller = client(network);
    let call = Call::none();
    let greeter = Greeter::start();
    let key = key_file::new_client_key().unwrap();
    let mut invited = NewOnion {
        clients: vec![key.public_text().into_bytes()],
        ..to(greeter.port())
    };
    let argument = format!(",V3Auth ClientAuthV3={}", key.public_text());
    if !common::has_onion_argument(&controller, &argument) {
        let error = controller.wait_for(&call, async |call| {
            service::add_onion(&controller, &invited, call).await
        });
        assert!(matches!(error, Err(Error::Rejected { code: 512, .. })));
        // Everybody comes in, with a key as well.
        invited.clients.clear();
    }
    let made = controller
        .wait_for(&call, async |call| {
            service::add_onion(&controller, &invited, call).await
        })
        .unwrap();
    wait(made.published.as_ref().unwrap(), ALL_UPLOADS, LONG, &call).unwrap();
    let host = format!("{}.onion", made.address);
    let text = key.auth_private_text(&made.address);
    let private = text.rsplit(':').next().unwrap();
    let add = |name: Option<&[u8]>| {
        controller.wait_for(&call, async |call| {
            client_auth::add(
                &controller,
                host.as_bytes(),
                private.as_bytes(),
                name,
                false,
                call,
            )
            .await
        })
    };
    assert_eq!(add(None).unwrap(), ClientAuthAdded::New);
    assert_eq!(add(Some(b"bob")).unwrap(), ClientAuthAdded::Replaced);
    let all = controller
        .wait_for(&call, async |call| {
            client_auth::view(&controller, None, call).await
        })
        .unwrap();
    let ours = all
        .iter()
        .find(|auth| auth.address == made.address)
        .unwrap();
    assert!(!ours.permanent && ours.key.starts_with("x25519:"));
    let one = controller
        .wait_for(&call, async |call| {
            client_auth::view(&controller, Some(host.as_bytes()), call).await
        })
        .unwrap();
    assert_eq!(one.len(), 1);

    let socks = format!("127.0.0.1:{}", network.socks_port());
    let heard = common::reach(&socks, &host, 80);
    assert_eq!(heard, b"hello");

    assert!(controller
        .wait_for(&call, async |call| client_auth::remove(
            &controller,
            host.as_bytes(),
            call
        )
        .await)
        .unwrap());
    assert!(!controller
        .wait_for(&call, async |call| client_auth::remove(
            &controller,
            host.as_bytes(),
            call
        )
        .await)
        .unwrap());
    let error = add(Some(b"a name that is too long"));
    assert!(matches!(error, Err(Error::Invalid(_))));
    // Nothing was left behind in the answers.
    assert!(controller
        .wait_for(&call, async |call| info::get_info(
            &controller,
            &["version"],
            call
        )
        .await)
        .is_ok());
}
