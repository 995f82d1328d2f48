//! Which lines are an entry, and of which document.

use super::*;

#[test]
fn a_document_of_another_kind_is_no_entry() {
    let list = read::<Server>(EXTRA_INFO);
    assert!(list.entries().is_empty() && list.is_other_document());
    assert_eq!(list.skipped_bytes(), EXTRA_INFO.len());
    assert_eq!(list.skipped().kind, Some(DocumentKind::ExtraInfo));
    for other in [
        data!("consensus.txt"),
        data!("microdescriptors.txt"),
        data!("onion-descriptor.txt"),
        b"hello\n",
    ] {
        let list = read::<Server>(&other[..other.len().min(500)]);
        assert!(list.entries().is_empty() && list.is_other_document());
        assert_eq!(list.skipped().kind, DocumentKind::of(other));
    }
    // A server descriptor has a line that microdescriptors begin with.
    let list = read::<Micro>(&data!("server-descriptors.txt")[..1500]);
    assert!(list.entries().is_empty() && list.is_other_document());
    assert_eq!(list.skipped().kind, Some(DocumentKind::Descriptors));
    let both = [
        data!("server-with-unreadable-reject.txt"),
        b"router-signature\n-----BEGIN X-----\nAA\n-----END X-----\nonion-key\np accept 80\n",
    ]
    .concat();
    assert_eq!(one::<Micro>(&both).policy(), b"accept 80");
    for empty in [
        &b""[..],
        b"\n",
        b"\r\n\n",
        b"network-status-version 3\nvote-status consensus\ndirectory-footer\n",
        b"@type network-status-consensus-3 1.0\nnetwork-status-version 3\n",
        b"published 2020-01-01 00:00:00\nflag-thresholds x\n",
        b"network-status-version 3 vote\nx\ndir-key-certificate-version 3\nfingerprint x\n",
    ] {
        let list = read::<Status>(empty);
        assert!(list.entries().is_empty() && !list.is_other_document());
        assert_eq!(list.skipped().kind, None);
    }
    for (line, kind) in [
        ("@type server-descriptor 1.0", DocumentKind::Descriptors),
        ("@type bridge-extra-info 1.3", DocumentKind::ExtraInfo),
        (
            "@type dir-key-certificate-3 1.0",
            DocumentKind::KeyCertificate,
        ),
        (
            "dir-key-certificate-version 3",
            DocumentKind::KeyCertificate,
        ),
        ("@x\nonion-key", DocumentKind::Microdescriptors),
        ("hs-descriptor 3", DocumentKind::Onion),
        ("r x", DocumentKind::Routers),
    ] {
        assert_eq!(DocumentKind::of(line.as_bytes()), Some(kind), "{line}");
    }
    assert_eq!(DocumentKind::of(b"routers\n@x\ndirectory-footer\n"), None);
}

#[test]
fn an_entry_has_nothing_of_the_document_in_front_of_it() {
    let text = data!("extra-info-in-front-of-server.txt");
    let beta = one::<Server>(text);
    assert_eq!(beta.nickname(), b"beta");
    let own = b"\nSERVER\n";
    assert!(memchr::memmem::find(beta.identity_ed25519(), own).is_some());
    assert!(memchr::memmem::find(beta.router_signature(), own).is_some());
    assert_eq!(beta.router_sig_ed25519(), b"SERVER");
    assert_eq!(beta.published_unix_us(), text::time(b"2021-02-02 00:00:00"));
    assert!(beta
        .raw()
        .starts_with(b"@type server-descriptor 1.0\nrouter beta "));
    assert_eq!(beta.annotated_type(), b"server-descriptor 1.0");
    assert_eq!(extras(&beta), []);
    // And nothing of the one behind it, with annotations or without.
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    let plain: Vec<u8> = lines
        .filter(|line| !line.starts_with(b"@"))
        .flatten()
        .copied()
        .collect();
    for text in [text, &plain] {
        let list = read::<Server>(&[text, text].concat());
        assert_eq!(list.entries().len(), 2);
        for entry in list.entries() {
            assert_eq!((entry.nickname(), extras(entry)), (&b"beta"[..], vec![]));
        }
        assert_eq!(list.skipped().kind, Some(DocumentKind::ExtraInfo));
        assert!(!list.is_other_document());
    }
}

#[test]
fn entries_end_where_their_document_ends() {
    let text = data!("consensus-without-footer.txt");
    let relay = one::<Status>(text);
    assert_eq!(
        (relay.version(), extras(&relay)),
        (&b"Tor 0.2.0.18-alpha"[..], vec![])
    );
    assert!(relay.raw().ends_with(b"v Tor 0.2.0.18-alpha\n"));
    let twice = [text, text].concat();
    assert_eq!(read::<Status>(&twice).entries()[0].raw(), relay.raw());
    let bridges = data!("two-bridge-statuses.txt");
    let lines = bridges.split_inclusive(|byte| *byte == b'\n');
    let plain: Vec<u8> = lines
        .filter(|line| !line.starts_with(b"@"))
        .flatten()
        .copied()
        .collect();
    for text in [bridges, &plain, &crlf(bridges)] {
        let list = read::<Status>(text);
        assert_eq!(list.entries().len(), 2);
        for bridge in list.entries() {
            assert_eq!(extras(bridge), []);
            assert!(bridge.raw().trim_ascii_end().ends_with(b"p reject 1-65535"));
        }
        assert_eq!(list.skipped().kind, None);
    }
    let entry = &b"r a b c\ns Exit\n"[..];
    for footer in [
        "directory-footer",
        "directory-signature x y",
        "directory-signature\tx",
        "network-status-version 3",
        "dir-key-certificate-version 3",
        "@type x",
        "@",
        "router a 1.2.3.4 1 0 0",
        "extra-info a b",
        "hs-descriptor 3",
        "rendezvous-service-descriptor x",
        "signed-directory",
        "published 2020-01-01 00:00:00",
    ] {
        let text = [entry, footer.as_bytes(), b"\nline\n", entry].concat();
        let list = read::<Status>(&text);
        assert_eq!(list.entries().len(), 2, "{footer}");
        assert_eq!(list.entries()[0].raw(), entry, "{footer}");
        assert_eq!(list.skipped_bytes(), footer.len() + 6);
    }
    // Words that only begin so are lines of the entry.
    let odd = "directory-signatures\npublisher x\nrouters x\ndirectory-foot\n";
    let relay = one::<Status>(&[entry, odd.as_bytes()].concat());
    assert_eq!(relay.extra_count(), 5);
}

#[test]
fn annotations_belong_to_the_entry_right_behind_them() {
    let server = b"router a 1.2.3.4 1 0 0\npublished 2020-01-01 00:00:00\n";
    let notes = b"@downloaded-at 2024-01-02 03:04:05\n@source \"192.0.2.1\"\n";
    let text = [
        &notes[..],
        b"@purpose bridge\n",
        server,
        notes,
        b"\n",
        server,
        notes,
        b"x\n",
        server,
    ]
    .concat();
    let list = read::<Server>(&text);
    assert_eq!(list.entries().len(), 3);
    let downloaded = text::time(b"2024-01-02 03:04:05").unwrap();
    for (entry, is_noted) in list.entries().iter().zip([true, true, false]) {
        assert_eq!(entry.downloaded_unix_us(), is_noted.then_some(downloaded));
        assert_eq!(
            entry.source(),
            if is_noted { &b"192.0.2.1"[..] } else { b"" }
        );
        assert_eq!(extras(entry), []);
        assert_eq!(entry.raw().starts_with(b"@"), is_noted);
    }
    assert_eq!(list.entries()[0].purpose(), b"bridge");
    assert_eq!(list.entries()[1].purpose(), b"");
    assert_eq!(list.skipped_bytes(), notes.len() + 2);
    // At the end they belong to nothing.
    let text = [&server[..], notes].concat();
    assert_eq!(one::<Server>(&text).raw(), server);
}

#[test]
fn annotations_of_every_kind() {
    let text = b"@type bridge-server-descriptor 1.2 \n@type x\n@source 192.0.2.1\n@source \"\"\n\
@downloaded-at soon\n@last-listed\t2024-01-02  03:04:05 more\n@purpose general more\n@new thing\n\
@purpose\nrouter a 1.2.3.4 1 0 0\n@\n";
    let list = read::<Server>(text);
    let entry = &list.entries()[0];
    assert_eq!(entry.annotated_type(), b"bridge-server-descriptor 1.2");
    assert_eq!(
        (entry.source(), entry.purpose()),
        (&b"192.0.2.1"[..], &b"general"[..])
    );
    assert_eq!(entry.downloaded_unix_us(), None);
    assert_eq!(
        entry.last_listed_unix_us(),
        text::time(b"2024-01-02 03:04:05")
    );
    let expected = [
        ("@type x", false),
        ("@source \\\"\\\"", false),
        ("@downloaded-at soon", true),
        ("@new thing", false),
        ("@purpose", false),
    ];
    assert_eq!(
        extras(entry),
        expected.map(|(line, bad)| (line.to_string(), bad))
    );
    let bad = one::<Micro>(b"@source \"open\n@type\nonion-key\n");
    assert_eq!(bad.malformed_count(), 2);
    assert_eq!((bad.source(), bad.annotated_type()), (&b""[..], &b""[..]));
}
