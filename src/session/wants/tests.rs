use super::*;

const BW: KindSet = KindSet::of(Kind::Bw);
const CIRC: KindSet = KindSet::of(Kind::Circ);

/// A set of wishes whose waiters are numbers, with what it wants done.
#[derive(Default)]
struct Peer {
    wants: Wants<u32>,
    last: u64,
    /// Those that are complete, and whether tor, or nobody, minded.
    complete: Vec<(u32, bool)>,
}

impl Peer {
    fn open() -> Peer {
        let mut peer = Peer::default();
        assert!(peer.wants.begin().unwrap().is_none());
        peer.wants.open();
        peer
    }

    fn change(&mut self, consumer: Consumer, wish: Wish<'_>) -> Ticket {
        self.last += 1;
        let ticket = Ticket(self.last);
        let waiter = self.last as u32;
        self.wants.change(ticket, consumer, wish, waiter).unwrap();
        ticket
    }

    /// All that is to be sent, each with what it is: asked or told.
    fn sent(&mut self) -> String {
        let mut sent = Vec::new();
        while let Some(step) = self.wants.next_step() {
            let (what, command) = match step {
                Step::Ask(command) => ("ask", command.unwrap()),
                Step::Tell(command) => ("tell", command.unwrap()),
                Step::Complete(waiter, outcome) => {
                    self.complete.push((waiter, outcome.is_ok()));
                    continue;
                }
            };
            let line = String::from_utf8_lossy(command.line()).into_owned();
            sent.push(format!("{what} {line}"));
        }
        sent.join("; ")
    }

    fn reply(&mut self, text: &str) {
        let reply = Reply::new(text.as_bytes().to_vec());
        let is_ok = reply.is_ok();
        if let Some((waiter, _)) = self.wants.handle_reply(Ok(reply)) {
            self.complete.push((waiter, is_ok));
        }
    }

    fn complete(&mut self) -> Vec<(u32, bool)> {
        std::mem::take(&mut self.complete)
    }
}

#[test]
fn tor_is_asked_for_the_union_and_only_when_it_changes() {
    let mut peer = Peer::open();
    peer.change(Consumer::Queue(1), Wish::Kinds(BW));
    assert_eq!(peer.sent(), "ask SETEVENTS BW");
    peer.reply("250 OK\r\n");
    peer.change(Consumer::Listener(2), Wish::Kinds(BW.union(CIRC)));
    assert_eq!(peer.sent(), "ask SETEVENTS CIRC BW");
    peer.reply("250 OK\r\n");
    peer.change(Consumer::Listener(3), Wish::Kinds(CIRC));
    // What the library makes itself is asked of nobody.
    let own = KindSet::of(Kind::State).union(KindSet::of(Kind::Gap));
    peer.change(Consumer::Queue(4), Wish::Kinds(own));
    assert_eq!(peer.sent(), "");
    assert_eq!(
        peer.complete(),
        [(1, true), (2, true), (3, true), (4, true)]
    );
    peer.wants.withdraw(Consumer::Queue(1));
    assert_eq!(peer.sent(), "", "another wants it");
    peer.wants.withdraw(Consumer::Listener(2));
    assert_eq!(peer.sent(), "tell SETEVENTS CIRC");
    assert_eq!(peer.wants.of_listeners(), CIRC);
    assert_eq!(peer.wants.of(Consumer::Queue(4)), own);
}

#[test]
fn tor_is_asked_for_what_health_is_made_of() {
    let mut peer = Peer::open();
    let health = KindSet::of(Kind::Health);
    peer.change(Consumer::Queue(1), Wish::Kinds(health.union(BW)));
    let needs = "SETEVENTS BW STATUS_GENERAL STATUS_CLIENT GUARD SIGNAL CONF_CHANGED HS_DESC NETWORK_LIVENESS";
    assert_eq!(peer.sent(), format!("ask {needs}"));
    peer.reply("250 OK\r\n");
    // The consumer gets none of it.
    assert_eq!(peer.wants.of(Consumer::Queue(1)), health.union(BW));
    peer.change(Consumer::Queue(2), Wish::Kinds(KindSet::of(Kind::Guard)));
    assert_eq!(peer.sent(), "");
    peer.wants.withdraw(Consumer::Queue(1));
    assert_eq!(peer.sent(), "tell SETEVENTS GUARD");
}

#[test]
fn changes_wait_for_their_turn_and_a_third_goes_meanwhile() {
    let mut peer = Peer::open();
    peer.change(Consumer::Queue(1), Wish::Kinds(BW));
    assert_eq!(peer.sent(), "ask SETEVENTS BW");
    peer.change(Consumer::Queue(2), Wish::Kinds(CIRC));
    peer.change(Consumer::Queue(3), Wish::Kinds(KindSet::of(Kind::AddrMap)));
    // Not asked for yet, but what comes is wanted.
    assert_eq!(peer.wants.of(Consumer::Queue(2)), CIRC);
    peer.wants.withdraw(Consumer::Queue(1));
    assert_eq!(peer.sent(), "");
    peer.reply("250 OK\r\n");
    // The withdrawal goes with the next change.
    assert_eq!(peer.sent(), "ask SETEVENTS CIRC");
    peer.reply("552 Unrecognized event\r\n");
    assert_eq!(peer.wants.of(Consumer::Queue(2)), KindSet::default());
    assert_eq!(peer.sent(), "ask SETEVENTS ADDRMAP");
    peer.reply("250 OK\r\n");
    assert_eq!(peer.sent(), "");
    assert_eq!(peer.complete(), [(1, true), (2, false), (3, true)]);
}

#[test]
fn what_tor_refused_is_asked_for_no_more() {
    let mut peer = Peer::open();
    peer.change(Consumer::Queue(1), Wish::Kinds(BW));
    peer.sent();
    peer.reply("250 OK\r\n");
    peer.change(Consumer::Queue(1), Wish::Name(b"NEW_KIND"));
    assert_eq!(peer.sent(), "ask SETEVENTS BW NEW_KIND");
    peer.reply("552 Unrecognized event \"NEW_KIND\"\r\n");
    assert_eq!(peer.sent(), "");
    assert_eq!(peer.wants.of(Consumer::Queue(1)), BW);
    assert_eq!(peer.wants.names().find(b"NEW_KIND"), None);
    // One that two want keeps its bit.
    let first = peer.change(Consumer::Queue(1), Wish::Name(b"OTHER"));
    peer.sent();
    peer.change(Consumer::Queue(2), Wish::Name(b"OTHER"));
    assert_eq!(peer.wants.abandon(first), Some(Abandoned::Asked(None)));
    assert_eq!(peer.sent(), "ask SETEVENTS BW OTHER");
    peer.reply("250 OK\r\n");
    assert!(peer.wants.names().find(b"OTHER").is_some());
}

#[test]
fn who_gives_up_takes_back_what_was_asked() {
    let mut peer = Peer::open();
    let asked = peer.change(Consumer::Queue(1), Wish::Kinds(BW));
    let waiting = peer.change(Consumer::Queue(2), Wish::Kinds(CIRC));
    assert_eq!(peer.sent(), "ask SETEVENTS BW");
    peer.wants.set_request(Ticket(99));
    peer.wants.set_awaited(waiting);
    assert_eq!(
        (peer.wants.awaited(), peer.wants.first_awaited()),
        (1, Some(&2))
    );
    assert_eq!(peer.wants.abandon(waiting), Some(Abandoned::Waiting));
    assert_eq!(peer.wants.abandon(waiting), None);
    assert_eq!(
        (peer.wants.awaited(), peer.wants.first_awaited()),
        (0, None)
    );
    let request = Some(Ticket(99));
    assert_eq!(peer.wants.abandon(asked), Some(Abandoned::Asked(request)));
    // tor may have agreed to it: it is told.
    assert_eq!(peer.sent(), "tell SETEVENTS");
    assert!(peer.wants.handle_reply(Err(Error::Cancelled)).is_none());
    assert_eq!(peer.complete(), []);
}

#[test]
fn a_listener_that_goes_may_wait_for_tor() {
    let mut peer = Peer::open();
    peer.change(Consumer::Listener(1), Wish::Kinds(BW));
    peer.sent();
    peer.reply("250 OK\r\n");
    peer.change(Consumer::Listener(1), Wish::Nothing);
    assert_eq!(peer.sent(), "ask SETEVENTS");
    peer.reply("250 OK\r\n");
    peer.change(Consumer::Listener(1), Wish::Nothing);
    assert_eq!(peer.sent(), "");
    assert_eq!(peer.complete(), [(1, true), (2, true), (3, true)]);
}

#[test]
fn before_the_login_nobody_waits_and_at_its_end_all_is_asked() {
    let mut peer = Peer::default();
    peer.change(Consumer::Queue(1), Wish::Kinds(BW));
    peer.change(Consumer::Queue(2), Wish::Name(b"NEW_KIND"));
    assert_eq!(peer.sent(), "");
    assert_eq!(peer.complete(), [(1, true), (2, true)]);
    let command = peer.wants.begin().unwrap().unwrap();
    assert_eq!(command.line(), b"SETEVENTS BW NEW_KIND");
    // While that is asked, a change waits.
    let waiting = peer.change(Consumer::Queue(3), Wish::Kinds(CIRC));
    peer.wants.withdraw(Consumer::Queue(1));
    assert_eq!(peer.sent(), "");
    assert_eq!(peer.complete(), []);
    peer.wants.open();
    assert_eq!(peer.sent(), "ask SETEVENTS CIRC NEW_KIND");
    assert_eq!(peer.wants.close(), [3]);
    assert_eq!(peer.wants.abandon(waiting), None);
    assert_eq!(peer.wants.of(Consumer::Queue(3)), KindSet::default());
}

#[test]
fn a_connection_that_ends_during_the_login_leaves_all_as_it_was() {
    let mut peer = Peer::default();
    peer.change(Consumer::Queue(1), Wish::Kinds(BW));
    peer.sent();
    peer.wants.begin().unwrap();
    let gives_up = peer.change(Consumer::Queue(2), Wish::Kinds(CIRC));
    peer.change(Consumer::Queue(3), Wish::Kinds(CIRC));
    assert_eq!(peer.wants.abandon(gives_up), Some(Abandoned::Waiting));
    assert_eq!(peer.wants.close(), []);
    assert_eq!(peer.sent(), "");
    assert_eq!(peer.complete(), [(1, true), (3, true)]);
    let command = peer.wants.begin().unwrap().unwrap();
    assert_eq!(command.line(), b"SETEVENTS CIRC BW");
}

#[test]
fn what_cannot_be_sent_fails_and_is_told_later() {
    let mut peer = Peer::open();
    peer.change(Consumer::Queue(1), Wish::Kinds(BW));
    assert_eq!(peer.sent(), "ask SETEVENTS BW");
    let failed = peer.wants.handle_unsent(Error::Cancelled);
    assert!(matches!(failed, Some((1, Err(Error::Cancelled)))));
    assert_eq!(peer.sent(), "tell SETEVENTS");
    assert!(peer.wants.handle_unsent(Error::Cancelled).is_none());
    assert_eq!(peer.sent(), "tell SETEVENTS");
    let wrong = peer
        .wants
        .change(Ticket(9), Consumer::Queue(1), Wish::Name(b"A B"), 9);
    assert!(matches!(wrong, Err(Error::Invalid(_))));
}

#[test]
fn what_the_next_tor_refuses_is_left_out_until_there_is_another() {
    let mut peer = Peer::open();
    peer.change(Consumer::Queue(1), Wish::Kinds(BW.union(CIRC)));
    peer.change(Consumer::Queue(2), Wish::Name(b"ODD"));
    assert_eq!(peer.sent(), "ask SETEVENTS CIRC BW");
    peer.wants.handle_reply(Ok(agreed()));
    peer.sent();
    peer.wants.handle_reply(Ok(agreed()));
    peer.wants.close();
    let line = |command: Option<Command>| command.map(|it| it.line().to_vec());
    let without = |peer: &mut Peer, words: &str| {
        let words = TorText::from(words.as_bytes());
        line(peer.wants.begin_without(&words).unwrap())
    };
    let all = line(peer.wants.begin().unwrap()).unwrap();
    assert_eq!(all, b"SETEVENTS CIRC BW ODD");
    let rest = without(&mut peer, "Unrecognized event \"BW\"").unwrap();
    assert_eq!(rest, b"SETEVENTS CIRC ODD");
    let rest = without(&mut peer, "Unrecognized event \"odd\"").unwrap();
    assert_eq!(rest, b"SETEVENTS CIRC");
    // Words that name nothing that was asked for: nothing is left.
    assert_eq!(without(&mut peer, "Unrecognized event \"BW\""), None);
    peer.wants.open();
    assert_eq!(peer.sent(), "");
    // The one after that may know them.
    peer.wants.close();
    assert_eq!(line(peer.wants.begin().unwrap()).unwrap(), all);
}
