//! Connections to relays: ORCONN.

/// Status of an ORCONN event.
#[words("TORCTL_ORCONN_")]
enum OrconnStatus {
    NEW = 1,
    LAUNCHED = 2,
    CONNECTED = 3,
    FAILED = 4,
    CLOSED = 5,
}

/// REASON of an OR connection, and of trouble while bootstrapping.
#[words("TORCTL_ORCONN_REASON_")]
enum OrconnReason {
    DONE = 1,
    CONNECTREFUSED = 2,
    IDENTITY = 3,
    CONNECTRESET = 4,
    TIMEOUT = 5,
    NOROUTE = 6,
    IOERROR = 7,
    RESOURCELIMIT = 8,
    TLS_ERROR = 9,
    MISC = 10,
    PT_MISSING = 11,
    /// The clock is wrong. In BOOTSTRAP events alone.
    CLOCK_SKEW = 12,
}

#[events(OrConn)]
#[positional(2)]
#[ordered]
struct orconn {
    /// The number of the connection.
    #[key("ID")]
    id: Number,

    /// The relay as tor wrote it: $FINGERPRINT~nickname, $FINGERPRINT or address:port.
    #[arg(0, "Target")]
    #[required]
    target: Text,

    /// The fingerprint of the relay: 40 hexadecimal digits without $; "" when tor gave none.
    #[arg(0, "Target")]
    #[first(Relays)]
    fingerprint: Text,

    /// The nickname of the relay; "" when tor gave none.
    #[arg(0, "Target")]
    #[second(Relays)]
    nickname: Text,

    /// The address of the relay, without the brackets of IPv6; "" when tor named the relay by its
    /// fingerprint.
    #[arg(0, "Target")]
    #[first(Address)]
    address: Text,

    /// The port of the relay; 0 when tor named the relay by its fingerprint.
    #[arg(0, "Target")]
    #[second(Address)]
    port: Port,

    /// What became of the connection.
    #[arg(1, "Status")]
    #[required]
    status: Word<OrconnStatus>,

    /// Why the connection failed or was closed.
    #[key("REASON")]
    reason: Word<OrconnReason>,

    /// How many circuits were on the connection when it ended; 0 when absent, since tor leaves a
    /// zero out.
    #[key("NCIRCS")]
    circ_count: Number,
}
