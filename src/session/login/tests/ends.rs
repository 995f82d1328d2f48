//! Ends of the connection, of the time and of the call, at each step.

use super::*;

/// All that is told on the whole way with a cookie, and the command that each answers, if any.
const WAY: [(&str, &str); 8] = [
    ("connected", ""),
    (
        "< 250-PROTOCOLINFO 1|250-AUTH METHODS=SAFECOOKIE COOKIEFILE=\"/c\"|250 OK",
        "PROTOCOLINFO",
    ),
    ("cookie ok", ""),
    ("nonce ok", ""),
    (
        "< 250 AUTHCHALLENGE SERVERHASH={server proof} SERVERNONCE={server nonce}",
        "AUTHCHALLENGE",
    ),
    ("< 250 OK", "AUTHENTICATE"),
    ("wanted SETEVENTS BW", ""),
    ("< 250 OK", "SETEVENTS"),
];

/// What the machine says before each of these, and behind the last.
const SAYS: [&str; 9] = [
    "connect",
    "> PROTOCOLINFO 1",
    "read /c",
    "random",
    "> AUTHCHALLENGE SAFECOOKIE {nonce}",
    "> AUTHENTICATE {proof}",
    "subscribe",
    "> SETEVENTS BW",
    "done",
];

/// The way to where this input is awaited.
fn awaiting(index: usize) -> String {
    let mut lines = vec![SAYS[0]];
    for (input, says) in WAY.iter().zip(&SAYS[1..]).take(index) {
        lines.extend([input.0, says]);
    }
    lines.join("\n") + "\n"
}

/// The way from there.
fn rest(index: usize) -> String {
    let mut lines = Vec::new();
    for (input, says) in WAY.iter().zip(&SAYS[1..]).skip(index) {
        lines.extend([input.0, says]);
    }
    lines.join("\n")
}

/// Where replies are awaited, and to what.
fn questions() -> impl Iterator<Item = (String, &'static str)> {
    let all = WAY.iter().enumerate();
    let asked = all.filter(|(_, (_, asked))| !asked.is_empty());
    asked.map(|(index, (_, asked))| (awaiting(index), *asked))
}

fn lost(asked: &str, word: &str, says: &str) -> String {
    format!("failed Lost {word}: tor.example:9051 was reached, but the connection ended before {asked} was answered: {says}")
}

#[test]
fn an_end_before_the_answer_is_no_refusal() {
    for (before, asked) in questions() {
        let reset = "the connection to tor broke: Connection reset by peer";
        for (end, word, says) in [
            ("end eof", "EOF", "tor closed the connection"),
            ("error closed", "EOF", "tor closed the connection"),
            ("end reset", "ERROR", reset),
        ] {
            let last = lost(asked, word, says);
            outcome(asked, NOTHING, &format!("{before}{end}\n{last}"));
        }
        let local = "end local
             failed Closed LOCAL: the program closed the connection";
        outcome(asked, NOTHING, &format!("{before}{local}"));
        let last = match asked {
            "PROTOCOLINFO" => {
                "failed NotTor: tor.example:9051 answers, but not as tor's control port: rubbish"
                    .to_string()
            }
            _ => lost(asked, "PROTOCOL", "the connection was given up: rubbish"),
        };
        outcome(asked, NOTHING, &format!("{before}end rubbish\n{last}"));
    }
}

#[test]
fn an_end_between_is_seen_at_the_next_command() {
    for (index, asked) in [(3, "AUTHCHALLENGE"), (6, "SETEVENTS")] {
        let last = lost(asked, "EOF", "tor closed the connection");
        let transcript = format!("{}end eof\n{}\n{last}", awaiting(index), WAY[index].0);
        outcome(asked, NOTHING, &transcript);
    }
    // Nothing is sent, so it is for who has the connection to find that out.
    let transcript = awaiting(6) + "end eof\n wanted nothing\n done";
    outcome("nothing to send", NOTHING, &transcript);
}

#[test]
fn an_end_before_the_next_method_is_made_good() {
    let read = ask("METHODS=SAFECOOKIE,HASHEDPASSWORD COOKIEFILE=\"/c\"") + "read /c\n";
    let again = "end eof
         cookie missing
         connect
         end eof
         connected
         > AUTHENTICATE 736563726574
         < 250 OK
         subscribe
         wanted nothing
         done";
    outcome("a new connection", PASSWORD, &format!("{read}{again}"));
    let given = Given {
        is_descriptor: true,
        ..PASSWORD
    };
    let failed = |kind: &str, says: &str| {
        format!("failed {kind}: authentication with the descriptor failed: tor offers SAFECOOKIE, HASHEDPASSWORD; SAFECOOKIE: {says}; HASHEDPASSWORD: not tried: the descriptor's connection has ended and cannot be made anew")
    };
    let last = failed(
        "AuthCookieUnreadable 0 2",
        "cookie file /c: No such file or directory",
    );
    let ended = format!("{read}end eof\n cookie missing\n {last}");
    outcome("a descriptor", given, &ended);
    let last = failed("AuthRefused 513 0", "tor refused: 513 no");
    let refused = format!(
        "{read} cookie ok
         random
         nonce ok
         > AUTHCHALLENGE SAFECOOKIE {{nonce}}
         < 513 no
         {last}"
    );
    outcome("refused", given, &refused);
}

#[test]
fn the_time_is_over_at_each_step() {
    for (index, (name, ..)) in WAY.iter().enumerate() {
        let last = match index {
            0 => "failed Overdue: tor.example:9051 could not be reached within 50 ms",
            _ => {
                "failed Overdue: authentication with tor at tor.example:9051 took longer than 50 ms"
            }
        };
        let transcript = format!("{}timeout 50\n{last}", awaiting(index));
        outcome(name, NOTHING, &transcript);
    }
    let second = ask("METHODS=SAFECOOKIE,HASHEDPASSWORD COOKIEFILE=\"/c\"")
        + "read /c
         cookie ok
         random
         nonce ok
         > AUTHCHALLENGE SAFECOOKIE {nonce}
         < 513 no
         connect
         timeout 50
         failed Overdue: tor.example:9051 could not be reached within 50 ms";
    outcome("the second connection", PASSWORD, &second);
}

#[test]
fn another_failure_of_a_request_ends_it() {
    for (before, asked) in questions() {
        let last = "error cancelled\n failed Cancelled: the call was cancelled";
        outcome(asked, NOTHING, &format!("{before}{last}"));
    }
}

/// What comes out of its turn changes nothing: the way is gone to its end.
#[test]
fn what_is_not_awaited_changes_nothing() {
    outcome("the way", NOTHING, &(awaiting(0) + &rest(0)));
    for other in INPUTS {
        let word = other.split(' ').next().unwrap();
        for (index, (input, asked)) in WAY.iter().enumerate() {
            let is_awaited = match word {
                "<" | "error" => !asked.is_empty(),
                "end" => index > 0,
                "timeout" => true,
                word => input.starts_with(word),
            };
            if !is_awaited {
                let name = format!("{other} before {input}");
                let transcript = format!("{}{other}\n{}", awaiting(index), rest(index));
                outcome(&name, NOTHING, &transcript);
            }
        }
    }
}

#[test]
fn one_in_place_of_another_is_content_with_fewer_events() {
    let again = Given {
        is_return: true,
        ..NOTHING
    };
    with(
        "fewer",
        again,
        "METHODS=NULL",
        "> AUTHENTICATE
         < 250 OK
         mark
         marked
         subscribe
         wanted SETEVENTS BW
         > SETEVENTS BW
         < 552 Unrecognized event \"BW\"
         subscribe without Unrecognized event \"BW\"
         wanted nothing
         done",
    );
    with(
        "an end while it is marked",
        again,
        "METHODS=NULL",
        "> AUTHENTICATE
         < 250 OK
         mark
         end eof
         marked
         subscribe
         wanted SETEVENTS BW
         failed Lost EOF: tor.example:9051 was reached, but the connection ended before SETEVENTS was answered: tor closed the connection",
    );
}
