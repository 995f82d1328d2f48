use super::super::{Reader, Walk};
use super::*;

const REAL: &[u8] = include_bytes!("../../../tests/data/dir/server-descriptors.txt");

fn only(text: &[u8]) -> Descriptor {
    let mut descriptor = Descriptor::new();
    assert_eq!(descriptor.read(text), text.len());
    descriptor
}

#[test]
fn real_descriptors() {
    let list = Descriptors::from_bytes(REAL.to_vec()).unwrap();
    assert_eq!((list.entries().len(), list.skipped_bytes()), (5, 0));
    let auth3 = list.find_nickname(b"auth3").unwrap();
    assert_eq!(auth3.address(), b"127.0.0.1");
    assert_eq!(auth3.or_port(), 31351);
    assert_eq!((auth3.socks_port(), auth3.dir_port()), (0, 17107));
    assert_eq!(
        auth3.fingerprint(),
        b"BFAB10BBCF78461683133C3FF9C4927D32BD941A"
    );
    assert_eq!(
        auth3.published_unix_us(),
        text::time(b"2026-11-23 15:29:27")
    );
    assert_eq!(
        auth3.bandwidth(),
        Some([1_073_741_824, 1_073_741_824, 25_412])
    );
    assert_eq!(auth3.uptime_s(), Some(11));
    assert_eq!(auth3.platform(), b"Tor 0.4.9.11 on Linux");
    assert!(auth3.supports(b"Link", 4) && !auth3.supports(b"Link", 2));
    assert!(auth3.protocols().starts_with(b"Conflux=1 Cons=1-2 "));
    assert_eq!(
        auth3.contact(),
        b"operator <tor AT example.org> \"quoted\" back\\slash"
    );
    assert_eq!(
        auth3.extra_info_digest(),
        b"7631738C99A922F5B357DBAD678CA6F583328E7F"
    );
    assert_eq!(
        auth3.extra_info_sha256(),
        b"+GGGO+OdmvkAnS8mlCrgOkSgKZuIqOhUmK2JnzUDLX0"
    );
    assert_eq!(
        auth3.master_key_ed25519(),
        b"d2AnWR8fijUo4lcembY4xddWmPVZUxFzxK+MyyRiUIc"
    );
    assert_eq!(
        auth3.ntor_onion_key(),
        b"/5/p9PXHprq4vZ/IqqJzoZ9U5pofW+HjCZgit96+WhY"
    );
    assert_eq!(auth3.family().count(), 3);
    assert_eq!(
        auth3.family().nth(1),
        Some(&[b"$", &[b'B'; 40][..]].concat()[..])
    );
    assert_eq!(auth3.ipv6_policy(), b"reject 6881-6999");
    assert_eq!(auth3.rule_lines().count(), 3);
    assert!(auth3.caches_extra_info() && auth3.is_hidden_service_dir());
    assert!(auth3.is_tunnelled_dir_server() && !auth3.is_hibernating());
    assert!(auth3.router_sig_ed25519().starts_with(b"DZQf7W3M"));
    for (object, kind) in [
        (auth3.identity_ed25519(), "ED25519 CERT"),
        (auth3.onion_key(), "RSA PUBLIC KEY"),
        (auth3.signing_key(), "RSA PUBLIC KEY"),
        (auth3.onion_key_crosscert(), "CROSSCERT"),
        (auth3.ntor_crosscert(), "ED25519 CERT"),
        (auth3.router_signature(), "SIGNATURE"),
    ] {
        let text = std::str::from_utf8(object).unwrap();
        assert!(
            text.starts_with(&format!("-----BEGIN {kind}-----\n")),
            "{text}"
        );
        assert!(text.ends_with(&format!("\n-----END {kind}-----")), "{text}");
    }
    for descriptor in list.entries() {
        assert_eq!(
            (descriptor.extra_count(), descriptor.malformed_count()),
            (0, 0)
        );
        let same = list.find_fingerprint(descriptor.fingerprint()).unwrap();
        assert_eq!(same.nickname(), descriptor.nickname());
    }
    let raw: Vec<u8> = list
        .entries()
        .iter()
        .flat_map(|one| one.raw().to_vec())
        .collect();
    assert_eq!(raw, REAL);
    assert!(list.find_fingerprint(b"x").is_none() && list.find_nickname(b"").is_none());
}

#[test]
fn exits() {
    let list = Descriptors::from_bytes(REAL.to_vec()).unwrap();
    let relay = &list.entries()[0];
    let to = |address: &str, port| relay.can_exit_to(Some(address.parse().unwrap()), port);
    assert!(to("198.51.100.1", 80) && !to("192.0.2.200", 80));
    assert!(!to("198.51.100.1", 6881) && to("2001:db8::1", 443));
    assert!(!to("2001:db8::1", 6999));
    assert!(relay.can_exit_to(None, 80) && !relay.can_exit_to(None, 6900));
    let closed = only(b"router a 1.2.3.4 1 0 0\naccept 5.6.7.8:22\nreject *:*\n");
    assert!(closed.can_exit_to(None, 22) && !closed.can_exit_to(None, 23));
    assert!(!closed.can_exit_to(Some("::1".parse().unwrap()), 22));
}

#[test]
fn the_rarer_lines() {
    let text = b"@downloaded-at 2024-01-01 00:00:00\nrouter a 1.2.3.4 1 0 0\n\
or-address [2001:db8::1]:9001\nor-address 192.0.2.1:9002\nhibernating 1\nbandwidth 1 2\n\
overload-general 1 2024-01-02 03:00:00\nbridge-distribution-request any\n\
allow-single-hop-exits\nhidden-service-dir 2\nextra-info-digest \
7631738C99A922F5B357DBAD678CA6F583328E7F\nfamily-cert\n-----BEGIN FAMILY CERT-----\nAA\n\
-----END FAMILY CERT-----\nprotocols Link 1 2\n";
    let descriptor = only(text);
    assert_eq!(
        descriptor.or_addresses().collect::<Vec<_>>(),
        [(&b"2001:db8::1"[..], 9001), (b"192.0.2.1", 9002)]
    );
    assert!(descriptor.is_hibernating() && descriptor.allows_single_hop_exits());
    assert_eq!(descriptor.bandwidth(), Some([1, 2, 0]));
    assert_eq!(descriptor.downloaded_unix_us(), Some(1_704_067_200_000_000));
    assert_eq!(descriptor.overload_unix_us(), 1_704_164_400_000_000);
    assert_eq!(descriptor.overload_text(), b"1 2024-01-02 03:00:00");
    assert_eq!(descriptor.bridge_distribution(), b"any");
    assert!(descriptor.is_hidden_service_dir());
    assert_eq!(descriptor.extra_info_sha256(), b"");
    assert_eq!(
        descriptor.extras().collect::<Vec<_>>(),
        [
            (
                &b"family-cert\n-----BEGIN FAMILY CERT-----\nAA\n-----END FAMILY CERT-----"[..],
                false
            ),
            (b"protocols Link 1 2", false)
        ]
    );
    assert_eq!(descriptor.malformed_count(), 0);
    assert_eq!(descriptor.raw(), text);
}

#[test]
fn a_bad_line_costs_nothing_but_itself() {
    let text = b"router a b\npublished soon\nbandwidth 1 x 3\nfingerprint 12\nuptime -1\n\
extra-info-digest x\nonion-key\nhibernating maybe\nipv6-policy 80\nor-address x\nplatform Tor\n\
platform again\nntor-onion-key\noverload-general 1 now\nsigning-key\n-----BEGIN X-----\nAA\n\
router b 1.2.3.4 1 2 3\n";
    let mut walk = Walk::<Server>::new(text);
    let first = walk.next().unwrap();
    assert_eq!(first.malformed_count(), 13);
    assert_eq!(first.platform(), b"Tor");
    assert_eq!(first.extra_count(), 14);
    assert_eq!(
        first.extras().last(),
        Some((&b"signing-key\n-----BEGIN X-----\nAA"[..], true))
    );
    assert_eq!(
        (first.nickname(), first.signing_key()),
        (&b""[..], &b""[..])
    );
    assert_eq!(walk.next().map(Descriptor::dir_port), Some(3));
    assert!(walk.next().is_none());
}

#[test]
fn pieces_of_any_size_give_the_same_descriptors() {
    for size in [1, 2, 63, 64, 1000, 5000, REAL.len()] {
        let mut reader = Reader::<Server>::new();
        let mut seen = Vec::new();
        for piece in REAL.chunks(size) {
            reader.push(piece);
            while let Some(descriptor) = reader.next() {
                seen.extend_from_slice(descriptor.raw());
            }
            assert!(reader.pending_bytes() < 2 * 2600 + size);
        }
        reader.finish();
        while let Some(descriptor) = reader.next() {
            seen.extend_from_slice(descriptor.raw());
        }
        assert_eq!(seen, REAL);
    }
}
