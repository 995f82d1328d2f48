//! Connections to relays: ORCONN.
//!
//! tor has one connection to each relay or bridge that it speaks to, and all circuits through that
//! relay share it. tor sends ORCONN when a connection begins, is ready, fails or ends. When tor
//! cannot reach the network, torctl_orconn_status() is FAILED and torctl_orconn_reason() says why.
//! torctl_orconn_id() tells connections apart; one that begins with an address may get a
//! fingerprint later. torctl_get_orconns() has the connections that exist.

/// What happened to a connection.
#[words("TORCTL_ORCONN_")]
#[base(4300)]
enum OrconnStatus {
    /// Somebody connects to this relay.
    NEW = 1,
    /// tor begins to connect.
    LAUNCHED = 2,
    /// The connection is ready: both sides have shaken hands.
    CONNECTED = 3,
    /// The connection ended before it was ready.
    FAILED = 4,
    /// The connection ended after it was ready.
    CLOSED = 5,
}

/// Why a connection failed or was closed; in BOOTSTRAP events, why tor does not get further.
#[words("TORCTL_ORCONN_REASON_")]
#[base(4400)]
enum OrconnReason {
    /// It ended as usual.
    DONE = 1,
    /// Nothing listens at the address.
    CONNECTREFUSED = 2,
    /// At the address was another relay or bridge.
    IDENTITY = 3,
    /// The connection was broken off, often by something on the way.
    CONNECTRESET = 4,
    /// No answer came in time, or the connection was idle for too long.
    TIMEOUT = 5,
    /// The network does not reach the address. The computer may be offline.
    NOROUTE = 6,
    /// Reading or writing failed.
    IOERROR = 7,
    /// tor's computer lacks descriptors, buffers or the like.
    RESOURCELIMIT = 8,
    /// The encryption failed.
    TLS_ERROR = 9,
    /// Any other reason.
    MISC = 10,
    /// The bridge needs a pluggable transport that tor does not have.
    PT_MISSING = 11,
    /// The clock is wrong. Only in BOOTSTRAP events.
    CLOCK_SKEW = 12,
}

#[events(OrConn)]
#[positional(2)]
#[ordered]
#[number(103)]
struct orconn {
    /// The number of the connection.
    #[key("ID")]
    id: Number,

    /// The other end as tor wrote it: $FINGERPRINT~nickname, $FINGERPRINT or address:port.
    #[arg(0, "Target")]
    #[required]
    target: Text,

    /// The fingerprint of the relay, if tor gave it.
    #[arg(0, "Target")]
    #[first(Relays)]
    fingerprint: Text,

    /// The nickname of the relay, if tor gave it.
    #[arg(0, "Target")]
    #[second(Relays)]
    nickname: Text,

    /// The address of the other end, if tor gave that and no fingerprint; IPv6 without brackets.
    #[arg(0, "Target")]
    #[first(Address)]
    address: Text,

    /// The port of the other end, if tor gave an address.
    #[arg(0, "Target")]
    #[second(Address)]
    port: Port,

    /// What happened to the connection.
    #[arg(1, "Status")]
    #[required]
    status: Word<OrconnStatus>,

    /// At FAILED and CLOSED: why the connection ended.
    #[key("REASON")]
    reason: Word<OrconnReason>,

    /// How many circuits the connection carried when it ended. tor leaves it out when there were
    /// none.
    #[key("NCIRCS")]
    circ_count: Number,
}
