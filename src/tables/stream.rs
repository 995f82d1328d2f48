//! Streams: STREAM.
//!
//! A stream is one connection or one lookup of a name: an application's, or one of tor's own. tor
//! sends STREAM at each step, and torctl_stream_status() says which. At NEW and NEWRESOLVE,
//! torctl_stream_target() says where the stream is to go, and torctl_stream_source_address() which
//! application asks. torctl_stream_circ_id() tells on which circuit it is; that can change. A
//! stream that fails has two events with the same reason, FAILED and CLOSED. torctl_get_streams()
//! has the streams that exist.

/// What happened to a stream.
#[words("TORCTL_STREAM_")]
#[base(5600)]
enum StreamStatus {
    /// Somebody asks tor for a connection.
    NEW = 1,
    /// Somebody asks tor to look up a name or an address.
    NEWRESOLVE = 2,
    /// tor replaced the target by another, which torctl_stream_target() has.
    REMAP = 3,
    /// tor has sent the request to connect along the circuit. May come again on another circuit.
    SENTCONNECT = 4,
    /// tor has sent the lookup along the circuit.
    SENTRESOLVE = 5,
    /// The connection is made, or the name is looked up.
    SUCCEEDED = 6,
    /// tor has given up. CLOSED usually follows.
    FAILED = 7,
    /// The stream is gone.
    CLOSED = 8,
    /// The stream is off its circuit. tor tries another, or the attacher is asked again.
    DETACHED = 9,
    /// tor waits for a controller to attach the stream: see torctl_attacher_set().
    CONTROLLER_WAIT = 10,
    /// The application reads slowly: tor has asked the other end to pause.
    XOFF_SENT = 11,
    /// The other end has asked tor to pause.
    XOFF_RECV = 12,
    /// tor has told the other end to go on.
    XON_SENT = 13,
    /// The other end has told tor to go on.
    XON_RECV = 14,
}

/// Why a stream failed, was closed or was detached.
#[words("TORCTL_STREAM_REASON_")]
#[base(5700)]
enum StreamReason {
    /// Any other reason.
    MISC = 1,
    /// The name could not be looked up.
    RESOLVEFAILED = 2,
    /// The destination refused the connection.
    CONNECTREFUSED = 3,
    /// The exit does not allow this address or port.
    EXITPOLICY = 4,
    /// The circuit of the stream was closed.
    DESTROY = 5,
    /// The connection was closed as usual.
    DONE = 6,
    /// The destination, or a circuit, took too long.
    TIMEOUT = 7,
    /// The network of the exit does not reach the destination.
    NOROUTE = 8,
    /// The exit hibernates to save bandwidth.
    HIBERNATING = 9,
    /// An internal error of tor or of the exit.
    INTERNAL = 10,
    /// The exit lacks the resources for it.
    RESOURCELIMIT = 11,
    /// The connection was reset.
    CONNRESET = 12,
    /// Somebody broke the protocol of tor.
    TORPROTOCOL = 13,
    /// The relay that was asked for directory documents is no directory.
    NOTDIRECTORY = 14,
    /// The other end closed the stream; torctl_stream_remote_reason() says why.
    END = 15,
    /// tor found no circuit that could take the stream.
    CANT_ATTACH = 16,
    /// The network cannot be reached.
    NET_UNREACHABLE = 17,
    /// The application broke the SOCKS protocol.
    SOCKS_PROTOCOL = 18,
    /// The application broke the protocol of an HTTP proxy.
    HTTP_PROTOCOL = 19,
    /// The application asked for a private address, for example 10.0.0.1.
    PRIVATE_ADDR = 20,
}

/// Who gave the new target of a stream.
#[words("TORCTL_STREAM_SOURCE_")]
#[base(5800)]
enum StreamSource {
    /// tor itself, from an answer that it has kept.
    CACHE = 1,
    /// The exit, in its answer.
    EXIT = 2,
}

/// What a stream is for.
#[words("TORCTL_STREAM_PURPOSE_")]
#[base(5900)]
enum StreamPurpose {
    /// An application's traffic, or tor's own that fits none of the others.
    USER = 1,
    /// A name that an application asks for.
    DNS_REQUEST = 2,
    /// tor fetches directory documents.
    DIR_FETCH = 3,
    /// tor sends a document to a directory.
    DIR_UPLOAD = 4,
    /// An older tor tests its own directory port.
    DIRPORT_TEST = 5,
}

/// How an application reached tor, for the most part by the kind of port: TRANS and NATD are
/// transparent proxies, HTTPCONNECT is HTTPTunnelPort.
#[words("TORCTL_CLIENT_PROTOCOL_")]
#[base(6000)]
enum ClientProtocol {
    SOCKS4 = 1,
    SOCKS5 = 2,
    TRANS = 3,
    NATD = 4,
    DNS = 5,
    HTTPCONNECT = 6,
    METRICS = 7,
}

/// By what tor keeps a stream apart: two streams that differ in one of these share no circuit. A
/// sum of:
/// - DESTPORT and DESTADDR: the port and the address of the target;
/// - SOCKS_USERNAME and SOCKS_PASSWORD: what the application gave as its login;
/// - CLIENT_PROTOCOL: how the application reached tor;
/// - CLIENTADDR: the address of the application;
/// - SESSION_GROUP: torctl_stream_session_group();
/// - NYM_EPOCH: torctl_stream_nym_epoch().
#[flags("TORCTL_ISO_")]
enum IsoFields {
    DESTPORT = 1,
    DESTADDR = 2,
    SOCKS_USERNAME = 4,
    SOCKS_PASSWORD = 8,
    CLIENT_PROTOCOL = 16,
    CLIENTADDR = 32,
    SESSION_GROUP = 64,
    NYM_EPOCH = 128,
}

#[events(Stream)]
#[positional(4)]
#[ordered]
#[number(102)]
struct stream {
    /// The number of the stream. It is 0, too, when tor's identifier is no decimal number;
    /// torctl_event_arg() has the identifier as text.
    #[arg(0, "StreamID")]
    #[required]
    id: Number,

    /// What happened to the stream.
    #[arg(1, "Status")]
    #[required]
    status: Word<StreamStatus>,

    /// The number of the circuit that the stream is on; 0 for none.
    #[arg(2, "CircID")]
    #[required]
    circ_id: Number,

    /// Where the stream is to go: host:port. The host is what the application asked for: a name, an
    /// address, or a name that ends in .$FINGERPRINT.exit. It may hold blanks.
    #[arg(3, "Target")]
    #[required(HostPort)]
    target: Bytes,

    /// The host of the target, an IPv6 address without brackets.
    #[arg(3, "Target")]
    #[first(Address)]
    target_host: Text,

    /// The port of the target; 0 for a stream that only looks up a name.
    #[arg(3, "Target")]
    #[second(Address)]
    target_port: Port,

    /// At FAILED, CLOSED and DETACHED: why the stream ended or lost its circuit.
    #[key("REASON")]
    reason: Word<StreamReason>,

    /// With TORCTL_STREAM_REASON_END: why the other end closed the stream.
    #[key("REMOTE_REASON")]
    remote_reason: Word<StreamReason>,

    /// At REMAP: who gave the new target.
    #[key("SOURCE")]
    source: Word<StreamSource>,

    /// At NEW and NEWRESOLVE: the address:port of the application, IPv6 without brackets. Absent
    /// for tor's own streams and for applications at a Unix socket.
    #[key("SOURCE_ADDR")]
    source_address: Text,

    /// The address of torctl_stream_source_address().
    #[key("SOURCE_ADDR")]
    #[first(SourceAddress)]
    source_host: Text,

    /// The port of torctl_stream_source_address().
    #[key("SOURCE_ADDR")]
    #[second(SourceAddress)]
    source_port: Port,

    /// At NEW and NEWRESOLVE: what the stream is for.
    #[key("PURPOSE")]
    purpose: Word<StreamPurpose>,

    /// The SOCKS user name that the application gave, unquoted. It may hold any bytes.
    #[key("SOCKS_USERNAME")]
    socks_username: Bytes,

    /// The SOCKS password that the application gave, unquoted. It may hold any bytes.
    #[key("SOCKS_PASSWORD")]
    socks_password: Bytes,

    /// How the application reached tor.
    #[key("CLIENT_PROTOCOL")]
    client_protocol: Word<ClientProtocol>,

    /// How many NEWNYM signals came before the stream.
    #[key("NYM_EPOCH")]
    nym_epoch: Number,

    /// The session group of the port that the stream came to; mostly a negative number.
    #[key("SESSION_GROUP")]
    session_group: Signed,

    /// By what tor keeps the stream apart from others.
    #[key("ISO_FIELDS")]
    iso_fields: Flags<IsoFields>,
}
