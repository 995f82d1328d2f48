//! Cells in the queues of circuits: CELL_STATS.

#[events(CellStats)]
struct cell_stats {
    /// The number of the circuit; 0 when absent: the circuit began elsewhere.
    #[key("ID")]
    circ_id: Number,

    /// The identifier of the inbound queue.
    #[key("InboundQueue")]
    inbound_queue: Number,

    /// The number of the connection of the inbound queue.
    #[key("InboundConn")]
    inbound_conn: Number,

    /// The identifier of the outbound queue.
    #[key("OutboundQueue")]
    outbound_queue: Number,

    /// The number of the connection of the outbound queue.
    #[key("OutboundConn")]
    outbound_conn: Number,

    #[key("InboundAdded")]
    #[hand]
    count: Map,

    #[key("InboundAdded")]
    #[hand]
    command: Map,

    #[key("InboundAdded")]
    #[hand]
    value: Map,

    #[key("InboundRemoved")]
    #[hand]
    count: Map,

    #[key("InboundRemoved")]
    #[hand]
    command: Map,

    #[key("InboundRemoved")]
    #[hand]
    value: Map,

    #[key("InboundTime")]
    #[hand]
    count: Map,

    #[key("InboundTime")]
    #[hand]
    command: Map,

    #[key("InboundTime")]
    #[hand]
    value: Map,

    #[key("OutboundAdded")]
    #[hand]
    count: Map,

    #[key("OutboundAdded")]
    #[hand]
    command: Map,

    #[key("OutboundAdded")]
    #[hand]
    value: Map,

    #[key("OutboundRemoved")]
    #[hand]
    count: Map,

    #[key("OutboundRemoved")]
    #[hand]
    command: Map,

    #[key("OutboundRemoved")]
    #[hand]
    value: Map,

    #[key("OutboundTime")]
    #[hand]
    count: Map,

    #[key("OutboundTime")]
    #[hand]
    command: Map,

    #[key("OutboundTime")]
    #[hand]
    value: Map,
}
