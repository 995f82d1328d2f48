//! The kinds of events.

/// A kind that this version does not know. torctl_event_name() has tor's word for it.
#[kinds("TORCTL_EVENT_")]
enum Kind {
    /// A circuit was launched, extended or built, failed or was closed.
    Circ = 1,
    /// A built circuit changed its purpose or is used for something new.
    CircMinor = 2,
    /// A stream began, went a step further, failed or was closed.
    Stream = 3,
    /// A connection to a relay began, is ready, failed or was closed.
    #[word("ORCONN")]
    OrConn = 4,
    /// How many bytes tor read and wrote in the last second.
    Bw = 5,
    /// A log message for developers of tor. There are very many.
    Debug = 6,
    /// A log message with details. There are many.
    Info = 7,
    /// A log message that is worth knowing.
    Notice = 8,
    /// A log message about something that needs attention.
    Warn = 9,
    /// A log message about something that keeps tor from its work.
    Err = 10,
    /// tor got new server descriptors of relays.
    #[word("NEWDESC")]
    NewDesc = 11,
    /// A name was looked up, or an address mapped to another.
    #[word("ADDRMAP")]
    AddrMap = 12,
    /// The descriptor of this relay changed.
    #[word("DESCCHANGED")]
    DescChanged = 13,
    /// The router status entries of some relays changed.
    Ns = 14,
    /// tor reports something that concerns every tor, for example a wrong clock.
    StatusGeneral = 15,
    /// tor reports something that concerns clients, for example how far its start is.
    StatusClient = 16,
    /// tor reports something that concerns relays, for example that its port can be reached.
    #[also("STATUS_SEVER")]
    StatusServer = 17,
    /// A guard was chosen or given up, or can be used or not.
    Guard = 18,
    /// How many bytes the application of a stream wrote and read in about the last second.
    StreamBw = 19,
    /// From which countries the clients of this bridge came.
    ClientsSeen = 20,
    /// A new consensus came. The event has all its router status entries: some megabytes.
    #[word("NEWCONSENSUS")]
    NewConsensus = 21,
    /// tor changed its timeout for building circuits.
    #[word("BUILDTIMEOUT_SET")]
    BuildTimeoutSet = 22,
    /// tor got a signal, for example NEWNYM, and acts on it.
    Signal = 23,
    /// Options of tor's configuration changed.
    ConfChanged = 24,
    /// How many bytes a connection moved in about the last second. In test networks.
    ConnBw = 25,
    /// How many cells went through the queues of a circuit. In test networks.
    CellStats = 26,
    /// How many bytes a circuit moved in about the last second. There can be very many.
    CircBw = 27,
    /// A pluggable transport was started and listens.
    TransportLaunched = 28,
    /// The descriptor of an onion service is published or fetched, step by step.
    HsDesc = 29,
    /// What a directory relay gave when tor fetched the descriptor of an onion service.
    HsDescContent = 30,
    /// tor believes that the network can be reached, or no longer.
    NetworkLiveness = 31,
    /// A log message of a pluggable transport. No tor so far offers it.
    PtLog = 32,
    /// The status of a pluggable transport. No tor so far offers it.
    PtStatus = 33,
    /// Made by the library: the controller's state changed.
    #[ours]
    State = 40,
    /// Made by the library: events were dropped here, because a queue was full. Every queue and
    /// listener that missed some gets it, without asking for it.
    #[ours]
    Gap = 41,
    /// Made by the library: something changed in what torctl_get_health() says.
    #[ours]
    Health = 42,
    /// Made by the library: a call that was begun is over. It comes to the queue that the call names,
    /// whatever kinds that asked for.
    #[ours]
    Result = 43,
    /// Made by the library: something that the program had set up on tor is there again on the tor
    /// that the controller reconnected to, or is not.
    #[ours]
    Restored = 44,
}
