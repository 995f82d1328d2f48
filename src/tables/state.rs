//! States of a controller.

/// How far a controller is. NEW: it is not connected yet, or connecting failed.
#[words("TORCTL_STATE_")]
#[ours]
#[zero("NEW")]
#[base(4700)]
enum ControllerState {
    /// It connects to tor.
    CONNECTING = 1,
    /// It is connected, and authenticates.
    CONNECTED = 2,
    /// tor answers requests and sends events.
    READY = 3,
    /// The conversation is over. For another, make another controller.
    CLOSED = 4,
    /// There is no connection, and the controller connects anew by itself when it is time.
    WAITING = 5,
}
