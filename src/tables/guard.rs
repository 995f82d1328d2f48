//! Changes of guards: GUARD.
//!
//! A guard is a relay that tor uses as the first hop of its circuits for a long time. tor sends
//! GUARD when it chooses one, gives one up, or finds that one can be used or not.
//! torctl_guard_fingerprint() says which, torctl_guard_status() what happened. When all guards go
//! DOWN, most often the computer has no network. torctl_get_guards() has the present guards.

/// What happened to a guard.
#[words("TORCTL_GUARD_")]
#[base(3200)]
enum GuardStatus {
    /// tor chose the relay as a guard.
    NEW = 1,
    /// The guard can be reached.
    UP = 2,
    /// The guard cannot be reached.
    DOWN = 3,
    /// The relay is a guard no longer.
    DROPPED = 4,
    /// The consensus or the configuration forbids to use the guard.
    BAD = 5,
    /// The guard can be used again after BAD.
    GOOD = 6,
    /// Like BAD, for a guard of the second layer, which onion services use (vanguards).
    BAD_L2 = 7,
    /// Like GOOD, for a guard of the second layer.
    GOOD_L2 = 8,
}

#[events(Guard)]
#[positional(3)]
#[number(113)]
struct guard {
    /// The kind of guard: always "ENTRY" so far.
    #[arg(0, "Type")]
    #[required]
    r#type: Text,

    /// The relay as tor wrote it: $FINGERPRINT~nickname. The nickname may be empty.
    #[arg(1, "Name")]
    #[required]
    name: Text,

    /// The fingerprint of the relay.
    #[arg(1, "Name")]
    #[first(Relays)]
    fingerprint: Text,

    /// The nickname of the relay.
    #[arg(1, "Name")]
    #[second(Relays)]
    nickname: Text,

    /// What happened to the guard.
    #[arg(2, "Status")]
    #[required]
    status: Word<GuardStatus>,
}
