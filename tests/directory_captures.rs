//! The directory documents in the events of two real tors, captured as raw bytes.

use torctl::dir::{OnionDescriptor, Router, RouterReader, Routers, WireData};
use torctl::proto::event::append_data;

const CLIENT: &[u8] = include_bytes!("data/captures/capture-client.txt");
const AUTHORITY: &[u8] = include_bytes!("data/captures/capture-authority.txt");

/// The messages with a data block whose first line begins so.
fn messages<'a>(capture: &'a [u8], head: &str) -> Vec<&'a [u8]> {
    let mut found = Vec::new();
    for begin in memchr::memmem::find_iter(capture, format!("\r\n650+{head}").as_bytes()) {
        let rest = &capture[begin + 2..];
        let end = memchr::memmem::find(rest, b"\r\n.\r\n650 OK\r\n").expect("each block ends");
        found.push(&rest[..end + 13]);
    }
    found
}

fn whole(router: &Router) {
    assert_eq!((router.extra_count(), router.malformed_count()), (0, 0));
    assert_eq!(router.fingerprint().len(), 40);
    assert_eq!(router.digest().len(), 40);
    assert_eq!(router.address(), b"127.0.0.1");
    assert!(router.nickname().starts_with(b"test00"));
    assert!((5000..5008).contains(&router.or_port()));
    assert!(router.has_flag(b"Valid"));
    assert!(router.bandwidth_kb().is_some());
    assert_eq!(router.published_unix_us(), 2_145_916_800_000_000);
}

/// The entries of an event, read straight from its bytes.
fn read_from(message: &[u8]) -> Vec<Router> {
    let (mut reader, mut wire) = (RouterReader::new(), WireData::of(message));
    let mut routers = Vec::new();
    while reader.push_from(&mut wire) {
        while let Some(router) = reader.next() {
            whole(router);
            routers.push(router.dup());
        }
    }
    routers
}

#[test]
fn every_relay_of_every_event() {
    let mut count = 0;
    for (capture, heads) in [(CLIENT, (14, 5)), (AUTHORITY, (19, 3))] {
        let all = messages(capture, "NEWCONSENSUS\r");
        let some = messages(capture, "NS\r");
        assert_eq!((all.len(), some.len()), heads);
        for message in all.into_iter().chain(some) {
            let mut data = Vec::new();
            append_data(message, &mut data);
            let list = Routers::from_bytes(data.clone()).expect("it is small");
            let relays = data.split(|byte| *byte == b'\n');
            let relays = relays.filter(|line| line.starts_with(b"r "));
            assert_eq!(list.entries().len(), relays.count());
            assert_eq!(list.skipped_bytes(), 0);
            let others = read_from(message);
            assert_eq!(others.len(), list.entries().len());
            for (router, other) in list.entries().iter().zip(&others) {
                whole(router);
                assert_eq!(other.fingerprint(), router.fingerprint());
                assert_eq!(other.flags_text(), router.flags_text());
                assert_eq!(other.policy_summary(), router.policy_summary());
                assert_eq!(other.raw(), router.raw());
                count += 1;
            }
        }
    }
    let lines = |capture| memchr::memmem::find_iter(capture, b"\r\nr test00").count();
    assert_eq!(count, lines(CLIENT) + lines(AUTHORITY));
}

#[test]
fn every_onion_descriptor() {
    let messages = messages(CLIENT, "HS_DESC_CONTENT ");
    assert_eq!(messages.len(), 7);
    let mut found = 0;
    for message in messages {
        let mut data = Vec::new();
        append_data(message, &mut data);
        match OnionDescriptor::from_bytes(&data) {
            Some(descriptor) => {
                found += 1;
                assert_eq!(descriptor.version(), Some(3));
                assert_eq!(
                    (descriptor.extra_count(), descriptor.malformed_count()),
                    (0, 0)
                );
                assert_eq!(descriptor.certificate().map(|cert| cert.kind), Some(8));
            }
            // A fetch that failed has an empty line.
            None => assert_eq!(data, b"\n"),
        }
    }
    assert_eq!(
        found,
        memchr::memmem::find_iter(CLIENT, b"hs-descriptor 3").count()
    );
}
