//! The machine in a small world: two threads, one queue, requests, an I/O thread that may be
//! missing, and a clock. Every state that can be reached is visited, and the rules are checked in
//! each.

use std::collections::{HashMap, VecDeque};

use super::*;

/// One step of the clock. A lease takes one, a cork too, and a pause two.
const TICK: Duration = LEASE;

/// What a thread of the program does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Thread {
    /// It works on something, and comes back if it has a lease.
    Away,
    /// It has sent a request and is about to wait.
    Asked,
    /// It waits, and reads.
    Reads,
    /// It waits for another to read.
    Parked,
    /// It was woken, and has not looked around yet.
    Woken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct World {
    role: Role,
    /// By the clock that stands still, see [`World::tick`].
    now: Instant,
    threads: [Thread; 2],
    /// Whether the thread waits for an answer that has not come.
    is_owed: [bool; 2],
    /// Whether there is a queue of no thread. It is there before it is announced.
    has_queue: bool,
    is_announced: bool,
    /// Whether the first thread is the consumer of a queue of its own.
    has_own_queue: bool,
    /// A request that nobody waits for yet, whose answer is wanted.
    has_started: bool,
    outgoing: Outgoing,
    has_io_thread: bool,
    can_have_io: bool,
    /// What the I/O thread watches in truth.
    watched: Watch,
    /// When it calls.
    timer: Option<Instant>,
    /// The last thing that was asked of it was refused.
    is_refused: bool,
    /// The thread with the lease will wait for what it has asked, and nothing else ends the lease.
    is_promised: bool,
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Input {
    Connect,
    Disconnect,
    /// A thread sends a request, of which the socket takes all or a part.
    Ask(usize, Outgoing),
    Wait(usize),
    /// It stops waiting, on these terms.
    Stop(usize, Option<Terms>, Met),
    /// The deadline of a thread that does not read.
    GiveUp(usize),
    /// Somebody who may read has read the answer.
    Answer(usize),
    AnswerOthers,
    Start,
    Withdraw,
    Write,
    AddQueue,
    RemoveQueue,
    OwnQueue(bool),
    QueueFull,
    QueueDrained,
    EndLease,
    Timer,
    Tick,
    IoThread(bool),
}

impl PartialEq for Terms {
    fn eq(&self, other: &Terms) -> bool {
        (self.consumers, self.requests, self.lease)
            == (other.consumers, other.requests, other.lease)
    }
}

impl Eq for Terms {}

fn inputs() -> Vec<Input> {
    use Input::*;
    let mut all = vec![
        Connect,
        Disconnect,
        AnswerOthers,
        Start,
        Withdraw,
        Write,
        AddQueue,
        RemoveQueue,
        OwnQueue(true),
        OwnQueue(false),
        QueueFull,
        QueueDrained,
        EndLease,
        Timer,
        Tick,
        IoThread(false),
        IoThread(true),
    ];
    for thread in 0..2 {
        all.push(Ask(thread, Outgoing::Nothing));
        all.push(Ask(thread, Outgoing::Waiting));
        all.extend([Wait(thread), GiveUp(thread), Answer(thread)]);
        // The terms decide over the rest, see the table of leases.
        let one = Some(ONE_OF_SEVERAL);
        all.extend([None, one].map(|terms| Stop(thread, terms, Met::default())));
        all.push(Stop(thread, None, PRESSED));
    }
    all.extend([Met::default(), MUCH].map(|met| Stop(0, Some(LISTENERS), met)));
    all
}

impl World {
    fn new(now: Instant) -> World {
        World {
            role: Role::default(),
            now,
            threads: [Thread::Away; 2],
            is_owed: [false; 2],
            has_queue: false,
            is_announced: false,
            has_own_queue: false,
            has_started: false,
            outgoing: Outgoing::Nothing,
            has_io_thread: false,
            can_have_io: true,
            watched: NOTHING,
            timer: None,
            is_refused: false,
            is_promised: false,
        }
    }

    fn is_waiting(&self, thread: usize) -> bool {
        !matches!(self.threads[thread], Thread::Away | Thread::Asked)
    }

    fn facts(&self) -> Facts {
        let awaits = |&thread: &usize| self.is_owed[thread] && self.is_waiting(thread);
        Facts {
            consumers: usize::from(self.has_queue) + usize::from(self.has_own_queue),
            brings_events: false,
            has_requests: self.has_started || self.is_owed.contains(&true),
            awaited: (0..2).filter(awaits).count(),
            outgoing: self.outgoing,
            has_io_thread: self.has_io_thread,
        }
    }

    fn abandon(&mut self, thread: usize) {
        self.threads[thread] = Thread::Away;
        self.is_owed[thread] = false;
    }

    /// Whether the I/O thread reads if something is there.
    fn does_io_read(&self) -> bool {
        self.watched.read && self.role.may_io_read()
    }

    fn is_read(&self) -> bool {
        self.threads.contains(&Thread::Reads) || self.does_io_read()
    }

    /// Does what the input means in the world, and tells the machine. None if it cannot happen now.
    fn after(mut self, input: Input) -> Option<World> {
        let facts = self.facts();
        let is_connected = self.role.is_connected;
        let orders = match input {
            Input::Connect if !is_connected => {
                self.role.connected();
                Orders::default()
            }
            Input::Disconnect if is_connected => {
                self.has_started = false;
                self.is_owed = [false; 2];
                self.outgoing = Outgoing::Nothing;
                // Who waits for events is told of the end by the queue.
                self.threads = [Thread::Away; 2];
                self.is_announced = false;
                self.is_refused = false;
                let orders = self.role.disconnected();
                assert_eq!(self.role, Role::default());
                orders
            }
            Input::Ask(thread, outgoing)
                if is_connected
                    && self.threads[thread] == Thread::Away
                    && !self.is_owed[thread] =>
            {
                self.threads[thread] = Thread::Asked;
                self.is_owed[thread] = true;
                self.outgoing = outgoing;
                self.role.written(outgoing)
            }
            Input::Wait(thread) if is_connected => {
                // Whether for an answer or for events.
                let is_own = thread == 0 && self.has_own_queue;
                match self.threads[thread] {
                    Thread::Away if !is_own => return None,
                    Thread::Reads | Thread::Parked => return None,
                    _ if !self.is_owed[thread] && !is_own => return None,
                    _ => {}
                }
                match self.role.wait(self.outgoing) {
                    Some(orders) => {
                        self.threads[thread] = Thread::Reads;
                        orders
                    }
                    None => {
                        self.threads[thread] = Thread::Parked;
                        Orders::default()
                    }
                }
            }
            Input::Stop(thread, terms, met) if self.threads[thread] == Thread::Reads => {
                let queues = terms.map_or(0, |terms| terms.consumers);
                if queues > 0 && !(thread == 0 && self.has_own_queue) {
                    return None;
                }
                // Its deadline, or its answer: counted as awaited until the role is handed back.
                let orders = self.role.stop(self.now, terms, met, &facts);
                self.abandon(thread);
                self.is_promised = !facts.has_io_thread && queues == 0;
                orders
            }
            Input::GiveUp(thread)
                if matches!(
                    self.threads[thread],
                    Thread::Asked | Thread::Parked | Thread::Woken
                ) =>
            {
                self.abandon(thread);
                Orders::default()
            }
            Input::Answer(thread)
                if self.is_read() && self.is_owed[thread] && self.outgoing == Outgoing::Nothing =>
            {
                self.is_owed[thread] = false;
                if self.threads[thread] == Thread::Parked {
                    self.threads[thread] = Thread::Woken;
                }
                if self.threads[thread] == Thread::Asked {
                    self.threads[thread] = Thread::Away;
                }
                Orders::default()
            }
            Input::AnswerOthers if self.is_read() && self.outgoing == Outgoing::Nothing => {
                self.has_started = false;
                Orders::default()
            }
            Input::Start if is_connected && !self.has_started => {
                self.has_started = true;
                match self.outgoing {
                    Outgoing::Nothing if self.role.may_cork() => {
                        let until = self.now + TICK;
                        self.outgoing = Outgoing::Corked(until);
                        self.role.corked(until)
                    }
                    Outgoing::Nothing => unreachable!("nothing to write is watched for"),
                    Outgoing::Waiting => self.role.unawaited(&self.facts()),
                    Outgoing::Corked(_) => Orders::default(),
                }
            }
            // The cork stays.
            Input::Withdraw if self.has_started && matches!(self.outgoing, Outgoing::Corked(_)) => {
                self.has_started = false;
                Orders::default()
            }
            Input::Write if self.watched.write => {
                self.outgoing = Outgoing::Nothing;
                self.role.written(Outgoing::Nothing)
            }
            Input::AddQueue if !self.has_queue => {
                self.has_queue = true;
                let orders = self.role.consumer_added(self.outgoing);
                self.is_announced = is_connected;
                orders
            }
            Input::AddQueue if is_connected && !self.is_announced => {
                self.is_announced = true;
                self.role.consumer_added(self.outgoing)
            }
            Input::RemoveQueue if self.has_queue => {
                self.has_queue = false;
                self.is_announced = false;
                self.role.queue_drained(self.outgoing)
            }
            Input::OwnQueue(true) if !self.has_own_queue && self.threads[0] == Thread::Away => {
                self.has_own_queue = true;
                self.role.consumer_added(self.outgoing)
            }
            Input::OwnQueue(false) if self.has_own_queue && self.threads[0] == Thread::Away => {
                self.has_own_queue = false;
                self.role.queue_drained(self.outgoing)
            }
            Input::QueueFull if self.does_io_read() && facts.consumers > 0 => {
                self.role.queue_full(self.now, self.outgoing)
            }
            Input::QueueDrained if self.role.pause.is_some() => {
                let orders = self.role.queue_drained(self.outgoing);
                assert_eq!(self.role.queue_drained(self.outgoing), Orders::default());
                orders
            }
            Input::EndLease if matches!(self.role.reader, Reader::Lease(_)) => {
                self.role.end_lease(&facts)
            }
            // It may come early.
            Input::Timer if self.timer.is_some() => {
                let mut orders = self.role.timer(self.now, &facts);
                assert_eq!(orders.timer, self.role.timer);
                // It goes back to the I/O thread, which needs nothing for that.
                self.timer = orders.timer.take();
                assert!(self.timer > Some(self.now) || self.timer.is_none());
                orders
            }
            Input::Tick if self.has_time() => return Some(self.tick()),
            Input::IoThread(can_have_io) if can_have_io != self.can_have_io => {
                self.can_have_io = can_have_io;
                Orders::default()
            }
            _ => return None,
        };
        self.carry_out(orders);
        if self.role.may_io_read() && self.is_refused && !self.watched.read {
            // Who adds a queue is told that nobody would read for it.
            match input {
                Input::AddQueue => (self.has_queue, self.is_announced) = (false, false),
                Input::OwnQueue(true) => self.has_own_queue = false,
                _ => {}
            }
        }
        self.is_promised &= matches!(self.role.reader, Reader::Lease(_));
        self.carry_out_nothing_twice();
        Some(self)
    }

    fn carry_out(&mut self, mut orders: Orders) {
        if let Some(change) = orders.watch {
            assert_ne!(change.from, change.to);
            assert_eq!(change.from, self.watched, "what is watched is known");
            // A socket that is watched already can be watched for something else: nothing is needed
            // for that.
            if self.can_have_io || change.from != NOTHING {
                self.watched = change.to;
                self.has_io_thread = true;
                self.is_refused = false;
            } else {
                self.refuse(Some(change));
                orders.timer = None;
            }
        }
        if let Some(at) = orders.timer {
            if self.can_have_io || self.has_io_thread {
                self.has_io_thread = true;
                self.timer = Some(self.timer.map_or(at, |timer| timer.min(at)));
            } else {
                self.refuse(None);
                if matches!(self.outgoing, Outgoing::Corked(_)) {
                    // Without a timer there is no cork.
                    self.outgoing = Outgoing::Waiting;
                    let orders = self.role.unawaited(&self.facts());
                    self.carry_out(orders);
                }
            }
        }
        if orders.write {
            // As if the socket took it: if not, that is the case of `Ask`.
            self.outgoing = Outgoing::Nothing;
            let orders = self.role.written(self.outgoing);
            self.carry_out(orders);
            let orders = self.role.unawaited(&self.facts());
            self.carry_out(orders);
        }
    }

    fn refuse(&mut self, change: Option<Change>) {
        self.is_refused = true;
        let orders = self.role.refused(change);
        assert_eq!((orders.watch, orders.timer), (None, None));
        if orders.wake_one {
            let parked = self.threads.iter().position(|it| *it == Thread::Parked);
            if let Some(thread) = parked {
                self.threads[thread] = Thread::Woken;
            }
        }
    }

    /// Where nothing has changed, nothing is ordered. After a refusal it is tried again.
    fn carry_out_nothing_twice(&self) {
        if !self.is_refused {
            let mut role = self.role;
            assert_eq!(role.written(self.outgoing), Orders::default());
            assert_eq!(role, self.role);
        }
    }

    /// Time does not pass over a timer that is due.
    fn has_time(&self) -> bool {
        self.timer.is_none_or(|timer| timer > self.now)
    }

    /// Time passes: what lies ahead comes nearer, so that equal states are found equal.
    fn tick(mut self) -> World {
        let now = self.now;
        let nearer = |at: &mut Instant| *at = now.max(*at - TICK);
        if let Reader::Lease(until) = &mut self.role.reader {
            nearer(until);
        }
        if let Outgoing::Corked(until) = &mut self.outgoing {
            nearer(until);
        }
        self.role.pause.iter_mut().for_each(nearer);
        self.role.timer.iter_mut().for_each(nearer);
        self.timer.iter_mut().for_each(nearer);
        self
    }

    /// The same for two worlds that differ only in which thread is which.
    fn normal(mut self) -> World {
        let of = |thread: usize| (self.threads[thread] as u8, self.is_owed[thread]);
        if !self.has_own_queue && of(0) > of(1) {
            self.threads.reverse();
            self.is_owed.reverse();
        }
        self
    }

    fn check(&self) {
        let role = &self.role;
        let readers = self.threads.iter().filter(|it| **it == Thread::Reads);
        let readers = readers.count();
        // One reads at the most.
        assert!(readers + usize::from(role.may_io_read()) <= 1);
        assert_eq!(readers == 1, role.reader == Reader::Waiter);
        assert!(readers == 0 || !self.watched.read);
        assert_eq!(role.watched, self.watched);
        assert!(role
            .timer
            .is_none_or(|at| self.timer.is_some_and(|timer| timer <= at)));
        if !role.is_connected {
            assert_eq!(*role, Role::default());
            assert_eq!(self.watched, NOTHING);
            return;
        }
        let ends_by = |at: Instant| self.timer.is_some_and(|timer| timer <= at);
        // A pause ends.
        if let Some(until) = role.pause {
            assert_eq!(role.reader, Reader::Io);
            assert!(ends_by(until));
        }
        // What is to be written is written.
        match self.outgoing {
            Outgoing::Nothing => assert!(!self.watched.write),
            Outgoing::Waiting => assert!(self.watched.write || self.is_refused),
            Outgoing::Corked(until) => assert!(ends_by(until) && !self.watched.write),
        }
        // What concerns somebody is read. A thread that has asked, or has a lease, comes back.
        let is_parked = self.threads.contains(&Thread::Parked);
        let is_corked = matches!(self.outgoing, Outgoing::Corked(_));
        let is_concerned = is_parked || self.is_announced || self.has_started && !is_corked;
        let is_leased = match role.reader {
            Reader::Lease(until) => ends_by(until) || self.is_promised,
            _ => false,
        };
        let comes_back = self.threads.contains(&Thread::Asked) || self.is_refused;
        // Whoever was to write and read for it may have given up before.
        let is_looked_at = !is_parked && !self.is_announced && self.timer.is_some();
        let is_read_soon = role.pause.is_some()
            || is_leased
            || is_looked_at
            || self.threads.contains(&Thread::Woken)
            || comes_back;
        assert!(!is_concerned || self.is_read() || is_read_soon);
        // Nobody who waits for an answer is left to a reader that cannot be had.
        if is_parked && self.is_refused && !self.is_read() {
            let may_read = self.threads.contains(&Thread::Woken) || role.pause.is_some();
            assert!(may_read);
        }
    }
}

#[test]
fn the_rules_hold_in_every_state_that_can_be_reached() {
    let begin = World::new(Instant::now());
    let inputs = inputs();
    // How each state was reached first.
    let mut reached: HashMap<World, Option<(World, Input)>> = HashMap::from([(begin, None)]);
    let mut queue = VecDeque::from([begin]);
    while let Some(world) = queue.pop_front() {
        for &input in &inputs {
            let outcome = std::panic::catch_unwind(|| {
                let after = world.after(input);
                after.inspect(World::check).map(World::normal)
            });
            let Ok(after) = outcome else {
                let mut way = vec![input];
                let mut at = world;
                while let Some((before, input)) = reached[&at] {
                    way.push(input);
                    at = before;
                }
                way.reverse();
                panic!("after {way:?}\nin {world:#?}");
            };
            if let Some(after) = after {
                reached.entry(after).or_insert_with(|| {
                    queue.push_back(after);
                    Some((world, input))
                });
            }
        }
    }
    // A change that makes much of it unreachable is a mistake of this test.
    assert!(reached.len() > 1000, "{}", reached.len());
}
