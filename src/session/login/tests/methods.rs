//! What is tried, in which order, and what a refusal says.

use super::*;

const LET_IN: &str = "< 250 OK
     subscribe
     wanted nothing
     done";

const PROVED: &str = "cookie ok
     random
     nonce ok
     > AUTHCHALLENGE SAFECOOKIE {nonce}
     < 250 AUTHCHALLENGE SERVERHASH={server proof} SERVERNONCE={server nonce}
     > AUTHENTICATE {proof}\n";

/// The last line of a login that was refused.
fn refused(kind: &str, says: &str) -> String {
    format!("failed {kind}: authentication with tor.example:9051 failed: {says}")
}

#[test]
fn each_method_lets_in() {
    let null = format!("> AUTHENTICATE\n {LET_IN}");
    with("null", NOTHING, "METHODS=NULL", &null);
    with(
        "password",
        PASSWORD,
        "METHODS=HASHEDPASSWORD",
        "> AUTHENTICATE 736563726574
         < 250 OK
         subscribe
         wanted SETEVENTS BW
         > SETEVENTS BW
         < 250 OK
         done",
    );
    let both = "METHODS=COOKIE,SAFECOOKIE COOKIEFILE=\"/run/tor/c\"";
    let safe = format!("read /run/tor/c\n {PROVED} {LET_IN}");
    with("safe cookie", NOTHING, both, &safe);
    let named = Given {
        method: Some(Method::Cookie),
        ..NOTHING
    };
    let plain = format!("cookie ok\n > AUTHENTICATE {{cookie}}\n {LET_IN}");
    let rest = format!("read /run/tor/c\n {plain}");
    with("cookie by name", named, both, &rest);
    let own = Given {
        cookie_file: Some("/own"),
        ..NOTHING
    };
    let only = "METHODS=COOKIE COOKIEFILE=\"/run/tor/c\"";
    let rest = format!("read /own\n {plain}");
    with("cookie of the program's file", own, only, &rest);
}

#[test]
fn an_authenticated_connection_is_only_subscribed() {
    let given = Given {
        is_descriptor: true,
        is_authenticated: true,
        ..PASSWORD
    };
    let begin = "connect\n connected\n subscribe\n";
    let nothing = format!("{begin} wanted nothing\n done");
    outcome("nothing wanted", given, &nothing);
    let events = format!("{begin} wanted SETEVENTS BW\n > SETEVENTS BW\n < 250 OK\n done");
    outcome("events wanted", given, &events);
}

#[test]
fn a_refusal_ends_its_connection() {
    let no = "515 Authentication failed: no";
    let says = format!("tor offers NULL; NULL: tor refused: {no}");
    let rest = format!(
        "> AUTHENTICATE\n < {no}\n {}",
        refused("AuthRefused 515 0", &says)
    );
    with("alone", NOTHING, "METHODS=NULL", &rest);
    let auth = "METHODS=SAFECOOKIE,HASHEDPASSWORD COOKIEFILE=\"/c\"";
    let again = "connect
         connected
         > AUTHENTICATE 736563726574";
    let rest = format!("read /c\n {PROVED} < {no}\n {again}\n {LET_IN}");
    with("a proof, then a password", PASSWORD, auth, &rest);
    let says = "tor offers SAFECOOKIE, HASHEDPASSWORD; SAFECOOKIE: tor refused: 513 Wrong; HASHEDPASSWORD: tor refused: 515 Password did not match";
    let rest = format!(
        "read /c
         cookie ok
         random
         nonce ok
         > AUTHCHALLENGE SAFECOOKIE {{nonce}}
         < 513 Wrong
         {again}
         < 515 Password did not match
         {}",
        refused("AuthPasswordWrong 515 0", says)
    );
    with("both", PASSWORD, auth, &rest);
}

#[test]
fn a_peer_that_does_not_know_the_cookie_gets_no_proof() {
    let no_answer = "the reply is no answer to AUTHCHALLENGE";
    for (challenge, says) in [
        (
            "250 AUTHCHALLENGE SERVERHASH={zeros} SERVERNONCE={server nonce}",
            "the other side could not prove that it knows the cookie: it is not the tor that wrote this file, or the file is of an earlier run",
        ),
        ("250 AUTHCHALLENGE", no_answer),
        ("250 AUTHCHALLENGE SERVERHASH={zeros}", no_answer),
        ("250 OK", no_answer),
    ] {
        let says = format!("tor offers SAFECOOKIE; SAFECOOKIE: {says}");
        let rest = format!(
            "read /c
             cookie ok
             random
             nonce ok
             > AUTHCHALLENGE SAFECOOKIE {{nonce}}
             < {challenge}
             {}",
            refused("AuthNoProof 0 0", &says)
        );
        with(challenge, NOTHING, "METHODS=SAFECOOKIE COOKIEFILE=\"/c\"", &rest);
    }
}

#[test]
fn an_unreadable_cookie_costs_no_connection() {
    let missing = "cookie file /c: No such file or directory";
    for (problem, kind, says) in [
        (
            "short",
            "AuthCookieSize 0 0",
            "cookie file /c: has 31 bytes, a cookie has 32",
        ),
        (
            "directory",
            "AuthCookieNotRegular 0 0",
            "cookie file /c: is not a regular file",
        ),
        ("missing", "AuthCookieUnreadable 0 2", missing),
        (
            "denied",
            "AuthCookieUnreadable 0 13",
            "cookie file /c: Permission denied; it belongs to debian-tor:debian-tor, mode 0640; a member of group debian-tor could read it (new members have to log in again)",
        ),
    ] {
        for method in [Method::SafeCookie, Method::Cookie] {
            let given = Given {
                method: Some(method),
                ..NOTHING
            };
            let says = format!("tor offers COOKIE, SAFECOOKIE; {method}: {says}");
            let rest = format!("read /c\n cookie {problem}\n {}", refused(kind, &says));
            let auth = "METHODS=COOKIE,SAFECOOKIE COOKIEFILE=\"/c\"";
            with(problem, given, auth, &rest);
        }
    }
    let says = format!("tor offers SAFECOOKIE, HASHEDPASSWORD; SAFECOOKIE: {missing}; HASHEDPASSWORD: tor refused: 515 no");
    let rest = format!(
        "read /c
         cookie missing
         > AUTHENTICATE 736563726574
         < 515 no
         {}",
        refused("AuthPasswordWrong 515 2", &says)
    );
    let auth = "METHODS=SAFECOOKIE,HASHEDPASSWORD COOKIEFILE=\"/c\"";
    with("the next has the same connection", PASSWORD, auth, &rest);
}

#[test]
fn without_randomness_the_next_method_is_tried() {
    let begin = "read /c\n cookie ok\n random\n nonce the system has none\n";
    let says = "tor offers SAFECOOKIE; SAFECOOKIE: no randomness: the system has none";
    let rest = format!("{begin} {}", refused("Unknown 0 0", says));
    with(
        "none",
        NOTHING,
        "METHODS=SAFECOOKIE COOKIEFILE=\"/c\"",
        &rest,
    );
    let rest = format!("{begin} > AUTHENTICATE 736563726574\n {LET_IN}");
    let auth = "METHODS=SAFECOOKIE,HASHEDPASSWORD COOKIEFILE=\"/c\"";
    with("another", PASSWORD, auth, &rest);
}

#[test]
fn nothing_to_try() {
    for (given, auth, kind, says) in [
        (
            NOTHING,
            "METHODS=HASHEDPASSWORD",
            "AuthNothingGiven 0 0",
            "tor offers HASHEDPASSWORD; HASHEDPASSWORD: not tried, no password was given",
        ),
        (
            PASSWORD,
            "METHODS=QUANTUM",
            "AuthNotOffered 0 0",
            "tor offers QUANTUM; HASHEDPASSWORD: not offered by tor",
        ),
        (
            NOTHING,
            "METHODS=SAFECOOKIE",
            "AuthNoCookieFile 0 0",
            "tor offers SAFECOOKIE; SAFECOOKIE: tor names no cookie file and the program gave none",
        ),
        (
            NOTHING,
            "METHODS=",
            "AuthNotOffered 0 0",
            "tor offers no way to authenticate; none of it can be used",
        ),
    ] {
        with(auth, given, auth, &refused(kind, says));
    }
}

#[test]
fn a_hash_given_as_the_password_is_told() {
    let hash = b"16:872860B76453A77D60CA2BB8C1A7042072093276A3D701AD684053EC4C";
    let given = Given {
        password: Some(hash),
        ..NOTHING
    };
    let auth = "METHODS=HASHEDPASSWORD";
    let command = format!("> AUTHENTICATE {}", hex(hash));
    let says = "tor offers HASHEDPASSWORD; HASHEDPASSWORD: tor refused: 515 no; what was given looks like the hash of tor's HashedControlPassword, and tor wants the password that it was made of";
    let rest = format!(
        "{command}\n < 515 no\n {}",
        refused("AuthPasswordWrong 515 0", says)
    );
    with("refused", given, auth, &rest);
    with("let in", given, auth, &format!("{command}\n {LET_IN}"));
}

#[test]
fn a_password_that_no_command_holds_ends_it() {
    let given = Given {
        password: Some(&[b'x'; 600_000]),
        ..NOTHING
    };
    let rest = "failed Invalid: password: would be 1200015 bytes long; tor reads at most 1048575 and hangs up on more";
    with(
        "too long",
        given,
        "METHODS=NULL,HASHEDPASSWORD",
        &format!("> AUTHENTICATE\n < 515 no\n connect\n connected\n {rest}"),
    );
}

#[test]
fn a_secret_is_kept_no_longer_than_needed() {
    let null = ask("METHODS=NULL") + "> AUTHENTICATE";
    let login = play("not planned", PASSWORD, &null);
    assert!(login.credentials.password.is_none());
    let read = ask("METHODS=SAFECOOKIE,HASHEDPASSWORD COOKIEFILE=\"/c\"") + "read /c\n";
    let login = play("planned", PASSWORD, &read);
    assert!(login.credentials.password.is_some());
    let sent = read + "cookie missing\n > AUTHENTICATE 736563726574";
    let login = play("in the command", PASSWORD, &sent);
    assert!(login.credentials.password.is_none());
}

#[test]
fn a_filter_may_hide_protocolinfo() {
    let begin = "connect
         connected
         > PROTOCOLINFO 1
         < 510 Command filtered
         > AUTHENTICATE\n";
    outcome("it lets in", NOTHING, &format!("{begin} {LET_IN}"));
    let second = format!(
        "{begin} < 515 no
         connect
         connected
         > AUTHENTICATE 736563726574
         {LET_IN}"
    );
    outcome("it wants a password", PASSWORD, &second);
    let says = "tor offers NULL, HASHEDPASSWORD; HASHEDPASSWORD: not tried, no password was given; NULL: tor refused: 515 no";
    let last = refused("AuthRefused 515 0", says);
    outcome("it refuses", NOTHING, &format!("{begin} < 515 no\n {last}"));
}

#[test]
fn what_is_no_tor() {
    for (reply, says) in [
        (
            "HTTP/1.1 400 Bad Request",
            "the reply is not of tor's control protocol",
        ),
        ("250 OK", "the reply is no answer to PROTOCOLINFO"),
        ("500 what?", "tor refused: 500 what?"),
        (
            "250-PROTOCOLINFO 1|250 OK",
            "the reply names no methods (AUTH line missing)",
        ),
        (
            "250-PROTOCOLINFO 1|250-AUTH METHODS=COOKIE COOKIEFILE=\"/a|250 OK",
            "the reply has a malformed COOKIEFILE",
        ),
    ] {
        let transcript = format!(
            "connect
             connected
             > PROTOCOLINFO 1
             < {reply}
             failed NotTor: tor.example:9051 answers, but not as tor's control port: {says}"
        );
        outcome(reply, PASSWORD, &transcript);
    }
}

#[test]
fn refused_events_end_it() {
    with(
        "filtered",
        NOTHING,
        "METHODS=NULL",
        "> AUTHENTICATE
         < 250 OK
         subscribe
         wanted SETEVENTS BW
         > SETEVENTS BW
         < 510 Command filtered
         failed Rejected: a filter before tor refused: 510 Command filtered",
    );
}

#[test]
fn events_that_cannot_be_asked_for_end_it() {
    with(
        "too many",
        NOTHING,
        "METHODS=NULL",
        "> AUTHENTICATE
         < 250 OK
         subscribe
         wanted too much
         failed Invalid: too many names",
    );
}
