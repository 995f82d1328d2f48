//! Waits for what tor says later, on the private network.

mod common;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{Network, Tor};
use torctl::api::bootstrap::{wait_bootstrapped, WaitLimits};
use torctl::api::{address, circuit, conf, info, stream, switches};
use torctl::engine::call::Call;
use torctl::engine::controller::State;
use torctl::engine::event_queue::EventQueue;
use torctl::engine::queue::Capacity;
use torctl::engine::watch::Deadline;
use torctl::error::Error;
use torctl::proto::command::circuit::CircuitPurpose;
use torctl::proto::command::stream::StreamReason;
use torctl::proto::event::{Kind, KindSet, PartList};
use torctl::proto::reason::Reason;

const LONG: Option<u64> = Some(common::LONG_MS);

fn client(network: &Network) -> Arc<torctl::api::Tor> {
    common::open(&network.control_socket())
}

#[test]
fn a_tor_that_is_bootstrapped_is_told_at_once() {
    let Some(network) = common::network() else {
        return;
    };
    let mut seen = Vec::new();
    let limits = WaitLimits {
        timeout_ms: LONG,
        stall_timeout_ms: LONG,
    };
    let mut progress = |percent, _: &_| {
        seen.push(percent);
        ControlFlow::Continue(())
    };
    let client = client(network);
    client
        .wait_for(&Call::none(), async |call| {
            wait_bootstrapped(&client, limits, call, &mut progress).await
        })
        .unwrap();
    assert_eq!(seen, [100]);
}

#[test]
fn a_tor_without_a_network_is_stuck_and_says_where() {
    let Some(tor) = Tor::start("cookie") else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let mut seen = Vec::new();
    let limits = WaitLimits {
        timeout_ms: LONG,
        stall_timeout_ms: Some(50),
    };
    let mut progress = |percent, _: &_| {
        seen.push(percent);
        ControlFlow::Continue(())
    };
    let error = controller.wait_for(&Call::none(), async |call| {
        wait_bootstrapped(&controller, limits, call, &mut progress).await
    });
    let error = error.unwrap_err();
    let Error::Stuck {
        message,
        why,
        phase,
        ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(
        message,
        "tor is not bootstrapped without progress for 50 ms: it is at 0 % (Starting); its option DisableNetwork is 1, and until it is 0 tor makes no connection"
    );
    assert_eq!(
        (why, phase.as_slice()),
        (Reason::NetworkDisabled, &b"starting"[..])
    );
    assert_eq!(seen, [0]);
    let limits = WaitLimits {
        timeout_ms: Some(50),
        stall_timeout_ms: None,
    };
    let mut stop = |_, _: &_| ControlFlow::Break(());
    let error = controller.wait_for(&Call::none(), async |call| {
        wait_bootstrapped(&controller, limits, call, &mut stop).await
    });
    assert!(matches!(error, Err(Error::Cancelled)));
}

#[test]
fn progress_is_followed_from_the_beginning() {
    let Some(network) = common::network() else {
        return;
    };
    let Some(tor) = common::second_client(network) else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let mut seen = Vec::new();
    let limits = WaitLimits {
        timeout_ms: LONG,
        stall_timeout_ms: LONG,
    };
    let call = Call::none();
    let mut is_enabled = false;
    let mut progress = |percent, _: &_| {
        if !is_enabled {
            is_enabled = true;
            // Inside the callback, so that nothing is over before the wait has begun.
            controller
                .wait_for(&call, async |call| {
                    conf::set_conf(&controller, &[(b"DisableNetwork", Some(b"0"))], call).await
                })
                .unwrap();
        }
        seen.push(percent);
        ControlFlow::Continue(())
    };
    controller
        .wait_for(&call, async |call| {
            wait_bootstrapped(&controller, limits, call, &mut progress).await
        })
        .unwrap();
    assert_eq!(seen.first(), Some(&0));
    assert_eq!(seen.last(), Some(&100));
    assert!(seen.len() > 4, "{seen:?}");
    assert!(seen.is_sorted(), "{seen:?}");
}

#[test]
fn circuits_are_built_and_extended() {
    let Some(network) = common::network() else {
        return;
    };
    let controller = client(network);
    let call = Call::none();
    let relays = network.relays();
    let path = [relays[0].1, relays[3].1];
    let purpose = Some(CircuitPurpose::Controller);
    let (id, built) = controller
        .wait_for(&call, async |call| {
            circuit::build_circuit(&controller, None, &path, purpose, LONG, call).await
        })
        .unwrap();
    let hops =
        |event: &torctl::engine::event::Event| event.fields().parts().count(PartList::Relays);
    assert_eq!(built.kind(), Kind::Circ);
    assert_eq!(hops(&built), 2);

    // One that is open gets another hop under the same id.
    let more = [relays[4].0];
    let (same, built) = controller
        .wait_for(&call, async |call| {
            circuit::build_circuit(&controller, Some(id), &more, None, LONG, call).await
        })
        .unwrap();
    assert_eq!(same, id);
    assert_eq!(hops(&built), 3);

    let general = CircuitPurpose::General;
    controller
        .wait_for(&call, async |call| {
            circuit::set_circuit_purpose(&controller, id, general, call).await
        })
        .unwrap();
    controller
        .wait_for(&call, async |call| {
            circuit::close_circuit(&controller, id, false, call).await
        })
        .unwrap();
    let error = controller
        .wait_for(&call, async |call| {
            circuit::close_circuit(&controller, id, false, call).await
        })
        .unwrap_err();
    assert!(matches!(error, Error::Rejected { code: 552, .. }));

    // Where tor likes.
    let none: &[&str] = &[];
    let (id, built) = controller
        .wait_for(&call, async |call| {
            circuit::build_circuit(&controller, None, none, None, LONG, call).await
        })
        .unwrap();
    assert_eq!(hops(&built), 3);
    controller
        .wait_for(&call, async |call| {
            circuit::close_circuit(&controller, id, true, call).await
        })
        .unwrap();
}

#[test]
fn circuits_that_fail_say_why() {
    let Some(network) = common::network() else {
        return;
    };
    let controller = client(network);
    let call = Call::none();
    let relays = network.relays();
    // Nobody of this name: refused at once.
    let error = controller.wait_for(&call, async |call| {
        circuit::build_circuit(&controller, None, &["nobody"], None, LONG, call).await
    });
    assert!(matches!(error, Err(Error::Rejected { code: 552, .. })));
    // A relay does not extend to itself: begun, then failed.
    let path = [relays[3].1, relays[4].1, relays[4].1];
    let error = controller
        .wait_for(&call, async |call| {
            circuit::build_circuit(&controller, None, &path, None, LONG, call).await
        })
        .unwrap_err();
    let Error::Failed {
        message, reason, ..
    } = &error
    else {
        panic!("{error:?}");
    };
    assert!(!reason.is_empty() && message.contains(reason), "{message}");
    // No time at all: the circuit that was begun is closed.
    let path = [relays[3].1, relays[4].1];
    let error = controller.wait_for(&call, async |call| {
        circuit::build_circuit(&controller, None, &path, None, Some(1), call).await
    });
    match error {
        Err(Error::Overdue { .. } | Error::Timeout(_)) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_are_resolved_through_the_network() {
    let Some(network) = common::network() else {
        return;
    };
    let controller = client(network);
    let call = Call::none();
    let answer = controller
        .wait_for(&call, async |call| {
            address::resolve(&controller, b"some.test", false, LONG, call).await
        })
        .unwrap();
    assert_eq!(answer.fields().arg(1).bytes(), b"127.0.0.1");
    let answer = controller
        .wait_for(&call, async |call| {
            address::resolve(&controller, b"192.0.2.7", true, LONG, call).await
        })
        .unwrap();
    assert_eq!(answer.fields().arg(1).bytes(), b"host-7.test");
    let error = controller.wait_for(&call, async |call| {
        address::resolve(&controller, b"nobody.invalid", false, LONG, call).await
    });
    assert!(matches!(error, Err(Error::Failed { .. })), "{error:?}");
    assert!(matches!(
        controller.wait_for(&call, async |call| address::resolve(
            &controller,
            b"a b",
            false,
            LONG,
            call
        )
        .await),
        Err(Error::Invalid(_))
    ));
}

/// The client's stream log is its own, so the mapping is made in a tor that nobody else uses.
#[test]
fn an_answer_under_another_name_is_known_by_its_stream() {
    let Some(network) = common::network() else {
        return;
    };
    let Some(tor) = common::second_client(network) else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let call = Call::none();
    controller
        .wait_for(&call, async |call| {
            conf::set_conf(&controller, &[(b"DisableNetwork", Some(b"0"))], call).await
        })
        .unwrap();
    let limits = WaitLimits {
        timeout_ms: Some(120_000),
        stall_timeout_ms: None,
    };
    controller
        .wait_for(&call, async |call| {
            wait_bootstrapped(&controller, limits, call, &mut |_, _| {
                ControlFlow::Continue(())
            })
            .await
        })
        .unwrap();
    let pairs: [(&[u8], &[u8]); 1] = [(b"mapped.example", b"some.test")];
    controller
        .wait_for(&call, async |call| {
            address::map_address(&controller, &pairs, call).await
        })
        .unwrap();
    // Each without an end: an answer that is not taken would be waited for in vain.
    let answer = controller
        .wait_for(&call, async |call| {
            address::resolve(&controller, b"Mapped.example", false, None, call).await
        })
        .unwrap();
    assert_eq!(answer.fields().arg(0).bytes(), b"some.test");
    assert_eq!(answer.fields().arg(1).bytes(), b"127.0.0.1");
    for name in [
        "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion",
        "www.2GZYXA5IHM7NSGGFXNU52RCK2VV4RVMDLKIU3ZZUI5DU4XYCLEN53WID.onion",
    ] {
        let error = controller.wait_for(&call, async |call| {
            address::resolve(&controller, name.as_bytes(), false, None, call).await
        });
        let error = error.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("\"{name}\" could not be resolved: an onion address has no IP address")
        );
    }
    let error = controller.wait_for(&call, async |call| {
        address::resolve(&controller, b"nobody.invalid", false, None, call).await
    });
    assert_eq!(
        error.unwrap_err().to_string(),
        "\"nobody.invalid\" could not be resolved: no address was found"
    );
}

#[test]
fn addresses_are_mapped_one_by_one() {
    let Some(tor) = Tor::start("none") else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let call = Call::none();
    let pairs: [(&[u8], &[u8]); 4] = [
        (b"0.0.0.0", b"one.test"),
        (b".", b"two.test"),
        (b"three.test", b"no:good:address"),
        (b"four.test", b"five.test"),
    ];
    let results = controller
        .wait_for(&call, async |call| {
            address::map_address(&controller, &pairs, call).await
        })
        .unwrap();
    assert_eq!(results.len(), 4);
    assert!(results[0].key().bytes().starts_with(b"127."));
    assert_eq!(results[0].value().bytes(), b"one.test");
    assert!(results[1].key().bytes().ends_with(b".virtual"));
    assert_eq!(results[3].key().bytes(), b"four.test");
    let failed = results[2].error();
    assert!(failed.is_none() || matches!(failed, Some(Error::Rejected { .. })));
}

#[test]
fn each_key_fails_for_itself() {
    let Some(tor) = Tor::start("none") else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let call = Arc::new(Call::default());
    let keys = [
        "version",
        "nonsense",
        "process/pid",
        "fingerprint",
        "config-text",
    ];
    let results = controller
        .wait_for(&call, async |call| {
            info::get_info_each(&controller, &keys, call).await
        })
        .unwrap();
    assert!(results[0].value().bytes().starts_with(b"0."));
    let code = |index: usize| match results[index].error() {
        Some(Error::Rejected { code, .. }) => *code,
        _ => 0,
    };
    assert_eq!(code(1), 552);
    assert_eq!(results[2].value().bytes(), tor.pid().to_string().as_bytes());
    assert_eq!(code(3), 551);
    assert!(results[4].error().is_none());
    assert_eq!(results[1].key().bytes(), b"nonsense");
    // Far more than fits into the socket at once.
    let many = vec!["version"; 20_000];
    let results = controller
        .wait_for(&call, async |call| {
            info::get_info_each(&controller, &many, call).await
        })
        .unwrap();
    assert_eq!(results.len(), many.len());
    assert!(results.iter().all(|result| result.error().is_none()));
    call.cancel();
    let error = controller.wait_for(&call, async |call| {
        info::get_info_each(&controller, &keys, call).await
    });
    assert!(matches!(error, Err(Error::Cancelled)));
}

#[test]
fn a_wait_ends_by_its_deadline_a_cancel_or_the_end() {
    let Some(tor) = Tor::start("none") else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let kinds = KindSet::of(Kind::Signal);
    let call = Arc::new(Call::default());
    let queue = controller
        .wait_for(&call, async |call| {
            EventQueue::new(&controller, kinds, Capacity::default(), call).await
        })
        .unwrap();
    let soon = Deadline::after(Some(20));
    assert!(queue
        .next_that(&call, soon, &mut |_| true)
        .unwrap()
        .is_none());

    // What comes before the wait is not missed, and what is not wanted is passed over.
    for signal in ["SIGNAL DUMP", "SIGNAL CLEARDNSCACHE"] {
        common::ask(&controller, signal);
    }
    let mut wanted =
        |event: &torctl::engine::event::Event| event.fields().arg(0).bytes() == b"CLEARDNSCACHE";
    let event = queue.next_that(&call, Deadline::after(LONG), &mut wanted);
    assert!(event.unwrap().is_some());

    let other = Arc::clone(&call);
    let thread = std::thread::spawn(move || other.cancel());
    let error = queue.next_that(&call, Deadline::after(None), &mut |_| true);
    assert!(matches!(error, Err(Error::Cancelled)));
    thread.join().unwrap();

    let call = Call::none();
    let other = Arc::clone(&controller);
    let thread = std::thread::spawn(move || other.close());
    let error = queue.next_that(&call, Deadline::after(None), &mut |_| true);
    assert!(matches!(error, Err(Error::Closed(_))));
    thread.join().unwrap();
    assert_eq!(controller.state(), State::Closed);
    let error = controller.wait_for(&call, async |call| {
        wait_bootstrapped(&controller, WaitLimits::default(), call, &mut |_, _| {
            ControlFlow::Continue(())
        })
        .await
    });
    assert!(matches!(error, Err(Error::Closed(_))));
}

#[test]
fn streams_go_where_the_program_says() {
    let Some(network) = common::network() else {
        return;
    };
    let Some(tor) = common::second_client(network) else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let call = Call::none();
    let settings: [(&[u8], Option<&[u8]>); 2] = [
        (b"DisableNetwork", Some(b"0")),
        (b"__LeaveStreamsUnattached", Some(b"1")),
    ];
    controller
        .wait_for(&call, async |call| {
            conf::set_conf(&controller, &settings, call).await
        })
        .unwrap();
    let limits = WaitLimits {
        timeout_ms: LONG,
        stall_timeout_ms: None,
    };
    controller
        .wait_for(&call, async |call| {
            wait_bootstrapped(&controller, limits, call, &mut |_, _| {
                ControlFlow::Continue(())
            })
            .await
        })
        .unwrap();
    let relays = network.relays();
    let path = [relays[3].1, relays[4].1, relays[1].1];
    let purpose = Some(CircuitPurpose::Controller);
    let (circuit, _) = controller
        .wait_for(&call, async |call| {
            circuit::build_circuit(&controller, None, &path, purpose, LONG, call).await
        })
        .unwrap();

    let kinds = KindSet::of(Kind::Stream);
    let queue = controller
        .wait_for(&call, async |call| {
            EventQueue::new(&controller, kinds, Capacity::default(), call).await
        })
        .unwrap();
    let server = common::Greeter::start();
    let listeners = controller
        .wait_for(&call, async |call| {
            info::get_info(&controller, &["net/listeners/socks"], call).await
        })
        .unwrap();
    let listener = String::from_utf8_lossy(listeners.value(0).unwrap()).replace('"', "");
    let first = common::socks_connect(&listener, "wrong.test", server.port());
    let mut is_new = |event: &torctl::engine::event::Event| {
        event.fields().arg(1).bytes() == b"NEW"
            && event.fields().arg(3).bytes().starts_with(b"wrong.test")
    };
    let event = queue.next_that(&call, Deadline::after(LONG), &mut is_new);
    let event = event.unwrap().unwrap();
    let id = String::from_utf8_lossy(event.fields().arg(0).bytes()).parse();
    let id = id.unwrap();
    controller
        .wait_for(&call, async |call| {
            stream::redirect_stream(&controller, id, b"right.test", None, call).await
        })
        .unwrap();
    controller
        .wait_for(&call, async |call| {
            stream::attach_stream(&controller, id, Some(circuit), None, call).await
        })
        .unwrap();
    let mut succeeded = |event: &torctl::engine::event::Event| {
        let fields = event.fields();
        fields.arg(0).bytes() == id.to_string().as_bytes()
            && fields.arg(1).bytes() == b"SUCCEEDED"
            && fields.arg(2).bytes() == circuit.to_string().as_bytes()
    };
    let event = queue.next_that(&call, Deadline::after(LONG), &mut succeeded);
    assert!(event.unwrap().is_some());
    assert_eq!(first.join().unwrap(), b"hello");

    let second = common::socks_connect(&listener, "wrong.test", server.port());
    let event = queue.next_that(&call, Deadline::after(LONG), &mut is_new);
    let event = event.unwrap().unwrap();
    let id = String::from_utf8_lossy(event.fields().arg(0).bytes()).parse();
    let id: u64 = id.unwrap();
    controller
        .wait_for(&call, async |call| {
            stream::close_stream(&controller, id, StreamReason::ExitPolicy, call).await
        })
        .unwrap();
    let mut closed = |event: &torctl::engine::event::Event| {
        let fields = event.fields();
        fields.arg(0).bytes() == id.to_string().as_bytes() && fields.arg(1).bytes() == b"CLOSED"
    };
    let event = queue.next_that(&call, Deadline::after(LONG), &mut closed);
    assert!(event.unwrap().is_some());
    assert_eq!(second.join().unwrap(), b"");
}

#[test]
fn the_other_commands() {
    let Some(tor) = Tor::start("none") else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let call = Call::none();
    let kinds = KindSet::of(Kind::BuildTimeoutSet);
    let queue = controller
        .wait_for(&call, async |call| {
            EventQueue::new(&controller, kinds, Capacity::default(), call).await
        })
        .unwrap();
    for command in [
        "DROPGUARDS",
        "DROPTIMEOUTS",
        "TAKEOWNERSHIP",
        "DROPOWNERSHIP",
    ] {
        controller
            .wait_for(&call, async |call| {
                switches::plain(&controller, command, call).await
            })
            .unwrap();
    }
    let event = queue.next_that(&call, Deadline::after(LONG), &mut |_| true);
    let event = event.unwrap().unwrap();
    assert_eq!(event.fields().arg(0).bytes(), b"RESET");
    controller
        .wait_for(&call, async |call| {
            switches::use_feature(&controller, &["VERBOSE_NAMES"], call).await
        })
        .unwrap();
    let error = controller.wait_for(&call, async |call| {
        switches::use_feature(&controller, &["NONSENSE"], call).await
    });
    assert!(matches!(error, Err(Error::Rejected { code: 552, .. })));

    controller
        .wait_for(&call, async |call| {
            conf::set_conf(&controller, &[(b"ContactInfo", Some(b"a \"b\" #c"))], call).await
        })
        .unwrap();
    controller
        .wait_for(&call, async |call| {
            conf::save_conf(&controller, false, call).await
        })
        .unwrap();
    let text = controller
        .wait_for(&call, async |call| {
            info::get_info(&controller, &["config-text"], call).await
        })
        .unwrap();
    let text = text.value(0).unwrap().to_vec();
    assert!(String::from_utf8_lossy(&text).contains("ContactInfo"));
    // The whole of it again, without the contact.
    let mut lines = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if !line.starts_with(b"ContactInfo") {
            lines.extend_from_slice(line);
        }
    }
    controller
        .wait_for(&call, async |call| {
            conf::load_conf(&controller, &lines, call).await
        })
        .unwrap();
    let values = controller
        .wait_for(&call, async |call| {
            conf::get_conf(&controller, &["ContactInfo"], call).await
        })
        .unwrap();
    assert!(values.is_unset(0));
    let error = controller.wait_for(&call, async |call| {
        conf::load_conf(&controller, b"Nonsense 1\n", call).await
    });
    assert!(matches!(error, Err(Error::Rejected { code: 552, .. })));

    // The owner goes, and so does tor.
    controller
        .wait_for(&call, async |call| {
            switches::plain(&controller, "TAKEOWNERSHIP", call).await
        })
        .unwrap();
    controller.close();
    let deadline = Instant::now() + common::LONG;
    while common::is_running(tor.pid()) {
        assert!(Instant::now() < deadline, "tor has outlived its owner");
        std::thread::sleep(Duration::from_millis(20));
    }
}
