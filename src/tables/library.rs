//! Events that the library makes itself: STATE and GAP.
//!
//! STATE comes when the controller's state changes, to those that ask for it: a program sees here
//! that the connection is lost, and torctl_state_event_message() says why. GAP comes without being
//! asked for, where a full queue dropped events. What a program has learned from events may be out
//! of date then: it asks tor again, for example by torctl_get_circuits().

#[events(State)]
#[positional(1)]
#[number(110)]
struct state_event {
    /// The new state of the controller.
    #[arg(0, "State")]
    state: Word<ControllerState>,

    /// Why the conversation ended, in one word: "LOCAL" (the program closed it), "EOF" (tor closed
    /// it, for example because tor ended), "ERROR" (the system reported an error) or "PROTOCOL"
    /// (the peer does not speak the protocol). Absent while it goes on.
    #[key("CAUSE")]
    cause: Text,

    /// Why the conversation ended, in a sentence for people. Absent while it goes on.
    #[key("MESSAGE")]
    message: Text,
}

#[events(Gap)]
#[number(111)]
struct gap {
    /// How many events were dropped here.
    #[key("LOST_EVENTS")]
    lost_events: Number,

    /// How many bytes those events had.
    #[key("LOST_BYTES")]
    lost_bytes: Number,
}
