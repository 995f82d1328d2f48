//! Questions with typed answers, asked of real tors.

mod common;

use std::net::IpAddr;
use std::time::{Duration, Instant, SystemTime};

use common::Tor;
use torctl::api::exit_policy::exit_policy;
use torctl::api::{
    address, circuit, conf, endpoints, entry_guards, new_identity, process_info, signal, snapshot,
    traffic, typed_info,
};
use torctl::engine::call::Call;
use torctl::error::Error;
use torctl::proto::command::signal::Signal;
use torctl::proto::event::{Key, Kind, PartList};
use torctl::proto::info::Endpoint;

const LONG: Option<u64> = Some(common::LONG_MS);

#[test]
fn a_client_of_the_network() {
    let Some(network) = common::network() else {
        return;
    };
    let controller = common::open(&network.control_socket());
    let call = Call::none();
    for key in [
        "status/circuit-established",
        "status/enough-dir-info",
        "network-liveness",
    ] {
        assert!(
            controller
                .wait_for(&call, async |call| typed_info::flag(
                    &controller,
                    key.as_bytes(),
                    call
                )
                .await)
                .unwrap(),
            "{key}"
        );
    }
    assert!(!controller
        .wait_for(&call, async |call| typed_info::flag(
            &controller,
            b"dormant",
            call
        )
        .await)
        .unwrap());
    let phase = controller
        .wait_for(&call, async |call| {
            snapshot::events(&controller, "status/bootstrap-phase", call).await
        })
        .unwrap();
    let progress = phase[0].fields().get(Key::Progress).unwrap();
    assert_eq!(progress.bytes(), b"100");

    let relays = network.relays();
    let path = [relays[3].1, relays[4].1];
    let (id, _) = controller
        .wait_for(&call, async |call| {
            circuit::build_circuit(&controller, None, &path, None, LONG, call).await
        })
        .unwrap();
    let circuits = controller
        .wait_for(&call, async |call| {
            snapshot::events(&controller, "circuit-status", call).await
        })
        .unwrap();
    let ours = circuits
        .iter()
        .find(|event| event.fields().arg(0).bytes() == id.to_string().as_bytes())
        .unwrap();
    assert_eq!(ours.kind(), Kind::Circ);
    assert_eq!(ours.fields().parts().count(PartList::Relays), 2);
    controller
        .wait_for(&call, async |call| {
            circuit::close_circuit(&controller, id, false, call).await
        })
        .unwrap();

    let connections = controller
        .wait_for(&call, async |call| {
            snapshot::events(&controller, "orconn-status", call).await
        })
        .unwrap();
    assert!(!connections.is_empty());
    let parts = connections[0].fields().parts();
    assert!(relays
        .iter()
        .any(|relay| relay.1.as_bytes() == parts.item(PartList::Relays, 0).0.bytes()));
    controller
        .wait_for(&call, async |call| {
            snapshot::events(&controller, "stream-status", call).await
        })
        .unwrap();
    let error = controller.wait_for(&call, async |call| {
        snapshot::events(&controller, "version", call).await
    });
    assert!(matches!(error, Err(Error::Invalid(_))));

    let guards = controller
        .wait_for(&call, async |call| {
            entry_guards::guards(&controller, call).await
        })
        .unwrap();
    assert!(
        guards.iter().any(|guard| guard.state == b"up"),
        "{guards:?}"
    );
    let (read, written) = controller
        .wait_for(&call, async |call| {
            traffic::traffic(&controller, call).await
        })
        .unwrap();
    assert!(read > 0 && written > 0);
    let socks = controller
        .wait_for(&call, async |call| {
            endpoints::endpoints(&controller, "socks", call).await
        })
        .unwrap();
    let loopback: IpAddr = "127.0.0.1".parse().unwrap();
    assert_eq!(socks, [Endpoint::Tcp(loopback, network.socks_port())]);
    assert!(matches!(
        controller.wait_for(&call, async |call| exit_policy(&controller, call).await),
        Err(Error::Rejected { .. })
    ));
}

#[test]
fn a_relay_says_where_it_lets_streams_out() {
    let Some(network) = common::network() else {
        return;
    };
    let relay = common::open(network.value("RELAY1_CONTROL_SOCKET").as_ref());
    let call = Call::none();
    let policy = relay
        .wait_for(&call, async |call| exit_policy(&relay, call).await)
        .unwrap();
    assert!(policy.allows(None, 80));
    assert!(policy.allows(Some("127.0.0.1".parse().unwrap()), 80));
    assert_eq!(policy.summary(), "accept 1-65535");
    assert!(policy.rules().count() >= 1);
}

#[test]
fn places_of_every_kind() {
    let Some(tor) = Tor::with_options(
        "cookie",
        &[
            "DisableNetwork 0",
            "SocksPort [::1]:auto",
            "DNSPort 127.0.0.1:auto",
            "UseBridges 0",
        ],
    ) else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let call = Call::none();
    let socks = controller
        .wait_for(&call, async |call| {
            endpoints::endpoints(&controller, "socks", call).await
        })
        .unwrap();
    assert!(matches!(socks[..], [Endpoint::Tcp(IpAddr::V6(_), port)] if port > 0));
    let dns = controller
        .wait_for(&call, async |call| {
            endpoints::endpoints(&controller, "dns", call).await
        })
        .unwrap();
    assert!(matches!(dns[..], [Endpoint::Tcp(IpAddr::V4(_), _)]));
    let control = controller
        .wait_for(&call, async |call| {
            endpoints::endpoints(&controller, "control", call).await
        })
        .unwrap();
    let socket = tor.control_socket();
    let socket = Endpoint::Unix(socket.to_str().unwrap().into());
    assert!(control.contains(&socket), "{control:?}");
    assert_eq!(
        controller
            .wait_for(&call, async |call| endpoints::endpoints(
                &controller,
                "or",
                call
            )
            .await)
            .unwrap(),
        []
    );
    let error = controller.wait_for(&call, async |call| {
        endpoints::endpoints(&controller, "nonsense", call).await
    });
    assert!(matches!(error, Err(Error::Rejected { code: 552, .. })));
}

#[test]
fn the_process_and_its_limits() {
    let Some(tor) = Tor::with_options(
        "cookie",
        &[
            "AccountingMax 1 GBytes",
            "BandwidthRate 500 KBytes",
            "BandwidthBurst 900 KBytes",
            "MaxAdvertisedBandwidth 300 KBytes",
        ],
    ) else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let call = Call::none();
    let process = controller
        .wait_for(&call, async |call| {
            process_info::process(&controller, call).await
        })
        .unwrap();
    assert_eq!(process.pid, Some(tor.pid() as u64));
    assert!(process.descriptor_limit.is_some());
    let uptime = Duration::from_secs(process.uptime_s.unwrap());
    assert!(uptime < Duration::from_secs(3600));
    let started = Duration::from_micros(process.started_unix_us.unwrap() as u64);
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    assert!(now - started < Duration::from_secs(3600));
    assert_eq!(
        controller
            .wait_for(&call, async |call| typed_info::number(
                &controller,
                b"process/pid",
                call
            )
            .await)
            .unwrap(),
        tor.pid() as u64
    );
    let error = controller.wait_for(&call, async |call| {
        typed_info::number(&controller, b"version", call).await
    });
    assert!(matches!(error, Err(Error::Protocol(_))));
    let error = controller.wait_for(&call, async |call| {
        typed_info::flag(&controller, b"version", call).await
    });
    assert!(matches!(error, Err(Error::Protocol(_))));

    let limits = controller
        .wait_for(&call, async |call| {
            traffic::effective_rate(&controller, call).await
        })
        .unwrap();
    assert_eq!(limits, (300 << 10, 300 << 10));
    controller
        .wait_for(&call, async |call| {
            conf::reset_conf(&controller, &[(b"MaxAdvertisedBandwidth", None)], call).await
        })
        .unwrap();
    let limits = controller
        .wait_for(&call, async |call| {
            traffic::effective_rate(&controller, call).await
        })
        .unwrap();
    assert_eq!(limits, (500 << 10, 900 << 10));

    let accounting = controller
        .wait_for(&call, async |call| {
            traffic::accounting(&controller, call).await
        })
        .unwrap();
    assert!(accounting.is_enabled);
    assert_eq!(accounting.hibernating, b"awake");
    assert!(accounting.bytes_left.is_some_and(|(read, _)| read > 0));
    let (start, end) = (accounting.interval_start_us, accounting.interval_end_us);
    assert!(start.unwrap() < end.unwrap());
    controller
        .wait_for(&call, async |call| {
            conf::reset_conf(&controller, &[(b"AccountingMax", None)], call).await
        })
        .unwrap();
    assert!(
        !controller
            .wait_for(&call, async |call| traffic::accounting(&controller, call)
                .await)
            .unwrap()
            .is_enabled
    );
}

#[test]
fn options_and_mappings() {
    let Some(tor) = Tor::start("none") else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let call = Call::none();
    let settings: [(&[u8], Option<&[u8]>); 2] = [
        (b"ContactInfo", Some(b"a \"b\" #c \xc3\xa9")),
        (b"NickName", Some(b"somebody")),
    ];
    controller
        .wait_for(&call, async |call| {
            conf::set_conf(&controller, &settings, call).await
        })
        .unwrap();
    let changed = controller
        .wait_for(&call, async |call| {
            conf::changed_options(&controller, call).await
        })
        .unwrap();
    let value = |name: &str| {
        let mut found = changed.iter().filter(|(key, _)| *key == name.as_bytes());
        Some(found.next()?.1?.to_vec())
    };
    assert_eq!(value("ContactInfo").unwrap(), b"a \"b\" #c \xc3\xa9");
    assert_eq!(value("Nickname").unwrap(), b"somebody");
    assert_eq!(value("ExitNodes"), None);

    let options = controller
        .wait_for(&call, async |call| {
            conf::config_options(&controller, call).await
        })
        .unwrap();
    assert!(options.len() > 300, "{}", options.len());
    let option = |name: &str| {
        let mut options = options.iter();
        options.find(|it| it.name == name.as_bytes()).unwrap()
    };
    assert_eq!(option("AvoidDiskWrites").kind, b"Boolean");
    assert_eq!(option("AvoidDiskWrites").defaults, [b"0"]);
    assert!(option("ContactInfo").defaults.len() <= 1);

    let pairs: [(&[u8], &[u8]); 1] = [(b"one.test", b"two.test")];
    controller
        .wait_for(&call, async |call| {
            address::map_address(&controller, &pairs, call).await
        })
        .unwrap();
    let mappings = controller
        .wait_for(&call, async |call| {
            address::mappings(&controller, "control", call).await
        })
        .unwrap();
    assert_eq!(mappings.len(), 1);
    assert_eq!(
        (&mappings[0].from[..], &mappings[0].to[..]),
        (&b"one.test"[..], &b"two.test"[..])
    );
    assert_eq!(
        controller
            .wait_for(&call, async |call| address::mappings(
                &controller,
                "config",
                call
            )
            .await)
            .unwrap(),
        []
    );

    let countries = controller
        .wait_for(&call, async |call| {
            address::countries(&controller, &["8.8.8.8", "::1", "x"], call).await
        })
        .unwrap();
    assert_eq!(countries.len(), 3);
    for country in &countries {
        assert!(country.error().is_some() || country.value().bytes().len() == 2);
    }
    assert_eq!(countries[1].key().bytes(), b"::1");
    assert_eq!(
        controller
            .wait_for(&call, async |call| traffic::bandwidth_history(
                &controller,
                call
            )
            .await)
            .unwrap(),
        []
    );
}

#[test]
fn a_new_identity_is_waited_for() {
    let Some(tor) = Tor::with_options("none", &["SocksPort auto"]) else {
        return;
    };
    let controller = common::open(&tor.control_socket());
    let call = Call::none();
    assert_eq!(new_identity::newnym_wait(&controller), Duration::ZERO);
    let begin = Instant::now();
    controller
        .wait_for(&call, async |call| {
            new_identity::new_identity(&controller, LONG, call).await
        })
        .unwrap();
    let wait = new_identity::newnym_wait(&controller);
    assert!(!wait.is_zero() && wait <= Duration::from_secs(10));
    controller
        .wait_for(&call, async |call| {
            new_identity::new_identity(&controller, LONG, call).await
        })
        .unwrap();
    // tor counts in whole seconds.
    assert!(begin.elapsed() > Duration::from_secs(8));
    controller
        .wait_for(&call, async |call| {
            signal::signal(&controller, Signal::NewNym, call).await
        })
        .unwrap();
    let error = controller.wait_for(&call, async |call| {
        new_identity::new_identity(&controller, Some(2_000), call).await
    });
    assert!(matches!(error, Err(Error::Overdue { .. })), "{error:?}");
}
