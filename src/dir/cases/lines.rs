//! What the lines of an entry say, in every form that dir-spec allows.

use super::*;

#[test]
fn the_word_opt_does_not_matter() {
    let text = data!("server-lines-with-opt.txt");
    let server = one::<Server>(text);
    assert_eq!(
        server.fingerprint(),
        b"0123456789ABCDEF0123456789ABCDEF01234567"
    );
    assert_eq!(server.extra_info_digest(), [b'1'; 40]);
    assert!(
        server.is_hibernating() && server.is_hidden_service_dir() && server.caches_extra_info()
    );
    assert_eq!(
        (server.contact(), extras(&server)),
        (&b"nobody"[..], vec![])
    );
    let relay = one::<Status>(data!("status-line-with-opt.txt"));
    assert_eq!(
        (relay.version(), extras(&relay)),
        (&b"Tor 0.2.2.35"[..], vec![])
    );
    // Every line of a status entry, and of a microdescriptor.
    let lines = "s Exit\nw Bandwidth=1\np accept 80\na [::1]:9\npr Link=1\nm aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nid ed25519 AAAA\nv Tor\n";
    let relay = one::<Status>(
        format!("r a b c\n{}", lines.replace('\n', "\nopt "))
            .replace("opt \n", "")
            .as_bytes(),
    );
    assert_eq!(relay.malformed_count(), 1, "the first");
    assert!(relay.has_flag(b"Exit") && relay.allows_port(80) && relay.supports(b"Link", 1));
    assert_eq!(
        (relay.bandwidth_kb(), relay.or_addresses().count()),
        (Some(1), 1)
    );
    assert_eq!(
        (
            relay.microdesc_digest().len(),
            relay.ed25519(),
            relay.version()
        ),
        (43, &b"AAAA"[..], &b"Tor"[..])
    );
    let micro = one::<Micro>(b"onion-key\nopt p accept 80\nopt id ed25519 AAAA\nopt family a b\n");
    assert_eq!(
        (micro.policy(), micro.ed25519()),
        (&b"accept 80"[..], &b"AAAA"[..])
    );
    assert_eq!((micro.family().count(), micro.extra_count()), (2, 0));
}

#[test]
fn a_vote_has_a_digest_for_each_method() {
    let text = data!("vote-digests-by-method.txt");
    for text in [text, &crlf(text)] {
        let relay = one::<Status>(text);
        assert_eq!(relay.microdesc_digest(), b"");
        let digests = [[b'a'; 43], [b'b'; 43]];
        assert_eq!(
            relay.method_digests().collect::<Vec<_>>(),
            [
                (&b"28,29"[..], &digests[0][..]),
                (b"30,31,32,33", &digests[1])
            ]
        );
        for (method, digest) in [(28, 0), (29, 0), (30, 1), (33, 1)] {
            assert_eq!(
                relay.vote_digest_of_method(method),
                digests[digest],
                "{method}"
            );
        }
        for method in [0, 2, 27, 34, 301] {
            assert_eq!(relay.vote_digest_of_method(method), b"", "{method}");
        }
        assert_eq!((relay.ed25519(), extras(&relay)), (&b"none"[..], vec![]));
    }
    let m = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let relay = one::<Status>(format!(
        "r a b c\nm 1 sha3={m} sha256={m}= more\nm 2 sha3={m}\nm 3 sha256=short\nm x sha256={m}\nm\n\
stats wfu=1 tk=2\nm {m}=\nm {m}\n"
    ).as_bytes());
    assert_eq!(
        relay.method_digests().collect::<Vec<_>>(),
        [(&b"1"[..], m.as_bytes())]
    );
    assert_eq!(
        (relay.microdesc_digest(), relay.stats_text()),
        (m.as_bytes(), &b"wfu=1 tk=2"[..])
    );
    let bad: Vec<bool> = relay.extras().map(|(_, bad)| bad).collect();
    assert_eq!(bad, [true, false, true, true, true, false]);
}

#[test]
fn arguments_of_a_newer_tor_change_nothing() {
    let text = data!("status-lines-with-more-arguments.txt");
    let relay = one::<Status>(text);
    assert_eq!(
        relay.or_addresses().collect::<Vec<_>>(),
        [(&b"2001:db8::1"[..], 9001)]
    );
    assert_eq!((relay.ed25519(), extras(&relay)), (&[b'A'; 43][..], vec![]));
    let server = one::<Server>(data!("server-lines-with-more-arguments.txt"));
    assert_eq!(server.uptime_s(), Some(5));
    assert!(server.is_hibernating());
    assert_eq!(
        server.or_addresses().collect::<Vec<_>>(),
        [(&b"2001:db8::1"[..], 9001)]
    );
    assert_eq!(
        server.overload_unix_us(),
        text::time(b"2024-01-01 00:00:00").unwrap()
    );
    assert_eq!(server.overload_text(), b"1 2024-01-01 00:00:00");
    assert_eq!(server.bandwidth(), Some([1, 2, 3]));
    assert_eq!(
        (server.ntor_onion_key(), server.master_key_ed25519()),
        (&b"AAAA"[..], &b"AAAA"[..])
    );
    assert_eq!(server.extra_info_digest(), [b'1'; 40]);
    assert_eq!(
        (server.extra_info_sha256(), server.bridge_distribution()),
        (&b"BBBB"[..], &b"any"[..])
    );
    assert_eq!(extras(&server), []);
    // Every other line whose arguments are counted.
    let relay = one::<Status>(b"r a UVvL/PJEKtWVOMODeb5KQQGJ4zc 2024-05-06 07:08:09 192.0.2.1 1 2 future x\n\
a 192.0.2.2:1 future:9\na [2001:db8::1]:9001 x]:9\nw Bandwidth=5 future Measured=6\np accept 80 future\n");
    assert_eq!((relay.nickname(), relay.dir_port()), (&b"a"[..], 2));
    assert_eq!(
        relay.or_addresses().collect::<Vec<_>>(),
        [(&b"192.0.2.2"[..], 1), (b"2001:db8::1", 9001)]
    );
    assert_eq!(
        (relay.bandwidth_kb(), relay.measured_kb()),
        (Some(5), Some(6))
    );
    assert_eq!(
        (relay.policy_summary(), extras(&relay)),
        (&b"accept 80"[..], vec![])
    );
    assert!(relay.allows_port(80) && !relay.allows_port(81));
    let server = one::<Server>(b"router a 192.0.2.1 1 2 3 future\npublished 2024-01-01 00:00:00 future\n\
fingerprint 0123 4567 89AB CDEF 0123 4567 89AB CDEF 0123 4567 future\nipv6-policy accept 80 future\n\
reject *:25 future\naccept *:* future\nhidden-service-dir 2 future\nrouter-sig-ed25519 AAAA future\n");
    assert_eq!(
        server.fingerprint(),
        b"0123456789ABCDEF0123456789ABCDEF01234567"
    );
    assert!(server.published_unix_us() > Some(0) && server.is_hidden_service_dir());
    assert_eq!(
        (server.ipv6_policy(), server.router_sig_ed25519()),
        (&b"accept 80"[..], &b"AAAA"[..])
    );
    assert_eq!(
        server.rule_lines().collect::<Vec<_>>(),
        [&b"reject *:25"[..], b"accept *:*"]
    );
    assert!(
        server.can_exit_to(None, 80) && !server.can_exit_to(Some(IpAddr::from([192, 0, 2, 1])), 25)
    );
    assert_eq!(extras(&server), []);
    let micro = one::<Micro>(
        b"onion-key future\nntor-onion-key AAAA future\np accept 80 future\np6 reject 25 future\n\
id ed25519 AAAA future\na [::1]:9 future\n",
    );
    assert_eq!(
        (micro.ntor_onion_key(), micro.ed25519()),
        (&b"AAAA"[..], &b"AAAA"[..])
    );
    assert_eq!(
        (micro.policy(), micro.ipv6_policy()),
        (&b"accept 80"[..], &b"reject 25"[..])
    );
    assert_eq!((micro.or_addresses().count(), micro.extra_count()), (1, 0));
    let onion = OnionDescriptor::from_bytes(
        b"hs-descriptor 3 x\nrevision-counter 7 x\nsignature AAAA= x\n",
    )
    .unwrap();
    assert_eq!(
        (onion.version(), onion.revision_counter()),
        (Some(3), Some(7))
    );
    assert_eq!((onion.signature(), onion.extra_count()), (&b"AAAA"[..], 0));
}

#[test]
fn an_unknown_line_keeps_its_object() {
    let text = data!("status-line-with-object.txt");
    for text in [text, &crlf(text)] {
        let relay = one::<Status>(text);
        assert_eq!(relay.extra_count(), 1);
        let (line, is_malformed) = relay.extras().next().unwrap();
        assert!(!is_malformed && line.starts_with(b"future thing"));
        assert!(line.ends_with(b"-----END THING-----"));
        assert!(relay.allows_port(80));
    }
    // One without an end ends with the entry.
    let text = b"r a b c\nfuture\n-----BEGIN X-----\nAA\nr d e f\nv 1\n";
    assert_eq!(read::<Status>(text).entries()[1].version(), b"1");
}

#[test]
fn blanks_of_every_kind() {
    let server = one::<Server>(data!("server-lines-with-tabs.txt"));
    assert_eq!((server.nickname(), server.or_port()), (&b"n"[..], 9001));
    assert_eq!(server.platform(), b"Tor 0.4.9.8 on Linux");
    assert_eq!(server.bandwidth(), Some([1, 2, 3]));
    // The same entries with other blanks between their words.
    let consensus = data!("consensus.txt");
    let servers = data!("server-descriptors.txt");
    for blanks in ["\t", "  ", "\t \t"] {
        let other = |text: &[u8]| {
            let text = std::str::from_utf8(text).unwrap();
            let in_line = |line: &str| match line.starts_with("-----") {
                true => line.to_string(),
                false => line.replace(' ', blanks),
            };
            let lines: Vec<String> = text.split('\n').map(in_line).collect();
            lines.join("\n").into_bytes()
        };
        let (plain, odd) = (
            List::<Status>::from_bytes(consensus.to_vec()).unwrap(),
            List::<Status>::from_bytes(other(consensus)).unwrap(),
        );
        assert_eq!(odd.entries().len(), plain.entries().len());
        for (odd, plain) in odd.entries().iter().zip(plain.entries()) {
            assert_eq!(odd.nickname(), plain.nickname());
            assert_eq!(
                (odd.fingerprint(), odd.digest()),
                (plain.fingerprint(), plain.digest())
            );
            assert_eq!(
                (odd.address(), odd.or_port()),
                (plain.address(), plain.or_port())
            );
            assert_eq!(
                (odd.dir_port(), odd.published_unix_us()),
                (plain.dir_port(), plain.published_unix_us())
            );
            assert_eq!(odd.flags(), plain.flags());
            assert!(odd.has_flag(b"Running"));
            assert_eq!(odd.bandwidth_kb(), plain.bandwidth_kb());
            assert_eq!(odd.is_unmeasured(), plain.is_unmeasured());
            assert_eq!(odd.allows_port(80), plain.allows_port(80));
            assert_eq!(odd.supports(b"Link", 4), plain.supports(b"Link", 4));
            assert_eq!(odd.extra_count(), 0);
        }
        let (plain, odd) = (
            List::<Server>::from_bytes(servers.to_vec()).unwrap(),
            List::<Server>::from_bytes(other(servers)).unwrap(),
        );
        assert_eq!(odd.entries().len(), plain.entries().len());
        for (odd, plain) in odd.entries().iter().zip(plain.entries()) {
            assert_eq!(
                (odd.nickname(), odd.address()),
                (plain.nickname(), plain.address())
            );
            assert_eq!(
                (odd.fingerprint(), odd.uptime_s()),
                (plain.fingerprint(), plain.uptime_s())
            );
            assert_eq!(odd.published_unix_us(), plain.published_unix_us());
            assert_eq!(odd.extra_info_sha256(), plain.extra_info_sha256());
            assert_eq!(odd.ntor_onion_key(), plain.ntor_onion_key());
            assert!(odd.family().eq(plain.family()));
            assert!(odd.rules().eq(plain.rules()));
            assert_eq!(odd.can_exit_to(None, 6881), plain.can_exit_to(None, 6881));
            assert_eq!(extras(odd), []);
        }
    }
}

#[test]
fn of_a_repeated_line_the_first_counts() {
    let server = one::<Server>(data!("server-lines-repeated.txt"));
    assert_eq!(server.platform(), b"one");
    assert_eq!(
        server.published_unix_us(),
        text::time(b"2001-01-01 00:00:00")
    );
    assert_eq!(server.fingerprint(), [b'0'; 40]);
    assert_eq!(
        (server.uptime_s(), server.bandwidth()),
        (Some(1), Some([1, 1, 1]))
    );
    let repeated = [
        "platform two",
        "published 2002-02-02 00:00:00",
        "fingerprint 1111111111111111111111111111111111111111",
        "uptime 2",
        "bandwidth 2 2 2",
    ];
    assert_eq!(
        extras(&server),
        repeated.map(|line| (line.to_string(), false))
    );
    // Each line that may come once: the second is an extra line, and nothing else changes.
    let once = "identity-ed25519 +\nmaster-key-ed25519 AAAA\nplatform a\nproto Link=1\nuptime 1\n\
extra-info-digest 1111111111111111111111111111111111111111 AAAA\nonion-key +\nonion-key-crosscert +\n\
signing-key +\nntor-onion-key AAAA\nntor-onion-key-crosscert 0 +\ncontact a\nfamily a b\n\
ipv6-policy accept 80\nbridge-distribution-request any\noverload-general 1 2024-01-01 00:00:00\n\
hibernating 1\nhidden-service-dir\ncaches-extra-info\ntunnelled-dir-server\n\
allow-single-hop-exits\nrouter-sig-ed25519 AAAA\nrouter-signature +\n";
    let object = "\n-----BEGIN X-----\nAA\n-----END X-----";
    for line in once.lines() {
        let line = line.replace(" +", object);
        let server = one::<Server>(format!("router a 1.2.3.4 1 0 0\n{line}\n{line}\n").as_bytes());
        assert_eq!(
            extras(&server),
            [(line.escape_default().to_string(), false)]
        );
        assert!(server.family().count() < 3);
    }
    let hibernates = |lines: &str| {
        one::<Server>(format!("router a 1.2.3.4 1 0 0\n{lines}").as_bytes()).is_hibernating()
    };
    assert!(
        !hibernates("hibernating 0\nhibernating 1\n")
            && hibernates("hibernating 1\nhibernating 0\n")
    );
    for line in [
        "s Exit",
        "v Tor 1",
        "pr Link=1",
        "w Bandwidth=1",
        "p accept 80",
        "id ed25519 AAAA",
        "stats x=1",
    ] {
        let relay = one::<Status>(format!("r a b c\n{line}\n{line}\n").as_bytes());
        assert_eq!(extras(&relay)[1..], [(line.to_string(), false)]);
    }
    for line in [
        "ntor-onion-key AAAA",
        "family a",
        "family-ids a",
        "p accept 80",
        "p6 accept 80",
        "id ed25519 AAAA",
    ] {
        let micro = one::<Micro>(format!("onion-key\n{line}\n{line}\n").as_bytes());
        assert_eq!(extras(&micro), [(line.to_string(), false)]);
    }
    let relay = one::<Status>(b"r a b c\nw Bandwidth=1 Bandwidth=2 Measured=3 Measured=4\n");
    assert_eq!(
        (relay.bandwidth_kb(), relay.measured_kb()),
        (Some(1), Some(3))
    );
}

#[test]
fn a_policy_that_cannot_be_read_lets_nothing_through() {
    let server = one::<Server>(data!("server-with-unreadable-reject.txt"));
    assert_eq!(extras(&server), [("reject 10.0.0.0/8;*".to_string(), true)]);
    assert_eq!(server.rule_lines().count(), 3);
    let to = |server: &Descriptor, ip: [u8; 4], port| server.can_exit_to(Some(ip.into()), port);
    assert!(!to(&server, [10, 1, 1, 1], 80) && !to(&server, [192, 0, 2, 1], 80));
    assert!(!server.can_exit_to(None, 80));
    // What stands in front of it still counts, and an accept that cannot be read accepts nothing.
    let server = one::<Server>(b"router a 1.2.3.4 1 0 0\naccept *:80\nreject nonsense\naccept *:*\nipv6-policy accept 80\n");
    assert!(to(&server, [10, 1, 1, 1], 80) && !to(&server, [10, 1, 1, 1], 81));
    assert!(!server.can_exit_to(Some("2001:db8::1".parse().unwrap()), 80));
    let server = one::<Server>(b"router a 1.2.3.4 1 0 0\naccept nonsense\nreject *:*\n");
    assert!(!server.can_exit_to(None, 80) && server.has_policy());
    assert_eq!(server.malformed_count(), 1);
    // No rule at all is no policy.
    let server = one::<Server>(b"router a 1.2.3.4 1 0 0\n");
    assert!(!server.can_exit_to(None, 80) && !server.has_policy());
    for policy in [
        "accept 80-",
        "reject 25,x",
        "reject 70000",
        "reject 1-70000",
        "accept",
    ] {
        let relay = one::<Status>(format!("r a b c\np {policy}\n").as_bytes());
        assert_eq!(relay.malformed_count(), 2, "{policy}");
        assert!(!relay.allows_port(80) && !relay.has_policy());
        let micro = one::<Micro>(format!("onion-key\np {policy}\n").as_bytes());
        assert!(!micro.can_exit_to(None, 80) && micro.malformed_count() == 1);
    }
    let relay = one::<Status>(b"r a b c\np reject 25\n");
    assert!(relay.has_policy() && relay.allows_port(80) && !relay.allows_port(0));
    let relay = one::<Status>(b"r a b c\ns Exit\n");
    assert!(!relay.has_policy() && !relay.allows_port(80));
}

#[test]
fn keys_and_digests_have_one_form() {
    let key = "d2AnWR8fijUo4lcembY4xddWmPVZUxFzxK+MyyRiUIc";
    for padded in [key.to_string(), format!("{key}=")] {
        let server = one::<Server>(
            format!(
                "router a 1.2.3.4 1 0 0\nmaster-key-ed25519 {padded}\nntor-onion-key {padded}\n\
extra-info-digest 1111111111111111111111111111111111111111 {padded}\nrouter-sig-ed25519 {padded}\n"
            )
            .as_bytes(),
        );
        for text in [
            server.master_key_ed25519(),
            server.ntor_onion_key(),
            server.extra_info_sha256(),
            server.router_sig_ed25519(),
        ] {
            assert_eq!(text, key.as_bytes());
        }
        assert!(memchr::memmem::find(server.raw(), padded.as_bytes()).is_some());
        let relay = one::<Status>(format!("r a b c\nm {padded}\nid ed25519 {padded}\n").as_bytes());
        assert_eq!(
            (relay.microdesc_digest(), relay.ed25519()),
            (key.as_bytes(), key.as_bytes())
        );
        let micro = one::<Micro>(
            format!("onion-key\nntor-onion-key {padded}\nid ed25519 {padded}\n").as_bytes(),
        );
        assert_eq!(
            (micro.ntor_onion_key(), micro.ed25519()),
            (key.as_bytes(), key.as_bytes())
        );
    }
    for bad in [
        "a b".replace(' ', "-"),
        "=".to_string(),
        "a\u{e9}".to_string(),
        String::new(),
    ] {
        let server =
            one::<Server>(format!("router a 1.2.3.4 1 0 0\nntor-onion-key {bad}\n").as_bytes());
        assert_eq!(
            (server.ntor_onion_key(), server.malformed_count()),
            (&b""[..], 1)
        );
        let relay = one::<Status>(format!("r a b c\nid ed25519 {bad}\nm {bad}\n").as_bytes());
        assert_eq!((relay.ed25519(), relay.malformed_count()), (&b""[..], 3));
    }
}

#[test]
fn the_digest_of_a_microdescriptor_is_of_its_lines() {
    let real = data!("microdescriptors.txt");
    let list = Microdescriptors::from_bytes(real.to_vec()).unwrap();
    let odd = Microdescriptors::from_bytes(crlf(real)).unwrap();
    let noted = format!(
        "@last-listed 2024-01-01 00:00:00\r\n\r\n{}",
        std::str::from_utf8(&crlf(list.entries()[0].raw())).unwrap()
    );
    assert_eq!(
        one::<Micro>(noted.as_bytes()).digest(),
        list.entries()[0].digest()
    );
    assert_eq!(
        list.entries()[0].digest(),
        Routers::from_bytes(data!("consensus-microdesc.txt").to_vec())
            .unwrap()
            .find_nickname(b"auth3")
            .unwrap()
            .microdesc_digest()
    );
    for (one, other) in list.entries().iter().zip(odd.entries()) {
        assert_eq!(one.digest(), other.digest());
        assert!(other.raw().ends_with(b"\r\n"));
        let padded = [one.digest(), b"="].concat();
        assert_eq!(
            odd.find_digest(&padded).map(Microdescriptor::digest),
            Some(one.digest())
        );
    }
}
