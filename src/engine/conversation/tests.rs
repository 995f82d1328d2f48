use super::*;
use crate::engine::block::Block;
use crate::engine::queue::{Capacity, Queue, QueueItem};
use crate::engine::request::Request;
use crate::engine::scripted::{linked, ready, relink, Peer};
use crate::engine::settings::Settings;
use crate::engine::subscriber::Pressure;
use crate::proto::auth::{authenticate_null, protocol_info};
use crate::proto::encode::Command;
use crate::proto::event::{Kind, KindSet};

/// Writes down the states that it is told of, the end, and that its memory was given back.
#[derive(Default)]
struct Recorder(Mutex<Vec<String>>);

impl Recorder {
    fn of(conversation: &Arc<Conversation>) -> Arc<Recorder> {
        let recorder = Arc::new(Recorder::default());
        conversation.add_subscriber(&recorder).unwrap();
        recorder
    }

    fn record(&self, what: &str) {
        lock(&self.0).push(what.to_string());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.0))
    }
}

impl Subscriber for Recorder {
    fn publish_own(&self, block: &Arc<Block>) {
        let text = String::from_utf8_lossy(block.raw(0));
        self.record(text.trim_start_matches("650 STATE ").trim_end());
    }

    fn publish(&self, block: &Arc<Block>) -> Pressure {
        self.record(&format!("{} events", block.len()));
        Pressure::None
    }

    fn begin_close(&self, commands: &mut Vec<u8>) {
        commands.extend_from_slice(b"LAST\r\n");
    }

    fn end(&self) {
        self.record("end");
    }

    fn give_back_copy(&self) {
        self.record("given back");
    }
}

fn new() -> Arc<Conversation> {
    let settings = Settings::default();
    Conversation::new(settings.limits, settings.timeout, None)
}

fn command(text: &str) -> Command {
    Command::raw(text.as_bytes(), None).unwrap()
}

fn begin(conversation: &Arc<Conversation>, text: &str) -> Request {
    Request::begin(conversation, command(text), Call::none(), Write::Now).unwrap()
}

const CLOSED_HERE: &str = "CLOSED CAUSE=LOCAL MESSAGE=\"the program closed the connection\"";
const CLOSED_BY_TOR: &str = "CLOSED CAUSE=EOF MESSAGE=\"tor closed the connection\"";

#[test]
fn the_states_come_in_order_and_are_told() {
    let conversation = new();
    let recorder = Recorder::of(&conversation);
    assert_eq!(conversation.state(), State::New);
    conversation
        .begin_login(&Arc::default(), State::New)
        .unwrap();
    assert_eq!(conversation.state(), State::Connecting);
    let (ours, _peer) = Peer::new();
    let link = relink(&conversation, ours);
    assert_eq!(conversation.state(), State::Connected);
    assert!(!conversation.has_settled());
    conversation.become_ready().unwrap();
    assert_eq!(conversation.state(), State::Ready);
    assert!(conversation.has_settled());
    assert_eq!(conversation.closed_cause(), None);
    conversation.lose_link(&link, Cause::Eof);
    assert_eq!(conversation.state(), State::Closed);
    assert_eq!(conversation.closed_cause(), Some(Cause::Eof));
    let ready = "READY INCARNATION=1";
    let told = ["CONNECTING", "CONNECTED", ready, CLOSED_BY_TOR, "end"];
    assert_eq!(recorder.take(), told);
}

#[test]
fn only_one_attempt_to_connect_is_made() {
    let conversation = new();
    let again =
        |conversation: &Arc<Conversation>| conversation.begin_login(&Arc::default(), State::New);
    again(&conversation).unwrap();
    assert!(matches!(again(&conversation), Err(Error::State(_))));
    let (ours, _peer) = Peer::new();
    relink(&conversation, ours);
    assert!(matches!(again(&conversation), Err(Error::State(_))));
    conversation.become_ready().unwrap();
    assert!(matches!(again(&conversation), Err(Error::State(_))));
    assert_eq!(conversation.state(), State::Ready);
    conversation.close();
    let over = again(&conversation);
    assert!(matches!(over, Err(Error::Closed(Cause::Local))));
}

#[test]
fn a_link_that_is_lost_before_the_end_of_the_login_is_an_attempt_that_failed() {
    let conversation = new();
    conversation
        .begin_login(&Arc::default(), State::New)
        .unwrap();
    let recorder = Recorder::of(&conversation);
    let (ours, mut first) = Peer::new();
    let link = relink(&conversation, ours);
    let slot = Slot::new();
    let may_in = &|state| state == State::Connected;
    conversation.send(protocol_info(), &slot, may_in).unwrap();
    assert_eq!(first.line(), "PROTOCOLINFO 1");
    conversation.lose_link(&link, Cause::Eof);
    // Who waited is told, and the next connection can be made.
    assert!(matches!(slot.take(), Some(Err(Error::Closed(Cause::Eof)))));
    assert_eq!(conversation.state(), State::Connected);
    assert_eq!(conversation.closed_cause(), None);
    let none = conversation.send(authenticate_null(), &Slot::new(), may_in);
    assert!(matches!(none, Err(Error::Closed(Cause::Eof))), "{none:?}");
    assert!(matches!(
        conversation.become_ready(),
        Err(Error::Closed(Cause::Eof))
    ));
    let (ours, mut second) = Peer::new();
    relink(&conversation, ours);
    // What becomes of the first concerns nobody any more.
    conversation.lose_link(&link, Cause::Eof);
    conversation
        .send(authenticate_null(), &Slot::new(), may_in)
        .unwrap();
    assert_eq!(second.line(), "AUTHENTICATE");
    conversation.give_up_login(State::New);
    assert_eq!(conversation.state(), State::New);
    assert_eq!((first.line(), second.line()), Default::default());
    conversation
        .begin_login(&Arc::default(), State::New)
        .unwrap();
    let told = ["CONNECTED", "CONNECTED", "NEW", "CONNECTING"];
    assert_eq!(recorder.take(), told);
}

#[test]
fn all_that_wait_are_told_the_cause_of_the_end() {
    let (conversation, link, _peer) = ready();
    let recorder = Recorder::of(&conversation);
    let requests = ["A", "B"].map(|text| begin(&conversation, text));
    let cause = Cause::System(libc::ECONNRESET);
    conversation.lose_link(&link, cause.clone());
    for request in requests {
        let outcome = request.wait();
        assert!(matches!(outcome, Err(Error::Closed(other)) if other == cause));
    }
    // It ends once, and its cause stays the first.
    conversation.lose_link(&link, Cause::Eof);
    conversation.close();
    assert_eq!(conversation.closed_cause(), Some(cause));
    let record = recorder.take();
    assert!(record[0].starts_with("CLOSED CAUSE=ERROR"), "{record:?}");
    assert_eq!(record[1..], ["end"]);
}

#[test]
fn a_close_tells_tor_once() {
    let (conversation, _link, mut peer) = ready();
    let recorder = Recorder::of(&conversation);
    let request = begin(&conversation, "A");
    conversation.close();
    conversation.close();
    assert!(matches!(request.wait(), Err(Error::Closed(Cause::Local))));
    assert_eq!(peer.lines(), ["A", "LAST", "QUIT"]);
    assert_eq!(recorder.take(), [CLOSED_HERE, "end"]);
}

#[test]
fn a_close_during_a_login_says_nothing_to_tor_and_wakes_who_connects() {
    let conversation = new();
    let parker = Arc::<Parker>::default();
    conversation.begin_login(&parker, State::New).unwrap();
    let (ours, mut peer) = Peer::new();
    relink(&conversation, ours);
    conversation.close();
    // Woken already, or else this would wait for ever.
    parker.park(&Call::none(), None);
    assert_eq!(peer.lines(), [""; 0]);
    // What it has made meanwhile is too late.
    let (ours, mut late) = Peer::new();
    let link = Link::new(ours.into(), conversation.limits).unwrap();
    assert!(!conversation.set_link(link));
    assert_eq!(late.lines(), [""; 0]);
    assert!(matches!(
        conversation.become_ready(),
        Err(Error::Closed(Cause::Local))
    ));
    conversation.give_up_login(State::New);
    assert_eq!(conversation.state(), State::Closed);
}

#[test]
fn a_close_waits_for_no_full_socket_and_cuts_no_command() {
    let (conversation, _link, mut peer) = ready();
    let data = "x\n".repeat(300_000);
    let long = Command::raw(b"+LOADCONF", Some(data.as_bytes())).unwrap();
    let request = Request::begin(&conversation, long, Call::none(), Write::Now).unwrap();
    assert!(lock(&conversation.core).dialogue.has_unwritten());
    conversation.close();
    assert!(matches!(request.wait(), Err(Error::Closed(Cause::Local))));
    let last = peer.lines().pop();
    assert_ne!(last.as_deref(), Some("QUIT"));
}

#[test]
fn a_child_gives_back_what_it_has_a_copy_of() {
    let (conversation, link, mut peer) = ready();
    let recorder = Recorder::of(&conversation);
    let queue = Queue::new(KindSet::of(Kind::State), Capacity::default(), None);
    let queue = Arc::new(queue);
    conversation.add_subscriber(&queue).unwrap();
    conversation.publish_own(Kind::State, "READY");
    assert_eq!(queue.item_count(), 1);
    let slot = Slot::new();
    let is_ready = &|state| state == State::Ready;
    conversation.send(command("A"), &slot, is_ready).unwrap();
    assert_eq!(recorder.take(), ["READY"]);
    {
        // Held by threads that the child does not have.
        let _decoder = lock(&link.decoder);
        let _core = lock(&conversation.core);
        conversation.give_back_copy();
    }
    assert!(matches!(queue.take_one().0, QueueItem::Empty));
    assert!(lock(&conversation.core).dialogue.has_pending());
    conversation.give_back_copy();
    assert!(!lock(&conversation.core).dialogue.has_pending());
    // Nobody is told, not even tor.
    assert!(!slot.is_complete());
    assert_eq!(recorder.take(), ["given back"; 2]);
    assert_eq!(conversation.state(), State::Ready);
    assert_eq!(peer.line(), "A");
}

#[test]
fn a_call_has_its_own_timeout_or_that_of_the_conversation() {
    let conversation = new();
    let call = Call::default();
    assert_eq!(conversation.timeout_of(&call).timeout_ms(), 30_000);
    conversation.set_timeout_ms(7);
    assert_eq!(conversation.timeout_of(&call).timeout_ms(), 7);
    call.set_timeout_ms(0);
    assert_eq!(conversation.timeout_of(&call).timeout_ms(), 0);
    call.set_timeout_ms(-1);
    assert_eq!(conversation.timeout_of(&call).timeout_ms(), 7);
}

#[test]
fn the_end_of_a_connection_that_nobody_reads_is_seen_by_who_asks() {
    let (conversation, _link, peer) = ready();
    drop(peer);
    assert_eq!(conversation.current_state(), State::Closed);
    assert_eq!(conversation.closed_cause(), Some(Cause::Eof));
}

#[test]
fn a_login_that_has_begun_is_not_seen_as_ready() {
    let (conversation, _link, _peer) = linked(&Settings::default());
    let refused = Request::begin(&conversation, command("A"), Call::none(), Write::Now);
    assert!(matches!(refused, Err(Error::State(_))));
    conversation.close();
    let refused = Request::begin(&conversation, command("A"), Call::none(), Write::Now);
    assert!(matches!(refused, Err(Error::Closed(Cause::Local))));
}

/// Closes the conversation when it hears that it is ready.
struct Closer(Arc<Conversation>);

impl Subscriber for Closer {
    fn publish_own(&self, block: &Arc<Block>) {
        if block.raw(0).starts_with(b"650 STATE READY") {
            self.0.close();
        }
    }

    fn publish(&self, _block: &Arc<Block>) -> Pressure {
        Pressure::None
    }
}

#[test]
fn what_happens_while_a_state_is_told_is_told_after_it() {
    let conversation = new();
    let closer = Arc::new(Closer(Arc::clone(&conversation)));
    conversation.add_subscriber(&closer).unwrap();
    let recorder = Recorder::of(&conversation);
    conversation
        .begin_login(&Arc::default(), State::New)
        .unwrap();
    let (ours, _peer) = Peer::new();
    relink(&conversation, ours);
    conversation.become_ready().unwrap();
    let told = [
        "CONNECTING",
        "CONNECTED",
        "READY INCARNATION=1",
        CLOSED_HERE,
        "end",
    ];
    assert_eq!(recorder.take(), told);
    assert!(!conversation.has_settled());
    conversation.remove_subscriber(&closer);
}
