use super::*;
use crate::proto::command::info::set_events;
use crate::proto::event::{Kind, KindSet};
use crate::proto::result::Rejection;

fn command(line: &str) -> Command {
    Command::raw(line.as_bytes(), None).unwrap()
}

fn reply(text: &str) -> Result<Reply, Error> {
    Ok(Reply::new(text.as_bytes().to_vec()))
}

const DATA: Manner = Manner {
    wants_data: true,
    is_ordered: false,
};

/// A list of requests, whose owners are their numbers.
#[derive(Default)]
struct List {
    pending: Pending<usize>,
    last: usize,
    wire: Vec<u8>,
}

impl List {
    fn push(&mut self, line: &str) -> Ticket {
        self.push_with(command(line), Manner::default())
    }

    fn push_with(&mut self, command: Command, manner: Manner) -> Ticket {
        self.last += 1;
        let ticket = Ticket(self.last as u64);
        self.pending
            .push(ticket, command, Some(self.last), manner)
            .unwrap();
        ticket
    }

    /// Writes so many bytes at the most.
    fn write(&mut self, max: usize) {
        let mut slices = [IoSlice::new(&[]); 8];
        let used = self.pending.fill(&mut slices);
        let bytes: Vec<u8> = slices[..used].iter().flat_map(|it| it.to_vec()).collect();
        let count = max.min(bytes.len());
        self.wire.extend_from_slice(&bytes[..count]);
        self.pending.advance(count);
    }

    fn write_all(&mut self) {
        while self.pending.has_unwritten() {
            self.write(usize::MAX);
        }
    }

    /// Whose turn it is, and what code it gets.
    fn answer(&mut self, text: &str) -> Result<(Option<usize>, u16), Cause> {
        let answered = self.pending.answer(reply(text))?;
        Ok((answered.owner, answered.outcome.unwrap().code()))
    }
}

#[test]
fn replies_go_to_requests_in_their_order() {
    let mut list = List::default();
    for index in 0..3 {
        list.push(&format!("GETINFO {index}"));
    }
    assert_eq!(list.answer("250 early\r\n"), Err(unasked()));
    assert!(list.pending.has_any() && !list.pending.has_sent());
    list.write_all();
    assert_eq!(list.wire, b"GETINFO 0\r\nGETINFO 1\r\nGETINFO 2\r\n");
    assert!(list.pending.has_sent());
    for (index, text) in ["552 a\r\n", "551 b\r\n", "553 c\r\n"].iter().enumerate() {
        let code = [552, 551, 553][index];
        assert_eq!(list.answer(text), Ok((Some(index + 1), code)));
    }
    assert!(!list.pending.has_any());
}

#[test]
fn what_is_written_in_pieces_is_written_once() {
    let mut list = List::default();
    list.push("GETINFO version");
    list.push("GETINFO address");
    let whole = b"GETINFO version\r\nGETINFO address\r\n";
    list.write(5);
    assert!(list.pending.has_sent(), "by half");
    while list.pending.has_unwritten() {
        list.write(3);
    }
    assert_eq!(list.wire, whole);
}

#[test]
fn a_refusal_names_what_it_refuses() {
    let mut list = List::default();
    // No raw command: SETEVENTS is the library's own.
    let events = set_events(KindSet::of(Kind::HsDesc), &[""; 0]).unwrap();
    list.push_with(events, Manner::default());
    list.push("SETCONF A=secret");
    list.push("GETINFO version");
    list.write_all();
    let replies = [
        "510 Command filtered\r\n",
        "513 Unacceptable\r\n",
        "250-version=0.4.9.11\r\n250 OK\r\n",
    ]
    .map(|text| list.pending.answer(reply(text)).unwrap().outcome.unwrap());
    let errors = [0, 1].map(|index| match Rejection::of(&replies[index]) {
        Some(rejection) => Error::from(rejection).to_string(),
        None => panic!("{:?}", replies[index]),
    });
    assert_eq!(
        errors[0],
        "a filter before tor refused SETEVENTS HS_DESC: 510 Command filtered"
    );
    assert_eq!(errors[1], "tor refused: 513 Unacceptable");
    assert_eq!(
        replies[1].asked().unwrap().words().collect::<Vec<_>>(),
        [&b"SETCONF"[..], b"A"]
    );
    assert!(replies[2].asked().is_none());
}

#[test]
fn an_abandoned_request_swallows_its_reply() {
    let mut list = List::default();
    let (a, _) = (list.push("A"), list.push("B"));
    list.write_all();
    let c = list.push("C");
    let abandoned = list.pending.abandon(a).unwrap();
    assert!(abandoned.owner == Some(1) && abandoned.gone.is_none());
    assert!(list.pending.abandon(a).is_none(), "twice");
    // Not written, so it is withdrawn.
    assert!(list.pending.abandon(c).unwrap().gone.is_some());
    assert!(!list.pending.has_unwritten());
    assert_eq!(list.answer("250 a\r\n"), Ok((None, 250)));
    assert_eq!(list.answer("251 b\r\n"), Ok((Some(2), 251)));
    assert_eq!(list.answer("252 c\r\n"), Err(unasked()));
}

#[test]
fn a_request_that_is_half_written_is_not_withdrawn() {
    let mut list = List::default();
    let (a, b) = (list.push("AAAA"), list.push("B"));
    list.write(2);
    assert!(list.pending.abandon(a).unwrap().gone.is_none());
    assert!(list.pending.abandon(b).unwrap().gone.is_some());
    list.write_all();
    assert_eq!(list.wire, b"AAAA\r\n");
    assert_eq!(list.answer("250 a\r\n"), Ok((None, 250)));
    assert!(!list.pending.has_any());
}

/// Giving up is no search, wherever the request stands.
#[test]
fn giving_up_many_takes_a_few_steps_each() {
    for (is_written, from_behind) in [(true, false), (true, true), (false, false), (false, true)] {
        let mut list = List::default();
        let mut tickets: Vec<_> = (0..20_000).map(|_| list.push("A")).collect();
        for ticket in &tickets {
            assert!(list.pending.set_awaited(*ticket) && list.pending.has(*ticket));
        }
        assert_eq!(list.pending.awaited(), tickets.len());
        if is_written {
            list.write_all();
        }
        if from_behind {
            tickets.reverse();
        }
        list.pending.steps = 0;
        for (index, ticket) in tickets.iter().enumerate() {
            list.pending.abandon(*ticket).unwrap();
            assert_eq!(list.pending.awaited(), tickets.len() - 1 - index);
            assert!(!list.pending.has(*ticket) && !list.pending.set_awaited(*ticket));
        }
        let steps = list.pending.steps;
        assert!(steps <= 6 * tickets.len(), "{steps}");
        assert_eq!(list.pending.has_any(), is_written);
        for _ in 0..tickets.len() * usize::from(is_written) {
            assert_eq!(list.answer("250 a\r\n"), Ok((None, 250)));
        }
        assert!(!list.pending.has_any());
    }
}

#[test]
fn what_is_taken_back_leaves_the_others_in_their_places() {
    let mut list = List::default();
    let tickets: Vec<_> = (0..9)
        .map(|index| list.push(&format!("A{index}")))
        .collect();
    assert!(list.pending.abandon(Ticket(0)).is_none());
    assert!(list.pending.abandon(Ticket(99)).is_none());
    for index in [1, 3, 4, 5, 0, 7, 8] {
        list.pending.abandon(tickets[index]).unwrap();
    }
    assert!(list.pending.set_awaited(tickets[6]));
    assert_eq!((list.pending.unwritten(), list.pending.awaited()), (2, 1));
    assert_eq!(list.pending.first_awaited(), Some(&7));
    list.write_all();
    assert_eq!(list.wire, b"A2\r\nA6\r\n");
    // Their tickets do not follow each other.
    assert!(list.pending.has(tickets[6]) && !list.pending.has(tickets[4]));
    assert_eq!(list.answer("250 two\r\n"), Ok((Some(3), 250)));
    assert_eq!(list.answer("251 six\r\n"), Ok((Some(7), 251)));
    assert_eq!((list.pending.has_any(), list.pending.awaited()), (false, 0));
    assert_eq!(list.pending.first_awaited(), None);
}

#[test]
fn a_reply_to_something_else_is_given_to_nobody() {
    let mut list = List::default();
    list.push("GETINFO version");
    list.push_with(command("GETINFO ns/all"), DATA);
    list.write_all();
    let owner = |list: &List, index, head: &[u8]| {
        let owner = list.pending.owner_of_data(index, head);
        owner.map(|owner| owner.copied())
    };
    assert_eq!(owner(&list, 1, b"250+ns/all=\r\n"), Ok(Some(2)));
    assert_eq!(owner(&list, 1, b"250+md/all=\r\n"), Err(not_asked()));
    // One that does not want data ahead of its reply, and one that is not there.
    assert_eq!(owner(&list, 0, b"250+version=\r\n"), Ok(None));
    assert_eq!(owner(&list, 2, b""), Ok(None));
    assert_eq!(
        (list.pending.manner_of(1), list.pending.manner_of(2)),
        (DATA, Manner::default())
    );
    let answered = list.pending.answer(reply("250 OK\r\n")).unwrap();
    assert_eq!(
        (answered.owner, &answered.broken),
        (Some(1), &Some(not_asked()))
    );
    assert!(matches!(answered.outcome, Err(Error::Closed(_))));
}

#[test]
fn there_is_an_end_to_what_can_be_in_flight() {
    let mut list = List::default();
    for _ in 0..MAX_IN_FLIGHT {
        list.push("A");
    }
    let ticket = Ticket(u64::MAX);
    let one_more = list
        .pending
        .push(ticket, command("A"), Some(0), Manner::default());
    assert!(matches!(one_more, Err(Error::State(_))));
    assert_eq!(list.pending.take_owners().len(), MAX_IN_FLIGHT);
    assert!(!list.pending.has_any());
}

#[test]
fn a_secret_is_known_by_its_command() {
    let mut list = List::default();
    list.push("GETCONF ContactInfo");
    list.write_all();
    let answered = list
        .pending
        .answer(reply("250 ContactInfo=me\r\n"))
        .unwrap();
    assert!(answered.gone.is_secret);
    let shown = format!("{:?}", answered.outcome.unwrap());
    assert!(!shown.contains("me"), "{shown}");
}
