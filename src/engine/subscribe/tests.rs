use super::*;
use crate::engine::call::Call;
use crate::engine::queue::Capacity;
use crate::engine::scripted::{linked, ready, until, Peer};
use crate::engine::settings::Settings;
use crate::engine::subscriber::Subscriber;
use crate::proto::event::Kind;
use std::thread::JoinHandle;

/// A queue, and its number as a consumer.
struct Consuming {
    conversation: Arc<Conversation>,
    queue: Arc<Queue>,
    number: u64,
}

impl Consuming {
    fn new(conversation: &Arc<Conversation>) -> Arc<Consuming> {
        let queue = Queue::new(KindSet::default(), Capacity::default(), None);
        Arc::new(Consuming {
            conversation: Arc::clone(conversation),
            queue: Arc::new(queue),
            number: conversation.new_consumer(),
        })
    }

    fn subscribe(&self, kind: Kind, call: &Arc<Call>) -> Result<(), Error> {
        let wish = Wish::Kinds(KindSet::of(kind));
        let (queue, number) = (&self.queue, self.number);
        self.conversation.wait_for(call, async |call| {
            self.conversation
                .subscribe_queue(queue, number, wish, call)
                .await
        })
    }

    fn begin(self: &Arc<Self>, kind: Kind, call: &Arc<Call>) -> JoinHandle<Result<(), Error>> {
        let (this, call) = (Arc::clone(self), Arc::clone(call));
        std::thread::spawn(move || this.subscribe(kind, &call))
    }

    fn unsubscribe(&self) {
        self.conversation
            .unsubscribe_queue(&self.queue, self.number);
    }

    /// Which of these the queue lets in.
    fn takes(&self) -> Vec<Kind> {
        let kinds = [Kind::Bw, Kind::Circ, Kind::Stream];
        let lets_in = |kind: &Kind| {
            let before = self.queue.item_count();
            let block = crate::engine::block::Block::of_one(*kind, b"650 X\r\n".to_vec());
            let _ = self.queue.publish(&block);
            self.queue.item_count() > before
        };
        kinds.into_iter().filter(lets_in).collect()
    }
}

/// Waits until so many threads wait for tor.
fn until_awaited(conversation: &Arc<Conversation>, count: usize) {
    until(|| lock(&conversation.core).dialogue.awaited() == count);
}

/// Two that want events, tor having been asked about the first.
struct Two {
    conversation: Arc<Conversation>,
    peer: Peer,
    consumers: [Arc<Consuming>; 2],
    calls: [Arc<Call>; 2],
    threads: [JoinHandle<Result<(), Error>>; 2],
}

fn begin_two() -> Two {
    let (conversation, _link, mut peer) = ready();
    let consumers = [(); 2].map(|()| Consuming::new(&conversation));
    let calls = [(); 2].map(|()| Arc::new(Call::default()));
    let first = consumers[0].begin(Kind::Bw, &calls[0]);
    assert_eq!(peer.line(), "SETEVENTS BW");
    let second = consumers[1].begin(Kind::Circ, &calls[1]);
    until_awaited(&conversation, 2);
    Two {
        conversation,
        peer,
        consumers,
        calls,
        threads: [first, second],
    }
}

#[test]
fn each_is_asked_about_in_its_turn() {
    let mut two = begin_two();
    two.peer.say("250 OK\r\n");
    assert_eq!(two.peer.line(), "SETEVENTS CIRC BW");
    two.peer.say("250 OK\r\n");
    for thread in two.threads {
        thread.join().unwrap().unwrap();
    }
    assert_eq!(two.consumers[0].takes(), [Kind::Bw]);
    assert_eq!(two.consumers[1].takes(), [Kind::Circ]);
}

#[test]
fn a_refusal_is_about_one_and_the_other_has_its_events() {
    let mut two = begin_two();
    two.peer.say("552 Unrecognized event \"BW\"\r\n");
    assert_eq!(two.peer.line(), "SETEVENTS CIRC");
    two.peer.say("250 OK\r\n");
    let outcomes = two.threads.map(|thread| thread.join().unwrap());
    assert!(
        matches!(outcomes, [Err(Error::Rejected { .. }), Ok(())]),
        "{outcomes:?}"
    );
    assert_eq!(two.consumers[0].takes(), []);
    assert_eq!(two.consumers[1].takes(), [Kind::Circ]);
}

#[test]
fn one_that_is_cancelled_before_its_turn_never_has_it() {
    let mut two = begin_two();
    let [first, second] = two.threads;
    two.calls[1].cancel();
    let outcome = second.join().unwrap();
    assert!(matches!(outcome, Err(Error::Cancelled)), "{outcome:?}");
    assert_eq!(two.consumers[1].takes(), []);
    two.peer.say("250 OK\r\n");
    first.join().unwrap().unwrap();
    // What tor is asked next is about others.
    let next = Consuming::new(&two.conversation);
    let thread = next.begin(Kind::Stream, &Call::none());
    assert_eq!(two.peer.line(), "SETEVENTS STREAM BW");
    two.peer.say("250 OK\r\n");
    thread.join().unwrap().unwrap();
}

#[test]
fn one_that_is_cancelled_in_its_turn_lets_the_next_have_it() {
    let mut two = begin_two();
    let [first, second] = two.threads;
    two.calls[0].cancel();
    let outcome = first.join().unwrap();
    assert!(matches!(outcome, Err(Error::Cancelled)), "{outcome:?}");
    assert_eq!(two.consumers[0].takes(), []);
    // tor's answer to the first is nobody's any more.
    assert_eq!(two.peer.line(), "SETEVENTS CIRC");
    two.peer.say("250 OK\r\n250 OK\r\n");
    second.join().unwrap().unwrap();
    assert_eq!(two.consumers[1].takes(), [Kind::Circ]);
}

#[test]
fn a_close_ends_who_is_asked_about_and_who_waits() {
    let two = begin_two();
    two.conversation.close();
    for thread in two.threads {
        let outcome = thread.join().unwrap();
        assert!(matches!(outcome, Err(Error::Closed(_))), "{outcome:?}");
    }
    let late = two.consumers[0].subscribe(Kind::Bw, &Call::none());
    assert!(matches!(late, Err(Error::Closed(_))), "{late:?}");
}

#[test]
fn before_the_end_of_the_login_nobody_waits_for_tor() {
    let (conversation, _link, mut peer) = linked(&Settings::default());
    let consumer = Consuming::new(&conversation);
    consumer.subscribe(Kind::Bw, &Call::none()).unwrap();
    assert_eq!(consumer.takes(), [Kind::Bw]);
    conversation.become_ready().unwrap();
    assert_eq!(peer.line(), "SETEVENTS BW");
    conversation.close();
    assert_eq!(peer.lines(), ["QUIT"]);
}

#[test]
fn what_is_taken_back_is_told_and_not_waited_for() {
    let (conversation, _link, mut peer) = ready();
    let [first, second] = [(); 2].map(|()| Consuming::new(&conversation));
    for (consumer, kind, told) in [
        (&first, Kind::Bw, "SETEVENTS BW"),
        (&second, Kind::Circ, "SETEVENTS CIRC BW"),
    ] {
        let thread = consumer.begin(kind, &Call::none());
        assert_eq!(peer.line(), told);
        peer.say("250 OK\r\n");
        thread.join().unwrap().unwrap();
    }
    first.unsubscribe();
    assert_eq!(first.takes(), []);
    assert_eq!(peer.line(), "SETEVENTS CIRC");
    // tor has it already: nothing is to be asked, and nobody waits for the answer that is owed.
    second.subscribe(Kind::Circ, &Call::none()).unwrap();
    second.unsubscribe();
    assert_eq!(peer.line(), "SETEVENTS");
    first.unsubscribe();
    conversation.close();
    assert_eq!(peer.lines(), ["QUIT"]);
}

#[test]
fn a_cancelled_call_asks_for_nothing() {
    let (conversation, _link, mut peer) = ready();
    let consumer = Consuming::new(&conversation);
    let call = Arc::new(Call::default());
    call.cancel();
    let outcome = consumer.subscribe(Kind::Bw, &call);
    assert!(matches!(outcome, Err(Error::Cancelled)));
    assert_eq!(consumer.takes(), []);
    conversation.close();
    assert_eq!(peer.lines(), ["QUIT"]);
}

#[test]
fn what_tor_does_not_answer_is_over_in_time_and_asked_for_no_more() {
    let (conversation, _link, mut peer) = ready();
    let consumer = Consuming::new(&conversation);
    let call = Call::default();
    call.set_timeout_ms(5);
    let outcome = consumer.subscribe(Kind::Bw, &Arc::new(call));
    assert!(matches!(outcome, Err(Error::Timeout(5))), "{outcome:?}");
    assert_eq!(consumer.takes(), []);
    // Nobody knows whether tor has agreed, so that it is told.
    assert_eq!([peer.line(), peer.line()], ["SETEVENTS BW", "SETEVENTS"]);
}
