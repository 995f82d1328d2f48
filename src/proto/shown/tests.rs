use super::*;

fn shown(side: Side, text: &str) -> String {
    let mut lines = ShownLines::new(side, 1000);
    let mut shown = Vec::new();
    let wire = text.replace('\n', "\r\n");
    lines.feed(wire.as_bytes(), &mut |line| {
        shown.push(String::from_utf8(line).unwrap());
    });
    shown.join("\n")
}

#[track_caller]
fn check(side: Side, text: &str, want: &str) {
    assert_eq!(shown(side, &format!("{text}\n")), want);
}

#[test]
fn commands_without_secrets_are_shown_as_they_are() {
    for line in [
        "GETINFO version  config-file",
        "SETEVENTS BW CIRC",
        "SETCONF ContactInfo=\"a b\" SocksPort=9050 Log",
        "RESETCONF HTTPProxy=1.2.3.4:5",
        "MAPADDRESS 1.2.3.4=tor.example",
        "ADD_ONION NEW:BEST Flags=Detach Port=80,unix:/a ClientAuthV3=AAAA",
        "SETCONF HashedControlPassword",
        "PROTOCOLINFO 1",
        "AUTHENTICATE",
        "QUIT",
        "",
    ] {
        check(Side::Ours, line, line);
    }
    let data = "+HSPOST SERVER=AA\nhs-descriptor 3\n..x\n.\nGETINFO version";
    check(Side::Ours, data, data);
}

#[test]
fn secrets_of_commands_are_not_shown() {
    for (line, want) in [
        ("AUTHENTICATE 616263", "AUTHENTICATE [secret]"),
        ("authenticate \"a b\"", "authenticate [secret]"),
        (
            "AUTHCHALLENGE SAFECOOKIE 00FF",
            "AUTHCHALLENGE SAFECOOKIE [secret]",
        ),
        (
            "SETCONF HashedControlPassword=\"16:AA \\\" BB\" Log=x",
            "SETCONF HashedControlPassword=[secret] Log=x",
        ),
        (
            "SETCONF hashedcontrolpass=16:AA Socks5ProxyP=x HTTPSProxyAuthenticator=a:b",
            "SETCONF hashedcontrolpass=[secret] Socks5ProxyP=[secret] HTTPSProxyAuthenticator=[secret]",
        ),
        (
            "SETCONF HashedControlPassword=\"16:AA BB",
            "SETCONF HashedControlPassword=[secret]",
        ),
        (
            "ADD_ONION ED25519-V3:AAAA== Port=80",
            "ADD_ONION ED25519-V3:[secret] Port=80",
        ),
        (
            "ONION_CLIENT_AUTH_ADD abc x25519:AAAA= ClientName=x",
            "ONION_CLIENT_AUTH_ADD abc x25519:[secret] ClientName=x",
        ),
        ("NEWCOMMAND a=b c", "NEWCOMMAND [secret]"),
        (
            "+LOADCONF\nSocksPort 0\n HashedControlPassword 16:AA\n+HashedControlPassword 16:BB\n.\nQUIT",
            "+LOADCONF\nSocksPort 0\n HashedControlPassword [secret]\n+HashedControlPassword [secret]\n.\nQUIT",
        ),
        ("+NEWDATA\na\n.\nQUIT", "+NEWDATA\n[secret]\n.\nQUIT"),
    ] {
        check(Side::Ours, line, want);
    }
}

#[test]
fn secrets_of_answers_are_not_shown() {
    for (line, want) in [
        (
            "250 AUTHCHALLENGE SERVERHASH=AA SERVERNONCE=BB",
            "250 AUTHCHALLENGE SERVERHASH=[secret] SERVERNONCE=[secret]",
        ),
        (
            "250-ServiceID=abc\n250-PrivateKey=ED25519-V3:AAAA==\n250 OK",
            "250-ServiceID=abc\n250-PrivateKey=ED25519-V3:[secret]\n250 OK",
        ),
        (
            "250-CLIENT abc x25519:AAAA= Flags=Permanent ClientName=a",
            "250-CLIENT abc x25519:[secret] Flags=Permanent ClientName=a",
        ),
        (
            "250-SocksPort=9050\n250 HashedControlPassword=16:AA",
            "250-SocksPort=9050\n250 HashedControlPassword=[secret]",
        ),
        (
            "650-CONF_CHANGED\n650-HashedControlPassword=16:AA\n650 OK",
            "650-CONF_CHANGED\n650-HashedControlPassword=[secret]\n650 OK",
        ),
        (
            "250+config-text=\nHashedControlPassword 16:AA\nSocksPort 0\n.\n250 OK",
            "250+config-text=\nHashedControlPassword [secret]\nSocksPort 0\n.\n250 OK",
        ),
        (
            "250-config-text=HashedControlPassword 16:AA",
            "250-config-text=HashedControlPassword [secret]",
        ),
        (
            "650 STREAM 1 NEW 0 a:80 SOCKS_USERNAME=\"u\" SOCKS_PASSWORD=\"p \\\" q\" X=1",
            "650 STREAM 1 NEW 0 a:80 SOCKS_USERNAME=\"u\" SOCKS_PASSWORD=\"[secret]\" X=1",
        ),
        (
            "250+circuit-status=\n1 BUILT SOCKS_PASSWORD=\"p\"\n.",
            "250+circuit-status=\n1 BUILT SOCKS_PASSWORD=\"[secret]\"\n.",
        ),
        (
            "250+config/names=\nHashedControlPassword LineList\n.",
            "250+config/names=\nHashedControlPassword LineList\n.",
        ),
        ("25", "25"),
    ] {
        check(Side::Theirs, line, want);
    }
}

#[test]
fn a_line_that_is_too_long_is_cut() {
    let mut lines = ShownLines::new(Side::Theirs, 10);
    let mut shown = Vec::new();
    for piece in [&b"250 0123"[..], b"456789", b"\r\n250 OK\r\n"] {
        lines.feed(piece, &mut |line| shown.push(line));
    }
    assert_eq!(shown, [b"250 012345[...]".to_vec(), b"250 OK".to_vec()]);
}

#[test]
fn survives_mutants() {
    let seeds: [&[u8]; 5] = [
        b"SETCONF A=\"x\\\"y\" HashedControlPassword=\"z\" C\r\n",
        b"+LOADCONF\r\nHashedControlPassword a\r\n.\r\nQUIT\r\n",
        b"250-CLIENT a x25519:AA Flags=x\r\n250 OK\r\n",
        b"250+config-text=\r\nA b\r\n.\r\n650 STREAM SOCKS_PASSWORD=\"p\"\r\n",
        b"ADD_ONION ED25519-V3:AAAA Port=80\r\nAUTHENTICATE 00\r\n",
    ];
    crate::proto::mutate::mutants(&seeds, 20_000, fuzz_shown);
}
