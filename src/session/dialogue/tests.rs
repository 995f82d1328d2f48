use super::*;
use crate::proto::auth::Credentials;
use crate::proto::event::Kind;
use std::cell::RefCell;
use std::rc::Rc;

/// Writes down what it gets.
#[derive(Clone, Debug, Default)]
struct Recorder(Rc<RefCell<Vec<String>>>);

impl Recorder {
    fn push(&self, text: String) {
        self.0.borrow_mut().push(text);
    }

    fn take(&self) -> String {
        std::mem::take(&mut *self.0.borrow_mut()).join("; ")
    }
}

impl Waiter for Recorder {
    fn complete(&self, outcome: Result<Reply, Error>) {
        self.push(match outcome {
            Ok(reply) => reply.code().to_string(),
            Err(error) => error.to_string(),
        });
    }

    fn take_data(&self, lines: &[u8]) -> usize {
        self.push(format!("data {}", lines.escape_ascii()));
        lines.len()
    }

    fn wake(&self) {
        self.push("woken".to_string());
    }
}

fn command(line: &str) -> Command {
    Command::raw(line.as_bytes(), None).unwrap()
}

fn reply(text: &str) -> Result<Reply, Error> {
    Ok(Reply::new(text.as_bytes().to_vec()))
}

const PLAIN: Manner = Manner {
    wants_data: false,
    is_ordered: false,
};

fn open() -> Dialogue<Recorder> {
    let mut dialogue = Dialogue::default();
    log_in(&mut dialogue);
    assert!(!dialogue.has_asked_for_events() && !dialogue.has_pending());
    dialogue.open();
    dialogue
}

/// Begins a login on a connection that is authenticated.
fn log_in(dialogue: &mut Dialogue<Recorder>) {
    let login = Login::new(Credentials::default(), "tor".to_string(), false, true);
    dialogue.begin_login(login, Recorder::default());
    assert!(matches!(dialogue.poll_login(), Some(Demand::Connect)));
    dialogue.with_login(Login::handle_connected);
}

/// Writes all that is to be written, and gives it.
fn written(dialogue: &mut Dialogue<Recorder>) -> String {
    let mut all = Vec::new();
    while dialogue.wants_transmit() {
        let mut slices = [IoSlice::new(&[]); 2];
        let used = dialogue.poll_transmit(&mut slices);
        let bytes: Vec<u8> = slices[..used].iter().flat_map(|it| it.to_vec()).collect();
        dialogue.advance(bytes.len());
        all.extend_from_slice(&bytes);
    }
    String::from_utf8(all).unwrap().replace("\r\n", ";")
}

#[test]
fn a_deadline_ends_a_request_whose_reply_is_then_nobodys() {
    let mut dialogue = open();
    let now = Instant::now();
    let at = |ms| now + Duration::from_millis(ms);
    let [a, b, c] = [(); 3].map(|()| Recorder::default());
    let tickets = [&a, &b, &c].map(|it| dialogue.begin(command("A"), it.clone(), PLAIN).unwrap());
    dialogue.set_deadline(tickets[0], at(300), 300);
    dialogue.set_deadline(tickets[1], at(100), 100);
    dialogue.set_deadline(tickets[2], at(200), 200);
    assert_eq!(written(&mut dialogue), "A;A;A;");
    assert_eq!(dialogue.poll_timeout(), Some(at(100)));
    dialogue.handle_timeout(at(99));
    assert_eq!(b.take(), "");
    dialogue.handle_timeout(at(100));
    assert_eq!(b.take(), "tor did not answer within 100 ms");
    for text in ["250 a\r\n", "251 b\r\n", "252 c\r\n"] {
        dialogue.handle_reply(reply(text)).unwrap();
    }
    assert_eq!(
        (a.take(), b.take(), c.take()),
        ("250".into(), "".into(), "252".into())
    );
    // Nothing is left to be done, and nothing kept for it.
    assert_eq!(dialogue.poll_timeout(), None);
    for _ in 0..1000 {
        let ticket = dialogue.begin(command("A"), a.clone(), PLAIN).unwrap();
        dialogue.set_deadline(ticket, at(1_000), 1_000);
        written(&mut dialogue);
        dialogue.handle_reply(reply("250 a\r\n")).unwrap();
    }
    assert!(dialogue.deadlines.len() < 100);
}

#[test]
fn what_is_corked_waits_for_more_but_not_long() {
    let mut dialogue = open();
    let now = Instant::now();
    let begin = |dialogue: &mut Dialogue<Recorder>| {
        dialogue
            .begin(command("A"), Recorder::default(), PLAIN)
            .unwrap();
        dialogue.cork(|| now + CORK);
    };
    begin(&mut dialogue);
    assert!(dialogue.has_unwritten() && !dialogue.wants_transmit());
    assert_eq!(
        (dialogue.poll_timeout(), dialogue.corked_until()),
        (Some(now + CORK), Some(now + CORK))
    );
    dialogue.handle_timeout(now);
    assert!(!dialogue.wants_transmit());
    dialogue.handle_timeout(now + CORK);
    assert_eq!(written(&mut dialogue), "A;");
    // Enough of them do not wait.
    for count in 1..CORKED {
        begin(&mut dialogue);
        assert_eq!(
            (dialogue.unwritten(), dialogue.is_nearly_full()),
            (count, count == CORKED - 1)
        );
        assert!(!dialogue.wants_transmit());
    }
    begin(&mut dialogue);
    assert_eq!(written(&mut dialogue), "A;".repeat(CORKED));
    begin(&mut dialogue);
    dialogue.uncork();
    assert_eq!(written(&mut dialogue), "A;");
}

#[test]
fn what_is_expected_is_known_until_it_has_come() {
    let mut dialogue = open();
    let expected = dialogue.expected();
    let shown = |expected: &Expected| {
        (
            expected.has_secret(),
            expected.has_stream(),
            expected.has_ordered(),
        )
    };
    let data = Manner {
        wants_data: true,
        ..PLAIN
    };
    let ordered = Manner {
        is_ordered: true,
        ..PLAIN
    };
    let begin = |dialogue: &mut Dialogue<Recorder>, line: &str, manner| {
        dialogue
            .begin(command(line), Recorder::default(), manner)
            .unwrap()
    };
    begin(&mut dialogue, "GETCONF ContactInfo", PLAIN);
    let stream = begin(&mut dialogue, "GETINFO ns/all", data);
    begin(&mut dialogue, "SIGNAL NEWNYM", ordered);
    assert_eq!(shown(&expected), (true, true, true));
    written(&mut dialogue);
    // One that is given up still comes.
    dialogue.abandon(stream);
    assert_eq!(dialogue.manner_of(1), data);
    assert_eq!(
        dialogue.handle_data(1, b"250+ns/all=\r\n", b"a\r\n"),
        Ok(None)
    );
    let is_secret = |dialogue: &mut Dialogue<Recorder>, text| {
        dialogue.handle_reply(reply(text)).unwrap().is_secret
    };
    assert!(is_secret(&mut dialogue, "250 ContactInfo=me\r\n"));
    assert_eq!(shown(&expected), (false, true, true));
    assert!(!is_secret(&mut dialogue, "551 no\r\n"));
    assert_eq!(shown(&expected), (false, false, true));
    // One that is withdrawn does not.
    let stream = begin(&mut dialogue, "GETINFO ns/all", data);
    dialogue.abandon(stream);
    assert_eq!(shown(&expected), (false, false, true));
    dialogue.handle_end(Cause::Eof);
    assert_eq!(shown(&expected), (false, false, false));
}

#[test]
fn data_goes_to_the_request_that_it_is_for() {
    let mut dialogue = open();
    let (first, second) = (Recorder::default(), Recorder::default());
    let data = Manner {
        wants_data: true,
        ..PLAIN
    };
    dialogue
        .begin(command("GETINFO version"), first.clone(), PLAIN)
        .unwrap();
    dialogue
        .begin(command("GETINFO ns/all"), second.clone(), data)
        .unwrap();
    written(&mut dialogue);
    let head = b"250+ns/all=\r\n";
    assert_eq!(dialogue.handle_data(1, head, b"r\r\n"), Ok(Some(3)));
    assert_eq!(
        (first.take(), second.take()),
        ("".into(), "data r\\r\\n".into())
    );
    assert!(dialogue
        .handle_data(1, b"250+md/all=\r\n", b"r\r\n")
        .is_err());
    assert!(dialogue.check_asked().is_ok());
    assert!(
        dialogue.handle_reply(reply("250 OK\r\n")).is_err(),
        "no version"
    );
    assert!(first.take().contains("not about what was asked"));
}

#[test]
fn a_subscription_is_asked_and_awaited_like_a_request() {
    let mut dialogue = open();
    let [a, b, c] = [(); 3].map(|()| Recorder::default());
    let bw = Wish::Kinds(KindSet::of(Kind::Bw));
    let first = dialogue
        .subscribe(Consumer::Queue(1), bw, a.clone())
        .unwrap();
    let name = Wish::Name(b"NEW_KIND");
    let second = dialogue
        .subscribe(Consumer::Listener(2), name, b.clone())
        .unwrap();
    let circ = Wish::Kinds(KindSet::of(Kind::Circ));
    dialogue
        .subscribe(Consumer::Queue(3), circ, c.clone())
        .unwrap();
    assert_eq!(written(&mut dialogue), "SETEVENTS BW;");
    assert!(dialogue.has_asked_for_events() && dialogue.has_pending());
    dialogue.set_awaited(first);
    dialogue.set_awaited(second);
    assert_eq!(dialogue.awaited(), 2);
    dialogue.wake_one();
    assert_eq!(a.take(), "woken");
    dialogue.handle_reply(reply("250 OK\r\n")).unwrap();
    assert_eq!((a.take(), b.take()), ("250".into(), "".into()));
    assert_eq!(written(&mut dialogue), "SETEVENTS BW NEW_KIND;");
    assert!(!dialogue.names().is_empty());
    // Given up on the wire: its answer is nobody's, tor is told, and the next has its turn.
    dialogue.abandon(second);
    assert_eq!(dialogue.wanted_by_listeners(), KindSet::default());
    assert_eq!(written(&mut dialogue), "SETEVENTS CIRC BW;");
    dialogue
        .handle_reply(reply("552 Unrecognized event\r\n"))
        .unwrap();
    assert_eq!(b.take(), "");
    dialogue.handle_reply(reply("250 OK\r\n")).unwrap();
    assert_eq!(c.take(), "250");
    dialogue.unsubscribe(Consumer::Queue(1));
    assert_eq!(written(&mut dialogue), "SETEVENTS CIRC;");
    assert_eq!(dialogue.wanted_by(Consumer::Queue(1)), KindSet::default());
    assert_eq!(
        (
            dialogue.awaited(),
            dialogue.handle_reply(reply("250 OK\r\n")).is_ok()
        ),
        (0, true)
    );
    dialogue.wake_one();
}

#[test]
fn an_end_is_told_to_all_who_wait_and_another_login_asks_for_what_is_left() {
    let mut dialogue = open();
    let [a, b, c] = [(); 3].map(|()| Recorder::default());
    let bw = Wish::Kinds(KindSet::of(Kind::Bw));
    dialogue
        .subscribe(Consumer::Queue(1), bw, Recorder::default())
        .unwrap();
    written(&mut dialogue);
    dialogue.handle_reply(reply("250 OK\r\n")).unwrap();
    dialogue.begin(command("A"), a.clone(), PLAIN).unwrap();
    written(&mut dialogue);
    dialogue.begin(command("B"), b.clone(), PLAIN).unwrap();
    let circ = Wish::Kinds(KindSet::of(Kind::Circ));
    dialogue
        .subscribe(Consumer::Queue(2), circ, c.clone())
        .unwrap();
    dialogue.handle_end(Cause::Eof);
    for recorder in [&a, &b, &c] {
        assert_eq!(recorder.take(), "tor closed the connection");
    }
    assert!(!dialogue.has_unwritten() && !dialogue.has_asked_for_events());
    assert!(dialogue.check_asked().is_err());
    assert!(dialogue.handle_reply(reply("250 OK\r\n")).is_err());
    // Before the next login a subscription needs nobody.
    dialogue
        .subscribe(Consumer::Queue(2), circ, c.clone())
        .unwrap();
    assert_eq!(c.take(), "250");
    log_in(&mut dialogue);
    assert_eq!(written(&mut dialogue), "SETEVENTS CIRC BW;");
    assert!(dialogue.poll_login().is_none());
    dialogue.handle_reply(reply("250 OK\r\n")).unwrap();
    assert!(matches!(dialogue.poll_login(), Some(Demand::End(Ok(())))));
    dialogue.open();
    assert_eq!(written(&mut dialogue), "");
}

#[test]
fn a_login_sends_its_commands_itself() {
    let mut dialogue = Dialogue::default();
    let server = Recorder::default();
    let login = Login::new(Credentials::default(), "tor".to_string(), true, false);
    // Nobody logs in yet.
    dialogue.with_login(Login::handle_connected);
    assert!(dialogue.poll_login().is_none());
    dialogue.begin_login(login, server.clone());
    assert_eq!(server.take(), "woken");
    assert!(matches!(dialogue.poll_login(), Some(Demand::Connect)));
    dialogue.with_login(Login::handle_connected);
    assert_eq!(written(&mut dialogue), "PROTOCOLINFO 1;");
    assert_eq!((dialogue.awaited(), server.take()), (1, "".into()));
    dialogue.wake_one();
    assert_eq!(server.take(), "woken");
    let info = "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250 OK\r\n";
    dialogue.handle_reply(reply(info)).unwrap();
    assert_eq!(written(&mut dialogue), "AUTHENTICATE;");
    // Answers are text; what is none is not for the login.
    assert!(matches!(
        dialogue.handle_data(0, b"250+", b"a\r\n"),
        Ok(None) | Err(_)
    ));
    dialogue.handle_end(Cause::Eof);
    assert_eq!(server.take(), "woken");
    let Some(Demand::End(Err(error))) = dialogue.poll_login() else {
        panic!("{dialogue:?}");
    };
    assert!(error.to_string().contains("before AUTHENTICATE"), "{error}");
    dialogue.end_login();
    assert!(!dialogue.has_pending() && dialogue.awaited() == 0);
    let ticket = dialogue.begin(command("A"), server.clone(), PLAIN).unwrap();
    dialogue.set_awaited(ticket);
    dialogue.wake_one();
    assert_eq!(server.take(), "woken");
}

#[test]
fn where_no_request_has_room_a_login_fails() {
    let mut dialogue = Dialogue::default();
    while dialogue.tell(command("A")).is_ok() {}
    let login = Login::new(Credentials::default(), "tor".to_string(), true, false);
    dialogue.begin_login(login, Recorder::default());
    dialogue.with_login(Login::handle_connected);
    let Some(Demand::End(Err(error))) = dialogue.poll_login() else {
        panic!("{:?}", dialogue.poll_login());
    };
    assert!(error.to_string().contains("in flight"), "{error}");
}

#[test]
fn where_no_request_has_room_a_subscription_fails() {
    let mut dialogue = open();
    while dialogue.tell(command("A")).is_ok() {}
    let (a, bw) = (Recorder::default(), Wish::Kinds(KindSet::of(Kind::Bw)));
    dialogue
        .subscribe(Consumer::Queue(1), bw, a.clone())
        .unwrap();
    assert!(a.take().contains("in flight"));
    let count = dialogue.unwritten();
    written(&mut dialogue);
    for _ in 0..count {
        dialogue.handle_reply(reply("250 OK\r\n")).unwrap();
    }
    // tor is told what it never heard of with the next change.
    dialogue.unsubscribe(Consumer::Queue(1));
    assert_eq!(written(&mut dialogue), "SETEVENTS;");
}
