//! Events that the library makes itself: STATE, GAP and HEALTH.
//!
//! STATE comes when the controller's state changes, to those that ask for it: a program sees here
//! that the connection is lost, and torctl_state_event_message() says why. GAP comes without being
//! asked for, where a full queue dropped events, or where a controller that reconnects had no
//! connection. What a program has learned from events may be out of date then: it asks tor again,
//! for example by torctl_get_circuits(). HEALTH comes to those that ask for it, one for each item of
//! torctl_get_health() that changed, before the event of tor that it was learned from. When the
//! connection ends only the item CONNECTION is told; of the others nothing is known then.

/// Why events are missing.
#[words("TORCTL_GAP_")]
#[ours]
#[base(6100)]
enum GapCause {
    /// The queue was full.
    QUEUE = 1,
    /// There was no connection.
    CONNECTION = 2,
}

#[events(State)]
#[positional(1)]
#[number(110)]
struct state_event {
    /// The new state of the controller.
    #[arg(0, "State")]
    state: Word<ControllerState>,

    /// Why there is no connection, in one word: "LOCAL" (the program closed it), "EOF" (tor closed
    /// it, for example because tor ended), "ERROR" (the system reported an error), "PROTOCOL"
    /// (the peer does not speak the protocol) or "ENDED" (the tor that torctl_launch() had started for a
    /// controller that reconnects has ended); of an attempt to reconnect also "CONNECT" (no tor
    /// is there), "AUTH" (tor refused the login) or "TIMEOUT". Absent but for TORCTL_STATE_CLOSED
    /// and TORCTL_STATE_WAITING.
    #[key("CAUSE")]
    cause: Text,

    /// The same in a sentence for people.
    #[key("MESSAGE")]
    message: Text,

    /// In how many milliseconds the controller tries again. Only for TORCTL_STATE_WAITING.
    #[key("DELAY_MS")]
    delay_ms: Number,

    /// Which tor it is, one after the other: see torctl_controller_incarnation(). Only for
    /// TORCTL_STATE_READY.
    #[key("INCARNATION")]
    incarnation: Number,

    /// tor's version, as tor says it at the login. Only for TORCTL_STATE_READY, and absent where tor
    /// was not asked.
    #[key("VERSION")]
    version: Text,

    /// tor's process id, for a controller that reconnects. Only for TORCTL_STATE_READY, and 0 where
    /// tor does not say it.
    #[key("PID")]
    pid: Number,
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

    /// Why events are missing, as one of the TORCTL_GAP constants. If both reasons come together it
    /// is TORCTL_GAP_CONNECTION, with the number of those that the queue dropped.
    #[key("CAUSE")]
    cause: Word<GapCause>,

    /// When the connection was lost, in microseconds since 1970. Only for TORCTL_GAP_CONNECTION.
    #[key("FROM_US")]
    from_us: Number,

    /// When the controller was ready again, in microseconds since 1970. Only for
    /// TORCTL_GAP_CONNECTION.
    #[key("TO_US")]
    to_us: Number,
}

#[events(Health)]
#[positional(2)]
#[number(125)]
struct health_event {
    /// What changed.
    #[arg(0, "Item")]
    item: Word<HealthItem>,

    /// How well it does now.
    #[arg(1, "Level")]
    level: Word<HealthLevel>,

    /// How well it did before.
    #[key("WAS")]
    old_level: Word<HealthLevel>,

    /// The verdict about all of tor now.
    #[key("VERDICT")]
    verdict: Word<HealthLevel>,

    /// The verdict before.
    #[key("VERDICT_WAS")]
    old_verdict: Word<HealthLevel>,

    /// What is so now: the state of the controller for CONNECTION, the percentage for BOOTSTRAP, how
    /// many can be used for GUARDS, how many are published of how many for ONIONS ("1/2"), the
    /// seconds for CLOCK, "1" or "0" for the others.
    #[key("TO")]
    value: Text,

    /// What was so before; "" if that was not known.
    #[key("FROM")]
    old_value: Text,

    /// Why it does not do better: one of the TORCTL_REASON constants.
    #[key("REASON")]
    reason: Small,

    /// Why it is so, in a sentence for people.
    #[key("MESSAGE")]
    message: Text,
}

#[events(Result)]
#[number(127)]
struct result {
    /// The tag that torctl_call_set_queue() gave the call.
    #[key("TAG")]
    tag: Number,
}
