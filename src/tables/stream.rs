//! Stream events: STREAM.

/// Status of a STREAM event.
#[words("TORCTL_STREAM_")]
enum StreamStatus {
    NEW = 1,
    NEWRESOLVE = 2,
    REMAP = 3,
    SENTCONNECT = 4,
    SENTRESOLVE = 5,
    SUCCEEDED = 6,
    FAILED = 7,
    CLOSED = 8,
    DETACHED = 9,
    CONTROLLER_WAIT = 10,
    XOFF_SENT = 11,
    XOFF_RECV = 12,
    XON_SENT = 13,
    XON_RECV = 14,
}

/// REASON and REMOTE_REASON of a stream.
#[words("TORCTL_STREAM_REASON_")]
enum StreamReason {
    MISC = 1,
    RESOLVEFAILED = 2,
    CONNECTREFUSED = 3,
    EXITPOLICY = 4,
    DESTROY = 5,
    DONE = 6,
    TIMEOUT = 7,
    NOROUTE = 8,
    HIBERNATING = 9,
    INTERNAL = 10,
    RESOURCELIMIT = 11,
    CONNRESET = 12,
    TORPROTOCOL = 13,
    NOTDIRECTORY = 14,
    END = 15,
    CANT_ATTACH = 16,
    NET_UNREACHABLE = 17,
    SOCKS_PROTOCOL = 18,
    HTTP_PROTOCOL = 19,
    PRIVATE_ADDR = 20,
}

/// SOURCE of a remapped stream.
#[words("TORCTL_STREAM_SOURCE_")]
enum StreamSource {
    CACHE = 1,
    EXIT = 2,
}

/// PURPOSE of a stream.
#[words("TORCTL_STREAM_PURPOSE_")]
enum StreamPurpose {
    USER = 1,
    DNS_REQUEST = 2,
    DIR_FETCH = 3,
    DIR_UPLOAD = 4,
    DIRPORT_TEST = 5,
}

/// CLIENT_PROTOCOL of a stream. tor's own word UNKNOWN is known.
#[words("TORCTL_CLIENT_PROTOCOL_")]
enum ClientProtocol {
    SOCKS4 = 1,
    SOCKS5 = 2,
    TRANS = 3,
    NATD = 4,
    DNS = 5,
    HTTPCONNECT = 6,
    METRICS = 7,
}

/// ISO_FIELDS of a stream.
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
struct stream {
    /// The number of the stream; 0 when it is no decimal number.
    #[arg(0, "StreamID")]
    #[required]
    id: Number,

    /// What became of the stream.
    #[arg(1, "Status")]
    #[required]
    status: Word<StreamStatus>,

    /// The number of the circuit that the stream is attached to; 0 when it is attached to none.
    #[arg(2, "CircID")]
    #[required]
    circ_id: Number,

    /// Where the stream goes: host:port. The host is what an application asked for: a name, an
    /// address, a name with .$FINGERPRINT.exit behind it, and it may hold blanks.
    #[arg(3, "Target")]
    #[required(HostPort)]
    target: Bytes,

    /// The host of the target, without the brackets of an IPv6 address.
    #[arg(3, "Target")]
    #[first(Address)]
    target_host: Text,

    /// The port of the target; 0 when the stream only resolves a name.
    #[arg(3, "Target")]
    #[second(Address)]
    target_port: Port,

    /// Why the stream failed, was closed or was detached.
    #[key("REASON")]
    reason: Word<StreamReason>,

    /// The reason that the exit gave, when the reason is END.
    #[key("REMOTE_REASON")]
    remote_reason: Word<StreamReason>,

    /// Where a remapped stream got its address from.
    #[key("SOURCE")]
    source: Word<StreamSource>,

    /// Where the application connected from, as tor wrote it: address:port, IPv6 without brackets.
    #[key("SOURCE_ADDR")]
    source_addr: Text,

    /// The address in SOURCE_ADDR.
    #[key("SOURCE_ADDR")]
    #[first(SourceAddress)]
    source_address: Text,

    /// The port in SOURCE_ADDR.
    #[key("SOURCE_ADDR")]
    #[second(SourceAddress)]
    source_port: Port,

    /// What the stream is for.
    #[key("PURPOSE")]
    purpose: Word<StreamPurpose>,

    /// The SOCKS user name of the application, unquoted: any bytes.
    #[key("SOCKS_USERNAME")]
    socks_username: Bytes,

    /// The SOCKS password of the application, unquoted: any bytes.
    #[key("SOCKS_PASSWORD")]
    socks_password: Bytes,

    /// How the application reached tor.
    #[key("CLIENT_PROTOCOL")]
    client_protocol: Word<ClientProtocol>,

    /// How many NEWNYM signals came before the stream.
    #[key("NYM_EPOCH")]
    nym_epoch: Number,

    /// The session group of the listener: usually negative.
    #[key("SESSION_GROUP")]
    session_group: Signed,

    /// What isolates the stream from others.
    #[key("ISO_FIELDS")]
    iso_fields: Flags<IsoFields>,
}
