use super::*;

#[test]
fn base64_becomes_hex() {
    let mut out = [1; 41];
    assert!(hex_from_base64(
        b"UVvL/PJEKtWVOMODeb5KQQGJ4zc rest",
        &mut out
    ));
    let bytes = data_encoding::BASE64_NOPAD
        .decode(b"UVvL/PJEKtWVOMODeb5KQQGJ4zc")
        .unwrap();
    assert_eq!(&out[..40], hex(&bytes).as_bytes());
    assert_eq!(out[40], 0);
    assert!(!hex_from_base64(b"UVvL/PJEKtWVOMODeb5KQQGJ4z", &mut out));
    assert!(!hex_from_base64(b"UVvL/PJEKtWVOMODeb5KQQGJ4z=", &mut out));
    assert!(!hex_from_base64(b"UVvL.PJEKtWVOMODeb5KQQGJ4zc", &mut out));
}

#[test]
fn fingerprints_with_blanks() {
    let hex_digest = |text: &[u8]| leading_hex_digest(&mut Words::of(text));
    let text = b"515B CBFC F244 2AD5 9538 c383 79BE 4A41 0189 E337";
    let hex = hex_digest(text).unwrap();
    assert_eq!(&hex[..40], b"515BCBFCF2442AD59538C38379BE4A410189E337");
    assert_eq!(hex[40], 0);
    assert_eq!(hex_digest(&[&text[..], b"\tfuture"].concat()), Some(hex));
    assert_eq!(hex_digest(&text[1..]), None);
    for bad in [
        "515B CBFC F244 2AD5 9538 c383 79BE 4A41 0189 E3377",
        "x15B CBFC F244 2AD5 9538 c383 79BE 4A41 0189 E337",
        "515BCBFCF2442AD59538C38379BE4A410189E3377",
        "515BCBFCF2442AD59538C38379BE4A410189E3 377",
        "",
    ] {
        assert_eq!(hex_digest(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn a_date_and_a_time() {
    let expected = time(b"2024-01-02 03:04:05");
    for text in ["2024-01-02 03:04:05", "2024-01-02\t 03:04:05 more"] {
        let (time, size) = leading_time(text.as_bytes()).unwrap();
        assert_eq!(Some(time), expected);
        assert!(text[..size].ends_with(":05"));
    }
    for bad in [
        "2024-01-02",
        "2024-01-02 03:04",
        "2024-1-2 03:04:05",
        "soon soon",
    ] {
        assert_eq!(leading_time(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn numbers() {
    assert_eq!(port(b"65536"), None);
    assert_eq!(leading_number(b"12 x"), Some((12, &b" x"[..])));
    assert_eq!(
        leading_number(b"18446744073709551615"),
        Some((u64::MAX, &b""[..]))
    );
    assert_eq!(leading_number(b"18446744073709551616,"), None);
    assert_eq!(leading_number(b"x"), None);
}

#[test]
fn subprotocols() {
    let list = b"Cons=1-2 Link=1,3-5 LinkAuth=3 Odd=x,1-,-2 Link=9";
    for version in 0..11 {
        let listed = [1, 3, 4, 5, 9].contains(&version);
        assert_eq!(supports(list, b"Link", version), listed, "{version}");
        assert!(!supports(list, b"Lin", version) && !supports(list, b"Odd", version));
    }
}

#[test]
fn hosts_and_addresses() {
    for (text, parts) in [
        ("1.2.3.4:80", Some(("1.2.3.4", 80))),
        ("[::1]:65535", Some(("::1", 65535))),
        ("[::1]:65536", None),
        ("[::1:80", None),
        ("::1:00080", Some(("::1", 80))),
        ("::1:000080", Some(("::1", 80))),
        ("1.2.3.4:", None),
        ("1.2.3.4:8x", None),
        (":1", Some(("", 1))),
        (":", None),
        ("", None),
        ("host", None),
    ] {
        let parts = parts.map(|(host, port)| (host.as_bytes(), port));
        assert_eq!(host_port(text.as_bytes()), parts, "{text}");
        for behind in ["", "\n", "\ns Exit Fast", "1 2"] {
            let longer = format!("{text}{behind}");
            let leading = leading_host_port(longer.as_bytes(), text.len());
            assert_eq!(leading, parts, "{text}");
        }
    }
    assert_eq!(host_port(b"1.2.3.4:80"), Some((&b"1.2.3.4"[..], 80)));
    assert_eq!(host_port(b"[::1]:80"), Some((&b"::1"[..], 80)));
    assert_eq!(host_port(b"::1:80"), Some((&b"::1"[..], 80)));
    assert_eq!(host_port(b"[::1:80"), None);
    assert_eq!(host_port(b"host"), None);
    assert_eq!(leading_ipv4(b"255.255.255.255 x"), Some(15));
    assert_eq!(leading_ipv4(b"1.2.3.4 "), Some(7));
    for bad in [
        "1.2.3 ",
        "1.2.3.4.5 ",
        "256.1.1.1 ",
        "1..2.3 ",
        "a.b.c.d ",
        " ",
        "1.2.3. ",
        "1.2.3.4",
        "0000.1.1.1 ",
        "1.2.3.256 ",
        "",
        ".1.2.3 ",
    ] {
        assert_eq!(leading_ipv4(bad.as_bytes()), None, "{bad}");
    }
    assert_eq!(
        lines(b"a\r\nb\n\nc").collect::<Vec<_>>(),
        [&b"a"[..], b"b", b"", b"c"]
    );
}

#[test]
fn damaged_text() {
    let seeds: [&[u8]; 5] = [
        b"UVvL/PJEKtWVOMODeb5KQQGJ4zc",
        b"515B CBFC F244 2AD5 9538 C383 79BE 4A41 0189 E337",
        b"[2001:db8::1]:9001",
        b"192.0.2.1:80",
        b"Cons=1-2 Link=1,3-5\r\nx",
    ];
    crate::proto::mutate::mutants(&seeds, 2000, fuzz_text);
}
