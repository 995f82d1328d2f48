//! Connections through tor
//!
//! torctl_dial() connects to a host and port through tor, and hands out a descriptor that is ready
//! for use: what is written to it goes to the host. Where tor's SOCKS port is, is asked of tor. Host
//! names go to tor as they are, and are looked up by nobody here. Every connection has circuits of
//! its own unless the options say otherwise.

trait Dial {
    /// Makes options with the defaults: circuits of its own, a descriptor that blocks, tor's SOCKS
    /// port wherever it is.
    fn dial_options_new() -> New<torctl_dial_options>;

    /// Sets which connections may share circuits: those of the same tag, also of another program
    /// that uses this library with this tor. A tag has 1 to 255 bytes. NULL, which is the default,
    /// gives each connection circuits of its own. tor keeps the tag to itself; it is in STREAM and
    /// CIRC events, as SOCKS_PASSWORD. On a SOCKS port with the flag NoIsolateSOCKSAuth tags mean
    /// nothing.
    #[choice("isolation")]
    fn dial_options_set_isolation(options: Set<torctl_dial_options>, tag: Option<Str>) {
        options.isolation = isolation(tag)?;
    }

    /// Sets whether a connection may share circuits with those of other programs that give tor no
    /// user name. 0 by default.
    #[choice("isolation")]
    fn dial_options_set_shared(options: Set<torctl_dial_options>, shared: Flag) {
        options.isolation = match shared {
            true => Isolation::Shared,
            false => Isolation::Own,
        };
    }

    /// Sets the circuit that the connection leaves by, for example one of torctl_build_circuit(); 0,
    /// which is the default, lets tor choose. It leaves by this one or fails. While such a
    /// connection is made, tor's option __LeaveStreamsUnattached is 1, as with an attacher, and the
    /// library tells tor to choose for all other streams; an attacher is not asked about this
    /// stream, and goes on with all others. Needs STREAM events. Not for onion services, for which
    /// tor makes circuits of their own.
    fn dial_options_set_circuit(options: Set<torctl_dial_options>, circuit: Option<u64>) {
        options.circuit = circuit;
    }

    /// Sets whether the descriptor is non-blocking. 0 by default.
    fn dial_options_set_nonblocking(options: Set<torctl_dial_options>, nonblocking: Flag) {
        options.is_nonblocking = nonblocking;
    }

    /// Sets where the SOCKS port is: "127.0.0.1:9050", "[::1]:9050" or "unix:/path". NULL, which is
    /// the default, asks tor. A tor on another computer, or in a container, says where it is seen
    /// from there; and of several ports the program may want a certain one. A name in place of a
    /// number is looked up by a thread of its own; by a controller that starts none, in its loop.
    fn dial_options_set_socks_address(options: Set<torctl_dial_options>, address: Option<Str>) {
        options.socks = match address {
            None => None,
            Some(address) => Some(socks_address(address)?),
        };
    }

    /// Frees the options. Connections that were made with them go on.
    fn dial_options_free(options: Box<torctl_dial_options>) -> Void;

    /// Connects to `host` and `port` through tor.
    ///
    /// `host` is a name, an onion address, or an IPv4 or IPv6 address, which may be in brackets.
    /// NULL for `options` means the defaults. Sets `*fd` to a connected socket, close-on-exec and
    /// blocking unless the options say otherwise, which is the caller's to close; -1 on failure.
    /// Sets `*dialed`, if that is not NULL, to what is known of the connection inside tor, which the
    /// caller frees with torctl_dialed_free(); for that STREAM events are asked for while the
    /// call runs. The connection has nothing to do with the controller any more: it goes on when
    /// that is closed.
    ///
    /// Returns TORCTL_ERR_FAILED when tor could not connect: torctl_error_reason() is one of the
    /// constants from TORCTL_REASON_NOT_SOCKS to TORCTL_REASON_ONION_INTRO_TIMEOUT, or
    /// TORCTL_REASON_NETWORK_DISABLED. Why an onion service cannot be reached, tor says only where
    /// its option SocksPort has the flag ExtendedErrors, for example `SocksPort 9050
    /// ExtendedErrors`. With `dialed` not NULL, torctl_error_reply_text() has tor's word from the
    /// STREAM events, for example "EXITPOLICY". Returns TORCTL_ERR_CONNECT when no SOCKS port takes
    /// a connection, with torctl_error_errno(). Blocks for `timeout_ms` at the most, where -1 is
    /// endless; then TORCTL_ERR_TIMEOUT. tor itself gives up after two minutes (SocksTimeout). Ends
    /// early when the controller is closed or its connection ends.
    ///
    /// When it is begun, torctl_result_take_fd() gives the connection; `dialed` not NULL says that what
    /// is known of it is wanted, which it gives then as well.
    fn dial(
        controller: &Controller,
        #[check(dial_host)] host: Str,
        #[check(dial_port)] port: u16,
        #[check(options_of)] options: Option<&torctl_dial_options>,
        timeout_ms: Timeout,
        call: &Operation,
        fd: Descriptor,
        dialed: Option<New<torctl_dialed>>,
    ) {
        let (target, options) = (Target::new(host, port)?, options.clone());
        let dialing = dial(controller, target, options, wants_dialed, timeout_ms, call);
        let (connection, dialed) = dialing.await?;
        (connection, torctl_dialed::from(dialed))
    }
}

/// What became of a connection inside tor.
#[answer(one, api::dial::Dialed)]
struct dialed {
    /// The number of its stream, as in torctl_stream_id(); 0 if it is not known, because STREAM
    /// events were refused or lost.
    #[is(item.stream)]
    stream_id: Number,

    /// The circuit that it was on when it was connected; 0 if that is not known.
    #[is(item.circuit)]
    circuit_id: Number,
}
