//! Cells in the queues of circuits: CELL_STATS.
//!
//! About once a second, one event for each circuit whose queues cells went through; for research,
//! and only with TestingEnableCellStatsEvent in a test network. Inbound is towards where the
//! circuit began, outbound away from it. For each direction there are three maps from commands of
//! cells to numbers: how many were added, how many were removed, and how long those had waited.

#[events(CellStats)]
#[number(124)]
struct cell_stats {
    /// The number of the circuit; absent if it began at another tor.
    #[key("ID")]
    circ_id: Number,

    /// The identifier of the inbound queue.
    #[key("InboundQueue")]
    inbound_queue: Number,

    /// The number of the inbound connection.
    #[key("InboundConn")]
    inbound_conn: Number,

    /// The identifier of the outbound queue.
    #[key("OutboundQueue")]
    outbound_queue: Number,

    /// The number of the outbound connection.
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
