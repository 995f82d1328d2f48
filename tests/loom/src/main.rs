//! The reading role among threads: the machine of the library (`src/engine/role.rs`, the file
//! itself) with the locks around it, in every order in which threads can be scheduled.
//!
//! What stands around the machine is a copy with loom's locks, short enough to be compared by eye;
//! each part says what it mirrors. What is checked: every thread that waits ends, whoever reads and
//! whatever fails, and no two have the role at the same time. A wake-up that is lost would leave
//! all threads waiting, which loom reports.

use std::time::Instant;

use loom::sync::{Arc, Mutex};
use loom::thread;

#[path = "../../../src/engine"]
mod engine {
    pub(crate) mod role;
}

mod kernel;

use engine::role::{Facts, Met, Orders, Outgoing, Role, Terms, LEASE};
use kernel::{Kernel, Parker};

/// Mirrors `Core` of `engine/conversation/mod.rs`, and of the pending requests what matters here.
struct Core {
    role: Role,
    /// Who waits for an answer, in the order of the wire.
    sent: Vec<usize>,
    awaited: [bool; 2],
    /// Threads that have the role.
    readers: usize,
    is_closed: bool,
}

struct Conversation {
    core: Mutex<Core>,
    /// Held from the receive until what it brought is routed.
    decoder: Mutex<()>,
    parkers: [Parker; 2],
    /// Which answers have come; mirrors `engine/slot.rs`.
    answers: [Mutex<usize>; 2],
    kernel: Kernel,
    now: Instant,
    can_have_io: bool,
}

impl Core {
    fn facts(&self, has_io_thread: bool) -> Facts {
        Facts {
            consumers: 0,
            brings_events: false,
            has_requests: !self.sent.is_empty(),
            awaited: self.awaited.iter().filter(|it| **it).count(),
            outgoing: Outgoing::Nothing,
            has_io_thread,
        }
    }
}

impl Conversation {
    /// With these requests under way, each of one thread.
    fn new(sent: &[usize], can_have_io: bool) -> Arc<Conversation> {
        let mut role = Role::default();
        role.connected();
        Arc::new(Conversation {
            core: Mutex::new(Core {
                role,
                sent: sent.to_vec(),
                awaited: [false; 2],
                readers: 0,
                is_closed: false,
            }),
            decoder: Mutex::new(()),
            parkers: [Parker::new(0), Parker::new(1)],
            answers: [Mutex::new(0), Mutex::new(0)],
            kernel: Kernel::new(),
            now: Instant::now(),
            can_have_io,
        })
    }

    /// Mirrors `Conversation::carry_out` of `engine/conversation/orders.rs`.
    fn carry_out(&self, core: &mut Core, orders: Orders) {
        if let Some(change) = orders.watch {
            if self.can_have_io {
                self.kernel.watch(change.to.read);
            } else {
                let orders = core.role.refused(Some(change));
                self.wake_one(core, orders);
            }
        }
        if orders.timer.is_some() && self.can_have_io {
            self.kernel.set_timer();
        }
        self.wake_one(core, orders);
    }

    /// Mirrors `Dialogue::wake_one`.
    fn wake_one(&self, core: &Core, orders: Orders) {
        if orders.wake_one {
            if let Some(&thread) = core.sent.iter().find(|thread| core.awaited[**thread]) {
                self.parkers[thread].wake(&self.kernel);
            }
        }
    }

    /// Mirrors `Request::wait` with `wait_with` of `engine/conversation/reading.rs`: waits until so
    /// many answers have come.
    fn wait(&self, thread: usize, count: usize, terms: Option<Terms>) {
        self.core.lock().unwrap().awaited[thread] = true;
        let mut has_role = false;
        loop {
            if *self.answers[thread].lock().unwrap() >= count {
                break;
            }
            if self.take(&mut has_role) {
                if self.parkers[thread].park_on(&self.kernel) {
                    self.read_once();
                }
            } else {
                self.parkers[thread].park();
            }
        }
        if has_role {
            self.hand_back(terms);
        }
    }

    /// Mirrors `Turn::take`.
    fn take(&self, has_role: &mut bool) -> bool {
        let mut core = self.core.lock().unwrap();
        if core.is_closed {
            *has_role = false;
            return false;
        }
        if *has_role {
            return true;
        }
        let Some(orders) = core.role.wait(Outgoing::Nothing) else {
            return false;
        };
        core.readers += 1;
        assert_eq!(core.readers, 1, "two have the role");
        self.carry_out(&mut core, orders);
        *has_role = true;
        true
    }

    /// Mirrors `Turn::drop`.
    fn hand_back(&self, terms: Option<Terms>) {
        let mut core = self.core.lock().unwrap();
        if core.is_closed {
            return;
        }
        core.readers -= 1;
        let facts = core.facts(self.can_have_io);
        let orders = core.role.stop(self.now, terms, Met::default(), &facts);
        self.carry_out(&mut core, orders);
    }

    /// Mirrors `Conversation::read_by` and `route`. Whether anything came.
    fn read_once(&self) -> bool {
        let ended = {
            let _decoder = self.decoder.lock().unwrap();
            match self.kernel.receive() {
                Some(0) => return false,
                Some(count) => {
                    let mut core = self.core.lock().unwrap();
                    for _ in 0..count.min(core.sent.len()) {
                        let thread = core.sent.remove(0);
                        core.awaited[thread] = false;
                        self.complete(thread, 1);
                    }
                    false
                }
                None => true,
            }
        };
        if ended {
            self.close();
        }
        !ended
    }

    /// Mirrors `Slot::complete`.
    fn complete(&self, thread: usize, count: usize) {
        *self.answers[thread].lock().unwrap() += count;
        self.parkers[thread].wake(&self.kernel);
    }

    /// Mirrors `Conversation::close`, and `lose_link`, which differ in nothing that matters here.
    fn close(&self) {
        let mut core = self.core.lock().unwrap();
        if core.is_closed {
            return;
        }
        let orders = core.role.disconnected();
        core.is_closed = true;
        core.readers = 0;
        if orders.watch.is_some() {
            self.kernel.watch(false);
        }
        self.kernel.shutdown();
        for thread in std::mem::take(&mut core.sent) {
            core.awaited[thread] = false;
            self.complete(thread, 1);
        }
    }

    /// Mirrors `run` of `engine/reactor.rs` with `Conversation::read_a_turn` and `run_timer`.
    fn run_io_thread(&self) {
        while let Some(call) = self.kernel.wait_for_events() {
            if call.is_timer {
                // Its time has come: time may pass at any moment.
                let mut core = self.core.lock().unwrap();
                let facts = core.facts(true);
                let orders = core.role.timer(self.now + LEASE, &facts);
                self.carry_out(&mut core, orders);
            }
            while call.is_readable && self.core.lock().unwrap().role.may_io_read() {
                if !self.read_once() {
                    break;
                }
            }
        }
    }
}

/// One who waits for one of several answers, and then for the next.
const ONE_OF_SEVERAL: Terms = Terms {
    consumers: 0,
    requests: 0,
    lease: LEASE,
    only_reads: false,
};

/// Runs in every order: threads that wait for so many answers each, the I/O thread, and what the
/// peer does.
fn explore(name: &str, sent: &'static [usize], can_have_io: bool, peer: fn(&Conversation)) {
    let begun = Instant::now();
    let mut builder = loom::model::Builder::new();
    // More find nothing else, and take twenty times as long: LOOM_MAX_PREEMPTIONS.
    builder.preemption_bound = builder.preemption_bound.or(Some(2));
    builder.check(move || {
        let conversation = Conversation::new(sent, can_have_io);
        let waiters: Vec<_> = (0..2)
            .filter(|thread| sent.contains(thread))
            .map(|thread| {
                let conversation = Arc::clone(&conversation);
                thread::spawn(move || {
                    let count = sent.iter().filter(|it| **it == thread).count();
                    for answer in 1..=count {
                        conversation.wait(thread, answer, Some(ONE_OF_SEVERAL));
                    }
                })
            })
            .collect();
        let io = can_have_io.then(|| {
            let conversation = Arc::clone(&conversation);
            thread::spawn(move || conversation.run_io_thread())
        });
        peer(&conversation);
        for waiter in waiters {
            waiter.join().unwrap();
        }
        conversation.kernel.stop();
        if let Some(io) = io {
            io.join().unwrap();
        }
    });
    println!("{name}: {:.1} s", begun.elapsed().as_secs_f32());
}

fn main() {
    explore("two who wait, answered one by one", &[0, 1], true, |it| {
        it.kernel.arrive(1);
        it.kernel.arrive(1);
    });
    explore(
        "two who wait, without an I/O thread",
        &[0, 1],
        false,
        |it| {
            it.kernel.arrive(1);
            it.kernel.arrive(1);
        },
    );
    explore("a lease beside one who waits", &[0, 0, 1], true, |it| {
        it.kernel.arrive(1);
        it.kernel.arrive(2);
    });
    explore("the peer hangs up after one answer", &[0, 1], true, |it| {
        it.kernel.arrive(1);
        it.kernel.shutdown();
    });
    explore("a close while two wait", &[0, 1], true, |it| {
        it.kernel.arrive(1);
        it.close();
    });
}
