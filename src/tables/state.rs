//! States of a controller.

/// Not connected yet, or connecting failed.
#[words("TORCTL_STATE_")]
#[ours]
#[zero("NEW")]
enum ControllerState {
    /// A connection is being made.
    CONNECTING = 1,
    /// tor was reached and has not let us in yet.
    CONNECTED = 2,
    /// Requests are answered and events come.
    READY = 3,
    /// The conversation is over. For another, make another controller.
    CLOSED = 4,
}
