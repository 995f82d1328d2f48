//! Descriptors given to tor and fetched by it, and the services of its configuration.

mod common;

use common::Tor;
use torctl::api::descriptor::post_descriptor;
use torctl::api::info;
use torctl::engine::call::Call;
use torctl::engine::event::Event;
use torctl::engine::event_queue::EventQueue;
use torctl::engine::queue::Capacity;
use torctl::engine::watch::Deadline;
use torctl::error::Error;
use torctl::onion::configured::{self, Service};
use torctl::onion::fetch::{fetch_onion, hs_fetch, hs_post};
use torctl::onion::{key_file, service};
use torctl::proto::command::descriptor::DescriptorPurpose;
use torctl::proto::event::{Kind, KindSet};

const LONG: Option<u64> = Some(common::LONG_MS);
const ANYBODY: &[&str] = &[];

#[test]
fn a_descriptor_is_fetched_and_every_relay_heard() {
    let Some(network) = common::network() else {
        return;
    };
    let controller = common::open(&network.control_socket());
    let call = Call::none();
    let new = service::NewOnion {
        ports: vec![(80, b"1".to_vec())],
        ..service::NewOnion::default()
    };
    let made = controller
        .wait_for(&call, async |call| {
            service::add_onion(&controller, &new, call).await
        })
        .unwrap();
    let published = made.published.as_ref().unwrap();
    // All five relays are responsible for both of its descriptors.
    let conversation = published.conversation();
    let wait = async |call: &_| published.wait(10, LONG, call).await;
    conversation.wait_for(&call, wait).unwrap();
    let address = format!("{}.onion", made.address);
    let fetch = controller
        .wait_for(&call, async |call| {
            fetch_onion(&controller, address.as_bytes(), ANYBODY, LONG, call).await
        })
        .unwrap();
    let text = fetch.descriptor.unwrap();
    assert!(text.starts_with(b"hs-descriptor 3\n"), "{text:?}");
    assert!(fetch.attempts.iter().all(|it| it.failure.is_none()));
    assert!(!fetch.attempts.is_empty());

    let relays: Vec<&str> = network.relays().iter().map(|(_, fp)| *fp).collect();
    let fetch = controller
        .wait_for(&call, async |call| {
            fetch_onion(&controller, address.as_bytes(), &relays, LONG, call).await
        })
        .unwrap();
    assert!(fetch.descriptor.is_some());
    assert_eq!(fetch.attempts.len(), relays.len(), "{:?}", fetch.attempts);

    // The same descriptor again, by hand. The relay has one as new and refuses it.
    let key = format!("hs/service/desc/id/{}", made.address);
    let text = controller
        .wait_for(&call, async |call| {
            info::get_info(&controller, &[key], call).await
        })
        .unwrap();
    let followed = controller
        .wait_for(&call, async |call| {
            service::watch_onion(&controller, address.as_bytes(), call).await
        })
        .unwrap();
    let kinds = KindSet::of(Kind::HsDesc);
    let queue = controller
        .wait_for(&call, async |call| {
            EventQueue::new(&controller, kinds, Capacity::default(), call).await
        })
        .unwrap();
    let text = text.value(0).unwrap();
    controller
        .wait_for(&call, async |call| {
            hs_post(&controller, address.as_bytes(), &relays[..1], text, call).await
        })
        .unwrap();
    let mut is_failure = |event: &Event| {
        let fields = event.fields();
        fields.arg(0).bytes() == b"FAILED"
            && fields.arg(1).bytes() == made.address.to_string().as_bytes()
    };
    let event = queue.next_that(&call, Deadline::after(LONG), &mut is_failure);
    assert!(event.unwrap().is_some());
    let published = followed.published.as_ref().unwrap();
    let status = async |call: &_| published.status(call).await;
    let status = controller.wait_for(&call, status).unwrap();
    assert_eq!(status.uploads.failed, 1);
    assert_eq!(status.uploads.last_failure, "UPLOAD_REJECTED");
    assert!(status.uploads.last_failure_relay.contains(relays[0]));
    let error = controller.wait_for(&call, async |call| {
        hs_post(&controller, address.as_bytes(), ANYBODY, b"junk\n", call).await
    });
    assert!(matches!(error, Err(Error::Rejected { code: 554, .. })));
}

#[test]
fn a_service_that_is_nowhere_is_looked_for_everywhere() {
    let Some(network) = common::network() else {
        return;
    };
    let controller = common::open(&network.control_socket());
    let call = Call::none();
    let nowhere = key_file::new_service_key().unwrap().address().to_string();
    let fetch = controller
        .wait_for(&call, async |call| {
            fetch_onion(&controller, nowhere.as_bytes(), ANYBODY, LONG, call).await
        })
        .unwrap();
    assert_eq!(fetch.descriptor, None);
    assert_eq!(fetch.attempts.len(), 5, "{:?}", fetch.attempts);
    for attempt in &fetch.attempts {
        assert!(attempt.relay.starts_with(b"$"));
        assert_eq!(attempt.failure.as_deref(), Some(&b"NOT_FOUND"[..]));
    }
    let one = [network.relays()[1].1];
    controller
        .wait_for(&call, async |call| {
            hs_fetch(&controller, nowhere.as_bytes(), &one, call).await
        })
        .unwrap();
    let error = controller.wait_for(&call, async |call| {
        hs_fetch(&controller, b"nonsense", ANYBODY, call).await
    });
    assert!(matches!(error, Err(Error::Invalid(_))));
}

#[test]
fn relays_descriptors_are_given_to_tor() {
    let Some(network) = common::network() else {
        return;
    };
    let authority = common::open(network.value("AUTH1_CONTROL_SOCKET").as_ref());
    let call = Call::none();
    let key = format!("desc/id/{}", network.relays()[3].1);
    let values = authority
        .wait_for(&call, async |call| {
            info::get_info(&authority, &[key], call).await
        })
        .unwrap();
    let text = values.value(0).unwrap();
    assert!(text.starts_with(b"router "));
    let client = common::open(&network.control_socket());
    let purpose = Some(DescriptorPurpose::Controller);
    let given = client.wait_for(&call, async |call| {
        post_descriptor(&client, text, purpose, Some(false), call).await
    });
    // A client that uses microdescriptors may have no place for it.
    assert!(
        matches!(given, Ok(()) | Err(Error::Rejected { code: 251, .. })),
        "{given:?}"
    );
    let error = client.wait_for(&call, async |call| {
        post_descriptor(&client, b"router nonsense\n", None, None, call).await
    });
    assert!(matches!(error, Err(Error::Rejected { code: 554, .. })));
    let error = client.wait_for(&call, async |call| {
        post_descriptor(&client, b"", None, None, call).await
    });
    assert!(matches!(error, Err(Error::Invalid(_))));
}

#[test]
fn services_of_the_configuration_keep_what_is_not_changed() {
    let Some(tor) = Tor::start("none") else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let call = Call::none();
    assert_eq!(
        controller
            .wait_for(&call, async |call| configured::get_services(
                &controller,
                call
            )
            .await)
            .unwrap(),
        []
    );
    let service = |name: &str, options: &[(&str, &str)]| Service {
        directory: tor.directory().join(name).to_str().unwrap().into(),
        options: options
            .iter()
            .map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()))
            .collect(),
    };
    let all = [
        service(
            "one",
            &[
                ("HiddenServicePort", "80 127.0.0.1:8080"),
                ("HiddenServicePort", "81 unix:\"/a b\""),
                ("HiddenServiceMaxStreams", "5"),
            ],
        ),
        service("two #2", &[("HiddenServicePort", "90")]),
    ];
    controller
        .wait_for(&call, async |call| {
            configured::set_services(&controller, &all, call).await
        })
        .unwrap();
    let mut read = controller
        .wait_for(&call, async |call| {
            configured::get_services(&controller, call).await
        })
        .unwrap();
    assert_eq!(read, all);
    read[0].set(b"HiddenServiceMaxStreams", Some(b"6"));
    read[1].add(b"HiddenServicePort", b"91");
    controller
        .wait_for(&call, async |call| {
            configured::set_services(&controller, &read, call).await
        })
        .unwrap();
    assert_eq!(
        controller
            .wait_for(&call, async |call| configured::get_services(
                &controller,
                call
            )
            .await)
            .unwrap(),
        read
    );
    let address = configured::address(&tor.directory().join("one")).unwrap();
    let key = std::fs::read(tor.directory().join("one/hs_ed25519_secret_key")).unwrap();
    let key = torctl::onion::key::ServiceKey::parse(&key).unwrap();
    assert_eq!(key.address(), address);

    // All or nothing.
    let mut wrong = read.clone();
    wrong[1].set(b"HiddenServicePort", None);
    let error = controller.wait_for(&call, async |call| {
        configured::set_services(&controller, &wrong, call).await
    });
    assert!(matches!(error, Err(Error::Rejected { .. })), "{error:?}");
    assert_eq!(
        controller
            .wait_for(&call, async |call| configured::get_services(
                &controller,
                call
            )
            .await)
            .unwrap(),
        read
    );
    controller
        .wait_for(&call, async |call| {
            configured::set_services(&controller, &[], call).await
        })
        .unwrap();
    assert_eq!(
        controller
            .wait_for(&call, async |call| configured::get_services(
                &controller,
                call
            )
            .await)
            .unwrap(),
        []
    );
    let error = configured::address(&tor.directory().join("nowhere"));
    assert!(matches!(error, Err(Error::File { .. })));
}
