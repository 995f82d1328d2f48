//! Signals, for torctl_signal() and in SIGNAL events.

/// A signal to tor.
#[words("TORCTL_SIGNAL_")]
enum Signal {
    /// Reads the configuration again (HUP).
    #[also("HUP")]
    RELOAD = 1,
    /// Ends tor; a relay gives its clients some time first.
    #[also("INT")]
    SHUTDOWN = 2,
    /// Writes statistics into tor's log (USR1).
    #[also("USR1")]
    DUMP = 3,
    /// Has tor log at level debug (USR2).
    #[also("USR2")]
    DEBUG = 4,
    /// Ends tor at once (TERM, INT).
    #[also("TERM")]
    HALT = 5,
    /// Has new streams use new circuits. tor does it at most every 10 s and merges what comes sooner.
    NEWNYM = 6,
    /// Forgets the addresses that tor has looked up.
    CLEARDNSCACHE = 7,
    /// Writes the heartbeat message into tor's log.
    HEARTBEAT = 8,
    /// Ends dormancy.
    ACTIVE = 9,
    /// Has tor stop using the network until something asks for it.
    DORMANT = 10,
}
