//! Limits, ends and secrets.

use super::*;
use crate::session::{deliver, Access, Dialogue};

const LIMITS: Limits = Limits {
    line_bytes: 40,
    message_lines: 3,
    message_bytes: 100,
};

#[test]
fn what_is_too_large_is_told_and_what_follows_is_heard() {
    let long = "x".repeat(50);
    check_with(
        LIMITS,
        &format!(
            "ask a GETINFO version
             ask b GETINFO address
             write
             > GETINFO version
             > GETINFO address
             < 650 BW {long}
             lost BW
             < 250-version={long} | 250 OK
             = a over 40 bytes a line
             < 650 BW 1 2
             ! 650 BW 1 2
             < 250-address=a | 250 OK
             = b 250 address=a | 250 OK"
        ),
    );
    check_with(
        LIMITS,
        "ask a GETINFO version
         ask b SIGNAL RELOAD
         write
         > GETINFO version
         > SIGNAL RELOAD
         < 250-version=1 | 250-b=2 | 250-c=3 | 250 OK
         = a over 3 lines a reply
         < 650-CONF_CHANGED | 650-A | 650-B | 650-C | 650 OK
         lost CONF_CHANGED
         < 250 OK
         = b 250 OK",
    );
    let line = "y".repeat(30);
    check_with(
        LIMITS,
        &format!(
            "ask a GETINFO ns/all
             ask b SIGNAL RELOAD
             write
             > GETINFO ns/all
             > SIGNAL RELOAD
             < 250+ns/all= | {line} | {line} | {line} | {line} | . | 250 OK
             = a over 100 bytes a reply
             < 650+NS | {line} | {line} | {line} | . | 650 OK
             lost NS
             < 250 OK
             = b 250 OK"
        ),
    );
}

/// What is taken as it comes is not held; what nobody takes has an end.
#[test]
fn data_ahead_of_its_reply_has_no_limit_while_it_is_taken() {
    let line = "y".repeat(30);
    let many = vec![line.as_str(); 20].join(" | ");
    let shown = format!("{line}\\r\\n").repeat(20);
    check_with(
        LIMITS,
        &format!(
            "ask a+data GETINFO ns/all
             write
             > GETINFO ns/all
             < 250+ns/all= | {many}
             data a {shown}
             < . | 250 OK
             = a 250 ns/all=+ | 250 OK"
        ),
    );
    let too_many = vec![line.as_str(); 51].join(" | ");
    let cause = "the connection was given up: the peer went on with a message to more than 16 times the limit of 100 bytes a reply";
    check_with(
        LIMITS,
        &format!(
            "ask a+data GETINFO ns/all
             write
             > GETINFO ns/all
             drop a
             <! 250+ns/all= | {too_many}
             broken: {cause}"
        ),
    );
    check_with(
        LIMITS,
        &format!(
            "ask a GETINFO ns/all
             write
             > GETINFO ns/all
             < 250+ns/all= | {line} | {line} | {line}
             = a over 100 bytes a reply
             <! {too_many}
             broken: {cause}"
        ),
    );
}

/// A limit that is broken behind data that was given out already.
#[test]
fn a_reply_may_become_too_large_behind_its_data() {
    let long = "x".repeat(50);
    check_with(
        LIMITS,
        &format!(
            "ask a+data GETINFO ns/all
             ask b SIGNAL RELOAD
             write
             > GETINFO ns/all
             > SIGNAL RELOAD
             < 250+ns/all= | r a
             data a r a\\r\\n
             < . | 250-{long} | 250 OK
             = a over 40 bytes a line
             < 250 OK
             = b 250 OK"
        ),
    );
}

#[test]
fn what_is_not_the_protocol_ends_it() {
    let cause = "the connection was given up: the peer";
    for (said, text) in [
        (
            "HTTP/1.0 400 Bad",
            "sent a line that is not of tor's control protocol: \"HTTP/1.0 400 Bad\"",
        ),
        (
            "650-CONF_CHANGED | 250 OK",
            "mixed the lines of a reply and an event",
        ),
    ] {
        check(&format!(
            "ask a GETINFO version
             write
             > GETINFO version
             <! 650 BW 1 2 | {said}
             ! 650 BW 1 2
             = a {cause} {text}
             broken: {cause} {text}"
        ));
    }
}

/// An end at each byte of what tor says: who has an answer has it, all others are told.
#[test]
fn an_end_at_each_byte() {
    let said = "250-version=1\r\n250 OK\r\n650 BW 1 2\r\n250+ns/all=\r\nr a\r\n.\r\n250 OK\r\n650+NS\r\nr a\r\n.\r\n650 OK\r\n250 OK\r\n";
    let ends = [23, 35, 64, 88, 96];
    let come_to = [
        "= a 250 version=1 | 250 OK",
        "! 650 BW 1 2",
        "= b 250 ns/all=+ | 250 OK",
        "! 650+NS | r a | . | 650 OK",
        "= c 250 OK",
    ];
    for at in 0..=said.len() {
        let mut talk = Talk::new(Limits::default(), Cuts::None);
        for line in [
            "ask a GETINFO version",
            "ask b+data GETINFO ns/all",
            "ask c+ordered SIGNAL RELOAD",
            "write",
        ] {
            talk.act(line);
        }
        talk.log.take();
        for byte in said[..at].bytes() {
            talk.hear(&[byte]);
        }
        talk.act("end");
        let all = talk.log.take();
        let (data, rest): (Vec<_>, Vec<_>) = all.iter().partition(|it| it.starts_with("data"));
        assert_eq!(data.len(), usize::from(at >= 35 + 13 + 5), "at {at}");
        let done = ends.iter().filter(|end| **end <= at).count();
        assert_eq!(rest[..done], come_to[..done], "at {at}");
        let mut left = come_to[done..].iter().filter(|it| it.starts_with('='));
        for line in &rest[done..] {
            let name = left.next().map(|it| &it[..3]);
            assert_eq!(Some(&line[..3]), name, "at {at}");
            assert!(line.ends_with("tor closed the connection"), "{line}");
        }
        assert_eq!(left.next(), None, "at {at}");
        assert!(!talk.session.holds(b"250"), "at {at}");
    }
}

/// An end at each byte that is written.
#[test]
fn an_end_while_writing() {
    for count in 0..40 {
        let mut talk = Talk::new(Limits::default(), Cuts::None);
        talk.act("ask a GETINFO version");
        talk.act("ask b GETINFO address");
        talk.act(&format!("write {count}"));
        talk.log.take();
        talk.act("end");
        let both = ["a", "b"].map(|name| format!("= {name} tor closed the connection"));
        assert_eq!(talk.log.take(), both);
        talk.act("write");
        talk.note_timer();
        assert_eq!(talk.log.take(), [""; 0]);
    }
}

const SECRET: &str = "hunter2";

#[test]
fn nothing_of_a_secret_stays_where_it_was_received() {
    for script in [
        "ask a GETCONF ContactInfo
         write
         > GETCONF ContactInfo
         expected
         expects secret
         < 250 ContactInfo=hunter2
         = a 250 ContactInfo=hunter2
         look hunter2
         gone
         expected
         expects nothing",
        // Given up, ordered, and with what comes in front of it and behind it.
        "ask a GETCONF ContactInfo
         ask b+ordered GETCONF ContactInfo
         write
         > GETCONF ContactInfo
         > GETCONF ContactInfo
         drop a
         < 250-ContactInfo=hunter2 | 250 Log
         look hunter2
         gone
         <! 650 BW 1 2 | 250 ContactInfo=hunter2 | 650 BW 3 4 | 65
         ! 650 BW 1 2
         = b 250 ContactInfo=hunter2
         ! 650 BW 3 4
         broken: x
         look hunter2
         gone",
        // The connection ends before all of it has come.
        "ask a GETCONF ContactInfo
         write
         > GETCONF ContactInfo
         << 250-ContactInfo=hunter2
         end
         = a tor closed the connection
         look hunter2
         gone",
        // It is too large, and comes whole or in pieces.
        "ask a GETCONF ContactInfo
         write
         > GETCONF ContactInfo
         < 250-A=hunter2 | 250-B=hunter2 | 250-C=hunter2 | 250-D=hunter2 | 250-E=hunter2
         = a over 3 lines a reply
         look hunter2
         gone
         < 250-F=hunter2 | 250 G=hunter2
         look hunter2
         gone",
        // It is not about what was asked.
        "ask a GETCONF ContactInfo
         write
         > GETCONF ContactInfo
         <! 250-PrivateKey=hunter2 | 250 status/x=1
         = a the connection was given up: the peer's reply is not about what was asked, and no other would be trusted after it
         broken: the connection was given up: the peer's reply is not about what was asked, and no other would be trusted after it
         look hunter2
         gone",
    ] {
        let script = script.replace(" | 65\n", "\n").replace("         broken: x\n", "");
        check_with(LIMITS, &script);
    }
}

/// Also where the decoder lives longer than the session, as in the engine.
#[test]
fn nothing_of_a_secret_that_was_misplaced_stays() {
    struct Own(RefCell<Dialogue<Named>>);
    impl Access<Named> for Own {
        fn with<T>(&self, act: impl FnOnce(&mut Dialogue<Named>) -> T) -> Option<T> {
            Some(act(&mut self.0.borrow_mut()))
        }
    }
    let talk = Talk::new(LIMITS, Cuts::None);
    let mut dialogue = Dialogue::default();
    let ask = Command::raw(b"GETCONF A", None).unwrap();
    let ticket = dialogue.begin(ask, talk.named("a"), Manner::default());
    assert!(ticket.is_ok());
    dialogue.advance(b"GETCONF A\r\n".len());
    let expected = dialogue.expected();
    let mut decoder = Decoder::new(LIMITS);
    decoder.keep_secrets(expected.has_secret());
    decoder.feed(b"250-A=hunter2\r\n250 a/b=hunter2\r\n");
    let dialogue = Own(RefCell::new(dialogue));
    let mut sink = Late {
        log: talk.log.clone(),
        ranges: Vec::new(),
        copies: Vec::new(),
    };
    let delivered = deliver(&mut decoder, &dialogue, &expected, &mut sink);
    assert!(delivered.is_err() && talk.log.take().len() == 1);
    assert!(!decoder.bytes().windows(7).any(|it| it == SECRET.as_bytes()));
}

/// Also of one that fills most of the buffer, which is given away, and of one behind it.
#[test]
fn nothing_of_a_large_secret_stays() {
    let large = format!("250-A={}\r\n", SECRET.repeat(20)).repeat(1000);
    let said = format!("{large}250 B=x\r\n250 C={SECRET}\r\n");
    for size in [said.len(), 100_000, 4096, 1000] {
        let mut talk = Talk::new(Limits::default(), Cuts::None);
        talk.act("ask a GETCONF A");
        talk.act("ask b GETCONF C");
        talk.act("write");
        for piece in said.as_bytes().chunks(size) {
            talk.hear(piece);
        }
        assert!(!talk.session.holds(&SECRET.as_bytes()[..4]), "in {size}");
        assert_eq!(talk.log.take().len(), 4);
    }
}
