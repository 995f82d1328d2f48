//! Signals, for torctl_signal() and in SIGNAL events.

/// What torctl_signal() tells tor to do. In parentheses the POSIX signal that does the same.
#[words("TORCTL_SIGNAL_")]
#[base(4600)]
enum Signal {
    /// tor reads its configuration again (HUP).
    #[also("HUP")]
    RELOAD = 1,
    /// tor ends; a relay first gives its clients some time (INT).
    #[also("INT")]
    SHUTDOWN = 2,
    /// tor writes statistics into its log (USR1).
    #[also("USR1")]
    DUMP = 3,
    /// tor logs at level debug from now on (USR2).
    #[also("USR2")]
    DEBUG = 4,
    /// tor ends immediately (TERM).
    #[also("TERM")]
    HALT = 5,
    /// New streams use new circuits. tor does it every 10 s at most; what comes sooner it does
    /// later, as one.
    NEWNYM = 6,
    /// tor forgets the addresses that it has looked up.
    CLEARDNSCACHE = 7,
    /// tor writes its heartbeat message into its log.
    HEARTBEAT = 8,
    /// tor is no longer dormant.
    ACTIVE = 9,
    /// tor stops using the network until something asks for it.
    DORMANT = 10,
}
