//! Circuits: CIRC and CIRC_MINOR.
//!
//! A circuit is a path of relays that tor builds and sends streams through. tor sends CIRC when it
//! launches a circuit, adds a hop, has built it, fails to build it, or closes it; and CIRC_MINOR
//! when it changes what a built circuit is for. A program that keeps a list of circuits asks for
//! the events, takes what torctl_get_circuits() has, and then follows torctl_circ_id() and
//! torctl_circ_status(): a circuit can be used from BUILT on, and is gone at FAILED or CLOSED,
//! where torctl_circ_reason() says why. torctl_circ_purpose() tells the circuits of applications
//! from those that tor has for itself.

/// What happened to a circuit. Most go through LAUNCHED, EXTENDED for each hop, BUILT and CLOSED.
#[words("TORCTL_CIRC_")]
#[base(2300)]
enum CircStatus {
    /// tor begins to build the circuit. It has no hop yet.
    LAUNCHED = 1,
    /// All hops are there: the circuit can carry streams. Comes again when a controller adds hops
    /// to it.
    BUILT = 2,
    /// All hops are there, but tor first tries for a circuit through a better guard. Only in
    /// torctl_get_circuits().
    GUARD_WAIT = 3,
    /// The circuit has one hop more.
    EXTENDED = 4,
    /// The circuit ended before it was built.
    FAILED = 5,
    /// The circuit ended after it was built.
    CLOSED = 6,
}

/// What changed about a built circuit.
#[words("TORCTL_CIRC_MINOR_")]
#[base(2400)]
enum CircMinorEvent {
    /// The purpose or the onion-service state; torctl_circ_old_purpose() and
    /// torctl_circ_old_hs_state() have the former ones.
    PURPOSE_CHANGED = 1,
    /// tor uses a circuit that it had in reserve for something new. PURPOSE_CHANGED comes before
    /// it.
    CANNIBALIZED = 2,
}

/// How tor builds a circuit: a sum of these. A circuit that a controller builds has none.
/// - ONEHOP_TUNNEL: the circuit has a single hop. tor asks directories through such circuits.
/// - IS_INTERNAL: the circuit ends inside the tor network; no stream leaves through it.
/// - NEED_CAPACITY: all relays must be fast.
/// - NEED_UPTIME: all relays must have been up for long.
#[flags("TORCTL_CIRC_FLAG_")]
enum CircFlags {
    ONEHOP_TUNNEL = 1,
    IS_INTERNAL = 2,
    NEED_CAPACITY = 4,
    NEED_UPTIME = 8,
}

/// What a circuit is for. HS_CLIENT circuits are those to an onion service that this tor visits,
/// HS_SERVICE circuits those of a service that it runs. INTRO is for the introduction point, where
/// clients ask for the service; REND for the rendezvous point, where both meet; HSDIR for the
/// directory relays that have the descriptor.
#[words("TORCTL_CIRC_PURPOSE_")]
#[base(2500)]
enum CircPurpose {
    /// Carries streams of applications, or tor's own requests to directories.
    GENERAL = 1,
    /// Asks the service for a meeting.
    HS_CLIENT_INTRO = 2,
    /// Meets the service, and carries the streams to it.
    HS_CLIENT_REND = 3,
    /// Fetches the descriptor of the service.
    HS_CLIENT_HSDIR = 4,
    /// Waits for clients.
    HS_SERVICE_INTRO = 5,
    /// Meets a client, and carries its streams.
    HS_SERVICE_REND = 6,
    /// Publishes the descriptor of the service.
    HS_SERVICE_HSDIR = 7,
    /// Tests whether this relay can be reached from outside. Carries no traffic.
    TESTING = 8,
    /// A controller keeps the circuit for itself: tor attaches no stream to it on its own.
    CONTROLLER = 9,
    /// Took too long to build. tor goes on only to measure how long it takes.
    MEASURE_TIMEOUT = 10,
    /// In reserve for onion services, through layered guards (vanguards).
    HS_VANGUARDS = 11,
    /// Probes whether somebody makes circuits fail on purpose.
    PATH_BIAS_TESTING = 12,
    /// No longer used. tor holds it open to hide when its use ended.
    CIRCUIT_PADDING = 13,
    /// Will be a leg of a conflux set: several circuits that carry the same streams.
    CONFLUX_UNLINKED = 14,
    /// A leg of a conflux set.
    CONFLUX_LINKED = 15,
    /// Passes through this tor, which did not build it.
    SERVER = 16,
}

/// How far an onion-service circuit is. The prefix says whose it is, and where it leads:
/// - HSCI: from a client to the introduction point. Circuits to directory relays have
///   HSCI_CONNECTING, too.
/// - HSCR: from a client to the rendezvous point.
/// - HSSI: from a service to the introduction point.
/// - HSSR: from a service to the rendezvous point.
#[words("TORCTL_HS_STATE_")]
#[base(2600)]
enum HsState {
    /// The circuit is not built yet.
    HSCI_CONNECTING = 1,
    /// The client has asked for a meeting. The introduction point has not answered yet.
    HSCI_INTRO_SENT = 2,
    /// The introduction point has answered, and the circuit closes.
    HSCI_DONE = 3,
    /// The circuit is not built, or the rendezvous point has not answered yet.
    HSCR_CONNECTING = 4,
    /// The rendezvous point is ready. The service is not asked yet.
    HSCR_ESTABLISHED_IDLE = 5,
    /// The service is asked, and has not come yet.
    HSCR_ESTABLISHED_WAITING = 6,
    /// The service has come: streams can flow.
    HSCR_JOINED = 7,
    /// The circuit is not built, or the introduction point has not agreed yet.
    HSSI_CONNECTING = 8,
    /// The introduction point is ready: clients can ask there.
    HSSI_ESTABLISHED = 9,
    /// The circuit to the client is not built yet.
    HSSR_CONNECTING = 10,
    /// Service and client have met: streams can flow.
    HSSR_JOINED = 11,
}

/// Why a circuit failed or was closed. TORCTL_CIRC_REASON_CHANNEL_CLOSED is also OR_CONN_CLOSED,
/// its name in the specification.
#[words("TORCTL_CIRC_REASON_")]
#[base(2700)]
enum CircReason {
    /// No reason was given.
    NONE = 1,
    /// Somebody on the path broke the protocol of tor.
    TORPROTOCOL = 2,
    /// An internal error of tor or of a relay.
    INTERNAL = 3,
    /// Somebody asked for it: a controller, for example.
    REQUESTED = 4,
    /// A relay hibernates to save bandwidth.
    HIBERNATING = 5,
    /// A relay is out of memory, sockets or circuit numbers.
    RESOURCELIMIT = 6,
    /// A relay could not be reached.
    CONNECTFAILED = 7,
    /// At the address of a relay was another relay.
    OR_IDENTITY = 8,
    /// The connection that carried the circuit ended.
    #[also("OR_CONN_CLOSED")]
    CHANNEL_CLOSED = 9,
    /// Building took too long.
    TIMEOUT = 10,
    /// The circuit was old or idle: tor closed it as it should.
    FINISHED = 11,
    /// A relay closed it; torctl_circ_remote_reason() says why.
    DESTROYED = 12,
    /// tor knows too few suitable relays for a path.
    NOPATH = 13,
    /// The onion service is not known there.
    NOSUCHSERVICE = 14,
    /// Building took too long, and so did the time that tor allows for measuring that.
    MEASUREMENT_EXPIRED = 15,
    /// Another introduction point has answered: this one is not needed any more.
    IP_NOW_REDUNDANT = 16,
    /// This tor closed it, and gives no other reason.
    ORIGIN = 17,
}

#[events(Circ, CircMinor)]
#[positional(2)]
#[ordered]
#[number(101)]
struct circ {
    /// The number of the circuit. It is 0, too, when tor's identifier is no decimal number;
    /// torctl_event_arg() has the identifier as text.
    #[arg(0, "CircID")]
    #[required]
    id: Number,

    /// What happened to the circuit.
    #[arg(1, "Status")]
    #[required]
    #[only(Circ)]
    status: Word<CircStatus>,

    /// What changed about the circuit.
    #[arg(1, "Event")]
    #[required]
    #[only(CircMinor)]
    minor_event: Word<CircMinorEvent>,

    /// The path: relays as $FINGERPRINT~nickname, separated by commas, the first hop first.
    #[arg(2, "Path")]
    path: Text,

    /// How many hops the circuit has.
    #[arg(2, "Path")]
    #[count(Relays)]
    path_count: Count,

    /// The fingerprint of a hop.
    #[arg(2, "Path")]
    #[each_first(Relays)]
    path_fingerprint: Text,

    /// The nickname of a hop.
    #[arg(2, "Path")]
    #[each_second(Relays)]
    path_nickname: Text,

    /// How tor builds the circuit.
    #[key("BUILD_FLAGS")]
    build_flags: Flags<CircFlags>,

    /// What the circuit is for.
    #[key("PURPOSE")]
    purpose: Word<CircPurpose>,

    /// How far an onion-service circuit is.
    #[key("HS_STATE")]
    hs_state: Word<HsState>,

    /// The address of the onion service that the circuit is for, without .onion.
    #[key("REND_QUERY")]
    rend_query: Text,

    /// When the circuit was created, or last cannibalized.
    #[key("TIME_CREATED")]
    time_created_unix_us: Time,

    /// The SOCKS user name of the streams that the circuit is for, unquoted. It may hold any bytes.
    #[key("SOCKS_USERNAME")]
    socks_username: Bytes,

    /// The SOCKS password of the streams that the circuit is for, unquoted. It may hold any bytes.
    #[key("SOCKS_PASSWORD")]
    socks_password: Bytes,

    /// The proof of work for an onion service as tor wrote it, for example "v1,1234".
    #[key("HS_POW")]
    hs_pow: Text,

    /// The effort of the proof of work. It is 0, too, when the proof has another version than v1.
    #[key("HS_POW")]
    #[behind("v1,")]
    hs_pow_effort: Number,

    /// The conflux set that the circuit is a leg of: 32 hexadecimal digits. All legs of a set have
    /// the same. tor may leave it out when a linked circuit closes.
    #[key("CONFLUX_ID")]
    conflux_id: Text,

    /// The round-trip time of a conflux leg in microseconds.
    #[key("CONFLUX_RTT")]
    conflux_rtt_us: Number,

    /// At FAILED and CLOSED: why the circuit ended.
    #[key("REASON")]
    reason: Word<CircReason>,

    /// With TORCTL_CIRC_REASON_DESTROYED: why a relay closed the circuit.
    #[key("REMOTE_REASON")]
    remote_reason: Word<CircReason>,

    /// CIRC_MINOR: what the circuit was for before.
    #[key("OLD_PURPOSE")]
    old_purpose: Word<CircPurpose>,

    /// CIRC_MINOR: the onion-service state before.
    #[key("OLD_HS_STATE")]
    old_hs_state: Word<HsState>,

    /// CANNIBALIZED: when the circuit was first created.
    #[key("OLD_TIME_CREATED")]
    old_time_created_unix_us: Time,
}
