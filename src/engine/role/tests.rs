//! The main transitions by name. All of them, in every state that can be reached, are walked
//! through in [`reachable`].

use super::*;

mod reachable;

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Nothing has been asked, and nobody is there to whom events would go.
const NOBODY: Facts = Facts {
    consumers: 0,
    brings_events: false,
    has_requests: false,
    awaited: 0,
    outgoing: Outgoing::Nothing,
    has_io_thread: true,
};

const A_QUEUE: Facts = Facts {
    consumers: 1,
    ..NOBODY
};

/// Another thread waits for an answer.
const A_WAITER: Facts = Facts {
    has_requests: true,
    awaited: 1,
    ..NOBODY
};

/// The terms of the thread that calls listeners.
const LISTENERS: Terms = Terms {
    consumers: 1,
    requests: 0,
    lease: LEASE,
    only_reads: true,
};

/// The terms of a thread that waits for one of several answers.
const ONE_OF_SEVERAL: Terms = Terms {
    consumers: 0,
    requests: 0,
    lease: LEASE,
    only_reads: true,
};

const PRESSED: Met = Met {
    is_pressed: true,
    is_much: false,
};

const MUCH: Met = Met {
    is_pressed: false,
    is_much: true,
};

fn watch(read: bool, write: bool) -> Watch {
    Watch { read, write }
}

fn change(from: Watch, to: Watch) -> Orders {
    Orders {
        watch: Some(Change { from, to }),
        ..Orders::default()
    }
}

const NOTHING: Watch = Watch {
    read: false,
    write: false,
};
const READ: Watch = Watch {
    read: true,
    write: false,
};

/// A connection that nobody reads.
fn idle() -> Role {
    let mut role = Role::default();
    role.connected();
    role
}

/// One that a thread reads.
fn waited_for() -> Role {
    let mut role = idle();
    assert_eq!(role.wait(Outgoing::Nothing), Some(Orders::default()));
    role
}

/// One that the I/O thread reads.
fn watched() -> Role {
    let mut role = idle();
    let orders = role.consumer_added(Outgoing::Nothing);
    assert_eq!(orders, change(NOTHING, READ));
    role
}

/// One that a thread will read on, until then.
fn leased(now: Instant) -> Role {
    let mut role = waited_for();
    let orders = role.stop(now, Some(LISTENERS), Met::default(), &A_QUEUE);
    assert_eq!(orders.timer, Some(now + LEASE));
    role
}

/// One that the I/O thread reads on then.
fn paused(now: Instant) -> Role {
    let mut role = watched();
    let orders = role.queue_full(now, Outgoing::Nothing);
    let timer = Some(now + PAUSE);
    let expected = Orders {
        timer,
        ..change(READ, NOTHING)
    };
    assert_eq!(orders, expected);
    role
}

#[test]
fn without_a_connection_there_is_nothing_to_do() {
    let now = Instant::now();
    let mut role = Role::default();
    assert_eq!(role.wait(Outgoing::Nothing), None);
    let orders = [
        role.consumer_added(Outgoing::Nothing),
        role.queue_full(now, Outgoing::Nothing),
        role.queue_drained(Outgoing::Nothing),
        role.written(Outgoing::Waiting),
        role.end_lease(&A_QUEUE),
        role.unawaited(&A_WAITER),
        role.timer(now, &A_WAITER),
        role.disconnected(),
    ];
    assert_eq!(orders, [Orders::default(); 8]);
    assert_eq!(role, Role::default());
    assert!(!role.may_io_read());
}

#[test]
fn a_program_that_only_asks_needs_no_io_thread() {
    let now = Instant::now();
    let mut role = idle();
    for _ in 0..2 {
        assert_eq!(role.written(Outgoing::Nothing), Orders::default());
        assert_eq!(role.wait(Outgoing::Nothing), Some(Orders::default()));
        let terms = Some(ONE_OF_SEVERAL);
        let orders = role.stop(now, terms, Met::default(), &NOBODY);
        assert_eq!(orders, Orders::default());
        assert!(role.is_unread());
    }
}

#[test]
fn one_of_those_who_wait_reads() {
    let mut role = waited_for();
    assert_eq!(role.wait(Outgoing::Nothing), None);
    assert!(!role.may_io_read() && !role.is_unread());
}

#[test]
fn the_io_thread_reads_for_others_when_a_thread_has_its_answer() {
    let mut role = waited_for();
    let terms = Some(ONE_OF_SEVERAL);
    let orders = role.stop(Instant::now(), terms, Met::default(), &A_WAITER);
    assert_eq!(orders, change(NOTHING, READ));
    assert!(role.may_io_read());
}

#[test]
fn events_are_read_though_nobody_wants_them() {
    let brings_events = Facts {
        brings_events: true,
        ..NOBODY
    };
    let mut role = waited_for();
    let orders = role.stop(Instant::now(), None, Met::default(), &brings_events);
    assert_eq!(orders, change(NOTHING, READ));
}

#[test]
fn a_thread_that_waits_takes_the_role_from_the_io_thread() {
    let mut role = watched();
    let orders = role.wait(Outgoing::Nothing);
    assert_eq!(orders, Some(change(READ, NOTHING)));
    assert!(!role.may_io_read());
}

#[test]
fn a_consumer_that_comes_while_a_thread_waits_is_read_for_after_it() {
    let mut role = waited_for();
    assert_eq!(role.consumer_added(Outgoing::Nothing), Orders::default());
    let orders = role.stop(Instant::now(), None, Met::default(), &A_QUEUE);
    assert_eq!(orders, change(NOTHING, READ));
}

#[test]
fn a_lease_is_for_who_reads_for_itself_alone() {
    let now = Instant::now();
    let two_queues = Facts {
        consumers: 2,
        ..NOBODY
    };
    let asked_more = Facts {
        has_requests: true,
        ..NOBODY
    };
    let asked_and_a_queue = Facts {
        consumers: 1,
        ..asked_more
    };
    let none = Met::default();
    for (terms, met, facts, is_leased) in [
        (LISTENERS, none, A_QUEUE, true),
        (LISTENERS, PRESSED, A_QUEUE, true),
        // In a flood two threads are better.
        (LISTENERS, MUCH, A_QUEUE, false),
        (LISTENERS, none, two_queues, false),
        (LISTENERS, none, A_WAITER, false),
        (ONE_OF_SEVERAL, none, asked_more, true),
        (ONE_OF_SEVERAL, MUCH, asked_more, true),
        (ONE_OF_SEVERAL, none, A_WAITER, false),
        (ONE_OF_SEVERAL, none, asked_and_a_queue, false),
        // There is no other answer to wait for.
        (ONE_OF_SEVERAL, none, NOBODY, false),
    ] {
        let mut role = waited_for();
        let orders = role.stop(now, Some(terms), met, &facts);
        let timer = is_leased.then_some(now + LEASE);
        assert_eq!(orders.timer, timer, "{terms:?}, {met:?}, {facts:?}");
        assert_eq!(orders.watch.is_some(), !is_leased && !role.is_unread());
    }
}

#[test]
fn no_io_thread_is_started_for_the_lease_of_one_who_asks() {
    let now = Instant::now();
    for (terms, timer) in [(ONE_OF_SEVERAL, None), (LISTENERS, Some(now + LEASE))] {
        let facts = Facts {
            consumers: terms.consumers,
            has_requests: true,
            has_io_thread: false,
            ..NOBODY
        };
        let mut role = waited_for();
        let orders = role.stop(now, Some(terms), Met::default(), &facts);
        assert_eq!((orders.timer, orders.watch), (timer, None));
        assert!(matches!(role.reader, Reader::Lease(_)));
    }
}

#[test]
fn a_lease_sets_no_timer_where_one_is_soon_enough() {
    let now = Instant::now();
    let mut role = leased(now);
    let _ = role.wait(Outgoing::Nothing);
    let later = now + LEASE / 2;
    let orders = role.stop(later, Some(LISTENERS), Met::default(), &A_QUEUE);
    assert_eq!(orders, Orders::default());
    let orders = role.timer(now + LEASE, &A_QUEUE);
    assert_eq!((orders.timer, orders.watch), (Some(later + LEASE), None));
    // A cork ends before.
    let until = now + LEASE + ms(1);
    assert_eq!(role.corked(until).timer, Some(until));
}

#[test]
fn no_lease_is_given_that_nothing_would_end() {
    let mut role = leased(Instant::now());
    assert!(role.refused(None).wake_one);
    assert_eq!(role.written(Outgoing::Nothing), change(NOTHING, READ));
}

#[test]
fn a_lease_ends_by_time_by_its_thread_and_by_others() {
    let now = Instant::now();
    let mut role = leased(now);
    let early = role.timer(now + LEASE / 2, &A_QUEUE);
    assert_eq!((early.timer, early.watch), (Some(now + LEASE), None));
    let orders = role.timer(now + LEASE, &A_QUEUE);
    assert_eq!(orders, change(NOTHING, READ));

    let mut role = leased(now);
    assert_eq!(role.wait(Outgoing::Nothing), Some(Orders::default()));
    // Its timer is left to come, and finds nothing to do.
    assert_eq!(role.timer(now + LEASE, &A_QUEUE), Orders::default());

    let mut role = leased(now);
    assert_eq!(role.end_lease(&A_QUEUE), change(NOTHING, READ));
    assert_eq!(role.end_lease(&A_QUEUE), Orders::default());

    let mut role = leased(now);
    let orders = role.consumer_added(Outgoing::Nothing);
    assert_eq!(orders, change(NOTHING, READ));
}

#[test]
fn reading_pauses_for_a_consumer_that_is_behind() {
    let now = Instant::now();
    let mut role = paused(now);
    assert!(!role.may_io_read() && !role.is_unread());
    // What was in the socket before is read no more, and lengthens nothing.
    let later = now + ms(1);
    assert_eq!(role.queue_full(later, Outgoing::Nothing), Orders::default());
    assert_eq!(role.timer(later, &A_QUEUE).timer, Some(now + PAUSE));
    let orders = role.timer(now + PAUSE, &A_QUEUE);
    let expected = Orders {
        end_pauses: true,
        ..change(NOTHING, READ)
    };
    assert_eq!(orders, expected);
    assert!(role.may_io_read());
}

#[test]
fn a_pause_ends_when_the_consumer_has_caught_up() {
    let mut role = paused(Instant::now());
    assert_eq!(role.queue_drained(Outgoing::Nothing), change(NOTHING, READ));
    assert_eq!(role.queue_drained(Outgoing::Nothing), Orders::default());
}

#[test]
fn a_thread_that_waits_reads_in_a_pause() {
    let now = Instant::now();
    let mut role = paused(now);
    assert_eq!(role.wait(Outgoing::Nothing), Some(Orders::default()));
    assert_eq!(role.queue_full(now, Outgoing::Nothing), Orders::default());
    assert_eq!(role.queue_drained(Outgoing::Nothing), Orders::default());
    // What it met last decides.
    let orders = role.stop(now, None, PRESSED, &A_QUEUE);
    // The timer of the first is still to come.
    assert_eq!(orders, Orders::default());
    assert_eq!(role, paused(now));
    assert_eq!(role.wait(Outgoing::Nothing), Some(Orders::default()));
    let orders = role.stop(now, None, Met::default(), &A_QUEUE);
    assert_eq!(orders, change(NOTHING, READ));
}

#[test]
fn nothing_pauses_where_nobody_reads_on() {
    let mut role = waited_for();
    let orders = role.stop(Instant::now(), None, PRESSED, &NOBODY);
    assert_eq!(orders, Orders::default());
}

#[test]
fn the_io_thread_writes_what_a_full_socket_did_not_take() {
    let mut role = waited_for();
    let writes = watch(false, true);
    let orders = role.written(Outgoing::Waiting);
    assert_eq!(orders, change(NOTHING, writes));
    assert_eq!(role.written(Outgoing::Waiting), Orders::default());
    assert!(!role.may_cork());
    let facts = Facts {
        outgoing: Outgoing::Waiting,
        ..A_WAITER
    };
    let orders = role.stop(Instant::now(), None, Met::default(), &facts);
    assert_eq!(orders, change(writes, watch(true, true)));
    let orders = role.written(Outgoing::Nothing);
    assert_eq!(orders, change(watch(true, true), READ));
    assert!(role.may_cork());
}

#[test]
fn what_is_corked_is_written_by_the_timer() {
    let now = Instant::now();
    let until = now + ms(1);
    let corked = Facts {
        has_requests: true,
        outgoing: Outgoing::Corked(until),
        ..NOBODY
    };
    let mut role = idle();
    assert_eq!(role.corked(until).timer, Some(until));
    let orders = role.timer(now, &corked);
    assert_eq!((orders.timer, orders.write), (Some(until), false));
    let orders = role.timer(until, &corked);
    assert_eq!((orders.timer, orders.write), (None, true));
    // Its answer is read, though nobody may ever wait for it.
    let written = Facts {
        outgoing: Outgoing::Nothing,
        ..corked
    };
    assert_eq!(role.unawaited(&written), change(NOTHING, READ));
    assert_eq!(role.unawaited(&written), Orders::default());
}

#[test]
fn what_was_withdrawn_under_the_cork_is_not_waited_for() {
    let mut role = idle();
    assert_eq!(role.unawaited(&NOBODY), Orders::default());
    assert!(role.is_unread());
}

#[test]
fn the_first_of_several_times_comes_next() {
    let now = Instant::now();
    let until = now + ms(1);
    let facts = Facts {
        outgoing: Outgoing::Corked(until),
        ..A_QUEUE
    };
    for mut role in [leased(now), paused(now)] {
        assert_eq!(role.timer(now, &facts).timer, Some(until));
        assert!(role.timer(until, &facts).timer > Some(until));
    }
}

#[test]
fn one_who_waits_reads_where_the_io_thread_cannot_be_had() {
    let mut role = waited_for();
    let orders = role.stop(Instant::now(), None, Met::default(), &A_WAITER);
    let orders = role.refused(orders.watch);
    assert!(orders.wake_one);
    assert!(role.is_unread());
    // Who is woken takes the role.
    assert_eq!(role.wait(Outgoing::Nothing), Some(Orders::default()));
    // And whatever comes next tries again.
    let orders = role.stop(Instant::now(), None, Met::default(), &A_WAITER);
    assert_eq!(orders, change(NOTHING, READ));
    let _ = role.refused(orders.watch);
    assert_eq!(role.written(Outgoing::Nothing), change(NOTHING, READ));
    let _ = role.refused(orders.watch);
    let orders = role.consumer_added(Outgoing::Nothing);
    assert_eq!(orders, change(NOTHING, READ));
}

#[test]
fn no_pause_begins_where_nothing_would_end_it() {
    let mut role = waited_for();
    let orders = role.stop(Instant::now(), None, PRESSED, &A_WAITER);
    assert_eq!(orders.watch, None);
    assert!(role.refused(orders.watch).wake_one);
    assert!(role.may_io_read());
}

#[test]
fn who_reads_is_not_woken_where_nobody_can_write() {
    let mut role = waited_for();
    let orders = role.written(Outgoing::Waiting);
    assert!(!role.refused(orders.watch).wake_one);
    let orders = role.written(Outgoing::Waiting);
    assert_eq!(orders, change(NOTHING, watch(false, true)));
}

#[test]
fn the_end_of_the_connection_ends_everything() {
    let now = Instant::now();
    let ways: [(Role, Orders); 5] = [
        (idle(), Orders::default()),
        (waited_for(), Orders::default()),
        (leased(now), Orders::default()),
        (paused(now), Orders::default()),
        (watched(), change(READ, NOTHING)),
    ];
    for (mut role, expected) in ways {
        assert_eq!(role.disconnected(), expected);
        assert_eq!(role, Role::default());
    }
}

#[test]
fn a_thread_waits_in_the_receive_if_only_that_ends_its_waiting() {
    let near = Some(2 * POLL_INTERVAL);
    let far = Some(3 * POLL_INTERVAL);
    let cancellable = Terms {
        only_reads: false,
        ..LISTENERS
    };
    assert!(LISTENERS.may_block(None) && LISTENERS.may_block(far));
    assert!(!LISTENERS.may_block(near) && !cancellable.may_block(None));
    assert!(ONE_OF_SEVERAL.has_asked() && !LISTENERS.has_asked());
}
