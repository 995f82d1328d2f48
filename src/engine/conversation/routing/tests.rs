use super::*;
use crate::engine::call::Call;
use crate::engine::conversation::State;
use crate::engine::event::indices;
use crate::engine::operation::Operation;
use crate::engine::queue::{Capacity, Overflow, Queue, QueueItem};
use crate::engine::scripted::{linked, ready, relink, until, Peer};
use crate::engine::settings::Settings;
use crate::engine::subscriber::Subscriber;
use crate::proto::encode::Command;
use crate::session::Wish;
use std::sync::Mutex;

const IS_READY: &dyn Fn(State) -> bool = &|state| state == State::Ready;

fn send(conversation: &Arc<Conversation>, slot: &Arc<Slot>) {
    let command = Command::raw(b"A", None).unwrap();
    conversation.send(command, slot, IS_READY).unwrap();
}

/// Writes down how many events come together, and whether the reply was there by then.
struct Recorder {
    slot: Arc<Slot>,
    record: Mutex<Vec<(usize, bool)>>,
}

impl Subscriber for Recorder {
    fn publish(&self, block: &Arc<Block>) -> Pressure {
        let seen = (block.len(), self.slot.is_complete());
        lock(&self.record).push(seen);
        Pressure::None
    }
}

fn recorder(conversation: &Arc<Conversation>, slot: &Arc<Slot>) -> Arc<Recorder> {
    let recorder = Arc::new(Recorder {
        slot: Arc::clone(slot),
        record: Mutex::default(),
    });
    conversation.add_subscriber(&recorder).unwrap();
    recorder
}

fn queue(conversation: &Arc<Conversation>, kinds: KindSet, capacity: Capacity) -> Arc<Queue> {
    let queue = Arc::new(Queue::new(kinds, capacity, None));
    conversation.subscribers.change(|list| {
        let shared: Arc<dyn Subscriber> = Arc::<Queue>::clone(&queue);
        list.add(shared);
    });
    queue
}

/// The texts of all that is in the queue.
fn take_all(queue: &Queue) -> Vec<String> {
    let mut texts = Vec::new();
    loop {
        match queue.take_one().0 {
            QueueItem::Completion(_) => unreachable!(),
            QueueItem::Events {
                block,
                range,
                kinds,
            } => texts.extend(indices(&block, range, kinds).map(|(index, _)| {
                let text = String::from_utf8_lossy(block.raw(index));
                text.trim_start_matches("650 ").trim_end().to_string()
            })),
            QueueItem::Gap(lost) => texts.push(format!("{} lost", lost.events)),
            QueueItem::Empty | QueueItem::Ended => return texts,
        }
    }
}

#[test]
fn events_of_one_read_are_there_before_its_reply() {
    let (conversation, link, peer) = ready();
    let slot = Slot::new();
    let recorder = recorder(&conversation, &slot);
    send(&conversation, &slot);
    assert!(!link.brings_events.load(Ordering::Relaxed));
    peer.say("650 BW 1 2\r\n650 BW 3 4\r\n250 OK\r\n650 BW 5 6\r\n");
    let _ = conversation.try_read_once(&link);
    assert!(slot.take().unwrap().unwrap().is_ok());
    // All in one, and none of them too late.
    assert_eq!(*lock(&recorder.record), [(3, false)]);
    assert!(link.brings_events.load(Ordering::Relaxed));
}

#[test]
fn an_ordered_reply_parts_the_events_before_it_from_those_after() {
    let (conversation, link, peer) = ready();
    let kinds = KindSet::of(Kind::Bw);
    let queue = queue(&conversation, kinds, Capacity::default());
    let slot = Slot::cutting(&queue);
    let recorder = recorder(&conversation, &slot);
    send(&conversation, &slot);
    peer.say("650 BW 1 2\r\n250 OK\r\n650 BW 3 4\r\n650 BW 5 6\r\n");
    let _ = conversation.try_read_once(&link);
    assert!(slot.take().unwrap().unwrap().is_ok());
    assert_eq!(*lock(&recorder.record), [(1, false), (2, true)]);
    assert_eq!(take_all(&queue), ["BW 3 4", "BW 5 6"]);
    assert_eq!(queue.counts().dropped, 1);
}

#[test]
fn events_go_by_the_names_that_were_asked_for() {
    let (conversation, _link, mut peer) = linked(&Settings::default());
    let queue = queue(&conversation, KindSet::default(), Capacity::default());
    let number = conversation.new_consumer();
    let wish = Wish::Name(b"new_kind");
    let subscribe = async |call: &Operation| {
        conversation
            .subscribe_queue(&queue, number, wish, call)
            .await
    };
    conversation.wait_for(&Call::none(), subscribe).unwrap();
    conversation.become_ready().unwrap();
    assert_eq!(peer.line(), "SETEVENTS NEW_KIND");
    peer.say("650 OTHER 1\r\n650 NEW_KIND 2\r\n650 BW 1 2\r\n650 new_kind 3\r\n");
    until(|| queue.item_count() == 2);
    assert_eq!(take_all(&queue), ["NEW_KIND 2", "new_kind 3"]);
}

#[test]
fn what_is_too_large_is_lost_in_its_place_and_the_conversation_goes_on() {
    let mut settings = Settings::default();
    settings.limits.line_bytes = 64;
    let (conversation, link, peer) = linked(&settings);
    conversation.become_ready().unwrap();
    let kinds = KindSet::of(Kind::Bw).union(KindSet::of(Kind::Notice));
    let queue = queue(&conversation, kinds, Capacity::default());
    let slots = [Slot::new(), Slot::new()];
    for slot in &slots {
        send(&conversation, slot);
    }
    let long = "x".repeat(100);
    peer.say(&format!(
        "650 BW 1 2\r\n650 NOTICE {long}\r\n250 {long}\r\n650 BW 3 4\r\n250 OK\r\n"
    ));
    let _ = conversation.try_read_once(&link);
    let outcomes = slots.map(|slot| slot.take().unwrap());
    assert!(matches!(
        outcomes,
        [Err(Error::TooLarge { max: 64, .. }), Ok(_)]
    ));
    assert_eq!(take_all(&queue), ["BW 1 2", "1 lost", "BW 3 4"]);
    assert_eq!(conversation.state(), State::Ready);
    let max = settings.limits.message_bytes;
    assert!(conversation.check_size(max).is_ok());
    assert!(matches!(
        conversation.check_size(max + 1),
        Err(Error::TooLarge { .. })
    ));
}

#[test]
fn a_full_queue_and_a_long_answer_press() {
    let (conversation, link, peer) = ready();
    let small = Capacity {
        events: 4,
        bytes: 999,
        overflow: Overflow::DropOldest,
    };
    let _queue = queue(&conversation, KindSet::of(Kind::Bw), small);
    let route = |text: &str| {
        peer.say(text);
        let mut decoder = lock(&link.decoder);
        let spare = decoder.spare(text.len() * 2);
        let count = crate::engine::sys::recv(&*link, spare).unwrap();
        decoder.commit(count);
        conversation.route(&link, &mut decoder).unwrap().pressure
    };
    assert_eq!(route("650 BW 1 2\r\n650 BW 1 2\r\n"), Pressure::None);
    assert_eq!(route("650 BW 1 2\r\n"), Pressure::High);
    // Nobody works on the pieces of the answer.
    let slot = Slot::streaming();
    let is_ready = &|state| state == State::Ready;
    let command = Command::raw(b"GETINFO ns/all", None).unwrap();
    conversation.send(command, &slot, is_ready).unwrap();
    assert_eq!(route("250+ns/all=\r\n"), Pressure::None);
    let piece = format!("{}\r\n", "x".repeat(32 << 10));
    let mut bytes = 0;
    while route(&piece) == Pressure::None {
        bytes += piece.len();
        assert!(bytes < 2 * STREAM_BYTES, "never pressed");
    }
    assert!(bytes + piece.len() > STREAM_BYTES, "{bytes}");
    let mut text = Vec::new();
    assert!(slot.take_text(&mut text) && text.len() > STREAM_BYTES);
    assert_eq!(route(&piece), Pressure::None);
}

#[test]
fn a_connection_that_is_over_answers_nobody() {
    let (conversation, old, peer) = linked(&Settings::default());
    peer.say("250 OK\r\n");
    let mut decoder = lock(&old.decoder);
    let count = crate::engine::sys::recv(&*old, decoder.spare(999)).unwrap();
    decoder.commit(count);
    conversation.lose_link(&old, Cause::Eof);
    let (ours, _peer) = Peer::new();
    relink(&conversation, ours);
    conversation.become_ready().unwrap();
    let slot = Slot::new();
    send(&conversation, &slot);
    assert!(conversation.route(&old, &mut decoder).is_ok());
    assert!(!slot.is_complete());
}
