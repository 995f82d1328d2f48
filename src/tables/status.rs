//! What tor reports about itself: STATUS_GENERAL, STATUS_CLIENT and STATUS_SERVER.
//!
//! What tor also says in its log, for programs: an action, torctl_status_event_action(), and fields
//! that depend on it. Where a comment below begins with an action, the field belongs to that
//! action. The kind says whom the event concerns: every tor, clients, or relays. Most programs look
//! at BOOTSTRAP alone: torctl_status_event_progress() and torctl_status_event_summary() are the
//! progress bar of a start, torctl_status_event_warning() is what hinders it.
//! torctl_wait_bootstrapped() waits for its end.

/// How serious a log message or a status event is: DEBUG and INFO are details, NOTICE is worth
/// knowing, WARN needs attention, ERR keeps tor from its work. A status event is never less than
/// NOTICE.
#[words("TORCTL_SEVERITY_")]
#[base(4800)]
enum Severity {
    DEBUG = 1,
    INFO = 2,
    NOTICE = 3,
    WARN = 4,
    ERR = 5,
}

/// What a status event reports. STATUS_GENERAL has CLOCK_JUMPED to BAD_LIBEVENT, STATUS_CLIENT has
/// BOOTSTRAP to SOCKS_BAD_HOSTNAME, STATUS_SERVER has the rest.
#[words("TORCTL_ACTION_")]
#[base(4900)]
enum StatusAction {
    /// The computer slept, or its clock was set. tor closes its circuits and builds others.
    CLOCK_JUMPED = 1,
    /// The directory authorities do not recommend this version of tor. Suggest an update.
    DANGEROUS_VERSION = 2,
    /// tor has no descriptor left for a connection. Raise its limit of open files.
    TOO_MANY_CONNECTIONS = 3,
    /// tor met a bug of its own. Log it; a bug may come with many events, one for each line.
    BUG = 4,
    /// The clock seems to be so wrong that tor may not work. Let the user set it.
    CLOCK_SKEW = 5,
    /// tor reaches no directory. Most often the computer has no network.
    DIR_ALL_UNREACHABLE = 6,
    /// The libevent of an older tor is known not to work well.
    BAD_LIBEVENT = 7,
    /// The start went a step further, or something hinders it: then the severity is WARN.
    BOOTSTRAP = 20,
    /// tor knows enough relays, and begins to build circuits.
    ENOUGH_DIR_INFO = 21,
    /// What tor knew of relays is too old. It builds no circuits until ENOUGH_DIR_INFO.
    NOT_ENOUGH_DIR_INFO = 22,
    /// tor has built a circuit: it can be used.
    CIRCUIT_ESTABLISHED = 23,
    /// tor is not sure any more that it can build circuits.
    CIRCUIT_NOT_ESTABLISHED = 24,
    /// A new consensus came, and it is valid.
    CONSENSUS_ARRIVED = 25,
    /// An application connects to a port where passwords are often sent in clear. Warn the user.
    DANGEROUS_PORT = 26,
    /// An application gave an address in place of a name: it may have asked for it outside of tor.
    /// Warn the user.
    DANGEROUS_SOCKS = 27,
    /// An application speaks something else to the SOCKS port. Its settings are wrong.
    SOCKS_UNKNOWN_PROTOCOL = 28,
    /// An application asks for a name that cannot be one. Its settings may be wrong.
    SOCKS_BAD_HOSTNAME = 29,
    /// The relay's idea of its own address changed.
    EXTERNAL_ADDRESS = 40,
    /// The relay begins to test whether its port can be reached from outside.
    CHECKING_REACHABILITY = 41,
    /// The relay's port can be reached.
    REACHABILITY_SUCCEEDED = 42,
    /// The relay's port cannot be reached. Look at firewall and router.
    REACHABILITY_FAILED = 43,
    /// Some directory authority took the relay's descriptor.
    GOOD_SERVER_DESCRIPTOR = 44,
    /// A directory authority took the relay's descriptor; torctl_status_event_dirauth() says which.
    ACCEPTED_SERVER_DESCRIPTOR = 45,
    /// A directory authority refused the relay's descriptor; torctl_status_event_reason_text() says
    /// why.
    BAD_SERVER_DESCRIPTOR = 46,
    /// One of the exit's name servers works again, or works no more.
    NAMESERVER_STATUS = 47,
    /// None of the exit's name servers works.
    NAMESERVER_ALL_DOWN = 48,
    /// The exit's name server gives addresses for names that do not exist.
    DNS_HIJACKED = 49,
    /// The exit's name server gives wrong addresses for well-known names: tor stops being an exit.
    DNS_USELESS = 50,
    /// The relay begins or ends its hibernation, in which it saves bandwidth.
    HIBERNATION_STATUS = 51,
}

/// Why the directory authorities do not recommend this version of tor.
#[words("TORCTL_VERSION_REASON_")]
#[base(5000)]
enum VersionReason {
    /// It is newer than all that they recommend.
    NEW = 1,
    /// It is older than all that they recommend.
    OBSOLETE = 2,
    /// They recommend older and newer ones.
    UNRECOMMENDED = 3,
}

/// How far the start of tor is. A start goes through these in this order and skips what it does not
/// need: transports and proxies, or documents that tor has from its last run. Each names what tor
/// does next or has done last; the text for users is torctl_status_event_summary(). Words with AP
/// are about the first circuit for applications.
#[words("TORCTL_BOOTSTRAP_")]
#[base(5100)]
enum BootstrapTag {
    /// tor runs, and has connected to nothing.
    #[word("starting")]
    STARTING = 1,
    /// tor connects to a pluggable transport.
    #[word("conn_pt")]
    CONN_PT = 2,
    /// tor is connected to the pluggable transport.
    #[word("conn_done_pt")]
    CONN_DONE_PT = 3,
    /// tor connects to a proxy.
    #[word("conn_proxy")]
    CONN_PROXY = 4,
    /// tor is connected to the proxy.
    #[word("conn_done_proxy")]
    CONN_DONE_PROXY = 5,
    /// tor connects to a relay or bridge.
    #[word("conn")]
    CONN = 6,
    /// tor is connected to the relay or bridge.
    #[word("conn_done")]
    CONN_DONE = 7,
    /// tor shakes hands with the relay or bridge.
    #[word("handshake")]
    HANDSHAKE = 8,
    /// tor has shaken hands with the relay or bridge.
    #[word("handshake_done")]
    HANDSHAKE_DONE = 9,
    /// tor builds a circuit of one hop to a directory.
    #[word("onehop_create")]
    ONEHOP_CREATE = 10,
    /// tor asks for the consensus.
    #[word("requesting_status")]
    REQUESTING_STATUS = 11,
    /// tor loads the consensus.
    #[word("loading_status")]
    LOADING_STATUS = 12,
    /// tor loads the certificates of the directory authorities.
    #[word("loading_keys")]
    LOADING_KEYS = 13,
    /// tor asks for descriptors of relays.
    #[word("requesting_descriptors")]
    REQUESTING_DESCRIPTORS = 14,
    /// tor loads descriptors of relays: the longest part of a first start.
    #[word("loading_descriptors")]
    LOADING_DESCRIPTORS = 15,
    /// tor knows enough relays to build circuits.
    #[word("enough_dirinfo")]
    ENOUGH_DIRINFO = 16,
    /// tor connects to a pluggable transport.
    #[word("ap_conn_pt")]
    AP_CONN_PT = 17,
    /// tor is connected to the pluggable transport.
    #[word("ap_conn_done_pt")]
    AP_CONN_DONE_PT = 18,
    /// tor connects to a proxy.
    #[word("ap_conn_proxy")]
    AP_CONN_PROXY = 19,
    /// tor is connected to the proxy.
    #[word("ap_conn_done_proxy")]
    AP_CONN_DONE_PROXY = 20,
    /// tor connects to a relay or bridge.
    #[word("ap_conn")]
    AP_CONN = 21,
    /// tor is connected to the relay or bridge.
    #[word("ap_conn_done")]
    AP_CONN_DONE = 22,
    /// tor shakes hands with the relay or bridge.
    #[word("ap_handshake")]
    AP_HANDSHAKE = 23,
    /// tor has shaken hands with the relay or bridge.
    #[word("ap_handshake_done")]
    AP_HANDSHAKE_DONE = 24,
    /// tor builds its first circuit.
    #[word("circuit_create")]
    CIRCUIT_CREATE = 25,
    /// tor can be used.
    #[word("done")]
    DONE = 26,
}

/// What tor recommends to do about a problem of its start.
#[words("TORCTL_RECOMMENDATION_")]
#[base(5200)]
enum Recommendation {
    /// Nothing yet: tor tries again, and it may go well.
    #[word("ignore")]
    IGNORE = 1,
    /// Tell the user: tor tried several times.
    #[word("warn")]
    WARN = 2,
}

/// What tor did about a stream to a dangerous port.
#[words("TORCTL_PORT_RESULT_")]
#[base(5300)]
enum PortResult {
    /// tor refused it.
    REJECT = 1,
    /// tor let it through.
    WARN = 2,
}

/// How a relay found its address.
#[words("TORCTL_ADDRESS_METHOD_")]
#[base(5400)]
enum AddressMethod {
    /// By none of the following.
    NONE = 1,
    /// From the option Address.
    CONFIGURED = 2,
    /// From the option ORPort.
    CONFIGURED_ORPORT = 3,
    /// From the host name of the computer.
    GETHOSTNAME = 4,
    /// From a network interface.
    INTERFACE = 5,
    /// From the name in the option Address, which it looked up.
    RESOLVED = 6,
}

/// The new status in NAMESERVER_STATUS and HIBERNATION_STATUS.
#[words("TORCTL_SERVER_STATUS_")]
#[base(5500)]
enum ServerStatus {
    /// The name server works.
    UP = 1,
    /// The name server does not work.
    DOWN = 2,
    /// The relay carries traffic.
    AWAKE = 3,
    /// The relay accepts no new connections, and lets old ones end.
    SOFT = 4,
    /// The relay carries no traffic.
    HARD = 5,
}

#[events(StatusGeneral, StatusClient, StatusServer)]
#[positional(2)]
#[number(109)]
struct status_event {
    /// How serious it is.
    #[arg(0, "Severity")]
    #[required]
    severity: Word<Severity>,

    /// What is reported.
    #[arg(1, "Action")]
    #[required]
    action: Word<StatusAction>,

    /// By how many seconds the clock jumped; negative if back.
    #[key("TIME")]
    #[required]
    #[of("CLOCK_JUMPED")]
    jump_s: Signed,

    /// 1 if tor was idle, for example because the computer slept; 0 if not.
    #[key("IDLE")]
    #[of("CLOCK_JUMPED")]
    idle: Small,

    /// The version of this tor in DANGEROUS_VERSION, the number of connections as text in
    /// TOO_MANY_CONNECTIONS.
    #[key("CURRENT")]
    #[of("DANGEROUS_VERSION", "TOO_MANY_CONNECTIONS")]
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

    /// Why tor does not get further.
    #[key("REASON")]
    #[no_text]
    #[of("BOOTSTRAP")]
    bootstrap_reason: Word<OrconnReason>,

    /// The reason of any action as text, unquoted. A word, or the message of a BUG with its line
    /// end.
    #[key("REASON")]
    reason_text: Bytes,

    /// By how many seconds this computer's clock is ahead; negative if behind.
    #[key("SKEW")]
    #[of("CLOCK_SKEW")]
    skew_s: Signed,

    /// By how many seconds the clock is wrong at least.
    #[key("MIN_SKEW")]
    #[of("CLOCK_SKEW")]
    min_skew_s: Signed,

    /// Where tor has the right time from, for example "CONSENSUS".
    #[key("SOURCE")]
    #[of("CLOCK_SKEW")]
    source: Text,

    /// How far the start is, from 0 to 100.
    #[key("PROGRESS")]
    #[required]
    #[of("BOOTSTRAP")]
    progress: Small,

    /// How far the start is, as tor's word, for example "conn_done".
    #[key("TAG")]
    #[of("BOOTSTRAP")]
    tag: Text,

    /// How far the start is.
    #[key("TAG")]
    #[no_text]
    #[of("BOOTSTRAP")]
    phase: Word<BootstrapTag>,

    /// What tor does next, as a text for users.
    #[key("SUMMARY")]
    #[of("BOOTSTRAP")]
    summary: Text,

    /// What went wrong, as a text for users.
    #[key("WARNING")]
    #[of("BOOTSTRAP")]
    warning: Text,

    /// How many problems this phase has had so far.
    #[key("COUNT")]
    #[of("BOOTSTRAP")]
    count: Number,

    /// Whether to tell the user.
    #[key("RECOMMENDATION")]
    #[of("BOOTSTRAP")]
    recommendation: Word<Recommendation>,

    /// The fingerprint of the relay or bridge that made trouble, or "?".
    #[key("HOSTID")]
    #[of("BOOTSTRAP")]
    host_id: Text,

    /// What torctl_status_event_host_id() is, under the keyword of the specification; tors of today
    /// do not use that.
    #[key("HOST")]
    #[of("BOOTSTRAP")]
    host: Text,

    /// Address and port of the relay or bridge that made trouble, or "?".
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

    /// The protocol, for example "SOCKS4".
    #[key("PROTOCOL")]
    #[of("DANGEROUS_SOCKS")]
    protocol: Text,

    /// Where the application wanted to go. In EXTERNAL_ADDRESS, the address of this relay.
    #[key("ADDRESS")]
    #[of("DANGEROUS_SOCKS")]
    address: Text,

    /// The first bytes that the application sent, unquoted.
    #[key("DATA")]
    #[of("SOCKS_UNKNOWN_PROTOCOL")]
    data: Bytes,

    /// The name that was asked for, unquoted. It may hold any bytes. In EXTERNAL_ADDRESS, the name
    /// that was looked up.
    #[key("HOSTNAME")]
    #[of("SOCKS_BAD_HOSTNAME")]
    hostname: Bytes,

    /// How the relay found the address.
    #[key("METHOD")]
    #[of("EXTERNAL_ADDRESS")]
    method: Word<AddressMethod>,

    /// Address and port that are tested.
    #[key("ORADDRESS")]
    #[of(
        "CHECKING_REACHABILITY",
        "REACHABILITY_SUCCEEDED",
        "REACHABILITY_FAILED"
    )]
    or_address: Text,

    /// Address and port of the directory authority.
    #[key("DIRAUTH")]
    #[of("ACCEPTED_SERVER_DESCRIPTOR", "BAD_SERVER_DESCRIPTOR")]
    dirauth: Text,

    /// The name server.
    #[key("NS")]
    #[of("NAMESERVER_STATUS")]
    nameserver: Text,

    /// The new status.
    #[key("STATUS")]
    #[of("NAMESERVER_STATUS", "HIBERNATION_STATUS")]
    status: Word<ServerStatus>,

    /// What went wrong.
    #[key("ERR")]
    #[of("NAMESERVER_STATUS")]
    err: Text,
}
