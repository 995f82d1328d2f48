//! Event queues
//!
//! A queue holds the events of its kinds until the program takes them, on any thread it likes, and
//! has a descriptor to poll in the loop that it has. It is bounded: when it is full it drops, by
//! choice the oldest or the newest, counts what it drops, and marks the place by a
//! TORCTL_EVENT_GAP, which comes whatever kinds were asked for. A queue lives until it is freed;
//! when the controller closes it gives what it holds and then TORCTL_END.

trait Queue {
    /// Makes a queue for the kinds of events in `kinds`, a sum of TORCTL_KIND_BIT()s, and asks tor
    /// for them by SETEVENTS if nobody did before.
    ///
    /// It holds at most so many events and so many bytes of their raw text; 0 means the default of
    /// 65,536 events and 4 MiB. An event larger than that is held if nothing else is. `overflow` is
    /// TORCTL_DROP_OLDEST or TORCTL_DROP_NEWEST. A kind that this tor does not know gives
    /// TORCTL_ERR_REJECTED. Blocks like a request when the controller is connected.
    fn queue_new(
        controller: &Controller,
        #[check(check_kinds)] kinds: u64,
        capacity_events: Option<usize>,
        capacity_bytes: Option<usize>,
        overflow: Choice<Overflow>,
        call: &Operation,
        out: New<EventQueue>,
    ) {
        let default = Capacity::default();
        let capacity = Capacity {
            events: capacity_events.unwrap_or(default.events),
            bytes: capacity_bytes.unwrap_or(default.bytes),
            overflow,
        };
        EventQueue::new(controller, kinds, capacity, call).await?
    }

    /// Asks tor by SETEVENTS also for the events with this name, for example those of a kind that a
    /// newer tor has and this version does not know: they come to this queue with the kind
    /// TORCTL_EVENT_UNKNOWN, and torctl_event_name() tells them apart. A name that this version
    /// knows means its kind. A name is letters, digits and _, in either case, 64 of them at the
    /// most. To wait for names alone, make the queue with TORCTL_KIND_BIT(TORCTL_EVENT_GAP).
    ///
    /// An event with a name comes to those who asked for the name, and to those who asked for
    /// TORCTL_EVENT_UNKNOWN. tor is asked for it until the last queue or listener that asked for it
    /// is gone. A name that this tor does not know gives TORCTL_ERR_REJECTED, and changes nothing
    /// for anybody. Before the controller is connected, tor is asked when it connects, and
    /// connecting fails with this status. A controller can have 16 names that this version does not
    /// know; TORCTL_ERR_STATE for more. Blocks like a request when the controller is connected.
    fn queue_add_event_name(
        #[check(wishes)] queue: &EventQueue,
        #[check(event_name)] name: Str,
        call: &Operation,
    ) {
        queue.add_name(name, call).await?
    }

    /// The queue's descriptor, for poll() and its like: readable exactly while something can be
    /// taken or the queue has ended. When it is, call torctl_queue_next() or torctl_queue_drain()
    /// until it says TORCTL_EMPTY. Never read, write or close it; it lives as long as the queue. -1
    /// for NULL.
    #[or(-1)]
    fn queue_fd(queue: Option<&EventQueue>) -> c_int {
        queue?.fd()?.as_raw_fd()
    }

    /// Takes the next event. A timeout of 0 does not wait, -1 waits until there is one.
    ///
    /// Returns TORCTL_EMPTY if none came in time, and TORCTL_END if none will come any more, both
    /// with NULL in `*event` and without an error object. Blocks until an event comes, the timeout
    /// has passed, the connection has ended, or torctl_call_cancel() ends it with
    /// TORCTL_ERR_CANCELLED. The timeout of the call does not count. Cannot be begun: a program that
    /// does not wait polls torctl_queue_fd(), and takes with a timeout of 0.
    fn queue_next(
        queue: &EventQueue,
        timeout_ms: Timeout,
        call: &Call,
        event: New<Event>,
    ) -> Status {
        next(queue, timeout_ms, call, event)?
    }

    /// Calls `take` for each event that is there now, in order, but for `max_events` at the most; 0
    /// is as many as there are. The fastest way to take events. An event lives until `take`
    /// returns; torctl_event_dup() keeps it longer. When `take` returns TORCTL_END, the drain ends
    /// after that event, and the rest stays.
    ///
    /// Sets `*count`, if not NULL, to the number of calls. Returns TORCTL_OK if there was any,
    /// TORCTL_EMPTY if there was none, TORCTL_END if none is there and none will come any more, and
    /// TORCTL_ERR_STATE while another drain of the queue runs. Does not wait. `take` may call
    /// anything but torctl_queue_free() on this queue, and must not throw or longjmp.
    fn queue_drain(
        queue: &EventQueue,
        max_events: Option<usize>,
        take: torctl_take_fn,
        user_data: Pointer,
        count: Place<usize>,
    ) -> Status {
        drain(queue, max_events, take, user_data, count)?
    }

    /// How many events wait in the queue.
    #[guarded]
    fn queue_backlog(queue: Option<&EventQueue>) -> usize {
        queue?.counts().backlog
    }

    /// How many bytes of raw text wait in the queue.
    #[guarded]
    fn queue_backlog_bytes(queue: Option<&EventQueue>) -> usize {
        queue?.counts().backlog_bytes
    }

    /// The largest number of events that ever waited in the queue.
    #[guarded]
    fn queue_high_water(queue: Option<&EventQueue>) -> usize {
        queue?.counts().high_water
    }

    /// How many events the queue has lost. What tor sent is delivered + backlog + dropped, as long
    /// as nothing comes or is taken between the three calls.
    #[guarded]
    fn queue_dropped(queue: Option<&EventQueue>) -> u64 {
        queue?.counts().dropped
    }

    /// How many events were taken from the queue. A TORCTL_EVENT_GAP does not count.
    #[guarded]
    fn queue_delivered(queue: Option<&EventQueue>) -> u64 {
        queue?.counts().delivered
    }

    /// Frees the queue and what it holds. tor is told to send no more than the others want; its
    /// answer is not waited for.
    fn queue_free(queue: Box<EventQueue>) -> Void;
}
