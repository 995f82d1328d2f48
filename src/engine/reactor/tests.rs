use super::*;
use crate::engine::scripted::until;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{channel, Receiver, Sender};

const LONG: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const READ: Option<Interest> = Some(Interest::READABLE);

type Work<T> = Box<dyn Fn() -> T + Send + Sync>;

/// Says what is called, as `name.what`, and does then what the test wants.
struct Member {
    name: &'static str,
    calls: Sender<String>,
    read: Work<bool>,
    timer: Work<Option<Instant>>,
}

impl Member {
    fn say(&self, what: &str) {
        let _ = self.calls.send(format!("{}.{what}", self.name));
    }
}

impl Served for Member {
    fn write_ready(self: Arc<Self>) {
        self.say("write");
    }

    fn read_ready(self: Arc<Self>) -> bool {
        self.say("read");
        (self.read)()
    }

    fn timer(self: Arc<Self>) -> Option<Instant> {
        self.say("timer");
        (self.timer)()
    }

    fn end(self: Arc<Self>) {
        self.say("end");
    }
}

/// A thread of its own, its members, and what they are called for.
struct Round {
    reactor: Arc<Reactor>,
    calls: Receiver<String>,
    sender: Sender<String>,
}

/// A member with a number and a socket.
struct Entered {
    number: usize,
    member: Arc<Member>,
    ours: UnixStream,
    theirs: UnixStream,
}

impl Round {
    fn new() -> Round {
        Round::of(Reactor::start().unwrap())
    }

    fn of(reactor: Arc<Reactor>) -> Round {
        let (sender, calls) = channel();
        Round {
            reactor,
            calls,
            sender,
        }
    }

    fn enter(&self, name: &'static str) -> Entered {
        self.enter_with(name, Box::new(|| false), Box::new(|| None))
    }

    fn enter_with(
        &self,
        name: &'static str,
        read: Work<bool>,
        timer: Work<Option<Instant>>,
    ) -> Entered {
        let member = Arc::new(Member {
            name,
            calls: self.sender.clone(),
            read,
            timer,
        });
        let served: Arc<dyn Served> = Arc::<Member>::clone(&member);
        let (ours, theirs) = UnixStream::pair().unwrap();
        Entered {
            number: self.reactor.enter(Arc::downgrade(&served)),
            member,
            ours,
            theirs,
        }
    }

    fn watch(&self, entered: &Entered, old: Option<Interest>, new: Option<Interest>) {
        let fd = entered.ours.as_fd();
        self.reactor.watch(entered.number, fd, old, new).unwrap();
    }

    fn set_timer(&self, entered: &Entered, after: Duration) {
        self.reactor
            .set_timer(entered.number, Instant::now() + after);
    }

    fn next(&self) -> String {
        self.calls.recv_timeout(LONG).unwrap()
    }

    /// Has a whole round go by, and says what was called until then.
    fn calls_of_a_round(&self) -> Vec<String> {
        let last = self.enter("last");
        self.set_timer(&last, Duration::ZERO);
        let calls = std::iter::repeat_with(|| self.next());
        calls.take_while(|call| call != "last.timer").collect()
    }
}

fn panic_quietly() -> ! {
    std::panic::resume_unwind(Box::new("a mistake"))
}

#[test]
fn a_panic_ends_its_member_and_no_other() {
    let round = Round::new();
    let broken = round.enter_with(
        "broken",
        Box::new(|| panic_quietly()),
        Box::new(|| panic_quietly()),
    );
    let sound = round.enter("sound");
    round.watch(&broken, None, READ);
    round.watch(&sound, None, READ);
    (&broken.theirs).write_all(b"1").unwrap();
    assert_eq!([round.next(), round.next()], ["broken.read", "broken.end"]);
    round.set_timer(&broken, Duration::ZERO);
    assert_eq!([round.next(), round.next()], ["broken.timer", "broken.end"]);
    (&sound.theirs).write_all(b"1").unwrap();
    assert_eq!(round.next(), "sound.read");
}

#[test]
fn an_earlier_timer_moves_the_waking() {
    let round = Round::new();
    let [far, near] = ["far", "near"].map(|name| round.enter(name));
    round.set_timer(&far, HOUR);
    // The thread knows of that one, and waits.
    assert_eq!(round.calls_of_a_round(), [""; 0]);
    round.set_timer(&near, Duration::from_millis(2));
    assert_eq!(round.next(), "near.timer");
    // Its own earlier one counts, and the later one is forgotten.
    round.set_timer(&far, Duration::ZERO);
    assert_eq!(round.next(), "far.timer");
    assert!(lock(&round.reactor.shared.members).timers.is_empty());
}

#[test]
fn timers_come_in_their_order_and_again_when_they_say_so() {
    let round = Round::new();
    let times = Mutex::new(vec![Instant::now() + Duration::from_millis(30)]);
    let again = move || lock(&times).pop();
    let a = round.enter_with("a", Box::new(|| false), Box::new(again));
    let [b, c] = ["b", "c"].map(|name| round.enter(name));
    for (entered, ms) in [(&c, 15), (&b, 6), (&a, 1)] {
        round.set_timer(entered, Duration::from_millis(ms));
    }
    // A later time for one that has an earlier one changes nothing.
    round.set_timer(&b, HOUR);
    let calls = [round.next(), round.next(), round.next(), round.next()];
    assert_eq!(calls, ["a.timer", "b.timer", "c.timer", "a.timer"]);
}

#[test]
fn who_has_left_or_is_gone_is_not_called() {
    let round = Round::new();
    let [left, gone] = ["left", "gone"].map(|name| round.enter(name));
    for entered in [&left, &gone] {
        round.watch(entered, None, READ);
    }
    round.reactor.leave(left.number);
    let Entered { theirs, member, .. } = gone;
    drop(member);
    (&theirs).write_all(b"1").unwrap();
    (&left.theirs).write_all(b"1").unwrap();
    for number in [left.number, gone.number] {
        round.reactor.set_timer(number, Instant::now());
    }
    for _ in 0..2 {
        assert_eq!(round.calls_of_a_round(), [""; 0]);
    }
}

#[test]
fn one_with_more_to_read_is_called_again_and_holds_up_nobody() {
    let round = Round::new();
    let is_enough = Arc::new(AtomicBool::new(false));
    let (reader, timer) = (Arc::clone(&is_enough), Arc::clone(&is_enough));
    // Not faster than what it says is read here.
    let read = move || {
        std::thread::sleep(Duration::from_micros(200));
        !reader.load(Ordering::SeqCst)
    };
    let busy = round.enter_with("busy", Box::new(read), Box::new(|| None));
    let stop = move || {
        timer.store(true, Ordering::SeqCst);
        None
    };
    let late = round.enter_with("late", Box::new(|| false), Box::new(stop));
    let other = round.enter("other");
    round.watch(&busy, None, READ);
    round.watch(&other, None, READ);
    (&busy.theirs).write_all(b"1").unwrap();
    assert_eq!([round.next(), round.next()], ["busy.read"; 2]);
    (&other.theirs).write_all(b"1").unwrap();
    until(|| round.next() == "other.read");
    round.set_timer(&late, Duration::ZERO);
    until(|| round.next() == "late.timer");
    // It says that there is no more, and is left alone.
    let _ = round.calls_of_a_round();
    assert_eq!(round.calls_of_a_round(), [""; 0]);
}

#[test]
fn what_a_socket_is_watched_for_can_change() {
    let round = Round::new();
    let member = round.enter("m");
    (&member.theirs).write_all(b"1").unwrap();
    assert_eq!(round.calls_of_a_round(), [""; 0]);
    round.watch(&member, None, READ);
    assert_eq!(round.next(), "m.read");
    // What is there already is reported anew.
    let both = Some(Interest::READABLE | Interest::WRITABLE);
    round.watch(&member, READ, both);
    assert_eq!([round.next(), round.next()], ["m.write", "m.read"]);
    round.watch(&member, both, None);
    let _ = round.calls_of_a_round();
    (&member.theirs).write_all(b"1").unwrap();
    assert_eq!(round.calls_of_a_round(), [""; 0]);
    round.watch(&member, None, None);
    round.watch(&member, None, READ);
    assert_eq!(round.next(), "m.read");
    // The end of a connection is to be read as well.
    drop(member.theirs);
    assert_eq!(round.next(), "m.read");
}

#[test]
fn a_descriptor_can_be_watched_for_several() {
    let round = Round::new();
    let [first, second] = ["m", "n"].map(|name| round.enter(name));
    let fd = first.ours.as_fd();
    round.reactor.watch_shared(first.number, fd).unwrap();
    round.reactor.watch_shared(second.number, fd).unwrap();
    (&first.theirs).write_all(b"1").unwrap();
    assert_eq!([round.next(), round.next()], ["m.read", "n.read"]);
    // Whoever began it may be the first to leave.
    round.reactor.unwatch_shared(first.number, fd).unwrap();
    (&first.theirs).write_all(b"1").unwrap();
    assert_eq!(round.next(), "n.read");
    round.reactor.unwatch_shared(second.number, fd).unwrap();
    (&first.theirs).write_all(b"1").unwrap();
    assert_eq!(round.calls_of_a_round(), [""; 0]);
    round.reactor.unwatch_shared(second.number, fd).unwrap();
}

#[test]
fn the_thread_ends_with_the_last_share() {
    let round = Round::new();
    let thread = Arc::downgrade(&round.reactor.shared);
    let second = Arc::clone(&round.reactor);
    drop(round);
    assert!(thread.strong_count() > 0);
    drop(second);
    // It was waited for.
    assert_eq!(thread.strong_count(), 0);
}

#[test]
fn the_last_share_may_go_on_the_thread_itself() {
    let round = Round::new();
    let share = Mutex::new(None);
    let share = Arc::new(share);
    let for_member = Arc::clone(&share);
    let let_go = move || {
        drop(lock(&for_member).take());
        false
    };
    let member = round.enter_with("m", Box::new(let_go), Box::new(|| None));
    round.watch(&member, None, READ);
    let thread = Arc::downgrade(&round.reactor.shared);
    *lock(&share) = Some(round.reactor);
    (&member.theirs).write_all(b"1").unwrap();
    until(|| thread.strong_count() == 0);
}

#[test]
fn a_process_has_one_thread() {
    let first = Reactor::share().unwrap();
    assert!(Arc::ptr_eq(&first, &Reactor::share().unwrap()));
}

#[test]
fn who_leaves_takes_its_timer_along() {
    let round = Round::new();
    let gone = round.enter("gone");
    round.set_timer(&gone, HOUR);
    round.reactor.leave(gone.number);
    assert!(lock(&round.reactor.shared.members).timers.is_empty());
    // Also while its timer runs.
    let (sender, numbers) = channel::<usize>();
    let (numbers, reactor) = (Mutex::new(numbers), Arc::downgrade(&round.reactor));
    let leaving = round.enter_with(
        "leaving",
        Box::new(|| false),
        Box::new(move || {
            let number = lock(&numbers).recv_timeout(LONG).unwrap();
            reactor.upgrade()?.leave(number);
            Some(Instant::now() + HOUR)
        }),
    );
    sender.send(leaving.number).unwrap();
    round.set_timer(&leaving, Duration::ZERO);
    assert_eq!(round.next(), "leaving.timer");
    assert!(round.calls_of_a_round().is_empty());
    assert!(lock(&round.reactor.shared.members).timers.is_empty());
}

fn is_readable(fd: BorrowedFd<'_>) -> bool {
    let socket = Some((fd, rustix::event::PollFlags::IN));
    sys::wait_ready(socket, &[], Some(Instant::now())).unwrap()
}

#[test]
fn without_a_thread_all_is_done_in_rounds() {
    let round = Round::of(Reactor::without_thread().unwrap());
    let reactor = &round.reactor;
    let shown = reactor.shown_fd().unwrap();
    let member = round.enter("m");
    round.watch(&member, None, READ);
    reactor.run_round();
    assert!(!is_readable(shown) && !is_readable(reactor.fd()));
    (&member.theirs).write_all(b"1").unwrap();
    assert!(is_readable(shown) && is_readable(reactor.fd()));
    assert!(round.calls.try_recv().is_err());
    reactor.run_round();
    assert_eq!(round.calls.try_recv().as_deref(), Ok("m.read"));
    assert!(!is_readable(shown));
    // A timer that is due needs a round, and whoever waits is told of it.
    assert_eq!(reactor.next_timer(), None);
    round.set_timer(&member, Duration::ZERO);
    assert!(is_readable(shown) && reactor.next_timer().is_some());
    reactor.run_round();
    assert_eq!(round.calls.try_recv().as_deref(), Ok("m.timer"));
    assert_eq!(reactor.next_timer(), None);
    // Of one that has left nothing is left.
    round.set_timer(&member, HOUR);
    reactor.leave(member.number);
    assert_eq!(reactor.next_timer(), None);
}

#[test]
fn a_round_that_another_runs_leaves_the_alarm() {
    let round = Round::of(Reactor::without_thread().unwrap());
    let reactor = &round.reactor;
    let shown = reactor.shown_fd().unwrap();
    Arc::clone(reactor).wake();
    reactor.run_round();
    assert!(is_readable(shown) && !is_readable(reactor.fd()));
    reactor.clear_alarm();
    assert!(!is_readable(shown));
    // A timer may be earlier than the program's loop knows.
    let member = round.enter("m");
    round.set_timer(&member, HOUR);
    reactor.run_round();
    assert!(is_readable(shown));
}

#[test]
fn more_to_read_is_for_the_next_round() {
    let round = Round::of(Reactor::without_thread().unwrap());
    let left = Mutex::new(2);
    let read = move || {
        let mut left = lock(&left);
        *left -= 1;
        *left > 0
    };
    let member = round.enter_with("m", Box::new(read), Box::new(|| None));
    round.watch(&member, None, READ);
    (&member.theirs).write_all(b"1").unwrap();
    round.reactor.run_round();
    assert!(is_readable(round.reactor.shown_fd().unwrap()));
    round.reactor.run_round();
    assert_eq!([round.next(), round.next()], ["m.read"; 2]);
    round.reactor.run_round();
    assert!(!is_readable(round.reactor.shown_fd().unwrap()));
    assert!(round.calls.try_recv().is_err());
}
