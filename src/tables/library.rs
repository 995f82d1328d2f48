//! Events that the library makes itself: STATE and GAP.

#[events(State)]
#[positional(1)]
struct state_event {
    /// The state that the controller went into.
    #[arg(0, "State")]
    state: Word<ControllerState>,

    /// Why the conversation ended, in one word: "LOCAL" (the program closed it), "EOF" (tor did, as
    /// when it ends), "ERROR" (the system) or "PROTOCOL" (the peer does not speak it). "" if it has
    /// not ended.
    #[key("CAUSE")]
    cause: Text,

    /// Why the conversation ended, in a sentence for people. "" if it has not ended.
    #[key("MESSAGE")]
    message: Text,
}

#[events(Gap)]
struct gap {
    /// How many events were dropped here because the queue was full.
    #[key("LOST_EVENTS")]
    lost_events: Number,

    /// How many bytes those events had.
    #[key("LOST_BYTES")]
    lost_bytes: Number,
}
