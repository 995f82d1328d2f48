use super::*;

fn reply(text: &str) -> Reply {
    Reply::new(text.as_bytes().to_vec())
}

fn info(auth: &str) -> ProtocolInfo {
    let text = format!(
        "250-PROTOCOLINFO 1\r\n250-AUTH {auth}\r\n250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n"
    );
    ProtocolInfo::parse(&reply(&text)).unwrap()
}

fn order(info: &ProtocolInfo, credentials: &Credentials) -> Vec<Method> {
    plan(info, credentials).0
}

fn password() -> Credentials {
    Credentials {
        password: Some(Zeroizing::new(b"secret word".to_vec())),
        ..Credentials::default()
    }
}

fn said(info: &ProtocolInfo, credentials: &Credentials) -> String {
    let mut report = Report::new(info);
    report.attempts = plan(info, credentials).1;
    report.to_string()
}

const ALL: &str = "METHODS=COOKIE,SAFECOOKIE,HASHEDPASSWORD COOKIEFILE=\"/run/tor/a\"";

#[test]
fn reads_protocolinfo() {
    let info = info(
        "METHODS=COOKIE,SAFECOOKIE,NEW,HASHEDPASSWORD COOKIEFILE=\"/a b/\\303\\251\\\"\\\\\" X=y",
    );
    assert_eq!(
        info.methods,
        [Method::Cookie, Method::SafeCookie, Method::Password]
    );
    assert_eq!(info.unknown_methods, ["NEW"]);
    assert_eq!(info.cookie_file.as_deref(), Some("/a b/é\"\\".as_bytes()));
    assert_eq!(info.tor_version, "0.4.9.11");
}

#[test]
fn a_reply_that_is_no_protocolinfo() {
    let parse = |text| ProtocolInfo::parse(&reply(text)).unwrap_err().to_string();
    assert!(parse("250 OK\r\n").contains("no answer"));
    assert!(parse("250-PROTOCOLINFO 1\r\n250 OK\r\n").contains("AUTH line missing"));
    assert!(parse("514 Authentication required.\r\n").contains("514"));
    assert!(parse("HTTP/1.0 501 Tor is not an HTTP Proxy\r\n").contains("is not of tor"));
    let open = "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=COOKIE COOKIEFILE=\"/a\\\"\r\n250 OK\r\n";
    assert!(parse(open).contains("COOKIEFILE"));
}

#[test]
fn the_order_of_methods() {
    let none = Credentials::default();
    assert_eq!(order(&info("METHODS=NULL"), &none), [Method::Null]);
    assert_eq!(order(&info("METHODS=NULL"), &password()), [Method::Null]);
    assert_eq!(order(&info(ALL), &none), [Method::SafeCookie]);
    assert_eq!(
        order(&info(ALL), &password()),
        [Method::SafeCookie, Method::Password]
    );
    let plain = info("METHODS=COOKIE,HASHEDPASSWORD COOKIEFILE=\"/c\"");
    // The peer may name any file.
    assert!(order(&plain, &none).is_empty());
    assert!(said(&plain, &none).contains("TORCTL_AUTH_COOKIE"));
    let own = |credentials: Credentials| Credentials {
        cookie_file: Some(b"/own".to_vec()),
        ..credentials
    };
    assert_eq!(order(&plain, &own(none.clone())), [Method::Cookie]);
    assert_eq!(order(&info(ALL), &own(none.clone())), [Method::SafeCookie]);
    assert_eq!(order(&plain, &own(password())), [Method::Password]);
    assert_eq!(order(&plain, &password()), [Method::Password]);
    assert!(order(&info("METHODS=HASHEDPASSWORD"), &none).is_empty());
    assert!(order(&info("METHODS=SAFECOOKIE"), &none).is_empty());
    assert!(order(&info("METHODS=NEW"), &none).is_empty());
}

#[test]
fn the_program_may_name_the_method() {
    for method in Method::ALL {
        let mut credentials = password();
        credentials.method = Some(method);
        let expected: &[Method] = if method == Method::Null {
            &[]
        } else {
            &[method]
        };
        assert_eq!(order(&info(ALL), &credentials), expected);
    }
    let named = Credentials {
        method: Some(Method::Cookie),
        ..Credentials::default()
    };
    assert_eq!(
        said(&info("METHODS=NULL"), &named),
        "tor offers NULL; COOKIE: not offered by tor"
    );
}

#[test]
fn the_program_s_cookie_file_comes_first() {
    let info = info(ALL);
    let mut credentials = Credentials::default();
    assert_eq!(credentials.cookie_path(&info), Some(&b"/run/tor/a"[..]));
    credentials.cookie_file = Some(b"/own".to_vec());
    assert_eq!(credentials.cookie_path(&info), Some(&b"/own"[..]));
}

#[test]
fn reports_say_what_to_do() {
    let none = Credentials::default();
    assert_eq!(
        said(&info("METHODS=HASHEDPASSWORD"), &none),
        "tor offers HASHEDPASSWORD; HASHEDPASSWORD: not tried, no password was given"
    );
    let info = info(ALL);
    let mut report = Report::new(&info);
    let owner = FileOwner {
        uid: 107,
        gid: 115,
        group: Some("debian-tor".to_owned()),
        mode: 0o100640,
        ..FileOwner::default()
    };
    let failure = |problem| Failure::Cookie {
        path: b"/run/tor/a\xff".to_vec(),
        problem,
    };
    report.add(
        Method::SafeCookie,
        failure(CookieProblem::Unreadable {
            errno: 13,
            owner: Some(owner.clone()),
        }),
    );
    let refused = reply("515 Authentication failed: Password did not match\r\n");
    report.add(Method::Password, check_authenticated(&refused).unwrap_err());
    assert_eq!(
        report.to_string(),
        "tor offers COOKIE, SAFECOOKIE, HASHEDPASSWORD; SAFECOOKIE: cookie file /run/tor/a\\xff: \
         Permission denied; it belongs to 107:debian-tor, mode 0640; a member of group \
         debian-tor could read it (new members have to log in again); HASHEDPASSWORD: tor refused: \
         515 Authentication failed: Password did not match"
    );
    assert_eq!(report.errno(), 13);
    assert_eq!(
        report.rejection().map(|rejection| rejection.code),
        Some(515)
    );
    let closed = FileOwner {
        mode: 0o600,
        ..owner.clone()
    };
    assert!(closed.to_string().contains("CookieAuthFileGroupReadable 1"));
    // What stands behind a closed directory nobody sees: the advice is for both.
    for (mode, advice) in [
        (0o700, "DataDirectoryGroupReadable 1"),
        (0o750, "a member of group"),
    ] {
        let directory = FileOwner {
            mode,
            directory: Some(b"/run/tor".to_vec()),
            ..owner.clone()
        };
        let text = directory.to_string();
        assert!(text.starts_with("the directory /run/tor belongs to"));
        assert!(text.contains(advice) && text.contains("CookieAuthFileGroupReadable 1"));
    }
    assert!(failure(CookieProblem::Size(33))
        .to_string()
        .contains("has 33 bytes"));
}

#[test]
fn a_cookie_has_32_bytes() {
    for size in [0, 31, 33, 64] {
        let problem = Cookie::new(&vec![0; size]).unwrap_err();
        assert_eq!(problem, CookieProblem::Size(size as u64));
    }
    let cookie = Cookie::new(&[0xff; 32]).unwrap();
    assert_eq!(format!("{cookie:?}"), "Cookie([secret])");
    let hex = "FF".repeat(32);
    assert_eq!(
        authenticate_cookie(&cookie).as_bytes(),
        format!("AUTHENTICATE {hex}\r\n").as_bytes()
    );
}

#[test]
fn safecookie_proves_both_sides() {
    let cookie = Cookie::new(&std::array::from_fn::<u8, 32, _>(|i| i as u8)).unwrap();
    let nonce = [0xaa; 32];
    let answer = |hash: &str| {
        reply(&format!(
            "250 AUTHCHALLENGE SERVERHASH={hash} SERVERNONCE={}\r\n",
            "BB".repeat(32)
        ))
    };
    let response = check_challenge(&answer(SERVER_HASH), &cookie, &nonce).unwrap();
    assert_eq!(
        authenticate_safe_cookie(&response).as_bytes(),
        format!("AUTHENTICATE {CLIENT_HASH}\r\n").as_bytes()
    );
    let lower = answer(&SERVER_HASH.to_ascii_lowercase());
    assert!(check_challenge(&lower, &cookie, &nonce).is_ok());
    let flipped = SERVER_HASH.replacen(&SERVER_HASH[..1], "0", 1);
    let short = &SERVER_HASH[..62];
    for wrong in [flipped.as_str(), short, ""] {
        let failure = check_challenge(&answer(wrong), &cookie, &nonce).unwrap_err();
        assert_eq!(failure, Failure::ServerHash, "{wrong}");
    }
    assert!(check_challenge(&answer(SERVER_HASH), &cookie, &[0; 32]).is_err());
    for text in [
        "250 OK\r\n",
        "250 AUTHCHALLENGE SERVERHASH=zz SERVERNONCE=00\r\n",
        "250 AUTHCHALLENGE SERVERHASH=00\r\n",
    ] {
        let failure = check_challenge(&reply(text), &cookie, &nonce).unwrap_err();
        assert!(matches!(failure, Failure::Answer(_)), "{text}");
    }
    let refused = reply("515 Cookie authentication is disabled\r\n");
    let failure = check_challenge(&refused, &cookie, &nonce).unwrap_err();
    assert!(matches!(failure, Failure::Rejected(_)));
}

#[test]
fn passwords_go_as_hex_and_never_show() {
    let command = authenticate_password(b"a \"b\r\n\0\xff").unwrap();
    assert_eq!(command.as_bytes(), b"AUTHENTICATE 612022620D0A00FF\r\n");
    assert!(!format!("{:?}", password()).contains("secret word"));
    let error = authenticate_password(&vec![b'x'; 1 << 20]).unwrap_err();
    assert_eq!(error.argument(), "password");
    assert_eq!(authenticate_null().as_bytes(), b"AUTHENTICATE\r\n");
}

#[test]
fn the_hash_of_a_password_is_told_from_a_password() {
    let hash = "16:872860B76453A77D60CA2BB8C1A7042072093276A3D701AD684053EC4C";
    assert!(is_password_hash(hash.as_bytes()));
    assert!(is_password_hash(hash.to_lowercase().as_bytes()));
    assert!(!is_password_hash(&hash.as_bytes()[1..]));
    assert!(!is_password_hash(hash.replace('8', "x").as_bytes()));
    assert!(!is_password_hash(b"16:"));
    let mut report = Report::new(&ProtocolInfo::default());
    let refused = Rejection::of(&reply(
        "515 Authentication failed: Password did not match\r\n",
    ));
    report.add(Method::Password, Failure::HashGiven(refused.unwrap()));
    assert_eq!(
        report.reason(),
        crate::proto::reason::Reason::AuthPasswordWrong
    );
    assert!(report.rejection().is_some());
    assert!(
        report.to_string().contains("looks like the hash")
            && !report.to_string().contains("872860")
    );
}

#[test]
fn survives_mutants() {
    let seeds: [&[u8]; 3] = [
        b"250-PROTOCOLINFO 1\r\n250-AUTH METHODS=COOKIE,SAFECOOKIE,HASHEDPASSWORD COOKIEFILE=\"/a b/\\303\\251\\\\\"\r\n250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n",
        b"250 AUTHCHALLENGE SERVERHASH=00112233 SERVERNONCE=AABBCC\r\n",
        b"515 Authentication failed: Wrong length on authentication cookie.\r\n",
    ];
    crate::proto::mutate::mutants(&seeds, 5_000, fuzz_auth);
}

// Of the cookie 00 01 .. 1F and the nonces AA.. and BB.., by Python's hmac and hashlib.
const SERVER_HASH: &str = "7780BA467C566548B61DA5B927043DF643CC6FB18E6258718F47591A09909213";
const CLIENT_HASH: &str = "ECD5845C1ED9B11354FED620D989E9F34243606E0F7F97C0F3C8A9303A06D468";
