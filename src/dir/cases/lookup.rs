//! Finding an entry, or a part of one, takes few steps.

use super::*;

#[test]
fn parts_by_index_take_few_steps() {
    let text = |count: usize, first: &str, line: &str| format!("{first}\n{}", line.repeat(count));
    grows_evenly("family", |count| {
        let words = " $AAAAAA".repeat(count);
        let text = format!(
            "router a 1.2.3.4 1 0 0\nodd\nreject *:1\nfamily{words}\nor-address 1.2.3.4:5\n"
        );
        let server = Descriptors::from_bytes(text.into_bytes()).unwrap();
        let server = &server.entries()[0];
        steps(|| {
            let mut index = 0;
            while index < server.part_count(SpanKind::Family) {
                assert!(server
                    .part_tail(SpanKind::Family, index)
                    .starts_with(b"$AAAAAA\0"));
                index += 1;
            }
            assert_eq!(index, count);
        })
    });
    grows_evenly("rules", |count| {
        let text = text(
            count,
            "router a 1.2.3.4 1 0 0\nfamily a",
            "reject *:25\nodd\n",
        );
        let server = Descriptors::from_bytes(text.into_bytes()).unwrap();
        let server = &server.entries()[0];
        steps(|| {
            for index in 0..server.part_count(SpanKind::Rule) {
                assert!(server
                    .part_tail(SpanKind::Rule, index)
                    .starts_with(b"reject *:25\0"));
                assert!(server.extra_tail(index).starts_with(b"odd\0"));
                assert!(!server.extra_is_malformed(index));
            }
        })
    });
    grows_evenly("addresses and digests of a vote", |count| {
        let line = "m 1 sha256=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\na 1.2.3.4:7\n";
        let mut relay = Router::new();
        relay.read(text(count, "r a b c", line).as_bytes());
        steps(|| {
            for index in 0..relay
                .part_count(SpanKind::Address)
                .min(relay.part_count(SpanKind::MethodDigest))
            {
                assert_eq!(relay.part_port(SpanKind::Address, index), 7);
                assert!(relay
                    .part_tail(SpanKind::Methods, index)
                    .starts_with(b"1\0"));
                assert!(relay
                    .part_tail(SpanKind::MethodDigest, index)
                    .starts_with(b"aaa"));
            }
        })
    });
}

#[test]
fn looking_entries_up_takes_few_steps() {
    // Neither in the order of their names nor of their identities.
    let id = |index: usize| (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    grows_evenly("routers", |count| {
        let mut text = String::new();
        for index in 0..count {
            let digest = data_encoding::BASE64_NOPAD
                .encode(&[&id(index).to_be_bytes()[..], &[7; 12]].concat());
            text += &format!(
                "r N{:x} {digest} 2024-05-06 07:08:09 192.0.2.1 1 2\n",
                id(index) >> 8
            );
        }
        let list = Routers::from_bytes(text.into_bytes()).unwrap();
        steps(|| {
            for index in 0..count {
                let fingerprint = format!("{:016X}{}", id(index), "07".repeat(12));
                let found = list.find_fingerprint(fingerprint.as_bytes()).unwrap();
                let nickname = format!("n{:x}", id(index) >> 8);
                let named = list.find_nickname(nickname.as_bytes()).unwrap();
                assert!(std::ptr::eq(named, found) && std::ptr::eq(found, &list.entries()[index]));
            }
            assert!(list.find_fingerprint(&[b'0'; 40]).is_none());
        })
    });
    grows_evenly("descriptors", |count| {
        let mut text = String::new();
        for index in 0..count {
            text += &format!(
                "router N{:x} 1.2.3.4 1 0 0\nfingerprint {:040X}\n",
                id(index) >> 8,
                id(index)
            );
        }
        let list = Descriptors::from_bytes(text.into_bytes()).unwrap();
        steps(|| {
            for index in 0..count {
                let found = list
                    .find_fingerprint(format!("{:040x}", id(index)).as_bytes())
                    .unwrap();
                let named = list
                    .find_nickname(format!("n{:X}", id(index) >> 8).as_bytes())
                    .unwrap();
                assert!(std::ptr::eq(named, found) && std::ptr::eq(found, &list.entries()[index]));
            }
        })
    });
    grows_evenly("microdescriptors", |count| {
        let text: String = (0..count)
            .map(|index| format!("onion-key\nfamily {index}\n"))
            .collect();
        let list = Microdescriptors::from_bytes(text.into_bytes()).unwrap();
        steps(|| {
            for entry in list.entries() {
                assert!(std::ptr::eq(
                    list.find_digest(entry.digest()).unwrap(),
                    entry
                ));
            }
            assert!(list.find_digest(&[b'0'; 43]).is_none() && list.find_digest(b"").is_none());
        })
    });
}

#[test]
fn of_the_same_name_the_first_is_found() {
    let ids = ["C", "B", "A", "B", "C", "A"];
    let text: String = ids
        .iter()
        .enumerate()
        .map(|(at, id)| {
            format!(
                "router n{id} 192.0.2.{at} 1 0 0\nfingerprint {}\n",
                id.repeat(40)
            )
        })
        .collect();
    let list = Descriptors::from_bytes(text.into_bytes()).unwrap();
    for (id, first) in [("C", 0), ("B", 1), ("A", 2)] {
        let address = format!("192.0.2.{first}");
        let found = list.find_fingerprint(id.repeat(40).as_bytes()).unwrap();
        assert_eq!(found.address(), address.as_bytes());
        let found = list.find_nickname(format!("N{id}").as_bytes()).unwrap();
        assert_eq!(found.address(), address.as_bytes());
    }
    assert!(list.find_nickname(b"").is_none() && list.find_nickname(b"n").is_none());
}

#[test]
fn two_threads_may_be_the_first_to_look_something_up() {
    let list = Microdescriptors::from_bytes(data!("microdescriptors.txt").to_vec()).unwrap();
    let digest = list.entries()[3].digest().to_vec();
    let list = Microdescriptors::from_bytes(data!("microdescriptors.txt").to_vec()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                assert!(std::ptr::eq(
                    list.find_digest(&digest).unwrap(),
                    &list.entries()[3]
                ))
            });
        }
    });
}
