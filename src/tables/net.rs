//! The rest: CLIENTS_SEEN, BUILDTIMEOUT_SET, SIGNAL, TRANSPORT_LAUNCHED and NETWORK_LIVENESS.

/// Type of a BUILDTIMEOUT_SET event. tor's own word UNKNOWN is known.
#[words("TORCTL_BUILDTIMEOUT_")]
enum BuildtimeoutType {
    COMPUTED = 1,
    RESET = 2,
    SUSPENDED = 3,
    DISCARD = 4,
    RESUME = 5,
}

/// On which side of tor a pluggable transport runs.
#[words("TORCTL_TRANSPORT_")]
enum TransportSide {
    #[word("client")]
    CLIENT = 1,
    #[word("server")]
    SERVER = 2,
}

#[events(ClientsSeen)]
struct clients_seen {
    /// When counting began.
    #[key("TimeStarted")]
    #[required]
    time_started_unix_us: Time,

    /// How many countries clients came from (CountrySummary).
    #[key("CountrySummary")]
    #[required(Any)]
    #[count(Countries)]
    country_count: Count,

    /// The code of a country, counted from 0: two letters, or "?"; "" when there is none.
    #[key("CountrySummary")]
    #[each_first(Countries)]
    country_code: Text,

    /// How many clients came from a country, counted from 0; tor rounds up to a multiple of 8.
    #[key("CountrySummary")]
    #[each_second(Countries)]
    country_clients: Number,

    /// How many versions of IP are listed (IPVersions).
    #[key("IPVersions")]
    #[required(Any)]
    #[count(IpVersions)]
    ip_version_count: Count,

    /// A version of IP, counted from 0: "v4" or "v6"; "" when there is none.
    #[key("IPVersions")]
    #[each_first(IpVersions)]
    ip_version: Text,

    /// How many clients came by a version of IP, counted from 0.
    #[key("IPVersions")]
    #[each_second(IpVersions)]
    ip_version_clients: Number,
}

#[events(BuildTimeoutSet)]
#[positional(1)]
struct buildtimeout {
    /// What became of the timeout.
    #[arg(0, "Type")]
    #[required]
    r#type: Word<BuildtimeoutType>,

    /// How many circuit build times are known.
    #[key("TOTAL_TIMES")]
    #[required]
    total_times: Number,

    /// The timeout in milliseconds.
    #[key("TIMEOUT_MS")]
    #[required]
    timeout_ms: Number,

    /// The Xm of the Pareto distribution in milliseconds.
    #[key("XM")]
    #[required]
    xm_ms: Number,

    /// The alpha of the Pareto distribution.
    #[key("ALPHA")]
    #[required]
    alpha: Float,

    /// Where the distribution is cut off.
    #[key("CUTOFF_QUANTILE")]
    #[required]
    cutoff_quantile: Float,

    /// What part of the circuits timed out.
    #[key("TIMEOUT_RATE")]
    #[required]
    timeout_rate: Float,

    /// How long circuits are kept for measuring in milliseconds.
    #[key("CLOSE_MS")]
    #[required]
    close_ms: Number,

    /// What part of the circuits was closed while measured.
    #[key("CLOSE_RATE")]
    #[required]
    close_rate: Float,
}

#[events(Signal)]
#[positional(1)]
struct signal_event {
    /// Which signal tor got. The POSIX names (HUP, TERM, ...) have the numbers of tor's own.
    #[arg(0, "Signal")]
    #[required]
    signal: Word<Signal>,
}

#[events(TransportLaunched)]
#[positional(4)]
struct transport {
    /// On which side the transport runs.
    #[arg(0, "Type")]
    #[required]
    side: Word<TransportSide>,

    /// The name of the transport, such as "obfs4".
    #[arg(1, "Name")]
    #[required]
    name: Text,

    /// The address that the transport listens on; IPv6 without brackets.
    #[arg(2, "TransportAddress")]
    #[required]
    address: Text,

    /// The port that the transport listens on.
    #[arg(3, "Port")]
    #[required]
    port: Port,
}

#[events(NetworkLiveness)]
#[positional(1)]
struct network_liveness {
    /// 1 if the network can be reached again, 0 if it no longer can, -1 for any other word.
    #[arg(0, "Status")]
    #[required(Word)]
    #[yes_no("UP", "DOWN")]
    up: YesNo,
}

/// A pluggable transport's log message. No tor of today lets anybody ask for it.
#[events(PtLog)]
#[hidden]
struct pt_log {
    #[key("PT")]
    #[required]
    program: Text,

    #[key("SEVERITY")]
    severity: Word<Severity>,

    #[key("MESSAGE")]
    #[required(Any)]
    message: Text,
}

/// A pluggable transport's status. No tor of today lets anybody ask for it.
#[events(PtStatus)]
#[hidden]
struct pt_status {
    #[key("PT")]
    #[required]
    program: Text,

    #[key("TRANSPORT")]
    #[required]
    transport: Text,
}
