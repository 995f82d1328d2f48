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
    /// Removes the attacher: tor is told to attach streams itself again, those that wait included.
    /// From outside a callback, the attacher is not running any more when this returns; from
    /// inside, the present call is the last, and its answer is not looked at.
    ///
    /// Returns TORCTL_ERR_NOT_FOUND if there is none. Blocks like a request, and before that until no
    /// torctl_dial() on a given circuit runs.
    fn attacher_remove(controller: &Controller, call: &Operation) {
        remove_attacher(controller, call).await?
    }

    /// About how many streams the present attacher did not answer in time.
    fn attacher_overdue(controller: &Controller) -> u64 {
        overdue(controller)?
    }
}
