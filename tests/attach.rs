//! Streams that the program attaches, in the private network.
//!
//! ctest: network timeout=120

mod common;

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use torctl::api::attach::{overdue, remove_attacher, set_attacher, Answer, Attacher, OPTION};
use torctl::api::bootstrap::{wait_bootstrapped, WaitLimits};
use torctl::api::circuit::build_circuit;
use torctl::api::conf::{get_conf, set_conf};
use torctl::api::info::get_info;
use torctl::api::Tor;
use torctl::engine::call::Call;
use torctl::engine::event::Event;
use torctl::error::Error;
use torctl::proto::event::number;

/// Waits until the listeners have heard more than this.
fn wait_heard(controller: &Tor, before: u64) {
    let end = Instant::now() + common::LONG;
    while controller.listener_counts().0.delivered <= before {
        assert!(Instant::now() < end, "no stream came");
        std::thread::yield_now();
    }
}

fn option(controller: &Tor) -> Vec<u8> {
    let values = controller
        .wait_for(&Call::none(), async |call| {
            get_conf(controller, &[OPTION], call).await
        })
        .expect("tor answers");
    values.value(0).unwrap_or_default().to_vec()
}

/// Sets an attacher; its number.
fn set(tor: &Tor, attacher: Attacher, timeout: Duration) -> u64 {
    let number = tor.new_listener().expect("it is not closed");
    let set = tor.wait_for(&Call::none(), async |call| {
        set_attacher(tor, number, attacher, timeout, status_of, call).await
    });
    set.expect("tor agrees");
    number
}

fn status_of(_: Error) -> i32 {
    -1
}

#[test]
fn streams_go_where_the_attacher_says() {
    let Some(network) = common::network() else {
        return;
    };
    // A client that no other test uses.
    let Some(client) = common::second_client(network) else {
        return;
    };
    let (tor, other) = (
        common::open(&client.control_socket()),
        common::open(&client.control_socket()),
    );
    let call = Call::none();
    tor.wait_for(&call, async |call| {
        set_conf(&tor, &[(b"DisableNetwork", Some(b"0"))], call).await
    })
    .unwrap();
    let limits = WaitLimits {
        timeout_ms: Some(common::LONG_MS),
        stall_timeout_ms: None,
    };
    let mut quiet = |_: i32, _: &_| ControlFlow::Continue(());
    tor.wait_for(&call, async |call| {
        wait_bootstrapped(&tor, limits, call, &mut quiet).await
    })
    .unwrap();
    let listeners = tor
        .wait_for(&call, async |call| {
            get_info(&tor, &["net/listeners/socks"], call).await
        })
        .unwrap();
    let socks = String::from_utf8_lossy(listeners.value(0).unwrap()).replace('"', "");
    let server = common::Greeter::start();
    let exchange =
        || -> JoinHandle<Vec<u8>> { common::socks_connect(&socks, "attach.test", server.port()) };

    let relays = network.relays();
    let path = [relays[3].1, relays[1].1, relays[4].1];
    let built = tor.wait_for(&call, async |call| {
        build_circuit(&tor, None, &path, None, Some(common::LONG_MS), call).await
    });
    let (circuit, _) = built.unwrap();

    // To a circuit of named relays.
    let asked = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&asked);
    let attacher = Box::new(move |event: &Event| {
        count.fetch_add(1, Ordering::SeqCst);
        assert!(number::unsigned(event.fields().arg(0).bytes()).is_some());
        Answer::Circuit(circuit)
    });
    set(&tor, attacher, common::LONG);
    assert_eq!(option(&other), b"1");
    assert_eq!(exchange().join().unwrap(), b"hello");
    assert_eq!(asked.load(Ordering::SeqCst), 1);

    // Closed.
    let attacher = Box::new(|_: &Event| Answer::Close);
    set(&tor, attacher, common::LONG);
    assert_eq!(exchange().join().unwrap(), b"");

    // Nobody decides: after the deadline tor does.
    let attacher = Box::new(|_: &Event| Answer::Later);
    let timeout = Duration::from_millis(300);
    set(&tor, attacher, timeout);
    let began = Instant::now();
    assert_eq!(exchange().join().unwrap(), b"hello");
    assert!(began.elapsed() >= timeout);
    assert_eq!(overdue(&tor), Some(1));

    // A circuit that is gone: tor decides, and the failure counts.
    let before = tor.listener_counts().1;
    let attacher = Box::new(|_: &Event| Answer::Circuit(4_000_000));
    set(&tor, attacher, common::LONG);
    assert_eq!(exchange().join().unwrap(), b"hello");
    assert_eq!(tor.listener_counts().1, before + 1);

    // Removed while a stream waits, and although nobody waits for tor's answer.
    let attacher = Box::new(|_: &Event| Answer::Later);
    let id = set(&tor, attacher, common::LONG);
    let delivered = tor.listener_counts().0.delivered;
    let waiting = exchange();
    wait_heard(&tor, delivered);
    let cancelled = Arc::<Call>::default();
    cancelled.cancel();
    let removed = tor.wait_for(&cancelled, async |call| remove_attacher(&tor, call).await);
    assert!(matches!(removed, Err(Error::Cancelled)), "{removed:?}");
    assert_eq!(waiting.join().unwrap(), b"hello");
    assert_eq!(option(&tor), b"0");
    assert!(matches!(
        tor.wait_for(&call, async |call| tor.remove_listener(id, call).await),
        Err(Error::NotFound(_))
    ));

    // Closed while one waits.
    let attacher = Box::new(|_: &Event| Answer::Later);
    set(&tor, attacher, common::LONG);
    assert_eq!(option(&other), b"1");
    let delivered = tor.listener_counts().0.delivered;
    let waiting = exchange();
    wait_heard(&tor, delivered);
    tor.close();
    assert_eq!(waiting.join().unwrap(), b"hello");
    assert_eq!(option(&other), b"0");
}
