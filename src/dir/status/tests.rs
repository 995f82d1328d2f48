use super::super::flags::flag_bit;
use super::super::sample::relays;
use super::super::{Reader, Router, Routers, Walk};
use super::*;

fn only(text: &[u8]) -> Router {
    let mut router = Router::new();
    assert_eq!(router.read(text), text.len());
    router
}

const FULL: &[u8] = b"r test004r UVvL/PJEKtWVOMODeb5KQQGJ4zc u3MYknlWyF9crSR4170LetiSfPQ \
2024-05-06 07:08:09 192.0.2.7 5004 80 more
a [2001:db8::7]:5005
a 192.0.2.8:5006
s Exit Fast  MiddleOnly NoEdConsensus Odd Running Valid
v Tor 0.4.9.11
pr Cons=1-2 Desc=1-4 Link=3-5
w Bandwidth=55 Measured=77 Unmeasured=1 GuardFraction=99 New=word
p accept 80,443
m Lxe8rZFjh0ccgJAwyHNr7qNYCu2sNvgxdaqRtLmC1hk
id ed25519 d2AnWR8fijUo4lcembY4xddWmPVZUxFzxK+MyyRiUIc
future wfu=1
";

#[test]
fn every_field() {
    let router = only(FULL);
    assert_eq!(router.nickname(), b"test004r");
    assert_eq!(
        router.fingerprint(),
        b"515BCBFCF2442AD59538C38379BE4A410189E337"
    );
    assert_eq!(router.digest(), b"BB7318927956C85F5CAD2478D7BD0B7AD8927CF4");
    assert_eq!(router.published_unix_us(), 1_714_979_289_000_000);
    assert_eq!(router.address(), b"192.0.2.7");
    assert_eq!((router.or_port(), router.dir_port()), (5004, 80));
    assert_eq!(
        router.or_addresses().collect::<Vec<_>>(),
        [(&b"2001:db8::7"[..], 5005), (b"192.0.2.8", 5006)]
    );
    let known = 1 << 2 | 1 << 3 | 1 << 6 | 1 << 8 | 1 << 9 | 1 << 15;
    assert_eq!(router.flags(), known | FLAG_UNKNOWN);
    assert!(router.has_flag(b"Odd") && router.has_flag(b"Exit"));
    assert!(!router.has_flag(b"Guard") && !router.has_flag(b"Od"));
    assert_eq!(
        router.flags_text(),
        b"Exit Fast  MiddleOnly NoEdConsensus Odd Running Valid"
    );
    assert_eq!(router.version(), b"Tor 0.4.9.11");
    assert_eq!(router.protocols(), b"Cons=1-2 Desc=1-4 Link=3-5");
    assert_eq!(router.bandwidth_kb(), Some(55));
    assert_eq!(router.measured_kb(), Some(77));
    assert_eq!(router.guard_fraction(), Some(99));
    assert!(router.is_unmeasured());
    assert!(router.allows_port(443) && !router.allows_port(22));
    assert_eq!(
        router.microdesc_digest(),
        b"Lxe8rZFjh0ccgJAwyHNr7qNYCu2sNvgxdaqRtLmC1hk"
    );
    assert_eq!(
        router.ed25519(),
        b"d2AnWR8fijUo4lcembY4xddWmPVZUxFzxK+MyyRiUIc"
    );
    assert_eq!(
        router.extras().collect::<Vec<_>>(),
        [(&b"future wfu=1"[..], false)]
    );
    assert_eq!(router.malformed_count(), 0);
    assert_eq!(router.raw(), FULL);
}

#[test]
fn strings_end_where_c_looks() {
    let router = only(FULL);
    for (text, expected) in [
        (router.version_c(), &b"Tor 0.4.9.11\0"[..]),
        (router.policy_summary_c(), b"accept 80,443\0"),
        (
            router.ed25519_c(),
            b"d2AnWR8fijUo4lcembY4xddWmPVZUxFzxK+MyyRiUIc\0",
        ),
        (
            Some(router.part_tail(SpanKind::Address, 0)),
            b"2001:db8::7\0",
        ),
        (Some(router.part_tail(SpanKind::Address, 1)), b"192.0.2.8\0"),
        (Some(router.part_tail(SpanKind::Address, 2)), b"\0"),
        (Some(router.extra_tail(0)), b"future wfu=1\0"),
    ] {
        let text = text.unwrap();
        assert!(text.starts_with(expected), "{}", text.escape_ascii());
    }
    assert_eq!(Router::new().version_c(), None);
}

#[test]
fn both_flavours_of_a_consensus() {
    let micro = include_bytes!("../../../tests/data/dir/consensus-microdesc.txt");
    let list = Routers::from_bytes(micro.to_vec()).unwrap();
    assert_eq!(list.entries().len(), 5);
    for router in list.entries() {
        assert_eq!(router.fingerprint().len(), 40);
        assert_eq!(router.digest(), b"");
        assert_eq!(router.microdesc_digest().len(), 43);
        assert_eq!(router.version(), b"Tor 0.4.9.11");
        assert_eq!(router.bandwidth_kb(), Some(0));
        assert!(router.is_unmeasured() && router.has_flag(b"Running"));
        assert_eq!((router.extra_count(), router.malformed_count()), (0, 0));
    }
    let full = include_bytes!("../../../tests/data/dir/consensus.txt");
    let full = Routers::from_bytes(full.to_vec()).unwrap();
    let ns = include_bytes!("../../../tests/data/dir/ns-all.txt");
    let ns = Routers::from_bytes(ns.to_vec()).unwrap();
    assert_eq!((full.entries().len(), ns.entries().len()), (5, 5));
    for (full, ns) in full.entries().iter().zip(ns.entries()) {
        assert_eq!(full.fingerprint(), ns.fingerprint());
        // A tor that uses microdescriptors puts the beginning of theirs into `r` lines.
        let micro = list.find_fingerprint(ns.fingerprint()).unwrap();
        let microdesc = data_encoding::BASE64_NOPAD
            .decode(micro.microdesc_digest())
            .unwrap();
        assert_eq!(ns.digest(), text::hex(&microdesc[..20]).as_bytes());
        assert_ne!(full.digest(), ns.digest());
        assert_eq!(ns.policy_summary(), b"reject 6881-6999");
        assert_eq!((ns.extra_count(), ns.malformed_count()), (0, 0));
    }
    assert_eq!(ns.find_nickname(b"RELAY1").unwrap().or_port(), 16444);
    let auth3 = b"$bfab10bbcf78461683133c3ff9c4927d32bd941a~auth3";
    assert_eq!(ns.find_fingerprint(auth3).unwrap().nickname(), b"auth3");
    assert!(ns.find_fingerprint(&[b'0'; 40]).is_none());
    assert!(ns.find_nickname(b"").is_none());
}

#[test]
fn a_bad_line_costs_nothing_but_itself() {
    let text =
        b"r a b c\ns Exit\nw Bandwidth=x\nw Bandwidth=7\na nowhere\np 80\np accept 80\nv 1\nv 2\n";
    let router = only(text);
    assert_eq!(router.nickname(), b"");
    assert_eq!(router.fingerprint(), b"");
    assert!(router.has_flag(b"Exit") && router.allows_port(80));
    assert_eq!(router.bandwidth_kb(), Some(7));
    assert_eq!(router.version(), b"1");
    assert_eq!(
        router.extras().collect::<Vec<_>>(),
        [
            (&b"r a b c"[..], true),
            (b"w Bandwidth=x", true),
            (b"a nowhere", true),
            (b"p 80", true),
            (b"v 2", false)
        ]
    );
    assert_eq!(router.malformed_count(), 4);
    assert_eq!(router.raw(), text);
    // The identity is there, the rest is not what it should be.
    for bad in [
        "r a UVvL/PJEKtWVOMODeb5KQQGJ4zc u3MYknlWyF9crSR4170LetiSfPQ 2024-05-06 07:08:09 x 1 2",
        "r a UVvL/PJEKtWVOMODeb5KQQGJ4zc u3MYknlWyF9crSR4170LetiSfPQ 2024-05-06 07:08:09 1.2.3.4 1",
        "r a UVvL/PJEKtWVOMODeb5KQQGJ4zc 2024-05-06 07:08 1.2.3.4 1 2",
        "r a UVvL/PJEKtWVOMODeb5KQQGJ4zc 2024-05-06 07:08:09 1.2.3.4 65536 2",
        "r a UVvL/PJEKtWVOMODeb5KQQGJ4zc 2024-05-06 07:08:09 1.2.3.4 1 2x",
        "r a UVvL/PJEKtWVOMODeb5KQQGJ4zc 2024-05-06 07:08:09 1.2.3.4 1\n 2",
        "r a UVvL/PJEKtWVOMODeb5KQQGJ4zc 2024-05-06\n07:08:09 1.2.3.4 1 2",
        "r aaaaaaaaaaaaaaaaaaaa UVvL/PJEKtWVOMODeb5KQQGJ4zc 2024-05-06 07:08:09 1.2.3.4 1 2",
    ] {
        let router = only(bad.as_bytes());
        assert_eq!(router.malformed_count(), 1, "{bad}");
        assert_eq!(
            router.fingerprint(),
            b"515BCBFCF2442AD59538C38379BE4A410189E337"
        );
        assert_eq!(
            (router.nickname(), router.or_port()),
            (&b""[..], 0),
            "{bad}"
        );
    }
}

#[test]
fn no_line_is_read_beyond_its_end() {
    let size = FULL.iter().position(|byte| *byte == b'\n').unwrap();
    let lines = [
        &FULL[..size],
        b"a [2001:db8::7]:5005",
        b"s Exit Fast Guard",
        b"w Bandwidth=55",
        b"w Bandwidth=55 Measured=1",
        b"p accept 80,443",
    ];
    for line in lines {
        for at in 2..line.len() {
            if line[at + 1..].starts_with(b"r ") {
                continue; // Another entry.
            }
            let mut text = b"r x\n".to_vec();
            if line.starts_with(b"r ") {
                text.clear();
            }
            text.extend_from_slice(&line[..at]);
            text.push(b'\n');
            let alone = only(&text);
            text.extend_from_slice(&line[at + 1..]);
            text.extend_from_slice(b"\nz 12345678 12345678 12345678 12345678 12345678 12345678\n");
            let cut = only(&text);
            let what = |router: &Router| {
                let addresses = router.or_addresses();
                let addresses = addresses.map(|(host, port)| (host.to_vec(), port));
                let texts = [router.nickname(), router.address(), router.flags_text()];
                let digests = [router.fingerprint(), router.digest()];
                let ports = (router.or_port(), router.dir_port());
                let weights = (router.bandwidth_kb(), router.measured_kb());
                (
                    addresses.collect::<Vec<_>>(),
                    texts.map(<[u8]>::to_vec),
                    digests.map(<[u8]>::to_vec),
                    ports,
                    weights,
                    router.flags(),
                    router.policy_summary().to_vec(),
                )
            };
            assert_eq!(what(&cut), what(&alone), "{}", text.escape_ascii());
            assert_eq!(cut.raw(), text);
        }
    }
}

#[test]
fn line_ends_and_nuls_are_kept() {
    let crlf = String::from_utf8(FULL.to_vec())
        .unwrap()
        .replace('\n', "\r\n");
    let router = only(crlf.as_bytes());
    assert_eq!(router.raw(), crlf.as_bytes());
    assert_eq!(router.version(), b"Tor 0.4.9.11");
    assert_eq!(router.policy_summary(), b"accept 80,443");
    assert_eq!((router.extra_count(), router.malformed_count()), (1, 0));
    let text = b"r x\0y\nv a\0b\n\n\nz\0z";
    let router = only(text);
    assert_eq!(router.raw(), text);
    assert_eq!(router.version(), b"a");
    let copy = router.dup();
    drop(router);
    assert_eq!((copy.raw(), copy.version()), (&text[..], &b"a"[..]));
}

#[test]
fn a_network_as_large_as_the_public_one() {
    let (text, expected) = relays(8000);
    let mut seen = 0;
    let compare = |router: &Router, seen: &mut usize| {
        let relay = &expected[*seen];
        *seen += 1;
        assert_eq!(router.nickname(), relay.nickname.as_bytes());
        assert_eq!(router.fingerprint(), relay.fingerprint.as_bytes());
        assert_eq!(router.digest(), relay.digest.as_bytes());
        assert_eq!(router.address(), relay.address.as_bytes());
        assert_eq!(
            (router.or_port(), router.dir_port()),
            (relay.or_port, relay.dir_port)
        );
        assert_eq!(router.published_unix_us(), 2_145_916_800_000_000);
        let v6 = relay
            .or_address
            .as_ref()
            .map(|(ip, port)| (ip.as_bytes(), *port));
        assert_eq!(router.or_addresses().next(), v6);
        assert_eq!(router.flags_text(), relay.flags.as_bytes());
        let flags = relay.flags.split(' ').map(|word| flag_bit(word.as_bytes()));
        assert_eq!(router.flags(), flags.fold(0, |all, bit| all | bit));
        assert_eq!(router.bandwidth_kb(), Some(relay.bandwidth));
        assert_eq!(router.policy_summary(), relay.policy.as_bytes());
        assert_eq!((router.extra_count(), router.malformed_count()), (0, 0));
    };
    let mut walk = Walk::<Status>::new(text.as_bytes());
    while let Some(router) = walk.next() {
        compare(router, &mut seen);
    }
    let list = Routers::from_bytes(text.clone().into_bytes()).unwrap();
    assert_eq!(seen, expected.len());
    seen = 0;
    for router in list.entries() {
        compare(router, &mut seen);
    }
    assert_eq!(list.entries().len(), expected.len());
    let mut reader = Reader::<Status>::new();
    let mut count = 0;
    for piece in text.as_bytes().chunks(9973) {
        reader.push(piece);
        while let Some(router) = reader.next() {
            assert_eq!(router.fingerprint(), expected[count].fingerprint.as_bytes());
            count += 1;
        }
        assert!(reader.pending_bytes() < 1024);
    }
    reader.finish();
    assert!(reader.next().is_some());
    assert_eq!(count + 1, expected.len());
    let sought = &expected[6789];
    let found = list
        .find_fingerprint(sought.fingerprint.as_bytes())
        .unwrap();
    assert_eq!(found.nickname(), sought.nickname.as_bytes());
    let found = list.find_nickname(sought.nickname.to_uppercase().as_bytes());
    assert_eq!(found.unwrap().fingerprint(), sought.fingerprint.as_bytes());
}

#[test]
fn the_blocks_of_real_events() {
    let wire = b"r test003r X3L3e98jyJa4I9TtxvdFqDA4xR4 Gs18iaoPiMv4dcALehDRJWQ6Sns \
2038-01-01 00:00:00 127.0.0.1 5003 0\r\ns Exit Fast Guard HSDir Running Stable V2Dir Valid\r\n\
w Bandwidth=55\r\np reject 1-65535\r\n";
    let mut walk = Walk::<Status>::new(wire);
    let router = walk.next().unwrap();
    assert_eq!(router.nickname(), b"test003r");
    assert_eq!(
        router.fingerprint(),
        b"5F72F77BDF23C896B823D4EDC6F745A83038C51E"
    );
    assert_eq!(router.flags().count_ones(), 8);
    assert!(!router.allows_port(80));
    assert_eq!((router.extra_count(), router.malformed_count()), (0, 0));
    assert!(walk.next().is_none());
}
