//! Others: CLIENTS_SEEN, BUILDTIMEOUT_SET, SIGNAL, TRANSPORT_LAUNCHED and NETWORK_LIVENESS.
//!
//! - CLIENTS_SEEN: a bridge tells from which countries its clients came. Show it to the operator.
//! - BUILDTIMEOUT_SET: tor changed how long it waits for a circuit to be built, which it learns
//!   from the circuits before.
//! - SIGNAL: tor got a signal and acted on it. There is none for SHUTDOWN and HALT.
//! - TRANSPORT_LAUNCHED: a pluggable transport runs and listens.
//! - NETWORK_LIVENESS: tor believes that the network can be reached, or no longer.

/// What happened to the timeout for building circuits.
#[words("TORCTL_BUILDTIMEOUT_")]
#[base(3700)]
enum BuildtimeoutType {
    /// tor computed it from circuits that it has built.
    COMPUTED = 1,
    /// tor begins to learn anew, from the default.
    RESET = 2,
    /// The network seems to be down: tor uses the default until it is back.
    SUSPENDED = 3,
    /// tor dropped what it had learned while the network was down.
    DISCARD = 4,
    /// tor learns again.
    RESUME = 5,
}

/// On which side of a connection a pluggable transport runs.
#[words("TORCTL_TRANSPORT_")]
#[base(3800)]
enum TransportSide {
    /// With a client, which reaches a bridge through it.
    #[word("client")]
    CLIENT = 1,
    /// With a bridge, which clients reach through it.
    #[word("server")]
    SERVER = 2,
}

#[events(ClientsSeen)]
#[number(119)]
struct clients_seen {
    /// When counting began.
    #[key("TimeStarted")]
    #[required]
    time_started_unix_us: Time,

    /// How many countries are listed.
    #[key("CountrySummary")]
    #[required(Any)]
    #[count(Countries)]
    country_count: Count,

    /// The code of a country: two letters, or question marks if tor does not know it.
    #[key("CountrySummary")]
    #[each_first(Countries)]
    country_code: Text,

    /// How many clients came from a country, rounded up to a multiple of 8.
    #[key("CountrySummary")]
    #[each_second(Countries)]
    country_clients: Number,

    /// How many versions of IP are listed.
    #[key("IPVersions")]
    #[required(Any)]
    #[count(IpVersions)]
    ip_version_count: Count,

    /// A version of IP: "v4" or "v6".
    #[key("IPVersions")]
    #[each_first(IpVersions)]
    ip_version: Text,

    /// How many clients came over a version of IP.
    #[key("IPVersions")]
    #[each_second(IpVersions)]
    ip_version_clients: Number,
}

#[events(BuildTimeoutSet)]
#[positional(1)]
#[number(120)]
struct buildtimeout {
    /// What happened to the timeout.
    #[arg(0, "Type")]
    #[required]
    r#type: Word<BuildtimeoutType>,

    /// From how many circuits tor has learned.
    #[key("TOTAL_TIMES")]
    #[required]
    total_times: Number,

    /// After how many milliseconds tor gives up a circuit.
    #[key("TIMEOUT_MS")]
    #[required]
    timeout_ms: Number,

    /// The parameter Xm of the Pareto distribution in milliseconds.
    #[key("XM")]
    #[required]
    xm_ms: Number,

    /// The parameter alpha of the Pareto distribution.
    #[key("ALPHA")]
    #[required]
    alpha: Float,

    /// At which quantile of the distribution the timeout is, from 0 to 1.
    #[key("CUTOFF_QUANTILE")]
    #[required]
    cutoff_quantile: Float,

    /// The fraction of circuits that timed out.
    #[key("TIMEOUT_RATE")]
    #[required]
    timeout_rate: Float,

    /// After how many milliseconds tor closes circuits that it keeps to measure.
    #[key("CLOSE_MS")]
    #[required]
    close_ms: Number,

    /// The fraction of circuits that were closed that way.
    #[key("CLOSE_RATE")]
    #[required]
    close_rate: Float,
}

#[events(Signal)]
#[positional(1)]
#[number(121)]
struct signal_event {
    /// Which signal tor got.
    #[arg(0, "Signal")]
    #[required]
    signal: Word<Signal>,
}

#[events(TransportLaunched)]
#[positional(4)]
#[number(122)]
struct transport {
    /// On which side the transport runs.
    #[arg(0, "Type")]
    #[required]
    side: Word<TransportSide>,

    /// The name of the transport, for example "obfs4".
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
#[number(123)]
struct network_liveness {
    /// 1 if the network can be reached again, 0 if it can no longer be reached.
    #[arg(0, "Status")]
    #[required(Word)]
    #[yes_no("UP", "DOWN")]
    up: YesNo,
}

/// The log message of a pluggable transport. tors of today do not offer it.
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

/// The status of a pluggable transport. tors of today do not offer it.
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
