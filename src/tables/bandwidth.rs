//! Bytes moved: BW, STREAM_BW, CONN_BW and CIRC_BW.

/// TYPE of a CONN_BW event.
#[words("TORCTL_CONN_")]
enum ConnType {
    OR = 1,
    DIR = 2,
    EXIT = 3,
}

#[events(Bw)]
#[positional(2)]
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
struct stream_bw {
    /// The number of the stream.
    #[arg(0, "StreamID")]
    #[required]
    stream_id: Number,

    /// How many bytes the application wrote to the stream since the last event.
    #[arg(1, "BytesWritten")]
    #[required]
    written_bytes: Number,

    /// How many bytes the application read from the stream since the last event.
    #[arg(2, "BytesRead")]
    #[required]
    read_bytes: Number,

    /// When tor counted.
    #[arg(3, "Time")]
    time_unix_us: Time,
}

#[events(ConnBw)]
#[ordered]
struct conn_bw {
    /// The number of the connection.
    #[key("ID")]
    #[required]
    conn_id: Number,

    /// What kind of connection it is.
    #[key("TYPE")]
    #[required]
    r#type: Word<ConnType>,

    /// How many bytes tor read since the last event.
    #[key("READ")]
    #[required]
    read_bytes: Number,

    /// How many bytes tor wrote since the last event.
    #[key("WRITTEN")]
    #[required]
    written_bytes: Number,
}

#[events(CircBw)]
#[ordered]
struct circ_bw {
    /// The number of the circuit.
    #[key("ID")]
    #[required]
    circ_id: Number,

    /// How many bytes tor read since the last event.
    #[key("READ")]
    #[required]
    read_bytes: Number,

    /// How many bytes tor wrote since the last event.
    #[key("WRITTEN")]
    #[required]
    written_bytes: Number,

    /// When tor counted.
    #[key("TIME")]
    time_unix_us: Time,

    /// Bytes of the ones read that were payload of valid relay cells.
    #[key("DELIVERED_READ")]
    delivered_read_bytes: Number,

    /// Bytes of the ones read that were unused room in valid relay cells.
    #[key("OVERHEAD_READ")]
    overhead_read_bytes: Number,

    /// Bytes of the ones written that were payload of relay cells.
    #[key("DELIVERED_WRITTEN")]
    delivered_written_bytes: Number,

    /// Bytes of the ones written that were unused room in relay cells.
    #[key("OVERHEAD_WRITTEN")]
    overhead_written_bytes: Number,

    /// 1 while congestion control is in slow start, 0 when it is not, -1 when absent.
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
