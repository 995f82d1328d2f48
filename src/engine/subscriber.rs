//! Who is told of what a controller receives: its queues, and topics with state of their own.

use std::fmt;
use std::ptr::addr_eq;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use super::block::Block;
use super::park::{lock, try_lock};
use crate::proto::event::{Kind, KindSet};

/// Whether the producer should pause, to let a consumer that keeps up take what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[must_use]
pub(crate) enum Pressure {
    None,
    High,
}

/// A time without a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unheard {
    pub(crate) from: SystemTime,
    pub(crate) to: SystemTime,
}

/// Is called by whichever thread reads, so it must neither wait nor ask tor anything.
pub(crate) trait Subscriber: Send + Sync {
    /// Whether it keeps events for a thread that takes them later. While a controller has such a
    /// subscriber, somebody reads. All others are called before these: what they learn from an
    /// event is known before any consumer has the event.
    fn has_consumer(&self) -> bool {
        false
    }

    /// Events have come.
    fn publish(&self, _block: &Arc<Block>) -> Pressure {
        Pressure::None
    }

    /// The library has made an event, for example because the controller's state has changed; the
    /// block has this one alone.
    fn publish_own(&self, _block: &Arc<Block>) {}

    /// Somebody wants these kinds of events from now on, and tor has agreed. In the thread that asked
    /// for them, which may ask tor more.
    fn add_wanted(&self, _kinds: KindSet) {}

    /// An event was too large to be taken in.
    fn publish_lost(&self, _kind: Kind, _size_bytes: usize) {}

    /// The connection is lost, and the controller will make another.
    fn disconnect(&self) {}

    /// There is another connection. What happened between the two nobody heard.
    fn reconnect(&self, _unheard: Unheard) {}

    /// Reading goes on after a pause.
    fn end_pause(&self) {}

    /// The program closes the controller, perhaps again. `commands` go to tor before QUIT, and
    /// nobody waits for the answers.
    fn begin_close(&self, _commands: &mut Vec<u8>) {}

    /// The program has ended the conversation, which was not over yet: it wants nothing more of what
    /// is kept for a consumer but the STATE event that comes now.
    fn drop_backlog(&self) {}

    /// The conversation is over: nothing will be published any more. May be called twice.
    fn end(&self) {}

    /// Frees the memory that a forked child has no use for, and changes nothing for the parent.
    fn give_back_copy(&self) {}
}

/// A controller's subscribers.
#[derive(Debug, Default)]
pub(crate) struct Subscribers {
    /// Replaced, never changed, so that routing needs the lock only for a moment.
    list: Mutex<Arc<List>>,
    /// How many of them have a consumer: asked for at each request.
    consumers: AtomicUsize,
}

/// The subscribers at one moment: those without a consumer, then those with one.
#[derive(Clone, Default)]
pub(crate) struct List {
    all: Vec<Arc<dyn Subscriber>>,
    /// How many have a consumer.
    consumers: usize,
}

/// Without what they are: that would put all of it into the library, for nobody.
impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} subscribers", self.all.len())
    }
}

impl List {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &dyn Subscriber> {
        self.all.iter().map(|it| &**it)
    }

    pub(super) fn add(&mut self, subscriber: Arc<dyn Subscriber>) {
        match subscriber.has_consumer() {
            true => {
                self.all.push(subscriber);
                self.consumers += 1;
            }
            false => self.all.insert(self.all.len() - self.consumers, subscriber),
        }
    }

    pub(super) fn remove<T>(&mut self, subscriber: &Arc<T>) {
        let is_it =
            |other: &Arc<dyn Subscriber>| addr_eq(Arc::as_ptr(other), Arc::as_ptr(subscriber));
        if let Some(index) = self.all.iter().position(is_it) {
            let gone = self.all.remove(index);
            self.consumers -= usize::from(gone.has_consumer());
        }
    }
}

impl Subscribers {
    pub(super) fn consumers(&self) -> usize {
        self.consumers.load(Ordering::SeqCst)
    }

    pub(super) fn now(&self) -> Arc<List> {
        Arc::clone(&lock(&self.list))
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut List)) {
        let mut list = lock(&self.list);
        let mut new = List::clone(&list);
        change(&mut new);
        self.consumers.store(new.consumers, Ordering::SeqCst);
        *list = Arc::new(new);
    }

    /// In a forked child, where a thread that is not there may hold the lock.
    pub(crate) fn give_back_copy(&self) {
        if let Some(list) = try_lock(&self.list) {
            for subscriber in list.iter() {
                subscriber.give_back_copy();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::controller::Controller;
    use crate::engine::scripted;
    use crate::engine::settings::Settings;
    use std::io::Write;
    use std::os::unix::net::UnixStream;

    /// Writes down what it is told, as `name.what`.
    #[derive(Debug)]
    struct Recorder {
        name: &'static str,
        has_consumer: bool,
        record: Arc<Mutex<Vec<String>>>,
    }

    impl Recorder {
        fn record(&self, what: &str) {
            lock(&self.record).push(format!("{}.{what}", self.name));
        }
    }

    impl Subscriber for Recorder {
        fn has_consumer(&self) -> bool {
            self.has_consumer
        }

        fn publish(&self, block: &Arc<Block>) -> Pressure {
            self.record(&format!("publish {}", block.len()));
            Pressure::None
        }

        fn publish_own(&self, _block: &Arc<Block>) {
            self.record("state");
        }

        fn publish_lost(&self, kind: Kind, _size_bytes: usize) {
            self.record(&format!("lost {kind:?}"));
        }

        fn begin_close(&self, commands: &mut Vec<u8>) {
            commands.extend_from_slice(format!("X {}\r\n", self.name).as_bytes());
            self.record("begin_close");
        }

        fn end(&self) {
            self.record("end");
        }

        fn give_back_copy(&self) {
            self.record("give_back_copy");
        }
    }

    struct Recorders(Arc<Mutex<Vec<String>>>);

    impl Recorders {
        fn add(
            &self,
            controller: &Arc<Controller>,
            name: &'static str,
            has_consumer: bool,
        ) -> Arc<Recorder> {
            let record = Arc::clone(&self.0);
            let recorder = Arc::new(Recorder {
                name,
                has_consumer,
                record,
            });
            controller.add_subscriber(&recorder).unwrap();
            recorder
        }

        fn take(&self) -> Vec<String> {
            std::mem::take(&mut *lock(&self.0))
        }
    }

    #[test]
    fn those_without_a_consumer_come_first() {
        let controller = Controller::new(Settings::default());
        let all = Recorders(Arc::default());
        assert!(!controller.has_consumers());
        let names = |controller: &Controller| {
            controller.publish_own(Kind::State, "READY");
            all.take().join(" ").replace(".state", "")
        };
        let table = all.add(&controller, "table", false);
        assert!(!controller.has_consumers());
        let first = all.add(&controller, "first", true);
        let _ = all.add(&controller, "process", false);
        let _ = all.add(&controller, "second", true);
        assert_eq!(names(&controller), "table process first second");
        assert_eq!(controller.subscribers.consumers(), 2);
        controller.remove_subscriber(&table);
        controller.remove_subscriber(&table);
        assert_eq!(names(&controller), "process first second");
        assert_eq!(controller.subscribers.consumers(), 2);
        controller.remove_subscriber(&first);
        let _ = all.add(&controller, "third", true);
        assert_eq!(names(&controller), "process second third");
        controller.give_back_copy();
        assert_eq!(all.take().len(), 3);
    }

    #[test]
    fn one_that_is_added_after_the_end_is_ended() {
        let controller = Controller::new(Settings::default());
        controller.close();
        let all = Recorders(Arc::default());
        let _ = all.add(&controller, "table", false);
        let _ = all.add(&controller, "queue", true);
        assert_eq!(all.take(), ["table.end", "queue.end"]);
    }

    #[test]
    fn a_close_sends_the_last_commands_of_all() {
        let (send, lines) = std::sync::mpsc::channel();
        let controller = scripted::controller(move |line| {
            let _ = send.send(line.to_string());
            String::new()
        });
        let all = Recorders(Arc::default());
        let _ = all.add(&controller, "queue", true);
        let _ = all.add(&controller, "table", false);
        controller.close();
        let sent: Vec<String> = lines.iter().collect();
        assert_eq!(sent, ["X table", "X queue", "QUIT"]);
        let order =
            "table.begin_close queue.begin_close table.state queue.state table.end queue.end";
        assert_eq!(all.take().join(" "), order);
    }

    #[test]
    fn all_are_told_of_events_and_of_what_was_too_large() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let mut settings = Settings::default();
        settings.limits.line_bytes = 100;
        let link = crate::engine::link::Link::new(ours.into(), settings.limits).unwrap();
        let controller = Controller::new(settings);
        assert!(controller.set_link(link));
        controller.become_ready().unwrap();
        let all = Recorders(Arc::default());
        let _ = all.add(&controller, "table", false);
        let long = "x".repeat(200);
        let text = format!("650 BW 1 2\r\n650 BW 3 4\r\n650 NOTICE {long}\r\n650 BW 5 6\r\n");
        theirs.write_all(text.as_bytes()).unwrap();
        controller.look();
        let record = all.take();
        assert_eq!(
            record,
            ["table.publish 2", "table.lost Notice", "table.publish 1"]
        );
        controller.close();
    }
}
