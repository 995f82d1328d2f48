//! Choosing the paths of streams
//!
//! With an attacher, the program says which circuit each new stream goes to: for example one that
//! it has built by torctl_build_circuit() through relays of its choice. tor is told to leave
//! streams alone (its option __LeaveStreamsUnattached) while there is an attacher, and that is
//! reversed when the attacher is removed or the controller closed. No stream waits without end:
//! tor decides about those for which the attacher has no answer in time. Streams that tor opens for
//! itself are never asked about, nor those whose target names its exit.

/// An attacher's answer
#[choice("TORCTL_ATTACH_")]
#[base(2100)]
enum Answer {
    /// An attacher's answer: tor chooses, as it does without an attacher.
    Tor = 0,
    /// An attacher's answer: the stream goes to `*circuit`.
    Circuit = 1,
    /// An attacher's answer: the stream is closed.
    Close = 2,
    /// An attacher's answer: the program calls torctl_attach_stream() or torctl_close_stream()
    /// itself, from any thread, before the deadline.
    Later = 3,
}

trait Attach {
    /// Sets the attacher, in place of the one before. `user_data` is passed to every call of it.
    ///
    /// It is a listener: it is called on the listeners' thread, may call anything, also
    /// torctl_build_circuit(), and must not throw or longjmp; while it runs, the streams that
    /// follow wait for it. `deadline_ms` is how long a stream may wait for its answer, counted from
    /// the arrival of its event; after that tor chooses. -1 means 10,000; tor itself gives up after
    /// about two minutes. An attacher that fails, that is too late, or whose circuit tor refuses,
    /// is reported as a listener that failed, by the number that `*listener_id` is set to, before
    /// the first call, if it is not NULL: with what it returned, with TORCTL_ERR_TIMEOUT, or with
    /// TORCTL_ERR_REJECTED, or TORCTL_ERR_NOT_FOUND if tor has no such circuit. In all these cases
    /// tor chooses.
    ///
    /// `destroy`, if not NULL, is called once with `user_data`: when the attacher has been removed or
    /// replaced or the controller has closed, after the last call, and also when setting fails.
    /// Blocks like a few requests, and before that until no torctl_dial() on a given circuit runs.
    /// Returns TORCTL_ERR_STATE if the controller is not connected.
    fn attacher_set(
        controller: &Controller,
        attacher: torctl_attacher_fn,
        user_data: UserData,
        destroy: Destroy,
        deadline_ms: i32,
        call: &Call,
        listener_id: Place<u64>,
    ) {
        set(
            controller,
            attacher,
            user_data,
            deadline_ms,
            call,
            &mut listener_id,
        )?
    }

    /// Removes the attacher: tor is told to attach streams itself again, those that wait included.
    /// From outside a callback, the attacher is not running any more when this returns; from
    /// inside, the present call is the last, and its answer is not looked at.
    ///
    /// Returns TORCTL_ERR_NOT_FOUND if there is none. Blocks like a request, and before that until no
    /// torctl_dial() on a given circuit runs.
    fn attacher_remove(controller: &Controller, call: &Call) {
        remove_attacher(controller, call)?
    }

    /// About how many streams the present attacher did not answer in time.
    fn attacher_overdue(controller: &Controller) -> u64 {
        overdue(controller)?
    }
}
