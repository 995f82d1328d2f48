//! Controlling circuits and streams
//!
//! Requests about circuits and streams, which are named by the ids that events and GETINFO give
//! them. Relays are named by fingerprint, with or without a dollar sign, or by nickname.

#[api(circuit)]
trait Circuit {
    /// Begins a circuit, or more hops of an existing one, by EXTENDCIRCUIT, and does not wait until
    /// it is built: torctl_build_circuit() does.
    ///
    /// `circuit` is 0 for a new one. `path` names the relays in order; a new circuit with a `count`
    /// of 0 takes a path that tor chooses. `purpose` is TORCTL_CIRC_PURPOSE_GENERAL, or
    /// TORCTL_CIRC_PURPOSE_CONTROLLER for a circuit to which tor attaches no stream by itself, or 0
    /// for tor's default. Sets `*id`, if not NULL, to the circuit's id.
    fn extend_circuit(
        controller: &Controller,
        circuit: Option<u64>,
        path: Strings,
        count: Count,
        #[check(optional_purpose)] purpose: i32,
        call: &Operation,
        id: Out<u64>,
    );

    /// Begins a circuit, or more hops of an existing one, by EXTENDCIRCUIT, and waits until it is
    /// built.
    ///
    /// The arguments are those of torctl_extend_circuit(). Sets `*id`, if not NULL, to the
    /// circuit's id, and `*built`, if not NULL, to the CIRC event that says so, which has the path
    /// and which the caller frees with torctl_event_free(). Returns TORCTL_ERR_FAILED if it could
    /// not be built; tor's word for the reason is in torctl_error_reply_text(). Blocks for
    /// `timeout_ms` at the most, where -1 is endless; then TORCTL_ERR_TIMEOUT. When the wait ends
    /// before a new circuit is built, the circuit is closed. The circuit is known by its id; tor is
    /// also asked now and then, by GETINFO circuit-status, and often where CIRC events are refused.
    fn build_circuit(
        controller: &Controller,
        circuit: Option<u64>,
        path: Strings,
        count: Count,
        #[check(optional_purpose)] purpose: i32,
        timeout_ms: Timeout,
        call: &Operation,
        id: Out<u64>,
        built: Option<New<Event>>,
    );

    /// Sets what a circuit is for, by SETCIRCUITPURPOSE: TORCTL_CIRC_PURPOSE_GENERAL or
    /// TORCTL_CIRC_PURPOSE_CONTROLLER.
    fn set_circuit_purpose(
        controller: &Controller,
        circuit: u64,
        #[check(given_purpose)] purpose: i32,
        call: &Operation,
    );

    /// Closes a circuit, by CLOSECIRCUIT. With `if_unused` not 0 tor keeps it if streams use it,
    /// and says TORCTL_OK all the same.
    fn close_circuit(controller: &Controller, circuit: u64, if_unused: Flag, call: &Operation);
}

#[api(stream)]
trait Stream {
    /// Attaches a stream to a circuit, by ATTACHSTREAM. tor leaves streams to the program while its
    /// option __LeaveStreamsUnattached is 1.
    ///
    /// A `circuit` of 0 lets tor choose. `hop` is the one at which the stream leaves, 2 or more; 0
    /// is the last.
    fn attach_stream(
        controller: &Controller,
        stream: u64,
        circuit: Option<u64>,
        hop: Option<u32>,
        call: &Operation,
    );

    /// Redirects a stream that is not attached yet to another address, by REDIRECTSTREAM. A `port`
    /// of 0 leaves the port as it is.
    fn redirect_stream(
        controller: &Controller,
        stream: u64,
        address: Str,
        port: Option<u16>,
        call: &Operation,
    );

    /// Closes a stream, by CLOSESTREAM. `reason` is one of the TORCTL_STREAM_REASON constants from
    /// TORCTL_STREAM_REASON_MISC to TORCTL_STREAM_REASON_NOTDIRECTORY; tor knows no others here.
    fn close_stream(
        controller: &Controller,
        stream: u64,
        #[check(known_reason)] reason: i32,
        call: &Operation,
    );
}
