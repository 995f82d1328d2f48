//! Circuit events: CIRC and CIRC_MINOR.

/// Status of a CIRC event.
#[words("TORCTL_CIRC_")]
enum CircStatus {
    LAUNCHED = 1,
    BUILT = 2,
    GUARD_WAIT = 3,
    EXTENDED = 4,
    FAILED = 5,
    CLOSED = 6,
}

/// What happened to the circuit of a CIRC_MINOR event.
#[words("TORCTL_CIRC_MINOR_")]
enum CircMinorEvent {
    PURPOSE_CHANGED = 1,
    CANNIBALIZED = 2,
}

/// BUILD_FLAGS of a circuit.
#[flags("TORCTL_CIRC_FLAG_")]
enum CircFlags {
    ONEHOP_TUNNEL = 1,
    IS_INTERNAL = 2,
    NEED_CAPACITY = 4,
    NEED_UPTIME = 8,
}

/// PURPOSE and OLD_PURPOSE of a circuit.
#[words("TORCTL_CIRC_PURPOSE_")]
enum CircPurpose {
    GENERAL = 1,
    HS_CLIENT_INTRO = 2,
    HS_CLIENT_REND = 3,
    HS_CLIENT_HSDIR = 4,
    HS_SERVICE_INTRO = 5,
    HS_SERVICE_REND = 6,
    HS_SERVICE_HSDIR = 7,
    TESTING = 8,
    CONTROLLER = 9,
    MEASURE_TIMEOUT = 10,
    HS_VANGUARDS = 11,
    PATH_BIAS_TESTING = 12,
    CIRCUIT_PADDING = 13,
    CONFLUX_UNLINKED = 14,
    CONFLUX_LINKED = 15,
    SERVER = 16,
}

/// HS_STATE and OLD_HS_STATE of a circuit.
#[words("TORCTL_HS_STATE_")]
enum HsState {
    HSCI_CONNECTING = 1,
    HSCI_INTRO_SENT = 2,
    HSCI_DONE = 3,
    HSCR_CONNECTING = 4,
    HSCR_ESTABLISHED_IDLE = 5,
    HSCR_ESTABLISHED_WAITING = 6,
    HSCR_JOINED = 7,
    HSSI_CONNECTING = 8,
    HSSI_ESTABLISHED = 9,
    HSSR_CONNECTING = 10,
    HSSR_JOINED = 11,
}

/// REASON and REMOTE_REASON of a circuit. The older name of a reason has the same number.
#[words("TORCTL_CIRC_REASON_")]
enum CircReason {
    NONE = 1,
    TORPROTOCOL = 2,
    INTERNAL = 3,
    REQUESTED = 4,
    HIBERNATING = 5,
    RESOURCELIMIT = 6,
    CONNECTFAILED = 7,
    OR_IDENTITY = 8,
    #[also("OR_CONN_CLOSED")]
    CHANNEL_CLOSED = 9,
    TIMEOUT = 10,
    FINISHED = 11,
    DESTROYED = 12,
    NOPATH = 13,
    NOSUCHSERVICE = 14,
    MEASUREMENT_EXPIRED = 15,
    IP_NOW_REDUNDANT = 16,
    ORIGIN = 17,
}

#[events(Circ, CircMinor)]
#[positional(2)]
#[ordered]
struct circ {
    /// The number of the circuit; 0 when it is no decimal number (torctl_event_arg() has the text).
    #[arg(0, "CircID")]
    #[required]
    id: Number,

    /// What became of the circuit.
    #[arg(1, "Status")]
    #[required]
    #[only(Circ)]
    status: Word<CircStatus>,

    /// What changed about the circuit.
    #[arg(1, "Event")]
    #[required]
    #[only(CircMinor)]
    minor_event: Word<CircMinorEvent>,

    /// The path as tor wrote it: relays as $FINGERPRINT~nickname, separated by commas, the first
    /// hop first; "" while there is no hop.
    #[arg(2, "Path")]
    path: Text,

    /// How many hops the path has so far.
    #[arg(2, "Path")]
    #[count(Relays)]
    path_count: Count,

    /// The fingerprint of a hop, counted from 0: 40 hexadecimal digits without $; "" when there is
    /// no such hop or tor gave only a nickname.
    #[arg(2, "Path")]
    #[each_first(Relays)]
    path_fingerprint: Text,

    /// The nickname of a hop, counted from 0; "" when there is no such hop or tor does not know it.
    #[arg(2, "Path")]
    #[each_second(Relays)]
    path_nickname: Text,

    /// How the circuit was built.
    #[key("BUILD_FLAGS")]
    build_flags: Flags<CircFlags>,

    /// What the circuit is for.
    #[key("PURPOSE")]
    purpose: Word<CircPurpose>,

    /// How far an onion-service circuit is.
    #[key("HS_STATE")]
    hs_state: Word<HsState>,

    /// The onion address that the circuit is for, without .onion.
    #[key("REND_QUERY")]
    rend_query: Text,

    /// When the circuit was created or last cannibalized.
    #[key("TIME_CREATED")]
    time_created_unix_us: Time,

    /// The SOCKS user name that isolates the circuit, unquoted: any bytes.
    #[key("SOCKS_USERNAME")]
    socks_username: Bytes,

    /// The SOCKS password that isolates the circuit, unquoted: any bytes.
    #[key("SOCKS_PASSWORD")]
    socks_password: Bytes,

    /// The proof of work of an onion-service circuit as tor wrote it, such as "v1,1234".
    #[key("HS_POW")]
    hs_pow: Text,

    /// The effort in the proof of work; 0 when absent or of another version than v1.
    #[key("HS_POW")]
    #[behind("v1,")]
    hs_pow_effort: Number,

    /// The conflux set that the circuit is a leg of: 32 hexadecimal digits; "" when absent, which
    /// it can be again when a linked circuit closes.
    #[key("CONFLUX_ID")]
    conflux_id: Text,

    /// The round-trip time of a conflux leg in microseconds.
    #[key("CONFLUX_RTT")]
    conflux_rtt_us: Number,

    /// Why the circuit failed or was closed.
    #[key("REASON")]
    reason: Word<CircReason>,

    /// The reason that the other end gave, when the reason is DESTROYED.
    #[key("REMOTE_REASON")]
    remote_reason: Word<CircReason>,

    /// What the circuit was for before.
    #[key("OLD_PURPOSE")]
    old_purpose: Word<CircPurpose>,

    /// The onion-service state before.
    #[key("OLD_HS_STATE")]
    old_hs_state: Word<HsState>,

    /// When a cannibalized circuit was first created.
    #[key("OLD_TIME_CREATED")]
    old_time_created_unix_us: Time,
}
