//! The directory documents in the events of two real tors, captured as raw bytes.

use torctl::proto::dir::{data_block, OnionDescriptor, Router, Routers, Status, Walk};
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
    assert_eq!(router.published_us(), 2_145_916_800_000_000);
}

#[test]
fn every_relay_of_every_event() {
    let mut count = 0;
    for (capture, heads) in [(CLIENT, (14, 5)), (AUTHORITY, (19, 3))] {
        let all = messages(capture, "NEWCONSENSUS\r");
        let some = messages(capture, "NS\r");
        assert_eq!((all.len(), some.len()), heads);
        for message in all.into_iter().chain(some) {
            let block = data_block(message).expect("no line begins with a dot");
            let mut data = Vec::new();
            append_data(message, &mut data);
            let list = Routers::from_bytes(data.clone()).expect("it is small");
            let relays = data.split(|byte| *byte == b'\n');
            let relays = relays.filter(|line| line.starts_with(b"r "));
            assert_eq!(list.entries().len(), relays.count());
            assert_eq!(list.skipped_bytes(), 0);
            let mut walk = Walk::<Status>::new(block);
            for router in list.entries() {
                whole(router);
                // As it stands in the event: with CRLF.
                let other = walk.next().expect("the same relays");
                whole(other);
                assert_eq!(other.fingerprint(), router.fingerprint());
                assert_eq!(other.flags_text(), router.flags_text());
                assert_eq!(other.policy_text(), router.policy_text());
                let raw = String::from_utf8(other.raw().to_vec()).expect("it is ASCII");
                assert_eq!(raw.replace("\r\n", "\n").as_bytes(), router.raw());
                count += 1;
            }
            assert!(walk.next().is_none());
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
