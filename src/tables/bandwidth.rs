//! Bytes moved: BW, STREAM_BW, CONN_BW and CIRC_BW.
//!
//! tor counts its traffic and sends these events about once a second:
//! - BW: all of tor. A graph of the bandwidth needs nothing else; torctl_get_bandwidths() has the
//!   last five minutes.
//! - STREAM_BW: one event for each stream of an application that moved bytes. "Read" and "written"
//!   are the application's view, the opposite of tor's.
//! - CIRC_BW: one event for each circuit that moved bytes. There can be very many.
//! - CONN_BW: one event for each connection that moved bytes; only with TestingEnableConnBwEvent in
//!   a test network.

/// What a connection carries.
#[words("TORCTL_CONN_")]
#[base(2200)]
enum ConnType {
    /// Traffic between relays, or between a client and its guard.
    OR = 1,
    /// Directory documents.
    DIR = 2,
    /// Traffic between this exit and a destination outside of the tor network.
    EXIT = 3,
}

#[events(Bw)]
#[positional(2)]
#[number(104)]
struct bw {
    /// How many bytes tor read in the last second.
    #[arg(0, "BytesRead")]
    #[required]
    #[by("bw_bytes(event, false)")]
    read_bytes: Number,

    /// How many bytes tor wrote in the last second.
    #[arg(1, "BytesWritten")]
    #[required]
    #[by("bw_bytes(event, true)")]
    written_bytes: Number,
}

#[events(StreamBw)]
#[positional(4)]
#[number(105)]
struct stream_bw {
    /// The number of the stream.
    #[arg(0, "StreamID")]
    #[required]
    stream_id: Number,

    /// How many bytes the application wrote since the last event of the stream.
    #[arg(1, "BytesWritten")]
    #[required]
    written_bytes: Number,

    /// How many bytes the application read since the last event of the stream.
    #[arg(2, "BytesRead")]
    #[required]
    read_bytes: Number,

    /// When tor counted.
    #[arg(3, "Time")]
    time_unix_us: Time,
}

#[events(ConnBw)]
#[ordered]
#[number(106)]
struct conn_bw {
    /// The number of the connection.
    #[key("ID")]
    #[required]
    conn_id: Number,

    /// What the connection carries.
    #[key("TYPE")]
    #[required]
    r#type: Word<ConnType>,

    /// How many bytes tor read since the last event of the connection.
    #[key("READ")]
    #[required]
    read_bytes: Number,

    /// How many bytes tor wrote since the last event of the connection.
    #[key("WRITTEN")]
    #[required]
    written_bytes: Number,
}

#[events(CircBw)]
#[ordered]
#[number(107)]
struct circ_bw {
    /// The number of the circuit.
    #[key("ID")]
    #[required]
    circ_id: Number,

    /// How many bytes tor read since the last event of the circuit.
    #[key("READ")]
    #[required]
    read_bytes: Number,

    /// How many bytes tor wrote since the last event of the circuit.
    #[key("WRITTEN")]
    #[required]
    written_bytes: Number,

    /// When tor counted.
    #[key("TIME")]
    time_unix_us: Time,

    /// How many of the bytes read were payload of valid cells.
    #[key("DELIVERED_READ")]
    delivered_read_bytes: Number,

    /// How many of the bytes read were unused room in valid cells.
    #[key("OVERHEAD_READ")]
    overhead_read_bytes: Number,

    /// How many of the bytes written were payload of cells.
    #[key("DELIVERED_WRITTEN")]
    delivered_written_bytes: Number,

    /// How many of the bytes written were unused room in cells.
    #[key("OVERHEAD_WRITTEN")]
    overhead_written_bytes: Number,

    /// 1 while congestion control is in slow start, 0 after that.
    #[key("SS")]
    slow_start: Small,

    /// The congestion window in cells.
    #[key("CWND")]
    cwnd_cells: Number,

    /// The round-trip time of the circuit in milliseconds.
    #[key("RTT")]
    rtt_ms: Number,

    /// The smallest round-trip time of the circuit so far in milliseconds.
    #[key("MIN_RTT")]
    min_rtt_ms: Number,
}
