//! What tor reports about itself: STATUS_GENERAL, STATUS_CLIENT and STATUS_SERVER.

/// How serious a log line or a status event is.
#[words("TORCTL_SEVERITY_")]
enum Severity {
    DEBUG = 1,
    INFO = 2,
    NOTICE = 3,
    WARN = 4,
    ERR = 5,
}

/// What the three kinds of status events report.
#[words("TORCTL_ACTION_")]
enum StatusAction {
    CLOCK_JUMPED = 1,
    DANGEROUS_VERSION = 2,
    TOO_MANY_CONNECTIONS = 3,
    BUG = 4,
    CLOCK_SKEW = 5,
    DIR_ALL_UNREACHABLE = 6,
    BAD_LIBEVENT = 7,
    BOOTSTRAP = 20,
    ENOUGH_DIR_INFO = 21,
    NOT_ENOUGH_DIR_INFO = 22,
    CIRCUIT_ESTABLISHED = 23,
    CIRCUIT_NOT_ESTABLISHED = 24,
    CONSENSUS_ARRIVED = 25,
    DANGEROUS_PORT = 26,
    DANGEROUS_SOCKS = 27,
    SOCKS_UNKNOWN_PROTOCOL = 28,
    SOCKS_BAD_HOSTNAME = 29,
    EXTERNAL_ADDRESS = 40,
    CHECKING_REACHABILITY = 41,
    REACHABILITY_SUCCEEDED = 42,
    REACHABILITY_FAILED = 43,
    GOOD_SERVER_DESCRIPTOR = 44,
    ACCEPTED_SERVER_DESCRIPTOR = 45,
    BAD_SERVER_DESCRIPTOR = 46,
    NAMESERVER_STATUS = 47,
    NAMESERVER_ALL_DOWN = 48,
    DNS_HIJACKED = 49,
    DNS_USELESS = 50,
    HIBERNATION_STATUS = 51,
}

/// REASON of DANGEROUS_VERSION.
#[words("TORCTL_VERSION_REASON_")]
enum VersionReason {
    NEW = 1,
    OBSOLETE = 2,
    UNRECOMMENDED = 3,
}

/// TAG of a bootstrap phase, in the order of the phases. Not all occur in each start.
#[words("TORCTL_BOOTSTRAP_")]
enum BootstrapTag {
    /// tor has begun, and has connected to nothing.
    #[word("starting")]
    STARTING = 1,
    /// It connects to a pluggable transport.
    #[word("conn_pt")]
    CONN_PT = 2,
    /// It is connected to a pluggable transport.
    #[word("conn_done_pt")]
    CONN_DONE_PT = 3,
    /// It connects to a proxy.
    #[word("conn_proxy")]
    CONN_PROXY = 4,
    /// It is connected to a proxy.
    #[word("conn_done_proxy")]
    CONN_DONE_PROXY = 5,
    /// It connects to a relay.
    #[word("conn")]
    CONN = 6,
    /// It is connected to a relay.
    #[word("conn_done")]
    CONN_DONE = 7,
    /// It shakes hands with a relay.
    #[word("handshake")]
    HANDSHAKE = 8,
    /// It has done so.
    #[word("handshake_done")]
    HANDSHAKE_DONE = 9,
    /// It builds a circuit to ask for the directory.
    #[word("onehop_create")]
    ONEHOP_CREATE = 10,
    /// It asks for the consensus.
    #[word("requesting_status")]
    REQUESTING_STATUS = 11,
    /// It loads the consensus.
    #[word("loading_status")]
    LOADING_STATUS = 12,
    /// It loads the certificates of the authorities.
    #[word("loading_keys")]
    LOADING_KEYS = 13,
    /// It asks for descriptors of relays.
    #[word("requesting_descriptors")]
    REQUESTING_DESCRIPTORS = 14,
    /// It loads descriptors of relays.
    #[word("loading_descriptors")]
    LOADING_DESCRIPTORS = 15,
    /// It knows enough relays.
    #[word("enough_dirinfo")]
    ENOUGH_DIRINFO = 16,
    /// For its first circuit it connects to a pluggable transport.
    #[word("ap_conn_pt")]
    AP_CONN_PT = 17,
    /// For that it is connected to a pluggable transport.
    #[word("ap_conn_done_pt")]
    AP_CONN_DONE_PT = 18,
    /// For that it connects to a proxy.
    #[word("ap_conn_proxy")]
    AP_CONN_PROXY = 19,
    /// For that it is connected to a proxy.
    #[word("ap_conn_done_proxy")]
    AP_CONN_DONE_PROXY = 20,
    /// For that it connects to a relay.
    #[word("ap_conn")]
    AP_CONN = 21,
    /// For that it is connected to a relay.
    #[word("ap_conn_done")]
    AP_CONN_DONE = 22,
    /// For that it shakes hands with a relay.
    #[word("ap_handshake")]
    AP_HANDSHAKE = 23,
    /// It has done so.
    #[word("ap_handshake_done")]
    AP_HANDSHAKE_DONE = 24,
    /// It builds its first circuit.
    #[word("circuit_create")]
    CIRCUIT_CREATE = 25,
    /// tor can be used.
    #[word("done")]
    DONE = 26,
}

/// RECOMMENDATION of a bootstrap problem.
#[words("TORCTL_RECOMMENDATION_")]
enum Recommendation {
    #[word("ignore")]
    IGNORE = 1,
    #[word("warn")]
    WARN = 2,
}

/// RESULT of DANGEROUS_PORT.
#[words("TORCTL_PORT_RESULT_")]
enum PortResult {
    REJECT = 1,
    WARN = 2,
}

/// METHOD by which tor found its address.
#[words("TORCTL_ADDRESS_METHOD_")]
enum AddressMethod {
    NONE = 1,
    CONFIGURED = 2,
    CONFIGURED_ORPORT = 3,
    GETHOSTNAME = 4,
    INTERFACE = 5,
    RESOLVED = 6,
}

/// STATUS of a name server, and of hibernation.
#[words("TORCTL_SERVER_STATUS_")]
enum ServerStatus {
    UP = 1,
    DOWN = 2,
    AWAKE = 3,
    SOFT = 4,
    HARD = 5,
}

#[events(StatusGeneral, StatusClient, StatusServer)]
#[positional(2)]
struct status_event {
    /// How serious it is.
    #[arg(0, "Severity")]
    #[required]
    severity: Word<Severity>,

    /// What is reported.
    #[arg(1, "Action")]
    #[required]
    action: Word<StatusAction>,

    /// By how many seconds the clock jumped, negative for a jump back.
    #[key("TIME")]
    #[required]
    #[of("CLOCK_JUMPED")]
    jump_s: Signed,

    /// 1 if tor was idle and it may have been a suspended machine, 0 if not, -1 when absent.
    #[key("IDLE")]
    #[of("CLOCK_JUMPED")]
    idle: Small,

    /// DANGEROUS_VERSION: the version that runs; TOO_MANY_CONNECTIONS: the number as text.
    #[key("CURRENT")]
    current: Text,

    /// How many connections are open.
    #[key("CURRENT")]
    #[required]
    #[of("TOO_MANY_CONNECTIONS")]
    current_count: Number,

    /// The recommended versions, separated by commas.
    #[key("RECOMMENDED")]
    #[of("DANGEROUS_VERSION")]
    recommended: Text,

    /// What is wrong with the version.
    #[key("REASON")]
    #[no_text]
    #[of("DANGEROUS_VERSION")]
    version_reason: Word<VersionReason>,

    /// Why a connection failed.
    #[key("REASON")]
    #[no_text]
    #[of("BOOTSTRAP")]
    bootstrap_reason: Word<OrconnReason>,

    /// The reason of whatever action as text, unquoted: a word, or the message of a BUG with its
    /// line end.
    #[key("REASON")]
    reason_text: Bytes,

    /// By how many seconds the clock seems to be ahead, negative when behind.
    #[key("SKEW")]
    #[of("CLOCK_SKEW")]
    skew_s: Signed,

    /// The least that the clock is off in seconds.
    #[key("MIN_SKEW")]
    #[of("CLOCK_SKEW")]
    min_skew_s: Signed,

    /// Who says so.
    #[key("SOURCE")]
    #[of("CLOCK_SKEW")]
    source: Text,

    /// How far tor is, 0 to 100.
    #[key("PROGRESS")]
    #[required]
    #[of("BOOTSTRAP")]
    progress: Small,

    /// The phase as a word, such as "conn_done".
    #[key("TAG")]
    #[of("BOOTSTRAP")]
    tag: Text,

    /// The phase as a number.
    #[key("TAG")]
    #[no_text]
    #[of("BOOTSTRAP")]
    phase: Word<BootstrapTag>,

    /// The phase as a text for people.
    #[key("SUMMARY")]
    #[of("BOOTSTRAP")]
    summary: Text,

    /// What went wrong as a text for people.
    #[key("WARNING")]
    #[of("BOOTSTRAP")]
    warning: Text,

    /// How many problems there were in this phase.
    #[key("COUNT")]
    #[of("BOOTSTRAP")]
    count: Number,

    /// Whether to tell the user about the problem.
    #[key("RECOMMENDATION")]
    #[of("BOOTSTRAP")]
    recommendation: Word<Recommendation>,

    /// The fingerprint of the relay that made trouble, or "?".
    #[key("HOSTID")]
    #[of("BOOTSTRAP")]
    host_id: Text,

    /// The same under the name that the specification has for it.
    #[key("HOST")]
    #[of("BOOTSTRAP")]
    host: Text,

    /// The address and port of the relay that made trouble, or "?".
    #[key("HOSTADDR")]
    #[of("BOOTSTRAP")]
    host_address: Text,

    /// The port.
    #[key("PORT")]
    #[required]
    #[of("DANGEROUS_PORT")]
    port: Port,

    /// What tor did about it.
    #[key("RESULT")]
    #[of("DANGEROUS_PORT")]
    result: Word<PortResult>,

    /// The protocol, such as "SOCKS4".
    #[key("PROTOCOL")]
    #[of("DANGEROUS_SOCKS")]
    protocol: Text,

    /// Where the application wanted to go; EXTERNAL_ADDRESS: the address of this tor.
    #[key("ADDRESS")]
    #[of("DANGEROUS_SOCKS")]
    address: Text,

    /// The first bytes that the application sent, unquoted.
    #[key("DATA")]
    #[of("SOCKS_UNKNOWN_PROTOCOL")]
    data: Bytes,

    /// The name, unquoted: any bytes; EXTERNAL_ADDRESS: the name that was resolved.
    #[key("HOSTNAME")]
    #[of("SOCKS_BAD_HOSTNAME")]
    hostname: Bytes,

    /// How tor found it out.
    #[key("METHOD")]
    #[of("EXTERNAL_ADDRESS")]
    method: Word<AddressMethod>,

    /// The three reachability actions: the address and port that was tried.
    #[key("ORADDRESS")]
    or_address: Text,

    /// ACCEPTED_SERVER_DESCRIPTOR and BAD_SERVER_DESCRIPTOR: address and port of the directory
    /// authority.
    #[key("DIRAUTH")]
    dirauth: Text,

    /// The name server.
    #[key("NS")]
    #[of("NAMESERVER_STATUS")]
    nameserver: Text,

    /// NAMESERVER_STATUS and HIBERNATION_STATUS: the new status.
    #[key("STATUS")]
    status: Word<ServerStatus>,

    /// What went wrong.
    #[key("ERR")]
    #[of("NAMESERVER_STATUS")]
    err: Text,
}
